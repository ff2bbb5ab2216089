"""What a claim asserts, and what it may refer to."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.collection.claims import Assertion, check_claims, parse_assertion, split_ids
from kinerja_study.collection.schemas import CLAIMS
from kinerja_study.errors import Fault


def check(*rows: tuple[str, ...]) -> list[Fault]:
    table = pd.DataFrame([[*row, *[""] * (7 - len(row))] for row in rows], columns=list(CLAIMS.columns))
    table.index += 2
    faults = check_claims(
        table, "claims.csv", foci=["mutu", "kerja"], levels=["baik", "cukup_baik"], codes=["HAM-LISTRIK"],
        indicators=["tepat_waktu"],
    )  # fmt: skip
    return list(faults)


@pytest.mark.parametrize(
    ("text", "kind", "targets"),
    [
        ("verdict=baik", "verdict", ("baik",)),
        (" verdict = baik ", "verdict", ("baik",)),
        ("code=K", "code", ("K",)),
        ("hinders=K", "hinders", ("K",)),
        ("supports=K", "supports", ("K",)),
        ("recommends=K", "recommends", ("K",)),
        ("foci=mutu; kerja;", "foci", ("mutu", "kerja")),
    ],
)
def test_assertion_is_read_with_its_targets(text: str, kind: str, targets: tuple[str, ...]):
    assert parse_assertion(text) == Assertion(kind=kind, targets=targets)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "=", "=="])
def test_every_comparison_of_an_indicator_is_read(operator: str):
    assertion = parse_assertion(f"indicator=tepat_waktu{operator}0.85")
    assert assertion == Assertion(kind="indicator", targets=("tepat_waktu",), operator=operator, number=0.85)


def test_decimal_comma_and_spaces_of_an_indicator_are_read():
    assertion = parse_assertion("indicator = skm >= 76,61")
    assert assertion is not None
    assert (assertion.targets, assertion.operator, assertion.number) == (("skm",), ">=", 76.61)


@pytest.mark.parametrize(
    "text",
    [
        "mutunya baik",
        "verdict",
        "verdict=",
        "=baik",
        "mutu=baik",
        "indicator=skm",
        "indicator=skm>banyak",
        "Verdict=baik",
    ],
)
def test_nonsense_is_not_read_as_an_assertion(text: str):
    assert parse_assertion(text) is None


@given(st.text(max_size=30) | st.builds("indicator={}".format, st.text(max_size=20)))
def test_no_cell_stops_the_reading_of_assertions(text: str):
    assertion = parse_assertion(text)
    assert assertion is None or assertion.kind in text


def test_ids_of_a_cell_are_split_at_semicolons():
    assert split_ids(" K1;K2 ; ;") == ["K1", "K2"]
    assert split_ids("") == []


def test_claims_that_refer_to_what_is_there_have_no_fault():
    assert not check(
        ("K1", "finding", "mutu", "t", "verdict=baik"),
        ("K2", "conclusion", "mutu", "t", "hinders=HAM-LISTRIK", "K1"),
        ("K3", "finding", "kerja", "t", "indicator=tepat_waktu<0.5", "K1;K2"),
        ("K4", "method", "", "t", "foci=mutu;kerja"),
        ("K5", "overview", "", "t"),
    )


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (("K1", "finding", "mut", "t"), "focus", "mut", "Nearest: 'mutu'"),
        (("K1", "finding", "", "t", "", "K11"), "rests_on", "K11", "Nearest: 'K1'"),
        (("K1", "finding", "mutu", "t", "verdict=bagus"), "asserts", "bagus", "Known: baik, cukup_baik"),
        (("K1", "finding", "", "t", "code=HAM-LISTRK"), "asserts", "HAM-LISTRK", "Nearest: 'HAM-LISTRIK'"),
        (("K1", "finding", "", "t", "recommends=X"), "asserts", "X", "Known: HAM-LISTRIK"),
        (("K1", "finding", "", "t", "indicator=tepat>1"), "asserts", "tepat", "Known: tepat_waktu"),
        (("K1", "method", "", "t", "foci=mutu;kerj"), "asserts", "kerj", "Nearest: 'kerja'"),
        (("K1", "finding", "mutu", "t", "baik sekali"), "asserts", "baik sekali", "verdict=<level>"),
        (("K1", "finding", "", "t", "verdict=baik"), "focus", None, "Name the focus"),
    ],
)
def test_claim_on_what_is_not_there_is_refused(row: tuple[str, ...], column: str, value: str | None, says: str):
    (fault,) = check(row)
    assert (fault.file, fault.row, fault.column, fault.value) == ("claims.csv", 2, column, value)
    assert says in fault.cure


def test_every_unknown_id_of_one_cell_is_told():
    faults = check(("K1", "finding", "", "t", "foci=a;mutu;b", "K8;K9"))
    assert [(f.column, f.value) for f in faults] == [
        ("rests_on", "K8"), ("rests_on", "K9"), ("asserts", "a"), ("asserts", "b"),
    ]  # fmt: skip
