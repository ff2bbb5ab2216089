"""Memos on a study, a document, a code and a coding."""

from __future__ import annotations

import csv
import io

import pytest

from kinerja_study.coding.refusals import CodingError


def memos(tiny):
    return list(csv.DictReader(io.StringIO(tiny.read("memos.csv"), newline="")))


def test_memos_are_numbered_by_coder_and_only_their_writer_changes_them(room, enter, tiny):
    other = enter("coder-b")
    for who, about, target in ((room, "study", ""), (other, "document", "T1"), (room, "code", "HAM-TUNDA")):
        who.do(
            {"do": "memo", "about": about, "target": target, "heading": "process", "text": f"Tentang {about}.\nDua."}
        )
    assert [row["memo_id"] for row in memos(tiny)] == ["coder-a-1", "coder-b-1", "coder-a-2"]
    assert memos(tiny)[0] == {
        "memo_id": "coder-a-1", "date": "2024-04-01", "coder": "coder-a", "about": "study", "target": "",
        "heading": "process", "text": "Tentang study.\nDua.",
    }  # fmt: skip
    with pytest.raises(CodingError, match="has written no memo 'coder-b-1'"):
        room.do({"do": "memo", "memo_id": "coder-b-1", "text": "x"})
    found = room.do({"do": "memo", "memo_id": "coder-a-1", "text": "Baru.", "heading": "synthesis"})
    assert [memo["text"] for memo in found["state"]["memos"]] == [
        "Baru.",
        "Tentang document.\nDua.",
        "Tentang code.\nDua.",
    ]
    room.do({"do": "memo", "memo_id": "coder-a-2", "text": ""})
    assert [row["memo_id"] for row in memos(tiny)] == ["coder-a-1", "coder-b-1"]


def test_a_memo_follows_its_coding_and_stays_on_the_text_when_that_is_deleted(room, tiny, span):
    act = {"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""}
    key = room.do(act)["added"][0]["key"]
    room.do({"do": "memo", "about": "coding", "target": key, "heading": "reduction", "text": "t"})
    moved = room.do({"do": "change", "key": key, "end": act["end"] - 7})["added"][0]["key"]
    assert memos(tiny)[0]["target"] == moved != key
    room.do({"do": "delete", "key": moved})
    assert (memos(tiny)[0]["about"], memos(tiny)[0]["target"]) == ("document", "T2")
    room.undo()
    assert memos(tiny)[0]["target"] == moved


def test_a_coding_that_another_coder_has_written_about_is_not_undone_from_under_the_memo(room, enter, span):
    act = {"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""}
    key = room.do(act)["added"][0]["key"]
    enter("coder-b").do({"do": "memo", "about": "coding", "target": key, "heading": "reduction", "text": "t"})
    with pytest.raises(CodingError, match="the memo coder-b-1 is about"):
        room.undo()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"about": "kode"}, "no about of a memo"),
        ({"heading": "proses"}, "Nearest: 'process'"),
        ({"text": ""}, "lacks 'text'"),
        ({"about": "document", "target": "T9"}, "no text has the id"),
        ({"about": "code", "target": "X"}, "not in the codebook"),
        ({"about": "coding", "target": "T1:1-2:X:coder-a"}, "there is no coding"),
    ],
)
def test_a_memo_on_nothing_is_refused(room, tiny, change, said):
    with pytest.raises(CodingError, match=said):
        room.do({"do": "memo", "about": "study", "target": "", "heading": "process", "text": "t", **change})
    assert not (tiny.raw / "memos.csv").exists()


def test_a_table_of_memos_that_cannot_be_read_is_never_written_over(enter, tiny):
    tiny.write("memos.csv", "memo_id,text\nx,y\n")
    room = enter()
    assert room.state()["memos"] == []
    with pytest.raises(CodingError, match=r"memos.csv cannot be changed"):
        room.do({"do": "memo", "about": "study", "target": "", "heading": "process", "text": "t"})
    assert tiny.read("memos.csv") == "memo_id,text\nx,y\n"
