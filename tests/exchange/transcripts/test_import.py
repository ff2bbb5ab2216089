"""Transcripts of every kind become the same text; what is not certain is said or refused, and nothing is half done."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_study.collection import check_study
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.transcripts import import_transcript
from kinerja_study.exchange.transcripts.pieces import read_line

TABLE = "speaker,informant\nPewawancara,P\nPak Andi,A-1\n"
PLAIN = "Pewawancara: Apa tugas Bapak?\nPak Andi: Menerima berkas di loket.\nSejak pagi.\nPewawancara: Terima kasih.\n"
BODY = "P: Apa tugas Bapak?\n\nA-1: Menerima berkas di loket.\nSejak pagi.\n\nP: Terima kasih."


def raw_files(tiny: Any) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in tiny.raw.rglob("*") if path.is_file()}


def word(*paragraphs: tuple[str, str]) -> bytes:
    document = docx.Document()
    for bold, rest in paragraphs:
        paragraph = document.add_paragraph()
        paragraph.add_run(bold).bold = True
        paragraph.add_run(rest)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# Plain text.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_plain_text_in_any_encoding_with_a_mark_or_utf8_gives_the_same_turns(encoding, newline, take, tiny) -> None:
    taken = take("a.txt", PLAIN.replace("\n", newline).encode(encoding), TABLE)

    assert taken.body == BODY
    assert not any("Windows-1252" in line for line in taken.lines)
    assert taken.read("interviews/X1.md").startswith(
        "---\nid: X1\nkind: interview\ninformant: A-1\ndate: 2024-03-06\n---\n"
    )
    assert not check_study(tiny.open()).faults


def test_big_endian_utf16_is_read_by_its_mark(take) -> None:
    assert take("a.txt", b"\xfe\xff" + PLAIN.encode("utf-16-be"), TABLE).body == BODY


def test_windows_1252_is_read_and_said(take) -> None:
    taken = take("a.txt", PLAIN.replace("loket", "“loket”").encode("cp1252"), TABLE)

    assert "“loket”" in taken.body
    assert any("read as Windows-1252" in line for line in taken.lines)
    assert "read as Windows-1252" in taken.read("imported/X1.md")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PLAIN.encode() + b"\x81\xe9", "neither UTF-8 nor Windows-1252: line 5 holds the byte 0x81"),
        (PLAIN.encode("utf-16-le"), "control character U\\+0000"),
        (b"\xff\xfeP\x00:", "byte order mark says UTF-16-LE"),
        (b"PK\x03\x04 rest", "no plain text but an archive"),
        (b"{\\rtf1 P: x}", "rich text"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a .doc"),
        (b"", "no words in it"),
        (b"hanya kalimat biasa", "nobody is named as a speaker"),
    ],
)
def test_what_is_no_transcript_in_plain_text_is_refused_and_nothing_written(content, said, take, tiny) -> None:
    before = raw_files(tiny)
    with pytest.raises(ExchangeError, match=said):
        take("a.txt", content, TABLE)
    assert raw_files(tiny) == before


def test_a_text_of_300_mib_is_refused_before_it_is_read(tiny, take) -> None:
    with (tiny.root / "besar.txt").open("wb") as file:
        file.truncate(300 * 2**20)
    from kinerja_study.exchange.transcripts import import_transcript

    with pytest.raises(ExchangeError, match="larger than 16 MiB"):
        import_transcript(tiny.root / "besar.txt", tiny.open(), {"id": "X1", "date": "2024-03-06"})


# Word.


def test_labels_bold_or_not_with_and_without_colon_give_the_same_turns(take) -> None:
    colon = word(("Pewawancara:", " Apa tugas Bapak?"), ("", "Pak Andi: Menerima berkas di loket."),
                 ("", "Sejak pagi."), ("Pewawancara", ": Terima kasih."))  # fmt: skip
    assert take("a.docx", colon, TABLE).body == BODY


def test_a_bold_label_without_colon_is_one_where_it_comes_again(take) -> None:
    data = word(("Pewawancara", " Apa tugas?"), ("Pak Andi", " Berkas."), ("Pewawancara", " Lalu?"),
                ("Pak Andi", " Pulang."), ("Loket", " kami sempit."))  # fmt: skip
    assert (
        take("a.docx", data, TABLE).body
        == "P: Apa tugas?\n\nA-1: Berkas.\n\nP: Lalu?\n\nA-1: Pulang.\nLoket kami sempit."
    )


def test_rows_of_a_table_are_turns_and_numbers_and_times_before_them_are_left(take) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for cells in [
        ("1", "Pewawancara", "Apa tugas Bapak?"),
        ("2", "Pak Andi:", "Menerima berkas di loket.\nSejak pagi."),
        ("00:04", "Pewawancara", "Terima kasih."),
    ]:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    assert take("a.docx", buffer.getvalue(), TABLE).body == BODY


def test_times_beside_labels_are_counted_as_not_taken_and_times_in_words_are_words(take) -> None:
    taken = take("a.txt", "Pewawancara  00:03\nApa?\n[00:07] Pak Andi: Jam 07:30 buka.\n", TABLE)

    assert taken.body == "P: Apa?\n\nA-1: Jam 07:30 buka."
    assert "not taken: 2 x time codes" in taken.lines


def test_the_strict_form_insertions_and_links_are_read_and_deletions_and_notes_counted(take, write_docx) -> None:
    body = (
        "<w:p><w:r><w:t>P: Apa?</w:t></w:r></w:p><w:p><w:r><w:t>A-1: Ya</w:t></w:r>"
        "<w:ins><w:r><w:t>, ada</w:t></w:r></w:ins><w:del><w:r><w:delText>tidak</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>.</w:t></w:r></w:hyperlink><w:r><w:footnoteReference/></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>rahasia</w:t></w:r></w:p>"
    )
    taken = take("a.docx", write_docx(body, namespace="http://purl.oclc.org/ooxml/wordprocessingml/main"))

    assert taken.body == "P: Apa?\n\nA-1: Ya, ada."
    for kind in ("deletions that are only marked", "footnotes and endnotes", "hidden text"):
        assert f"not taken: 1 x {kind}" in taken.lines


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"more": {"word/vbaProject.bin": b"x"}}, "holds macros"),
        ({"prologue": '<!DOCTYPE d [<!ENTITY e "x">]>'}, "declares a document type"),
        ({"more": {"../keluar": b"x"}}, "leads outside"),
        ({"body": "<w:p><w:r><w:t>" + " " * 9 * 2**20 + "</w:t></w:r></w:p>"}, "over 200 times its size"),
        ({"body": "<w:p>" * 300 + "</w:p>" * 300}, "nested too deep"),
        ({"body": "<w:p>"}, "cannot be read"),
    ],
)
def test_a_hostile_document_is_refused(options, said, take, write_docx, tiny) -> None:
    before = raw_files(tiny)
    with pytest.raises(ExchangeError, match=said):
        take("a.docx", write_docx(**{"body": "<w:p/>", **options}), TABLE)
    assert raw_files(tiny) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Pewawancara: teks", "no zip archive"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "has a password, or is a .doc"),
        (None, "no zip archive, or one that is cut off|damaged"),
    ],
)
def test_what_is_no_docx_or_cut_off_is_refused(content, said, take, write_docx) -> None:
    with pytest.raises(ExchangeError, match=said):
        take("a.docx", write_docx("<w:p/>")[:-40] if content is None else content, TABLE)


def test_an_element_bomb_is_refused(take, write_docx, monkeypatch) -> None:
    from kinerja_study.exchange.transcripts import word as reader

    monkeypatch.setattr(reader, "MOST_ELEMENTS", 100)
    with pytest.raises(ExchangeError, match="over 100 elements"):
        take("a.docx", write_docx("".join(f"<w:p><w:r><w:t>{n}</w:t></w:r></w:p>" for n in range(100))))


# Captions.

VTT = """WEBVTT

NOTE dibuat mesin

1
00:00:01.000 --> 00:00:03.000
<v Pewawancara>Apa tugas Bapak?</v>

00:00:03.000 --> 00:00:05.000 align:start
<v.loud Pak Andi>Menerima <i>berkas</i>

00:00:05.000 --> 00:00:06.000
<v Pak Andi>di loket &amp; gudang.

00:00:06.000 --> 00:00:07.000
<v Pewawancara>Terima kasih.</v>
"""
SRT = """1
00:00:01,000 --> 00:00:03,000
Pewawancara: Apa tugas Bapak?

2
00:00:03,000 --> 00:00:05,000
Pak Andi: Menerima berkas

3
00:00:05,000 --> 00:00:06,000
di loket & gudang.

4
00:00:06,000 --> 00:00:07,000
Pewawancara: Terima kasih.
"""


@pytest.mark.parametrize(("name", "content"), [("a.vtt", VTT), ("a.srt", SRT), ("a.SRT", SRT.replace("\n", "\r\n"))])
def test_cues_of_one_speaker_are_one_turn(name: str, content: str, take) -> None:
    taken = take(name, content, TABLE)

    assert taken.body == "P: Apa tugas Bapak?\n\nA-1: Menerima berkas di loket & gudang.\n\nP: Terima kasih."
    assert "not taken: 4 x time codes" in taken.lines


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.vtt", SRT, "its first line is not WEBVTT"),
        ("a.srt", PLAIN, "there is no cue in it"),
        ("a.srt", "1\n00:xx --> 00:00\nPak Andi: ya\n", "the cue at line 2 cannot be read"),
    ],
)
def test_captions_that_are_none_are_refused_with_the_line(name: str, content: str, said: str, take) -> None:
    with pytest.raises(ExchangeError, match=said):
        take(name, content, TABLE)


def test_a_voice_tag_that_is_never_closed_is_words(take) -> None:
    taken = take("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nA-1: lebih < kecil " + "<v " * 50_000 + "\n")
    assert taken.body.startswith("A-1: lebih < kecil <v <v")


# Speakers.


def test_everything_that_is_missing_is_one_message_with_the_labels_and_their_lines(take, tiny) -> None:
    before = raw_files(tiny)
    with pytest.raises(ExchangeError) as caught:
        take("a.txt", PLAIN, header={"id": "", "date": ""})

    said = str(caught.value)
    assert "'Pewawancara': 2 times, first at line 1: 'Apa tugas Bapak?'" in said
    assert "'Pak Andi': at line 2" in said
    for option in ("--speakers speakers.csv", "--id", "--date"):
        assert option in said
    assert raw_files(tiny) == before


def test_a_label_that_no_row_names_is_never_taken_for_words_in_silence(take) -> None:
    with pytest.raises(ExchangeError, match="'Bu Siti': at line 3"):
        take("a.txt", "Pewawancara: Apa?\nPak Andi: Ya.\nBu Siti: Tidak.\n", TABLE)


def test_a_label_said_to_be_none_stays_with_the_words_before(take) -> None:
    taken = take("a.txt", "Pewawancara: Apa?\nPak Andi: Ya.\nCatatan: hujan\n", TABLE + "Catatan,-\n")
    assert taken.body == "P: Apa?\n\nA-1: Ya.\nCatatan: hujan"


def test_ids_as_labels_need_no_table_and_what_comes_before_the_first_is_nobodys(take) -> None:
    assert take("a.txt", "Di kantor\nP: Apa?\nA-1: Ya: begini.\n").body == "Di kantor\n\nP: Apa?\n\nA-1: Ya: begini."


def test_a_person_at_a_terminal_is_asked_for_what_is_missing(take) -> None:
    answers = {"Pewawancara": "P", "Pak Andi": "A-1", "date": "2024-03-07", "id": "X1"}
    taken = take(
        "a.txt", PLAIN, header={"id": "", "date": ""}, ask=lambda q: next(a for k, a in answers.items() if k in q)
    )

    assert taken.body == BODY
    assert "date: 2024-03-07" in taken.read("interviews/X1.md")


@pytest.mark.parametrize(
    ("speakers", "header", "said"),
    [
        (TABLE.replace("A-1", "A-99"), {}, "who is not in informants.csv"),
        (TABLE.replace("informant", "informan"), {}, "unknown column"),
        (TABLE + "pak  andi,P\n", {}, "is there twice"),
        (TABLE, {"date": "6 Maret"}, "no date"),
        (TABLE, {"id": "X 1"}, "is no id"),
        (TABLE, {"id": "A-1"}, "is taken by the informant A-1"),
        (TABLE, {"tempat": "loket"}, "a header has no 'tempat'"),
        (TABLE, {"place": "loket\nid: Y"}, "holds a line end"),
        (TABLE, {"kind": "rapat"}, "is no kind of text"),
        (TABLE + "P,-\n", {}, None),
    ],
)
def test_a_table_or_header_at_fault_is_refused_and_nothing_written(speakers, header, said, take, tiny) -> None:
    before = raw_files(tiny)
    if said is None:
        assert take("a.txt", PLAIN, speakers, header=header).body == BODY
        return
    with pytest.raises(ExchangeError, match=said):
        take("a.txt", PLAIN, speakers, header=header)
    assert raw_files(tiny) == before


def test_a_line_that_would_become_a_turn_without_being_one_is_refused(take) -> None:
    with pytest.raises(ExchangeError, match="begins like a turn of the study"):
        take("a.txt", "Pewawancara: Apa?\nPak Andi: Ya.\nP: Apa lagi?\n", TABLE + "P,-\n")


def test_a_text_of_the_same_id_is_never_replaced(take) -> None:
    take("a.txt", PLAIN, TABLE)
    with pytest.raises(ExchangeError, match=r"is taken by imported/X1\.md"):
        take("a.txt", PLAIN, TABLE, header={"id": "x1"})


def test_the_record_holds_neither_labels_nor_the_name_of_the_file(take) -> None:
    record = take("Wawancara Pak Andi.txt", PLAIN, TABLE).read("imported/X1.md")
    assert "Andi" not in record
    assert "SHA-256" in record


def test_a_document_has_no_speakers(take) -> None:
    taken = take("a.txt", "Standar Layanan: tiga hari.\nLoket: dua.\n", header={"kind": "document"})
    assert taken.read("documents/X1.md").endswith("---\n\nStandar Layanan: tiga hari.\nLoket: dua.\n")


@pytest.mark.parametrize(
    ("line", "label", "words"),
    [
        ("[00:01:02] Pak Andi: ya", "Pak Andi", "ya"),
        ("Speaker 1  0:03", "Speaker 1", ""),
        ("Pak Andi (00:03): ya", "Pak Andi", "ya"),
        ("Andi\tya", "Andi", "ya"),
        ("Jam 07:30 sudah antre", "", ""),
        ("https://contoh.id", "", ""),
        ("Saya kira semua orang di sini tahu: antre.", "", ""),
    ],
)
def test_a_label_is_told_from_times_addresses_and_sentences(line: str, label: str, words: str) -> None:
    piece = read_line(1, line)
    assert (piece.label, piece.words) == (label, words)


# The guide.

GUIDE = """number,question
1,Apa tugas Bapak sehari-hari di kantor?
2,Bagaimana antrean setiap pagi?
3,Siapa yang menandatangani?
"""


def test_questions_are_linked_to_turns_by_number_or_wording(take) -> None:
    text = (
        "P: 2. Soal pagi, bagaimana?\nA-1: Ramai.\nP: Baik. Apa tugas Bapak di kantor?\nA-1: Berkas.\n"
        "P: Yang lain apa kabar semua?\nA-1: Apa tugas Bapak sehari-hari di kantor?\n"
    )
    taken = take("a.txt", text, guide=GUIDE)

    assert taken.read("imported/X1.guide.csv") == "turn,question,by,likeness\n1,2,number,1.0\n3,1,wording,0.83\n"
    assert any("2 of 3 questions found in 2 turns" in line and line.endswith("not found: 3") for line in taken.lines)


@pytest.mark.parametrize(
    ("guide", "said"),
    [
        ("nomor,question\n1,Apa?\n", "unknown column"),
        ("number,question\n1,Apa?\n1.,Siapa?\n", "question 1 is there twice"),
        ("number,question\n", "no numbered questions"),
    ],
)
def test_a_guide_at_fault_is_refused(guide: str, said: str, take) -> None:
    with pytest.raises(ExchangeError, match=said):
        take("a.txt", PLAIN, TABLE, guide)


def test_where_only_the_interviewer_speaks_it_is_said(take) -> None:
    with pytest.raises(
        ExchangeError, match=r"nobody but the interviewer speaks in it(?s:.*)which label is an informant"
    ):
        take("a.txt", PLAIN, TABLE.replace("A-1", "P"))


# Whatever a file holds.

ODD = st.text(st.sampled_from("PA-1: \t\r\n\u2028\x0b:<v>&;*#0\ufeff\u0301\U0001f600\"'.,-> "), max_size=40)
SOUND = {
    ".txt": [PLAIN], ".vtt": ["WEBVTT\n\n", "00:01.000 --> 00:02.000\n", "<v Pak Andi>", "Ya.\n\n", "NOTE x\n\n"],
    ".srt": ["1\n", "00:00:01,000 --> 00:00:02,000\n", "Pak Andi: Ya.\n\n"],
    ".docx": ["<w:p>", "</w:p>", "<w:r><w:t>Pak Andi: Ya.</w:t></w:r>", "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>",
              "<w:rPr><w:b/></w:rPr>", "<w:br/>", "<w:del>", "</w:del>"],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("ending", SOUND)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_file_becomes_a_text_without_faults_or_is_refused_and_nothing_is_written(
    ending, data, take, write_docx, tiny
) -> None:
    parts = data.draw(st.lists(st.one_of(st.sampled_from(SOUND[ending]), ODD), max_size=12))
    content = "".join(parts)
    if ending == ".docx":
        content = write_docx(content.replace("&", "&amp;"))
    changed = data.draw(st.none() | st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=4)))
    if changed:
        content = bytearray(content.encode() if isinstance(content, str) else content)
        at = int(changed[0] * len(content))
        content[at : at + len(changed[1])] = changed[1]
    before = raw_files(tiny)
    try:
        take(f"a{ending}", bytes(content) if changed else content, ask=lambda said: "A-1" if "Andi" in said else "P")
    except ExchangeError:
        assert raw_files(tiny) == before
        return
    assert not check_study(tiny.open()).faults
    for name in raw_files(tiny).keys() - before.keys():
        Path(name).unlink()


def test_a_read_only_study_keeps_what_it_has(take, tiny, read_only) -> None:
    take("a.txt", PLAIN, TABLE)
    before = raw_files(tiny)
    header = {"id": "X2", "date": "2024-03-06"}
    with read_only(tiny.raw), pytest.raises(PermissionError):
        import_transcript(tiny.root / "a.txt", tiny.open(), header, speakers=tiny.root / "speakers.csv")
    assert raw_files(tiny) == before
    import_transcript(tiny.root / "a.txt", tiny.open(), header, speakers=tiny.root / "speakers.csv")
