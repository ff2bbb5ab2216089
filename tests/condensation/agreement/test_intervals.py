"""Intervals: the linearised ones are near the jackknife over units; clusters are left out whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kinerja_study.condensation.agreement.coefficients import COEFFICIENTS, compute_coefficient
from kinerja_study.condensation.agreement.intervals import GWET, TWO_CODERS, jackknife
from kinerja_study.condensation.agreement.ratings import Agreement, build_ratings


def draw(coders: int, missing: float) -> pd.DataFrame:
    random = np.random.default_rng(3)
    truth = random.integers(1, 5, (250, 1))
    cells = np.where(random.random((250, coders)) < 0.6, truth, random.integers(1, 5, (250, coders))).astype(float)
    cells[random.random(cells.shape) < missing] = np.nan
    return pd.DataFrame(cells)


@pytest.mark.parametrize("name", COEFFICIENTS)
@pytest.mark.parametrize(("coders", "missing"), [(2, 0.0), (2, 0.1), (4, 0.0), (4, 0.25)])
def test_the_linearised_error_is_near_that_of_leaving_out_each_unit(name: str, coders: int, missing: float) -> None:
    table = draw(coders, missing)
    linear = compute_coefficient(build_ratings(table), name)
    left = compute_coefficient(build_ratings(table, clusters=range(len(table))), name)
    if COEFFICIENTS[name].two_coders and coders > 2:
        assert (linear.se, left.se) == (None, None)
        return
    # Gwet's contributions of a unit that one coder judged are 0, which widens; the jackknife leaves out none of them.
    assert linear.se == pytest.approx(left.se, rel=0.02 if missing == 0 else 0.12)
    assert left.value == linear.value


def test_an_interval_says_how_it_was_made() -> None:
    complete, gapped, four = draw(2, 0.0), draw(2, 0.1), draw(4, 0.0)
    assert compute_coefficient(build_ratings(complete), "gwet_ac1").interval == TWO_CODERS
    assert compute_coefficient(build_ratings(gapped), "kappa_cohen").interval == TWO_CODERS
    assert compute_coefficient(build_ratings(gapped), "gwet_ac1").interval == GWET
    assert compute_coefficient(build_ratings(complete), "alpha_nominal").interval == GWET
    assert compute_coefficient(build_ratings(four), "kappa_conger").interval == GWET
    texts = np.repeat(["W01", "W02", "W03", "W04", "W05"], 50)
    over_texts = compute_coefficient(build_ratings(four, clusters=texts), "kappa_conger")
    assert over_texts.interval == "jackknife over 5 clusters"


def test_the_jackknife_is_that_of_the_textbook() -> None:
    # Values without each of three clusters: .4, .6, .8. Their mean .6, squares .04 + 0 + .04; se^2 = 2/3 x .08.
    # t of 2 degrees of freedom at .975 is 4.302653; .7 - 4.302653 x .230940 = -.2937, and at most 1.
    found = jackknife(Agreement(value=0.7), [0.4, 0.6, 0.8])
    assert found.se == pytest.approx(0.2309401)
    assert (found.low, found.high) == (pytest.approx(-0.2936551, abs=1e-6), 1.0)


@pytest.mark.parametrize("left", [[], [0.5], [0.5, None, 0.6]])
def test_there_is_no_interval_of_one_cluster_or_where_one_leaves_nothing_to_compute(left: list[float | None]) -> None:
    found = jackknife(Agreement(value=0.7), left)
    assert (found.value, found.low, found.high, found.interval) == (0.7, None, None, "")


def test_units_of_one_text_count_as_one_where_they_say_the_same() -> None:
    # The same six units told ten times over in each text are no sixty witnesses.
    units = pd.DataFrame({"A": [1, 0, 1, 0, 1, 0], "B": [1, 0, 1, 0, 0, 1]})
    table = pd.concat([units] * 10, ignore_index=True)
    by_text = compute_coefficient(build_ratings(table, clusters=np.tile(range(6), 10)), "alpha_nominal")
    by_unit = compute_coefficient(build_ratings(table), "alpha_nominal")
    assert by_text.se > 2.5 * by_unit.se


def test_a_single_unit_has_a_value_and_no_interval() -> None:
    found = compute_coefficient(build_ratings(pd.DataFrame({"A": [1], "B": [2]})), "alpha_nominal")
    assert (found.value, found.low, found.interval) == (0.0, None, "")
