"""Comparison 7: coefficients of agreement against other libraries, with the same numbers.

The others are imported here only; two of them carry licences that the package itself must not depend on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import krippendorff
import numpy as np
import pandas as pd
from nltk.metrics.agreement import AnnotationTask
from statsmodels.stats import inter_rater

from benchmarks.measuring import Row, Taken, in_turn, middle, ratio, seconds
from kinerja_study.condensation.agreement.alpha import krippendorff_alpha
from kinerja_study.condensation.agreement.chance import kappa_fleiss
from kinerja_study.condensation.agreement.ratings import build_ratings

UNITS, CODERS, VALUES = 2_000, 3, 5


def draw() -> pd.DataFrame:
    """Return ratings 1 to 5 by three coders that mostly follow what is there."""
    generator = np.random.default_rng(11)
    truth = generator.integers(1, VALUES + 1, (UNITS, 1))
    noise = generator.integers(1, VALUES + 1, (UNITS, CODERS))
    return pd.DataFrame(np.where(generator.random((UNITS, CODERS)) < 0.6, truth, noise).astype(float), columns=[*"ABC"])


def compare_agreement(runs: int) -> list[Row]:
    """Time each coefficient from the table of units and coders to the number."""
    table = draw()
    cells = table.to_numpy()
    triples = [(coder, unit, int(cells[unit, place])) for place, coder in enumerate("ABC") for unit in range(UNITS)]
    pairs: list[tuple[str, str, Callable[[], float], Callable[[], float]]] = [
        ("nominal alpha", "krippendorff",
         lambda: krippendorff_alpha(build_ratings(table), "nominal").value,
         lambda: krippendorff.alpha(reliability_data=cells.T, level_of_measurement="nominal")),
        ("ordinal alpha", "krippendorff",
         lambda: krippendorff_alpha(build_ratings(table), "ordinal").value,
         lambda: krippendorff.alpha(reliability_data=cells.T, level_of_measurement="ordinal")),
        ("nominal alpha", "nltk",
         lambda: krippendorff_alpha(build_ratings(table), "nominal").value,
         lambda: AnnotationTask(triples).alpha()),
        ("Fleiss' kappa", "statsmodels",
         lambda: kappa_fleiss(build_ratings(table), "identity").value,
         lambda: inter_rater.fleiss_kappa(inter_rater.aggregate_raters(cells)[0])),
    ]  # fmt: skip
    rows = []
    for what, library, own, other in pairs:
        assert math.isclose(own(), other(), rel_tol=1e-9), (what, library)
        mine, theirs = in_turn({f"{what} here": timed(own), f"{what} by {library}": timed(other)}, runs).values()
        times = ratio(theirs, mine)
        shown = f"{times:.1f} times as fast" if times >= 1 else f"{1 / times:.1f} times as long"
        rows.append(
            Row(what=f"7. {what} of {UNITS:,} units by {CODERS} coders, against `{library}`, the same number",
                ours=seconds(middle(mine)), other=seconds(middle(theirs)), ratio=shown)
        )  # fmt: skip
    return rows


def timed(compute: Callable[[], float]) -> Callable[[], Taken]:
    """Return a way that takes the mean of five."""

    def way() -> Taken:
        began = time.perf_counter()
        for _ in range(5):
            compute()
        return Taken(seconds=(time.perf_counter() - began) / 5, megabytes=0)

    return way
