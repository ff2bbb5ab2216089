"""The files of a coding room: read and written under a lock, whole or not at all.

Owns the lock, the temporary files and the line of the history that is written ahead, from which an act that was
interrupted is completed. Knows an act only as edits of records.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kinerja_study.coding.history import ENDING, FOLDER, Entry, history_file, parse_entry
from kinerja_study.coding.records import Draft, Edit, LostGroundError, Table
from kinerja_study.coding.refusals import CodingError

LOCK = f"{FOLDER}/.lock"
"""Names with a dot are no part of a study."""

PATIENCE = 10.0
"""Seconds to wait for another window's act, which takes milliseconds."""


@dataclass(frozen=True, slots=True)
class Storage:
    """The study's folder, as the room writes it.

    Parameters
    ----------
    folder : Path
        ``data/raw/<study>``.
    load : callable
        Makes a table of a file's name and content.
    """

    folder: Path
    load: Callable[[str, bytes | None], Table]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other windows and programs of this kind from the files, and complete what one of them had to leave.

        Raises
        ------
        CodingError
            Another one keeps the lock, or nothing can be written here.
        """
        try:
            (self.folder / FOLDER).mkdir(exist_ok=True)
            # Two people may share the folder.
            lock = FileLock(self.folder / LOCK, mode=0o666)
            lock.acquire(timeout=PATIENCE)
        except Timeout as error:
            raise CodingError("files.locked") from error
        except OSError as error:
            raise read_only(self.folder, error) from error
        try:
            self.complete()
            yield
        except OSError as error:
            # A full disk, or a folder that was closed meanwhile.
            raise CodingError("files.not_written", why=error.strerror or str(error)) from error
        finally:
            lock.release()

    def read(self, file: str, start: int = 0) -> bytes | None:
        """Return a file's content from some byte on, None where it is not there."""
        try:
            with (self.folder / file).open("rb") as stream:
                stream.seek(start)
                return stream.read()
        except FileNotFoundError:
            return None

    def commit(self, coder: str, entry: Mapping[str, Any], draft: Draft) -> None:
        """Write what an act makes of the tables, and the act into the coder's history.

        Only within :meth:`locked`. Until the whole line is on the disk nothing has happened; from then on all will. Its
        end, a line feed, says that the tables are written.
        """
        old = {edit.file: self.read(edit.file) for edit in draft.edits}
        new = {file: draft.table(file).data for file in old}
        line = json.dumps(
            {**entry, "files": {file: [_digest(old[file]), _digest(new[file])] for file in old}}, ensure_ascii=False
        ).encode()
        with (self.folder / history_file(coder)).open("ab", buffering=0) as history:
            _write_ahead(history, line)
            try:
                for file, data in new.items():
                    self._replace(file, data)
                _write(history, b"\n")
            except OSError as error:
                raise CodingError("files.half_written", why=error.strerror or str(error)) from error

    def complete(self) -> None:
        """Complete acts that were interrupted; only within :meth:`locked`."""
        for name in os.listdir(self.folder / FOLDER):  # noqa: PTH208 - at every act, and names are enough
            if name.endswith(ENDING):
                with (self.folder / FOLDER / name).open("rb") as history:
                    history.seek(max(0, history.seek(0, os.SEEK_END) - 1))
                    ended = history.read(1) in (b"", b"\n")
                if not ended:
                    self._end(self.folder / FOLDER / name)

    def _end(self, path: Path) -> None:
        data = path.read_bytes()
        begin = data.rfind(b"\n") + 1
        with path.open("r+b", buffering=0) as history:
            try:
                json.loads(data[begin:])
            except (ValueError, RecursionError):
                history.truncate(begin)  # not all of it had been written, so nothing has happened
                return
            with suppress(ValueError):  # no act of ours: that is told when the history is read
                self._roll(parse_entry(data[begin:]))
            history.seek(0, os.SEEK_END)
            _write(history, b"\n")

    def _roll(self, entry: Entry) -> None:
        for file, (old, new) in entry["files"].items():
            now, edits = self.read(file), [edit for edit in entry["edits"] if edit.file == file]
            if edits and _digest(now) != new:
                self._replace(file, _apply(self.load(file, now), edits, known=_digest(now) == old).data)

    def _replace(self, file: str, data: bytes | None) -> None:
        path = self.folder / file
        if data is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(exist_ok=True)
        new = path.with_name(f".{path.name.removeprefix('.')}.new")
        with new.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new, path)  # noqa: PTH105 - the one step at which a file becomes another


def read_only(folder: Path, error: OSError) -> CodingError:
    """Return what to say of a folder in which nothing can be written."""
    return CodingError("files.read_only", folder=folder, why=error.strerror or str(error))


def _apply(table: Table, edits: list[Edit], *, known: bool) -> Table:
    for edit in edits:
        if not known and edit.before is None and any(record.raw == edit.after for record in table.records):
            continue
        try:
            table = table.apply(edit)
        except LostGroundError:
            # Someone changed this very record while the act lay half done: theirs stays.
            continue
    return table


def _digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _write_ahead(history: FileIO, line: bytes) -> None:
    length = history.tell()
    try:
        _write(history, line)
        os.fsync(history.fileno())
    except OSError:
        history.truncate(length)
        raise


def _write(stream: FileIO, data: bytes) -> None:
    if os.write(stream.fileno(), data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
