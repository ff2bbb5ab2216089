from __future__ import annotations

from kinerja_study.presentation.displays.triangulation import table_codes, table_foci


def texts(table):
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def test_a_focus_names_the_pairs_of_each_result_and_the_silent_once(rigour):
    table = table_foci(rigour("id"))
    assert [row[0].text for row in table.rows] == ["Mutu pekerjaan", "Kerja tepat waktu", "Hambatan", "Temuan lain"]
    agree, partial, dissonance, silent, conflict = texts(table)["Temuan lain"]
    # LAIN-ANTRE: W-2 of two and the observation, both neutral.
    assert (agree, partial, dissonance, conflict) == ("Warga–Amatan", "–", "–", "–")
    assert silent == "Atasan, Staf, Berkas, dan Catatan diam; 14 pasangan tak terbandingkan"


def test_conflicts_of_direction_stand_beside_the_result_that_they_have(rigour):
    _, partial, _, silent, conflict = texts(table_foci(rigour("en")))["Quality of work"]
    assert "Superiors–Public" in partial.split("; ")
    assert "Superiors–Public" in conflict.split("; ")
    assert "Superiors–Observation" in partial.split("; ")
    assert "Superiors–Observation" not in conflict.split("; ")
    assert silent == "–"


def test_techniques_are_compared_too(rigour):
    table = table_foci(rigour("en"), "technique")
    assert table.id != table_foci(rigour("en")).id
    # W-2 is one of six who were interviewed, below 25 %; the only observation speaks of it: both are neutral.
    assert texts(table)["Other findings"][:2] == ["–", "interview–observation"]


def test_a_code_counts_its_pairs_and_leaves_out_records(rigour):
    rows = texts(table_codes(rigour("id")))
    # S-1 -1 and S-2 -2 of two, W-2 -1 of two; atasan, amatan and berkas say nothing: one of ten pairs is left.
    assert rows["HAM-LISTRIK"] == ["Listrik padam", "1", "0", "0", "9", "–"]


def test_the_definitions_stand_once_under_the_first_table(rigour):
    assert "25%" in table_foci(rigour("id")).note
    assert not table_foci(rigour("id"), "technique").note + table_codes(rigour("id")).note
