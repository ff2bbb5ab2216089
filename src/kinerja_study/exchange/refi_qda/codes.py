"""How what only a study says of a code stands in a codebook that any program can show.

A magnitude is a sub-code, as ``KUA-HASIL [+2]``; the other columns are lines ``key: value`` of a description. Owns
both directions of both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

COLUMNS = ("label", "definition", "include", "exclude", "direction", "origin", "cues_for", "cues_against",
           "recommendation")  # fmt: skip
"""Columns of codebook.csv that stand in a code's description, in this order."""

_MAGNITUDE = re.compile(r"(?s)(.*\S) \[([+-][12]|0)\]")


def magnitude_name(code: str, magnitude: int) -> str:
    """Return the name of the sub-code for a magnitude of a code.

    Examples
    --------
    >>> magnitude_name("KUA-HASIL", 2), magnitude_name("KUA-HASIL", 0)
    ('KUA-HASIL [+2]', 'KUA-HASIL [0]')
    """
    return f"{code} [{magnitude:+d}]" if magnitude else f"{code} [0]"


def split_magnitude(name: str) -> tuple[str, str]:
    """Return the code's name and the magnitude, which is empty where the name has none.

    Examples
    --------
    >>> split_magnitude("KUA-HASIL [-1]"), split_magnitude("Level 1")
    (('KUA-HASIL', '-1'), ('Level 1', ''))
    """
    found = _MAGNITUDE.fullmatch(name)
    return (found.group(1), str(int(found.group(2)))) if found else (name, "")


def describe(cells: Mapping[str, str], columns: Sequence[str] = COLUMNS) -> str:
    r"""Return cells as lines ``key: value``; a further line of a value is indented, an empty cell left out.

    Examples
    --------
    >>> describe({"label": "Hasil", "definition": "Mutu surat.\nJuga berkas.", "include": ""})
    'label: Hasil\ndefinition: Mutu surat.\n  Juga berkas.'
    """
    filled = [(key, cells.get(key, "")) for key in columns]
    return "\n".join(f"{key}: {value}".replace("\n", "\n  ") for key, value in filled if value)


def parse_description(text: str, columns: Sequence[str] = COLUMNS) -> dict[str, str]:
    r"""Return the cells of a description; what stands before the first key is the definition.

    Examples
    --------
    >>> parse_description("label: Hasil\ndefinition: Mutu surat.\n  Juga berkas.")
    {'label': 'Hasil', 'definition': 'Mutu surat.\nJuga berkas.'}
    >>> parse_description("the breakfast of champions")
    {'definition': 'the breakfast of champions'}
    """
    cells: dict[str, list[str]] = {}
    key = "definition"
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        name, colon, value = line.partition(":")
        if colon and name in columns:
            key = name
            cells.setdefault(key, []).append(value.removeprefix(" "))
        else:
            cells.setdefault(key, []).append(line.removeprefix("  "))
    return {key: value for key, lines in cells.items() if (value := "\n".join(lines).strip())}
