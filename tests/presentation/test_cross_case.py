"""Studies side by side, from findings written by hand: what the tables say, and where their cells lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import pytest

from kinerja_study.presentation.blocks import Paragraph, Table
from kinerja_study.presentation.cross_case import Comparison, banner_of

RULES = {"coder": "consensus", "aggregate": "mean"}


def finding(focus: str, verdict: str | None, score: float | None) -> dict[str, Any]:
    return {"id": focus, "verdict": verdict, "score": score, "informants": 6}


def obstacle(code: str, rank: int, label: str = "") -> dict[str, Any]:
    return {"code": code, "rank": rank, "cases": 4 - rank, "label": label or code, "focus": "hambatan"}


def add_study(tiny: Any, study_id: str, findings: dict[str, Any], *replaced: tuple[str, str]) -> None:
    toml = tiny.read("study.toml").replace('id = "tiny"', f'id = "{study_id}"')
    for old, new in replaced:
        assert old in toml
        toml = toml.replace(old, new)
    raw = tiny.root / "data/raw" / study_id
    raw.mkdir(exist_ok=True)
    (raw / "study.toml").write_text(toml, encoding="utf-8")
    (tiny.root / "data/processed" / study_id).mkdir(parents=True)
    study = type(tiny)(study_id, tiny.root).open()
    study.save("findings.json", {"rules": RULES, "obstacles": [], **findings})


FIELD = ('provenance = "synthetic"', 'provenance = "field"')


@pytest.fixture
def comparison(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    add_study(
        tiny, "tiny",
        {
            "foci": [finding("mutu", "cukup_baik", 65.0), finding("kerja", "baik", 70.0)],
            "obstacles": [obstacle("HAM-LISTRIK", 1, "<b>Listrik</b>"), obstacle("HAM-TUNDA", 2)],
        },
    )  # fmt: skip
    add_study(
        tiny, "timur",
        {
            "foci": [finding("mutu", "baik", 81.5), finding("kerja", None, None)],
            "obstacles": [obstacle("HAM-TUNDA", 1)],
        },
        FIELD,
    )  # fmt: skip
    # The third rates a focus of its own in place of one that the others have.
    add_study(
        tiny, "barat",
        {"foci": [finding("mutu", "baik", 68.0), finding("tangkas", "baik", 70.0)], "rules": RULES | {"coder": "a"}},
        ('id = "kerja"', 'id = "tangkas"'), ('focus = "kerja"', 'focus = "tangkas"'),
    )  # fmt: skip
    monkeypatch.chdir(tiny.root)
    return Comparison.open(["tiny", "timur", "barat"])


def shown(table: Table | Paragraph) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text for cell in row] for row in table.rows]


def test_studies_are_listed_with_their_provenance_and_led_to(comparison: Comparison) -> None:
    table = comparison.table_studies()
    assert [row[0] for row in shown(table)] == ["tiny (sintetis)", "timur", "barat (sintetis)"]
    assert [row[3] for row in shown(table)] == ["sintetis", "lapangan", "sintetis"]
    assert [row[0].href for row in table.rows] == [f"{one}/laporan.html" for one in ("tiny", "timur", "barat")]


def test_verdicts_stand_side_by_side_and_lead_to_their_section(comparison: Comparison) -> None:
    table = comparison.table_verdicts()
    assert table.headings == ("Studi", "Mutu pekerjaan", "Kerja tepat waktu (kerja)", "Kerja tepat waktu (tangkas)")
    assert shown(table) == [
        ["tiny (sintetis)", "cukup baik 65,00", "baik 70,00", "tidak diteliti"],
        ["timur", "baik 81,50", "tanpa putusan", "tidak diteliti"],
        ["barat (sintetis)", "baik 68,00", "tidak diteliti", "baik 70,00"],
    ]
    assert table.rows[1][2].href == "timur/laporan.html#hasil-kerja"
    assert table.rows[1][3].href == ""


def test_difference_names_the_studies_farthest_apart_of_common_foci_only(comparison: Comparison) -> None:
    assert shown(comparison.table_differences()) == [
        ["Mutu pekerjaan", "berbeda", "timur: baik 81,50", "tiny (sintetis): cukup baik 65,00", "16,50"]
    ]
    same = Comparison(comparison.studies[1:], "en")
    assert shown(same.table_differences())[0][1] == "the same"
    assert isinstance(Comparison(comparison.studies[:1], "id").table_differences(), Paragraph)


def test_what_only_some_have_is_named_with_them(comparison: Comparison) -> None:
    table = comparison.table_partial()
    assert [row[1:] for row in shown(table)] == [
        ["Kerja tepat waktu (kerja)", "tiny (sintetis)"],
        ["Kerja tepat waktu (kerja)", "timur"],
        ["Kerja tepat waktu (tangkas)", "barat (sintetis)"],
        ["HAM-TUNDA", "tiny (sintetis)"],
        ["HAM-TUNDA", "timur"],
        ["<b>Listrik</b>", "tiny (sintetis)"],
    ]
    assert isinstance(table, Table)
    assert table.rows[-1][2].href == "tiny/laporan.html#k-O-HAM-LISTRIK"


def test_obstacles_of_most_studies_come_first(comparison: Comparison) -> None:
    assert shown(comparison.table_obstacles()) == [
        ["HAM-TUNDA", "2 dari 3 studi", "tiny (sintetis)", "2", "2"],
        ["HAM-TUNDA", "2 dari 3 studi", "timur", "1", "3"],
        ["<b>Listrik</b>", "1 dari 3 studi", "tiny (sintetis)", "1", "3"],
    ]


def test_rules_that_differ_are_shown_and_equal_ones_are_not(comparison: Comparison) -> None:
    table = comparison.table_rules()
    assert isinstance(table, Table)
    assert table.headings == ("Studi", "Pilihan pengode")
    assert [row[1] for row in shown(table)] == ["consensus", "consensus", "a"]
    assert isinstance(Comparison(comparison.studies[:2], "id").table_rules(), Paragraph)


def test_scale_is_drawn_where_two_studies_have_a_score_and_one_scale(comparison: Comparison, tiny: Any) -> None:
    figures = comparison.figures()
    assert [figure.id for figure in figures] == ["gambar-lintas-mutu"]
    assert "timur 81,50" in figures[0].alt
    add_study(tiny, "lain", {"foci": [finding("mutu", "baik", 80.0)]}, ("from = 68.0", "from = 70.0"))
    other = Comparison.open(["tiny", "lain"])
    assert other.figures() == []
    assert shown(other.table_rules())[1][1].endswith("baik 70, sangat baik 84")


def test_page_says_which_studies_are_invented(comparison: Comparison) -> None:
    definitions = [study.definition for study in comparison.studies]
    assert banner_of(definitions, "id").endswith("studi tiny dan barat.")
    assert banner_of(definitions[:1], "id").endswith("studi-studi ini.")
    assert banner_of(definitions[1:2], "id") == ""


def test_what_is_shown_is_escaped_and_the_same_each_time(comparison: Comparison) -> None:
    parts = (comparison.show_studies, comparison.show_verdicts, comparison.show_differences, comparison.show_obstacles)
    page = "".join(part() for part in parts)
    assert page == "".join(part() for part in parts)
    assert "<b>Listrik</b>" not in page
    links = set(lxml.html.document_fromstring(page).xpath("//a/@href"))
    assert links
    assert all(Path(link.partition("#")[0]).name == "laporan.html" for link in links)


def test_without_studies_all_that_have_been_run_are_compared(comparison: Comparison, tiny: Any) -> None:
    (tiny.root / "data/raw/belum").mkdir()
    (tiny.root / "data/raw/belum/study.toml").write_text(tiny.read("study.toml").replace('"tiny"', '"belum"'))
    assert [study.id for study in Comparison.open().studies] == ["barat", "timur", "tiny"]
