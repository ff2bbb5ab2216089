"""How long each service took.

Draws working minutes beside the standard; computes none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from kinerja_study.presentation.figures.axes import (
    HEADING_WIDTH,
    Column,
    add_columns,
    add_legend,
    add_scale,
    dot,
    draw_empty,
    fold,
    open_axes,
    stack_rows,
)
from kinerja_study.presentation.figures.theme import ACCENT, INK, SMALL_SIZE, Style, theme


@theme()
def plot_service_times(
    table: pd.DataFrame,
    *,
    ticks: Sequence[tuple[float, str]],
    axis_label: str,
    legend_labels: Sequence[str],
    column_headings: Sequence[str],
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a row a service on a logarithmic axis: median, line to the 90th percentile, thin line to the longest.

    Parameters
    ----------
    table : DataFrame
        ``label, median, p90, longest, standard_minutes, requests, open``; times in working minutes, missing where
        nothing is known. What took no time is drawn at the left edge.
    ticks : sequence of (float, str)
        Minutes, above 0, and their text; the axis begins at the first.
    axis_label : str
        What the axis measures.
    legend_labels : sequence of str, length 4
        Names of median, 90th percentile, longest and standard.
    column_headings : sequence of str, length 2
        Names of the numbers of requests and of open requests.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        Four lines: longest, p90, median, standard; missing values are nan.
    """
    if table.empty:
        return draw_empty(ax, empty)
    rows = stack_rows([str(label) for label in table["label"]])
    headings = [fold(heading, HEADING_WIDTH, SMALL_SIZE) for heading in column_headings]
    ax = open_axes(ax, rows, around=0.95)
    first = min(value for value, _ in ticks)
    names = ("median", "p90", "longest", "standard_minutes")
    times = [pd.to_numeric(table[name]).to_numpy(dtype=float, na_value=np.nan) for name in names]
    median, p90, longest, standard = (np.where(np.isnan(part), np.nan, np.maximum(part, first)) for part in times)
    centres = np.array(rows.centres)
    faint: Style = {"color": ACCENT, "alpha": 0.55, "linewidth": 1}
    strong: Style = {"color": ACCENT, "linewidth": 4, "solid_capstyle": "butt"}
    mark: Style = {"color": INK, "linestyle": "", "marker": "|", "markersize": 11, "markeredgewidth": 1.6}
    spot: Style = {"color": ACCENT, "linestyle": "", "marker": "o", "markersize": 6.5, "clip_on": False}
    ax.plot(*_spans(p90, longest, centres), **faint)
    ax.plot(*_spans(median, p90, centres), **strong)
    ax.plot(median, centres, **spot)
    ax.plot(standard, centres, **mark)
    ax.set_xscale("log")
    ax.minorticks_off()
    ends = np.concatenate([longest, standard, [value for value, _ in ticks]])
    ax.set_xlim(first * 0.93, float(np.nanmax(ends)) * 1.12)
    add_scale(ax, ticks, axis_label, width=0.42)
    counts = [[str(int(number)) for number in table[name]] for name in ("requests", "open")]
    add_columns(ax, rows.centres, [Column(texts=t, heading=h) for t, h in zip(counts, headings, strict=True)])
    handles = [dot("o", ACCENT), Line2D([], [], **strong), Line2D([], [], **faint), Line2D([], [], **mark)]
    handles[3].set_markersize(8)
    add_legend(ax, handles, legend_labels, lift=0.06 + 0.14 * max(heading.count("\n") + 1 for heading in headings))
    return ax


def _spans(starts: np.ndarray, ends: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return one line with a gap after each row, so that a figure of any length stays one path."""
    gaps = np.full_like(starts, np.nan)
    return np.column_stack([starts, ends, gaps]).ravel(), np.repeat(centres, 3)
