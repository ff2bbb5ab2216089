"""One focus on its scale: the cases, the groups, the score.

Draws values on 20..100; computes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from kinerja_study.presentation.figures.axes import (
    add_legend,
    add_scale,
    dot,
    draw_empty,
    fold,
    measure,
    open_axes,
    stack_rows,
    write_beside,
)
from kinerja_study.presentation.figures.theme import (
    DARK,
    INK,
    LIGHT,
    MUTED,
    SMALL_SIZE,
    Style,
    group_colours,
    group_markers,
    level_colours,
    theme,
)

LOWEST, HIGHEST = 20.0, 100.0
ROOM = 4.9
"""For the scale, in inches."""

APART = 1.0
"""Cases nearer than this, on the scale, are drawn on lanes of their own."""

LANE = 0.055
"""Height of a lane, in inches."""

SCORE: Style = {
    "marker": "D",
    "linestyle": "",
    "color": DARK,
    "markersize": 7.5,
    "markeredgecolor": LIGHT,
    "markeredgewidth": 1,
}
"""A diamond that is seen on every level, on a white page and on a dark one."""


@theme()
def plot_focus_scale(
    levels: Sequence[tuple[float, str]],
    group_values: Sequence[tuple[str, str, float | None, bool]],
    cases: Sequence[tuple[str, float]],
    score: float | None,
    *,
    group_ids: Sequence[str],
    ticks: Sequence[tuple[float, str]],
    legend_labels: Sequence[str],
    score_text: str = "",
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the levels as a strip with the score on it, and below it a row a group with its value and its cases.

    Parameters
    ----------
    levels : sequence of (float, str)
        Lower edge and name, from the lowest.
    group_values : sequence of (str, str, float or None, bool)
        Id, name, value, and whether it counts; one that does not is drawn hollow.
    cases : sequence of (str, float)
        Id of the group and value of each case.
    score : float or None
        None when there is no verdict.
    group_ids : sequence of str
        All groups of the study in its order, for their colours.
    ticks : sequence of (float, str)
        Value and text of the guides, as a rule the edges.
    legend_labels : sequence of str, length 4
        Names of a case, of a group's value, of one that does not count, and of the score; an empty one is left out.
    score_text : str
        Written beside the strip: the score, or why there is none.
    empty : str
        Written when no group has a value.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        The first row is the strip; a line a group for its cases, one for its value.
    """
    shown = [(group, label, value, counted) for group, label, value, counted in group_values if value is not None]
    if not shown or not levels:
        return draw_empty(ax, empty)
    own = {group: sorted(value for name, value in cases if name == group) for group, *_ in shown}
    lanes = {group: _lanes(values) for group, values in own.items()}
    room = [0.3 + LANE * (max(lanes[group], default=-1) + 1) for group, *_ in shown]
    names, level = _fit_names(levels)
    top = 0.12 + max(0.13 * (name.count("\n") + 1) if level else measure(name, SMALL_SIZE) for name in names)
    rows = stack_rows(["", *(label for _, label, _, _ in shown)], width=1.7, least=[top + 0.12, *room])
    ax = open_axes(ax, rows, around=0.7)
    ax.set_xlim(LOWEST, HIGHEST)
    add_scale(ax, ticks)
    _draw_strip(ax, levels, names, top, level=level)
    colours, markers = group_colours(group_ids), group_markers(group_ids)
    for (group, _, value, counted), centre in zip(shown, rows.centres[1:], strict=True):
        style: Style = {"linestyle": "", "marker": markers[group], "color": colours[group], "clip_on": False}
        deepest = max(lanes[group], default=0)
        places = [centre + 0.09 + LANE * (lane - deepest / 2) for lane in lanes[group]]
        ax.plot(own[group], places, **style, markersize=3.6, markeredgewidth=0)
        hollow: Style = {} if counted else {"markerfacecolor": "none", "markeredgewidth": 1.2}
        ax.plot([value], [centre - 0.05 - LANE * deepest / 2], **style, markersize=7.5, **hollow)
    if score is not None:
        ax.plot([score, score], [top, rows.height], color=MUTED, linewidth=0.8, dashes=(2, 2), zorder=0)
        ax.plot([score], [top], **SCORE, clip_on=False)
    write_beside(ax, top, fold(score_text, 1.1, SMALL_SIZE), 0.1, ha="left", fontweight="bold")
    circle = dot("o", MUTED, size=7)
    hollow_circle = dot("o", "none", size=7, edge=MUTED)
    add_legend(ax, [dot("o", MUTED, size=3.6), circle, hollow_circle, Line2D([], [], **SCORE)], legend_labels)
    return ax


def _lanes(values: Sequence[float]) -> list[int]:
    """Return a lane for each of the rising values, such that no two on one lane touch."""
    ends: list[float] = []
    lanes = []
    for value in values:
        free = next((lane for lane, end in enumerate(ends) if value - end >= APART), len(ends))
        ends[free : free + 1] = [value]
        lanes.append(free)
    return lanes


def _edges(levels: Sequence[tuple[float, str]]) -> list[float]:
    return [*(max(LOWEST, edge) for edge, _ in levels), HIGHEST]


def _fit_names(levels: Sequence[tuple[float, str]]) -> tuple[list[str], bool]:
    """Return the names folded to their parts of the strip, and whether they lie level; else they stand on end."""
    edges = _edges(levels)
    widths = [(high - low) / (HIGHEST - LOWEST) * ROOM - 0.06 for low, high in pairwise(edges)]
    parts = [(name, width) for (_, name), width in zip(levels, widths, strict=True)]
    if all(measure(word, SMALL_SIZE) <= width for name, width in parts for word in name.split()):
        return [fold(name, width, SMALL_SIZE) for name, width in parts], True
    return [fold(name, 3.0, SMALL_SIZE) for name, _ in parts], False


def _draw_strip(
    ax: Axes, levels: Sequence[tuple[float, str]], names: Sequence[str], centre: float, *, level: bool
) -> None:
    style: Style = {"fontsize": SMALL_SIZE, "color": INK, "ha": "center", "va": "bottom", "linespacing": 1.1}
    for (low, high), name, colour in zip(pairwise(_edges(levels)), names, level_colours(len(levels)), strict=True):
        ax.add_patch(Rectangle((low, centre - 0.05), high - low, 0.1, facecolor=colour, edgecolor="none"))
        ax.text((low + high) / 2, centre - 0.1, name, rotation=0 if level else 90, **style)
