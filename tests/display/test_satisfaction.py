"""The satisfaction index against published tables: one recomputes, one does not."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.definition import ELEMENTS, SKM_WEIGHTS
from kinerja_study.display import compute_satisfaction_index, recompute_index

BANTUL = {
    "persyaratan": 3.31, "prosedur": 3.35, "waktu": 3.49, "biaya": 3.93, "produk": 3.45, "kompetensi": 3.39,
    "perilaku": 3.39, "pengaduan": 3.76, "sarana": 3.35,
}  # fmt: skip
"""Dinas Pertanahan dan Tata Ruang Kab. Bantul, 2023, https://skm.bantulkab.go.id (printed index 87.28)."""

SUMBAR = {
    "persyaratan": 3.200, "prosedur": 3.216, "waktu": 2.936, "biaya": 3.530, "produk": 3.136, "kompetensi": 3.200,
    "perilaku": 3.316, "pungutan tidak resmi": 3.916, "pengaduan": 3.323,
}  # fmt: skip
"""DPMPTSP Prov. Sumatera Barat, http://dpmptsp.sumbarprov.go.id/details/news/82 (printed index 81.71)."""


def elements(*means: float) -> pd.DataFrame:
    return pd.DataFrame({"mean": means})


def test_published_index_of_bantul_comes_out_by_one_ninth_and_not_by_the_rounded_weight():
    # The means sum to 31.42: x 25 / 9 = 87.278, x 25 x 0.111 = 87.191
    found = recompute_index(BANTUL, 87.28)
    assert found.by_weight == {"1/9": 87.28, "0.111": 87.19}
    assert (found.recomputes, found.matching) == (True, ("1/9",))
    assert found.missing == found.foreign == ()


def test_published_index_of_west_sumatra_does_not_recompute_by_any_weight():
    # The means sum to 29.773: x 25 / 9 = 82.703, x 25 x 0.111 = 82.620; 81.71 is printed
    found = recompute_index(SUMBAR, 81.71)
    assert found.by_weight == {"1/9": 82.70, "0.111": 82.62}
    assert (found.recomputes, found.matching) == (False, ())
    assert (found.missing, found.foreign) == (("sarana",), ("pungutan tidak resmi",))


def test_order_of_the_rows_does_not_matter_since_elements_are_known_by_name():
    assert recompute_index(dict(reversed(BANTUL.items())), 87.28) == recompute_index(BANTUL, 87.28)


def test_eight_elements_make_no_index():
    eight = {name: mean for name, mean in BANTUL.items() if name != "sarana"}
    found = recompute_index(eight, 87.28)
    assert (found.by_weight, found.recomputes) == ({"1/9": None, "0.111": None}, False)
    assert found.missing == ("sarana",)
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


@given(st.permutations(list(ELEMENTS)), st.lists(st.integers(100, 400), min_size=9, max_size=9))
def test_index_is_the_same_in_any_order_and_never_higher_by_the_rounded_weight(order: list[str], cents: list[int]):
    means = {element: number / 100 for element, number in zip(ELEMENTS, cents, strict=True)}
    found = recompute_index(means, 0.0)
    assert recompute_index({name: means[name] for name in order}, 0.0).by_weight == found.by_weight
    ninth, rounded = (found.by_weight[weight] for weight in SKM_WEIGHTS)
    assert ninth is not None
    assert rounded is not None
    assert rounded <= ninth
    assert 25.0 <= ninth <= 100.0
