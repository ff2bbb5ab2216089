"""Codings held against the texts: each on its words, in one turn of someone who consented."""

from __future__ import annotations

import csv
import io
import unicodedata

import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kinerja_study.collection import codings as anchoring
from kinerja_study.collection.codings import COLUMNS, Anchor, Sources, anchor_codings
from kinerja_study.collection.documents import parse_document
from kinerja_study.collection.schemas import CODINGS
from kinerja_study.collection.tables import parse_table, validate_table
from kinerja_study.errors import Fault

FILE = "codings/consensus.csv"
INTERVIEW = (
    "---\nid: T1\nkind: interview\ninformant: A-1, S-1\ndate: 2024-03-04\n---\n"
    "P: Bagaimana hasilnya?\nA-1: Rapi sekali. Rapi juga suratnya.\nS-1: \U0001f600 Kafe\u0301 ramai.\nA-1: Itu saja.\n"
)
# Turns, by hand: P 0-23, A-1 23-61 ("A-1: " 5, so its words start at 28), S-1 61-80, A-1 80-end.
NOTE = "---\nid: O1\nkind: observation\ndate: 2024-03-04\n---\n"


def sources(*texts: tuple[str, str], consent: str = "yes") -> Sources:
    faults: list[Fault] = []
    documents = [parse_document(text.encode(), file, ["A-1", "S-1"], faults) for text, file in texts]
    assert not faults, faults
    codes = [("HASIL", "+/-"), ("BAIK", "+"), ("BURUK", "-"), ("NETRAL", "0")]
    return Sources(
        documents={d.id: d for d in documents if d is not None},
        informants=pd.DataFrame({"informant_id": ["A-1", "S-1"], "consent": ["yes", consent]}),
        codebook=pd.DataFrame([(c, "mutu", d) for c, d in codes], columns=["code", "focus", "direction"]),
        groups={"A-1": "atasan", "S-1": "staf", "O1": "amatan"},
        techniques={"atasan": "interview", "staf": "interview", "amatan": "observation"},
    )


BOTH = ((INTERVIEW, "interviews/T1.md"), (NOTE + "Satu. Dua.\n", "observations/O1.md"))


def anchored(*rows: tuple[object, ...], of: Sources | None = None) -> tuple[pd.DataFrame, list[Fault], list[Anchor]]:
    table = pd.DataFrame(
        [[str(cell) for cell in (*row, *("",) * (7 - len(row)))] for row in rows], columns=list(CODINGS.columns)
    )
    table.index += 2
    return anchor_codings(table, "consensus", FILE, of or sources(*BOTH))


def one_fault(*row: object, of: Sources | None = None) -> Fault:
    codings, faults, _ = anchored(row, of=of)
    assert codings.empty
    (fault,) = faults
    assert (fault.file, fault.row) == (FILE, 2)
    assert fault.cure
    return fault


def test_coding_gets_its_case_group_focus_and_technique():
    codings, faults, anchors = anchored(("T1", 28, 40, "Rapi sekali.", "HASIL", "2", "catatan"))
    assert not faults
    assert not anchors
    assert list(codings.columns) == list(COLUMNS)
    assert codings.iloc[0].to_dict() == {
        "coding_id": "T1:28-40:HASIL:consensus", "document_id": "T1", "start": 28, "end": 40, "quote": "Rapi sekali.",
        "code": "HASIL", "focus": "mutu", "magnitude": 2, "group": "atasan", "case_id": "A-1",
        "technique": "interview", "coder": "consensus", "memo": "catatan",
    }  # fmt: skip


def test_case_is_the_informant_who_speaks_the_turn_and_an_observation_is_its_own():
    codings, faults, _ = anchored(
        ("T1", "", "", "Rapi sekali.", "BAIK"), ("T1", "", "", "ramai", "BAIK"), ("O1", "", "", "Dua.", "BAIK")
    )
    assert not faults
    assert codings["case_id"].tolist() == ["A-1", "S-1", "O1"]
    assert codings["group"].tolist() == ["atasan", "staf", "amatan"]
    assert codings["technique"].tolist() == ["interview", "interview", "observation"]


@pytest.mark.parametrize(("code", "magnitude"), [("BAIK", 1), ("BURUK", -1), ("NETRAL", 0)])
def test_empty_magnitude_takes_the_direction_of_the_code(code: str, magnitude: int):
    codings, faults, _ = anchored(("O1", 0, 5, "Satu.", code))
    assert not faults
    assert codings["magnitude"].tolist() == [magnitude]


def test_written_magnitude_stands_whatever_the_direction_of_the_code():
    codings, faults, _ = anchored(("O1", 0, 5, "Satu.", "BURUK", "2"), ("O1", 6, 10, "Dua.", "BAIK", "+1"))
    assert not faults
    assert codings["magnitude"].tolist() == [2, 1]


def test_code_of_both_directions_needs_a_magnitude():
    fault = one_fault("O1", 0, 5, "Satu.", "HASIL")
    assert (fault.kind, fault.column) == ("missing_magnitude", "magnitude")


def test_empty_span_is_placed_where_the_quote_occurs_once():
    codings, faults, anchors = anchored(("T1", "", "", "Kafe\u0301 ramai", "BAIK"))
    assert not faults
    # S-1 starts at 61, "S-1: " 5, the emoji and a space 2: 68; "Kaf\u00e9 ramai" has 10 code points.
    assert codings[["start", "end"]].to_numpy().tolist() == [[68, 78]]
    assert codings["quote"].tolist() == ["Kaf\u00e9 ramai"]
    assert anchors == [Anchor(file=FILE, row=2, start=68, end=78)]


def test_empty_span_of_a_quote_that_occurs_twice_is_refused_with_its_places():
    fault = one_fault("T1", "", "", "Rapi", "BAIK")
    assert (fault.kind, fault.column, fault.value) == ("quote_not_placed", "quote", "Rapi")
    assert "2 times, at 28, 41" in fault.problem


def test_empty_span_of_a_quote_that_does_not_occur_is_refused():
    fault = one_fault("T1", "", "", "rapi", "BAIK")
    assert "does not occur" in fault.problem
    assert "Copy the words" in fault.cure


def test_occurrences_that_overlap_are_counted():
    of = sources((NOTE + "aXaXa\n", "observations/O1.md"))
    assert "occurs 2 times, at 0, 2" in one_fault("O1", "", "", "aXa", "BAIK", of=of).problem


@pytest.mark.parametrize(("start", "end", "column"), [(28, "", "end"), ("", 40, "start")])
def test_half_a_span_is_refused_at_the_empty_cell(start: object, end: object, column: str):
    fault = one_fault("T1", start, end, "Rapi sekali.", "BAIK")
    assert (fault.kind, fault.column) == ("half_span", column)


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (0, 9999), (9998, 9999)])
def test_coding_outside_its_document_is_refused(start: int, end: int):
    fault = one_fault("O1", start, end, "Satu.", "BAIK")
    assert (fault.kind, fault.value) == ("span_outside", f"{start}-{end}")
    assert "11 characters" in fault.problem  # "Satu. Dua.\n"


def test_quote_that_moved_names_both_strings_and_the_new_place():
    codings, faults, anchors = anchored(("T1", 27, 39, "Rapi sekali.", "BAIK"))
    assert codings.empty
    (fault,) = faults
    assert (fault.kind, fault.column, fault.value) == ("quote_mismatch", "quote", "Rapi sekali.")
    assert "at 27-39" in fault.problem
    assert "' Rapi sekali'" in fault.problem
    assert "exactly once, at 28-40" in fault.cure
    assert anchors == [Anchor(file=FILE, row=2, start=28, end=40)]


def test_a_quote_that_stands_everywhere_is_counted_to_a_hundred():
    of = sources((NOTE + "a" * 5000, "observations/O1.md"))
    assert "occurs 100 times or more, at 0, 1, 2, 3, 4 ..." in one_fault("O1", "", "", "a", "BAIK", of=of).problem


def test_quote_that_moved_and_occurs_twice_or_nowhere_is_not_anchored():
    _, faults, anchors = anchored(("T1", 27, 31, "Rapi", "BAIK"), ("T1", 27, 31, "Kusut", "BAIK"))
    assert not anchors
    assert "2 times, at 28, 41" in faults[0].cure
    assert "occurs nowhere" in faults[1].cure


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [(3, 22, "interviewer_coded"), (22, 28, "two_turns"), (50, 70, "two_turns"), (0, 23, "interviewer_coded")],
)
def test_interviewers_words_and_spans_over_two_turns_are_no_evidence(start: int, end: int, kind: str):
    of = sources(*BOTH)
    fault = one_fault("T1", start, end, of.documents["T1"].text[start:end], "BAIK", of=of)
    assert fault.kind == kind
    assert f"{start}-{end}" in fault.problem


def test_last_turn_may_be_coded_to_the_end_of_the_text():
    of = sources(*BOTH)
    text = of.documents["T1"].text
    codings, faults, _ = anchored(("T1", 80, len(text), text[80:], "BAIK"), of=of)
    assert not faults
    assert codings["case_id"].tolist() == ["A-1"]


def test_words_before_the_first_turn_are_no_evidence():
    of = sources((INTERVIEW.replace("P: Bagaimana", "Ruang rapat.\nP: Bagaimana"), "interviews/T1.md"))
    assert "before the first turn" in one_fault("T1", "", "", "Ruang rapat.", "BAIK", of=of).problem


def test_coding_of_someone_who_gave_no_consent_is_refused():
    of = sources(*BOTH, consent="no")
    fault = one_fault("T1", "", "", "ramai", "BAIK", of=of)
    assert fault.kind == "no_consent"
    assert "S-1" in fault.problem
    assert not anchored(("T1", "", "", "Rapi sekali.", "BAIK"), of=of)[1]


def test_one_who_may_not_be_quoted_counts_as_evidence():
    codings, faults, _ = anchored(("T1", "", "", "ramai", "BAIK"), of=sources(*BOTH, consent="no_quote"))
    assert not faults
    assert codings["case_id"].tolist() == ["S-1"]


def test_spans_may_overlap_and_carry_several_codes():
    codings, faults, _ = anchored(
        ("O1", 0, 5, "Satu.", "BAIK"), ("O1", 0, 5, "Satu.", "BURUK"), ("O1", 2, 10, "tu. Dua.", "BAIK")
    )
    assert not faults
    assert codings["coding_id"].is_unique
    assert len(codings) == 3


def test_same_span_code_and_coder_twice_is_refused_however_it_is_written():
    codings, faults, _ = anchored(("O1", "", "", "Satu.", "BAIK", "1"), ("O1", 0, 5, "Satu.", "BAIK", "2"))
    assert len(codings) == 1
    assert [(f.kind, f.row) for f in faults] == [("duplicate_coding", 3)]
    assert "row 2" in faults[0].problem


def test_unknown_text_and_unknown_code_of_one_row_are_both_told():
    _, faults, _ = anchored(("T11", 0, 5, "Satu.", "HASL"))
    assert [(f.kind, f.column, f.value) for f in faults] == [
        ("unknown_document", "document_id", "T11"),
        ("unknown_code", "code", "HASL"),
    ]
    assert "Nearest: 'T1'" in faults[0].cure
    assert "Nearest: 'HASIL'" in faults[1].cure
    assert "4 codes" in faults[1].problem


letters = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        st.sampled_from("e\u0301\u0323\U0001f469\u200d\U0001f4bb\u1100\u1161\u11a8\r\n\u2028,;\"'"),
    ),
    min_size=1,
    max_size=40,
)


@given(body=letters, data=st.data(), written=st.sampled_from(["NFC", "NFD"]))
@example(body="\U0001f600e\u0301x", data=None, written="NFD")
def test_for_any_text_the_slice_equals_the_quote_after_loading(body: str, data: st.DataObject | None, written: str):
    of = sources((NOTE + body, "observations/O1.md"))
    text = of.documents["O1"].text
    start = data.draw(st.integers(0, len(text) - 1)) if data else 0
    end = data.draw(st.integers(start + 1, len(text))) if data else len(text)
    quote = text[start:end]
    assume(quote.strip())
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(CODINGS.columns)
    writer.writerow(["O1", start, end, unicodedata.normalize(written, quote), "BAIK", "", ""])
    faults: list[Fault] = []
    table = parse_table(buffer.getvalue().encode(), FILE, list(CODINGS.columns), faults)
    assert table is not None
    assert not faults
    assert not validate_table(table, CODINGS, FILE)
    codings, faults, _ = anchor_codings(table, "consensus", FILE, of)
    assert not faults
    coding = codings.iloc[0]
    assert text[coding["start"] : coding["end"]] == coding["quote"] == quote


@given(body=letters, data=st.data())
def test_for_any_text_an_empty_span_is_placed_exactly_when_the_quote_occurs_once(body: str, data: st.DataObject):
    of = sources((NOTE + body, "observations/O1.md"))
    text = of.documents["O1"].text
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : start + data.draw(st.integers(1, 3))]
    assume(quote.strip())
    places = [at for at in range(len(text)) if text.startswith(quote, at)]
    codings, faults, anchors = anchored(("O1", "", "", quote, "BAIK"), of=of)
    if len(places) == 1:
        assert not faults
        assert codings[["start", "end"]].to_numpy().tolist() == [[start, start + len(quote)]]
        assert [(a.start, a.end) for a in anchors] == [(start, start + len(quote))]
    else:
        assert [f.kind for f in faults] == ["quote_not_placed"]
        assert not anchors


def test_a_table_without_a_sound_coding_still_has_columns_of_text():
    codings, _, _ = anchored(("O1", "", "", "tidak ada", "BAIK"), of=sources((NOTE + "kosong", "observations/O1.md")))
    assert codings.empty
    assert codings["quote"].astype("str").str.len().empty
    assert codings.dtypes.astype(str).unique().tolist() == ["object"]


def test_a_table_of_nothing_but_faults_is_not_looked_through(monkeypatch) -> None:
    monkeypatch.setattr(anchoring, "MOST_FAULTS", 3)
    row = {"document_id": "T9", "start": "", "end": "", "quote": "Rapi", "code": "BAIK", "magnitude": "", "memo": ""}
    table = pd.DataFrame([row] * 10, index=range(2, 12))
    _, faults, _ = anchor_codings(table, "consensus", FILE, sources((INTERVIEW, "interviews/T1.md")))

    assert [(f.kind, f.row) for f in faults] == [("unknown_document", row) for row in (2, 3, 4, 5)]
