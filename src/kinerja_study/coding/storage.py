"""The files of a coding room: read and written under a lock, whole or not at all.

Owns the lock, the temporary files and the write-ahead file from which an act that was interrupted is completed. Knows
an act only as edits of records.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kinerja_study.coding.records import Draft, Edit, LostGroundError, Table
from kinerja_study.coding.refusals import CodingError

FOLDER = "history"
LOCK = f"{FOLDER}/.lock"
AHEAD = f"{FOLDER}/.act"
"""The act under way, with all that it takes to complete it. Names with a dot are no part of a study."""

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
            under_way = (self.folder / AHEAD).exists()
            why = error.strerror or str(error)
            raise CodingError("files.half_written" if under_way else "files.not_written", why=why) from error
        finally:
            lock.release()

    def read(self, file: str) -> bytes | None:
        """Return a file's content, None where it is not there."""
        try:
            return (self.folder / file).read_bytes()
        except FileNotFoundError:
            return None

    def commit(self, coder: str, entry: Mapping[str, Any], draft: Draft) -> None:
        """Write what an act makes of the tables, and the act into the coder's history.

        Only within :meth:`locked`. Until the write-ahead file is in place nothing has happened; from then on all will.
        """
        history = self.folder / history_file(coder)
        length = history.stat().st_size if history.exists() else 0
        files = {edit.file: _digest(self.read(edit.file)) for edit in draft.edits}
        written = {file: draft.table(file).data for file in files}
        ahead = {
            "coder": coder,
            "length": length,
            "entry": entry,
            "files": {file: [old, _digest(written[file])] for file, old in files.items()},
        }
        self._replace(AHEAD, _line(ahead))
        for file, data in written.items():
            self._replace(file, data)
        self._finish(ahead)

    def complete(self) -> None:
        """Complete an act that was interrupted; only within :meth:`locked`."""
        data = self.read(AHEAD)
        if data is None:
            return
        try:
            ahead = json.loads(data)
            edits = [Edit(*edit) for edit in ahead["entry"]["edits"]]
        except (ValueError, KeyError, TypeError) as error:
            raise CodingError("files.broken_act", file=AHEAD) from error
        for file, (old, new) in ahead["files"].items():
            now = self.read(file)
            if _digest(now) != new:
                table = _roll(self.load(file, now), [e for e in edits if e.file == file], known=_digest(now) == old)
                self._replace(file, table.data)
        self._finish(ahead)

    def _finish(self, ahead: Mapping[str, Any]) -> None:
        # The history only grows; what was half written of this line is cut off first.
        path = self.folder / history_file(ahead["coder"])
        with path.open("r+b" if path.exists() else "w+b") as stream:
            stream.truncate(ahead["length"])
            stream.seek(0, os.SEEK_END)
            stream.write(_line(ahead["entry"]))
            stream.flush()
            os.fsync(stream.fileno())
        (self.folder / AHEAD).unlink()

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


def history_file(coder: str) -> str:
    """Return the path of a coder's history."""
    return f"{FOLDER}/{coder}.jsonl"


def read_only(folder: Path, error: OSError) -> CodingError:
    """Return what to say of a folder in which nothing can be written."""
    return CodingError("files.read_only", folder=folder, why=error.strerror or str(error))


def _roll(table: Table, edits: list[Edit], *, known: bool) -> Table:
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


def _line(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()
