"""Figures of codes, causes and the method on the tiny study."""

from __future__ import annotations

import pandas as pd
import pytest

from kinerja_study.presentation.displays import causes, matrices, method

# T2 is cited for HAM-TUNDA and T3 for HAM-LISTRIK in tests/conftest.py; S-2 (T4) may not be quoted.
CODINGS = {"own": ("T1", "MUTU-HASIL"), "other": ("T2", "HAM-TUNDA"), "withheld": ("T4", "HAM-LISTRIK")}


def coding(material, name):
    document, code = CODINGS[name]
    rows = material.segments
    return rows[(rows["document_id"] == document) & (rows["code"] == code)].iloc[0]


def with_causes(material, *pairs):
    rows = []
    for one, two in pairs:
        a, b = coding(material, one), coding(material, two)
        ids = {"cause_coding": a["coding_id"], "effect_coding": b["coding_id"], "case_id": a["case_id"]}
        rows.append({"cause": a["code"], "effect": b["code"], **ids, "connective": "sehingga", "quote": "KATA"})
    table = pd.DataFrame(
        rows, columns=["cause", "effect", "cause_coding", "effect_coding", "case_id", "connective", "quote"]
    )
    load = material.study.load
    material.study.load = lambda name: table if name == "causes.csv" else load(name)
    return material


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_cell_of_the_role_code_matrix_is_in_the_figure_and_its_table(rigour, language):
    material = rigour(language)
    figure = matrices.figure_role_code(material)
    cells = material.study.load("role_code.csv")
    assert str(len(cells)) in figure.alt
    told = [part for row in figure.table.rows for cell in row[1:] if cell.text != "–" for part in cell.text.split("; ")]
    assert len(told) == len(cells)


def test_a_role_shown_by_its_group_is_in_neither_the_matrix_nor_its_table(rigour):
    material = rigour("id")
    cells = material.study.load("role_code.csv")
    assert "Kepala" in set(material.informants["role"])  # the role of A-1, in privacy.group_only of tests/conftest.py
    assert "Kepala" not in set(cells["role"])
    assert ((cells["group"] == "atasan") & (cells["role"] == "")).any()
    shown = " ".join(cell.text for row in matrices.table_role_code(material).rows for cell in row)
    assert "Kepala" not in shown
    assert "Atasan" in shown


def test_no_two_codes_on_the_same_words_is_said(rigour):
    figure = matrices.figure_cooccurrence(rigour("id"))
    assert figure.alt == "Tidak ada dua kode yang berdiri pada kata yang sama."
    assert figure.table is None


def test_pairs_are_shown_with_the_rarer_code_and_cut_at_the_most(rigour, monkeypatch):
    material = rigour("id")
    pairs = pd.DataFrame(
        [("HAM-LISTRIK", "HAM-TUNDA", 2), ("HAM-TUNDA", "MUTU-HASIL", 1)], columns=["code", "other", "count"]
    )
    load = material.study.load
    material.study.load = lambda name: pairs if name == "cooccurrence.csv" else load(name)
    assert len(matrices.figure_cooccurrence(material).table.rows) == 2
    monkeypatch.setattr(matrices, "MOST_PAIRS", 1)
    figure = matrices.figure_cooccurrence(material)
    assert len(figure.table.rows) == 1
    assert "1 dari 2" in figure.alt


@pytest.mark.parametrize(("language", "said"), [("id", "Tidak ada"), ("en", "No source")])
def test_a_study_without_causes_says_so(rigour, language, said):
    figure = causes.figure_causes(with_causes(rigour(language)))
    assert figure.alt.startswith(said)
    assert figure.table is None


def test_a_cause_is_shown_with_who_says_it_and_the_words(rigour):
    material = with_causes(rigour("id"), ("own", "other"))
    table = causes.figure_causes(material).table
    assert [cell.text for cell in table.rows[0][3:]] == ["sehingga", "“KATA”"]
    assert "sintetis" in table.rows[0][2].text
    places = [f"#{material.quotes[coding(material, name)['coding_id']].place}" for name in ("own", "other", "own")]
    assert [table.rows[0][column].href for column in (0, 1, 4)] == places
    assert "1 giliran bicara" in table.note  # S-2 answered once and may not be quoted


@pytest.mark.parametrize("pair", [("own", "withheld"), ("withheld", "own")])
def test_words_of_one_who_may_not_be_quoted_are_not_shown(rigour, pair):
    row = causes.table_causes(with_causes(rigour("id"), pair)).rows[0]
    assert "KATA" not in row[4].text


def test_the_model_carries_the_counts_of_the_study(rigour):
    material = rigour("id")
    alt = method.figure_method(material).alt
    # tests/conftest.py: 8 texts, 6 informants, 24 codings in 7 codes, 2 rated foci with a verdict, 2 obstacles
    assert "8 teks, 6 informan" in alt
    assert "24 segmen, 7 kode terpakai" in alt
    assert "2 putusan pada 2 sub-fokus, 2 penghambat" in alt
