"""Suggestions are taken, changed or refused one by one, and are evidence only as what a person has taken."""

from __future__ import annotations

import csv
import io

import pytest

from kinerja_study.coding.refusals import CodingError
from kinerja_study.collection.field_data import load_field_data

SARAN = """\
document_id,start,end,quote,code,magnitude,memo
T2,{at},{end},{quote},KERJA-WAKTU,1,"saran, belum diperiksa: 'cepat'"
"""


@pytest.fixture
def suggested(tiny, enter, span):
    words = span(enter(), "T2", "selesai cepat")
    tiny.write("codings/saran.csv", SARAN.format(at=words["start"], end=words["end"], quote="selesai cepat"))
    return {**words, "key": f"T2:{words['start']}-{words['end']}:KERJA-WAKTU:saran"}


def open_suggestions(room):
    return [coding["key"] for coding in room.document("T2")["codings"] if coding["suggestion"]]


def last(tiny, coder="coder-a"):
    rows = csv.DictReader(io.StringIO(tiny.read(f"codings/{coder}.csv"), newline=""))
    return [row for row in rows if "saran" in row["memo"]]


def test_a_suggestion_that_is_taken_keeps_its_mark_whatever_is_written_to_it(enter, tiny, suggested):
    room = enter()
    assert open_suggestions(room) == [suggested["key"]]
    before = load_field_data(tiny.open()).codings
    taken = room.do({"do": "take", "key": suggested["key"], "memo": "setuju"})["added"][0]
    assert (taken["memo"], taken["origin"], taken["suggestion"]) == ("setuju", "saran diambil: 'cepat'", False)
    assert open_suggestions(room) == []
    room.do({"do": "change", "key": taken["key"], "memo": "ya"})
    assert [row["memo"] for row in last(tiny)] == ["ya [saran diambil: 'cepat']"]
    assert open_suggestions(enter()) == []
    assert open_suggestions(enter("coder-b")) == [suggested["key"]], "each coder decides"
    after = load_field_data(tiny.open()).codings
    assert len(after) == len(before) + 1
    room.undo()
    room.undo()
    assert open_suggestions(room) == [suggested["key"]]


def test_a_suggestion_that_is_changed_on_taking_says_so(enter, tiny, suggested):
    room = enter()
    room.do({"do": "take", "key": suggested["key"], "magnitude": 2, "start": suggested["start"] + 8})
    row = last(tiny)[0]
    assert (row["quote"], row["magnitude"], row["memo"]) == ("cepat", "2", "[saran diubah: 'cepat']")


def test_a_suggestion_that_is_refused_does_not_come_back(enter, tiny, suggested):
    room, coded = enter(), tiny.read("codings/coder-a.csv")
    room.do({"do": "refuse", "key": suggested["key"]})
    assert tiny.read("codings/coder-a.csv") == coded
    assert open_suggestions(enter()) == []
    for again in ("take", "refuse"):
        with pytest.raises(CodingError, match="taken or refused already"):
            room.do({"do": again, "key": suggested["key"]})
    # Though the text be corrected before it and the program suggest again, or the code be renamed.
    tiny.replace("interviews/T2.md", "P: Apa pendapat Ibu?", "P: Apa kiranya pendapat Ibu?")
    at = suggested["start"] + len("kiranya ")
    tiny.write("codings/saran.csv", SARAN.format(at=at, end=at + 13, quote="selesai cepat"))
    assert open_suggestions(enter()) == []
    enter("coder-b").do({"do": "rename_code", "code": "KERJA-WAKTU", "into": "KERJA-LAMA", "reason": "r"})
    assert "KERJA-LAMA" in tiny.read("codings/saran.csv")
    assert open_suggestions(enter()) == []
    room = enter()
    room.undo()
    assert len(open_suggestions(room)) == 1


def test_suggestions_are_never_evidence_nor_compared(enter, suggested):
    room = enter()
    assert room.state()["coders"] == ["coder-a", "coder-b", "consensus"]
    with pytest.raises(CodingError, match="no codings of 'saran'"):
        room.evidence("saran")
    with pytest.raises(CodingError, match="no codings of 'saran'"):
        room.compare(None, ["coder-a", "saran"])
    code = next(code for code in room.state()["codebook"] if code["code"] == "KERJA-WAKTU")
    assert (code["codings"], code["all_codings"]) == (4, 12)
