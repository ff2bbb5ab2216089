"""Every published table of the literature comes out to its printed digits; sources stand in published.json.

There a row of ratings is a unit with its coders' values, ``x3`` after it means three such units.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kinerja_study.condensation.agreement.coefficients import compute_agreement
from kinerja_study.condensation.agreement.ratings import NOT_PAIRABLE, Ratings, build_ratings
from kinerja_study.condensation.agreement.unitizing import compute_unitizing

PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))
RATINGS = {name: case for name, case in PUBLISHED.items() if "values" in case}
PARTS = {"_se": "se", "_ci_low": "low", "_ci_high": "high"}


def rate(case: dict[str, Any]) -> Ratings:
    rows = [row.rsplit(" x", 1) for row in case["rows"]]
    cells = [values.split(",") for values, times in rows for _ in range(int(times))]
    return build_ratings(pd.DataFrame(cells, columns=case["columns"]), categories=case["values"])


def mark(case: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame([row.split(",") for row in case["rows"]], columns=case["columns"])
    return table.astype({"start": int, "end": int})


@pytest.mark.parametrize("name", RATINGS)
def test_a_published_table_comes_out_to_its_printed_digits(name: str) -> None:
    found = compute_agreement(rate(RATINGS[name]))
    assert RATINGS[name]["checks"]
    for check, printed in RATINGS[name]["checks"].items():
        suffix = next((suffix for suffix in PARTS if check.endswith(suffix)), "")
        computed = getattr(found[check.removesuffix(suffix)], PARTS.get(suffix, "value"))
        assert computed == pytest.approx(printed["published"], abs=printed["within"] * 1.0001), check


def test_there_are_as_many_tables_as_the_literature_gave() -> None:
    # The twenty-ninth is of saturation, and stands in test_saturation.py.
    assert (len(PUBLISHED), len(RATINGS)) == (28, 26)


@pytest.mark.parametrize("name", ["u_k2019_fig12_11", "u_k2019_fig12_11_quallmer"])
def test_the_published_continuum_comes_out_to_its_printed_digits(name: str) -> None:
    case = PUBLISHED[name]
    found = compute_unitizing(mark(case), case["length"])
    computed = {
        "u_alpha_nominal": found.nominal.value,
        "u_alpha_binary": found.binary.value,
        "cu_alpha_nominal": found.codes_given_units.value,
    }
    for check, printed in case["checks"].items():
        if check in computed:
            assert computed[check] == pytest.approx(printed["published"], abs=printed["within"]), check


def test_the_published_alphas_of_single_codes_come_out() -> None:
    case = PUBLISHED["u_k2019_fig12_11"]
    found = compute_unitizing(mark(case), case["length"])
    printed = case["checks"]["ku_alpha"]["published"]
    assert {code: each.value for code, each in found.by_code.items()} == printed
    assert found.by_code["7"].reason == NOT_PAIRABLE
    coverage = case["checks"]["coverage"]["published"]
    assert {code: round(found.coverage[code], 2) for code in coverage} == coverage


def test_boundaries_one_place_off_move_the_alphas() -> None:
    # .4136 and .7242 are what the note of the second digitisation gives; printed are .413 and .724.
    case = PUBLISHED["u_k2019_fig12_11_quallmer"]
    found = compute_unitizing(mark(case), case["length"])
    assert found.binary.value == pytest.approx(0.4136, abs=0.00005)
    assert found.codes_given_units.value == pytest.approx(0.7242, abs=0.00005)
