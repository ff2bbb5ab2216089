"""Cells as a reader meets them: text, numbers in the language of the report, positions with their side."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kinerja_study.presentation.blocks import Cell, Side
from kinerja_study.presentation.wording import Wording

NOTHING = "–"


def text(value: str, href: str = "") -> Cell:
    """Return a cell of text."""
    return Cell(text=value, href=href)


def known(value: Any) -> float | None:
    """Return a number as a table has it, or None where it is missing."""
    return None if value is None or value == "" or pd.isna(value) else float(value)


def number(wording: Wording, value: Any, digits: int | None = None) -> Cell:
    """Return a cell with a number, a dash where it is missing."""
    found = known(value)
    return Cell(text=NOTHING if found is None else wording.number(found, digits), number=True)


def share(wording: Wording, value: Any) -> Cell:
    """Return a cell with a share in percent, a dash where it is missing."""
    found = known(value)
    return Cell(text=NOTHING if found is None else wording.percent(found), number=True)


def signed(wording: Wording, value: float, count: int) -> Cell:
    """Return a cell with a signed mean and the number of segments behind it, shaded by its side."""
    side: Side = "for" if value > 0 else "against" if value < 0 else "neutral"
    return Cell(text=f"{wording.signed(value, 2)} ({count})", number=True, side=side)
