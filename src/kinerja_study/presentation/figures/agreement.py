"""How far the coders agreed on each code.

Draws finished coefficients with their intervals; computes none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from kinerja_study.presentation.figures.axes import (
    Column,
    add_columns,
    add_legend,
    add_scale,
    dot,
    draw_empty,
    open_axes,
    stack_rows,
)
from kinerja_study.presentation.figures.theme import ACCENT, MUTED, theme

SIZE = 5.5
BELOW = 0.1
"""Room left of the lowest end of an interval, in units of the axis."""


@theme()
def plot_agreement(
    table: pd.DataFrame,
    *,
    ticks: Sequence[tuple[float, str]],
    axis_label: str = "",
    legend_labels: Sequence[str] = ("", "", ""),
    column_headings: Sequence[str] = ("", ""),
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a dot a code on its interval, against a line where chance stands.

    Parameters
    ----------
    table : DataFrame
        ``label, value, low, high, text, count_text``, in the order to be shown; ``value`` is missing where there is no
        coefficient, ``low`` and ``high`` where there is no interval; the texts as written for a reader.
    ticks : sequence of (float, str)
        Value and text; those left of every value and interval are left out.
    axis_label : str
        What the axis measures.
    legend_labels : sequence of str, length 3
        Names of the dot, the interval and the line of chance.
    column_headings : sequence of str, length 2
        Above the texts.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        Lines: chance, the intervals, the dots.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]])
    ax = open_axes(ax, rows, around=0.95)
    numbers = table[["value", "low", "high"]].to_numpy(dtype=np.float64)
    lowest = min(0.0, np.nanmin(numbers, initial=0.0)) - BELOW
    centres = np.array(rows.centres)
    known, spanned = ~np.isnan(numbers[:, 0]), ~np.isnan(numbers[:, 1])
    add_scale(ax, [tick for tick in ticks if tick[0] >= lowest], axis_label)
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    ax.hlines(centres[spanned], numbers[spanned, 1], numbers[spanned, 2], color=ACCENT, linewidth=1.4, zorder=2)
    ax.plot(numbers[known, 0], centres[known], linestyle="", marker="o", color=ACCENT, markersize=SIZE, zorder=3,
            clip_on=False)  # fmt: skip
    ax.set_xlim(lowest, 1)
    texts = zip(("text", "count_text"), column_headings, strict=True)
    add_columns(ax, rows.centres, [Column(texts=[str(t) for t in table[name]], heading=h) for name, h in texts])
    line = Line2D([], [], color=ACCENT, linewidth=1.4)
    chance = Line2D([], [], color=MUTED, linewidth=0.8)
    add_legend(ax, [dot("o", ACCENT, size=SIZE), line, chance], legend_labels, lift=0.3)
    return ax
