"""How every figure of a report looks: one theme, one palette, one way to save.

Owns colours, marks, type and the saving as inline SVG or PNG; knows no data and no kind of drawing.
"""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from kinerja_study.presentation.figures.svg import clean_svg

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

INK = "#010203"
"""Stands for the colour of the page's text; :func:`render_svg` writes it as ``currentColor``."""

MUTED = (INK, 0.72)
"""Lesser text: ink let through, so that it follows light and dark and keeps a contrast of at least 4.5."""

FAINT = (INK, 0.16)
"""Guides that one looks along, not at."""

DARK, LIGHT = "#16181c", "#ffffff"
"""The two papers; also what is written on a coloured cell, which looks the same on both."""

ACCENT = "#2b8089"
"""What belongs to no group and no side; at least 3:1 on both papers."""

DIVERGING = ("#985213", "#d0944a", "#e2dfd9", "#80c9bc", "#179985")
"""Wholly against, against, neutral, for, wholly for. No two have the same lightness, so that grey print tells them."""

AGAINST, NEUTRAL, FOR = DIVERGING[0], DIVERGING[2], DIVERGING[4]

GROUP_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#c4679a", "#a87900", "#3e8fc4", "#8a6fd1", "#7b7f86")
"""After Okabe and Ito, light and dark ones moved to at least 3:1 on both papers."""

GROUP_MARKERS = ("o", "s", "^", "v", "P", "X", "<", ">")
"""Never colour alone. The diamond is kept for a score."""

TEXT_SIZE, SMALL_SIZE = 9.0, 8.0

Style = dict[str, Any]
"""Keywords of matplotlib that several marks share."""

_SETTINGS: dict[RcKeyType, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": SMALL_SIZE,
    "axes.linewidth": 0.6,
    "figure.facecolor": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "hatch.linewidth": 0.6,
    "legend.fontsize": SMALL_SIZE,
    "legend.frameon": False,
    "path.simplify": False,
    "savefig.facecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "kinerja-study",
    "svg.id": None,
    "text.antialiased": True,
    "text.color": INK,
    "text.parse_math": False,  # a label may hold dollar signs, and shows as typed
    "text.usetex": False,
    "xtick.color": INK,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.color": INK,
    "ytick.labelsize": TEXT_SIZE,
}


_within = False
"""As global as the settings that it tells of."""


@contextmanager
def theme() -> Iterator[None]:
    """Draw in the report's own style, whatever the reader's matplotlibrc says.

    Also a decorator: every ``plot_`` function of this package draws within it. Nothing is left changed.

    Examples
    --------
    >>> with theme():
    ...     mpl.rcParams["text.parse_math"]
    False
    >>> mpl.rcParams["text.parse_math"]
    True
    """
    global _within
    if _within:
        yield
        return
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        _within = True
        try:
            yield
        finally:
            _within = False


def group_colours(group_ids: Sequence[str]) -> dict[str, str]:
    """Return the colour of each group, by its place in the study.

    Parameters
    ----------
    group_ids : sequence of str
        All groups of the study in its order, so that a group looks the same in every figure. After the eighth the
        colours begin again, with other markers.
    """
    return {group: GROUP_COLOURS[number % len(GROUP_COLOURS)] for number, group in enumerate(group_ids)}


def group_markers(group_ids: Sequence[str]) -> dict[str, str]:
    """Return the marker of each group, by its place in the study; no two groups share marker and colour.

    Parameters
    ----------
    group_ids : sequence of str
        As for :func:`group_colours`.
    """
    turns = len(GROUP_MARKERS)
    return {group: GROUP_MARKERS[(number + number // turns) % turns] for number, group in enumerate(group_ids)}


def step_of(position: float) -> int:
    """Return which of the five steps a position is nearest to, the same way on both sides.

    Parameters
    ----------
    position : float
        In [-1, 1].

    Returns
    -------
    int
        An index of :data:`DIVERGING`, 0 wholly against to 4 wholly for.

    Examples
    --------
    >>> [step_of(position) for position in (-1, -0.25, -0.2, 0.2, 0.25, 1)]
    [0, 1, 2, 2, 3, 4]
    """
    step = int(math.copysign(math.floor(abs(position) * 2 + 0.5), position))
    return 2 + max(-2, min(2, step))


def level_colours(count: int) -> list[str]:
    """Return a colour for each level of a scale, from the lowest to the highest.

    Parameters
    ----------
    count : int
        How many levels; five are exactly :data:`DIVERGING`.
    """
    anchors = np.array([to_rgb(colour) for colour in DIVERGING])
    places = np.linspace(0, len(DIVERGING) - 1, count) if count > 1 else np.array([2.0])
    channels = [np.interp(places, np.arange(len(DIVERGING)), anchors[:, channel]) for channel in range(3)]
    return [to_hex((red, green, blue)) for red, green, blue in zip(*channels, strict=True)]


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    References
    ----------
    .. [1] Web Content Accessibility Guidelines 2.2, relative luminance and contrast ratio.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    low, high = sorted((_luminance(colour), _luminance(other)))
    return round((high + 0.05) / (low + 0.05), 2)


def ink_on(colour: str) -> str:
    """Return what reads better on a coloured cell, :data:`DARK` or :data:`LIGHT`."""
    return max((DARK, LIGHT), key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def render_svg(figure: Figure, prefix: str) -> str:
    """Return a figure as an inline SVG, the same bytes in every run, and close it.

    Parameters
    ----------
    figure : Figure
        As a ``plot_`` function drew it: ``ax.figure``.
    prefix : str
        Stands before every id; another one for each figure of a page.

    Returns
    -------
    str
        One ``<svg>`` element that scales with the page (``viewBox``, no size) and takes the colour of the text around
        it. It needs a label from the page: matplotlib draws text as paths.

    Raises
    ------
    ValueError
        When the prefix cannot begin an id.
    """
    buffer = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    # Saving would draw a figure whose layout is still open twice, once for the layout alone.
    figure.dpi = 72
    FigureCanvasSVG(figure)
    with theme(), _boxes_for_unknown_letters():
        if engine := figure.get_layout_engine():
            engine.execute(figure)
            figure.set_layout_engine(None)
    _save(figure, buffer, format="svg", metadata=metadata, dpi=72)
    return clean_svg(buffer.getvalue(), prefix, INK)


def render_png(figure: Figure) -> bytes:
    """Return a figure as a PNG on white at 200 dots an inch, the same bytes in every run, and close it.

    Parameters
    ----------
    figure : Figure
        As a ``plot_`` function drew it: ``ax.figure``.
    """
    buffer = io.BytesIO()
    _save(figure, buffer, format="png", metadata={"Software": None}, dpi=200, facecolor=LIGHT)
    return buffer.getvalue()


@contextmanager
def _boxes_for_unknown_letters() -> Iterator[None]:
    with catch_warnings():
        filterwarnings("ignore", message="Glyph .* missing from font")  # drawn as an empty box, as a browser would
        yield


def _save(figure: Figure, target: io.StringIO | io.BytesIO, **how: Any) -> None:
    with theme(), _boxes_for_unknown_letters():
        figure.savefig(target, **how)
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)
