"""Which way each code was spoken of, and how often.

Draws counts of segments by code and side; counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from kinerja_study.presentation.figures.axes import (
    Column,
    add_columns,
    add_legend,
    draw_empty,
    open_axes,
    stack_rows,
    swatch,
)
from kinerja_study.presentation.figures.theme import AGAINST, FAINT, FOR, MUTED, NEUTRAL, Style, theme


@theme()
def plot_code_frequencies(
    table: pd.DataFrame,
    legend_labels: Sequence[str],
    *,
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar a code: against to the left, neutral astride the middle, for to the right; the counts beside it.

    Parameters
    ----------
    table : DataFrame
        ``code, label, against, neutral, for``, in the order to be shown.
    legend_labels : sequence of str, length 3
        Names of against, neutral and for.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        Containers against, neutral, for, with a bar a row; the horizontal axis counts segments.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]])
    ax = open_axes(ax, rows, around=0.55)
    against, neutral, favour = ([int(count) for count in table[side]] for side in ("against", "neutral", "for"))
    left = [-middle / 2 for middle in neutral]
    ax.axvline(0, color=MUTED, linewidth=0.6, zorder=0)
    bars: Style = {"height": 0.15, "linewidth": 0}
    ax.barh(rows.centres, [-count for count in against], left=left, color=AGAINST, **bars)
    ax.barh(rows.centres, neutral, left=left, color=NEUTRAL, **{**bars, "edgecolor": FAINT, "linewidth": 0.6})
    ax.barh(rows.centres, favour, left=[-start for start in left], color=FOR, **bars)
    reach = max(1.0, *(max(a, f) + n / 2 for a, n, f in zip(against, neutral, favour, strict=True)))
    ax.set_xlim(-reach, reach)
    sides = zip((against, neutral, favour), (AGAINST, NEUTRAL, FOR), strict=True)
    add_columns(ax, rows.centres, [Column(texts=[str(n) for n in counts], swatch=c) for counts, c in sides])
    add_legend(ax, [swatch(colour) for colour in (AGAINST, NEUTRAL, FOR)], legend_labels, lift=0.16)
    return ax
