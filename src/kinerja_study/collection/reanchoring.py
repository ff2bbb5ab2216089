"""Writing the place of a quote back into its table, and nothing else.

Owns the change of two cells in a coder's file; every other byte of a CSV file stays as its owner wrote it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

from openpyxl import load_workbook

from kinerja_study.collection.codings import Anchor
from kinerja_study.errors import StudyError


def write_anchors(data: bytes, file: str, anchors: Iterable[Anchor]) -> bytes:
    """Return a coder's table with ``start`` and ``end`` set in the anchored rows.

    Parameters
    ----------
    data : bytes
        The file as it is, .csv or .xlsx; it has been read without fault in its heading.
    file : str
        Its name, which tells the kind.
    anchors : iterable of Anchor
        Of this file.

    Raises
    ------
    StudyError
        The file can no longer be read.
    """
    places = {anchor.row: {"start": str(anchor.start), "end": str(anchor.end)} for anchor in anchors}
    return _write_xlsx(data, places) if file.endswith(".xlsx") else _write_csv(data, places)


def _write_csv(data: bytes, places: dict[int, dict[str, str]]) -> bytes:
    text = data.decode("utf-8-sig")
    mark = "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""
    separator = max(",;\t", key=text.replace("\r", "\n").split("\n", 1)[0].count)
    records = _split_records(text, separator)
    heading = [cell.strip().strip('"').strip() for cell in records[0][0]]
    written = []
    for number, (cells, ending) in enumerate(records, start=1):
        for column, value in places.get(number, {}).items():
            cells[heading.index(column)] = value
        written.append(separator.join(cells) + ending)
    return (mark + "".join(written)).encode()


def _split_records(text: str, separator: str) -> list[tuple[list[str], str]]:
    # The csv module gives the meaning of a cell but not how it was written; here the writing must survive.
    records: list[tuple[list[str], str]] = []
    cells, start, quoted, at = [], 0, False, 0
    while at < len(text):
        char = text[at]
        if char == '"' and text[start] == '"':  # elsewhere a quotation mark is a character like any other
            quoted = not quoted
        elif not quoted and char == separator:
            cells.append(text[start:at])
            start = at + 1
        elif not quoted and char in "\r\n":
            ending = "\r\n" if text[at : at + 2] == "\r\n" else char
            records.append(([*cells, text[start:at]], ending))
            at += len(ending) - 1
            cells, start = [], at + 1
        at += 1
    if cells or start < len(text):
        records.append(([*cells, text[start:]], ""))
    return records


def _write_xlsx(data: bytes, places: dict[int, dict[str, str]]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    sheet = book[book.sheetnames[0]]
    heading = {str(cell.value).strip(): cell.column for cell in sheet[1] if cell.column is not None}
    for row, cells in places.items():
        for column, value in cells.items():
            if column not in heading:
                problem = "the table has changed while it was read; run the check again"
                raise StudyError(problem)
            sheet.cell(row=row, column=heading[column]).value = int(value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
