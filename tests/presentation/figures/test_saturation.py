from __future__ import annotations

import numpy as np
import pandas as pd

from kinerja_study.presentation.figures.saturation import plot_saturation


def curve(*totals):
    ranks = np.arange(1, len(totals) + 1)
    return pd.DataFrame({"rank": ranks, "total": totals, "total_low": 0, "total_high": max(totals, default=0)})


def plot(curves, reached, **changed):
    options = {"ticks": [(1.0, "1"), (3.0, "3")], "axis_label": "wawancara", "empty": "Tidak ada data."} | changed
    return plot_saturation(curves, reached, legend_labels=["a", "b", "rentang", "ambang"], **options)


def test_lines_are_the_totals_and_a_mark_stands_where_it_is_reached():
    ax = plot([curve(2, 5, 5), curve(1, 1, 4)], [2, None])
    assert [np.asarray(line.get_ydata()).tolist() for line in ax.lines[:2]] == [[2, 5, 5], [1, 1, 4]]
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert [(list(mark.get_xdata()), list(mark.get_ydata())) for mark in marks] == [([2], [5])]
    assert [text.get_text() for text in ax.texts] == ["5", "4"]


def test_the_mark_is_in_the_legend_only_where_there_is_one():
    for reached, labels in (([2, None], ["a", "b", "rentang", "ambang"]), ([None, None], ["a", "b", "rentang"])):
        legend = plot([curve(2, 5), curve(1, 1)], reached).get_legend()
        assert [text.get_text() for text in legend.get_texts()] == labels


def test_one_interview_is_drawn_and_none_is_said():
    assert plot([curve(2), curve(1)], [None, None], ticks=[(1.0, "1")]).get_xlim() == (1, 2)
    assert [text.get_text() for text in plot([curve(), curve()], [None, None], ticks=[]).texts] == ["Tidak ada data."]
