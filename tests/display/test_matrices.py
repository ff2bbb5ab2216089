from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_study.collection import load_field_data
from kinerja_study.condensation import build_segments
from kinerja_study.definition import Privacy
from kinerja_study.display import build_case_focus, build_cooccurrence, build_evidence, build_role_code

INDICATORS = pd.DataFrame(
    [("tepat", "kerja", "catatan", 0.9, 1.0), ("skm", "mutu", "catatan", None, None)],
    columns=["indicator", "focus", "group", "value", "magnitude"],
)


def segments_of(tiny: Any) -> pd.DataFrame:
    return build_segments(load_field_data(tiny.open()).codings, coder="consensus")


def test_evidence_is_every_segment_and_every_indicator_with_a_magnitude(tiny: Any) -> None:
    segments = segments_of(tiny)
    evidence = build_evidence(segments, INDICATORS)
    assert len(evidence) == len(segments) + 1
    columns = ["focus", "case_id", "group", "technique", "magnitude", "document_id"]
    assert evidence[columns].iloc[-1].tolist() == ["kerja", "tepat", "catatan", "record", 1, ""]
    assert evidence["document_id"].iloc[:-1].tolist() == segments["document_id"].tolist()


def test_positions_of_the_tiny_study_are_those_worked_out_by_hand(tiny: Any) -> None:
    matrix = build_case_focus(build_evidence(segments_of(tiny), INDICATORS.iloc[:0]))
    positions = matrix.set_index(["focus", "case_id"])["position"]
    # The arithmetic stands beside the codings in tests/conftest.py.
    assert positions["mutu"].to_dict() == {
        "A-1": 0.75, "A-2": 0.5, "D1": 0.5, "O1": 0.0, "S-1": 0.0, "S-2": 0.5, "W-1": -0.5, "W-2": -1.0,
    }  # fmt: skip
    assert positions["kerja"].to_dict() == {
        "A-1": 0.5, "A-2": 1.0, "O1": -0.5, "S-1": 0.5, "S-2": 0.5, "W-1": -1.0,
    }  # fmt: skip
    first = matrix[(matrix["focus"] == "mutu") & (matrix["case_id"] == "S-1")].iloc[0]
    assert first[["segments", "against", "neutral", "for"]].tolist() == [2, 1, 0, 1]


def test_case_that_has_only_neutral_words_is_silent_where_those_are_dropped(tiny: Any) -> None:
    evidence = build_evidence(segments_of(tiny), INDICATORS.iloc[:0])
    kept, dropped = build_case_focus(evidence), build_case_focus(evidence, neutral="drop")
    gone = set(zip(kept["focus"], kept["case_id"], strict=True)) - set(
        zip(dropped["focus"], dropped["case_id"], strict=True)
    )
    assert gone == {("mutu", "O1"), ("lain", "O1"), ("lain", "W-2")}
    # S-1 says one for and one against: that is neutral without being dropped.
    assert ((dropped["focus"] == "mutu") & (dropped["case_id"] == "S-1")).any()


def test_matrix_of_nothing_has_its_columns() -> None:
    empty = pd.DataFrame(columns=["focus", "case_id", "group", "technique", "magnitude"])
    assert list(build_case_focus(empty).columns)[-1] == "position"


def role_code(tiny: Any, *hidden: str) -> pd.DataFrame:
    informants = load_field_data(tiny.open()).informants.reset_index(drop=True)
    table = build_role_code(segments_of(tiny), informants, Privacy(group_only=hidden))
    return table.set_index(["group", "role", "code"])


def test_role_and_code_stand_together_with_their_cases_and_mean(tiny: Any) -> None:
    table = role_code(tiny)
    # tests/conftest.py: S-1 -1, S-2 -2; W-2 -1
    by_group = table.xs("HAM-LISTRIK", level="code").groupby("group")[["segments", "cases"]].sum()
    assert by_group.loc["staf"].tolist() == [2, 2]
    assert by_group.loc["warga"].tolist() == [1, 1]
    assert "atasan" not in by_group.index
    assert table["segments"].sum() == 24
    assert set(table.loc["amatan"].index.get_level_values("role")) == {""}


def test_hidden_roles_of_a_group_stand_together_without_their_names(tiny: Any) -> None:
    shown, hidden = role_code(tiny), role_code(tiny, "KEPALA", "Sekretaris")
    assert {"Kepala", "Sekretaris"} <= set(shown.index.get_level_values("role"))
    assert set(hidden.loc["atasan"].index.get_level_values("role")) == {""}
    assert hidden["segments"].sum() == shown["segments"].sum()


def spans(*rows: tuple[str, int, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["document_id", "start", "end", "code"])


def test_codes_co_occur_where_their_words_overlap() -> None:
    table = build_cooccurrence(
        spans(
            ("T1", 0, 10, "B"),
            ("T1", 9, 12, "A"),  # shares one code point with B
            ("T1", 12, 20, "C"),  # starts where A ends: half-open spans do not touch
            ("T1", 0, 3, "B"),  # overlaps B itself, which is no pair
            ("T2", 5, 6, "A"),
            ("T2", 0, 9, "B"),
            ("T3", 9, 12, "C"),  # the same place in another text
        )
    )
    assert table.to_numpy().tolist() == [["A", "B", 2]]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["T1", "T2"]), st.integers(0, 12), st.integers(1, 6), st.sampled_from(["A", "B", "C"])
        ).map(lambda row: (row[0], row[1], row[1] + row[2], row[3])),
        max_size=12,
    )
)
def test_co_occurrence_equals_comparing_every_two_segments(rows: list[tuple[str, int, int, str]]) -> None:
    expected: dict[tuple[str, str], int] = {}
    for number, (document, start, end, code) in enumerate(rows):
        for other_document, other_start, other_end, other in rows[:number]:
            if document == other_document and code != other and max(start, other_start) < min(end, other_end):
                pair = (min(code, other), max(code, other))
                expected[pair] = expected.get(pair, 0) + 1
    table = build_cooccurrence(spans(*rows))
    assert {(a, b): n for a, b, n in table.itertuples(index=False)} == expected
    assert table["count"].is_monotonic_decreasing
