"""The audit trail: everything of the study under a heading, what was decided and noted, and what is withheld."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from kinerja_study.collection import load_field_data, save_field_data
from kinerja_study.collection.schemas import HEADINGS
from kinerja_study.presentation.blocks import Paragraph, Table
from kinerja_study.presentation.displays import audit_trail
from kinerja_study.presentation.material import Material
from kinerja_study.reproduction.stages import NOTEBOOKS
from kinerja_study.study import Study

WORDING = Path(audit_trail.__file__).parents[1] / "wording"
REPOSITORY, SAMPLE = Path(__file__).parents[3], "balikpapan-kota"
PROCESSED = REPOSITORY / "data/processed" / SAMPLE


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


@pytest.fixture
def sample(tmp_path: Path) -> Study:
    """Return a copy of the sample study as its last run left it, without the texts."""
    for name in (f"data/raw/{SAMPLE}/study.toml", *(f"data/processed/{SAMPLE}/{p.name}" for p in PROCESSED.iterdir())):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return Study.open(SAMPLE, root=tmp_path)


def collected(tiny, language="id") -> Material:
    study = tiny.open(language=language)
    save_field_data(study, load_field_data(study))
    return Material(study)


def test_every_processed_file_stands_under_a_heading():
    written = {path.name for path in PROCESSED.iterdir()}
    assert written - {name for item in audit_trail.ITEMS for name in item.files} == {"memos.csv"}
    assert {item.heading for item in audit_trail.ITEMS} == set(HEADINGS)
    assert len(NOTEBOOKS) == audit_trail.STAGES


def test_the_trail_counts_what_the_study_has_and_says_what_it_lacks(sample):
    memos = sample.load("memos.csv")
    sample.save("memos.csv", memos[memos["heading"] != "intentions"])
    rows = texts(audit_trail.table_trail(Material(sample)))
    found = {(heading, item): count for heading, item, _, count in rows}
    assert found["Data mentah", "transkrip wawancara"] == "15"
    assert found["Data mentah", "memo peneliti"] == "2"
    assert found["Reduksi dan analisis data", "keputusan bersama"] == "16"
    assert found["Reduksi dan analisis data", "memo peneliti"] == "3"
    assert found["Maksud dan pendirian peneliti", "memo peneliti"] == "tidak ada"
    assert rows[0][0] == "Data mentah"
    assert len({row[0] for row in rows}) == 6


def test_what_is_there_leads_to_its_place_and_what_is_not_leads_nowhere(sample):
    for row in audit_trail.table_trail(Material(sample)).rows:
        assert not (row[3].text == "tidak ada" and row[1].href)


def test_a_decision_shows_its_place_its_words_who_what_and_why(noted):
    first, *_, withheld = audit_trail.table_decisions(collected(noted)).rows
    assert [cell.text for cell in first] == [
        "D1:1", "menunjuk penanda tangan pengganti", "Penundaan (HAM-TUNDA)", "pengode A", "dipakai, magnitudo +1",
        "pengode C, 25 Maret 2024", "Pengganti mencegah penundaan.",
    ]  # fmt: skip
    assert first[0].href == "#t-D1-1"
    assert withheld[0].href == "#t-T4-2"
    assert withheld[1].text == "(tidak dikutip atas permintaan informan)"
    assert withheld[3].text == "tidak seorang pun"
    assert withheld[6].text == "(tidak ditampilkan: menyangkut kata-kata yang tidak boleh dikutip)"


def test_a_code_that_is_gone_is_shown_by_its_id_and_one_that_is_there_by_its_label(tiny):
    rows = texts(audit_trail.table_changes(collected(tiny, "en")))
    assert [row[2] for row in rows] == [
        "new code: LAIN-TUNGGU", "LAIN-TUNGGU merged into Antrean (LAIN-ANTRE)",
        "definition of Ketelitian (MUTU-TELITI) changed",
    ]  # fmt: skip
    assert [row[3] for row in rows] == ["0", "2", "–"]


def test_memos_stand_under_their_headings_in_the_order_of_the_trail(noted):
    table = audit_trail.table_memos(collected(noted, "en"))
    rows = texts(table)
    assert [row[0] for row in rows] == [
        "Raw data", *["Data reduction and analysis products"] * 2, "Data reconstruction and synthesis products",
        "Process notes",
    ]  # fmt: skip
    about = [(row[1].text, row[1].href) for row in table.rows]
    assert about[0] == ("T3", "#teks-T3")
    assert about[1] == ("LAIN-TUNGGU", "#tabel-buku-kode")
    assert about[2] == ("T4:2 Listrik padam (HAM-LISTRIK) (coder B)", "#t-T4-2")
    assert about[4] == ("the whole study", "")
    assert rows[2][3] == "(not shown: it concerns words that may not be quoted)"


def test_a_memo_shows_as_typed(tiny):
    tiny.replace("memos.csv", "Tidak direkam.", "<script>{{ 7*7 }}</script> $x$ **x**")
    assert texts(audit_trail.table_memos(collected(tiny)))[0][3] == "<script>{{ 7*7 }}</script> $x$ **x**"


@pytest.mark.parametrize(
    ("removed", "sentence"),
    [
        (
            ("decisions", "codebook_changes", "memos"),
            "Studi ini tidak memuat catatan keputusan bersama tentang koding, riwayat perubahan buku kode, dan memo "
            "peneliti.",
        ),
        (("memos",), "Studi ini tidak memuat memo peneliti."),
    ],
)
def test_a_study_without_the_tables_says_so_in_one_sentence_and_shows_no_empty_table(sample, removed, sentence):
    for stem in removed:
        sample.save(f"{stem}.csv", sample.load(f"{stem}.csv").iloc[:0])
    material = Material(sample)
    trail, silence, *tables = audit_trail.show_trail(material)
    assert isinstance(trail, Table)
    assert isinstance(silence, Paragraph)
    assert [s.text for s in silence.sentences] == [sentence]
    assert len(tables) == 3 - len(removed)


def test_each_item_has_a_name_in_both_languages():
    for language in ("id", "en"):
        words = tomllib.loads((WORDING / f"{language}.toml").read_text("utf-8"))["trail"]
        assert {f"item_{item.name}" for item in audit_trail.ITEMS} | set(HEADINGS) <= set(words)
