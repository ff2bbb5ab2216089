"""Tables of a study as a workbook (.xlsx): the same cells, read back the same.

Owns the look of a sheet and the harmlessness of its cells; computes nothing.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import math
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kinerja_study.collection.tables import parse_table
from kinerja_study.errors import ExchangeError, Fault, RawDataError, suggest
from kinerja_study.study import NUMBERS, Study, replace_file

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS, LONGEST_CELL, LONGEST_NAME = 2**20, 32_767, 31
"""Of a sheet, of a cell, and of a sheet's name: what a spreadsheet can hold."""

NARROWEST, WIDEST = 6, 60
_DATE = (1980, 1, 1, 0, 0, 0)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


def export_tables(study: Study, path: Path, table: str | None = None) -> list[str]:
    """Write a table of a study, or all of them, each as a sheet; an existing file is replaced in one step.

    Parameters
    ----------
    study : Study
        Its raw tables, and the processed ones of its last run.
    path : Path
        The workbook.
    table : str, optional
        As ``informants``, ``codings/consensus`` or ``processed/segments``; ``processed/`` may be left out where no
        raw table has the name.

    Returns
    -------
    list of str
        Names of the tables written.

    Raises
    ------
    ExchangeError
        There is no such table, or a cell that a spreadsheet cannot hold.
    RawDataError
        A table cannot be read.
    """
    files = _find_tables(study)
    if table is not None:
        stem = table.removesuffix(".csv").removesuffix(".xlsx")
        chosen = stem if stem in files else f"processed/{stem}"
        if chosen not in files:
            cure = f"{suggest(table, files)}Tables: {', '.join(files)}."
            raise ExchangeError(path.name, f"study {study.id!r} has no table {table!r}", cure)
        files = {chosen: files[chosen]}
    if not files:
        raise ExchangeError(path.name, f"study {study.id!r} has no tables", "Add one, or run the study.")
    data = _build({name: _read(study, file, content) for name, (file, content) in files.items()}, path.name)
    replace_file(path, data)
    return list(files)


def _find_tables(study: Study) -> dict[str, tuple[str, bytes]]:
    found = {}
    for name, data in study.read_raw().items():
        path = PurePosixPath(name)
        if path.suffix in (".csv", ".xlsx") and path.parts[0] != "imported":
            found[str(path.with_suffix(""))] = (name, data)
    for file in sorted(study.processed.glob("*.csv")):
        found[f"processed/{file.stem}"] = (f"processed/{file.name}", file.read_bytes())
    return found


def _read(study: Study, file: str, data: bytes) -> pd.DataFrame:
    faults: list[Fault] = []
    frame = parse_table(data, file, None, faults)
    if frame is None or faults:
        raise RawDataError(study.id, faults)
    return frame


def _build(tables: Mapping[str, pd.DataFrame], file: str) -> bytes:
    # All is looked through first: a sheet that is begun cannot be left.
    for table, frame in tables.items():
        _refuse_unheld(table, frame, file)
    book = Workbook(write_only=True)
    names: list[str] = []
    for table, frame in tables.items():
        names.append(_name_sheet(table, names))
        sheet = book.create_sheet(names[-1])
        sheet.freeze_panes = "A2"
        for number, column in enumerate(frame.columns, start=1):
            longest = max([len(str(column)) + 3, *(len(line) for cell in frame[column] for line in cell.split("\n"))])
            sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 1, NARROWEST), WIDEST)
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
        sheet.append([_cell(sheet, str(column), heading=True) for column in frame.columns])
        numeric = [column in NUMBERS for column in frame.columns]
        for cells in frame.itertuples(index=False):
            written = (_number(cell) if is_numeric else None for cell, is_numeric in zip(cells, numeric, strict=True))
            sheet.append(
                [_cell(sheet, cell) if number is None else number for cell, number in zip(cells, written, strict=True)]
            )
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(buffer)


def _refuse_unheld(table: str, frame: pd.DataFrame, file: str) -> None:
    if len(frame) >= MOST_ROWS:
        problem = f"{table} has {len(frame):,} rows below its heading, and a sheet {MOST_ROWS - 1:,}"
        raise ExchangeError(file, problem, "Use the .csv file itself.")
    headings = ((1, str(column)) for column in frame.columns)
    cells = ((row, cell) for row, own in zip(frame.index, frame.itertuples(index=False), strict=True) for cell in own)
    for row, text in itertools.chain(headings, cells):
        unheld = _UNHELD.search(text)
        if unheld or len(text) > LONGEST_CELL:
            what = f"the characters {unheld[0]!r}" if unheld else f"over {LONGEST_CELL:,} characters"
            cure = "Use the .csv file itself, or mend the cell."
            problem = f"{table}, row {row}: a cell has {what}, which a spreadsheet does not keep"
            raise ExchangeError(file, problem, cure)


def _cell(sheet: Any, text: str, *, heading: bool = False) -> Any:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, text)
    # Always text: what looks like a formula, a date or an error is none, also when the cell is edited.
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_FORMULA)
    if heading:
        cell.font = Font(bold=True)
    elif len(text) > WIDEST or "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _number(text: str) -> int | float | None:
    # A number only where it reads back as it was written.
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    shown: int | float = int(number) if number.is_integer() and abs(number) < 2**53 else number
    return shown if str(shown) == text else None


def _name_sheet(table: str, taken: list[str]) -> str:
    name = re.sub(r"[\[\]:*?/\\']", " ", table)[:LONGEST_NAME]
    number = 1
    while name.casefold() in (other.casefold() for other in taken):
        number += 1
        name = f"{name[: LONGEST_NAME - 4]} {number}"
    return name


def _without_clock(written: io.BytesIO) -> bytes:
    packed = io.BytesIO()
    fixed = dt.datetime(*_DATE).isoformat() + "Z"
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w") as archive:
        for name in parts.namelist():
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            # A sheet of a million rows is half a gigabyte: piece by piece.
            with parts.open(name) as part, archive.open(info, "w") as copy:
                if name == "docProps/core.xml":
                    copy.write(re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fixed.encode(), part.read()))
                else:
                    shutil.copyfileobj(part, copy)
    return packed.getvalue()
