"""What was decided, changed and noted: references that hold, and no words of those who may not be quoted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kinerja_study.collection import check_study, load_field_data, save_field_data
from kinerja_study.errors import Fault

S2_WORDS = "Hasil ketikan saya cukup rapi."


def only(noted: Any) -> Fault:
    (fault,) = check_study(noted.open()).faults
    assert fault.cure
    return fault


def add(name: str, row: str) -> Callable[[Any], None]:
    return lambda noted: noted.write(f"{name}.csv", noted.read(f"{name}.csv") + row + "\n")


def decision(
    document="T1", start="37", end="68", code="MUTU-HASIL", outcome="kept", coders="coder-a", date="2024-03-25"
):
    return add("decisions", f"{date},coder-c,{document},{start},{end},{code},,{outcome},{coders},Sebab.")


def change(act="define", code="MUTU-HASIL", into="", codings="0", coder="coder-a"):
    return add("codebook_changes", f"2024-03-25,{coder},{act},{code},{into},{codings},Sebab.")


def memo(about="study", target="", heading="process", text="Catatan.", identity="coder-a-9"):
    return add("memos", f"{identity},2024-03-25,coder-a,{about},{target},{heading},{text}")


@pytest.mark.parametrize(
    ("spoil", "kind", "row", "column", "value"),
    [
        (decision(document="T9"), "unknown_document", 6, "document_id", "T9"),
        (decision(start="68", end="37"), "span_outside", 6, "start, end", "68-37"),
        (decision(end="9999"), "span_outside", 6, "start, end", "37-9999"),
        (decision(start="1", end="60"), "two_turns", 6, "start, end", "1-60"),
        (decision(start=""), "bad_value", 6, "start", None),
        (decision(code="MUTU-HASL"), "unknown_code", 6, "code", "MUTU-HASL"),
        (decision(coders="coder-a;coder-z"), "unknown_coder", 6, "coders", "coder-z"),
        (decision(outcome="agreed"), "bad_value", 6, "outcome", "agreed"),
        (decision(date="25 Maret"), "bad_value", 6, "date", "25 Maret"),
        (change(act="delete"), "bad_value", 5, "act", "delete"),
        (change(act="split"), "missing_into", 5, "into", None),
        (change(act="merge", code="X", into="Y"), "unknown_code", 5, "into", "Y"),
        (change(act="define", code="X"), "unknown_code", 5, "code", "X"),
        (change(codings="many"), "bad_value", 5, "codings", "many"),
        (change(coder="coder a"), "bad_value", 5, "coder", "coder a"),
        (memo(target="T1"), "bad_value", 7, "target", "T1"),
        (memo(about="document", target="T9"), "unknown_document", 7, "target", "T9"),
        (memo(about="document"), "unknown_document", 7, "target", ""),
        (memo(about="code", target="X"), "unknown_code", 7, "target", "X"),
        (memo(about="coding", target="T1"), "bad_value", 7, "target", "T1"),
        (memo(about="coding", target="T1:0-5:X:coder-z"), "unknown_coder", 7, "target", "T1:0-5:X:coder-z"),
        (memo(about="coding", target="T1:0-5:X:coder-a"), "unknown_coding", 7, "target", "T1:0-5:X:coder-a"),
        (memo(heading="field_notes"), "bad_value", 7, "heading", "field_notes"),
        (memo(text=""), "bad_value", 7, "text", None),
    ],
)  # fmt: skip
def test_a_slip_is_said_at_its_row_and_column(noted, spoil, kind, row, column, value):
    spoil(noted)
    fault = only(noted)
    assert (fault.kind, fault.row, fault.column) == (kind, row, column)
    assert (fault.value or None) == (value or None)


def test_a_memo_id_that_is_given_twice_is_said_at_both_rows(noted):
    memo(identity="coder-a-1")(noted)
    found = check_study(noted.open()).faults
    assert [(f.kind, f.row, f.column) for f in found] == [
        ("duplicate_id", 2, "memo_id"),
        ("duplicate_id", 7, "memo_id"),
    ]


def test_dates_need_no_order_and_a_code_that_is_gone_may_be_named(noted):
    change(act="rename", code="MUTU-LAMA", into="MUTU-HASIL")(noted)
    decision(code="MUTU-LAMA", date="2023-01-01")(noted)
    memo(about="code", target="MUTU-LAMA")(noted)
    assert check_study(noted.open()).faults == []


def test_a_coding_that_moved_is_said_once_and_not_again_at_its_memo(noted):
    noted.replace("codings/coder-b.csv", "nama warga pernah salah", "nama warga selalu salah")
    assert only(noted).file == "codings/coder-b.csv"


@pytest.mark.parametrize(
    "text",
    [
        f"Ia berkata bahwa {S2_WORDS}",
        "Ia berkata bahwa HASIL ketikan – saya cukup rapi!",
        "Menurutnya “lampu mati” itu biasa.",
    ],
)
@pytest.mark.parametrize("table", ["decisions", "codebook_changes", "memos"])
def test_words_that_may_not_be_quoted_are_refused_and_not_repeated_in_the_message(noted, table, text):
    column = {
        "decisions": "Tidak menyebut waktu.",
        "codebook_changes": "Tidak dapat dipisah.",
        "memos": "Tidak direkam.",
    }
    noted.replace(f"{table}.csv", column[table], text)
    fault = only(noted)
    assert (fault.kind, fault.file) == ("quoted_words", f"{table}.csv")
    assert "T4" in fault.problem
    assert "rapi" not in str(fault)
    assert "lampu" not in str(fault)


def test_the_same_words_pass_where_the_informant_may_be_quoted(noted):
    noted.replace("informants.csv", "no_quote", "yes")
    noted.replace("memos.csv", "Tidak direkam.", f"Ia berkata bahwa {S2_WORDS}")
    assert check_study(noted.open()).faults == []


def test_words_that_another_said_too_and_a_few_words_without_quotation_marks_pass(noted):
    noted.replace("interviews/T5.md", "Suratnya asal jadi.", f"Suratnya asal jadi. {S2_WORDS}")
    noted.write("codings/coder-a.csv", noted.read("codings/consensus.csv"))
    for coder in ("consensus", "coder-a", "coder-b"):
        rows = noted.read(f"codings/{coder}.csv").splitlines()
        placed = [",".join([r.split(",")[0], "", "", *r.split(",", 3)[3:]]) if r.startswith("T5") else r for r in rows]
        noted.write(f"codings/{coder}.csv", "\n".join(placed) + "\n")
    noted.replace("memos.csv", "Tidak direkam.", f"Ia berkata bahwa {S2_WORDS} Tentang lampu mati lihat O1.")
    assert [f for f in check_study(noted.open()).faults if f.kind == "quoted_words"] == []


def test_what_is_noted_about_a_passage_that_may_not_be_quoted_leaves_the_raw_folder_empty(noted):
    study = noted.open()
    save_field_data(study, load_field_data(study))
    decisions, memos = study.load("decisions.csv"), study.load("memos.csv")
    assert decisions.loc[decisions["document_id"] == "T4", "reason"].tolist() == [""]
    assert decisions.loc[decisions["document_id"] != "T4", "reason"].ne("").all()
    assert (memos["text"] == "").tolist() == [False, False, False, False, True]
    written = "".join(path.read_text(encoding="utf-8") for path in study.processed.iterdir())
    assert "menolong kami, katanya" not in written
    assert "Katanya lampu mati" not in written


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (",kept,coder-a", ",dropped,coder-a", "has this coding"),
        (",HAM-TUNDA,1,kept", ",HAM-TUNDA,2,kept", "gives magnitude 1"),
        (",KERJA-WAKTU,,dropped", ",KERJA-WAKTU,,kept", "has no such coding"),
    ],
)
def test_a_decision_that_the_consensus_does_not_bear_out_is_a_note(noted, old, new, problem):
    noted.replace("decisions.csv", old, new)
    found = check_study(noted.open())
    assert found.faults == []
    (note,) = found.notes
    assert (note.kind, note.file) == ("other_consensus", "decisions.csv")
    assert problem in note.problem


def test_only_the_last_decision_on_a_passage_must_agree_with_the_consensus(noted):
    first = next(line for line in noted.read("decisions.csv").splitlines() if ",D1," in line)
    noted.replace("decisions.csv", first, first.replace(",kept,", ",dropped,") + "\n" + first)
    assert check_study(noted.open()).notes == []


def test_the_history_of_the_coding_room_is_no_file_of_the_study(noted):
    noted.write("history/coder-a.jsonl", '{"act": "code", "quote": "Hasil ketikan saya"}\n')
    study = noted.open()
    assert check_study(study).faults == []
    assert [name for name in study.read_raw() if name.startswith("history")] == []
