from __future__ import annotations

import pytest

from kinerja_study.presentation.displays.saturation import (
    describe_order,
    describe_orders,
    figure_saturation,
    table_saturation,
)

ROW = {
    "base": 4.0, "run": 2.0, "threshold": 0.05, "interviews": 12.0, "answer": "reached", "at": 6.0, "last": 0.0,
    "again": None, "reason": "", "orders_reached": 1000.0, "orders_not_reached": 0.0, "orders_undefined": 0.0,
    "order_median": 5.5, "order_low": 4.0, "order_high": 9.0,
}  # fmt: skip


LAST = "new codes in the last two interviews, under this codebook and order"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, f"reached at 6 + 2 interviews: no more than 5% {LAST}"),
        ({"threshold": 0.0}, f"reached at 6 + 2 interviews: no {LAST}"),
        ({"answer": "not_reached", "at": None, "last": 0.125}, "not reached; the last run brings 12.5% new codes"),
        ({"answer": "cannot_be_judged", "at": None, "reason": "interviews", "interviews": 5.0},
         "cannot be judged: only 5 interviews, at least 6 needed"),
        ({"answer": "cannot_be_judged", "at": None, "reason": "base"},
         "cannot be judged: the interviews of the base hold no code at all"),
    ],
)  # fmt: skip
def test_each_answer_has_its_sentence(rigour, changed, said):
    assert describe_order(rigour("en"), ROW | changed) == said


def test_a_later_run_above_the_threshold_is_said(rigour):
    said = describe_order(rigour("id"), ROW | {"again": 0.2})
    assert said.endswith("; sesudah itu masih ada deret dengan 20% kode baru")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "median 5.5 + 2, from 4 + 2 to 9 + 2"),
        ({"orders_reached": 900.0, "orders_not_reached": 100.0, "order_high": None},
         "median 5.5 + 2, from 4 + 2 to not reached; 10% of the orders do not reach it"),
        ({"orders_reached": 0.0, "orders_not_reached": 750.0, "orders_undefined": 250.0},
         "not reached in any order; undefined in 25% of the orders"),
        ({"orders_reached": 0.0, "orders_undefined": 1000.0}, "–"),
    ],
)  # fmt: skip
def test_orders_are_said_with_their_median_and_range(rigour, changed, said):
    assert describe_orders(rigour("en"), ROW | changed) == said


def test_table_shows_every_setting_for_all_and_the_first_for_each_group(rigour):
    table = table_saturation(rigour("id"))
    scopes = [row[0].text for row in table.rows]
    assert scopes == ["semua wawancara"] * 8 + ["Atasan"] * 2 + ["Staf"] * 2 + ["Warga"] * 2
    assert table.rows[0][5].text == "tidak dapat dinilai: wawancara dasar tidak memuat satu kode pun"
    assert table.rows[8][5].text == "tidak dapat dinilai: hanya 2 wawancara, sedikitnya 6"


def test_figure_has_its_numbers_as_a_table_and_in_words(rigour):
    figure = figure_saturation(rigour("en"))
    assert "from interview 1 to 6: 1 inductive codes and 6 deductive codes" in figure.alt
    assert figure.table is not None
    assert [cell.text for cell in figure.table.rows[0]] == ["1", "T1", "4 March 2024", "0", "0", "3", "3"]
    assert figure.svg.startswith("<svg")
