"""How the number of codes grew from interview to interview.

Draws finished totals; finds no saturation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from kinerja_study.presentation.figures.axes import add_legend, add_scale, dot, draw_empty, open_axes, swatch
from kinerja_study.presentation.figures.theme import ACCENT, FAINT, INK, MUTED, Style, theme

_LINES: tuple[Style, ...] = ({"color": ACCENT, "linewidth": 2}, {"color": INK, "linewidth": 1.2, "linestyle": "--"})


@theme()
def plot_saturation(
    curves: Sequence[pd.DataFrame],
    reached: Sequence[int | None],
    *,
    ticks: Sequence[tuple[float, str]],
    axis_label: str,
    legend_labels: Sequence[str],
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a line a kind of code over the interviews, in the band of what other orders would have given.

    Parameters
    ----------
    curves : sequence of DataFrame, at most 2
        ``rank, total, total_low, total_high``: codes until each interview, and the least and most over other orders.
    reached : sequence of (int or None)
        Of each curve, the rank at which a mark stands.
    ticks : sequence of (float, str)
        Ranks and their text.
    axis_label : str
        What the axis measures.
    legend_labels : sequence of str
        Names of the curves, then of the band and of the mark.
    empty : str
        Written when there are no interviews.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        A line a curve, then a mark where there is one; a band a curve. The highest total stands at each line's end.
    """
    if not any(len(curve) for curve in curves):
        return draw_empty(ax, empty)
    ax = open_axes(ax, around=2.9)
    for curve, style in zip(curves, _LINES, strict=False):
        ranks, low, high = (curve[name].to_numpy(dtype=float) for name in ("rank", "total_low", "total_high"))
        ax.fill_between(ranks, low, high, color=style["color"], alpha=0.14, linewidth=0)
        ax.plot(ranks, curve["total"].to_numpy(dtype=float), **style)
        last = curve.iloc[-1]
        ax.annotate(str(int(last["total"])), (last["rank"], last["total"]), (6, 0), textcoords="offset points",
                    va="center", color=INK, annotation_clip=False)  # fmt: skip
    for curve, rank, style in zip(curves, reached, _LINES, strict=False):
        if rank is not None:
            at = curve.loc[curve["rank"] == rank, "total"].to_numpy(dtype=float)
            ax.plot([rank], at, marker="o", linestyle="", markersize=7, color=style["color"], clip_on=False)
    top = max(float(np.max([curve["total_high"].max(), curve["total"].max()])) for curve in curves if len(curve))
    ax.set_ylim(0, max(top, 1) * 1.05)
    ends = [float(rank) for curve in curves for rank in curve["rank"]]
    ax.set_xlim(min(ends), max(*ends, min(ends) + 1))
    add_scale(ax, ticks, axis_label, width=0.5)
    ax.axhline(0, color=MUTED, linewidth=0.6)
    handles = [*(Line2D([], [], **style) for style in _LINES[: len(curves)]), swatch(FAINT), dot("o", MUTED)]
    labels = [*legend_labels[:-1], legend_labels[-1] if any(rank is not None for rank in reached) else ""]
    add_legend(ax, handles, labels)
    return ax
