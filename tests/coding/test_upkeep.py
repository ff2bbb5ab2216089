"""The codebook kept up: every table that names a code follows, in one step that can be undone."""

from __future__ import annotations

import csv
import io

import pytest

from kinerja_study.coding.refusals import CodingError
from kinerja_study.collection.field_data import check_study, load_field_data
from kinerja_study.errors import StudyError

NEW = {"do": "new_code", "code": "LAIN-PARKIR", "focus": "lain", "label": "Parkir", "definition": "Menyebut parkir.",
       "direction": "0"}  # fmt: skip


def table(tiny, name):
    return list(csv.DictReader(io.StringIO(tiny.read(name), newline="")))


def codes(tiny, coder):
    return sorted(row["code"] for row in table(tiny, f"codings/{coder}.csv"))


def sound(tiny):
    return not [fault for fault in check_study(tiny.open()).faults if fault.kind != "unknown_file"]


def test_a_new_code_stands_after_those_of_its_focus_and_can_be_given_at_once(room, tiny, span):
    found = room.do(NEW)
    assert [row["code"] for row in table(tiny, "codebook.csv")][-2:] == ["LAIN-ANTRE", "LAIN-PARKIR"]
    assert table(tiny, "codebook.csv")[-1]["origin"] == "inductive"
    assert "LAIN-PARKIR" in [code["code"] for code in found["state"]["codebook"]]
    assert table(tiny, "codebook_changes.csv") == [
        {"date": "2024-04-01", "coder": "coder-a", "act": "new", "code": "LAIN-PARKIR", "into": "", "codings": "0",
         "reason": "Menyebut parkir."}
    ]  # fmt: skip
    room.do({"do": "code", **span(room, "O1", "teras"), "code": "LAIN-PARKIR", "magnitude": None, "memo": ""})
    assert sound(tiny)
    room.undo()
    room.undo()
    assert not (tiny.raw / "codebook_changes.csv").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "MUTU-HASIL"}, "there is a code MUTU-HASIL already"),
        ({"code": "mutu-hasil"}, "already"),
        ({"code": "a b"}, "an id of letters"),
        ({"code": ""}, "lacks 'code'"),
        ({"focus": "mut"}, "no focus of study.toml.*Nearest: 'mutu'"),
        ({"label": ""}, "label"),
        ({"definition": None}, "definition"),
        ({"direction": "naik"}, "direction"),
    ],
)
def test_a_code_that_the_codebook_cannot_hold_is_refused(room, files, change, said):
    before = files()
    with pytest.raises(StudyError, match=f"(?s){said}"):
        room.do({**NEW, **change})
    assert files() == before


def test_a_code_is_renamed_in_all_tables_in_one_step(enter, room, tiny, files, span):
    tiny.write("codings/saran.csv", tiny.read("codings/coder-a.csv"))
    hold = next(c["key"] for c in room.document("T3")["codings"] if c["code"] == "HAM-LISTRIK")
    room.do({"do": "memo", "about": "coding", "target": hold, "heading": "process", "text": "t"})
    room.do({"do": "memo", "about": "code", "target": "HAM-LISTRIK", "heading": "process", "text": "t"})
    before = files()
    found = room.do({"do": "rename_code", "code": "HAM-LISTRIK", "into": "HAM-PLN", "reason": "lebih tepat"})
    for coder in ("coder-a", "coder-b", "consensus", "saran"):
        assert "HAM-LISTRIK" not in codes(tiny, coder)
        assert codes(tiny, coder).count("HAM-PLN") == 3
    assert "recommends=HAM-PLN" in [row["asserts"] for row in table(tiny, "claims.csv")]
    assert [row["target"] for row in table(tiny, "memos.csv")] == [hold.replace("HAM-LISTRIK", "HAM-PLN"), "HAM-PLN"]
    assert table(tiny, "codebook_changes.csv")[0]["codings"] == "9"
    assert len(found["removed"]) == 12
    assert sound(tiny)
    enter().undo()
    assert files() == before


def test_codes_are_merged_and_what_a_coding_said_is_kept(room, tiny, span):
    words = span(room, "T1", "Hasil kerja pegawai sangat rapi.")
    room.do({"do": "code", **words, "code": "MUTU-TELITI", "magnitude": -1, "memo": "ragu"})
    room.do({"do": "code", **span(room, "O1", "surat sekali"), "code": "KERJA-RAPAT", "magnitude": None, "memo": ""})
    before = load_field_data(tiny.open()).codings
    act = {"do": "merge_codes", "codes": ["MUTU-TELITI", "KERJA-RAPAT"], "into": "MUTU-HASIL"}
    room.do({**act, "reason": "tumpang tindih"})
    assert sound(tiny)
    changes = table(tiny, "codebook_changes.csv")
    assert [(row["code"], row["into"], row["codings"]) for row in changes] == [
        ("MUTU-TELITI", "MUTU-HASIL", "12"), ("KERJA-RAPAT", "MUTU-HASIL", "7"),
    ]  # fmt: skip
    one = next(row for row in table(tiny, "codings/coder-a.csv") if row["start"] == str(words["start"]))
    assert (one["code"], one["magnitude"], one["memo"]) == ("MUTU-HASIL", "2", "[digabung: MUTU-TELITI -1: ragu]")
    # KERJA-RAPAT had a direction, which counted where no magnitude was given; MUTU-HASIL has none.
    rapat = next(row for row in table(tiny, "codings/consensus.csv") if row["quote"] == "Rapat pagi menolong kami.")
    assert (rapat["code"], rapat["magnitude"]) == ("MUTU-HASIL", "1")
    tiny.remove("codebook_changes.csv")
    after = load_field_data(tiny.open()).codings
    assert sorted([*after["magnitude"], -1]) == sorted(before["magnitude"])


def test_a_code_is_split_coding_by_coding(room, tiny, files):
    before = files()
    own = [
        c
        for d in ("T1", "T2", "T3", "T4", "T5", "D1")
        for c in room.document(d)["codings"]
        if c["code"] == "MUTU-HASIL"
    ]
    assign = {coding["key"]: "MUTU-RAPI" for coding in own if "rapi" in coding["quote"]}
    assert len(assign) == 6
    room.do(
        {"do": "split_code", "code": "MUTU-HASIL", "assign": assign, "otherwise": "MUTU-LAIN", "reason": "dua hal",
         "into": [{"code": "MUTU-RAPI", "label": "Kerapian"}, {"code": "MUTU-LAIN", "label": "Hasil lain"}]}
    )  # fmt: skip
    assert codes(tiny, "coder-b").count("MUTU-RAPI") == 2
    assert codes(tiny, "coder-b").count("MUTU-LAIN") == 4
    assert "MUTU-HASIL" not in [row["code"] for row in table(tiny, "codebook.csv")]
    assert table(tiny, "codebook_changes.csv")[0]["into"] == "MUTU-RAPI;MUTU-LAIN"
    assert sound(tiny)
    room.undo()
    assert files() == before


def test_a_code_that_is_in_use_is_retired_only_with_its_codings(room, tiny, files):
    before = files()
    act = {"do": "retire_code", "code": "LAIN-ANTRE", "reason": "di luar fokus"}
    with pytest.raises(CodingError, match="has been given 5 times"):
        room.do(act)
    assert files() == before
    room.do({**act, "delete_codings": True})
    assert "LAIN-ANTRE" not in tiny.read("codebook.csv") + tiny.read("codings/consensus.csv")
    assert sound(tiny)
    room.undo()
    assert files() == before


def test_a_code_that_a_claim_names_is_not_taken_away_from_under_it(room, files):
    before = files()
    for act in (
        {"do": "retire_code", "code": "HAM-TUNDA", "delete_codings": True},
        {"do": "merge_codes", "codes": ["HAM-TUNDA"], "into": "HAM-LISTRIK"},
        {"do": "split_code", "code": "HAM-TUNDA", "into": ["HAM-LISTRIK", "MUTU-HASIL"]},
    ):
        with pytest.raises(CodingError, match=r"claims.csv asserts something of HAM-TUNDA.*K7 \(row 8\)"):
            room.do({**act, "reason": "r"})
    assert files() == before


def test_a_direction_that_changes_leaves_what_codings_said(room, tiny):
    before = load_field_data(tiny.open()).codings["magnitude"].tolist()
    room.do(
        {"do": "define_code", "code": "KERJA-RAPAT", "direction": "+/-", "definition": "Baru.", "reason": "dua arah"}
    )
    assert [row["magnitude"] for row in table(tiny, "codings/consensus.csv") if row["code"] == "KERJA-RAPAT"] == [
        "1",
        "1",
    ]
    assert sound(tiny)
    room.undo()
    assert load_field_data(tiny.open()).codings["magnitude"].tolist() == before


def test_every_change_but_a_new_code_needs_a_reason(room):
    with pytest.raises(CodingError, match="lacks 'reason'"):
        room.do({"do": "rename_code", "code": "MUTU-HASIL", "into": "X"})


def test_an_undo_does_not_take_a_code_from_under_another_coder(enter, span):
    room, other = enter(), enter("coder-b")
    room.do(NEW)
    other.do({"do": "code", **span(other, "O1", "teras"), "code": "LAIN-PARKIR", "magnitude": None, "memo": ""})
    with pytest.raises(CodingError, match=r"coder-b.csv has codings under LAIN-PARKIR"):
        room.undo()
    other.undo()
    assert "LAIN-PARKIR" in [code["code"] for code in other.state()["codebook"]]


def test_a_codebook_that_a_spreadsheet_changed_is_followed(room, tiny, span):
    tiny.replace("codebook.csv", "LAIN-ANTRE,lain", "LAIN-BARU,lain,Baru,d,,,0,inductive,,,\nLAIN-ANTRE,lain")
    room.do({"do": "code", **span(room, "O1", "teras"), "code": "LAIN-BARU", "magnitude": None, "memo": ""})
    assert "LAIN-BARU" in codes(tiny, "coder-a")
