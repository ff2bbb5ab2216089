"""The interactive model: four kinds of work, each of which leads back to the others.

Draws the texts that it is given; counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from kinerja_study.presentation.figures.axes import LINE, WIDTH, Rows, fold, open_axes
from kinerja_study.presentation.figures.theme import ACCENT, INK, MUTED, SMALL_SIZE, theme

BOX = 2.7
"""Width of a box, in inches."""

ARROWS = ((0, 1), (0, 2), (2, 1), (2, 3), (1, 3))
"""Which boxes work upon each other, after Miles, Huberman and Saldaña."""


@theme()
def plot_method(parts: Sequence[tuple[str, Sequence[str]]], *, ax: Axes | None = None) -> Axes:
    """Draw the interactive model of Miles, Huberman and Saldaña [1]_ with what a study did in each part of it.

    Parameters
    ----------
    parts : sequence of (str, sequence of str), length 4
        Name and lines of collection, display, condensation, and drawing and verifying conclusions.
    ax : Axes, optional
        To draw on; without it, those of a new figure.

    Returns
    -------
    Axes
        A box a part, and five arrows with two heads; both axes count inches.

    References
    ----------
    .. [1] Miles, M. B., Huberman, A. M., and Saldaña, J. (2014). Qualitative Data Analysis: A Methods Sourcebook,
       3rd ed., components of data analysis: interactive model.
    """
    written = [
        (fold(name, BOX - 0.45), "\n".join(fold(line, BOX - 0.25, SMALL_SIZE) for line in lines))
        for name, lines in parts
    ]
    box = max(LINE * (name.count("\n") + text.count("\n") + 2) for name, text in written) + 0.25
    height, width = 2 * box + 0.75, WIDTH - 0.2
    ax = open_axes(ax, Rows(labels=(), centres=(), height=height), around=0.05)
    ax.set_xlim(0, width)
    columns, lines = (0.03, width - BOX - 0.03), (0.03, height - box - 0.03)
    corners = [(columns[0], lines[0]), (columns[1], lines[0]), (columns[0], lines[1]), (columns[1], lines[1])]
    for (x, y), (name, text) in zip(corners, written, strict=True):
        ax.add_patch(
            FancyBboxPatch(
                (x + 0.06, y + 0.06), BOX - 0.12, box - 0.12, boxstyle="round,pad=0.06", facecolor="none",
                edgecolor=ACCENT, linewidth=1.1,
            )
        )  # fmt: skip
        centre, top = x + BOX / 2, y + 0.11
        ax.text(centre, top, name, color=INK, ha="center", va="top", fontweight="bold", linespacing=1.2)
        below = top + LINE * (name.count("\n") + 1) + 0.05
        ax.text(centre, below, text, color=INK, fontsize=SMALL_SIZE, ha="center", va="top", linespacing=1.25)
    for one, other in ARROWS:
        ends = _meet(corners[one], corners[other], box)
        arrow = FancyArrowPatch(*ends, arrowstyle="<|-|>", mutation_scale=11, linewidth=1.1, color=MUTED, shrinkA=3,
                                shrinkB=3)  # fmt: skip
        ax.add_patch(arrow)
    return ax


def _meet(one: tuple[float, float], other: tuple[float, float], box: float) -> tuple[tuple[float, float], ...]:
    """Return where an arrow leaves one box and reaches another: the middles of facing sides, or facing corners."""
    (x, y), (right, low) = one, other
    if y == low:
        return (x + BOX, y + box / 2), (right, low + box / 2)
    if x == right:
        return (x + BOX / 2, y + box), (right + BOX / 2, low)
    return (x + BOX - 0.03, y + 0.03), (right + 0.03, low + box - 0.03)
