"""What a coder did, act by act, and what can be undone and redone of it.

Owns the meaning of ``history/<coder>.jsonl``; writes no file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from kinerja_study.coding.records import Edit

Entry = dict[str, Any]


@dataclass(slots=True)
class History:
    """The acts of one coder.

    ``undone`` are the numbers of acts that can be undone, the next one last; ``redone`` those that can be redone.
    An act that is undone or redone is an act of its own, so that nothing is ever taken out of the history.
    """

    entries: dict[int, Entry] = field(default_factory=dict)
    undoable: list[int] = field(default_factory=list)
    redoable: list[int] = field(default_factory=list)
    data: bytes = b""

    def read(self, data: bytes) -> None:
        """Take in the file as it is now; only what is new is read, unless it is another file."""
        if not data.startswith(self.data):
            self.entries, self.undoable, self.redoable, self.data = {}, [], [], b""
        for line in data[len(self.data) :].splitlines(keepends=True):
            try:
                entry = json.loads(line)
                number, act = int(entry["n"]), str(entry["do"])
                edits = [Edit(*edit) for edit in entry["edits"]]
            except (ValueError, KeyError, TypeError):
                continue  # a line that another program has broken: that act cannot be undone, the others can
            entry["edits"] = edits
            self.entries[number] = entry
            self._replay(number, act, entry)
        self.data = data

    def _replay(self, number: int, act: str, entry: Entry) -> None:
        if act == "undo":
            _move(int(entry["of"]), self.undoable, self.redoable)
        elif act == "redo":
            _move(int(entry["of"]), self.redoable, self.undoable)
        else:
            self.undoable.append(number)
            self.redoable.clear()

    @property
    def next_number(self) -> int:
        """The number of the next act."""
        return max(self.entries, default=0) + 1

    def in_force(self) -> list[Entry]:
        """Return the acts that are not undone, in order."""
        return [self.entries[number] for number in self.undoable]


def _move(number: int, source: list[int], target: list[int]) -> None:
    if number in source:
        source.remove(number)
        target.append(number)
