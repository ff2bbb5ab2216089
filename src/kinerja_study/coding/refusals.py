"""What cannot be done, said in the language of the room; in English where nobody has said which.

Owns the way from a refusal or a fault to words, which stand in ``refusals.toml`` and, for faults, in ``faults.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any, Self

from kinerja_study.errors import Fault, RawDataError, StudyError, nearest

FOLDER = Path(__file__).parent
ENGLISH = "en"
NEAREST = {"en": "Nearest: '{}'. ", "id": "Paling mirip: '{}'. "}
LONGEST = 120
"""Characters of a value that are shown."""


class CodingError(StudyError):
    """An act of coding cannot be done as asked; nothing was written.

    Parameters
    ----------
    key : str
        Names the sentence in ``refusals.toml``, as ``codings.gone``.
    word : str, optional
        What was asked for, where ``known`` is what there is: the nearest of these is said.
    known : iterable of str
        See ``word``.
    **values
        What is put into the sentence; a refusal or fault among them is said in the same language.
    """

    def __init__(self, key: str, word: str | None = None, known: Iterable[str] = (), /, **values: Any) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values
        values.setdefault("near", None if word is None else nearest(word, known))

    @classmethod
    def of(cls, fault: Fault) -> Self:
        """Return the refusal of a row that would have a fault."""
        return cls("fault", fault=fault)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes it again in another process."""
        return partial(type(self), self.key, **self.values), ()

    def problem(self, language: str) -> str:
        """Return what is wrong, a clause."""
        return self.clauses(language)[0]

    def tell(self, language: str) -> str:
        """Return what is wrong and what to do."""
        problem, cure = self.clauses(language)
        return f"{problem.removesuffix('.')}.\n    {cure}"

    def __str__(self) -> str:
        """Return problem and cure in English."""
        return self.tell(ENGLISH)

    def clauses(self, language: str) -> list[str]:
        """Return what is wrong, and what to do."""
        if self.key == "fault":
            return _clauses_of(self.values["fault"], language)
        values = {
            name: value.problem(language) if isinstance(value, CodingError) else tell(value, language)
            for name, value in self.values.items()
        }
        values["nearest"] = NEAREST[language].format(values["near"]) if values["near"] else ""
        part, name = self.key.split(".")
        return [clause.format_map(values) for clause in _sentences("refusals")[part][name][language]]


def tell(thing: Any, language: str) -> Any:
    """Return a refusal, a fault, or a tuple of them in words; anything else, such as what was asked, as it is."""
    match thing:
        case CodingError():
            return thing.tell(language)
        case Fault() if language != ENGLISH:
            return _tell_fault(thing, language)
        case RawDataError() if language != ENGLISH:
            return tell(tuple(thing.faults), language)
        case Fault() | StudyError():
            return str(thing)
        case tuple():  # a list is something that an act has given
            return "\n  ".join(tell(one, language) for one in thing)
        case _:
            return thing


def _tell_fault(fault: Fault, language: str) -> str:
    place = f", baris {fault.row}" if fault.row else ""
    place += f", kolom {fault.column}" if fault.column else ""
    value = fault.value or ""
    shown = f" (nilai: {value if len(value) <= LONGEST else value[: LONGEST - 3] + '...'!r})" if value else ""
    problem, cure = _clauses_of(fault, language)
    return f"{fault.file}{place}: {problem}{shown}.\n    {cure}"


def _clauses_of(fault: Fault, language: str) -> list[str]:
    # Faults are English where they are found; the others are those that a researcher at the room may have to mend.
    said = _sentences("faults").get(fault.kind)
    if language == ENGLISH or said is None:
        return [fault.problem, fault.cure]
    return [said["problem"], f"{said['cure'].strip()}{_detail(fault, said)}"]


def _detail(fault: Fault, said: dict[str, Any]) -> str:
    # What would be allowed, which only the fault knows: in words of one's own where there are any.
    if "detail" not in said:
        return ""
    expected = fault.problem.rpartition("expected ")[2]
    for english, own in said["detail"].items():
        if expected.startswith(english):
            return f" Seharusnya {own}{expected.removeprefix(english)}."
    return f" Keterangan program, dalam bahasa Inggris: {fault.problem}. {fault.cure}"


@cache
def _sentences(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
