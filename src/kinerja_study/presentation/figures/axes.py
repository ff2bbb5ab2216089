"""What all drawings have in common: rows of one height, labels as typed, a quiet frame, numbers in columns.

Owns the axes that the ``plot_`` functions draw on; measures lengths in inches, so that text and rows fit each other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from warnings import catch_warnings, filterwarnings

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path
from matplotlib.transforms import ScaledTranslation

from kinerja_study.presentation.figures.theme import FAINT, INK, MUTED, SMALL_SIZE, TEXT_SIZE

WIDTH = 7.2
"""Of a figure, in inches: the text column of the report."""

LINE = 0.152
"""Height of a line of row label, in inches."""

LABEL_WIDTH = 2.15
"""Of a row label, in inches."""

HEADING_WIDTH = 0.95
"""Of the heading of a column, in inches."""

LONG = 400
"""No line of a figure holds more characters."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows from the top down: label and centre of each, in inches, and the height of all."""

    labels: tuple[str, ...]
    centres: tuple[float, ...]
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Texts written right of the axes, one a row, under a heading or a swatch of colour."""

    texts: Sequence[str]
    heading: str = ""
    swatch: str = ""


@cache
def measure(text: str, size: float = TEXT_SIZE) -> float:
    """Return the width of a text in inches, that of its longest line."""
    font = FontProperties(family="DejaVu Sans", size=size)
    with catch_warnings():
        filterwarnings("ignore", message="Glyph .* missing from font")
        widths = [text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] for line in text.split("\n")]
    return float(max(widths)) / 72


def fold(text: str, width: float = LABEL_WIDTH, size: float = TEXT_SIZE) -> str:
    r"""Break a label into lines; nothing else of it changes, but control characters, which become blanks.

    Parameters
    ----------
    text : str
        As typed in the field; its own line breaks are kept.
    width : float
        Of the longest line, in inches; a longer word is cut.
    size : float
        Of the text, in points.

    Examples
    --------
    >>> fold("Kesesuaian dengan SOP/standar/visi-misi")
    'Kesesuaian dengan\nSOP/standar/visi-misi'
    """
    lines = _CONTROL.sub(" ", text.replace("\r\n", "\n")).split("\n")
    return "\n".join(piece for line in lines for piece in _fold_line(line, width, size))


def _fold_line(line: str, width: float, size: float) -> Iterator[str]:
    while measure(line[:LONG], size) > width:
        ends = range(len(line[:LONG]))
        fitting = bisect_right(ends, width, key=partial(_measure_start, line, size)) - 1
        cut = line.rfind(" ", 1, fitting + 1)
        if cut > 0 and line[:cut].strip():
            yield line[:cut]
            line = line[cut + 1 :]
        else:
            yield line[: max(fitting, 1)]
            line = line[max(fitting, 1) :]
    yield line


def _measure_start(line: str, size: float, end: int) -> float:
    return measure(line[:end], size)


def stack_rows(labels: Sequence[str], *, width: float = LABEL_WIDTH, least: float | Sequence[float] = 0.26) -> Rows:
    """Give each row the height that its label needs, and at least a height of its own.

    Parameters
    ----------
    labels : sequence of str
        From the top down.
    width : float
        Of the longest line of a label, in inches.
    least : float or sequence of float
        Least height of a row, or of each, in inches.
    """
    folded = [fold(label, width) for label in labels]
    smallest = [least] * len(folded) if isinstance(least, float) else least
    heights = [max(low, (text.count("\n") + 1) * LINE + 0.1) for text, low in zip(folded, smallest, strict=True)]
    tops = [sum(heights[:number]) for number in range(len(heights))]
    centres = tuple(top + height / 2 for top, height in zip(tops, heights, strict=True))
    return Rows(labels=tuple(folded), centres=centres, height=sum(heights))


def open_axes(ax: Axes | None, rows: Rows | None = None, *, around: float = 0.1) -> Axes:
    """Return quiet axes: those given, or those of a new figure as high as its rows and what stands around them.

    Parameters
    ----------
    ax : Axes, optional
        To draw on.
    rows : Rows, optional
        Named on the left, the first on top; the vertical axis then counts inches.
    around : float
        Height of legend, headings and axis, in inches.
    """
    if ax is None:
        height = (rows.height if rows else 0.6) + around
        ax = Figure(figsize=(WIDTH, height), layout="constrained").add_subplot()
    ax.set_facecolor("none")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelcolor=INK, pad=6)
    ax.set_xticks([])
    ax.set_yticks([])
    if rows:
        ax.set_yticks(rows.centres, labels=rows.labels)
        ax.set_ylim(rows.height, 0)
    return ax


def draw_empty(ax: Axes | None, text: str) -> Axes:
    """Return axes with nothing on them but a text that says so."""
    ax = open_axes(ax)
    ax.text(0.5, 0.5, fold(text, 6.5), transform=ax.transAxes, ha="center", va="center", color=MUTED)
    return ax


def add_scale(ax: Axes, ticks: Sequence[tuple[float, str]], label: str = "", *, width: float = LABEL_WIDTH) -> None:
    """Write a horizontal axis: a guide and a text at each of the caller's ticks, and what it measures.

    Parameters
    ----------
    ax : Axes
        Whose rows are stacked already.
    ticks : sequence of (float, str)
        Value and text.
    label : str
        What the axis measures.
    width : float
        Of the longest line of a text, in inches.
    """
    ax.set_xticks(
        [value for value, _ in ticks], labels=[fold(text, width, SMALL_SIZE) for _, text in ticks], color=MUTED
    )
    ax.tick_params(axis="x", pad=3)
    ax.xaxis.grid(visible=True, color=FAINT, linewidth=0.6)
    ax.set_xlabel(fold(label, 6.5, SMALL_SIZE), color=MUTED)


def add_legend(
    ax: Axes, handles: Sequence[Artist], labels: Sequence[str], *, lift: float = 0.0, below: bool = False
) -> None:
    """Write a legend above the axes or below them, in as many columns as have room.

    Parameters
    ----------
    ax : Axes
        Finished otherwise.
    handles, labels : sequence
        Marks and their meaning; an empty label leaves its mark out.
    lift : float
        Height of what stands between axes and legend, in inches.
    below : bool
        Under the axes instead.
    """
    shown = [(handle, fold(label, 3.0, SMALL_SIZE)) for handle, label in zip(handles, labels, strict=True) if label]
    if not shown:
        return
    widths = [measure(label, SMALL_SIZE) + 0.41 for _, label in shown]
    room = WIDTH - 0.25 - max((measure(tick.get_text()) for tick in ax.get_yticklabels()), default=0)
    counts = [-(-len(shown) // deep) for deep in range(1, len(shown))]  # without 2 + 1 + 1 and the like
    columns = next((number for number in counts if _legend_width(widths, number) < room), 1)
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    legend = ax.legend(
        [handle for handle, _ in shown],
        [str(number) for number in range(len(shown))],
        loc="upper left" if below else "lower left",
        bbox_to_anchor=(0, 0 if below else 1),
        bbox_transform=ax.transAxes + ScaledTranslation(0, -lift if below else lift, figure.dpi_scale_trans),
        ncols=columns,
        borderaxespad=0.2,
        borderpad=0.2,
        handlelength=1.4,
        handletextpad=0.5,
        columnspacing=1.4,
    )
    for text, (_, label) in zip(legend.get_texts(), shown, strict=True):
        text.set_text(label)  # here, since a legend would refuse a label that begins with an underscore


def _legend_width(widths: Sequence[float], columns: int) -> float:
    return sum(float(part.max()) for part in np.array_split(np.array(widths), columns))


def add_columns(ax: Axes, centres: Sequence[float], columns: Sequence[Column], *, gap: float = 0.12) -> None:
    """Write columns of text right of the axes, aligned to the right, each as wide as it needs.

    Parameters
    ----------
    ax : Axes
        Whose rows are stacked already.
    centres : sequence of float
        Of the rows.
    columns : sequence of Column
        From left to right.
    gap : float
        Before each column, in inches.
    """
    right = 0.0
    for column in columns:
        heading = "■" if column.swatch else fold(column.heading, HEADING_WIDTH, SMALL_SIZE)
        right += gap + max(measure(text, SMALL_SIZE) for text in (heading, "00", *column.texts))
        for centre, text in zip(centres, column.texts, strict=True):
            write_beside(ax, centre, text, right)
        style = {"color": column.swatch or MUTED, "va": "bottom", "multialignment": "right"}
        _annotate(ax, heading, ("axes fraction", "axes fraction"), (1, 1), (right * 72, 3), style)


def write_beside(ax: Axes, centre: float, text: str, right: float, **style: Any) -> None:
    """Write a text right of the axes, ending so many inches from them; beginning there with ``ha="left"``."""
    _annotate(ax, text, ("axes fraction", "data"), (1, centre), (right * 72, 0), {"va": "center_baseline", **style})


def _annotate(
    ax: Axes,
    text: str,
    coordinates: tuple[str, str],
    place: tuple[float, float],
    offset: tuple[float, float],
    style: dict[str, Any],
) -> None:
    ax.annotate(
        text,
        place,
        offset,
        xycoords=coordinates,
        textcoords="offset points",
        annotation_clip=False,
        **{"color": INK, "fontsize": SMALL_SIZE, "ha": "right", **style},
    )


def dot(marker: str, colour: Any, *, size: float = 5.5, edge: Any = None) -> Line2D:
    """Return a mark for a legend."""
    return Line2D([], [], linestyle="", marker=marker, color=colour, markersize=size, markeredgecolor=edge or colour)


def swatch(colour: Any) -> Rectangle:
    """Return a patch of colour for a legend."""
    return Rectangle((0, 0), 1, 1, facecolor=colour, edgecolor="none")
