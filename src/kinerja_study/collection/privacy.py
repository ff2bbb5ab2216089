"""What must never reach an output: names of the private key, and numbers that identify a person.

Owns the key file and the patterns; what is scanned, and what follows from a hit, is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kinerja_study.definition import FILE
from kinerja_study.errors import Fault, RawDataError
from kinerja_study.study import Study

ID_COLUMNS = ("id", "informant", "informant_id")
HEADINGS = frozenset(
    {"name", "names", "nama", "id", "ids", "informant", "informan", "pseudonym", "samaran", "kode", "code"}
)
"""One of these words stands in a key file's heading, by which it is told from a first person."""

PATTERNS = {
    "NIP (18 digits)": re.compile(r"(?<!\w)(?<!\d\.)\d{8}[ .]?\d{6}[ .]?\d[ .]?\d{3}(?![\w])"),
    "NIK (16 digits)": re.compile(r"(?<!\w)(?<!\d\.)\d{16}(?![\w])"),
    "telephone number": re.compile(r"(?<!\w)(?<!\d\.)(?:\+62|62|0)[ -]?8\d{1,2}[ -]?\d{3,4}[ -]?\d{3,5}(?![\w])"),
    "e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
}
AROUND, MASK = 30, "█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row of the private key file: the names of a person, and what stands for them; empty where no column says it."""

    names: tuple[str, ...]
    id: str


def load_key(study: Study) -> list[Person]:
    """Return the people of a study's private key file; nobody where there is no file.

    Parameters
    ----------
    study : Study
        Whose study.toml names the file.

    Raises
    ------
    RawDataError
        The file is there and cannot be read, has no heading, or lies outside the project.
    """
    key = study.definition.privacy.key_file
    if not key:
        return []
    path = study.root / key
    if not path.resolve().is_relative_to(study.root.resolve()):
        cure = "Put it into the project's folder, in private/, which git ignores."
        problem = "the private key file lies outside the project"
        fault = Fault(kind="outside_link", problem=problem, cure=cure, file=FILE, column="privacy.key_file")
        raise RawDataError(study.id, [fault])
    if not path.is_file():
        return []
    from kinerja_study.collection.tables import parse_table  # with pandas, which waits until there is a file

    faults: list[Fault] = []
    table = parse_table(path.read_bytes(), key, None, faults)
    if table is None and not any(fault.kind != "empty_file" for fault in faults):
        return []
    heading = [] if table is None else [str(name).casefold() for name in table.columns]
    if table is not None and not any(HEADINGS.intersection(re.findall(r"[^\W_]+", name)) for name in heading):
        cure = "Write name,id above it: without a heading its first person would be nobody."
        faults.append(Fault(kind="missing_column", problem="no heading", cure=cure, file=key, row=1))
    if table is None or faults:
        raise RawDataError(study.id, faults)
    at = next((heading.index(name) for name in ID_COLUMNS if name in heading), None)
    people = []
    for row in table.itertuples(index=False):
        cells = [name.strip() for n, cell in enumerate(row) if n != at for name in cell.split(";")]
        names = dict.fromkeys(name for name in cells if any(map(str.isalpha, name)))
        people.append(Person(names=tuple(names), id="" if at is None else row[at]))
    return people


def find_private(text: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return what a text shows that must stay private.

    Parameters
    ----------
    text : str
        As a reader sees it, without markup.
    names : iterable of str
        Of the private key file.

    Returns
    -------
    list of (str, str)
        What it is, and the words around it with the thing itself masked.

    Examples
    --------
    >>> find_private("Hubungi saya di 0812-3456-7890 ya", [])
    [('telephone number', 'Hubungi saya di ████ ya')]
    """
    patterns = [*PATTERNS.items()]
    for name in names:
        if len(name.strip()) > 1:
            words = r"\s+".join(re.escape(word) for word in name.split())
            found = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
            patterns.append(("a name of the private key file", found))
    spans = sorted((*found.span(), kind) for kind, pattern in patterns for found in pattern.finditer(text))
    # Whatever else is private near a hit is masked too: a message must not give away what it guards.
    masked = list(text)
    for start, end, _ in spans:
        masked[start:end] = MASK * (end - start)
    return [(kind, _around("".join(masked), start, end)) for start, end, kind in spans]


def _around(masked: str, start: int, end: int) -> str:
    shown = f"{masked[max(0, start - AROUND) : start]}{MASK * 4}{masked[end : end + AROUND]}"
    return " ".join(shown.split())
