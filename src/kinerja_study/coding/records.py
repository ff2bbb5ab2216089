"""Tables as records: what a row says, and how it is written, so that an act touches its own rows and no other byte.

Owns CSV text to records and back, and edits of single records; knows no column's meaning. Whether a table is sound is
:mod:`kinerja_study.collection.tables`' to say, before it comes here.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from kinerja_study.coding.refusals import CodingError
from kinerja_study.collection.tables import VERBATIM

MARK = "\ufeff"


class Edit(NamedTuple):
    """A change of one record: what it was, None where there was none, and what it becomes, None where it goes."""

    file: str
    at: int
    before: str | None
    after: str | None

    @property
    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return Edit(self.file, self.at, self.after, self.before)


class LostGroundError(CodingError):
    """What an edit would change is no longer there."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One record as it is written, line end included, and its cells; None for the heading and for empty lines."""

    raw: str
    cells: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written: separator and line end, and its columns in their order."""

    columns: tuple[str, ...]
    separator: str = ","
    line_end: str = "\n"

    def write(self, cells: Sequence[str]) -> str:
        """Return cells as one record."""
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=self.separator, lineterminator=self.line_end).writerow(cells)
        return buffer.getvalue()

    def read(self, raw: str) -> Mapping[str, str] | None:
        """Return the cells of one record by column."""
        row = next(csv.reader(io.StringIO(raw, newline=""), delimiter=self.separator, strict=True), [])
        return self.name(row)

    def name(self, row: Sequence[str]) -> Mapping[str, str] | None:
        """Return a row's cells by column, cleaned as everywhere in a study; None for an empty row."""
        if not any(cell.strip() for cell in row):
            return None
        cells = ((column, canonical(cell)) for column, cell in zip(self.columns, row, strict=False) if column)
        return {column: cell if column in VERBATIM else cell.strip() for column, cell in cells}


def canonical(text: str) -> str:
    """Return a text as a cell holds it: NFC, LF line ends, no NUL, no half of a surrogate pair."""
    text = text.encode("utf-8", "replace").decode() if any("\ud800" <= c <= "\udfff" for c in text) else text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))


class Table:
    """A table as its records, which never change: an edit gives a new table.

    Parameters
    ----------
    file : str
        Its path in the study.
    records : tuple of Record
        The heading first; none where the file is not there.
    dialect : Dialect
        How new records are written.
    """

    def __init__(self, file: str, records: tuple[Record, ...], dialect: Dialect) -> None:
        self.file, self.records, self.dialect = file, records, dialect

    @classmethod
    def parse(cls, file: str, data: bytes | None, columns: Sequence[str]) -> Table:
        """Read a table that is known to be sound; one that is not there has no records.

        Raises
        ------
        ValueError
            It is not sound after all.
        """
        if not data:
            return cls(file, (), Dialect(tuple(columns)))
        lines: list[str] = []
        text = data.decode("utf-8")
        first = text.replace("\r", "\n").split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        csv.field_size_limit(2**30)
        try:
            rows = list(_records(text.removeprefix(MARK), separator, lines))
        except csv.Error as error:
            raise ValueError(str(error)) from error
        heading = tuple(name.strip() for name in rows[0])
        if set(columns) - set(heading):
            raise ValueError(heading)
        line_end = lines[0][len(lines[0].rstrip("\r\n")) :] or "\n"
        dialect = Dialect(heading, separator, line_end)
        lines[0] = (MARK if text.startswith(MARK) else "") + lines[0]
        records = [Record(lines[0], None)]
        records += [Record(raw, dialect.name(row)) for raw, row in zip(lines[1:], rows[1:], strict=True)]
        return cls(file, tuple(records), dialect)

    @cached_property
    def data(self) -> bytes | None:
        """The file's content; None when it is not to be there."""
        if not self.records:
            return None
        return "".join(record.raw for record in self.records).encode()

    def rows(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Give each row that is not empty, with its place among the records."""
        for at, record in enumerate(self.records):
            if record.cells is not None:
                yield at, record.cells

    def without(self, numbers: Collection[int | None]) -> Table:
        """Return the table with rows, by their numbers in a spreadsheet, that are kept and say nothing."""
        records = enumerate(self.records, start=1)
        return self._with([Record(r.raw, None) if number in numbers else r for number, r in records])

    def apply(self, edit: Edit) -> Table:
        """Return the table after an edit; the record is looked for where it was, then elsewhere.

        Raises
        ------
        LostGroundError
            The record is not there, or not as it was.
        """
        records = list(self.records)
        if edit.before is None:
            return self._insert(edit, records)
        at = self._find(edit)
        if edit.after is None:
            if at == 0 and len(records) > 1:
                return self  # others have written below the heading meanwhile
            del records[at]
        else:
            records[at] = self._record(edit.after, at)
        return self._with(records)

    def _insert(self, edit: Edit, records: list[Record]) -> Table:
        after = edit.after or ""
        if edit.at == 0:
            if records:
                return self  # the heading: the file is there again
            fresh = Table.parse(self.file, after.encode(), ())
            return Table(self.file, fresh.records, fresh.dialect)
        if not records:
            raise LostGroundError("back.lost_ground", file=edit.file)
        at = min(edit.at, len(records))
        before = records[at - 1].raw
        if not before.endswith(("\n", "\r")):
            records[at - 1] = self._record(before + self.dialect.line_end, at - 1)
        if at < len(records) and not after.endswith(("\n", "\r")):
            after += self.dialect.line_end
        records.insert(at, self._record(after, at))
        return self._with(records)

    def _find(self, edit: Edit) -> int:
        if edit.at < len(self.records) and self.records[edit.at].raw == edit.before:
            return edit.at
        found = [at for at, record in enumerate(self.records) if record.raw == edit.before]
        if not found:
            raise LostGroundError("back.lost_ground", file=edit.file)
        return min(found, key=lambda at: abs(at - edit.at))

    def _record(self, raw: str, at: int) -> Record:
        return Record(raw, self.dialect.read(raw) if at else None)

    def _with(self, records: list[Record]) -> Table:
        return Table(self.file, tuple(records), self.dialect)


def _records(text: str, separator: str, lines: list[str]) -> Iterator[list[str]]:
    # The csv module says what a record means; what it has read to say so is how the record is written.
    taken: list[str] = []

    def note() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    for row in csv.reader(note(), delimiter=separator, strict=True):
        lines.append("".join(taken))
        taken.clear()
        yield row


@dataclass(slots=True)
class Draft:
    """The tables as an act finds and leaves them; nothing is written.

    Parameters
    ----------
    load : callable
        Gives a table as it is now.
    tables : dict of str to Table
        Those that the act has looked at.
    edits : list of Edit
        What it has changed, in order.
    """

    load: Callable[[str], Table]
    tables: dict[str, Table] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    def table(self, file: str) -> Table:
        """Return a table as it stands in the draft."""
        if file not in self.tables:
            self.tables[file] = self.load(file)
        return self.tables[file]

    def edit(self, edit: Edit) -> None:
        """Apply an edit; raises like :meth:`Table.apply`."""
        self.tables[edit.file] = self.table(edit.file).apply(edit)
        self.edits.append(edit)

    def add(self, file: str, cells: Mapping[str, str], at: int | None = None) -> None:
        """Add a row, at the end or before another; the first row of a table brings its heading."""
        table = self.table(file)
        if not table.records:
            self.edit(Edit(file, 0, None, table.dialect.write(table.dialect.columns)))
            table = self.table(file)
        at = len(table.records) if at is None else at
        last = table.records[at - 1].raw
        if not last.endswith(("\n", "\r")):
            self.edit(Edit(file, at - 1, last, last + table.dialect.line_end))
        self.edit(Edit(file, at, None, self._written(table, cells)))

    def change(self, file: str, at: int, cells: Mapping[str, str]) -> None:
        """Change cells of a row; nothing happens where they are as they were."""
        record = self.table(file).records[at]
        old = record.cells or {}
        if any(old.get(column, "") != cell for column, cell in cells.items()):
            raw = self._written(self.table(file), {**old, **cells})
            self.edit(Edit(file, at, record.raw, raw))

    def remove(self, file: str, at: int) -> None:
        """Remove a row."""
        self.edit(Edit(file, at, self.table(file).records[at].raw, None))

    @staticmethod
    def _written(table: Table, cells: Mapping[str, str]) -> str:
        return table.dialect.write([canonical(cells.get(column, "")) for column in table.dialect.columns])
