from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from kinerja_study.collection import load_field_data
from kinerja_study.condensation import build_segments, count_coders, count_codes
from kinerja_study.condensation.segments import SEGMENT_COLUMNS


def test_segments_are_the_codings_of_one_coder_in_the_order_of_the_texts(tiny: Any) -> None:
    codings = load_field_data(tiny.open()).codings
    for coder, expected in (("consensus", 24), ("coder-a", 23), ("coder-b", 22)):
        segments = build_segments(codings.sample(frac=1, random_state=1), coder=coder)
        assert len(segments) == expected
        assert set(segments["coder"]) == {coder}
        assert list(segments.columns) == list(SEGMENT_COLUMNS)
        places = list(zip(segments["document_id"], segments["start"], strict=True))
        assert places == sorted(places)


def test_nobodys_codings_are_in_force_where_the_coder_has_none(tiny: Any) -> None:
    assert build_segments(load_field_data(tiny.open()).codings, coder="nobody").empty


def test_codes_are_counted_by_segments_cases_informants_and_groups(tiny: Any) -> None:
    data = load_field_data(tiny.open())
    counts = count_codes(build_segments(data.codings, coder="consensus"), data.codebook).set_index("code")
    columns = ["segments", "cases", "informants", "groups", "against", "neutral", "for", "mean"]
    # MUTU-HASIL: A-1 2, A-2 1, S-1 1, S-2 1, W-1 -1, D1 1; 5 / 6
    assert counts.loc["MUTU-HASIL", columns].tolist() == [6, 6, 5, 4, 1, 0, 5, 0.8333]
    # MUTU-TELITI: A-1 1, S-1 -1, W-2 -2, O1 0; -2 / 4
    assert counts.loc["MUTU-TELITI", columns].tolist() == [4, 4, 3, 4, 2, 1, 1, -0.5]
    assert counts["segments"].sum() == 24


def test_mean_of_a_code_is_over_cases_so_that_repeating_moves_nothing() -> None:
    segments = pd.DataFrame(
        [("A", "S-1", 2)] * 9 + [("A", "S-2", -1)], columns=["code", "case_id", "magnitude"]
    ).assign(technique="interview", group="staf")
    codebook = pd.DataFrame(
        [("A", "mutu", "a", "deductive"), ("B", "mutu", "b", "inductive")], columns=["code", "focus", "label", "origin"]
    )
    counts = count_codes(segments, codebook).set_index("code")
    assert (counts.at["A", "mean"], counts.at["A", "segments"], counts.at["A", "cases"]) == (0.5, 10, 2)
    # A code that was never used is listed all the same, without a mean.
    assert counts.at["B", "segments"] == 0
    assert pd.isna(counts.at["B", "mean"])


@pytest.mark.parametrize(
    ("coder", "expected"),
    # consensus: against 11, neutral 3, for 10. coder-a leaves out one neutral; coder-b two of those for.
    [("consensus", [24, 8, 7, 10, 3, 11]), ("coder-a", [23, 8, 7, 10, 2, 11]), ("coder-b", [22, 8, 7, 10, 3, 9])],
)
def test_work_of_each_coder_is_counted(tiny: Any, coder: str, expected: list[int]) -> None:
    counts = count_coders(load_field_data(tiny.open()).codings).set_index("coder")
    assert counts.loc[coder].tolist() == expected
