"""Tables as spreadsheets write them, read as text and held against a schema.

Owns CSV and .xlsx bytes to a frame of text, and faults by row; interprets no column.
"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers import expat

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from kinerja_study.collection.archive import MIB, Archive
from kinerja_study.errors import MOST_FAULTS, ExchangeError, Fault, suggest

LARGEST_WORKBOOK = 128 * MIB
"""Bytes that a workbook may unpack to: some 500,000 rows of five columns."""

MOST_ELEMENTS = 2**17
"""Of XML within a row of a workbook, and within a part that is neither sheet nor strings."""

MOST_COLUMNS = 1000
"""Of a workbook's sheet; what stands further right is no table's."""

MOST_ROWS = 2**20
"""Of a table, as of a sheet."""

VERBATIM = frozenset({"quote"})
"""Columns whose spaces count."""

_PIECE = 10_000  # rows that are held against a schema at once: what it says of each wrong cell takes a kilobyte
_SHARED = 1_000  # different values of a column that are looked up


def decode(data: bytes, file: str, faults: list[Fault]) -> str | None:
    """Return UTF-8 text without byte order mark, LF line ends, NFC; or add a fault and return None."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        value = f"byte {data[error.start]:#04x}"
        cure = "Save the file again as UTF-8 (in a spreadsheet: 'CSV UTF-8'; in a word processor: plain text, UTF-8)."
        faults.append(
            Fault(kind="encoding", problem="not UTF-8 text", cure=cure, file=file, row=row, value=value)
        )  # fmt: skip
        return None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        cure = "It is no plain text: save it as UTF-8 (not UTF-16), or leave it out of the folder."
        faults.append(Fault(kind="nul_byte", problem="holds a NUL byte", cure=cure, file=file, row=row))
        return None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def parse_table(data: bytes, file: str, columns: Sequence[str] | None, faults: list[Fault]) -> pd.DataFrame | None:
    """Read a table whose heading must hold exactly the columns, in any order.

    Parameters
    ----------
    data : bytes
        A .csv or .xlsx file.
    file : str
        Its path in the study, which tells the kind.
    columns : sequence of str, optional
        The columns of the format; None where any are allowed, each under a name of its own.
    faults : list of Fault
        Extended by whatever is wrong.

    Returns
    -------
    DataFrame or None
        All text, the index being the row as a spreadsheet numbers it; None if it cannot be read at all.
    """
    if file.endswith(".xlsx"):
        rows = _xlsx_rows(data, file)
    else:
        text = decode(data, file, faults)
        if text is None:
            return None
        rows = _csv_rows(text, file)
    try:
        return _build_frame(rows, file, columns, faults)
    except _UnreadableError as error:
        faults.append(error.fault)
        return None


class _UnreadableError(Exception):
    # From some row on there is no table.
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def _build_frame(
    rows: Iterator[tuple[int, list[str]]], file: str, columns: Sequence[str] | None, faults: list[Fault]
) -> pd.DataFrame | None:
    _, first = next(rows, (1, []))
    if not first:
        cure = f"Its first row names the columns{': ' + ', '.join(columns) if columns else ''}."
        faults.append(Fault(kind="empty_file", problem="the table is empty", cure=cure, file=file))
        return None
    heading = [name.strip() for name in first]
    while heading and not heading[-1]:
        heading.pop()
    before = len(faults)
    columns = heading if columns is None else columns
    faults += _heading_faults(heading, columns, file)
    # A table may have a million rows: by column, no row kept, and a value that many rows share kept once.
    numbers: list[int] = []
    cells: list[list[str]] = [[] for _ in heading]
    shared: list[dict[str, str]] = [{} for _ in heading]
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if any(cell.strip() for cell in row[len(heading) :]):
            cure = "A cell that holds the separator or a line end stands in quotation marks."
            problem = f"{len(row)} cells where the heading has {len(heading)}"
            faults.append(Fault(kind="ragged_row", problem=problem, cure=cure, file=file, row=number))
        elif len(row) < len(heading) and not file.endswith(".xlsx"):
            cure = "Give every column a cell; an empty one is written as nothing between two separators."
            problem = f"{len(row)} cells where the heading has {len(heading)}"
            faults.append(Fault(kind="ragged_row", problem=problem, cure=cure, file=file, row=number))
        elif len(numbers) == MOST_ROWS:
            problem, cure = f"more than {MOST_ROWS:,} rows", "Split it; no study has so many."
            raise _UnreadableError(Fault(kind="too_large", problem=problem, cure=cure, file=file, row=number))
        else:
            numbers.append(number)
            for at, (name, own, known) in enumerate(zip(heading, cells, shared, strict=True)):
                cell = row[at] if at < len(row) else ""
                cell = cell if name in VERBATIM else cell.strip()
                own.append(known.get(cell, cell) if len(known) > _SHARED else known.setdefault(cell, cell))
    if any(fault.kind in ("missing_column", "duplicate_column") for fault in faults[before:]):
        return None
    return pd.DataFrame(dict(zip(heading, cells, strict=True)), index=numbers, dtype="str")[list(columns)]


def validate_table(frame: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> list[Fault]:
    """Return a fault for each cell or row that the schema refuses, in the order of rows.

    A table is looked at piece by piece, and not to its end where more is wrong than is ever listed.
    """
    faults: list[Fault] = []
    cells = copy.copy(schema)
    cells.unique = None  # a key is looked for in the whole table, below
    for at in range(0, len(frame), _PIECE):
        try:
            cells.validate(frame.iloc[at : at + _PIECE], lazy=True)
        except SchemaErrors as error:
            faults += _schema_faults(error, file)
        if len(faults) > MOST_FAULTS:
            break
    twice = frame.index[frame.duplicated(schema.unique, keep=False)] if schema.unique else frame.index[:0]
    cure = "Remove one of the rows, or give it another key."
    keys = list(schema.unique or [])
    faults += [
        Fault(kind="duplicate_id", problem="the same key is given twice", cure=cure, file=file, row=int(row),
              column=", ".join(keys), value=str(frame.at[row, keys[0]]) or None)
        for row in twice[: MOST_FAULTS + 1]
    ]  # fmt: skip
    return sorted(faults, key=lambda fault: fault.row or 0)


def _schema_faults(error: SchemaErrors, file: str) -> Iterator[Fault]:
    cells = error.failure_cases[error.failure_cases["schema_context"] == "Column"]
    for case in cells.to_dict("records"):
        value, check = str(case["failure_case"]), case["check"]
        problem = f"expected {check}" if value else f"empty, and expected {check}"
        yield Fault(kind="bad_value", problem=problem, cure="Correct the cell.", file=file, row=int(case["index"]),
                    column=str(case["column"]), value=value or None)  # fmt: skip


def _heading_faults(heading: list[str], columns: Sequence[str], file: str) -> list[Fault]:
    faults = []
    missing = [column for column in columns if column not in heading]
    for name in heading:
        if name not in columns:
            cure = f"{suggest(name, missing or columns)}Columns of this table: {', '.join(columns)}."
            faults.append(
                Fault(kind="unknown_column", problem="unknown column", cure=cure, file=file, row=1, value=name)
            )  # fmt: skip
        elif heading.count(name) > 1 and not any(f.kind == "duplicate_column" and f.value == name for f in faults):
            cure = "Keep one of them."
            faults.append(Fault(kind="duplicate_column", problem="a column is there twice", cure=cure, file=file,
                                row=1, value=name))  # fmt: skip
    for name in missing:
        cure = f"Add it to the heading; the columns are: {', '.join(columns)}."
        faults.append(
            Fault(kind="missing_column", problem="a column is missing", cure=cure, file=file, row=1, column=name)
        )  # fmt: skip
    return faults


def _csv_rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    csv.field_size_limit(2**30)
    number = 0
    try:
        for number, row in enumerate(csv.reader(_lines(text), delimiter=separator, strict=True), start=1):
            yield number, row
    except csv.Error as error:
        cure = "Check the quotation marks near that place: one is open, or stands inside a cell undoubled."
        problem = f"not readable as CSV: {error}"
        raise _UnreadableError(Fault(kind="csv", problem=problem, cure=cure, file=file, row=number + 1)) from error


def _lines(text: str) -> Iterator[str]:
    # A file object in memory would take four bytes a character.
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield text[at:end]
        at = end


def _xlsx_rows(data: bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # few studies hold a workbook, and it takes a while to import

    try:
        with Archive(data, file) as archive:
            size = archive.unpacked()
            if size > LARGEST_WORKBOOK:
                problem = f"it unpacks to {size // MIB} MiB, and over {LARGEST_WORKBOOK // MIB} MiB are not read"
                fault = Fault(kind="too_large", problem=problem, cure="Save it as CSV, or split it.", file=file)
                raise _UnreadableError(fault)  # noqa: TRY301 - one of several reasons
            for name in archive.names:
                if name.endswith((".xml", ".rels")):
                    _refuse_crowded(archive, name)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book[book.sheetnames[0]]
        # A stray format in the last column or row makes a sheet of 17 thousand million empty cells.
        width = min(sheet.max_column or MOST_COLUMNS, MOST_COLUMNS)
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=width), start=1):
            if number == 1 or row.count(None) < len(row):
                yield number, [_cell_text(cell) for cell in row]
    except _UnreadableError:
        raise
    except Exception as error:  # a damaged file breaks XML and openpyxl in ways that cannot be listed
        cure = "Open it in a spreadsheet and save it as .xlsx again, without a password, or save it as CSV."
        why = error.problem if isinstance(error, ExchangeError) else next(iter(str(error).splitlines()), "")
        problem = f"not readable as .xlsx: {why}"
        raise _UnreadableError(Fault(kind="xlsx", problem=problem, cure=cure, file=file)) from error


def _refuse_crowded(archive: Archive, name: str) -> None:
    # openpyxl keeps something of every element but those within a row: a megabyte of empty ones fills a hundred.
    tall = name.casefold().startswith(("xl/worksheets/", "xl/sharedstrings"))
    depth = kept = within = 0

    def begin(*_: object) -> None:
        nonlocal depth, kept, within
        depth += 1
        if tall and depth <= 3:  # a row or a string
            kept, within = kept + 1, 0
        else:
            within += 1
        if kept > 2 * MOST_ROWS or within > MOST_ELEMENTS:
            raise ExchangeError(archive.file, f"{name!r} in it has more elements than a spreadsheet writes", "")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def declare(*_: object) -> None:
        raise ExchangeError(archive.file, f"{name!r} in it declares a document type", "")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begin, end, declare
    with archive.open(name, LARGEST_WORKBOOK) as member:
        while piece := member.read(MIB):
            parser.Parse(piece, False)  # noqa: FBT003


def _cell_text(cell: Any) -> str:
    # What the cell means, in the format of the CSV tables: dates, times and whole numbers as they are written there.
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        whole_day = cell.time() == dt.time()
        return cell.date().isoformat() if whole_day else cell.isoformat(timespec="minutes")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell).replace("\r\n", "\n").replace("\r", "\n"))
