"""How the public rated each element of the service.

Draws means on 1..4 as the caller wrote them; computes none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kinerja_study.presentation.figures.axes import (
    Column,
    add_columns,
    add_scale,
    draw_empty,
    open_axes,
    stack_rows,
)
from kinerja_study.presentation.figures.theme import ACCENT, FAINT, theme

LOWEST, HIGHEST = 1.0, 4.0


@theme()
def plot_satisfaction(
    table: pd.DataFrame,
    *,
    ticks: Sequence[tuple[float, str]],
    axis_label: str,
    column_headings: Sequence[str],
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a dot an element on the scale from 1 to 4.

    Parameters
    ----------
    table : DataFrame
        ``label, mean, text, n``; the mean in [1, 4], missing where nobody answered; ``text`` is the mean as written
        for a reader, ``n`` how many answered.
    ticks : sequence of (float, str)
        Values of the scale and their text.
    axis_label : str
        What the axis measures.
    column_headings : sequence of str, length 2
        Above the means and the numbers of answers.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        One line of dots, nan where the mean is missing.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]])
    ax = open_axes(ax, rows, around=0.75)
    means = pd.to_numeric(table["mean"]).to_numpy(dtype=float, na_value=np.nan)
    ax.hlines(rows.centres, LOWEST, HIGHEST, color=FAINT, linewidth=0.6)
    ax.plot(means, rows.centres, linestyle="", marker="o", color=ACCENT, markersize=7, clip_on=False)
    ax.set_xlim(LOWEST, HIGHEST)
    add_scale(ax, ticks, axis_label)
    texts = [[str(text) for text in table["text"]], [str(int(number)) for number in table["n"]]]
    add_columns(ax, rows.centres, [Column(texts=t, heading=h) for t, h in zip(texts, column_headings, strict=True)])
    return ax
