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


def number(wording: Wording, value: Any, digits: int | None = None) -> Cell:
    """Return a cell with a number, a dash where it is missing."""
    if value is None or value == "" or pd.isna(value):
        return Cell(text=NOTHING, number=True)
    return Cell(text=wording.number(float(value), digits), number=True)


def share(wording: Wording, value: Any) -> Cell:
    """Return a cell with a share in percent, a dash where it is missing."""
    return Cell(text=NOTHING if value is None or pd.isna(value) else wording.percent(float(value)), number=True)


def signed(wording: Wording, value: float, count: int) -> Cell:
    """Return a cell with a signed mean and the number of segments behind it, shaded by its side."""
    side: Side = "for" if value > 0 else "against" if value < 0 else "neutral"
    shown = wording.number(abs(value), 2)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return Cell(text=f"{sign}{shown} ({count})", number=True, side=side)
