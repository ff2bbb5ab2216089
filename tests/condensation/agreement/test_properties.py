"""What holds for every table: neither the order of coders or rows nor the names of codes say anything."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_study.condensation.agreement.coefficients import CATEGORY, COEFFICIENTS, compute_agreement
from kinerja_study.condensation.agreement.intervals import jackknife
from kinerja_study.condensation.agreement.ratings import REASONS, Agreement, Ratings, build_ratings
from kinerja_study.condensation.agreement.unitizing import UnitizingAgreement, compute_binary, compute_unitizing

NOMINAL = [name for name, coefficient in COEFFICIENTS.items() if coefficient.level == "nominal"]
unhurried = settings(deadline=None, max_examples=60)
CELLS = st.sampled_from([1, 2, 3, 5, None])


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    coders = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=coders, max_size=coders), min_size=1, max_size=12))
    return pd.DataFrame(rows, columns=[f"coder-{number}" for number in range(coders)], dtype=object)


@st.composite
def continua(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for coder in ["A", "B", "C"][: draw(st.integers(1, 3))]:
        at = 0
        for _ in range(draw(st.integers(1, 4))):
            start = at + draw(st.integers(0, 5))
            at = start + draw(st.integers(1, 6))
            rows.append((coder, start, at, draw(st.sampled_from("xyz"))))
    return pd.DataFrame(rows, columns=["coder", "start", "end", "code"])


def numbers(found: dict[str, Agreement]) -> dict[str, object]:
    flat = {}
    for name, each in found.items():
        for part in ("value", "low", "high", "se"):
            number = getattr(each, part)
            flat[f"{name}.{part}"] = None if number is None else round(number, 9) + 0.0
        flat[f"{name}.reason"] = each.reason
    return flat


def family(found: UnitizingAgreement) -> dict[str, object]:
    parts = {"u": found.nominal, "binary": found.binary, "cu": found.codes_given_units, **found.by_code}
    return {**numbers(parts), **{k: round(share, 9) for k, share in found.coverage.items()}}


def same(one: dict[str, object], other: dict[str, object]) -> None:
    assert one.keys() == other.keys()
    for name, number in one.items():
        if isinstance(number, float):
            assert other[name] == pytest.approx(number, abs=1e-7), name
        else:
            assert other[name] == number, name


@unhurried
@given(tables(), st.randoms(use_true_random=False))
def test_permuting_the_coders_changes_nothing(table: pd.DataFrame, chance: random.Random) -> None:
    columns = list(table.columns)
    chance.shuffle(columns)
    same(numbers(compute_agreement(build_ratings(table))), numbers(compute_agreement(build_ratings(table[columns]))))


@unhurried
@given(tables(), st.randoms(use_true_random=False))
def test_reordering_the_rows_changes_nothing(table: pd.DataFrame, chance: random.Random) -> None:
    order = list(range(len(table)))
    chance.shuffle(order)
    same(numbers(compute_agreement(build_ratings(table))), numbers(compute_agreement(build_ratings(table.iloc[order]))))


@unhurried
@given(tables(), st.permutations(["d", "b", "x", "Ä"]))
def test_relabelling_nominal_codes_changes_nothing(table: pd.DataFrame, names: list[str]) -> None:
    new = dict(zip([1, 2, 3, 5], names, strict=True))
    renamed = table.map(lambda cell: new.get(cell, ""))
    found, other = (compute_agreement(build_ratings(t), "nominal") for t in (table, renamed))
    same(numbers({n: found[n] for n in NOMINAL}), numbers({n: other[n] for n in NOMINAL}))
    for value, name in new.items():
        if f"{CATEGORY}{value}" in found:
            same(numbers({"it": found[f"{CATEGORY}{value}"]}), numbers({"it": other[f"{CATEGORY}{name}"]}))


@unhurried
@given(tables(), st.floats(0.5, 8), st.floats(-5, 5))
def test_another_unit_of_measurement_changes_nothing_at_interval_level(
    table: pd.DataFrame, slope: float, shift: float
) -> None:
    moved = table.map(lambda cell: None if cell is None else slope * cell + shift)
    found, other = (compute_agreement(build_ratings(t), "interval") for t in (table, moved))
    same(numbers({n: found[n] for n in COEFFICIENTS if n in found}),
         numbers({n: other[n] for n in COEFFICIENTS if n in found}))  # fmt: skip


@unhurried
@given(tables())
def test_a_coefficient_is_a_number_up_to_one_or_a_known_reason(table: pd.DataFrame) -> None:
    for each in compute_agreement(build_ratings(table)).values():
        assert (each.value is None) == (each.reason is not None)
        if each.value is None:
            assert each.reason in REASONS
            assert (each.low, each.high) == (None, None)
        else:
            assert np.isfinite(each.value)
            assert each.value <= 1 + 1e-12
        if each.low is not None:
            assert each.low - 1e-9 <= each.value <= each.high + 1e-9
            assert each.interval


@unhurried
@given(tables())
def test_agreeing_in_full_is_one_at_every_level(table: pd.DataFrame) -> None:
    first = table.iloc[:, 0]
    agreed = build_ratings(pd.DataFrame({"A": first, "B": first, "C": first}))
    if agreed.reason is None:
        found = compute_agreement(agreed)
        assert {n: each.value for n, each in found.items() if n in COEFFICIENTS and each.value is not None} == {
            n: pytest.approx(1.0) for n in COEFFICIENTS if not COEFFICIENTS[n].two_coders
        }


@unhurried
@given(tables())
def test_a_unit_that_one_coder_judged_does_not_move_alpha(table: pd.DataFrame) -> None:
    ratings = build_ratings(table)
    paired: Ratings = ratings.judged_by(2)
    names = [f"alpha_{level}" for level in ("nominal", "ordinal", "interval", "ratio")]
    if ratings.reason is None:
        found, other = compute_agreement(ratings), compute_agreement(paired)
        same(numbers({n: found[n] for n in names}), numbers({n: other[n] for n in names}))


@unhurried
@given(continua(), st.randoms(use_true_random=False))
def test_order_and_names_change_nothing_on_a_continuum(segments: pd.DataFrame, chance: random.Random) -> None:
    order = list(range(len(segments)))
    chance.shuffle(order)
    turned = segments.iloc[order].replace({"coder": {"A": "z", "C": "a"}})
    same(family(compute_unitizing(segments, 50)), family(compute_unitizing(turned, 50)))


@unhurried
@given(continua())
def test_the_continuum_read_backwards_agrees_as_much(segments: pd.DataFrame) -> None:
    mirrored = segments.assign(start=50 - segments["end"], end=50 - segments["start"])
    same(family(compute_unitizing(segments, 50)), family(compute_unitizing(mirrored, 50)))


@unhurried
@given(st.lists(continua(), min_size=1, max_size=4))
def test_leaving_out_a_part_is_the_continuum_without_it(parts: list[pd.DataFrame]) -> None:
    def laid(kept: list[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat([p.assign(start=p["start"] + 50 * n, end=p["end"] + 50 * n) for n, p in enumerate(kept)])

    def alone(kept: list[pd.DataFrame]) -> float | None:
        return compute_unitizing(laid(kept), 50 * len(kept), "ABC").binary.value if kept else None

    found = compute_binary(laid(parts), 50 * np.arange(1, len(parts) + 1), "ABC")
    whole = compute_unitizing(laid(parts), 50 * len(parts), "ABC").binary
    left = [alone(parts[:number] + parts[number + 1 :]) for number in range(len(parts))]
    same(numbers({"binary": found}), numbers({"binary": jackknife(whole, left)}))
