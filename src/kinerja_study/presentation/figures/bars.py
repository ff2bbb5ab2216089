"""Lengths side by side: on which weekdays employees came late, what hinders, which codes stand on the same words.

Draws counts and shares with the texts that the caller wrote; computes none.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from kinerja_study.presentation.figures.axes import (
    LABEL_WIDTH,
    Column,
    add_columns,
    add_scale,
    draw_empty,
    open_axes,
    stack_rows,
)
from kinerja_study.presentation.figures.theme import ACCENT, INK, Style, theme

TRACK = (INK, 0.1)
"""Colour of the length of a whole."""


@theme()
def plot_bars(
    table: pd.DataFrame,
    *,
    column_headings: Sequence[str] = ("", ""),
    ticks: Sequence[tuple[float, str]] = (),
    axis_label: str = "",
    label_width: float = LABEL_WIDTH,
    around: float = 0.25,
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar a row, the first on top; each on a track as long as the whole that it is a part of.

    Parameters
    ----------
    table : DataFrame
        ``label, length, first, second``, in the order to be shown: a missing length is none, the texts are as written
        for a reader. Where it has ``whole``, there are tracks.
    column_headings : sequence of str, length 2
        Above the texts.
    ticks : sequence of (float, str)
        Lengths and their text; without any there is no axis. It ends at the last, if no bar is longer.
    axis_label : str
        What the axis measures.
    label_width : float
        Of the longest line of a label, in inches.
    around : float
        Height of headings and axis, in inches.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        Containers tracks, if there are any, and bars.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]], width=label_width)
    ax = open_axes(ax, rows, around=around)
    lengths = [0.0 if pd.isna(length) else float(length) for length in table["length"]]
    wholes = [float(whole) for whole in table.get("whole", [])]
    bars: Style = {"height": 0.13, "linewidth": 0}
    if wholes:
        ax.barh(rows.centres, wholes, color=TRACK, **bars)
    ax.barh(rows.centres, lengths, color=ACCENT, **bars)
    ax.set_xlim(0, max(*lengths, *wholes, *(value for value, _ in ticks), 0) or 1)
    if ticks:
        add_scale(ax, ticks, axis_label)
    texts = zip(("first", "second"), column_headings, strict=True)
    columns = [Column(texts=[str(text) for text in table[name]], heading=heading) for name, heading in texts]
    add_columns(ax, rows.centres, columns, gap=0.16)
    return ax
