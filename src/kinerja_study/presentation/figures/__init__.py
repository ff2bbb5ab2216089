"""The figures of a report: one module a kind of drawing, one theme for all.

Owns drawing. A ``plot_`` function takes finished numbers and texts and returns axes: it computes no statistic, writes
no word of its own and leaves no setting changed. ``svg`` and ``theme`` say how a figure looks and is saved, ``axes``
what all drawings have in common.
"""

from kinerja_study.presentation.figures.bars import plot_bars
from kinerja_study.presentation.figures.causes import plot_causes
from kinerja_study.presentation.figures.codes import plot_code_frequencies
from kinerja_study.presentation.figures.informants import plot_informants
from kinerja_study.presentation.figures.matrix import plot_case_focus
from kinerja_study.presentation.figures.method import plot_method
from kinerja_study.presentation.figures.satisfaction import plot_satisfaction
from kinerja_study.presentation.figures.scale import plot_focus_scale
from kinerja_study.presentation.figures.services import plot_service_times
from kinerja_study.presentation.figures.specifications import plot_specifications
from kinerja_study.presentation.figures.theme import group_colours, group_markers, render_png, render_svg, theme

__all__ = [
    "group_colours",
    "group_markers",
    "plot_bars",
    "plot_case_focus",
    "plot_causes",
    "plot_code_frequencies",
    "plot_focus_scale",
    "plot_informants",
    "plot_method",
    "plot_satisfaction",
    "plot_service_times",
    "plot_specifications",
    "render_png",
    "render_svg",
    "theme",
]
