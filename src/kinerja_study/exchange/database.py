"""SQLite databases by strangers, read table by table within limits and never written.

Owns what such a file may look like and do: no view, trigger, function or index of it is ever used. Interprets no
column.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from kinerja_study.collection.archive import MIB
from kinerja_study.errors import ExchangeError

LARGEST_DATABASE = 256 * MIB
LARGEST_VALUE = 16 * MIB
LARGEST_TABLES = 64 * MIB
"""All values that are read of a database together; a transcript of 300,000 characters is 0.3 MiB."""

MOST_ROWS = 500_000

_HEAD = b"SQLite format 3\0"
_MOST_STEPS = 200_000  # of a thousand instructions of the database's machine each, some seconds
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
# The check of a damaged file may name what it found in bytes that are no text.
_DAMAGED = (sqlite3.Error, UnicodeDecodeError, MemoryError)
_AGAIN = "Close the project in the program it is from, and copy the file again."
_SPLIT = "Split the project in the program it is from, and bring it in in parts."

Row = dict[str, object]


class Database:
    """A database whose tables are read as rows by column; values are whatever was stored.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its name, for messages.

    Raises
    ------
    ExchangeError
        It is no database, is encrypted, damaged, too large, or still being written.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.file = file
        self._read_bytes = 0
        if path.is_symlink() or not path.is_file():
            raise ExchangeError(file, f"{path.name!r} is not a file", "Copy the project whole, and name it.")
        size = path.stat().st_size
        with path.open("rb") as opened:
            if opened.read(len(_HEAD)) != _HEAD:
                problem = "no SQLite database, or an encrypted one"
                raise ExchangeError(file, problem, "Save the project without a password, and name its own file.")
        if size > LARGEST_DATABASE:
            raise ExchangeError(file, f"larger than {LARGEST_DATABASE // MIB} MiB", _SPLIT)
        for suffix in ("-wal", "-journal"):
            beside = path.with_name(path.name + suffix)
            if beside.is_file() and beside.stat().st_size:
                problem = f"{beside.name} beside it holds changes that are not in it yet"
                raise ExchangeError(file, problem, _AGAIN)
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            self._secure()
            self.tables = self._real_tables()
        except _DAMAGED as error:
            self._connection.close()
            raise self._damaged(error) from error
        except ExchangeError:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()

    def read(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Yield the rows of a table; one that is not there has none, a column that is not there holds None.

        Raises
        ------
        ExchangeError
            The table is damaged, or exceeds a limit.
        """
        names = {name.casefold(): name for name in self.tables.get(table, ())}
        own = [column for column in columns if column.casefold() in names]
        if not own:
            return
        chosen = ", ".join(_quoted(names[column.casefold()]) for column in own)
        # No index is used: one that is damaged, or made to deceive, tells other values than the table.
        query = f"SELECT {chosen} FROM {_quoted(table)} NOT INDEXED"  # noqa: S608 - quoted names of the file's own
        blank: Row = dict.fromkeys(columns)
        try:
            for number, values in enumerate(self._connection.execute(query), start=1):
                self._read_bytes += sum(len(value) for value in values if isinstance(value, str | bytes))
                if number > MOST_ROWS or self._read_bytes > LARGEST_TABLES:
                    problem = f"its tables hold over {MOST_ROWS:,} rows or {LARGEST_TABLES // MIB} MiB of text"
                    raise ExchangeError(self.file, problem, _SPLIT)
                yield {**blank, **dict(zip(own, values, strict=True))}
        except _DAMAGED as error:
            raise self._damaged(error) from error

    def _secure(self) -> None:
        steps = iter(range(_MOST_STEPS))
        self._connection.set_progress_handler(lambda: next(steps, None) is None, 1000)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        for name, value in (("trusted_schema", 0), ("cell_size_check", 1), ("query_only", 1), ("mmap_size", 0)):
            self._connection.execute(f"PRAGMA {name} = {value}")
        found = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise ExchangeError(self.file, f"a damaged database: {found[0] if found else '?'}", _AGAIN)

    def _real_tables(self) -> Mapping[str, tuple[str, ...]]:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        found = [
            str(name)
            for name, sql in self._connection.execute(query).fetchmany(1000)
            if str(sql).upper().split()[:2] == ["CREATE", "TABLE"]
        ]
        # Columns that are computed are hidden from table_info: only what is stored is ever read.
        tables = {
            name: tuple(str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({_quoted(name)})"))
            for name in found
        }
        self._connection.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
        )
        return tables

    def _damaged(self, error: Exception) -> ExchangeError:
        return ExchangeError(self.file, f"a damaged or cut-off database, or one too large to read: {error}", _AGAIN)


def to_text(value: object) -> str:
    """Return a value as text: SQLite keeps any kind in any column."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def to_number(value: object) -> int | None:
    """Return a value as a whole number, or None where it is none."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
