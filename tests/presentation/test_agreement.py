"""Agreement as the report shows it: tables and a figure of the tiny study, in both languages."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from kinerja_study.collection.field_data import load_field_data, save_field_data
from kinerja_study.condensation import count_coders
from kinerja_study.condensation.agreement.coded_turns import build_coded_turns, list_unread
from kinerja_study.condensation.agreement.coding_agreement import compute_coding_agreement
from kinerja_study.condensation.agreement.disagreements import KINDS, OUTCOMES, count_consensus, list_disagreements
from kinerja_study.condensation.agreement.ratings import REASONS
from kinerja_study.presentation.blocks import Table
from kinerja_study.presentation.displays import agreement as displays
from kinerja_study.presentation.figures.agreement import plot_agreement
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import Wording


def condense(tiny, language: str = "id") -> Material:
    study = tiny.open(language=language)
    data = load_field_data(study)
    save_field_data(study, data)
    study.save("coders.csv", count_coders(data.codings))
    # As a notebook does it: from what the stage before saved.
    codings, turns, informants = (study.load(f"{name}.csv") for name in ("codings", "turns", "informants"))
    coded = build_coded_turns(codings, turns, informants)
    study.save("coding_agreement.csv", compute_coding_agreement(coded, study.load("codebook.csv")))
    study.save("uncoded_texts.csv", list_unread(coded))
    study.save("disagreements.csv", list_disagreements(coded))
    study.save("consensus_changes.csv", count_consensus(coded))
    return Material(study)


def cells(table: Table) -> list[list[str]]:
    assert all(len(row) == len(table.headings) for row in table.rows)
    return [[cell.text for cell in row] for row in table.rows]


def test_the_table_of_codes_shows_every_coefficient_and_the_interval_of_alpha(tiny) -> None:
    table = displays.table_agreement_codes(condense(tiny))
    rows = {row[0]: row[1:] for row in cells(table)}
    assert len(rows) == 7
    # Used in 3 of 8 turns; alpha 8/11, agreed in 7 of 8, as in test_coding_agreement.py.
    used, turns, percent, _, ac1, alpha, _, interval = rows["Ketelitian"]
    assert (used, turns, percent, alpha) == ("3", "8", "87,5%", "0,73")
    assert float(ac1.replace(",", ".")) == pytest.approx(0.78, abs=0.01)
    assert re.fullmatch(r"−?\d,\d\d s\.d\. 1,00", interval)


def test_what_has_no_number_has_a_reason_in_its_row(tiny) -> None:
    tiny.write("codebook.csv", tiny.read("codebook.csv") + "MUTU-LAIN,mutu,Lain,Tidak dipakai.,,,+,deductive,,,\n")
    rows = {row[0]: row for row in cells(displays.table_agreement_codes(condense(tiny)))}
    assert rows["Lain"][3:] == ["–", "–", "–", "–", "–", "tidak ada variasi"]
    assert "nan" not in str(rows)


def test_the_table_of_foci_has_the_ordinal_alpha_of_magnitudes(tiny) -> None:
    table = displays.table_agreement_foci(condense(tiny, "en"))
    assert "Krippendorff's ordinal alpha" in table.headings
    assert [row[0] for row in cells(table)] == ["Quality of work", "Timely work", "Obstacles", "Other findings"]


def test_disagreements_show_words_coders_and_decision(tiny) -> None:
    table = displays.table_disagreements(condense(tiny))
    first, second = table.rows[1], cells(table)[1]
    assert first[0].href == "#t-T1-2"
    assert second[2:] == ["Mereka jarang salah ketik.", "Ketelitian", "hanya sebagian pengode memakai kode ini",
                          "pengode A +1; pengode B tidak dikode", "+1"]  # fmt: skip
    assert "3 dari 3" in table.note
    assert len(displays.table_disagreements(condense(tiny), most=1).rows) == 1


def test_withheld_words_and_roles_held_by_one_person_are_not_shown(tiny) -> None:
    tiny.replace("codings/coder-b.csv", "Hasil ketikan saya cukup rapi.,MUTU-HASIL,1",
                 "Hasil ketikan saya cukup rapi.,MUTU-HASIL,-1")  # fmt: skip
    rows = cells(displays.table_disagreements(condense(tiny)))
    assert rows[0][2] == "(tidak dikutip atas permintaan informan)"
    assert "ketikan" not in str(rows)
    # A-1 is the head of the office, shown by the group.
    assert "Kepala" not in str(rows)


def test_the_consensus_is_counted_by_code_with_a_sum(tiny) -> None:
    table = displays.table_consensus(condense(tiny))
    assert len(table.headings) == 1 + len(OUTCOMES) + 1
    rows = {row[0]: row[1:] for row in cells(table)}
    # agreed, decided as coder-a, as coder-b, added, dropped, magnitude: see test_disagreements.py.
    assert rows["Seluruhnya"] == ["21", "2", "1", "0", "0", "3"]
    assert rows["Antrean"] == ["1", "0", "1", "0", "0", "0"]


def test_a_text_that_a_coder_has_not_coded_is_named_below_the_table(tiny) -> None:
    lines = tiny.read("codings/coder-b.csv").splitlines(keepends=True)
    tiny.write("codings/coder-b.csv", "".join(line for line in lines if not line.startswith("T6,")))
    assert "Pengode B tidak mengode T6" in displays.table_agreement_codes(condense(tiny)).note


def test_one_coder_alone_makes_tables_that_say_so(tiny) -> None:
    tiny.remove("codings/coder-a.csv")
    tiny.remove("codings/coder-b.csv")
    tiny.replace("study.toml", 'coder = ["consensus", "coder-a", "coder-b"]\n', "")
    material = condense(tiny)
    assert {row[-1] for row in cells(displays.table_agreement_codes(material))} == {"hanya satu pengode"}
    assert "0 dari 7 kode" in displays.figure_agreement(material).alt
    assert displays.table_consensus(material).note.startswith("Tidak ada teks yang dikode")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_reason_kind_and_outcome_has_words(language: str) -> None:
    wording = Wording(language)
    for reason in REASONS:
        assert wording.has(f"agreement.reason_{reason.replace(' ', '_')}")
    assert all(wording.has(f"agreement.kind_{kind}") for kind in KINDS)
    assert all(wording.has(f"agreement.outcome_{outcome}") for outcome in OUTCOMES)


def test_the_figure_says_its_range_and_carries_its_table(tiny) -> None:
    figure = displays.figure_agreement(condense(tiny))
    assert figure.table is not None
    assert "7 dari 7 kode" in figure.alt
    assert "tertinggi 1,00" in figure.alt
    assert figure.svg.startswith("<svg")


def test_dots_lie_on_their_intervals_and_chance_at_zero() -> None:
    table = pd.DataFrame(
        [("Satu", 0.8, 0.5, 1.0), ("Dua", -0.2, -0.6, 0.3), ("Tiga", 0.5, None, None), ("Empat", None, None, None)],
        columns=["label", "value", "low", "high"],
    ).assign(text="x", count_text="1")
    ax = plot_agreement(table, ticks=[(-1, "−1"), (-0.5, "−0,5"), (0, "0"), (1, "1")])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Satu", "Dua", "Tiga", "Empat"]
    chance, dots = ax.lines
    assert list(chance.get_xdata()) == [0, 0]
    assert list(dots.get_xdata()) == [0.8, -0.2, 0.5]
    spans = [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()]
    assert spans == [[0.5, 1.0], [-0.6, 0.3]]
    assert np.allclose(np.array(dots.get_ydata())[:2], [s[0, 1] for s in ax.collections[0].get_segments()])
    # A tick beyond all intervals would only make them small.
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["−0,5", "0", "1"]


def test_a_figure_without_rows_says_so() -> None:
    empty = pd.DataFrame(columns=["label", "value", "low", "high", "text", "count_text"])
    assert [text.get_text() for text in plot_agreement(empty, ticks=[], empty="Tidak ada data").texts] == [
        "Tidak ada data"
    ]


@pytest.mark.parametrize(("language", "said"), [("id", "bukan bukti"), ("en", "no evidence")])
def test_suggestions_are_shown_beside_each_coder_as_no_evidence(tiny, language: str, said: str) -> None:
    assert displays.tables_suggestions(condense(tiny, language)) == []
    heading, first, *_ = tiny.read("codings/coder-a.csv").split("\n")
    tiny.write("codings/saran.csv", f"{heading}\n{first}\n")
    (table,) = displays.tables_suggestions(condense(tiny, language))

    assert said in table.caption
    assert said in table.note
    rows = {row[0]: row[1:] for row in cells(table)}
    assert len(rows) == 3
    assert "1" in [row[2] for row in rows.values()]
    assert not any("nan" in str(row) for row in rows.values())
