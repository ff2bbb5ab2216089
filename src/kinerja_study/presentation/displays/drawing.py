"""From axes to a figure of the report: drawn in the one theme, saved as SVG or PNG, with its caption and its table."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from kinerja_study.presentation.blocks import Figure, Table
from kinerja_study.presentation.figures import render_png, render_svg, theme


def drawn(
    identity: str,
    draw: Callable[[], Axes],
    *,
    caption: str,
    alt: str,
    source: str,
    table: Table | None = None,
    told: bool = False,
) -> Figure:
    """Draw and return a figure.

    Parameters
    ----------
    identity : str
        Id of the figure on the page.
    draw : callable
        Returns the axes; called within the theme.
    caption, alt, source : str
        Below the figure, in place of it, and where its numbers come from.
    table : Table, optional
        Its numbers.
    told : bool
        Whether the text beside it tells them too.
    """

    def draw_canvas() -> Canvas:
        with theme():
            canvas = draw().get_figure(root=True)
        if not isinstance(canvas, Canvas):
            problem = "the axes belong to no figure"
            raise TypeError(problem)
        return canvas

    with theme():
        # A short prefix: it stands before every letter.
        svg = render_svg(draw_canvas(), f"g{crc32(identity.encode()):x}")
    return Figure(
        id=identity,
        caption=caption,
        alt=alt,
        svg=svg,
        source=source,
        table=table,
        told=told,
        png=lambda: render_png(draw_canvas()),
    )
