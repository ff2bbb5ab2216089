from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch

from kinerja_study.presentation import figures

LABELS = {"PADAM": "Pasokan listrik", "RAPAT": "Rapat", "TUNDA": "Layanan tertunda", "ARAH": "Pengawasan $x$"}


def plot(*rows: tuple[str, str, int]):
    table = pd.DataFrame(list(rows), columns=["cause", "effect", "cases"])
    return figures.plot_causes(table, LABELS, cause_heading="Sebab", effect_heading="Akibat", empty="Tidak ada.")


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


def test_an_arrow_runs_from_the_cause_on_the_left_to_the_effect_on_the_right():
    ax = plot(("PADAM", "TUNDA", 3), ("RAPAT", "ARAH", 1))
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Pasokan listrik", "Rapat"]
    ends = [arrow._posA_posB for arrow in arrows(ax)]
    assert [(one[0], other[0]) for one, other in ends] == [(0.0, 1.0), (0.0, 1.0)]
    assert [one[1] for one, _ in ends] == list(ax.get_yticks())
    written = [text.get_text() for text in ax.texts]
    assert written == ["Layanan tertunda", "Pengawasan $x$", "3", "1", "Sebab", "Akibat"]


def test_an_arrow_is_wider_the_more_cases_say_it():
    many, one = (arrow.get_linewidth() for arrow in arrows(plot(("PADAM", "TUNDA", 3), ("RAPAT", "ARAH", 1))))
    assert many > one


def test_effects_stand_across_from_their_causes():
    ax = plot(("PADAM", "ARAH", 1), ("RAPAT", "TUNDA", 1))
    assert [text.get_text() for text in ax.texts[:2]] == ["Pengawasan $x$", "Layanan tertunda"]


def test_what_is_cause_and_effect_stands_on_both_sides():
    ax = plot(("PADAM", "TUNDA", 1), ("TUNDA", "ARAH", 1))
    assert "Layanan tertunda" in [tick.get_text() for tick in ax.get_yticklabels()]
    assert "Layanan tertunda" in [text.get_text() for text in ax.texts]


def test_nothing_found_is_said():
    assert [text.get_text() for text in plot().texts] == ["Tidak ada."]


@pytest.mark.parametrize("rows", [[("PADAM", "TUNDA", 3)], []])
def test_it_is_drawn_as_svg(rows):
    assert "<svg" in figures.render_svg(plot(*rows).get_figure(root=True), "sebab")
