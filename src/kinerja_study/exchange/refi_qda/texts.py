"""The text sources of a project as texts of a study: one that is there, or a new file with a header.

Owns which text is which and what its header says; positions are the canonical text's own matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from kinerja_study.collection.documents import FOLDERS, KEYS
from kinerja_study.collection.schemas import is_date
from kinerja_study.definition import ID
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.refi_qda.arrival import Arrival, Names, one_line
from kinerja_study.exchange.refi_qda.canonical import Canonical
from kinerja_study.exchange.refi_qda.from_study import SOURCE_VARIABLES
from kinerja_study.exchange.refi_qda.project import Project, Source

NO_DATE = "1900-01-01"
"""Date of a text whose project has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A source, its canonical text, its id in the study, and whether the study holds it already."""

    id: str
    canonical: Canonical
    source: Source
    there: bool


def match_texts(
    project: Project, known: Mapping[str, str], reserved: Collection[str], file: str, study: str, arrival: Arrival
) -> list[Text]:
    """Return the texts in the order of the sources.

    Parameters
    ----------
    project : Project
        As read.
    known : mapping of str to str
        The study's texts, canonical, by id.
    reserved : collection of str
        Ids of informants, which are no text's.
    file, study : str
        Names for a message.
    arrival : Arrival
        Filled in.

    Raises
    ------
    ExchangeError
        The study has other words in a text of the same id.
    """
    texts: list[Text] = []
    names = Names(["P", *known, *reserved])
    by_words: dict[str, list[str]] = {}
    for name, text in known.items():
        by_words.setdefault(text, []).append(name)
    for source in project.sources:
        canonical = Canonical(source.text)
        same = by_words.get(canonical.text, [])
        if source.name in known and known[source.name] != canonical.text:
            raise _other_words(source.name, known[source.name], canonical.text, file, study)
        name = source.name if ID.fullmatch(source.name) else PurePosixPath(source.name).stem
        there = source.name if source.name in same else next(iter(same), None)
        made = there or names.make_id(name, "text")
        if there:
            same.remove(there)
        texts.append(Text(id=made, canonical=canonical, source=source, there=there is not None))
        arrival.rename("texts", source.name, made)
        arrival.left["NUL characters in texts"] += source.text.count("\0")
    arrival.taken["texts"] = len(texts)
    return texts


def _other_words(text: str, there: str, here: str, file: str, study: str) -> ExchangeError:
    at = next((n for n, (a, b) in enumerate(zip(there, here, strict=False)) if a != b), min(len(there), len(here)))
    problem = f"its text {text!r} is not the one in study {study!r}: they differ from character {at}"
    cure = "Raw data is never changed. Import into a new study, or make the two texts the same in the program."
    return ExchangeError(file, problem, cure)


def build_header(text: Text, project: Project) -> dict[str, str]:
    """Return the header of a text.

    A text of another program is a document, a case by itself: who speaks in it is not known in a form that can be
    read, until someone labels the turns.
    """
    values = {name.casefold(): value for name, value in text.source.variables.items()}
    header = {key: one_line(values.get(name, "")) for key, name in SOURCE_VARIABLES.items()}
    if header["kind"] not in FOLDERS.values():
        header = {"kind": "document"}
    created = (text.source.created or project.created)[:10]
    date = header.get("date", "")
    return {**header, "id": text.id, "date": date or (created if is_date(created) else NO_DATE)}


def write_text(text: Text, header: Mapping[str, str]) -> tuple[str, str]:
    """Return the path and content of a text's file."""
    folder = next(folder for folder, kind in FOLDERS.items() if kind == header["kind"])
    lines = [f"{key}: {header[key]}" for key in KEYS if header.get(key)]
    return f"{folder}/{text.id}.txt", "\n".join(["---", *lines, "---", text.canonical.text])
