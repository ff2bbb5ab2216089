from __future__ import annotations

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from kinerja_study.presentation import figures

PARTS = [(name, [f"{name} apa", "12 teks $x$"]) for name in ("Pengumpulan", "Penyajian", "Kondensasi", "Kesimpulan")]


def test_four_boxes_stand_in_two_rows_and_hold_their_texts():
    ax = figures.plot_method(PARTS)
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    left, right = {box.get_x() for box in boxes[::2]}, {box.get_x() for box in boxes[1::2]}
    assert len(boxes) == 4
    assert max(left) < min(right)
    assert [text.get_text() for text in ax.texts[::2]] == [name for name, _ in PARTS]
    assert ax.texts[1].get_text() == "Pengumpulan apa\n12 teks $x$"


def test_five_arrows_point_both_ways_and_none_joins_collection_to_conclusions():
    ax = figures.plot_method(PARTS)
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 5
    assert all(type(arrow.get_arrowstyle()).__name__ == "CurveFilledAB" for arrow in arrows)
    falling = [ends for ends in (a._posA_posB for a in arrows) if ends[0][0] < ends[1][0] and ends[0][1] < ends[1][1]]
    assert falling == []  # from upper left to lower right


def test_long_texts_make_the_boxes_higher():
    heights = [figures.plot_method([(name, lines * times) for name, lines in PARTS]).get_ylim()[0] for times in (1, 3)]
    assert heights[0] < heights[1]
