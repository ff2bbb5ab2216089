"""What may stand in a cell, and which columns each table has: the contract of docs/data-format.md."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.collection import schemas
from kinerja_study.collection.schemas import (
    CODINGS,
    REQUIRED,
    TABLES,
    is_date,
    is_number,
    is_time,
    is_timestamp,
)
from kinerja_study.collection.tables import validate_table

CONTRACT = {
    "informants": "informant_id, group, kind, role, unit, sex, age_band, years_of_service, consent, consent_date",
    "codebook": "code, focus, label, definition, include, exclude, direction, origin, cues_for, cues_against, "
    "recommendation",
    "services": "request_id, service, received_at, completed_at, officer_id, waited_for_signature",
    "attendance": "date, employee_id, status, time_in, time_out",
    "satisfaction": "respondent_id, date, persyaratan, prosedur, waktu, biaya, produk, kompetensi, perilaku, sarana, "
    "pengaduan",
    "events": "date, kind, start, end, note",
    "claims": "id, section, focus, text, asserts, rests_on, cites",
    "decisions": "date, decided_by, document_id, start, end, code, magnitude, outcome, coders, reason",
    "codebook_changes": "date, coder, act, code, into, codings, reason",
    "memos": "memo_id, date, coder, about, target, heading, text",
}

VALID = {
    "informants": ["A-1", "staf", "key", "Kepala", "", "", "", "", "yes", ""],
    "codebook": ["K", "mutu", "L", "D", "", "", "+", "deductive", "", "", ""],
    "services": ["R-1", "sktm", "2018-03-12T09:15", "", "", ""],
    "attendance": ["2018-03-12", "E-1", "present", "", ""],
    "satisfaction": ["Q-1", "2018-03-12", *[""] * 9],
    "events": ["2018-03-12", "other", "", "", ""],
    "claims": ["K1", "finding", "", "Teks.", "", "", ""],
    "codings": ["T1", "", "", "kata", "K", "", ""],
    "decisions": ["2018-03-12", "coder-c", "T1", "0", "4", "K", "", "kept", "", "Sebab."],
    "codebook_changes": ["2018-03-12", "coder-a", "new", "K", "", "", "Sebab."],
    "memos": ["coder-a-1", "2018-03-12", "coder-a", "study", "", "process", "Catatan."],
}


def check(table: str, **changed: str) -> list[str]:
    schema = {**TABLES, "codings": CODINGS}[table]
    frame = pd.DataFrame([VALID[table]], columns=list(schema.columns), index=[2], dtype="str").assign(**changed)
    return [f"{fault.column}" for fault in validate_table(frame.astype("str"), schema, f"{table}.csv")]


def test_tables_have_the_columns_of_the_documented_format():
    assert {name: ", ".join(schema.columns) for name, schema in TABLES.items()} == CONTRACT
    assert ", ".join(CODINGS.columns) == "document_id, start, end, quote, code, magnitude, memo"
    assert REQUIRED == ("informants", "codebook")


@pytest.mark.parametrize("table", VALID)
def test_row_with_only_what_is_needed_passes(table: str):
    assert check(table) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("informants", "informant_id", "Pak Budi"),
        ("informants", "informant_id", ""),
        ("informants", "group", ""),
        ("informants", "role", ""),
        ("informants", "kind", "utama"),
        ("informants", "sex", "M"),
        ("informants", "consent", "ya"),
        ("informants", "consent", ""),
        ("codebook", "direction", "-1"),
        ("codebook", "direction", ""),
        ("codebook", "origin", "emergent"),
        ("codebook", "definition", ""),
        ("codings", "quote", ""),
        ("codings", "code", ""),
        ("codings", "start", "-1"),
        ("codings", "start", "1.5"),
        ("codings", "end", "9999999999999"),
        ("codings", "magnitude", "3"),
        ("codings", "magnitude", "-3"),
        ("codings", "magnitude", "0.5"),
        ("codings", "magnitude", "+-1"),
        ("services", "received_at", ""),
        ("services", "received_at", "2018-03-12"),
        ("services", "received_at", "2018-03-12 09:15"),
        ("services", "completed_at", "2018-02-30T09:15"),
        ("services", "waited_for_signature", "ya"),
        ("attendance", "status", "hadir"),
        ("attendance", "time_in", "7:30"),
        ("attendance", "time_in", "25:00"),
        ("satisfaction", "waktu", "5"),
        ("satisfaction", "waktu", "0"),
        ("satisfaction", "waktu", "3.5"),
        ("events", "kind", "mati_listrik"),
        ("events", "start", "pagi"),
        ("claims", "section", "hasil"),
        ("claims", "text", ""),
    ],
)
def test_cell_that_the_format_does_not_allow_is_refused(table: str, column: str, value: str):
    assert check(table, **{column: value}) == [column]


@pytest.mark.parametrize("magnitude", ["-2", "-1", "0", "1", "2", "+1", ""])
def test_every_magnitude_of_the_scale_passes(magnitude: str):
    assert check("codings", magnitude=magnitude) == []


@pytest.mark.parametrize(
    ("test", "good", "bad"),
    [
        (
            is_number,
            ["5", "5.5", "5,5", "-1", "+2", "007"],
            ["", "5.", ",5", "1e5", "1.000,5", "nan", "\u0663", "9" * 99],
        ),
        (is_date, ["2018-03-12", "2020-02-29"], ["2018-3-12", "12/03/2018", "2019-02-29", "20180312", "2018-W11-1"]),
        (is_time, ["07:30", "23:59", "00:00"], ["7:30", "24:01", "07.30", "07:30:00", "0730"]),
        (
            is_timestamp,
            ["2018-03-12T09:15", "2018-03-12T09:15:30"],
            ["2018-03-12 09:15", "2018-03-12T9:15", "2018-03-12T09:15+08:00", "2018-03-12T09:15Z", "2018-03-12"],
        ),
    ],
)
def test_kinds_of_values_are_told_apart(test: Callable[[str], bool], good: list[str], bad: list[str]):
    assert [text for text in good if not test(text)] == []
    assert [text for text in bad if test(text)] == []


@given(st.text(max_size=12))
def test_number_that_passes_can_be_converted(text: str):
    for test in (schemas.is_date, schemas.is_time, schemas.is_timestamp):
        test(text)
    if is_number(text):
        float(text.replace(",", "."))
        pd.to_numeric(pd.Series([text.replace(",", ".")]))
