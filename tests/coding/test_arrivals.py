"""A transcript that comes while one codes: asked about, then taken in with its informants or refused whole."""

from __future__ import annotations

import errno
import io
import os
import re
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from kinerja_study.coding import arrivals, refusals
from kinerja_study.coding.refusals import CodingError
from kinerja_study.coding.room import CodingRoom
from kinerja_study.collection import check_study
from kinerja_study.exchange import transcripts
from kinerja_study.exchange.transcripts import word
from kinerja_study.study import Study

FAULTS = tomllib.loads((refusals.FOLDER / "faults.toml").read_text("utf-8"))
WORDS = tomllib.loads((refusals.FOLDER / "words.toml").read_text("utf-8"))
TEXT = """Peneliti: Bagaimana pelayanan di sini?
Pak Rahmat: Sekarang cepat. Kemarin saya tanya Yusnita di loket, langsung dijawab.
Peneliti: Sudah lama bekerja?
Pak Rahmat: Delapan tahun.
"""
HEADER = {"id": "W99", "kind": "interview", "date": "2024-03-06", "place": ""}
RAHMAT = {"informant_id": "INF-90", "group": "staf", "kind": "main", "role": "Petugas loket", "consent": "yes"}
TOLD = {
    "header": HEADER, "speakers": {"peneliti": "P", "pak rahmat": "INF-90"}, "informants": [RAHMAT],
}  # fmt: skip


def told(**changes: Any) -> dict[str, Any]:
    return {**TOLD, **changes}


def test_what_is_not_said_in_the_file_is_asked_and_what_may_be_a_name_is_shown(room: CodingRoom) -> None:
    asked = room.look("wawancara Rahmat.txt", TEXT.encode())
    assert [(one["label"], one["turns"], one["who"]) for one in asked["speakers"]] == [
        ("Peneliti", 2, "P"), ("Pak Rahmat", 2, ""),
    ]  # fmt: skip
    assert asked["speakers"][1]["words"].startswith("Sekarang cepat.")
    assert asked["names"] == [{"name": "Yusnita", "count": 1}]
    taken = {document["id"] for document in room.state()["documents"]} | {one["id"] for one in asked["informants"]}
    assert not {*asked["ids"].values(), asked["informant"]} & taken
    assert set(asked["ids"]) == {"interview", "observation", "document"}


def test_a_word_file_and_typed_words_are_read_alike(room: CodingRoom) -> None:
    document = docx.Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.save(stream := io.BytesIO())
    coming = {"a.docx": stream.getvalue(), "a.txt": TEXT.encode("cp1252")}
    coming |= dict.fromkeys(("teks tempelan", "a.md"), TEXT.encode())
    found = [room.look(name, data)["speakers"] for name, data in coming.items()]
    assert found == [found[0]] * 4


def test_a_transcript_becomes_a_text_with_its_informant_and_can_be_coded_at_once(room: CodingRoom, tiny: Any) -> None:
    before = check_study(tiny.open()).faults
    done = room.take_in("wawancara.txt", TEXT.encode(), TOLD)
    assert (done["document"], done["turns"]) == ("W99", 4)
    text = (tiny.raw / "interviews/W99.md").read_text("utf-8")
    assert "informant: INF-90" in text
    assert "Pak Rahmat" not in text
    assert "Rahmat" not in (tiny.raw / "imported/W99.md").read_text("utf-8")
    assert (tiny.raw / "informants.csv").read_text("utf-8").splitlines()[
        -1
    ] == "INF-90,staf,main,Petugas loket,,,,,yes,"
    assert check_study(tiny.open()).faults == before
    shown = room.document("W99")
    start = shown["text"].index("Sekarang cepat")
    act = {"do": "code", "document": "W99", "start": start, "end": start + 14, "magnitude": 1, "memo": ""}
    code = room.state()["codebook"][0]["code"]
    assert room.do({**act, "code": code})["added"][0]["quote"] == "Sekarang cepat"


def test_a_text_in_a_synthetic_study_is_marked_so(room: CodingRoom, tiny: Any) -> None:
    assert tiny.open().definition.study.provenance == "synthetic"
    room.take_in("a.txt", TEXT.encode(), TOLD)
    assert "provenance: synthetic" in (tiny.raw / "interviews/W99.md").read_text("utf-8")


def test_known_informants_need_no_row_and_an_observation_no_speakers(room: CodingRoom, tiny: Any) -> None:
    before = (tiny.raw / "informants.csv").read_bytes()
    known = room.look("a.txt", TEXT.encode())["informants"][0]["id"]
    room.take_in("a.txt", TEXT.encode(), told(speakers={"peneliti": "P", "pak rahmat": known}, informants=[]))
    room.take_in("a.txt", b"Antrean panjang.", {"header": {**HEADER, "id": "O99", "kind": "observation"}})
    assert (tiny.raw / "informants.csv").read_bytes() == before
    assert {"W99", "O99"} <= {document["id"] for document in room.state()["documents"]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"header": {**HEADER, "id": "t1"}}, "the id 't1' is taken"),
        ({"header": {**HEADER, "id": "inf-90"}}, "the id 'inf-90' is taken"),
        ({"header": {**HEADER, "id": "../W9"}}, "cannot be the id of a text"),
        ({"header": {**HEADER, "date": "kemarin"}}, "no date"),
        ({"header": {**HEADER, "penulis": "x"}}, "a header has no 'penulis'"),
        ({"speakers": {"peneliti": "P", "pak rahmat": "-"}}, "no informant speaks in it"),
        ({"speakers": {"peneliti": "P"}}, "no informant speaks in it"),
        ({"speakers": {"pak rahmat": "INF-90"}}, "who speaks is not said of 1 label"),
        ({"informants": [{**RAHMAT, "informant_id": "T1"}]}, "the id 'T1' is taken"),
        ({"informants": [RAHMAT, RAHMAT]}, "the id 'INF-90' is taken"),
        ({"informants": [{**RAHMAT, "informant_id": "Pak Rahmat"}]}, "column informant_id: expected an id"),
        ({"informants": [{**RAHMAT, "consent": ""}]}, "column consent: empty"),
        ({"informants": [{**RAHMAT, "role": ""}]}, "column role: empty"),
        ({"informants": [{**RAHMAT, "group": "staff"}]}, "Nearest: 'staf'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(
    room: CodingRoom, files: Callable[[], dict[str, bytes]], changes: dict[str, Any], said: str
) -> None:
    before = files()
    with pytest.raises(CodingError) as refused:
        room.take_in("a.txt", TEXT.encode(), told(**changes))
    assert said in str(refused.value)
    assert refused.value.tell("id") != str(refused.value)
    assert files() == before


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.docx", b"PK\x03\x04", "no zip archive"),
        ("a.pdf", b"%PDF-1.7", "a PDF"),
        ("a.md", b"---\nid: W02\n---\nP: Apa?\n", "has a header"),
        ("../../a.txt", b"P: \x01", "control character"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(room: CodingRoom, name: str, data: bytes, said: str) -> None:
    with pytest.raises(CodingError, match=said):
        room.look(name, data)


def docx_bytes(*lines: str, table: list[tuple[str, ...]] | None = None) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for cells in table:
            for cell, words in zip(grid.add_row().cells, cells, strict=True):
                cell.text = words
    document.save(stream := io.BytesIO())
    return stream.getvalue()


def with_member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(stream := io.BytesIO(data), "a") as archive:
        archive.writestr(name, b"x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", b"%PDF-1.7", "no_plain_text"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "no_plain_text"),
        ("a.txt", b"P: \x01", "no_plain_text"),
        ("a.txt", b"\xff\xfeP", "no_plain_text"),
        ("a.txt", b"P: \x9d\xff", "no_plain_text"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "password"),
        ("a.docx", with_member(docx_bytes("P: Apa?"), "word/vbaProject.bin"), "macros"),
        ("a.docx", b"PK\x03\x04", "docx"),
        ("a.docx", docx_bytes("P: Apa?")[:-200], "docx"),
        ("a.vtt", b"1\n00:00:01.000 --> 00:00:02.000\nP: Apa?\n", "captions"),
        ("a.vtt", b"WEBVTT\n\n00:01 -> 00:02 --> \nP: Apa?\n", "captions"),
        ("a.srt", b"Bukan takarir.", "captions"),
        ("a.txt", b" \n\n", "no_words"),
        ("a.txt", b"INF-1: Ada.\nBu Ratri: Baik.", "like_turn"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_the_room_s_language_and_no_other(
    room: CodingRoom, name: str, data: bytes, kind: str
) -> None:
    known = room.look("b.txt", TEXT.encode())["informants"][0]["id"]
    with pytest.raises(CodingError) as refused:
        room.look(name, data.replace(b"INF-1", known.encode()))
        header = {**HEADER, "kind": "document"} if kind == "no_words" else HEADER
        speakers = {known.casefold(): "-", "bu ratri": known}
        room.take_in(name, data.replace(b"INF-1", known.encode()), {"header": header, "speakers": speakers})
    place, told = refused.value.tell("id").split(": ", 1)
    assert re.fullmatch(re.escape(name) + r"(, baris \d+)?", place)
    assert told == f"{FAULTS[kind]['problem']}.\n    {FAULTS[kind]['cure']}\n    Tidak ada yang ditulis."


def test_lines_that_open_a_transcript_are_offered_as_nobody_s_and_what_is_left_out_is_told(room: CodingRoom) -> None:
    data = docx_bytes("Tanggal: 12 Maret", "Nama: Sri", table=[("Peneliti", "Apa?"), ("Bu Sri", "Ada.")])
    asked = room.look("a.docx", data)
    assert [(one["key"], one["who"]) for one in asked["speakers"]] == [
        ("tanggal", "-"), ("nama", "-"), ("peneliti", "P"), ("bu sri", ""),
    ]  # fmt: skip
    captions = b"WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\n<v Bu Sri>Ada.\n"
    assert room.look("a.vtt", captions)["left"] == {"notes and styles": 1, "time codes": 1}
    assert room.look("a.txt", "Bu Sri: caf\xe9".encode("cp1252"))["guessed"] == "Windows-1252"
    assert room.look("a.txt", "Bu Sri: caf\xe9".encode())["guessed"] == ""


def test_what_can_be_left_out_of_a_file_has_its_words() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(transcripts.__file__).parent.glob("*.py"))
    kinds = {*word._NOT_TAKEN.values(), *re.findall(r'left\["([^"]+)"\]', source), "notes and styles"}
    kinds.add("blocks without times")  # with the one before, the only ones that are chosen between
    assert {f"left.{kind}" for kind in kinds} == {key for key in WORDS["id"] if key.startswith("left.")}


HOSTILE = ("<img src=x onerror=alert(1)>", "\u202eirtaR uB", "👩\u200d💻 Ratri", "R" * 40, "=cmd|'/c calc'!A1")


@pytest.mark.parametrize("label", HOSTILE)
def test_labels_and_file_names_of_any_kind_stay_out_of_the_study(
    room: CodingRoom, files: Callable[[], dict[str, bytes]], label: str
) -> None:
    before = files()
    data = docx_bytes(table=[("Peneliti", "Apa?"), (label, "Ada."), ("Peneliti", "Lalu?"), (label, "Sudah.")])
    name = f"{label[:30]}/../{'n' * 300}.docx"
    asked = room.look(name, data)
    key = next(one["key"] for one in asked["speakers"] if one["key"] != "peneliti")
    room.take_in(name, data, told(speakers={"peneliti": "P", key: "INF-90"}))
    came = {file: data for file, data in files().items() if before.get(file) != data}
    assert set(came) == {"informants.csv", "interviews/W99.md", "imported/W99.md"}
    for data in (*came.values(), (room.study.raw / "history/coder-a.jsonl").read_bytes()):
        assert label not in data.decode()
        assert "nnnn" not in data.decode()
    assert (came["interviews/W99.md"]).decode().count("INF-90: ") == 2


def test_an_id_of_which_only_the_record_is_left_is_neither_offered_nor_taken(room: CodingRoom, tiny: Any) -> None:
    offered = room.look("a.txt", TEXT.encode())["ids"]["interview"]
    header = {**HEADER, "id": offered}
    room.take_in("a.txt", TEXT.encode(), told(header=header))
    (tiny.raw / f"interviews/{offered}.md").unlink()
    room.refresh()
    assert room.look("a.txt", TEXT.encode())["ids"]["interview"] != offered
    with pytest.raises(CodingError, match=f"the id '{offered}' is taken"):
        room.take_in("a.txt", TEXT.encode(), told(header=header, informants=[]))


@pytest.mark.slow
def test_a_large_transcript_is_taken_in_whole(room: CodingRoom) -> None:
    turns = "Peneliti: Lalu?\nPak Rahmat: Ya, sudah selesai hari itu juga.\n"
    data = (turns * (8 * 2**20 // len(turns))).encode()
    done = room.take_in("a.txt", data, TOLD)
    assert done["turns"] == data.count(b"\n")
    assert room.document("W99")["text"].count("hari itu juga") == done["turns"] // 2


def test_two_windows_that_take_in_the_same_id_make_one_text(enter: Callable[..., CodingRoom], tiny: Any) -> None:
    one, two = enter(), enter("coder-b")
    one.take_in("a.txt", TEXT.encode(), TOLD)
    with pytest.raises(CodingError, match="is taken"):
        two.take_in("b.txt", TEXT.replace("cepat", "lambat").encode(), told(informants=[{**RAHMAT}]))
    assert "cepat" in (tiny.raw / "interviews/W99.md").read_text("utf-8")
    known = told(header={**HEADER, "id": "W98"}, informants=[])
    two.take_in("b.txt", TEXT.encode(), known)
    assert one.refresh()
    assert {"W98", "W99"} <= {document["id"] for document in one.state()["documents"]}


def test_a_folder_that_a_killed_process_left_hinders_no_text(room: CodingRoom, tiny: Any) -> None:
    (tiny.raw / f".{os.getpid()}.new/interviews").mkdir(parents=True)
    room.take_in("a.txt", TEXT.encode(), TOLD)
    assert not list(tiny.raw.glob(".*.new"))


def test_an_informant_goes_by_undo_only_when_the_text_is_gone(room: CodingRoom, tiny: Any) -> None:
    before = (tiny.raw / "informants.csv").read_bytes()
    room.take_in("a.txt", TEXT.encode(), TOLD)
    with pytest.raises(CodingError, match=r"INF-90 speaks in interviews/W99\.md"):
        room.undo()
    (tiny.raw / "interviews/W99.md").unlink()
    again = CodingRoom.open(tiny.raw, "coder-a")
    again.undo()
    assert (tiny.raw / "informants.csv").read_bytes() == before


def test_a_workbook_of_informants_takes_no_new_one(
    room: CodingRoom, tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        room._holdings.unsound, "informants.xlsx", CodingError("files.workbook", file="informants.xlsx")
    )
    with pytest.raises(CodingError, match="this is a workbook"):
        room.take_in("a.txt", TEXT.encode(), TOLD)
    assert not (tiny.raw / "interviews/W99.md").exists()


def test_a_disk_that_is_full_for_the_text_leaves_its_informants_and_says_so(
    room: CodingRoom, tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_study: Study, _files: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Study, "add_raw", full)
        with pytest.raises(CodingError, match=r"its informants are in informants\.csv"):
            room.take_in("a.txt", TEXT.encode(), TOLD)
    room.take_in("a.txt", TEXT.encode(), told(informants=[]))
    assert (tiny.raw / "interviews/W99.md").exists()


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([], "W01"), (["W01", "W02"], "W03"), (["W9"], "W10"), (["wawancara"], "W01"), (["A1", "B7"], "B8"),
        (["W01", "w02"], "w03"),
    ],
)  # fmt: skip
def test_the_next_id_is_numbered_as_the_last(ids: list[str], expected: str) -> None:
    assert arrivals._next_id(ids, "W01", ids) == expected


def test_a_free_id_is_offered_whatever_is_taken() -> None:
    assert arrivals._next_id(["W01"], "W01", ["W01", "w02", "W03"]) == "W04"
