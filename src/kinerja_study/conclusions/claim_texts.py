"""What the words of a claim show by themselves: positions, boundaries, quantities.

Owns the reading of these from Indonesian sentences by fixed patterns; a sentence in other words is passed over, and
what is passed over is not said to be right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DEGREES = r"(\d+(?:[.,]\d+)?)"
_POSITION = re.compile(rf"{_DEGREES}[^\d\s]*(?:\s*[-–]\s*{_DEGREES}[^\d\s]*)?\s*(LS|LU|BT|BB)\b")
_UNIT = re.compile("[\u00b0\u00ba\u2032\u2019']|derajat", re.IGNORECASE)
_INDONESIA = {"LS": (0.0, 11.0), "LU": (0.0, 6.0), "BT": (95.0, 141.0), "BB": (1.0, 0.0)}
"""Degrees that a place in Indonesia can have; none lies west of Greenwich."""

_BOUNDARY = re.compile(r"(?:batas|sebelah)\s+(\w+)\s*(?::|berbatasan dengan)\s*([^(;.]+)", re.IGNORECASE)

_FEW = re.compile(r"\b(beberapa|sedikit|sebagian kecil|(?:tidak|belum) (?:terlalu )?banyak)\b", re.IGNORECASE)
_MANY = re.compile(r"(?<!tidak )(?<!belum )(?<!terlalu )\b(cukup banyak|banyak|sebagian besar|semua|seluruh)\b",
                   re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position as a claim gives it: the degrees outside Indonesia, and whether a unit is written."""

    impossible: tuple[str, ...]
    has_unit: bool


def read_position(text: str) -> Position | None:
    """Read degrees of latitude (LS, LU) and longitude (BT, BB).

    Returns
    -------
    Position or None
        None when the text gives none.

    Examples
    --------
    >>> read_position("Posisi 8,863-28,387 LS dan 12,001-53,028 BT").impossible
    ('28,387 LS', '12,001 BT', '53,028 BT')
    """
    found = _POSITION.findall(text)
    if not found:
        return None
    impossible = [
        f"{number} {side}"
        for first, second, side in found
        for number in (first, second)
        if number and not _INDONESIA[side][0] <= float(number.replace(",", ".")) <= _INDONESIA[side][1]
    ]
    return Position(impossible=tuple(impossible), has_unit=_UNIT.search(text) is not None)


def read_boundary(text: str) -> tuple[str, str] | None:
    """Read the side and the neighbour of a boundary, as in "Batas utara: Selat Makassar"."""
    found = _BOUNDARY.search(text)
    return (found[1].casefold(), found[2].strip()) if found else None


def read_quantity(text: str) -> tuple[int, str] | None:
    """Read whether a text speaks of few (-1) or many (1), with the word; None for neither or both.

    Examples
    --------
    >>> read_quantity("Masih ada beberapa hambatan yang perlu dibenahi")
    (-1, 'beberapa')
    """
    few, many = _FEW.search(text), _MANY.search(text)
    if bool(few) == bool(many):
        return None
    return (-1, few[1].casefold()) if few else (1, many[1].casefold())  # type: ignore[index]


def plain_text(text: str) -> str:
    """Return a text as it is compared with others: words only, in lower case."""
    return " ".join(re.findall(r"\w+", text.casefold()))
