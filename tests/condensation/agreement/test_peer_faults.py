"""What other programs get wrong, shown where they can be run, and that ours does not."""

from __future__ import annotations

import inspect
import json
import tracemalloc
import warnings
from fractions import Fraction
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest

from kinerja_study.condensation.agreement.alpha import krippendorff_alpha
from kinerja_study.condensation.agreement.coefficients import COEFFICIENTS, compute_agreement, compute_coefficient
from kinerja_study.condensation.agreement.ratings import NO_OVERLAP, NO_VARIATION, ONE_CODER, Ratings, build_ratings
from kinerja_study.condensation.agreement.unitizing import compute_unitizing

# Krippendorff (2011), example C: four coders, twelve units; alpha nominal .743, interval .849.
EXAMPLE_C = pd.DataFrame(
    {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
)
PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))


def values(ratings: Ratings) -> dict[str, float | None]:
    return {name: found.value for name, found in compute_agreement(ratings).items()}


def test_the_level_of_alpha_is_always_named() -> None:
    data = EXAMPLE_C.to_numpy(dtype=float).T
    assert krippendorff.alpha(reliability_data=data) == pytest.approx(0.849, abs=0.0005)  # interval, unasked
    assert inspect.signature(krippendorff_alpha).parameters["level"].default is inspect.Parameter.empty
    assert compute_coefficient(build_ratings(EXAMPLE_C), "alpha_nominal").value == pytest.approx(0.743, abs=0.0005)


def test_one_value_only_is_a_reason_where_a_peer_gives_nan() -> None:
    table = pd.DataFrame({"A": [1.0, 1, 1], "B": [1.0, 1, None]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = krippendorff.alpha(
            reliability_data=table.to_numpy().T, value_domain=[1.0, 2.0], level_of_measurement="nominal"
        )
    assert np.isnan(peer)
    found = compute_agreement(build_ratings(table))
    assert {each.reason for each in found.values()} == {NO_VARIATION}
    assert {each.value for each in found.values()} == {None}


def test_one_value_where_two_coders_judged_is_no_variation_whatever_one_alone_found() -> None:
    # Only B saw the third unit: without the guard Fleiss' kappa and AC1 would be 1.
    table = pd.DataFrame({"A": ["x", "x", None], "B": ["x", "x", "y"]})
    assert {each.reason for each in compute_agreement(build_ratings(table)).values()} == {NO_VARIATION}


def test_a_category_that_nobody_used_makes_no_variation() -> None:
    # Presence of a code that no coder ever used: Brennan-Prediger and AC1 of two categories would be 1.
    table = pd.DataFrame({"A": [0, 0, 0], "B": [0, 0, 0]})
    assert set(values(build_ratings(table, categories=[0, 1])).values()) == {None}


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"A": [1, 2, 3]}, ONE_CODER),
        ({"A": [1, 2, 3], "B": [None, None, None]}, ONE_CODER),
        ({"A": [1, 2, None, None], "B": [None, None, 1, 2]}, NO_OVERLAP),
    ],
)
def test_one_coder_or_no_overlap_is_a_reason(columns: dict[str, list[float | None]], reason: str) -> None:
    found = compute_agreement(build_ratings(pd.DataFrame(columns)))
    assert set(COEFFICIENTS) <= set(found)
    assert {each.reason for each in found.values()} == {reason}


def test_missing_is_no_category() -> None:
    # A peer counts missing as one more category with this version of pandas; Brennan-Prediger shows it at once.
    # Of the 11 units that two coders judged 8 agree wholly, units 2 and 8 in 3 of their 6 pairs, unit 6 in none:
    # 9/11. There are five values, so chance is 1/5, not 1/6.
    observed = (8 + Fraction(1, 2) + 0 + Fraction(1, 2)) / 11
    expected = Fraction(1, 5)
    found = values(build_ratings(EXAMPLE_C.astype("Int64").astype("str").replace("<NA>", None)))
    assert found["percent_agreement"] == pytest.approx(float(observed))
    assert found["brennan_prediger"] == pytest.approx(float((observed - expected) / (1 - expected)))
    assert found["brennan_prediger"] != pytest.approx(float((observed - Fraction(1, 6)) / (1 - Fraction(1, 6))))


@pytest.mark.parametrize("blank", [None, np.nan, pd.NA, ""])
def test_every_kind_of_blank_is_missing(blank: object) -> None:
    table = pd.DataFrame({"A": ["x", "y", "y", blank], "B": ["x", "y", "x", "y"]}, dtype=object)
    assert build_ratings(table).categories == ("x", "y")
    assert values(build_ratings(table)) == values(build_ratings(table.fillna("")))


def test_complete_data_of_three_coders_counts_every_pair_once() -> None:
    # Randolph (2005): units of three coders, two of them agreeing in full: in units of one value all 6 ordered pairs
    # agree, in mixed ones 2, each over m - 1 = 2. A peer forgets to divide where nothing is missing, and takes n to be
    # twice the 12 values that there are.
    rows = [row.rsplit(" x", 1) for row in PUBLISHED["randolph2005_1"]["rows"]]
    units = [cells.split(",") for cells, times in rows for _ in range(int(times))]
    n = Fraction(3 * len(units))
    yes = Fraction(sum(unit.count("Y") for unit in units))
    agreeing = Fraction(sum(6 if len(set(unit)) == 1 else 2 for unit in units), 2)
    apart = n**2 - yes**2 - (n - yes) ** 2
    alpha = 1 - (n - 1) * (n - agreeing) / apart
    doubled = 1 - (2 * n - 1) * (2 * n - 2 * agreeing) / (4 * apart)
    found = values(build_ratings(pd.DataFrame(units)))["alpha_nominal"]
    assert found == pytest.approx(float(alpha), abs=1e-12)
    assert found != pytest.approx(float(doubled), abs=0.02)


def test_a_segment_keeps_all_its_places() -> None:
    # Half-open: 0-4 has 4 places. Two coders, 10 places; A marks 0-4, B 2-6. Coincidences (each pair both ways):
    # marked 4, gap 8, mixed 4 and 4 of 20. Expected apart: (20^2 - 8^2 - 12^2) / (20 - (4^2 + 4^2 + 12) / 20).
    segments = pd.DataFrame({"coder": ["A", "B"], "start": [0, 2], "end": [4, 6], "code": ["x", "x"]})
    alpha = 1 - 8 / (Fraction(400 - 64 - 144) / (20 - Fraction(44, 20)))
    assert compute_unitizing(segments, 10).binary.value == pytest.approx(float(alpha), abs=1e-12)
    shorter = segments.assign(end=segments["end"] - 1)
    assert compute_unitizing(shorter, 10).binary.value != pytest.approx(float(alpha), abs=0.01)


def test_a_stretch_as_long_as_the_continuum_is_marked_to_its_end() -> None:
    whole = pd.DataFrame({"coder": ["A", "B", "B"], "start": [0, 0, 5], "end": [10, 5, 10], "code": ["x", "x", "y"]})
    found = compute_unitizing(whole, 10)
    assert found.coverage == {"x": 1.0, "y": 1.0}
    assert found.binary.reason == NO_VARIATION


def test_codes_given_units_take_the_mean_over_the_other_coders_and_not_their_union() -> None:
    # Krippendorff (2019), Fig. 12.11, three coders: .724 as printed; the union of the others gives .726.
    case = PUBLISHED["u_k2019_fig12_11"]
    table = pd.DataFrame([row.split(",") for row in case["rows"]], columns=case["columns"])
    found = compute_unitizing(table.astype({"start": int, "end": int}), 60).codes_given_units.value
    assert found == pytest.approx(0.7239, abs=0.00005)


@pytest.mark.slow
def test_a_million_units_of_fifty_codes_need_less_than_a_gigabyte() -> None:
    random = np.random.default_rng(7)
    cells = random.integers(0, 50, (1_000_000, 3)).astype(float)
    cells[random.random(cells.shape) < 0.1] = np.nan
    tracemalloc.start()
    ratings = build_ratings(pd.DataFrame(cells))
    for level in ("nominal", "ordinal", "interval", "ratio"):
        assert abs(compute_coefficient(ratings, f"alpha_{level}").value or 1) < 0.01
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # N x V^2 would be 20 GB, N x V still 0.4.
    assert peak < 0.5e9


def test_where_no_pair_of_coders_has_variation_lights_kappa_has_none() -> None:
    # A and B both say 1 of the first unit, A and C both 2 of the second: together there are two values.
    table = pd.DataFrame({"A": [1, 2], "B": [1, None], "C": [None, 2]})
    found = compute_agreement(build_ratings(table))
    assert found["kappa_light"].reason == NO_VARIATION
    assert found["kappa_fleiss"].value == 1.0
