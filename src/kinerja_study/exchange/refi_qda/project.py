"""What a REFI-QDA project holds, in its own words.

Owns the entities between the XML and a study; reads and writes neither.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID, uuid5

ORIGIN = "kinerja_study"
"""What our projects name as the program they come from."""

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that XML cannot hold, not even escaped."""

_SPACE = UUID("5b0a3a52-3c1b-5d0e-9a61-7f0f4f2d8c11")


def guid(*key: str) -> str:
    """Return the id of a thing: always the same for the same key.

    Examples
    --------
    >>> guid("tiny", "code", "MUTU-HASIL") == guid("tiny", "code", "MUTU-HASIL")
    True
    """
    return str(uuid5(_SPACE, "\0".join(key)))


@dataclass(slots=True, kw_only=True)
class Code:
    """A code; ``parent`` is the id of the code above it, or empty. One that is not codable only holds others."""

    guid: str
    name: str
    description: str = ""
    codable: bool = True
    parent: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Coding:
    """A code given by a user; ``notes`` are ids."""

    code: str
    user: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Selection:
    """A passage; ``start`` and ``end`` count as its project does, from 0, half-open."""

    start: int
    end: int
    name: str = ""
    description: str = ""
    user: str = ""
    codings: list[Coding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Source:
    """A text. ``text`` is as stored, but for a byte order mark at its start: ``marked`` says that there was one."""

    guid: str
    name: str
    text: str
    marked: bool = False
    created: str = ""
    description: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    selections: list[Selection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Note:
    """A memo."""

    guid: str
    name: str
    text: str
    user: str = ""


@dataclass(slots=True, kw_only=True)
class Case:
    """A person, or any other unit; ``sources`` are ids of texts."""

    guid: str
    name: str
    description: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Set:
    """A named set of codes, texts and notes; ``members`` are their ids."""

    guid: str
    name: str
    description: str = ""
    members: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Project:
    """A project or codebook; ``left`` counts by kind what was met in a file and is not held here.

    ``names`` are those of all sources by id, also of the ones that are no texts.
    """

    name: str
    origin: str = ""
    created: str = ""
    description: str = ""
    users: dict[str, str] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    sets: list[Set] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
