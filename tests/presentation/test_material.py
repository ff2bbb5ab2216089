from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kinerja_study import display
from kinerja_study.collection import load_field_data, save_field_data
from kinerja_study.conclusions import build_findings
from kinerja_study.condensation import build_segments
from kinerja_study.errors import MissingStageError
from kinerja_study.presentation.material import CONTEXT, Material
from kinerja_study.study import Study


def prepare(study: Study) -> Material:
    """Do what the notebooks do before the report, without starting a kernel."""
    save_field_data(study, load_field_data(study))
    tables = {name: study.load(f"{name}.csv") for name in ("codings", "codebook", "documents", "claims")}
    segments = build_segments(tables["codings"], coder=study.rules.coder)
    records = (study.load(f"{name}.csv") for name in ("services", "attendance", "satisfaction"))
    indicators = display.compute_indicators(*records, study.definition)
    evidence = display.build_evidence(segments, indicators)
    study.save("segments.csv", segments)
    study.save("indicators.csv", indicators)
    study.save("case_focus.csv", display.build_case_focus(evidence, neutral=study.rules.neutral))
    study.save("findings.json", build_findings(study, segments=segments, indicators=indicators, **tables))
    return Material(study)


@pytest.fixture(scope="module")
def material(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Material:
    return prepare(make_tiny(tmp_path_factory.mktemp("bahan")).open())


def test_quote_stands_between_the_words_around_it_in_its_turn(material: Material) -> None:
    quote = material.quotes["T3:70-88:MUTU-HASIL:consensus"]
    # The emoji and the accent before it are one code point each; the speaker's label is no part of what was said.
    assert quote.before == "\U0001f600 Kami bekerja di dekat kaf\u00e9."
    assert quote.text == "Hasilnya memuaskan"
    assert quote.after == ", tetapi nama warga pernah salah. Rata-rata selesai tepat waktu."
    assert (quote.code_label, quote.magnitude, quote.side) == ("Hasil kerja", 1, "for")
    assert quote.place == "s-T3-70-88"


def test_quote_says_who_spoke_and_in_what_and_when(material: Material) -> None:
    quote = material.quotes["T6:60-89:HAM-LISTRIK:consensus"]
    assert quote.speaker == "Petani (W-2)"
    assert "sintetis" in quote.source
    assert "12 Maret 2024" in quote.source
    assert quote.group_label == "Warga"
    assert material.quotes["O1:33-63:KERJA-WAKTU:consensus"].speaker.endswith("O1")


@pytest.mark.parametrize(
    ("coder", "name"),
    [("consensus", "konsensus"), ("coder-b", "pengode B"), ("rina", "pengode rina"), ("coder-12", "pengode coder-12")],
)
def test_coder_has_a_name_for_the_reader(material: Material, coder: str, name: str) -> None:
    assert material.coder(coder) == name


def test_service_is_called_as_the_study_says_or_by_its_id_in_words(tiny: Any) -> None:
    tiny.replace("study.toml", "[services.standard_minutes]", '[services.label]\nsktm = { id = "SKTM" }\n\n'
                 "[services.standard_minutes]")  # fmt: skip
    material = Material(tiny.open(language="en"))
    assert [material.service_label(service) for service in ("sktm", "izin_ramai")] == ["SKTM", "izin ramai"]


def test_every_segment_in_force_has_a_quote(material: Material) -> None:
    assert list(material.quotes) == list(material.segments["coding_id"])
    assert len(material.quotes) == 24


def test_informant_who_may_not_be_quoted_is_never_quoted_nor_surrounded_by_words(material: Material) -> None:
    closed = [quote for quote in material.quotes.values() if quote.document_id == "T4"]
    assert len(closed) == 3
    assert {(q.text, q.before, q.after, q.withheld) for q in closed} == {("", "", "", True)}
    assert not any(quote.withheld for quote in material.quotes.values() if quote.document_id != "T4")
    transcript = next(t for t in material.transcripts() if t.title == "T4")
    assert all(turn.withheld for turn in transcript.turns)
    assert "".join(text for turn in transcript.turns for text, _ in turn.pieces) == ""
    # The place of each stays, for a link to lead to.
    placed = {coding for turn in transcript.turns for _, ids in turn.pieces for coding in ids}
    assert placed == {quote.coding_id for quote in closed}


def test_role_held_by_one_person_is_shown_by_the_group(material: Material) -> None:
    assert material.hidden_role("A-1")
    assert material.role("A-1") == "Atasan"
    assert "Kepala" not in material.speaker("A-1")
    assert "atasan" in material.speaker("A-1")
    assert not material.hidden_role("A-2")
    assert material.speaker("A-2") == "Sekretaris (A-2)"
    facts = {transcript.title: transcript.facts for transcript in material.transcripts()}
    # The head's room would name him as well as his office does.
    assert "ruang kepala" not in facts["T1"]
    assert "ruang sekretaris" in facts["T2"]


def test_hidden_role_is_recognised_whatever_its_capitals(tiny: Any) -> None:
    tiny.replace("study.toml", 'group_only = ["Kepala"]', 'group_only = ["kEPALA"]')
    assert prepare(tiny.open()).role("A-1") == "Atasan"


def test_transcript_shows_every_word_once_with_its_codings_on_it(material: Material) -> None:
    transcript = next(t for t in material.transcripts() if t.title == "T1")
    assert [turn.speaker for turn in transcript.turns] == ["P", "A-1", "P", "A-1"]
    assert "".join(text for text, _ in transcript.turns[1].pieces).strip() == (
        "Hasil kerja pegawai sangat rapi. Mereka jarang salah ketik."
    )
    coded = [(text, ids) for turn in transcript.turns for text, ids in turn.pieces if ids]
    assert coded == [
        ("Hasil kerja pegawai sangat rapi.", ("T1:41-73:MUTU-HASIL:consensus",)),
        ("Mereka jarang salah ketik.", ("T1:74-100:MUTU-TELITI:consensus",)),
        ("Setiap Senin ada rapat yang membagi tugas.", ("T1:131-173:KERJA-RAPAT:consensus",)),
    ]


def test_overlapping_codings_share_the_words_that_both_stand_on(tiny: Any) -> None:
    table = tiny.read("codings/consensus.csv")
    tiny.write("codings/consensus.csv", table + "T1,,,rapi. Mereka,KERJA-WAKTU,1,\n")
    transcript = next(t for t in prepare(tiny.open()).transcripts() if t.title == "T1")
    pieces = [(text, len(ids)) for text, ids in transcript.turns[1].pieces if ids]
    assert pieces == [
        ("Hasil kerja pegawai sangat ", 1),
        ("rapi.", 2),
        (" ", 1),
        ("Mereka", 2),
        (" jarang salah ketik.", 1),
    ]


def test_long_words_around_a_quote_are_cut_at_a_space(tiny: Any) -> None:
    long = " ".join(f"kata{number}" for number in range(60))
    tiny.replace("interviews/T6.md", "Saya antre dari subuh.", f"Saya antre dari subuh. {long}")
    quote = prepare(tiny.open()).quotes["T6:90-112:LAIN-ANTRE:consensus"]
    assert quote.after.startswith("kata0 kata1")
    assert quote.after.endswith(" …")
    assert len(quote.after) <= CONTEXT + 2
    assert quote.after.removesuffix(" …").split(" ")[-1] in long.split(" ")


def test_records_are_evidence_with_their_numbers(material: Material) -> None:
    assert set(material.records) == {"services:tepat_waktu", "attendance:hadir", "satisfaction:skm"}
    assert "50" in material.records["services:tepat_waktu"].text
    assert "66,7" in material.records["attendance:hadir"].text
    assert "75,00" in material.records["satisfaction:skm"].text


def test_indicator_that_could_not_be_computed_is_no_evidence(tiny: Any) -> None:
    tiny.remove("services.csv")
    assert set(prepare(tiny.open()).records) == {"attendance:hadir", "satisfaction:skm"}


def test_informant_without_consent_is_not_among_those_heard(tiny: Any) -> None:
    tiny.write("informants.csv", tiny.read("informants.csv") + "W-3,warga,additional,Guru,,P,26-35,,no,2024-03-12\n")
    material = prepare(tiny.open())
    assert "W-3" in material.informants.index
    assert list(material.heard.index) == ["A-1", "A-2", "S-1", "S-2", "W-1", "W-2"]


def test_field_study_does_not_call_its_texts_synthetic(tiny: Any) -> None:
    for name in tiny.raw.rglob("*.md"):
        path = name.relative_to(tiny.raw).as_posix()
        if "/" in path:
            tiny.replace(path, "provenance: synthetic\n", "")
    tiny.replace("study.toml", 'provenance = "synthetic"', 'provenance = "field"')
    material = prepare(tiny.open())
    assert not any("sintetis" in quote.source for quote in material.quotes.values())
    assert "sintetis" not in material.table_source("texts")


def test_table_that_no_stage_has_written_yet_is_asked_for_by_name(tiny: Any) -> None:
    with pytest.raises(MissingStageError, match=r"segments\.csv"):
        _ = Material(tiny.open()).segments


@pytest.mark.parametrize(("language", "label"), [("id", "Tepat waktu di loket"), ("en", "On time at the counter")])
def test_an_indicator_is_called_by_its_label_wherever_it_speaks(tiny: Any, language: str, label: str) -> None:
    labels = '{ id = "Tepat waktu di loket", en = "On time at the counter" }'
    tiny.replace("study.toml", 'id = "tepat_waktu"', f'id = "tepat_waktu"\nlabel = {labels}')
    prepare(tiny.open())
    material = Material(tiny.open(language=language))
    assert material.records["services:tepat_waktu"].label == label
    assert material.speaker("tepat_waktu").endswith(label[0].lower() + label[1:])
    assert material.records["attendance:hadir"].label == "hadir"
