"""Texts: one canonical text whatever the editor wrote, cut into turns by speaker."""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.collection import documents
from kinerja_study.collection.documents import Document, parse_document, split_turns
from kinerja_study.errors import Fault

HEAD = "---\nid: T1\nkind: interview\ninformant: A-1\ndate: 2024-03-04\n---\n"
NOTE = "---\nid: O1\nkind: observation\ndate: 2024-03-04\n---\n"
BODY = "\nP: Apa kabar?\n\nA-1: Baik \U0001f600, kafe\u0301 ramai.\nLanjut: besok.\n"


def parse(text: str | bytes, file: str = "interviews/T1.md", speakers: tuple[str, ...] = ("A-1", "S-1")) -> Document:
    faults: list[Fault] = []
    document = parse_document(text.encode() if isinstance(text, str) else text, file, speakers, faults)
    assert not faults, faults
    assert document is not None
    return document


def faults_of(text: str | bytes, file: str = "interviews/T1.md", speakers: tuple[str, ...] = ("A-1", "S-1")):
    faults: list[Fault] = []
    parse_document(text.encode() if isinstance(text, str) else text, file, speakers, faults)
    assert all(f.file == file and f.cure for f in faults)
    return faults


def word_processor(text: str) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_text_is_the_body_right_after_the_header_composed_with_plain_line_ends():
    document = parse(HEAD + BODY)
    assert document.text == "\nP: Apa kabar?\n\nA-1: Baik \U0001f600, kaf\u00e9 ramai.\nLanjut: besok.\n"
    assert document.rows["body"] == 7


@pytest.mark.parametrize(
    ("written", "file"),
    [
        ((HEAD + BODY).replace("\n", "\r\n").encode("utf-8-sig"), "interviews/T1.md"),
        ((HEAD + BODY).replace("\n", "\r").encode(), "interviews/T1.txt"),
        (unicodedata.normalize("NFD", HEAD + BODY).encode(), "interviews/T1.txt"),
        (unicodedata.normalize("NFC", HEAD + BODY).encode("utf-8-sig"), "interviews/T1.md"),
        (word_processor(HEAD + BODY), "interviews/T1.docx"),
    ],
    ids=["windows-with-mark", "old-mac", "decomposed", "composed-with-mark", "word-processor"],
)
def test_every_editor_gives_the_same_text_and_turns(written: bytes, file: str):
    plain, other = parse(HEAD + BODY), parse(written, file)
    assert other.text == plain.text
    assert other.turns == plain.turns


def test_positions_are_code_points_and_neither_bytes_nor_utf16_units():
    # "\n" 1, "P: Apa kabar?" 13, "\n\n" 2, "A-1: " 5, "Baik " 5, the emoji 1, ", " 2: "kaf\u00e9" starts at 29.
    document = parse(HEAD + BODY)
    assert document.text[29:33] == "kaf\u00e9"
    assert document.text.encode()[29:33] != "kaf\u00e9".encode()


def test_turn_runs_from_its_label_to_the_next_one():
    document = parse(HEAD + BODY)
    assert [(t.number, t.speaker) for t in document.turns] == [(1, "P"), (2, "A-1")]
    assert document.text[document.turns[0].start : document.turns[0].end] == "P: Apa kabar?\n\n"
    assert document.text[document.turns[1].start :] == document.text[16:]


def test_several_informants_speak_in_one_interview():
    head = HEAD.replace("informant: A-1", "informant: A-1, S-1")
    document = parse(head + "P: Halo?\nA-1: Ya.\nS-1: Saya juga.\nA-1: Betul.\n")
    assert document.informants == ("A-1", "S-1")
    assert [t.speaker for t in document.turns] == ["P", "A-1", "S-1", "A-1"]


def test_speaker_whose_id_begins_like_another_is_told_apart():
    turns = split_turns("A-1: satu\nA-11: dua\nA-1x: tiga\nA-1 kata: empat\n", ["A-1", "A-11"])
    assert [t.speaker for t in turns] == ["A-1", "A-11"]


def test_label_within_a_line_or_with_letters_that_are_patterns_is_no_turn():
    turns = split_turns("A.1: satu A.1: dua\nAx1: tiga\n P: empat\n", ["A.1"])
    assert [(t.speaker, t.start) for t in turns] == [("A.1", 0)]


def test_span_belongs_to_a_turn_only_when_it_lies_in_it_wholly():
    document = parse(HEAD + "P: Ya?\nA-1: Baik.\n")
    assert document.turn_at(7, 17).speaker == "A-1"
    assert document.turn_at(0, 7).speaker == "P"
    assert document.turn_at(6, 8) is None


@pytest.mark.parametrize("kind", ["observation", "document"])
def test_text_without_speakers_is_one_turn(kind: str):
    document = parse(NOTE.replace("observation", kind) + "P: bukan giliran\nA-1: juga bukan\n", f"{kind}s/O1.md")
    assert [(t.speaker, t.start, t.end) for t in document.turns] == [("", 0, len(document.text))]


@pytest.mark.parametrize(
    ("text", "kind", "column", "says"),
    [
        ("Halo.", "no_header", None, "'---'"),
        ("", "no_header", None, "'---'"),
        ("---\nid: T1\n", "no_header", None, "'---'"),
        (HEAD.replace("id: T1\n", "") + BODY, "missing_key", "id", "id: ..."),
        (HEAD.replace("date: 2024-03-04\n", "") + BODY, "missing_key", "date", "date: ..."),
        (HEAD.replace("informant: A-1\n", "") + BODY, "missing_key", "informant", "informant: ..."),
        (HEAD.replace("informant: A-1", "informant: ,") + "halo", "missing_key", "informant", "informant: ..."),
        (HEAD.replace("kind: interview", "kind: observation") + BODY, "bad_value", "kind", "'interview'"),
        (HEAD.replace("2024-03-04", "4 Maret 2024") + BODY, "bad_value", "date", "2018-03-12"),
        (HEAD.replace("id: T1", "id: T 1") + BODY, "bad_value", "id", "without spaces"),
        (HEAD.replace("date:", "tanggal 4\ndate:") + BODY, "header_line", None, "key: value"),
        (HEAD.replace("date:", "informants: A-1\ndate:") + BODY, "unknown_key", "informants", "'informant'"),
        (HEAD.replace("date:", "id: T2\ndate:") + BODY, "duplicate_key", "id", "Keep one"),
        (HEAD.replace("date:", "duration_minutes: lama\ndate:") + BODY, "bad_value", "duration_minutes", "number"),
        (HEAD.replace("date:", "provenance: asli\ndate:") + BODY, "bad_value", "provenance", "synthetic"),
        (HEAD.replace("A-1", "A-1, A-1") + BODY, "duplicate_id", "informant", "'A-1' is named twice"),
        (HEAD + "Tidak ada yang berbicara.\n", "no_turns", None, "'P: ...'"),
    ],
)
def test_header_or_body_that_cannot_be_used_is_refused(text: str, kind: str, column: str | None, says: str):
    (fault,) = faults_of(text)
    assert (fault.kind, fault.column) == (kind, column)
    assert says in str(fault)


def test_fault_of_the_header_is_told_at_its_row():
    text = (HEAD.replace("2024-03-04", "kemarin").replace("id: T1", "id: T 1").replace("---\n", "---\n\n", 1)) + BODY
    rows = {fault.column: text.split("\n")[(fault.row or 0) - 1] for fault in faults_of(text)}
    assert rows == {"id": "id: T 1", "date": "date: kemarin"}


@pytest.mark.parametrize("label", ["S-1:", "A-1 :", "A-7:", "A-1\t:"])
def test_label_of_someone_the_header_does_not_name_is_refused_at_its_line(label: str):
    # It would otherwise lengthen the turn before it in silence. Header 6 lines, then body lines 7, 8, 9.
    (fault,) = faults_of(HEAD + f"P: Ya?\nA-1: Baik.\n{label} Apa?\n")
    assert (fault.kind, fault.row, fault.value) == ("unknown_speaker", 9, label)
    assert "A-1, P" in fault.cure


def test_damaged_word_processor_file_is_a_fault_whatever_is_broken_in_it():
    whole = word_processor(NOTE + "Halo.")
    rng = random.Random(3)  # noqa: S311 - no secret
    damaged = [whole[: len(whole) // 2], b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(6):
            data[rng.randrange(len(data))] = rng.randrange(256)
        damaged.append(bytes(data))
    for part in zipfile.ZipFile(io.BytesIO(whole)).namelist():
        source, buffer = zipfile.ZipFile(io.BytesIO(whole)), io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as target:
            for name in source.namelist():
                target.writestr(name, source.read(name)[:40] if name == part else source.read(name))
        damaged.append(buffer.getvalue())
    refused = 0
    for data in damaged:
        faults: list[Fault] = []
        document = parse_document(data, "observations/O1.docx", [], faults)
        assert document is not None or faults
        refused += any(f.kind == "docx" for f in faults)
    assert refused > 20


any_body = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@given(any_body)
def test_any_body_becomes_its_canonical_text_and_reading_it_again_changes_nothing(body: str):
    document = parse(NOTE + body, "observations/O1.md")
    assert document.text == unicodedata.normalize("NFC", body.replace("\r\n", "\n").replace("\r", "\n"))
    assert parse(NOTE + document.text, "observations/O1.md").text == document.text


@given(st.lists(st.sampled_from(["P: ", "A-1: ", "S-1: ", "kata", "\n", " ", "P:", ":", "A-1", "\u00e9"]), max_size=20))
def test_turns_lie_side_by_side_from_the_first_label_to_the_end(parts: list[str]):
    text = "".join(parts)
    turns = split_turns(text, ["A-1", "S-1"])
    assert all(text.startswith(f"{t.speaker}:", t.start) for t in turns)
    assert [t.end for t in turns[:-1]] == [t.start for t in turns[1:]]
    assert not turns or turns[-1].end == len(text)
    assert all(t.start == 0 or text[t.start - 1] == "\n" for t in turns)


@pytest.mark.parametrize("limit", ["LARGEST_DOCUMENT", "LARGEST_XML"])
def test_a_word_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(limit: str, monkeypatch) -> None:
    data = word_processor(HEAD + BODY + "a" * 2**21)
    monkeypatch.setattr(documents, limit, 2**20)
    monkeypatch.setattr("docx.Document", None)
    faults: list[Fault] = []

    assert parse_document(data, "interviews/T1.docx", ["A-1"], faults) is None
    assert [(f.kind, f.cure) for f in faults] == [("too_large", "Leave pictures out, or split it.")]
