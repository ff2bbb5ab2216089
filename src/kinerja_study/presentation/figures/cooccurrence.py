"""Which two codes stand on the same words, and how often.

Draws counts with the denominators that the caller gave; counts nothing.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from kinerja_study.presentation.figures.axes import Column, add_columns, draw_empty, open_axes, stack_rows
from kinerja_study.presentation.figures.theme import ACCENT, INK, theme

TRACK = (INK, 0.1)
"""Colour of the length of the rarer code's segments."""

NAMES = 3.6
"""Width of the two names of a pair, in inches."""


@theme()
def plot_cooccurrence(
    table: pd.DataFrame,
    *,
    count_heading: str = "",
    of_heading: str = "",
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar a pair of codes, on a track as long as the rarer of the two has segments.

    Parameters
    ----------
    table : DataFrame
        ``label, count, rarer``, ranked: both names, how often together, segments of the code that has fewer.
    count_heading, of_heading : str
        Above the numbers.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        Containers track and bars; the horizontal axis counts segments.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]], width=NAMES)
    ax = open_axes(ax, rows, around=0.4)
    counts, rarer = ([int(count) for count in table[name]] for name in ("count", "rarer"))
    ax.barh(rows.centres, rarer, height=0.13, color=TRACK, linewidth=0)
    ax.barh(rows.centres, counts, height=0.13, color=ACCENT, linewidth=0)
    ax.set_xlim(0, max(*counts, *rarer, 1))
    texts = [Column(texts=[str(n) for n in counts], heading=count_heading)]
    texts.append(Column(texts=[str(n) for n in rarer], heading=of_heading))
    add_columns(ax, rows.centres, texts, gap=0.16)
    return ax
