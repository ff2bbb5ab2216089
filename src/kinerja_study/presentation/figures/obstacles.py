"""What hinders, by how many cases name it.

Draws counts with the denominators that the caller wrote; computes none.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from kinerja_study.presentation.figures.axes import Column, add_columns, draw_empty, open_axes, stack_rows
from kinerja_study.presentation.figures.theme import ACCENT, INK, theme

TRACK = (INK, 0.1)
"""Colour of the length of all cases."""


@theme()
def plot_obstacles(
    table: pd.DataFrame,
    of_cases: int,
    *,
    cases_heading: str = "",
    groups_heading: str = "",
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar an obstacle on a track as long as all cases, the first on top.

    Parameters
    ----------
    table : DataFrame
        ``label, cases, text, groups_text``, ranked; the texts as written for a reader, ``11 dari 16``.
    of_cases : int
        Number of all cases: the length of the track.
    cases_heading, groups_heading : str
        Above the texts.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        Containers track and bars; the horizontal axis counts cases.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]])
    ax = open_axes(ax, rows, around=0.25 if cases_heading or groups_heading else 0.1)
    cases = [int(count) for count in table["cases"]]
    ax.barh(rows.centres, [of_cases] * len(cases), height=0.13, color=TRACK, linewidth=0)
    ax.barh(rows.centres, cases, height=0.13, color=ACCENT, linewidth=0)
    ax.set_xlim(0, max(of_cases, *cases, 1))
    texts = [Column(texts=[str(text) for text in table["text"]], heading=cases_heading)]
    texts.append(Column(texts=[str(text) for text in table["groups_text"]], heading=groups_heading))
    add_columns(ax, rows.centres, texts, gap=0.16)
    return ax
