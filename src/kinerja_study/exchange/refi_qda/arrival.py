"""What comes of a project on its way into a study: files, what was taken, what not, and what was decided.

Owns the record that the parts of an import fill in together, and the making of ids; decides nothing itself.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kinerja_study.definition import ID


@dataclass(slots=True, kw_only=True)
class Arrival:
    """What an import makes: files by their path in the study, and what is to be told of it.

    ``taken`` and ``left`` count by kind; ``remarks`` are sentences on what was decided for want of knowledge;
    ``renamed`` maps what a thing is called in the project to its id in the study. The rest has no place in a study:
    comments with what they are on, notes, variables, sets.
    """

    files: dict[str, str] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    comments: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    variables: list[tuple[str, str, str]] = field(default_factory=list)
    sets: list[tuple[str, str, str]] = field(default_factory=list)

    def rename(self, kind: str, old: str, new: str) -> None:
        """Remember an id that is not the name that the thing had."""
        if old != new:
            self.renamed.setdefault(kind, {})[old] = new


class Names:
    """Names that are taken: two that differ in case only are one, as they are one file on some systems.

    Parameters
    ----------
    taken : iterable of str
        To begin with.

    Examples
    --------
    >>> names = Names(["W03"])
    >>> names.take("w03"), names.take("w03"), names.make_id("deductive: stake", "code"), names.make_id("名", "text")
    ('w03-2', 'w03-3', 'deductive-stake', 'text')
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}
        self._numbers: Counter[str] = Counter()

    def take(self, name: str) -> str:
        """Return a name, with a number where it is taken; from now on it is."""
        free, folded = name, name.casefold()
        while free.casefold() in self._taken:
            self._numbers[folded] += 1
            free = f"{name}-{self._numbers[folded] + 1}"
        self._taken.add(free.casefold())
        return free

    def make_id(self, name: str, otherwise: str) -> str:
        """Return a name as an id that was not taken yet."""
        ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        made = name if ID.fullmatch(name) else re.sub(r"[^A-Za-z0-9._]+", "-", ascii_only).strip("-._")
        return self.take(made[:80] or otherwise)


def write_table(columns: Iterable[object], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as CSV, without NUL, which no table may hold."""
    names: Sequence[str] = [str(column) for column in columns]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: row.get(name, "") for name in names} for row in rows)
    return buffer.getvalue().replace("\0", "")


def one_line(text: str) -> str:
    """Return a text with its line ends as spaces."""
    return re.sub(r"[\r\n]+", " ", text).strip()


def canonical_lines(text: str) -> str:
    """Return a text as NFC with LF line ends, without NUL."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
