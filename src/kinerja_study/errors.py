"""What can be wrong with a study, said so that a researcher can mend it.

Owns the exceptions and the record of one fault; decides nothing about when they arise.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


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
    """Anything that a user can mend; the command line shows its text and nothing else."""


class RawDataError(StudyError):
    """The raw data of a study has faults, all of them at once.

    Parameters
    ----------
    study : str
        Id of the study.
    faults : sequence of Fault
        In the order of the files and rows.
    """

    def __init__(self, study: str, faults: Sequence[Fault]) -> None:
        super().__init__(study, tuple(faults))
        self.study = study
        self.faults = tuple(faults)

    def __str__(self) -> str:
        """Return a heading and every fault."""
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return "\n".join([f"{count} in study '{self.study}':", *(f"  {fault}" for fault in self.faults)])


class UnknownStudyError(StudyError):
    """There is no such study, or its id is not one.

    Parameters
    ----------
    study : str
        What was asked for.
    known : sequence of str
        The studies that there are.
    """

    def __init__(self, study: str, known: Sequence[str]) -> None:
        super().__init__(study, tuple(known))
        self.study = study
        self.known = tuple(known)

    def __str__(self) -> str:
        """Return what was asked for and what there is."""
        there = ", ".join(self.known) if self.known else "none"
        return (
            f"there is no study {_shown(self.study)} in data/raw (there: {there}).\n"
            f"    {suggest(self.study, self.known)}"
            "A study's id is the name of its folder in data/raw: letters, digits, '-' and '_'; "
            "'kinerja new DIR' makes one."
        )


class UnknownParameterError(StudyError):
    """A parameter that no notebook has, or a value that it cannot take.

    Parameters
    ----------
    name, value : str
        As given.
    options : sequence of str
        Known names, or the values that the parameter can take.
    is_name : bool
        True when the name is unknown, False when the value is not allowed.
    """

    def __init__(self, name: str, value: str, options: Sequence[str], is_name: bool) -> None:  # noqa: FBT001
        super().__init__(name, value, tuple(options), is_name)
        self.name, self.value, self.options, self.is_name = name, value, tuple(options), is_name

    def __str__(self) -> str:
        """Return the parameter, what is wrong with it, and the options."""
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


class MissingStageError(StudyError):
    """A stage needs what an earlier one has not written yet.

    Parameters
    ----------
    name : str
        The processed file that is missing.
    study : str
        Id of the study.
    """

    def __init__(self, name: str, study: str) -> None:
        super().__init__(name, study)
        self.name, self.study = name, study

    def __str__(self) -> str:
        """Return the missing file and the way to get it."""
        return (
            f"data/processed/{self.study}/{self.name} is not there yet.\n"
            f"    Run the earlier notebooks first, or all of them by 'kinerja run {self.study}'."
        )


class NotebookError(StudyError):
    """A notebook stopped before its end.

    Parameters
    ----------
    notebook : str
        File name.
    cell : int
        Number of the code cell, counted from 1.
    source : str
        The cell's source.
    reason : str
        The error's type and text.
    cure : str
        What to do.
    """

    def __init__(self, notebook: str, cell: int, source: str, reason: str, cure: str) -> None:
        super().__init__(notebook, cell, source, reason, cure)
        self.notebook, self.cell, self.source, self.reason, self.cure = notebook, cell, source, reason, cure

    def __str__(self) -> str:
        """Return notebook, cell, source, reason and cure."""
        source = "\n".join(f"      | {line}" for line in self.source.splitlines()[:12])
        place = f"code cell {self.cell}" if self.cell else "before its first cell"
        return f"{self.notebook}, {place}, stopped: {self.reason}\n{source}\n    {self.cure}"


class WorkerError(StudyError):
    """A study could not be run where it was sent.

    Parameters
    ----------
    study : str
        Id of the study.
    problem : str
        What is wrong, a clause.
    cure : str
        What to do.
    """

    def __init__(self, study: str, problem: str, cure: str) -> None:
        super().__init__(study, problem, cure)
        self.study, self.problem, self.cure = study, problem, cure

    def __str__(self) -> str:
        """Return study, problem and cure."""
        return f"study '{self.study}': {self.problem}.\n    {self.cure}"


class SchedulerError(StudyError):
    """The scheduler of a cluster cannot be used.

    Parameters
    ----------
    address : str
        As given.
    problem : str
        What is wrong, a clause.
    cure : str
        What to do.
    """

    def __init__(self, address: str, problem: str, cure: str) -> None:
        super().__init__(address, problem, cure)
        self.address, self.problem, self.cure = address, problem, cure

    def __str__(self) -> str:
        """Return address, problem and cure."""
        return f"scheduler {_shown(self.address)}: {self.problem}.\n    {self.cure}"


class UnverifiableError(StudyError):
    """There is nothing that a new execution could be compared with.

    Parameters
    ----------
    study : str
        Id of the study.
    problem : str
        What is wrong with the reference.
    """

    def __init__(self, study: str, problem: str) -> None:
        super().__init__(study, problem)
        self.study, self.problem = study, problem

    def __str__(self) -> str:
        """Return what is wrong, and where a reference comes from."""
        return (
            f"{self.problem}: there is no reference to compare study '{self.study}' with.\n"
            f"    The reference is what a run has written: restore reports/{self.study} and "
            f"data/processed/{self.study} as they were handed over, or make it here by 'kinerja run {self.study}'."
        )


class DifferenceError(StudyError):
    """A study executed again is not what its reference says.

    Parameters
    ----------
    study : str
        Id of the study.
    differences : sequence of str
        Each with its file, place, and both values.
    failure : str
        Why it could not be executed at all; empty when it could.
    """

    def __init__(self, study: str, differences: Sequence[str], failure: str) -> None:
        super().__init__(study, tuple(differences), failure)
        self.study, self.differences, self.failure = study, tuple(differences), failure

    def __str__(self) -> str:
        """Return the differences in the order in which they were looked for, then what stopped the execution."""
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


class UnexportableError(StudyError):
    """A study cannot be handed over as a research object.

    Parameters
    ----------
    study : str
        Id of the study.
    problem, cure : str
        What is wrong with it, and what to do.
    """

    def __init__(self, study: str, problem: str, cure: str) -> None:
        super().__init__(study, problem, cure)
        self.study, self.problem, self.cure = study, problem, cure

    def __str__(self) -> str:
        """Return what is wrong and what to do."""
        return f"study '{self.study}' cannot be exported as a research object: {self.problem}.\n    {self.cure}"


class PrivacyError(StudyError):
    """Something in an output must not be there; the output was not written.

    Parameters
    ----------
    hits : sequence of (str, str)
        What kind of thing was found, and the words around its place with the thing itself masked.
    output : str
        What would show it.
    """

    def __init__(self, hits: Sequence[tuple[str, str]], output: str = "the report") -> None:
        super().__init__(tuple(hits), output)
        self.hits, self.output = tuple(hits), output

    def __str__(self) -> str:
        """Return every hit with its place."""
        lines = [f"  {kind}: ... {place} ..." for kind, place in self.hits]
        return "\n".join(
            [
                f"{self.output} would show what must stay private, so it was not written:",
                *lines,
                "    Replace it in the raw data by a pseudonym, then run again.",
            ]
        )


class ExchangeError(StudyError):
    """A file of another program cannot be taken in, or a study cannot be written for one; nothing was written.

    Parameters
    ----------
    file : str
        Name of the file.
    problem : str
        What is wrong, a clause.
    cure : str
        What to do about it.
    """

    def __init__(self, file: str, problem: str, cure: str) -> None:
        super().__init__(file, problem, cure)
        self.file, self.problem, self.cure = file, problem, cure

    def __str__(self) -> str:
        """Return file, problem and cure; nothing in them can act on a terminal."""
        text = f"{self.file}: {self.problem}; nothing was written.\n    {self.cure}"
        return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


class PseudonymError(StudyError):
    """Names cannot be replaced in a study; nothing was changed.

    Parameters
    ----------
    study : str
        Id of the study.
    problem, cure : str
        What is wrong, without a name, and what to do.
    """

    def __init__(self, study: str, problem: str, cure: str) -> None:
        super().__init__(study, problem, cure)
        self.study, self.problem, self.cure = study, problem, cure

    def __str__(self) -> str:
        """Return study, problem and cure."""
        return f"study '{self.study}': {self.problem}; nothing was changed.\n    {self.cure}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like the given one, or None when none is."""
    options = list(known)
    folded = {option.casefold(): option for option in options}
    if word.casefold() in folded:
        return folded[word.casefold()]
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
