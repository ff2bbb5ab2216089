"""What a coder did, act by act, and what can be undone and redone of it.

Owns the meaning of ``history/<coder>.jsonl``; writes no file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kinerja_study.coding.records import Edit
from kinerja_study.errors import Fault

FOLDER = "history"
ENDING = ".jsonl"
TABLE = re.compile(r"(?:codings/)?[\w.-]+\.csv")
"""What an act may change: a history that came with somebody's study writes nothing elsewhere."""

Entry = dict[str, Any]


def history_file(coder: str) -> str:
    """Return the path of a coder's history."""
    return f"{FOLDER}/{coder}{ENDING}"


def parse_entry(line: bytes) -> Entry:
    """Return the act that a line of a history tells, its edits as such.

    Raises
    ------
    ValueError
        It tells none.
    """
    try:
        entry = json.loads(line)
        edits = [Edit(*edit) for edit in entry["edits"]]
        files = {file: (old, new) for file, (old, new) in entry.get("files", {}).items()}
        numbers = [
            entry["n"],
            *([entry["of"]] if entry["do"] in ("undo", "redo") else []),
            *(edit.at for edit in edits),
        ]
        texts = [entry["do"], entry["when"], *(edit.file for edit in edits), *files]
        texts += [(entry.get("suggestion") or {}).get(name, "") for name in ("document_id", "start", "quote", "code")]
        perhaps = [entry.get(name) for name in ("document", "code", "quote")]
        perhaps += [half for edit in edits for half in (edit.before, edit.after)]
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError from error
    sound = all(isinstance(one, int) for one in numbers) and all(isinstance(one, str) for one in texts)
    if not (sound and all(one is None or isinstance(one, str) for one in perhaps)):
        raise ValueError
    if not all(TABLE.fullmatch(edit.file) for edit in edits):
        raise ValueError
    return {**entry, "edits": edits, "files": files}


@dataclass(slots=True)
class History:
    """The acts of one coder.

    ``undoable`` are the numbers of acts that can be undone, the next one last; ``redoable`` those that can be redone.
    An act that is undone or redone is an act of its own, so that nothing is ever taken out of the history.

    Parameters
    ----------
    coder : str
        Whose acts.
    """

    coder: str
    entries: dict[int, Entry] = field(default_factory=dict)
    undoable: list[int] = field(default_factory=list)
    redoable: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _lines: int = 0
    _length: int = 0
    _last: bytes = b""

    def read(self, load: Callable[[str, int], bytes | None]) -> None:
        """Take in what is new in the file, or all of it where it is another file.

        Parameters
        ----------
        load : callable
            Gives a file's content from some byte on, None where it is not there.
        """
        new = load(history_file(self.coder), self._length - len(self._last)) or b""
        if not new.startswith(self._last):
            self.entries, self.undoable, self.redoable, self.faults = {}, [], [], []
            self._lines, self._length, self._last = 0, 0, b""
            new = load(history_file(self.coder), 0) or b""
        for line in new[len(self._last) :].split(b"\n")[:-1]:  # a line without an end is under way
            self._take(line)
            self._last = line + b"\n"
            self._length += len(self._last)

    def _take(self, line: bytes) -> None:
        self._lines += 1
        if not line.strip():
            return
        try:
            entry = parse_entry(line)
        except ValueError:
            problem, file = "this line tells no act", history_file(self.coder)
            cure = "That act cannot be undone; all others can, and no coding is lost. A copy of the line would mend it."
            self.faults.append(Fault(kind="broken_history", problem=problem, cure=cure, file=file, row=self._lines))
            return
        number = entry["n"]
        if entry["do"] == "undo":
            _move(entry["of"], self.undoable, self.redoable)
        elif entry["do"] == "redo":
            _move(entry["of"], self.redoable, self.undoable)
        else:
            self.undoable.append(number)
            self.redoable.clear()
        self.entries[number] = entry

    @property
    def next_number(self) -> int:
        """The number of the next act."""
        return max(self._lines, *self.entries, 0) + 1

    def in_force(self) -> list[Entry]:
        """Return the acts that are not undone, in order."""
        return [self.entries[number] for number in self.undoable]


def _move(number: int, source: list[int], target: list[int]) -> None:
    if number in source:
        source.remove(number)
        target.append(number)
