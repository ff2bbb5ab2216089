"""On which weekdays employees came late.

Draws shares with the denominators that the caller wrote; computes none.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from kinerja_study.presentation.figures.theme import ACCENT, theme


@theme()
def plot_lateness(
    table: pd.DataFrame,
    *,
    ticks: Sequence[tuple[float, str]],
    axis_label: str,
    column_headings: Sequence[str],
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar a weekday as long as the share that came late, from nobody to everybody.

    Parameters
    ----------
    table : DataFrame
        ``label, share, text, mean_text`` in the order of the week. The share is in [0, 1], missing where nobody was
        present; the texts as written for a reader: late of those present (``25 dari 60``), mean minutes late.
    ticks : sequence of (float, str)
        Shares and their text; the axis ends at the last.
    axis_label : str
        What the axis measures.
    column_headings : sequence of str, length 2
        Above the texts.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        One container with a bar a weekday, of no length where the share is missing.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]])
    ax = open_axes(ax, rows, around=0.75)
    shares = [0.0 if pd.isna(share) else float(share) for share in table["share"]]
    ax.barh(rows.centres, shares, height=0.13, color=ACCENT, linewidth=0)
    ax.set_xlim(0, max(*(value for value, _ in ticks), *shares, 0.01))
    add_scale(ax, ticks, axis_label)
    columns = zip(("text", "mean_text"), column_headings, strict=True)
    texts = [Column(texts=[str(text) for text in table[name]], heading=heading) for name, heading in columns]
    add_columns(ax, rows.centres, texts, gap=0.16)
    return ax
