"""Who was asked.

Draws informants by group and role; counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kinerja_study.presentation.figures.axes import draw_empty, open_axes, stack_rows
from kinerja_study.presentation.figures.theme import MUTED, SMALL_SIZE, Style, group_colours, group_markers, theme


@theme()
def plot_informants(
    table: pd.DataFrame,
    group_labels: Mapping[str, str],
    *,
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a row a role under the name of its group, a mark an informant.

    Parameters
    ----------
    table : DataFrame
        ``group, role, count``; the roles of a group in the order to be shown.
    group_labels : mapping of str to str
        Name of every group of the study, in its order; a group without rows is left out.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        One tick label a group and a role.
    """
    rows = [
        (group, str(role), int(count))
        for group in group_labels
        for own, role, count in zip(table["group"], table["role"], table["count"], strict=True)
        if own == group
    ]
    if not rows:
        return draw_empty(ax, empty)
    colours, markers = group_colours(list(group_labels)), group_markers(list(group_labels))
    lines: list[tuple[str, str, int | None]] = []
    for number, row in enumerate(rows):
        if number == 0 or rows[number - 1][0] != row[0]:
            lines.append((row[0], group_labels[row[0]], None))
        lines.append(row)
    stacked = stack_rows([label for _, label, _ in lines], width=3.0, least=0.22)
    ax = open_axes(ax, stacked)
    most = max(count for _, _, count in rows)
    size = min(6.5, 260 / max(most, 1))
    for (group, _, count), centre, tick in zip(lines, stacked.centres, ax.yaxis.get_majorticklabels(), strict=True):
        if count is None:
            tick.set_fontweight("bold")
            continue
        marks: Style = {"linestyle": "", "marker": markers[group], "color": colours[group], "markersize": size}
        ax.plot(range(1, count + 1), [centre] * count, clip_on=False, **marks)
        beside: Style = {"color": MUTED, "fontsize": SMALL_SIZE, "va": "center_baseline"}
        ax.annotate(str(count), (count, centre), (9 if count else 0, 0), textcoords="offset points", **beside)
    ax.set_xlim(0.4, max(most, 15) + 1)
    return ax
