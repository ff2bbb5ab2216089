from __future__ import annotations

from kinerja_study.presentation.displays import tactics


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_a_role_that_would_name_the_person_is_shown_by_its_group(rigour):
    table = tactics.table_roles(rigour("id"))
    roles = [row[1] for row in texts(table)]
    assert "Kepala" not in " ".join(roles)
    assert roles[:2] == ["Atasan", "Sekretaris"]
    assert "Dari 6 peran, 6 hanya diwakili seorang informan" in table.note


def test_a_study_without_informants_has_a_table_without_roles(rigour, monkeypatch):
    material = rigour("id")
    table = material.study.load("roles.csv").iloc[:0]
    monkeypatch.setattr(material.study, "load", {"roles.csv": table}.get)
    assert tactics.table_roles(material).rows == ()


def test_every_rated_focus_has_a_score_for_each_weighing(rigour):
    rows = texts(tactics.table_weighting(rigour("id")))
    # mutu 65 by groups; .75+.5+0+.5-.5-1+0+.5 = .75 of 8 cases: 60 + 40 * .09375 = 63.75; without berkas: .375/4.
    assert rows[0] == [
        "Mutu pekerjaan", "65,00 (cukup baik)", "65,00 (cukup baik)", "63,75 (cukup baik)", "61,25 (cukup baik)"
    ]  # fmt: skip
    assert [row[0] for row in rows] == ["Mutu pekerjaan", "Kerja tepat waktu"]


def test_cases_that_stand_apart_are_shown_with_their_distance(rigour):
    rows = texts(tactics.table_outliers(rigour("id")))
    # mutu: positions -1 -.5 0 0 .5 .5 .5 .75, median .25; deviations .25 five times, .5, .75, 1.25: MAD .25.
    assert rows[:2] == [
        ["Mutu pekerjaan", "Pedagang (W-1)", "Warga", "−0,50", "+0,25", "−3,00", "1"],
        ["Mutu pekerjaan", "Petani (W-2)", "Warga", "−1,00", "+0,25", "−5,00", "1"],
    ]


def test_a_table_without_outliers_says_so_and_names_the_foci_without_spread(rigour, monkeypatch):
    material = rigour("id")
    table = material.study.load("outliers.csv").assign(outlying="False", distance="")
    monkeypatch.setattr(material.study, "load", {"outliers.csv": table}.get)
    shown = tactics.table_outliers(material)
    assert texts(shown) == [["tidak ada", *["–"] * 6]]
    assert "Pada Mutu pekerjaan, Kerja tepat waktu, dan semua sub-fokus lebih dari separuh" in shown.note


def test_words_of_one_who_may_not_be_quoted_are_in_no_cell(rigour):
    material = rigour("id")
    quotes = {quote.text for quote in material.quotes.values() if quote.withheld}
    assert quotes == {""}
    shown = [row[-1] for row in texts(tactics.table_extremes(material))]
    assert all(text.startswith("“") or text == "tidak dikutip atas permintaannya" for text in shown)


def test_examples_lead_to_their_place_in_the_text(rigour):
    cells = [row[-1] for row in tactics.table_negative(rigour("id")).rows]
    assert cells
    assert all(cell.href.startswith("#s-") for cell in cells)


def test_a_finding_without_contrary_evidence_says_that_it_was_looked_for(rigour, monkeypatch):
    material = rigour("en")
    table = material.study.load("negative_evidence.csv").assign(examples="", segments=0)
    monkeypatch.setattr(material.study, "load", {"negative_evidence.csv": table}.get)
    assert {row[-1] for row in texts(tactics.table_negative(material))} == {"looked for, none found"}


def test_longest_requests_are_held_against_their_standard(rigour):
    rows = texts(tactics.table_longest(rigour("id")))
    assert rows[0] == ["R-4", "Sktm", "40", "30", "ya"]
    assert len(rows) == 5


def test_if_then_tests_are_labelled_exploratory_and_show_effect_n_and_p(rigour):
    table = tactics.table_relations(rigour("id"))
    assert "eksploratif, tidak dipakai dalam kesimpulan" in table.caption
    rows = {(row[0][:12], row[1]): row[2:] for row in texts(table)}
    assert rows["Bila listrik", "Semua layanan"][:3] == ["50% (n = 2)", "50% (n = 4)", "0,0 poin persen"]
    # The two of the leader: R-4 on a day like any other, R-6 still open, so that nothing can be compared.
    assert rows["Bila pimpina", "Semua layanan"] == [
        "– (n = 0)", "– (n = 1)", "–", "–", "tidak ada permohonan pada hari kejadian"
    ]  # fmt: skip
