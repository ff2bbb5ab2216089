"""The room as its coder meets it: opening, looking, acting, other windows and programs, bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_study.coding.refusals import CodingError
from kinerja_study.coding.room import CodingRoom
from kinerja_study.collection.field_data import check_study
from kinerja_study.errors import StudyError


def rows(tiny, coder="coder-a"):
    return list(csv.DictReader(io.StringIO(tiny.read(f"codings/{coder}.csv"), newline="")))


def shown(room, document, coder="coder-a"):
    return {c["key"]: c for c in room.document(document)["codings"] if c["coder"] == coder}


def code_t1(start, end, code="MUTU-HASIL", **more):
    return {"do": "code", "document": "T1", "start": start, "end": end, "code": code, **more}


def test_words_that_are_coded_stand_in_the_coder_s_file_in_the_order_of_the_text(room, tiny, span):
    before = tiny.read("codings/coder-a.csv").splitlines()
    found = room.do(
        {"do": "code", **span(room, "T1", "sangat rapi"), "code": "MUTU-HASIL", "magnitude": 2, "memo": "m"}
    )
    after = tiny.read("codings/coder-a.csv").splitlines()
    assert [line for line in after if line not in before] == ["T1,61,72,sangat rapi,MUTU-HASIL,2,m"]
    assert after.index("T1,61,72,sangat rapi,MUTU-HASIL,2,m") == 2
    assert [coding["key"] for coding in found["added"]] == ["T1:61-72:MUTU-HASIL:coder-a"]
    assert found["state"]["documents"][0]["codings"] == 4
    assert not check_study(tiny.open()).faults


def test_the_state_and_a_text_are_plain_values_for_json(room):
    state = json.loads(json.dumps(room.state()))
    assert state["coders"] == ["coder-a", "coder-b", "consensus"]
    assert state["writable"]
    assert state["can_undo"] is None
    first = state["documents"][0]
    assert (first["id"], first["role"], first["group"], first["turns"], first["coded_turns"]) == (
        "T1", "Kepala", "atasan", 2, 2,
    )  # fmt: skip
    assert [f["id"] for f in state["foci"]] == ["mutu", "kerja", "hambatan", "lain"]
    code = next(code for code in state["codebook"] if code["code"] == "MUTU-HASIL")
    assert (code["codings"], code["all_codings"]) == (6, 18)
    text = json.loads(json.dumps(room.document("T1")))
    assert [(turn["speaker"], turn["evidence"]) for turn in text["turns"]][:2] == [("P", False), ("A-1", True)]


def test_a_coder_who_has_not_coded_begins_with_an_empty_file_which_undo_takes_away(enter, tiny, span):
    room = enter("budi")
    assert not (tiny.raw / "codings/budi.csv").exists(), "looking writes nothing"
    room.do({"do": "code", **span(room, "T1", "rapat"), "code": "KERJA-RAPAT", "magnitude": None, "memo": ""})
    assert tiny.read("codings/budi.csv") == (
        "document_id,start,end,quote,code,magnitude,memo\nT1,148,153,rapat,KERJA-RAPAT,,\n"
    )
    assert enter("budi").undo()["removed"] == ["T1:148-153:KERJA-RAPAT:budi"]
    assert not (tiny.raw / "codings/budi.csv").exists()


def test_a_study_in_which_nobody_has_coded_is_open_for_coding(enter, tiny, span):
    for coder in ("consensus", "coder-a", "coder-b"):
        tiny.remove(f"codings/{coder}.csv")
    room = enter()
    assert room.writable
    room.do({"do": "code", **span(room, "T1", "rapat"), "code": "KERJA-RAPAT", "magnitude": 1, "memo": ""})
    assert len(rows(tiny)) == 1


def test_undo_and_redo_outlive_a_restart(enter, tiny, span):
    room = enter()
    clean = tiny.read("codings/coder-a.csv")
    room.do({"do": "code", **span(room, "T1", "sangat rapi"), "code": "MUTU-HASIL", "magnitude": 2, "memo": ""})
    room.do({"do": "delete", "key": next(iter(shown(room, "T2")))})
    changed = tiny.read("codings/coder-a.csv")
    room = enter()
    assert room.state()["can_undo"]["do"] == "delete"
    room.undo()
    room.undo()
    assert tiny.read("codings/coder-a.csv") == clean
    room = enter()
    room.redo()
    room.redo()
    assert tiny.read("codings/coder-a.csv") == changed
    with pytest.raises(CodingError, match="nothing to redo"):
        room.redo()
    told = [json.loads(line) for line in (tiny.raw / "history/coder-a.jsonl").read_bytes().splitlines()]
    assert [entry["do"] for entry in told] == ["code", "delete", "undo", "undo", "redo", "redo"]
    assert {"n", "when", "who", "do", "what", "edits"} <= told[0].keys()


def test_a_table_that_a_spreadsheet_wrote_is_continued_as_it_is_written(enter, tiny, span):
    lines = tiny.read("codings/coder-a.csv").split("\n")
    text = "\ufeff" + "\r\n".join(line.replace(",", ";") for line in lines if '"' not in line).rstrip("\r\n")
    tiny.write("codings/coder-a.csv", text)
    room = enter()
    added = room.do(
        {"do": "code", **span(room, "D1", "sesuai standar"), "code": "MUTU-HASIL", "magnitude": 1, "memo": "a;b"}
    )
    now = tiny.read("codings/coder-a.csv")
    assert now.startswith(text.rsplit("\r\n", 1)[0])
    assert 'sesuai standar;MUTU-HASIL;1;"a;b"\r\n' in now
    room.do({"do": "delete", "key": added["added"][0]["key"]})
    room.undo()
    room.undo()
    assert tiny.read("codings/coder-a.csv") == text


@given(memo=st.text(max_size=40), seed=st.integers(0, 10**6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_unicode_in_text_and_memo_is_kept_at_the_right_code_points(tiny, enter, memo, seed):
    body = "P: Lalu?\n\nS-1: \U0001f469\u200d\U0001f4bb kafe\u0301 \u2028 baris\r\nlain\x0b \U0001f600 "
    body += '"kutip", koma; \u05d0.\n'
    tiny.write("interviews/T3.md", "---\nid: T3\nkind: interview\ninformant: S-1\ndate: 2024-03-06\n---\n" + body)
    for coder in ("consensus", "coder-b", "coder-a"):
        kept = [line for line in tiny.read(f"codings/{coder}.csv").split("\n") if not line.startswith("T3")]
        tiny.write(f"codings/{coder}.csv", "\n".join(kept))
    room = enter()
    text = room.document("T3")["text"]
    first = text.index("S-1:") + 5
    start = first + seed % (len(text) - first - 2)
    end = start + 1 + seed % (len(text) - start - 1)
    if not text[start:end].strip():
        return
    room.do({"do": "code", "document": "T3", "start": start, "end": end, "code": "MUTU-HASIL", "magnitude": 1,
             "memo": memo})  # fmt: skip
    row = next(row for row in rows(tiny) if row["document_id"] == "T3")
    assert (int(row["start"]), int(row["end"]), row["quote"]) == (start, end, text[start:end])
    assert not check_study(tiny.open()).faults
    again = next(iter(shown(enter(), "T3").values()))
    assert again == next(iter(shown(room, "T3").values()))
    room.undo()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ({"do": "kode"}, "there is no act 'kode'.*Nearest: 'code'"),
        ({}, "there is no act None"),
        ({"do": "code", "document": "T9", "start": 0, "end": 3, "code": "MUTU-HASIL"}, "no text has the id 'T9'"),
        (code_t1(45, 5000), "no span of T1"),
        (code_t1(50, 50), "no span of T1"),
        (code_t1("50", 60), "no span of T1"),
        (code_t1(-5, 60), "no span of T1"),
        (code_t1(True, 60), "no span of T1"),
        (code_t1(3, 12, magnitude=1), "interviewer's"),
        (code_t1(20, 60, magnitude=1), "two turns"),
        (code_t1(45, 60, code="MUTU-HASL"), "Nearest: 'MUTU-HASIL'"),
        (code_t1(45, 60), "needs a magnitude"),
        (code_t1(45, 60, magnitude=3), "no magnitude"),
        (code_t1(45, 60, magnitude="1"), "no magnitude"),
        (code_t1(45, 60, magnitude=1, memo=7), "no text"),
        (code_t1(40, 72, magnitude=1), "already"),
        (code_t1(34, 35, magnitude=1), "only spaces"),
        ({"do": "change", "key": "T1:40-72:MUTU-HASIL:coder-b", "memo": "x"}, "is coder-b's"),
        ({"do": "change", "key": "T1:1-2:MUTU-HASIL:coder-a", "memo": "x"}, "no longer there"),
        ({"do": "delete"}, "lacks 'key'"),
        ({"do": "place", "key": "T1:40-72:MUTU-HASIL:coder-a", "start": 40, "end": 50}, "stands on its words"),
        ({"do": "take", "key": "T1:40-72:MUTU-HASIL:saran"}, "there is no suggestion"),
    ],
)  # fmt: skip
def test_a_wrong_act_is_told_with_what_where_and_what_to_do_and_writes_nothing(room, files, act, said):
    if "key" in act or said == "already":
        text = room.document("T1")["text"]
        begin = text.index("Hasil kerja")
        moved = {"40-72": f"{begin}-{begin + 32}"}
        act = {k: v.replace("40-72", moved["40-72"]) if isinstance(v, str) else v for k, v in act.items()}
        if said == "already":
            act |= {"start": begin, "end": begin + 32}
    before = files()
    with pytest.raises(StudyError, match=f"(?s){said}"):
        room.do(act)
    assert files() == before
    assert room.state()["can_undo"] is None


OWN = "T1:41-73:MUTU-HASIL:coder-a"
SOUND = (
    {"do": "code", "document": "T1", "start": 41, "end": 52, "code": "KERJA-RAPAT", "magnitude": 1, "memo": "m"},
    {"do": "change", "key": OWN, "start": 42, "code": "KERJA-WAKTU", "magnitude": 0, "memo": "m"},
    {"do": "delete", "key": OWN},
    {"do": "place", "key": OWN, "start": 41, "end": 52},
    {"do": "take", "key": OWN, "memo": "m"},
    {"do": "refuse", "key": OWN},
    {"do": "decide", "document": "T1", "start": 41, "end": 52, "code": "MUTU-HASIL", "magnitude": 1,
     "outcome": "changed", "reason": "r", "replaces": ["T1:41-73:MUTU-HASIL:consensus"]},
    {"do": "memo", "about": "code", "target": "MUTU-HASIL", "heading": "process", "text": "t", "memo_id": None},
    {"do": "new_code", "code": "X", "focus": "mutu", "label": "l", "definition": "d", "direction": "0", "reason": "r"},
    {"do": "define_code", "code": "KERJA-RAPAT", "direction": "+/-", "label": "l", "reason": "r"},
    {"do": "rename_code", "code": "MUTU-HASIL", "into": "X", "label": "l", "reason": "r"},
    {"do": "merge_codes", "codes": ["MUTU-HASIL", "KERJA-RAPAT"], "into": "KERJA-WAKTU", "reason": "r"},
    {"do": "split_code", "code": "MUTU-HASIL", "into": [{"code": "X"}, "MUTU-TELITI"], "assign": {OWN: "X"},
     "otherwise": "MUTU-TELITI", "reason": "r"},
    {"do": "retire_code", "code": "MUTU-HASIL", "delete_codings": True, "reason": "r"},
)  # fmt: skip
JUNK = st.one_of(
    st.sampled_from(["T1", "MUTU-HASIL", OWN, "study", "", [OWN], ["X", 7], {"X": ["X"]}, [{"code": 7}, "X"]]),
    st.none(), st.booleans(), st.integers(-3, 99), st.floats(), st.text(max_size=5), st.just("\ud83d half"),
)  # fmt: skip


def test_whatever_is_asked_is_done_soundly_or_refused_and_leaves_a_study_that_opens(make_tiny, tmp_path_factory):
    tiny = make_tiny(tmp_path_factory.mktemp("apa saja"))
    room = CodingRoom.open(tiny.raw, "coder-a")
    before = tiny.read("codings/coder-a.csv")
    done = set()

    @given(act=st.sampled_from(SOUND), junk=st.lists(st.tuples(st.integers(0, 9), JUNK), max_size=2))
    @settings(max_examples=300)
    def ask(act, junk):
        keys = list(act)[1:]
        act = act | {keys[number % len(keys)]: value for number, value in junk}
        try:
            room.do(act)
        except StudyError as error:
            assert "\n    " in str(error), "what to do is said"
        else:
            done.add(act["do"])
            room.undo()
        assert tiny.read("codings/coder-a.csv") == before

    ask()
    room = CodingRoom.open(tiny.raw, "coder-a")
    assert room.writable
    assert not room.notices
    assert done == {act["do"] for act in SOUND} - {"place", "take", "refuse"}


def test_a_coding_whose_quote_moved_is_detached_and_can_be_placed_again(enter, tiny, span):
    tiny.replace(
        "interviews/T1.md", "P: Bagaimana hasil kerja pegawai?", "P: Apa kabar? Bagaimana hasil kerja pegawai?"
    )
    room = enter()
    assert room.writable
    detached = [c for c in shown(room, "T1").values() if c["detached"]]
    assert len(detached) == 3
    first = next(c for c in detached if c["code"] == "MUTU-HASIL")
    at = room.document("T1")["text"].index("Hasil kerja pegawai sangat rapi.")
    assert first["found_at"] == [[at, at + 32]]
    assert "kutipan" in first["fault"]
    room.do({"do": "change", "key": first["key"], "memo": "masih terlepas"})
    first = next(c for c in shown(room, "T1").values() if c["memo"] == "masih terlepas")
    assert first["detached"], "a memo can be changed before it is placed"
    room.do({"do": "place", "key": first["key"], "start": at, "end": at + 32})
    placed = shown(room, "T1")[f"T1:{at}-{at + 32}:MUTU-HASIL:coder-a"]
    assert not placed["detached"]
    assert placed["memo"] == "masih terlepas"


def test_a_coding_that_no_longer_stands_in_one_informant_s_turn_can_be_deleted(enter, tiny):
    tiny.replace("interviews/T5.md", "W-1: Suratnya asal jadi. Saya", "P:   Suratnya asal jadi. Saya")
    room = enter()
    wrong = [c for c in shown(room, "T5").values() if c["fault"]]
    assert wrong
    assert room.writable
    for coding in wrong:
        room.do({"do": "delete", "key": coding["key"]})
    assert not [c for c in shown(room, "T5").values() if c["fault"]]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("codebook.csv", ",Hasil kerja,Menilai hasil pekerjaan.,,,+/-", ",,x,,,*", "codebook.csv, row 2"),
        ("codebook.csv", "code,focus", "kode,focus", "unknown column"),
        ("codings/coder-a.csv", ",MUTU-HASIL,2,", ",MUTU-HASIL,9,", "codings/coder-a.csv, row 2"),
        ("codings/coder-a.csv", ",MUTU-HASIL,2,", ",MUTU-HASL,2,", "not in the codebook"),
        ("codings/coder-a.csv", "document_id,", "dokumen,", "unknown column"),
        ("codings/coder-a.csv", "MUTU-HASIL,2,", 'MUTU-HASIL,2,"', "not readable as CSV"),
        ("informants.csv", "A-1,atasan", "A-1,atas", "no group"),
    ],
)  # fmt: skip
def test_a_codebook_or_coder_s_file_with_faults_opens_read_only_with_the_faults_listed(
    enter, tiny, files, span, file, old, new, said
):
    tiny.replace(file, old, new)
    before = files()
    room = enter()
    state = room.state()
    assert not state["writable"]
    assert any(said in fault for fault in room.faults)
    assert len(state["faults"]) == len(room.faults)
    assert room.document("T1")["text"]
    with pytest.raises(CodingError, match="nothing can be coded here"):
        room.do({"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""})
    assert files() == before
    tiny.replace(file, new, old)
    assert file in room.refresh()
    assert room.writable, "what has been mended beside the room opens it"


def test_faults_elsewhere_do_not_hinder_coding_and_are_told(enter, tiny, span):
    tiny.write("codings/coder-b.csv", b"\xff\xfe no text")
    tiny.replace("claims.csv", "verdict=baik", "verdict=bagus")
    room = enter()
    assert room.writable
    assert any("codings/coder-b.csv" in notice for notice in room.notices)
    room.do({"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""})
    with pytest.raises(CodingError, match=r"coder-b\.csv cannot be changed"):
        room.do({"do": "rename_code", "code": "MUTU-HASIL", "into": "MUTU-X", "reason": "r"})


def test_a_workbook_is_read_only(enter, tiny, span):
    import pandas as pd

    frame = pd.read_csv(tiny.raw / "codings/coder-a.csv", dtype=str, keep_default_na=False)
    tiny.remove("codings/coder-a.csv")
    frame.to_excel(tiny.raw / "codings/coder-a.xlsx", index=False)
    room = enter()
    assert not room.writable
    assert any("workbook" in fault for fault in room.faults)


def test_a_faulty_text_is_told_and_the_others_can_be_coded(enter, tiny, span):
    tiny.replace("interviews/T1.md", "date: 2024-03-04\n", "")
    room = enter()
    assert room.writable
    assert "T1" not in [document["id"] for document in room.state()["documents"]]
    with pytest.raises(CodingError, match="no text has the id 'T1'"):
        room.document("T1")


@pytest.mark.parametrize("name", ["saran", "Saran", "a b", "", "../x", "coder-A", ".x"])
def test_a_name_that_cannot_be_a_coder_s_is_refused(enter, name):
    with pytest.raises(StudyError):
        enter(name)


def test_a_study_that_is_not_there_is_told(tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    with pytest.raises(StudyError, match="there is no study 'x'"):
        CodingRoom.open(tmp_path / "data/raw/x", "coder-a")


READ_ONLY = """
import os, sys
from pathlib import Path
from kinerja_study.coding.room import CodingRoom
from kinerja_study.coding.refusals import CodingError
folder = Path(sys.argv[1])
CodingRoom.open(folder, "coder-b").refresh()
if not os.geteuid():
    # Whoever runs as root may write anywhere: it is somebody else who opens the room.
    os.setgid(65534)
    os.setuid(65534)
room = CodingRoom.open(folder, "coder-a")
print(room.writable, len(room.document("T1")["codings"]), room.faults)
try:
    room.do({"do": "delete", "key": "T1:1-2:X:coder-a"})
except CodingError as error:
    print("refused:", error)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="the permissions of Unix")
@pytest.mark.parametrize("closed", [".", "codings/coder-a.csv", "codings"])
def test_a_folder_or_file_that_cannot_be_written_is_told_at_opening(make_tiny, closed):
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        root.chmod(0o755)
        raw = make_tiny(root).raw
        (raw / "history").mkdir()
        for path in [raw, *raw.rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        (raw / closed).chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, str(raw)]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        (raw / closed).chmod(0o777)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("False 8 ")
    assert "cannot be written (Permission denied)" in told.stdout
    assert "refused: nothing can be coded here" in told.stdout


def test_a_disk_that_is_full_loses_nothing_and_says_so(room, tiny, files, span, monkeypatch):
    before = files()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CodingError, match=r"(?s)No space left.*nothing was changed"):
        room.do({"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""})
    monkeypatch.undo()
    assert files() == before
    room.do({"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""})
    assert files() != before


# Other windows and programs


def test_two_windows_of_one_coder_do_not_overwrite_each_other(enter, tiny, span):
    one, other = enter(), enter()
    one.do({"do": "code", **span(one, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": "satu"})
    other.do({"do": "code", **span(other, "T1", "sangat rapi"), "code": "MUTU-HASIL", "magnitude": 1, "memo": "dua"})
    assert {row["memo"] for row in rows(tiny)} >= {"satu", "dua"}
    assert other.undo()["removed"] == ["T1:61-72:MUTU-HASIL:coder-a"]
    one.undo()
    assert not {row["memo"] for row in rows(tiny)} & {"satu", "dua"}


def test_rows_of_a_spreadsheet_and_of_the_room_are_merged(room, tiny, span):
    added = "T2,82,92,x,KERJA-WAKTU,1,dari lembar kerja\n"
    text = room.document("T2")["text"]
    at = text.index("cepat")
    added = f"T2,{at},{at + 5},cepat,KERJA-WAKTU,1,dari lembar kerja\n"
    tiny.write("codings/coder-a.csv", tiny.read("codings/coder-a.csv") + added)
    found = room.do(
        {"do": "code", **span(room, "T2", "sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": "kamar"}
    )
    assert {"dari lembar kerja", "kamar"} <= {row["memo"] for row in rows(tiny)}
    assert {"dari lembar kerja", "kamar"} <= {coding["memo"] for coding in found["codings"]}


def test_a_cell_that_another_program_changed_unseen_is_shown_and_not_overwritten(room, tiny):
    key, coding = next(iter(shown(room, "T1").items()))
    assert coding["magnitude"] == 2
    tiny.replace("codings/coder-a.csv", ",MUTU-HASIL,2,", ",MUTU-HASIL,-2,")
    with pytest.raises(CodingError, match=r"magnitude of .* was changed from '2' to '-2'"):
        room.do({"do": "change", "key": key, "magnitude": 1})
    assert shown(room, "T1")[key]["magnitude"] == -2
    room.do({"do": "change", "key": key, "magnitude": 1})
    assert shown(room, "T1")[key]["magnitude"] == 1


def test_other_cells_of_a_row_that_changed_underneath_are_kept(room, tiny):
    key = next(iter(shown(room, "T1")))
    tiny.replace("codings/coder-a.csv", ",MUTU-HASIL,2,", ",MUTU-HASIL,-2,")
    room.do({"do": "change", "key": key, "memo": "baru"})
    assert (shown(room, "T1")[key]["magnitude"], shown(room, "T1")[key]["memo"]) == (-2, "baru")


def test_a_deletion_of_what_changed_unseen_is_refused(room, tiny):
    key = next(iter(shown(room, "T1")))
    tiny.replace("codings/coder-a.csv", ",MUTU-HASIL,2,", ",MUTU-HASIL,-2,")
    with pytest.raises(CodingError, match="was changed"):
        room.do({"do": "delete", "key": key})


def test_an_undo_whose_ground_has_gone_says_so_and_the_one_before_is_next(room, tiny, span):
    room.do({"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": "satu"})
    room.do({"do": "code", **span(room, "T1", "sangat rapi"), "code": "MUTU-HASIL", "magnitude": 1, "memo": "dua"})
    tiny.replace("codings/coder-a.csv", ",1,dua", ",1,diubah di luar")
    before = tiny.read("codings/coder-a.csv")
    with pytest.raises(CodingError, match=r"can be undone no more.*changed since"):
        room.undo()
    assert tiny.read("codings/coder-a.csv") == before
    room.undo()
    assert "satu" not in tiny.read("codings/coder-a.csv")
    assert "diubah di luar" in tiny.read("codings/coder-a.csv")


def test_a_redo_that_would_code_the_same_words_twice_is_refused(enter, span):
    one, other = enter(), enter()
    act = {"do": "code", **span(one, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""}
    one.do(act)
    one.undo()
    row = one.document("T2")["text"]
    at = row.index("cepat sekali")
    file = one.study.raw / "codings/coder-a.csv"
    file.write_text(file.read_text() + f"T2,{at},{at + 12},cepat sekali,KERJA-WAKTU,1,lain\n")
    with pytest.raises(CodingError, match=r"can be redone no more: .* twice"):
        other.redo()


def test_a_text_that_was_changed_since_it_was_opened_must_be_opened_again(room, tiny, files, span):
    act = {"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""}
    tiny.replace("interviews/T2.md", "P: Apa pendapat Ibu?", "P: Apa pendapat Ibu tentang ini?")
    before = files()
    with pytest.raises(CodingError, match="the text T2 was changed"):
        room.do(act)
    with pytest.raises(CodingError, match="the text T2 was changed"):
        room.do(act)
    assert files() == before
    room.do({**act, **span(room, "T2", "cepat sekali")})


def test_a_file_that_becomes_faulty_underneath_closes_the_room_until_it_is_mended(room, tiny, span):
    act = {"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""}
    sound = tiny.read("codings/coder-a.csv")
    tiny.write("codings/coder-a.csv", sound.replace(",MUTU-HASIL,2,", ",MUTU-HASIL,zwei,"))
    for _ in range(2):
        with pytest.raises(CodingError, match="row 2, column magnitude"):
            room.do(act)
    tiny.write("codings/coder-a.csv", sound)
    room.do(act)
    tiny.write("codings/coder-b.csv", "broken")
    room.undo()
    assert tiny.read("codings/coder-a.csv") == sound


WRITER = """
import sys
from pathlib import Path
from kinerja_study.coding.room import CodingRoom
folder, coder, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
room = CodingRoom.open(folder, coder)
text = room.document("T5")["text"]
begin = text.index("W-1:") + 5
for number in range(first, first + 20):
    room.do({"do": "code", "document": "T5", "start": begin + number, "end": begin + number + 5, "code": "MUTU-TELITI",
             "magnitude": 1, "memo": f"{number}"})
    if number % 5 == 0:
        room.undo()
        room.redo()
"""


def test_processes_that_write_at_once_lose_no_row_of_each_other(tiny, enter):
    jobs = [("coder-a", 0), ("coder-a", 30), ("coder-b", 0)]
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tiny.raw), coder, str(first)], stderr=subprocess.PIPE)
        for coder, first in jobs
    ]
    for process in running:
        assert process.wait() == 0, process.stderr.read().decode()
        process.stderr.close()
    for coder, wanted in (("coder-a", [*range(20), *range(30, 50)]), ("coder-b", [*range(20)])):
        memos = [
            row["memo"] for row in rows(tiny, coder) if row["code"] == "MUTU-TELITI" and row["document_id"] == "T5"
        ]
        # Undo takes the last act of the coder, whichever window did it, so that what one undid the other may have done.
        assert set(memos) <= {str(number) for number in wanted}
        assert len(memos) == len(set(memos))
        told = [json.loads(line) for line in (tiny.raw / f"history/{coder}.jsonl").read_bytes().splitlines()]
        assert [entry["n"] for entry in told] == list(range(1, len(told) + 1))
        assert sum(entry["do"] == "code" for entry in told) == len(wanted)
    assert enter().writable


# What a window that was killed, or another program, leaves in a history

RAPAT = {"do": "code", "document": "T1", "code": "KERJA-RAPAT", "magnitude": 1, "memo": ""}


def test_an_act_whose_line_was_not_wholly_written_has_not_happened(room, enter, tiny, files, span):
    room.do({**RAPAT, **span(room, "T1", "rapat")})
    history = tiny.raw / "history/coder-a.jsonl"
    whole, before = history.read_bytes(), files()
    room.do({**RAPAT, **span(room, "T1", "sangat rapi")})
    torn = history.read_bytes()[len(whole) : -2]
    for name, content in before.items():
        (tiny.raw / name).write_bytes(content)
    for length in (1, 9, len(torn) // 2, len(torn)):
        history.write_bytes(whole + torn[:length])
        room = enter("coder-b")
        assert history.read_bytes() == whole
        assert files() == before
    assert not enter().notices, "what a kill leaves is no fault"


@pytest.mark.parametrize("window", ["coder-a", "coder-b"])
def test_an_act_of_which_only_the_line_reached_the_disk_is_completed_by_whoever_comes_next(
    room, enter, tiny, files, span, window
):
    room.do({**RAPAT, **span(room, "T1", "rapat")})
    before = files()
    room.do({**RAPAT, **span(room, "T1", "sangat rapi")})
    after = files()
    history = tiny.raw / "history/coder-a.jsonl"
    whole = history.read_bytes()
    for tables in (before, after):
        for name, content in tables.items():
            (tiny.raw / name).write_bytes(content)
        history.write_bytes(whole[:-1])
        enter(window)
        assert files() == after
        assert history.read_bytes() == whole
    assert enter().state()["can_undo"]["quote"] == "sangat rapi"
    # What a spreadsheet has written meanwhile stays beside it, whether the table had been written or not.
    for tables in (before, after):
        added = tables["codings/coder-a.csv"] + b"T1,148,153,rapat,MUTU-TELITI,1,lembar kerja\n"
        (tiny.raw / "codings/coder-a.csv").write_bytes(added)
        history.write_bytes(whole[:-1])
        enter(window)
        found = tiny.read("codings/coder-a.csv")
        assert (found.count("lembar kerja"), found.count("sangat rapi,KERJA-RAPAT")) == (1, 1)


def test_a_broken_line_of_the_history_costs_only_its_own_act_and_is_told(room, enter, tiny, span):
    room.do({**RAPAT, **span(room, "T1", "rapat")})
    room.do({**RAPAT, **span(room, "T1", "sangat rapi")})
    history = tiny.raw / "history/coder-a.jsonl"
    first, second = history.read_bytes().splitlines(keepends=True)
    history.write_bytes(first[:20] + b"\n" + second)
    room = enter()
    assert room.writable
    assert [notice for notice in room.notices if "history/coder-a.jsonl, row 1: this line tells no act" in notice]
    assert room.state()["can_undo"]["quote"] == "sangat rapi"
    room.undo()
    assert room.state()["can_undo"] is None
    room.do({"do": "delete", "key": "T1:148-153:KERJA-RAPAT:coder-a"})
    assert json.loads(history.read_bytes().splitlines()[-1])["n"] == 4, "no number is given twice"
    history.write_bytes(first + history.read_bytes().split(b"\n", 1)[1])
    assert not enter().notices, "with the line put back all is well"


GOOD = {"n": 1, "when": "x", "who": "coder-a", "do": "code", "edits": []}


@pytest.mark.parametrize(
    "line",
    [
        "{broken", "7", "[]", "null", "{}", "[" * 100_000, "\xff",
        {"n": None}, {"n": float("inf")}, {"n": "x"}, {"do": 5}, {"do": "undo"}, {"do": "undo", "of": "1"},
        {"when": None},
        {"edits": 7}, {"edits": ["abcd"]}, {"edits": [[1, 2]]}, {"edits": [["codings/a.csv", "0", None, "x"]]},
        {"edits": [["codings/a.csv", 1, 7, "x"]]}, {"edits": [["../../x.csv", 0, None, "x"]]},
        {"suggestion": "x"}, {"suggestion": {"code": 7}}, {"document": []}, {"quote": 7}, {"code": {}}, {"files": 7},
        {"files": {"x": 7}},
    ],
)  # fmt: skip
def test_whatever_stands_in_a_history_the_room_opens_and_acts(enter, tiny, span, line):
    history = tiny.raw / "history/coder-a.jsonl"
    history.parent.mkdir()
    broken = (line if isinstance(line, str) else json.dumps(GOOD | line)).encode("latin-1")
    for end in (b"\n", b""):
        history.write_bytes(broken + end)
        room = enter()
        room.refresh()
        found = room.do({**RAPAT, **span(room, "T1", "rapat")})
        assert found["state"]["can_undo"]["quote"] == "rapat"
        room.undo()
        assert room.state()["can_undo"] is None
    history.write_bytes(json.dumps(GOOD).encode() + b"\n")
    assert enter().state()["can_undo"], "an act that is one is told"


def test_a_history_that_comes_with_a_study_writes_nothing_but_tables_of_the_study(enter, tiny, files):
    before = files()
    outside = tiny.raw.parents[2] / "x.csv"
    for file in ("../../../x.csv", str(outside), "interviews/T1.md", "codings/../../x.csv"):
        entry = GOOD | {"edits": [[file, 0, None, "a,b\n"]], "files": {file: [None, "0" * 64]}}
        (tiny.raw / "history").mkdir(exist_ok=True)
        (tiny.raw / "history/coder-a.jsonl").write_bytes(json.dumps(entry).encode())
        room = enter()
        with pytest.raises(CodingError, match="nothing to undo"):
            room.undo()
    assert files() == before
    assert not outside.exists()
    (tiny.raw / "history/coder-a.jsonl").write_text(json.dumps(entry).replace(file, "codings/budi.csv"))
    enter("coder-b")
    assert (tiny.raw / "codings/budi.csv").exists(), "an act that may be is completed"


def test_a_history_that_is_another_one_now_is_read_anew(room, tiny, span):
    for words in ("rapat", "sangat rapi"):
        room.do({**RAPAT, **span(room, "T1", words)})
    history = tiny.raw / "history/coder-a.jsonl"
    first = history.read_bytes().splitlines(keepends=True)[0]
    history.write_bytes(first)
    room.refresh()
    assert room.state()["can_undo"]["quote"] == "rapat"
    history.unlink()
    room.refresh()
    assert room.state()["can_undo"] is None


def test_a_study_toml_that_breaks_while_the_room_is_open_is_a_fault_and_mended_counts_again(enter, tiny, span):
    room = enter()
    room.do({"do": "code", **span(room, "T2", "cepat sekali"), "code": "KERJA-WAKTU", "magnitude": 1, "memo": ""})
    whole = (tiny.raw / "study.toml").read_text("utf-8")
    tiny.write("study.toml", whole.replace("[study]", "[study").encode())
    assert room.refresh() == ["study.toml"], "and not what the room itself has written"
    assert any("not valid TOML" in fault for fault in room.faults)
    assert room.document("T2")["text"]
    with pytest.raises(CodingError, match=r"(?s)nothing can be coded here.*study\.toml"):
        room.do({"do": "memo", "about": "study", "heading": "process", "text": "x"})
    tiny.write("study.toml", whole.replace("Mutu pekerjaan", "Mutu kerja").encode())
    room.refresh()
    assert room.writable
    assert room.state()["foci"][0]["label"] == "Mutu kerja"


def test_a_room_in_another_language_labels_and_says_all_in_it(tiny):
    tiny.replace("interviews/T1.md", "date: 2024-03-04\n", "")
    said = {}
    for language in ("id", "en"):
        state = CodingRoom.open(tiny.raw, "coder-a", language=language).state()
        assert state["study"]["language"] == language
        said[language] = (state["foci"][0]["label"], state["notices"][0])
    assert said["id"][0] != said["en"][0]
    assert "the header lacks" in said["en"][1]
    assert "diperlukan" in said["id"][1]


def test_a_coding_that_is_placed_again_is_no_longer_told_as_wrong(enter, tiny, files):
    tiny.replace(
        "interviews/T1.md", "P: Bagaimana hasil kerja pegawai?", "P: Apa kabar? Bagaimana hasil kerja pegawai?"
    )
    room = enter()
    told = len(room.notices)
    assert told
    lost = next(c for c in room.document("T1")["codings"] if c["found_at"] and c["coder"] == "coder-a")
    start, end = lost["found_at"][0]
    state = room.do({"do": "place", "key": lost["key"], "start": start, "end": end})["state"]
    assert len(state["notices"]) == len(room.notices) == told - 1


def test_a_coder_s_file_that_becomes_faulty_while_the_room_is_open_closes_it_until_it_is_mended(enter, tiny):
    room = enter()
    tiny.replace("codings/coder-a.csv", ",MUTU-HASIL,2,", ",MUTU-HASL,2,")
    assert room.refresh() == ["codings/coder-a.csv"]
    assert not room.writable
    assert "MUTU-HASL" in room.faults[0]
    tiny.replace("codings/coder-a.csv", ",MUTU-HASL,2,", ",MUTU-HASIL,2,")
    room.refresh()
    assert room.writable
