"""The satisfaction index against published tables: one recomputes, one does not."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.definition import SKM_WEIGHTS
from kinerja_study.display import compute_satisfaction_index

BANTUL = (3.31, 3.35, 3.49, 3.93, 3.45, 3.39, 3.39, 3.76, 3.35)
"""Dinas Pertanahan dan Tata Ruang Kab. Bantul, 2023, https://skm.bantulkab.go.id (printed index 87.28)."""

SUMBAR = (3.200, 3.216, 2.936, 3.530, 3.136, 3.200, 3.316, 3.916, 3.323)
"""DPMPTSP Prov. Sumatera Barat, http://dpmptsp.sumbarprov.go.id/details/news/82 (printed index 81.71)."""


def elements(*means: float) -> pd.DataFrame:
    return pd.DataFrame({"mean": means})


def by_weight(means: Sequence[float]) -> list[float | None]:
    return [compute_satisfaction_index(elements(*means), weight) for weight in SKM_WEIGHTS]


def test_published_index_of_bantul_comes_out_by_one_ninth_and_not_by_the_rounded_weight():
    # The means sum to 31.42: x 25 / 9 = 87.278, x 25 x 0.111 = 87.191
    assert by_weight(BANTUL) == [87.28, 87.19]


def test_published_index_of_west_sumatra_does_not_recompute_by_any_weight():
    # The means sum to 29.773: x 25 / 9 = 82.703, x 25 x 0.111 = 82.620; 81.71 is printed
    assert by_weight(SUMBAR) == [82.70, 82.62]


def test_eight_elements_make_no_index():
    assert compute_satisfaction_index(elements(*[3.0] * 8, float("nan"))) is None


@pytest.mark.parametrize(("weight", "expected"), [("1/9", 100.0), ("0.111", 99.9)])
def test_perfect_office_scores_one_hundred_only_by_one_ninth(weight, expected: float):
    assert compute_satisfaction_index(elements(*[4.0] * 9), weight) == expected


@pytest.mark.parametrize(
    ("total", "expected"),
    # x 25 / 9: 64.995 and 76.605, which lie between two bands, and 58.345
    [(23.3982, 65.0), (27.5778, 76.61), (21.0042, 58.35)],
)
def test_half_a_hundredth_is_rounded_up_before_it_is_read_on_a_band(total: float, expected: float):
    assert compute_satisfaction_index(elements(*[2.5] * 8, round(total - 20, 4))) == expected


def test_plain_rounding_of_floats_would_lose_half_a_hundredth():
    means = elements(*[2.5] * 8, 1.0042)["mean"]
    assert round(float(means.mean().round(6)) * 25, 2) == 58.34


@given(st.lists(st.integers(100, 400), min_size=9, max_size=9), st.randoms())
def test_index_is_the_same_in_any_order_and_never_higher_by_the_rounded_weight(cents: list[int], random: Random):
    means = [number / 100 for number in cents]
    ninth, rounded = by_weight(means)
    assert by_weight(random.sample(means, 9)) == [ninth, rounded]
    assert ninth is not None
    assert rounded is not None
    assert rounded <= ninth
    assert 25.0 <= ninth <= 100.0
