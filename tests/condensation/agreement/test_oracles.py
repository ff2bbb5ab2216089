"""On random tables ours equals what others compute, as far as they compute the same."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from kinerja_study.condensation.agreement.coefficients import compute_coefficient
from kinerja_study.condensation.agreement.intervals import t_quantile
from kinerja_study.condensation.agreement.ratings import Agreement, build_ratings

SEEDS = range(12)


def draw(seed: int, coders: int, *, missing: float = 0.0) -> pd.DataFrame:
    """Return ratings 1 to 4 that mostly follow what is there, in columns A, B, ..."""
    random = np.random.default_rng(seed)
    truth = random.choice([1, 2, 3, 4], size=(40, 1), p=[0.4, 0.3, 0.2, 0.1])
    noise = random.integers(1, 5, (40, coders))
    cells = np.where(random.random((40, coders)) < 0.6, truth, noise).astype(float)
    cells[:4] = [[1.0], [2.0], [3.0], [4.0]]  # every value occurs, so that all mean the same categories
    cells[4:][random.random((36, coders)) < missing] = np.nan
    return pd.DataFrame(cells, columns=list("ABCDEF"[:coders]))


def ours(table: pd.DataFrame, name: str) -> Agreement:
    return compute_coefficient(build_ratings(table), name)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_equals_that_of_krippendorff(seed: int, level: str) -> None:
    table = draw(seed, 2 + seed % 4, missing=0.1 * (seed % 5))
    theirs = krippendorff.alpha(reliability_data=table.to_numpy().T, level_of_measurement=level)
    assert ours(table, f"alpha_{level}").value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_coefficients_equal_those_of_nltk(seed: int) -> None:
    from nltk.metrics.agreement import AnnotationTask  # seconds, which only the worker that needs it shall spend

    table = draw(seed, 2 + seed % 4)
    task = AnnotationTask([(c, str(u), str(v)) for c in table for u, v in table[c].items()])
    theirs = {
        "percent_agreement": task.avg_Ao(),
        "kappa_light": task.kappa(),
        "kappa_conger": task.multi_kappa(),
        "kappa_fleiss": task.pi(),
        "brennan_prediger": task.S(),
        "alpha_nominal": task.alpha(),
    }
    assert {name: ours(table, name).value for name in theirs} == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_of_two_coders_equals_that_of_scikit_learn(seed: int, weights: str | None) -> None:
    table = draw(seed, 2)
    theirs = cohen_kappa_score(table["A"].astype(int), table["B"].astype(int), weights=weights)
    name = "kappa_cohen" if weights is None else f"kappa_cohen_{weights}"
    assert ours(table, name).value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("name", "method"), [("kappa_fleiss", "fleiss"), ("brennan_prediger", "randolph")])
@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_of_many_coders_equals_that_of_statsmodels(seed: int, name: str, method: str) -> None:
    table = draw(seed, 2 + seed % 4)
    counts, _ = inter_rater.aggregate_raters(table.astype(int).to_numpy())
    assert ours(table, name).value == pytest.approx(inter_rater.fleiss_kappa(counts, method=method), abs=1e-9)


@pytest.mark.parametrize("weights", ["", "_linear", "_quadratic"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_standard_error_of_cohens_kappa_equals_that_of_statsmodels(seed: int, weights: str) -> None:
    # Fleiss, Cohen & Everitt (1969), the large-sample variance.
    table = draw(seed, 2)
    crossed = pd.crosstab(table["A"], table["B"]).reindex(index=range(1, 5), columns=range(1, 5), fill_value=0)
    kinds = {"": None, "_linear": "linear", "_quadratic": "quadratic"}
    theirs = inter_rater.cohens_kappa(crossed.to_numpy(), wt=kinds[weights])
    found = ours(table, f"kappa_cohen{weights}")
    assert found.value == pytest.approx(theirs.kappa, abs=1e-9)
    assert found.se == pytest.approx(theirs.std_kappa, abs=1e-9)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 10, 11, 30, 199, 200, 201, 500, 10_000])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.975, 0.9995])
def test_quantiles_of_t_equal_those_of_scipy(share: float, freedom: int) -> None:
    assert t_quantile(share, freedom) == pytest.approx(stats.t.ppf(share, freedom), rel=1e-8, abs=1e-9)
