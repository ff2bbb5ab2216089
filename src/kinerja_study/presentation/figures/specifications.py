"""The specification curve: every declared way of reckoning, its score above, its choices below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from kinerja_study.presentation.figures.axes import draw_empty, open_axes, stack_rows
from kinerja_study.presentation.figures.theme import ACCENT, FAINT, INK, MUTED, SMALL_SIZE, theme

CURVE_ROWS = 5
"""Height of the curve in rows of choices."""


@theme()
def plot_specifications(
    table: pd.DataFrame,
    choices: Mapping[str, Mapping[str, str]],
    levels: Sequence[tuple[float, str]],
    *,
    in_force_label: str,
    empty: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the scores in their order over a grid that marks which choice each one is made of.

    Parameters
    ----------
    table : DataFrame
        ``rank, score, in_force`` and a column a rule; those without a score are not drawn.
    choices : mapping of str to mapping of str to str
        For each rule (a column) its values and their names, in the order to be shown.
    levels : sequence of (float, str)
        Lower edges of the verdict scale and their names.
    in_force_label : str
        Written beside the specification in force.
    empty : str
        Written when nothing has a score.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        The first collection holds the scores, then one a choice.
    """
    shown = table.dropna(subset="score")
    if shown.empty:
        return draw_empty(ax, empty)
    names = [(rule, value, label) for rule, values in choices.items() for value, label in values.items()]
    rows = stack_rows([" "] * CURVE_ROWS + [label for _, _, label in names], least=0.2)
    axes = open_axes(ax, rows, around=0.3)
    grid = rows.centres[CURVE_ROWS:]
    axes.set_yticks(grid, labels=rows.labels[CURVE_ROWS:])
    scores = [float(score) for score in shown["score"]]
    low, span = min(scores), max(max(scores) - min(scores), 4.0)
    top, bottom = rows.centres[0], rows.centres[CURVE_ROWS - 1]

    def height(score: float) -> float:
        return bottom - (score - low) / span * (bottom - top) * 0.9

    for edge, label in levels:
        if low < edge <= max(scores):
            axes.axhline(height(edge), color=FAINT, linewidth=0.9, linestyle=(0, (3, 2)), zorder=0)
            axes.annotate(
                label, (1, height(edge)), xycoords=("axes fraction", "data"), xytext=(4, 0),
                textcoords="offset points", va="center", color=MUTED, fontsize=SMALL_SIZE,
            )  # fmt: skip
    ranks = [*range(1, len(scores) + 1)]
    axes.set_xlim(0.2, len(scores) + 0.8)
    axes.scatter(ranks, [height(score) for score in scores], s=14, color=ACCENT, linewidths=0, zorder=2)
    for rule, value, centre in [(r, v, c) for (r, v, _), c in zip(names, grid, strict=True)]:
        chosen = [rank for rank, own in zip(ranks, shown[rule], strict=True) if own == value]
        axes.scatter(chosen, [centre] * len(chosen), s=9, marker="s", color=MUTED, linewidths=0)
    for rank, score, current in zip(ranks, scores, shown["in_force"], strict=True):
        if current == "true":
            axes.scatter([rank], [height(score)], s=46, marker="D", color=INK, linewidths=0, zorder=3)
            axes.annotate(
                in_force_label, (rank, height(score)), xytext=(0, 8), textcoords="offset points", ha="center",
                fontsize=SMALL_SIZE,
            )  # fmt: skip
    return axes
