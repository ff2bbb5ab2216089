"""The audit as a chapter shows it: every kind named, every defect a sentence, every status against synthetic data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.collection import load_field_data
from kinerja_study.conclusions.audit import KINDS, audit_study
from kinerja_study.presentation.displays.audit import (
    describe_defect,
    table_defect_counts,
    table_defects,
    table_regulations,
)
from kinerja_study.presentation.displays.conclusions import table_claim_counts, table_claims
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import Wording
from kinerja_study.study import Study

ROOT = Path(__file__).parents[2]


def prepare(tiny: Any, **parameters: Any) -> Material:
    """Write what the tables read."""
    study = tiny.open(**parameters)
    found = audit_study(study)
    study.save("claims.csv", found.claims)
    study.save("codebook.csv", load_field_data(study).codebook)
    study.save("findings.json", {"claims": found.statuses})
    study.save("defects.json", {"defects": [defect.as_dict() for defect in found.defects]})
    return Material(study)


@pytest.fixture(scope="module")
def material(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Material:
    return prepare(make_tiny(tmp_path_factory.mktemp("audit")))


def test_every_kind_is_counted_also_one_that_was_looked_for_and_not_found(material: Material):
    counts = {row[0].text: row[1].text for row in table_defect_counts(material).rows}
    assert len(counts) == len(KINDS)
    assert counts["Putusan berbeda antarbagian"] == "1"
    assert counts["Dasar yang berputar"] == "tidak ditemukan"


def test_defect_stands_with_its_claims_a_sentence_and_what_became_of_them(material: Material):
    rows = {row[0].text: row for row in table_defects(material).rows}
    _, claims, sentence, status = rows["Putusan berbeda antarbagian"]
    assert claims.text == "K2: Kerja pegawai baik; K4: Kerja pegawai cukup baik"
    assert claims.href == "#tabel-klaim"
    assert sentence.text == (
        "Putusan tentang kerja tepat waktu tidak sama: K2 (hasil) menyatakan baik dan K4 (kesimpulan) menyatakan "
        "cukup baik."
    )
    assert status.text == "K2: bertentangan; K4: terkonfirmasi (terhadap data sintetis)"


def test_what_sources_only_mention_is_not_told_as_confirmed(tiny: Any):
    tiny.write("claims.csv", tiny.read("claims.csv") + "K11,finding,mutu,Hasil kerja rapi.,code=MUTU-HASIL,,\n")
    material = prepare(tiny)
    assert material.findings["claims"][-1]["status"] == "reproduced"
    told = {row[0].text: row[4].text for row in table_claims(material).rows}
    assert told["K11"] == "disebut sumber terhadap data sintetis"
    assert told["K1"].startswith("terkonfirmasi")
    counts = table_claim_counts(material)
    place = counts.headings.index("Disebut sumber")
    assert [row[place].text for row in counts.rows if row[0].text == "Hasil"] == ["1"]


def test_every_row_of_a_synthetic_study_says_so_and_none_of_a_field_study(material: Material, tiny: Any):
    assert all("terhadap data sintetis" in row[-1].text for row in table_defects(material).rows)
    tiny.replace("study.toml", 'provenance = "synthetic"', 'provenance = "field"')
    for name in sorted(tiny.raw.rglob("*.md")):
        text = name.read_text("utf-8").replace("provenance: synthetic", "provenance: field")
        tiny.write(name.relative_to(tiny.raw).as_posix(), text)
    rows = table_defects(prepare(tiny)).rows
    assert rows
    assert not any("sintetis" in row[-1].text for row in rows)


def test_regulation_that_claims_cite_is_shown_with_its_time_and_successors(tiny: Any):
    tiny.replace("claims.csv", "PermenPAN-RB 14/2017", "Permenpan 38/2012; PP 53/2010")
    rows = {row[0].text: [cell.text for cell in row] for row in table_regulations(prepare(tiny)).rows}
    assert next(iter(rows)) == "PermenPAN-RB 38/2012"
    assert {"PermenPAN-RB 1/2015", "PermenPAN-RB 17/2017", "PermenPAN-RB 29/2022", "PP 94/2021"} < set(rows)
    assert rows["PermenPAN-RB 38/2012"][2:7] == [
        "2012", "2015", "PermenPAN-RB 1/2015", "K10", "belum: akhir berlaku dan pengganti",
    ]  # fmt: skip
    assert rows["PP 53/2010"][3] == "31 Agustus 2021"
    assert rows["PP 53/2010"][6] == "ya"
    assert rows["PP 94/2021"][5] == "–"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_defect_of_the_article_is_a_sentence_in_both_languages(language: str):
    study = Study.open("balikpapan-kota", root=ROOT)
    defects = audit_study(study).defects
    sentences = [describe_defect(d.as_dict(), study.definition, Wording(language)) for d in defects]
    assert len(set(sentences)) == len(sentences)
    for defect, sentence in zip(defects, sentences, strict=True):
        assert sentence.endswith(".")
        assert all(claim in sentence for claim in defect.claims)
        assert "_" not in sentence


def test_label_with_markup_is_shown_as_typed(tiny: Any):
    tiny.replace("claims.csv", "PermenPAN-RB 14/2017", "<b>{{ 1 }}</b>")
    (row,) = [row for row in table_defects(prepare(tiny)).rows if row[0].text == "Peraturan tidak tercatat"]
    assert "<b>{{ 1 }}</b>" in row[2].text
