"""What leads to what, as the sources say it.

Draws the arrows that it is given; finds none.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from kinerja_study.presentation.figures.axes import (
    draw_empty,
    fold,
    open_axes,
    stack_rows,
    write_beside,
)
from kinerja_study.presentation.figures.theme import ACCENT, LIGHT, MUTED, SMALL_SIZE, TEXT_SIZE, theme

SIDE = 2.3
"""Width of the names on either side, in inches."""


@theme()
def plot_causes(
    table: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    cause_heading: str = "",
    effect_heading: str = "",
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw causes on the left, effects on the right, and an arrow for each pair, the wider the more cases say it.

    Parameters
    ----------
    table : DataFrame
        ``cause, effect, cases``, a row an arrow.
    labels : mapping of str to str
        Names of all causes and effects, causes in the order to be shown from the top. What is both stands twice.
    cause_heading, effect_heading : str
        Above the two sides.
    empty : str
        Written when there are no rows.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        An arrow a row, its number of cases on it.
    """
    if table.empty:
        return draw_empty(ax, empty)
    causes = [code for code in labels if (table["cause"] == code).any()]
    order = {code: number for number, code in enumerate(causes)}
    effects = sorted(
        (code for code in labels if (table["effect"] == code).any()),
        key=lambda code: table.loc[table["effect"] == code, "cause"].map(order).mean(),
    )  # each across from its causes, so that few arrows cross
    left, right = (stack_rows([labels[code] for code in codes], width=SIDE, least=0.5) for codes in (causes, effects))
    height = max(left.height, right.height)
    at = [
        {code: centre + (height - rows.height) / 2 for code, centre in zip(codes, rows.centres, strict=True)}
        for codes, rows in ((causes, left), (effects, right))
    ]
    ax = open_axes(ax, left, around=0.4 + height - left.height)
    ax.set_yticks(list(at[0].values()), labels=left.labels)
    ax.set_ylim(height, 0)
    ax.set_xlim(0, 1)
    for label, centre in zip(right.labels, at[1].values(), strict=True):
        write_beside(ax, centre, label, 0.08, ha="left", va="center", fontsize=TEXT_SIZE)
    most = int(table["cases"].max())
    for cause, effect, cases in zip(table["cause"], table["effect"], table["cases"], strict=True):
        ends = (0.0, at[0][cause]), (1.0, at[1][effect])
        width = 0.8 + 2.2 * int(cases) / max(most, 4)
        head = f"-|>,head_length={4 + width},head_width={1.6 + width / 2}"
        ax.add_patch(
            FancyArrowPatch(
                *ends, arrowstyle=head, linewidth=width, color=ACCENT, shrinkA=3, shrinkB=3, capstyle="butt",
                joinstyle="miter",
            )
        )  # fmt: skip
        place = 0.3, 0.7 * ends[0][1] + 0.3 * ends[1][1]
        ax.plot(*place, marker="o", markersize=12, color=ACCENT, markeredgewidth=0)
        ax.text(*place, str(int(cases)), color=LIGHT, fontsize=SMALL_SIZE, ha="center", va="center_baseline")
    for text, x, align in ((cause_heading, 0, "right"), (effect_heading, 1, "left")):
        shift = (-6 if align == "right" else 6, 6)
        ax.annotate(
            fold(text, SIDE, SMALL_SIZE), (x, 1), shift, xycoords="axes fraction", textcoords="offset points",
            color=MUTED, fontsize=SMALL_SIZE, ha=align, va="bottom", annotation_clip=False,
        )  # fmt: skip
    return ax
