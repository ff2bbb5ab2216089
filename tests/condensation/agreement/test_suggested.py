"""Suggestions beside those who coded."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kinerja_study.collection.field_data import load_field_data
from kinerja_study.condensation.agreement.suggested import COLUMNS, compare_suggestions


def compared(data, suggestions: pd.DataFrame) -> dict[str, dict[str, float]]:
    found = compare_suggestions(suggestions, data.codings, data.turns, data.informants, data.codebook)
    return found.set_index("coder").to_dict("index")


def test_suggestions_that_are_the_codings_of_somebody_agree_with_them(tiny) -> None:
    data = load_field_data(tiny.open())
    own = compared(data, data.codings[data.codings["coder"] == "coder-a"])["coder-a"]

    assert [own[name] for name in COLUMNS[4:]] == [1, 1, 1, 1]
    assert own["suggested"] == own["coded"] == own["both"] > 0


def test_half_of_them_with_the_direction_turned_has_half_the_recall_and_no_direction(tiny) -> None:
    data = load_field_data(tiny.open())
    own = data.codings[(data.codings["coder"] == "coder-a") & data.codings["magnitude"].ne(0)]
    found = compared(data, own.iloc[::2].assign(magnitude=-own["magnitude"]))["coder-a"]

    assert found["precision"] == 1
    assert found["recall"] == round(found["both"] / found["coded"], 3) < 1
    assert found["same_direction"] == 0


def test_what_has_nothing_to_divide_by_has_no_share(tiny) -> None:
    data = load_field_data(tiny.open())
    none = compared(data, data.codings.head(0))["coder-a"]

    assert none["suggested"] == none["both"] == none["recall"] == 0
    assert pd.isna(none["precision"])
    assert pd.isna(none["same_direction"])


def test_a_suggestion_in_a_text_that_a_coder_did_not_code_is_not_held_against_it(tiny) -> None:
    data = load_field_data(tiny.open())
    own = data.codings[data.codings["coder"] == "coder-a"]
    text = own["document_id"].iloc[0]
    left = replace(data, codings=data.codings.drop(own[own["document_id"] == text].index))
    found = compared(left, own)["coder-a"]

    assert found["suggested"] == found["coded"] > 0
