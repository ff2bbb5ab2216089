"""The matrices: cases and foci, on which the scores rest, and codes and roles.

Draws positions and counts; computes neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.transforms import blended_transform_factory

from kinerja_study.presentation.figures.axes import (
    LINE,
    add_legend,
    dot,
    draw_empty,
    fold,
    measure,
    open_axes,
    stack_rows,
    swatch,
)
from kinerja_study.presentation.figures.theme import (
    DIVERGING,
    FAINT,
    INK,
    MUTED,
    SMALL_SIZE,
    Style,
    group_colours,
    group_markers,
    ink_on,
    step_of,
    theme,
)

ROOM = 4.95
"""For the columns, in inches."""


@theme()
def plot_case_focus(
    table: pd.DataFrame,
    case_labels: Mapping[str, str],
    focus_labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    *,
    step_labels: Sequence[str],
    silent_label: str,
    column_groups: Sequence[str] = (),
    all_groups: Mapping[str, str] | None = None,
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a row a case under its group and a column a focus; a cell shows which way the case speaks, and how often.

    Parameters
    ----------
    table : DataFrame
        ``case_id, focus, position, segments, group``. A missing row, no segments or no position is silence.
    case_labels, focus_labels, group_labels : mapping of str to str
        Names by id, in the order to be shown. ``group_labels`` holds all groups of the study, those without cases
        too; cases and foci that have no name here are not drawn.
    step_labels : sequence of str, length 5
        Names of the positions -1, -0.5, 0, 0.5 and 1, to which each is rounded.
    silent_label : str
        Name of a cell in which a case says nothing.
    column_groups : sequence of str
        Where the columns and not the rows belong to groups: the group of each, whose mark stands above it.
    all_groups : mapping of str to str
        Then the names by id of all groups of the study; those with a column are named in the legend.
    empty : str
        Written when there is nothing to draw.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        A rectangle a cell that speaks, its text the number of segments; a mark a silent one.
    """
    cells = {
        (group, case, focus): (float(position), int(segments))
        for group, case, focus, position, segments in zip(
            *(table[name] for name in ("group", "case_id", "focus", "position", "segments")), strict=True
        )
        if pd.notna(position) and pd.notna(segments) and segments
    }
    present = set(zip(table["group"], table["case_id"], strict=True))
    lines: list[tuple[str, str | None]] = []
    for group in group_labels:
        own = [(group, case) for case in case_labels if (group, case) in present]
        lines += [(group, None), *own] if own else []
    if not lines or not focus_labels:
        return draw_empty(ax, empty)
    labels = [group_labels[group] if case is None else case_labels[case] for group, case in lines]
    rows = stack_rows(labels, width=1.9, least=[0.3 if case is None else 0.24 for _, case in lines])
    names, size, level = _fit_names(list(focus_labels.values()))
    heading = max(LINE * (name.count("\n") + 1) if level else measure(name, size) for name in names)
    ax = open_axes(ax, rows, around=heading + (1.0 if column_groups else 0.6))
    groups = all_groups or group_labels
    colours, markers = group_colours(list(groups)), group_markers(list(groups))
    silent: list[tuple[float, float]] = []
    for (group, case), centre, tick in zip(lines, rows.centres, ax.yaxis.get_majorticklabels(), strict=True):
        if case is None:
            tick.set_fontweight("bold")
            if not column_groups:
                mark: Style = {"color": colours[group], "marker": markers[group], "markersize": 6.5, "clip_on": False}
                ax.plot(0.01, centre, transform=blended_transform_factory(ax.transAxes, ax.transData), **mark)
            continue
        for column, focus in enumerate(focus_labels):
            if (group, case, focus) in cells:
                _fill(ax, column, centre, *cells[group, case, focus])
            else:
                silent.append((column, centre))
    ax.plot([x for x, _ in silent], [y for _, y in silent], linestyle="", marker=".", color=MUTED, markersize=2.5)
    _name_columns(ax, names, size, level=level, pad=14 if column_groups else 2)
    for column, group in enumerate(column_groups):
        mark = {"color": colours[group], "marker": markers[group], "markersize": 6.5, "clip_on": False}
        ax.plot(column, -0.09, **mark)
    told = [group for group in groups if group in column_groups]
    marks = [*(swatch(colour) for colour in DIVERGING), dot(".", MUTED, size=3)]
    marks += [dot(markers[group], colours[group]) for group in told]
    add_legend(ax, marks, [*step_labels, silent_label, *(groups[group] for group in told)], lift=0.08, below=True)
    return ax


def _fill(ax: Axes, column: int, centre: float, position: float, segments: int) -> None:
    colour = DIVERGING[step_of(position)]
    corner = (column - 0.47, centre - 0.1)
    # Inside the axes, whose limits are set: neither limits nor layout need ask where it is.
    cell = Rectangle(corner, 0.94, 0.2, facecolor=colour, edgecolor=FAINT, linewidth=0.5, in_layout=False)
    ax.add_artist(cell)
    style: Style = {"fontsize": SMALL_SIZE, "ha": "center", "va": "center_baseline", "in_layout": False}
    ax.text(column, centre, str(segments), color=ink_on(colour), **style)


def _fit_names(labels: Sequence[str]) -> tuple[list[str], float, bool]:
    """Return the names of the columns folded, their size, and whether they lie level; else they stand on end."""
    width = ROOM / len(labels) - 0.04
    words = [word for label in labels for word in label.split()]
    for size in (SMALL_SIZE, SMALL_SIZE - 0.5, SMALL_SIZE - 1):
        if all(measure(word, size) <= width for word in words):
            return [fold(label, width, size) for label in labels], size, True
    names = list(labels)
    for length in (1.6, 2.4, 4.0, 8.0):
        names = [fold(label, length, SMALL_SIZE) for label in labels]
        if max(name.count("\n") + 1 for name in names) * LINE <= width:
            break
    return names, SMALL_SIZE, False


def _name_columns(ax: Axes, names: Sequence[str], size: float, *, level: bool, pad: float) -> None:
    ax.set_xticks(range(len(names)), labels=names, color=INK, fontsize=size, rotation=0 if level else 90)
    ax.tick_params(axis="x", top=False, labeltop=True, labelbottom=False, pad=pad)
    ax.set_xlim(-0.5, len(names) - 0.5)
