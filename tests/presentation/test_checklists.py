"""COREQ and SRQR: every item is answered with its place, or said not to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kinerja_study
from kinerja_study import display
from kinerja_study.collection import load_field_data, save_field_data
from kinerja_study.conclusions import build_findings
from kinerja_study.condensation import build_segments, count_coders
from kinerja_study.presentation.blocks import Table
from kinerja_study.presentation.checklists import COREQ, FACTS, PLACES, REPORTING_KEYS, SRQR, table_coreq, table_srqr
from kinerja_study.presentation.material import Material

PACKAGE = Path(kinerja_study.__file__).parent


def prepare(tiny: Any, **parameters: Any) -> Material:
    """Write what the notebooks write before the checklists, without starting a kernel."""
    study = tiny.open(**parameters)
    data = load_field_data(study)
    save_field_data(study, data)
    segments = build_segments(data.codings, coder=study.rules.coder)
    indicators = display.compute_indicators(data.services, data.attendance, data.satisfaction, study.definition)
    study.save("segments.csv", segments)
    study.save("coders.csv", count_coders(data.codings))
    study.save("indicators.csv", indicators)
    findings = build_findings(
        study, segments=segments, codings=data.codings, codebook=data.codebook, indicators=indicators,
        documents=data.documents, claims=data.claims,
    )  # fmt: skip
    study.save("findings.json", findings)
    return Material(study)


@pytest.fixture(scope="module")
def material(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Material:
    return prepare(make_tiny(tmp_path_factory.mktemp("daftar")))


def row(table: Table, item: int) -> tuple[str, str, str]:
    """Return whether an item is reported, the answer and the link."""
    cells = table.rows[item - 1]
    return cells[2].text, cells[3].text, cells[4].href


def test_coreq_has_its_32_items_and_srqr_its_21(material: Material):
    coreq, srqr = table_coreq(material), table_srqr(material)
    assert (len(coreq.rows), len(srqr.rows)) == (32, 21)
    assert [cells[0].text for cells in coreq.rows] == [str(n) for n in range(1, 33)]
    for table in (coreq, srqr):
        names = [cells[1].text for cells in table.rows]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("item", "says", "link"),
    [
        (12, "6 informan", "#tabel-informan"),
        (18, "Tidak ada informan", "#tabel-informan"),
        (20, "1 catatan observasi", "#tabel-teks"),
        (24, "pengode A, pengode B, dan konsensus", "#tabel-pengode"),
        (25, "7 kode", "#tabel-buku-kode"),
        (26, "6 kode deduktif, 1 kode induktif", "#tabel-buku-kode"),
        (29, "24 segmen", "#hasil"),
        (
            30,
            "Dari 10 klaim, 6 terkonfirmasi, 0 disebut sumber, dan 2 bertentangan (terhadap data sintetis)",
            "#tabel-klaim",
        ),
        (31, "2 sub-fokus", "#tabel-putusan"),
        (32, "5 segmen yang bertentangan", "#hasil"),  # three on mutu, two on kerja
    ],
)
def test_item_that_the_data_answer_is_answered_with_its_place(material: Material, item: int, says: str, link: str):
    reported, answer, href = row(table_coreq(material), item)
    assert (reported, href) == ("ya", link)
    assert says in answer


@pytest.mark.parametrize("item", [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 17, 23, 28])
def test_item_that_only_the_researcher_knows_is_said_to_be_missing_and_by_which_key(material: Material, item: int):
    reported, answer, href = row(table_coreq(material), item)
    assert (reported, href) == ("tidak", "")
    assert f"reporting.{COREQ[item - 1].keys[0]}" in answer


def test_item_without_key_and_without_fact_is_said_not_to_be_reported(material: Material):
    # Saturation was not computed here, and no key stands for it.
    assert row(table_coreq(material), 22) == ("tidak", "Tidak dilaporkan.", "")


def test_fact_that_is_only_a_part_of_the_answer_is_said_to_be_one(material: Material):
    reported, answer, href = row(table_srqr(material), 9)
    assert (reported, href) == ("sebagian", "#tabel-informan")
    assert "5 informan mengizinkan kutipan, 1 ikut dihitung tanpa dikutip." in answer
    assert "reporting.ethics" in answer


@pytest.mark.parametrize(
    ("item", "says", "link"),
    # T1 and T2 have a place and say whether they were recorded, T1 has a length
    [
        (14, "2 dari 6 wawancara", "#lampiran-teks"),
        (19, "2 dari 6 wawancara", "#tabel-teks"),
        (21, "20–20 menit, dicatat pada 1 dari 6", "#tabel-teks"),
    ],
)
def test_fact_that_is_known_of_some_interviews_only_is_a_part_of_the_answer(
    material: Material, item: int, says: str, link: str
):
    reported, answer, href = row(table_coreq(material), item)
    assert (reported, href) == ("sebagian", link)
    assert says in answer


def test_recording_is_reported_in_full_where_every_interview_says_yes_or_no(tiny: Any):
    for number in (3, 4, 5, 6):
        tiny.replace(f"interviews/T{number}.md", "kind: interview\n", "kind: interview\nrecorded: no\n")
    assert row(table_coreq(prepare(tiny)), 19)[0] == "ya"


def test_what_the_researcher_writes_answers_its_items_in_the_language_of_the_report(tiny: Any):
    written = (
        '\n[reporting]\ninterviewer = "Peneliti sendiri"\northientation = "x"\nsampling = ["bertujuan", "bola salju"]\n'
        'ethics = { id = "Disetujui komisi etik.", en = "Approved." }\norientation = "Interaktif"\n'
    )
    tiny.write("study.toml", tiny.read("study.toml") + written)
    coreq, srqr = table_coreq(prepare(tiny)), table_srqr(prepare(tiny, language="en"))
    assert row(coreq, 1) == ("ya", "Peneliti sendiri.", "")
    assert row(coreq, 10)[1] == "bertujuan dan bola salju."
    assert row(srqr, 9)[0] == "yes"
    assert row(srqr, 9)[1].startswith("Approved. 5 informants allow quotation")
    # of its two keys one is there
    assert row(srqr, 5)[0] == "in part"
    assert "reporting.paradigm" in row(srqr, 5)[1]
    assert "reporting.orientation" not in row(srqr, 5)[1]
    assert "orthientation" in coreq.note


def test_caption_counts_what_is_reported_in_full(material: Material):
    for table, items in ((table_coreq(material), COREQ), (table_srqr(material), SRQR)):
        full = [cells for cells in table.rows if cells[2].text == "ya"]
        assert f"{len(full)} dari {len(items)}" in table.caption


def test_every_link_leads_to_an_anchor_of_the_report():
    source = "".join(path.read_text("utf-8") for path in (PACKAGE / "presentation").rglob("*.py")
                     if path.name != "checklists.py")  # fmt: skip
    source += "".join(path.read_text("utf-8") for path in (PACKAGE / "presentation").rglob("*.j2"))
    anchors = set(re.findall(r'(?:id=|tabled\(\s*material, )"([a-z-]+)"', source))
    assert {item.place for item in (*COREQ, *SRQR) if item.place} <= set(PLACES) <= anchors
    assert "tabel-tiada" not in anchors


def test_stage_that_has_not_run_is_not_reported_and_one_that_has_is(tiny: Any):
    assert row(table_coreq(prepare(tiny)), 22)[0] == "tidak"
    tiny.open().save("saturation_answers.csv", "group\n")
    assert row(table_coreq(prepare(tiny)), 22) == (
        "ya", "Dihitung menurut urutan pengumpulan dan urutan acak.", "#tabel-kejenuhan",
    )  # fmt: skip


def test_tables_whose_presence_is_asked_for_are_those_that_the_notebooks_save():
    notebooks = "".join(p.read_text("utf-8") for p in (PACKAGE.parents[1] / "notebooks").glob("*.ipynb"))
    asked = re.findall(r'_exists\(material, "([^"]+)"\)', (PACKAGE / "presentation/checklists.py").read_text("utf-8"))
    assert len(asked) == 2
    assert [name for name in asked if f'study.save(\\"{name}\\"' not in notebooks] == []


def test_every_fact_is_used_and_every_key_is_documented():
    used = {item.fact for item in (*COREQ, *SRQR) if item.fact}
    assert used == set(FACTS)
    document = (PACKAGE.parents[1] / "docs/data-format.md").read_text("utf-8")
    assert [key for key in REPORTING_KEYS if f"`{key}`" not in document] == []
