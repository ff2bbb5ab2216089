"""Tables as spreadsheets write them: the same cells whatever the separator, mark, line end or kind of file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import unicodedata
import warnings
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from kinerja_study.collection import tables
from kinerja_study.collection.archive import MIB
from kinerja_study.collection.schemas import INFORMANTS, SATISFACTION
from kinerja_study.collection.tables import decode, parse_table, validate_table
from kinerja_study.errors import Fault

COLUMNS = ["id", "quote", "memo"]


def read(data: bytes, file: str = "x.csv", columns: list[str] = COLUMNS) -> tuple[Any, list[Fault]]:
    faults: list[Fault] = []
    return parse_table(data, file, columns, faults), faults


def cells(data: bytes, file: str = "x.csv") -> list[list[str]]:
    frame, faults = read(data, file)
    assert not faults, faults
    return frame.to_numpy().tolist()


def xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_indonesian_spreadsheet_with_semicolons_mark_and_windows_lines_is_read():
    data = '\ufeffid;quote;memo\r\n1;"Cepat, rapi";2,5\r\n'.encode()
    assert cells(data) == [["1", "Cepat, rapi", "2,5"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_separator_and_line_end_gives_the_same_cells(separator: str, newline: str):
    rows = [["id", "quote", "memo"], ["1", '"satu; dua, tiga\tempat"', ""], ["2", '"a ""b"" c"', "x"]]
    data = newline.join(separator.join(row) for row in rows).encode()
    assert cells(data) == [["1", "satu; dua, tiga\tempat", ""], ["2", 'a "b" c', "x"]]


def test_line_break_within_quotes_stays_in_its_cell_and_counts_as_one_row():
    frame, faults = read(b'id,quote,memo\r\n1,"baris satu\r\nbaris dua",a\r\n2,b,c\r\n')
    assert not faults
    assert frame["quote"].tolist() == ["baris satu\nbaris dua", "b"]
    assert frame.index.tolist() == [2, 3]


def test_rows_keep_the_number_that_a_spreadsheet_shows_across_blank_rows():
    frame, faults = read(b"id,quote,memo\n1,a,b\n\n,,\n5,c,d\n,,\n ,  ,\n")
    assert not faults
    assert frame.index.tolist() == [2, 5]


def test_trailing_empty_columns_of_a_spreadsheet_are_ignored():
    assert cells(b"id;quote;memo;;\n1;a;b;;\n;;;;\n") == [["1", "a", "b"]]


def test_columns_may_stand_in_any_order():
    assert cells(b"memo,id,quote\nm,1,q\n") == [["1", "q", "m"]]


def test_spaces_around_a_cell_go_but_those_of_a_quote_stay():
    assert cells(b"id, quote ,memo\n 1 , kata , m \n") == [["1", " kata ", "m"]]


def test_accents_are_composed_whichever_way_they_were_typed():
    assert cells("id,quote,memo\n1,kafe\u0301,\n".encode()) == [["1", "kaf\u00e9", ""]]


def test_workbook_gives_dates_times_and_whole_numbers_as_the_csv_writes_them():
    data = xlsx(
        ["id", "quote", "memo"],
        [7, dt.date(2018, 3, 12), dt.datetime(2018, 3, 12, 9, 15)],
        [7.0, dt.time(7, 30), 2.5],
        [None, True, "e\u0301\r\nx"],
    )
    assert cells(data, "x.xlsx") == [
        ["7", "2018-03-12", "2018-03-12T09:15"],
        ["7", "07:30", "2.5"],
        ["", "true", "\u00e9\nx"],
    ]


def test_whole_number_that_a_spreadsheet_stores_as_a_fraction_is_whole():
    plain = xlsx(["id", "quote", "memo"], [41, "a", "b"])
    source, buffer = zipfile.ZipFile(io.BytesIO(plain)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<v>41</v>", b"<v>4.1E1</v>"))
    assert buffer.getvalue() != plain
    assert cells(buffer.getvalue(), "x.xlsx") == [["41", "a", "b"]]


def test_numbers_and_dates_that_a_spreadsheet_keeps_as_text_are_read_as_they_stand():
    data = xlsx(["id", "quote", "memo"], ["007", "2018-03-12", "2,5"], ["1", "07:30", " 41 "])
    assert cells(data, "x.xlsx") == [["007", "2018-03-12", "2,5"], ["1", "07:30", "41"]]


def test_format_left_in_a_far_corner_of_a_sheet_costs_nothing():
    book = Workbook()
    for row in (COLUMNS, ["1", "a", "b"]):
        book.active.append(row)
    book.active.cell(row=20_000, column=16_384).number_format = "0.0"
    buffer = io.BytesIO()
    book.save(buffer)
    assert cells(buffer.getvalue(), "x.xlsx") == [["1", "a", "b"]]  # without a limit: 300 million cells in memory


def test_short_and_blank_rows_of_a_workbook_are_filled_or_left_out():
    frame, faults = read(xlsx(["id", "quote", "memo", None], ["1"], [None, " "], ["3", "c"]), "x.xlsx")
    assert not faults
    assert frame.to_numpy().tolist() == [["1", "", ""], ["3", "c", ""]]
    assert frame.index.tolist() == [2, 4]


def test_misspelt_column_is_named_with_the_nearest_that_is_missing():
    frame, faults = read(b"id,qoute,memo\n1,a,b\n")
    assert frame is None
    assert [(f.kind, f.row, f.value or f.column) for f in faults] == [
        ("unknown_column", 1, "qoute"),
        ("missing_column", 1, "quote"),
    ]
    assert "Nearest: 'quote'" in faults[0].cure


def test_column_that_is_there_twice_is_refused_once():
    _, faults = read(b"id,quote,memo,memo\n1,a,b,c\n")
    assert [(f.kind, f.value) for f in faults] == [("duplicate_column", "memo")]


@pytest.mark.parametrize("row", [b"2,a,b,c", b"2,a"])
def test_row_with_too_many_or_too_few_cells_is_refused_at_its_row(row: bytes):
    frame, faults = read(b"id,quote,memo\n1,a,b\n" + row + b"\n3,c,d\n")
    assert [(f.kind, f.row) for f in faults] == [("ragged_row", 3)]
    assert frame.index.tolist() == [2, 4]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf"])
def test_empty_table_names_the_columns_that_it_should_have(data: bytes):
    frame, faults = read(data)
    assert frame is None
    assert [f.kind for f in faults] == ["empty_file"]
    assert "id, quote, memo" in faults[0].cure


def test_quotation_mark_left_open_is_refused_near_its_row():
    frame, faults = read(b'id,quote,memo\n1,a,b\n2,"c,d\n3,e,f\n')
    assert frame is None
    assert [(f.kind, f.row) for f in faults] == [("csv", 3)]


@pytest.mark.parametrize(
    ("data", "kind", "row"),
    [
        (b"a\nb\xe9\n", "encoding", 2),
        ("a\nb\n".encode("utf-16"), "encoding", 1),
        (b"a\nb\nc\0\n", "nul_byte", 3),
        ("a".encode("utf-16-le"), "nul_byte", 1),
    ],
)
def test_bytes_that_are_no_utf8_text_are_refused_at_their_line(data: bytes, kind: str, row: int):
    faults: list[Fault] = []
    assert decode(data, "x.md", faults) is None
    assert [(f.kind, f.row) for f in faults] == [(kind, row)]
    assert "UTF-8" in faults[0].cure


def test_text_that_is_decoded_is_canonical():
    faults: list[Fault] = []
    assert decode("\ufeffe\u0301\r\na\rb".encode(), "x.md", faults) == "\u00e9\na\nb"
    assert not faults


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_workbook_is_a_fault_whatever_is_broken_in_it():
    whole = xlsx(COLUMNS, ["1", "a", "b"])
    rng = random.Random(2)  # noqa: S311 - no secret
    damaged = [whole[: len(whole) // 2], b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(6):
            data[rng.randrange(len(data))] = rng.randrange(256)
        damaged.append(bytes(data))
    for part in zipfile.ZipFile(io.BytesIO(whole)).namelist():
        damaged.append(without(whole, part))
    refused = 0
    for data in damaged:
        frame, faults = read(data, "x.xlsx")
        assert frame is not None or faults
        refused += any(f.kind == "xlsx" and f.file == "x.xlsx" for f in faults)
    assert refused > 20


def without(data: bytes, part: str) -> bytes:
    source, buffer = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name)[:40] if name == part else source.read(name))
    return buffer.getvalue()


def test_schema_says_each_wrong_cell_with_row_column_value_and_what_is_expected():
    row = ["A-1", "staf", "key", "Kepala", "", "X", "", "lima", "maybe", "12/3/2018"]
    frame, _ = read((",".join(INFORMANTS.columns) + "\n" + ",".join(row)).encode(), columns=list(INFORMANTS.columns))
    faults = validate_table(frame, INFORMANTS, "informants.csv")
    assert {(f.row, f.column, f.value) for f in faults} == {
        (2, "sex", "X"), (2, "years_of_service", "lima"), (2, "consent", "maybe"), (2, "consent_date", "12/3/2018"),
    }  # fmt: skip
    said = {f.column: f.problem for f in faults}
    assert said["sex"] == "expected one of: L, P"
    assert said["years_of_service"] == "expected a number"
    assert "2018-03-12" in said["consent_date"]


def test_needed_cell_that_is_empty_is_said_to_be_empty():
    text = ",".join(SATISFACTION.columns) + "\nQ-1,,,,,,,,,,\n"
    frame, _ = read(text.encode(), columns=list(SATISFACTION.columns))
    (fault,) = validate_table(frame, SATISFACTION, "satisfaction.csv")
    assert (fault.column, fault.value) == ("date", None)
    assert fault.problem.startswith("empty, and expected a date")


def test_both_rows_of_one_key_are_named():
    text = ",".join(SATISFACTION.columns) + "\n" + "Q-1,2024-03-04,,,,,,,,,\n" * 2
    frame, _ = read(text.encode(), columns=list(SATISFACTION.columns))
    faults = validate_table(frame, SATISFACTION, "satisfaction.csv")
    assert [(f.kind, f.row, f.value) for f in faults] == [("duplicate_id", 2, "Q-1"), ("duplicate_id", 3, "Q-1")]


# A carriage return outside quotes ends a row; U+037E, the Greek question mark, is canonically a semicolon.
some_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\u037e"), max_size=12)


@given(
    rows=st.lists(st.tuples(some_text, some_text), max_size=4),
    separator=st.sampled_from(",;\t"),
    newline=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_cell_that_a_spreadsheet_writes_is_read_as_it_was(
    rows: list[tuple[str, str]], separator: str, newline: str, mark: bool, quoting: Any
):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=newline, quoting=quoting)
    writer.writerows([COLUMNS, *(["1", quote, memo] for quote, memo in rows)])
    data = buffer.getvalue().encode("utf-8-sig" if mark else "utf-8")
    expected = [["1", canonical(quote), canonical(memo).strip()] for quote, memo in rows]
    assert cells(data) == expected


def canonical(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = xlsx(COLUMNS, *([str(n), "a" * 1000, "b"] for n in range(3000)))
    assert read(data, "x.xlsx")[1] == []
    assert len(data) < MIB
    monkeypatch.setattr(tables, "LARGEST_WORKBOOK", MIB)
    monkeypatch.setattr("openpyxl.load_workbook", None)
    frame, faults = read(data, "x.xlsx")

    assert frame is None
    assert [(f.kind, f.cure) for f in faults] == [("too_large", "Save it as CSV, or split it.")]
    assert faults[0].problem == "it unpacks to 3 MiB, and over 1 MiB are not read"


def test_a_workbook_whose_parts_lead_outside_or_are_there_twice_is_refused() -> None:
    for names in (["../a.xml"], ["b.xml", "b.xml"]):
        buffer = io.BytesIO(xlsx(COLUMNS, ["1", "a", "b"]))
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(buffer, "a") as archive:
            for name in names:
                archive.writestr(name, "<a/>")
        frame, faults = read(buffer.getvalue(), "x.xlsx")

        assert frame is None
        assert [f.kind for f in faults] == ["xlsx"]
        assert "leads outside" in faults[0].problem or "is in it twice" in faults[0].problem


def changed(data: bytes, part: str, before: str, after: str) -> bytes:
    """Return a workbook with words of one of its parts replaced; they are there once."""
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        parts = {"xl/sharedStrings.xml": "<sst></sst>"} | {name: whole.read(name).decode() for name in whole.namelist()}
    assert parts[part].count(before) == 1
    parts[part] = parts[part].replace(before, after)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("part", "before", "crowd"),
    [
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData><row>{}</row>"),
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>{}"),
        ("xl/sharedStrings.xml", "</sst>", "{}</sst>"),
        ("xl/styles.xml", "</cellXfs>", "{}</cellXfs>"),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", "{}</Relationships>"),
    ],
)
def test_a_workbook_of_more_elements_than_a_spreadsheet_writes_is_refused_before_they_fill_the_memory(
    part: str, before: str, crowd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 500)
    monkeypatch.setattr(tables, "MOST_ELEMENTS", 1000)
    whole = xlsx(COLUMNS, ["1", "a", "b"])
    assert cells(whole, "x.xlsx") == [["1", "a", "b"]]
    opened: list[object] = []
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: opened.append(1))
    frame, faults = read(changed(whole, part, before, crowd.format("<c/>" * 1100)), "x.xlsx")

    assert (frame, opened) == (None, [])
    assert [f.kind for f in faults] == ["xlsx"]
    assert f"{part!r} in it has more elements" in faults[0].problem


def test_a_workbook_with_a_document_type_or_nested_without_end_or_packed_too_well_is_refused() -> None:
    whole = xlsx(COLUMNS, ["1", "a", "b"])
    sheet = "xl/worksheets/sheet1.xml"
    declared = changed(whole, sheet, "<worksheet ", '<!DOCTYPE a [<!ENTITY x "y">]><worksheet ')
    deep = changed(whole, sheet, "<sheetData>", "<sheetData>" + "<row>" * 200_000 + "</row>" * 200_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as plain, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in plain.namelist():
            archive.writestr(name, plain.read(name) + b" " * 2 * MIB)
    for data, said in (
        (declared, "declares a document type"),
        (deep, "more elements than a spreadsheet writes"),
        (buffer.getvalue(), "over 200 times its size"),
    ):
        frame, faults = read(data, "x.xlsx")
        assert frame is None
        assert said in faults[0].problem
