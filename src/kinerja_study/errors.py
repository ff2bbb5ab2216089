"""What can be wrong with a study, said so that a researcher can mend it.

Owns the exceptions and the record of one fault; decides nothing about when they arise.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Self

MOST_FAULTS = 10_000
"""Faults of one file that are listed: a million of them would fill the memory, and nobody reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of the raw data: what is wrong, where, and what to do.

    Parameters
    ----------
    kind : str
        Stable name for programs, as ``unknown_code``.
    problem : str
        What is wrong, a clause without the place.
    cure : str
        What to do about it, one sentence.
    file : str
        Path relative to the study's folder.
    row : int, optional
        Row as a spreadsheet numbers it: the heading is row 1. For a text, the line.
    column : str, optional
        Column, or the key of study.toml or of a header.
    value : str, optional
        The offending value as it stands in the file.
    """

    kind: str
    problem: str
    cure: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """Return place, problem, value and cure as two lines."""
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        value = "" if self.value is None else f" (value: {_shown(self.value)})"
        return f"{place}: {self.problem}{value}.\n    {self.cure}"

    def as_dict(self) -> dict[str, object]:
        """Return the fault for ``--json``."""
        return asdict(self)


class StudyError(Exception):
    """Anything that a user can mend; the command line shows its text and nothing else.

    Its children build the text from their fields. ``problem`` is what is wrong, a clause; ``cure`` what to do, a
    sentence; ``study`` the id of a study.
    """

    def __post_init__(self) -> None:
        # By what it was made of an exception finds its way from one process to another.
        super().__init__(*vars(self).values())


@dataclass(eq=False, repr=False)
class TooManyFaultsError(StudyError):
    """A file has more faults than are listed; the last fault says so."""

    last: Fault

    def __str__(self) -> str:
        return str(self.last)


class Faults(list[Fault]):
    """Faults as they are found, at most :data:`MOST_FAULTS` of one file: then one that says so, and an error."""

    def __init__(self) -> None:
        super().__init__()
        self._of_file: Counter[str] = Counter()

    def append(self, fault: Fault) -> None:
        """Add a fault.

        Raises
        ------
        TooManyFaultsError
            Its file has too many; the list then ends with a fault ``too_many``.
        """
        self._of_file[fault.file] += 1
        if self._of_file[fault.file] > MOST_FAULTS:
            cure = "Mend these first; a file in which so much is wrong may be another study's."
            problem = f"more than {MOST_FAULTS:,} faults: from here on nothing was looked at"
            last = Fault(kind="too_many", problem=problem, cure=cure, file=fault.file, row=fault.row)
            super().append(last)
            raise TooManyFaultsError(last)
        super().append(fault)

    def __iadd__(self, faults: Iterable[Fault]) -> Self:  # type: ignore[override, misc]  # narrower than a list's
        """Add faults one by one; raises as :meth:`append`."""
        for fault in faults:
            self.append(fault)
        return self


@dataclass(eq=False, repr=False)
class RawDataError(StudyError):
    """The raw data of a study has faults, all of them at once, in the order of the files and rows."""

    study: str
    faults: Sequence[Fault]

    def __str__(self) -> str:
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return "\n".join([f"{count} in study '{self.study}':", *(f"  {fault}" for fault in self.faults)])


@dataclass(eq=False, repr=False)
class UnknownStudyError(StudyError):
    """There is no such study, or its id is not one; ``known`` are those that there are."""

    study: str
    known: Sequence[str]

    def __str__(self) -> str:
        there = ", ".join(self.known) if self.known else "none"
        return (
            f"there is no study {_shown(self.study)} in data/raw (there: {there}).\n"
            f"    {suggest(self.study, self.known)}"
            "A study's id is the name of its folder in data/raw: letters, digits, '-' and '_'; "
            "'kinerja new DIR' makes one."
        )


@dataclass(eq=False, repr=False)
class UnknownParameterError(StudyError):
    """A parameter that no notebook has, or a value that it cannot take.

    ``options`` are the known names where the name is unknown (``is_name``), else the values that it can take.
    """

    name: str
    value: str
    options: Sequence[str]
    is_name: bool

    def __str__(self) -> str:
        options = ", ".join(self.options)
        if self.is_name:
            return (
                f"parameter {_shown(self.name)} is not a parameter of the notebooks.\n"
                f"    {suggest(self.name, self.options)}Known: {options}."
            )
        return (
            f"parameter {self.name} cannot be {_shown(self.value)}.\n"
            f"    {suggest(self.value, self.options)}Allowed: {options}."
        )


@dataclass(eq=False, repr=False)
class MissingStageError(StudyError):
    """A stage needs the processed file ``name``, which an earlier one has not written yet."""

    name: str
    study: str

    def __str__(self) -> str:
        return (
            f"data/processed/{self.study}/{self.name} is not there yet.\n"
            f"    Run the earlier notebooks first, or all of them by 'kinerja run {self.study}'."
        )


@dataclass(eq=False, repr=False)
class NotebookError(StudyError):
    """A notebook stopped before its end, in a code cell counted from 1, or before its first (0)."""

    notebook: str
    cell: int
    source: str
    reason: str
    cure: str

    def __str__(self) -> str:
        source = "\n".join(f"      | {line}" for line in self.source.splitlines()[:12])
        place = f"code cell {self.cell}" if self.cell else "before its first cell"
        return f"{self.notebook}, {place}, stopped: {self.reason}\n{source}\n    {self.cure}"


@dataclass(eq=False, repr=False)
class WorkerError(StudyError):
    """A study could not be run where it was sent."""

    study: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"study '{self.study}': {self.problem}.\n    {self.cure}"


@dataclass(eq=False, repr=False)
class SchedulerError(StudyError):
    """The scheduler of a cluster cannot be used at the address that was given."""

    address: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"scheduler {_shown(self.address)}: {self.problem}.\n    {self.cure}"


@dataclass(eq=False, repr=False)
class UnverifiableError(StudyError):
    """There is nothing that a new execution could be compared with."""

    study: str
    problem: str

    def __str__(self) -> str:
        return (
            f"{self.problem}: there is no reference to compare study '{self.study}' with.\n"
            f"    The reference is what a run has written: restore reports/{self.study} and "
            f"data/processed/{self.study} as they were handed over, or make it here by 'kinerja run {self.study}'."
        )


@dataclass(eq=False, repr=False)
class DifferenceError(StudyError):
    """A study executed again is not what its reference says.

    Each difference has its file, its place and both values; ``failure`` says why it could not be executed at all.
    """

    study: str
    differences: Sequence[str]
    failure: str

    def __str__(self) -> str:
        count = "1 difference" if len(self.differences) == 1 else f"{len(self.differences)} differences"
        lines = [
            f"study '{self.study}' is not the same as its reference: {count}:",
            *map("  {}".format, self.differences),
        ]
        if self.failure:
            lines.append(f"  it could not be executed: {self.failure}")
        lines.append(
            "    Restore what was changed, or accept it by a new run ('kinerja run "
            f"{self.study}'), which becomes the reference."
        )
        return "\n".join(lines)


@dataclass(eq=False, repr=False)
class UnexportableError(StudyError):
    """A study cannot be handed over as a research object."""

    study: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"study '{self.study}' cannot be exported as a research object: {self.problem}.\n    {self.cure}"


@dataclass(eq=False, repr=False)
class PrivacyError(StudyError):
    """Something in an output must not be there; the output was not written.

    A hit is what kind of thing was found, and the words around its place with the thing itself masked.
    """

    hits: Sequence[tuple[str, str]]
    output: str = "the report"

    def __str__(self) -> str:
        lines = [f"  {kind}: ... {place} ..." for kind, place in self.hits]
        return "\n".join(
            [
                f"{self.output} would show what must stay private, so it was not written:",
                *lines,
                "    Replace it in the raw data by a pseudonym, then run again.",
            ]
        )


@dataclass(eq=False, repr=False)
class ExchangeError(StudyError):
    """A file of another program cannot be taken in, or a study cannot be written for one; nothing was written.

    ``kind`` and ``row`` are as a :class:`Fault`'s, where a program may want to say it in its own words.
    """

    file: str
    problem: str
    cure: str
    kind: str = ""
    row: int | None = None

    def __str__(self) -> str:
        text = f"{self.file}: {self.problem}; nothing was written.\n    {self.cure}"
        # Nothing in it can act on a terminal.
        return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


@dataclass(eq=False, repr=False)
class PseudonymError(StudyError):
    """Names cannot be replaced in a study; nothing was changed, and the problem holds no name."""

    study: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"study '{self.study}': {self.problem}; nothing was changed.\n    {self.cure}"


MOST_OPTIONS = 2_000
"""Known words among which one that is like another is looked for, which takes some 10 microseconds each."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like the given one, or None when none is."""
    options = list(known)
    folded = {option.casefold(): option for option in options}
    if word.casefold() in folded:
        return folded[word.casefold()]
    if len(options) > MOST_OPTIONS:
        return None
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ``"Nearest: 'x'. "`` or nothing."""
    found = nearest(word, known)
    return f"Nearest: '{found}'. " if found else ""


def _shown(value: str) -> str:
    # A fault may quote a whole paragraph, or control characters that would act on a terminal.
    short = value if len(value) <= 120 else value[:117] + "..."
    return repr(short)
