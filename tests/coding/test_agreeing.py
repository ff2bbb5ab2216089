"""Coders side by side, and what they decide."""

from __future__ import annotations

import csv
import io
import json

import pytest

from kinerja_study.coding.refusals import CodingError
from kinerja_study.collection.field_data import load_field_data
from kinerja_study.condensation.agreement.coded_turns import build_coded_turns
from kinerja_study.condensation.agreement.coding_agreement import compute_coding_agreement

BOTH = ["coder-a", "coder-b"]


def table(tiny, name):
    return list(csv.DictReader(io.StringIO(tiny.read(name), newline="")))


def consensus(room, document):
    return {c["code"]: c for c in room.document(document)["codings"] if c["coder"] == "consensus"}


def test_agreement_is_what_the_report_computes_and_disagreements_stand_in_reading_order(room, tiny):
    found = json.loads(json.dumps(room.compare(None, BOTH), allow_nan=False))
    data = load_field_data(tiny.open())
    wanted = compute_coding_agreement(build_coded_turns(data.codings, data.turns, data.informants), data.codebook)
    alpha = wanted[(wanted["id"] == "MUTU-TELITI") & (wanted["coefficient"] == "alpha_nominal")]["value"].item()
    row = next(row for row in found["agreement"] if row["id"] == "MUTU-TELITI")
    assert row["alpha_nominal"]["value"] == alpha
    assert [(d["document"], d["code"], d["kind"]) for d in found["disagreements"]] == [
        ("T1", "MUTU-TELITI", "one_sided"), ("T6", "LAIN-ANTRE", "one_sided"), ("D1", "HAM-TUNDA", "one_sided"),
    ]  # fmt: skip
    assert found["disagreements"][0]["coded"] == {"coder-a": 1.0, "coder-b": None}
    assert found["disagreements"][0]["keys"]
    assert not found["disagreements"][0]["settled"]


def test_agreement_lives_with_the_codings(room, enter, span):
    other = enter("coder-b")
    words = span(other, "T1", "Mereka jarang salah ketik.")
    other.do({"do": "code", **words, "code": "MUTU-TELITI", "magnitude": 1, "memo": ""})
    assert "coder-b" not in [d["document"] for d in room.compare("T1", BOTH)["disagreements"]]
    room.refresh()
    assert room.compare("T1", BOTH)["disagreements"] == []


@pytest.mark.parametrize(
    "coders", [["coder-a"], [], ["coder-a", "coder-a"], ["coder-a", "consensus"], ["coder-a", "x"]]
)
def test_comparing_takes_two_who_have_coded(room, coders):
    with pytest.raises(CodingError, match="Coders: coder-a, coder-b"):
        room.compare(None, coders)


def test_a_text_that_nobody_has_coded_compares_to_nothing(enter, tiny):
    for coder in (*BOTH, "consensus"):
        kept = [line for line in tiny.read(f"codings/{coder}.csv").split("\n") if not line.startswith("D1")]
        tiny.write(f"codings/{coder}.csv", "\n".join(kept))
    found = enter().compare("D1", BOTH)
    assert (found["agreement"], found["disagreements"]) == ([], [])


def test_what_is_decided_stands_in_the_consensus_with_its_reason(room, tiny, files, span):
    before = files()
    words = span(room, "T5", "Suratnya asal jadi.")
    room.do(
        {"do": "decide", **words, "code": "MUTU-HASIL", "magnitude": -2, "outcome": "kept", "reason": "tegas, 'asal'"}
    )
    assert consensus(room, "T5")["MUTU-HASIL"]["magnitude"] == -2
    assert table(tiny, "decisions.csv") == [
        {"date": "2024-04-01", "decided_by": "coder-a", "document_id": "T5", "start": str(words["start"]),
         "end": str(words["end"]), "code": "MUTU-HASIL", "magnitude": "-2", "outcome": "kept",
         "coders": "coder-a;coder-b", "reason": "tegas, 'asal'"}
    ]  # fmt: skip
    room.undo()
    assert files() == before
    room.redo()
    part = span(room, "T5", "asal jadi")
    room.do(
        {"do": "decide", **part, "code": "MUTU-HASIL", "magnitude": -1, "outcome": "changed", "reason": "inti saja"}
    )
    assert consensus(room, "T5")["MUTU-HASIL"]["quote"] == "asal jadi"
    assert len([row for row in table(tiny, "codings/consensus.csv") if row["document_id"] == "T5"]) == 3
    room.do({"do": "decide", **part, "code": "MUTU-HASIL", "magnitude": None, "outcome": "dropped", "reason": "r"})
    assert "MUTU-HASIL" not in consensus(room, "T5")
    # The coding that was kept at first gave way to another.
    told = [(row["outcome"], row["start"]) for row in table(tiny, "decisions.csv")]
    assert told == [
        ("kept", str(words["start"])), ("dropped", str(words["start"])), ("changed", str(part["start"])),
        ("dropped", str(part["start"])),
    ]  # fmt: skip


def test_a_decision_can_replace_another_code(room, tiny, span):
    key = consensus(room, "T6")["LAIN-ANTRE"]["key"]
    words = span(room, "T6", "Saya antre dari subuh.")
    room.do({"do": "decide", **words, "code": "KERJA-WAKTU", "magnitude": -1, "outcome": "changed", "reason": "r",
             "replaces": [key]})  # fmt: skip
    assert set(consensus(room, "T6")) == {"MUTU-TELITI", "HAM-LISTRIK", "KERJA-WAKTU"}
    assert table(tiny, "decisions.csv")[0]["coders"] == "coder-b"


def test_a_first_decision_makes_the_consensus(enter, tiny, span):
    tiny.remove("codings/consensus.csv")
    room = enter()
    words = span(room, "T5", "Suratnya asal jadi.")
    room.do({"do": "decide", **words, "code": "MUTU-HASIL", "magnitude": -2, "outcome": "kept", "reason": "r"})
    assert "consensus" in room.state()["coders"]
    room.undo()
    assert not (tiny.raw / "codings/consensus.csv").exists()


def test_what_is_settled_is_marked(room, span):
    words = span(room, "T6", "Saya antre dari subuh.")
    room.do({"do": "decide", **words, "code": "LAIN-ANTRE", "magnitude": None, "outcome": "kept", "reason": "r"})
    settled = {d["document"]: d["settled"] for d in room.compare(None, BOTH)["disagreements"]}
    assert settled == {"T1": False, "T6": True, "D1": False}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcome": "maybe"}, "no outcome"),
        ({"reason": " "}, "lacks 'reason'"),
        ({"magnitude": 1}, "nobody has coded"),
        ({"code": "KERJA-RAPAT"}, "nobody has coded"),
        ({"code": "KERJA-RAPAT", "outcome": "dropped"}, "nothing to drop"),
    ],
)
def test_a_decision_that_is_none_is_refused(room, files, span, change, said):
    before = files()
    act = {"do": "decide", **span(room, "T5", "Suratnya asal jadi."), "code": "MUTU-HASIL", "magnitude": -2,
           "outcome": "kept", "reason": "r"}  # fmt: skip
    with pytest.raises(CodingError, match=f"(?s){said}"):
        room.do({**act, **change})
    assert files() == before
