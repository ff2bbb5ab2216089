from __future__ import annotations

import pandas as pd

from kinerja_study.presentation import figures


def plot(*rows: tuple[str, int, int]):
    table = pd.DataFrame(list(rows), columns=["label", "length", "whole"])
    table = table.assign(first=table["length"], second=table["whole"])
    return figures.plot_bars(table, column_headings=["bersama", "dari"], empty="Tidak ada.")


def test_bars_are_counts_on_a_track_of_the_whole():
    ax = plot(("Biaya + Aturan", 2, 2), ("Rapat + Diskusi", 1, 13))
    assert [[bar.get_width() for bar in bars] for bars in ax.containers] == [[2, 13], [2, 1]]
    assert ax.get_xlim() == (0, 13)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["Biaya + Aturan", "Rapat + Diskusi"]
    assert [text.get_text() for text in ax.texts] == ["2", "1", "bersama", "2", "13", "dari"]


def test_a_count_above_the_whole_still_fits():
    assert plot(("a + b", 3, 2)).get_xlim() == (0, 3)


def test_no_row_is_said():
    assert [text.get_text() for text in plot().texts] == ["Tidak ada."]


def test_bars_without_length_have_an_axis():
    assert plot(("a", 0, 0)).get_xlim() == (0, 1)
