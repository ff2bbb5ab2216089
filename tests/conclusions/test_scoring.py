from __future__ import annotations

import statistics
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kinerja_study.conclusions.scoring import (
    FocusScore,
    build_focus_evidence,
    is_split,
    score_focus,
    score_subsets,
)
from kinerja_study.definition import ELEMENTS, Group, Indicator, Rules, Satisfaction, Scale, StudyDefinition
from kinerja_study.display.matrices import build_case_focus, build_evidence
from kinerja_study.display.records import compute_indicators

Row = tuple[str, str, int]

TECHNIQUES = {
    "atasan": "interview",
    "staf": "interview",
    "warga": "interview",
    "amatan": "observation",
    "berkas": "document",
    "catatan": "record",
}
OUTSIDE = {"warga", "amatan"}
EDGES = {"tidak_baik": 20.0, "kurang_baik": 36.0, "cukup_baik": 52.0, "baik": 68.0, "sangat_baik": 84.0}


def make_groups(**weights: float) -> tuple[Group, ...]:
    return tuple(
        Group.model_validate(
            {"id": name, "technique": technique, "outside": name in OUTSIDE}
            | ({"weight": weights[name]} if name in weights else {})
        )
        for name, technique in TECHNIQUES.items()
    )


def make_scale(edges: dict[str, float]) -> Scale:
    return Scale.model_validate({"name": "uji", "levels": [{"id": n, "from": e} for n, e in edges.items()]})


SCALE = make_scale(EDGES)
NO_MINIMUM = {"minimum_informants": 0, "minimum_groups": 0}


def make_rules(**values: Any) -> Rules:
    return Rules.model_validate(NO_MINIMUM | values)


def frame_of(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["case_id", "group", "magnitude"])
    return frame.assign(technique=frame["group"].map(TECHNIQUES), focus="mutu", document_id="")


def score(rows: list[Row], groups: tuple[Group, ...] | None = None, scale: Scale = SCALE, **rules: Any) -> FocusScore:
    chosen = make_rules(**rules)
    return score_focus(build_focus_evidence(frame_of(rows), groups or make_groups(), chosen), scale, chosen)


def said(case: str, group: str, *magnitudes: int) -> list[Row]:
    return [(case, group, magnitude) for magnitude in magnitudes]


# --- Docs of method.md, line by line


def test_position_of_a_case_is_the_mean_of_its_magnitudes_divided_by_two() -> None:
    evidence = build_focus_evidence(frame_of(said("S-1", "staf", 2, 1, -1)), make_groups(), make_rules())
    # (2 + 1 - 1) / 3 / 2 = 1/3
    assert evidence.positions.tolist() == pytest.approx([1 / 3])


@pytest.mark.parametrize(
    ("magnitude", "expected", "level"),
    [
        (-2, 20.0, "tidak_baik"),
        (-1, 40.0, "kurang_baik"),
        (0, 60.0, "cukup_baik"),
        (1, 80.0, "baik"),
        (2, 100.0, "sangat_baik"),
    ],
)
def test_each_magnitude_stands_on_its_place_of_the_scale(magnitude: int, expected: float, level: str) -> None:
    found = score(said("S-1", "staf", magnitude))
    assert (found.score, found.level) == (expected, level)


def test_talkative_case_weighs_no_more_than_a_brief_one() -> None:
    # (1 + -1) / 2 = 0
    assert score([*said("S-1", "staf", *[2] * 10), *said("S-2", "staf", -2)]).score == 60.0


VOICES = [
    *said("A-1", "atasan", 2),  # 1
    *said("S-1", "staf", -1, -1),  # -1/2
    *said("S-2", "staf", -2, -2, 2),  # -1/3
    *said("S-3", "staf", 2),  # 1
]


@pytest.mark.parametrize(
    ("weights", "aggregate", "expected"),
    [
        # staf (-1/2 - 1/3 + 1) / 3 = 1/18; (1 + 1/18) / 2 = 19/36; 60 + 40 * 19/36
        ("groups", "mean", 81.11),
        # staf: the middle one, -1/3; (1 - 1/3) / 2 = 1/3
        ("groups", "median", 73.33),
        # (1 - 1/2 - 1/3 + 1) / 4 = 7/24
        ("cases", "mean", 71.67),
        # -1/2, -1/3, 1, 1: (-1/3 + 1) / 2 = 1/3
        ("cases", "median", 73.33),
        # 1 - 1/2 - 1/2 - 1 - 1 + 1 + 1 = 0
        ("segments", "mean", 60.0),
        # -1, -1, -1/2, [-1/2], 1, 1, 1
        ("segments", "median", 40.0),
    ],
)
def test_weights_and_aggregate_give_the_numbers_worked_out_by_hand(
    weights: str, aggregate: str, expected: float
) -> None:
    assert score(VOICES, weights=weights, aggregate=aggregate).score == expected


def test_groups_are_always_a_weighted_mean_even_under_the_median() -> None:
    rows = [*said("A-1", "atasan", 2), *said("S-1", "staf", -1), *said("W-1", "warga", -1)]
    # (1 - 1/2 - 1/2) / 3 = 0; the median of the groups would be -1/2, 40
    assert score(rows, aggregate="median").score == 60.0


def test_unequal_group_weights_are_renormalised_over_groups_that_have_cases() -> None:
    rows = [*said("A-1", "atasan", 2), *said("S-1", "staf", -1)]
    # (2 * 1 + 1 * -1/2) / 3 = 1/2; the weight 5 of the silent public is in neither sum
    assert score(rows, make_groups(atasan=2, staf=1, warga=5)).score == 80.0


def test_group_weights_mean_nothing_where_cases_or_segments_weigh_alike() -> None:
    rows = [*said("A-1", "atasan", 2), *said("S-1", "staf", -1)]
    heavy, even = make_groups(atasan=9), make_groups()
    for weights in ("cases", "segments"):
        assert score(rows, heavy, weights=weights).score == score(rows, even, weights=weights).score == 70.0


@pytest.mark.parametrize("weights", ["groups", "cases", "segments"])
def test_group_of_weight_zero_is_shown_and_never_counted(weights: str) -> None:
    rows = [*said("A-1", "atasan", 1), *said("S-1", "staf", 1), *said("W-1", "warga", -2, -2, -2)]
    found = score(rows, make_groups(warga=0), weights=weights)
    assert found.score == 80.0
    assert found.groups == {"atasan": 80.0, "staf": 80.0, "warga": 20.0}
    assert found.counted == ("atasan", "staf")
    assert found.balance == {"against": 0, "neutral": 0, "for": 2}
    assert found.outsiders is None


@pytest.mark.parametrize("weights", ["groups", "cases", "segments"])
def test_group_with_fewer_cases_than_the_minimum_is_shown_and_not_counted(weights: str) -> None:
    rows = [*said("A-1", "atasan", -2), *said("S-1", "staf", 1), *said("S-2", "staf", 1)]
    found = score(rows, weights=weights, minimum_cases_per_group=2)
    assert (found.score, found.counted) == (80.0, ("staf",))
    assert found.groups == {"atasan": 20.0, "staf": 80.0}
    assert found.balance == {"against": 0, "neutral": 0, "for": 2}


def test_group_too_small_to_count_does_not_satisfy_the_minimum_of_groups() -> None:
    rows = [*said("A-1", "atasan", 1), *said("S-1", "staf", 1), *said("S-2", "staf", 1)]
    assert score(rows, minimum_groups=2).level == "baik"
    found = score(rows, minimum_groups=2, minimum_cases_per_group=2)
    assert (found.level, found.score, found.lacking) == (None, None, ("groups",))


def test_neutral_codings_are_left_out_before_anything_else() -> None:
    rows = said("S-1", "staf", 2, 0)
    # kept: (2 + 0) / 2 / 2 = 1/2; dropped: 1
    assert (score(rows).score, score(rows, neutral="drop").score) == (80.0, 100.0)


def test_dropping_neutral_codings_brings_a_focus_below_its_minimum() -> None:
    rows = [*said("A-1", "atasan", 1), *said("S-1", "staf", 1), *said("S-2", "staf", 0, 0)]
    kept = score(rows, minimum_informants=3, minimum_groups=2)
    # (1/2 + (1/2 + 0) / 2) / 2 = 3/8
    assert (kept.score, kept.informants) == (75.0, 3)
    dropped = score(rows, minimum_informants=3, minimum_groups=2, neutral="drop")
    assert (dropped.level, dropped.informants, dropped.lacking) == (None, 2, ("informants",))


def test_only_interviewed_cases_are_informants() -> None:
    rows = [*said("S-1", "staf", 1), *said("O-1", "amatan", 1), *said("D-1", "berkas", 1)]
    found = score(rows, minimum_informants=2)
    assert (found.informants, found.lacking) == (1, ("informants",))


def test_no_verdict_without_an_outside_group_where_the_study_asks_for_one() -> None:
    inside = [*said("A-1", "atasan", 1), *said("S-1", "staf", 1)]
    assert score(inside, require_outside=False).level == "baik"
    assert score(inside, require_outside=True).lacking == ("outside",)
    outside = [*inside, *said("W-1", "warga", 1)]
    assert score(outside, require_outside=True).level == "baik"
    # An outside group that is not counted is no outside group.
    assert score(outside, make_groups(warga=0), require_outside=True).lacking == ("outside",)


def test_focus_on_which_nobody_speaks_has_reasons_and_no_number() -> None:
    found = score([], minimum_informants=3, minimum_groups=2)
    assert (found.score, found.level, found.lacking) == (None, None, ("evidence", "informants", "groups"))
    assert (found.groups, found.balance) == ({}, {"against": 0, "neutral": 0, "for": 0})
    assert (found.split, found.insiders, found.outsiders) == (False, None, None)


@pytest.mark.parametrize("aggregate", ["mean", "median"])
@pytest.mark.parametrize("weights", ["groups", "cases", "segments"])
def test_nothing_is_guessed_where_nothing_counts_though_the_minima_are_zero(weights: str, aggregate: str) -> None:
    found = score(said("W-1", "warga", 2), make_groups(warga=0), weights=weights, aggregate=aggregate)
    assert (found.level, found.lacking) == (None, ("groups",))
    assert score([], weights=weights, aggregate=aggregate).lacking == ("evidence",)


# --- Reading on the scale


def between(share: float) -> FocusScore:
    # atasan at 0, staf at -1, their weights being shares of 1: 60 - 40 * share
    rows = [*said("A-1", "atasan", 0), *said("S-1", "staf", -2)]
    return score(rows, make_groups(atasan=1 - share, staf=share))


@pytest.mark.parametrize(
    ("share", "expected", "level"),
    [
        (0.2, 52.0, "cukup_baik"),  # 60 - 8
        (0.20012, 52.0, "cukup_baik"),  # 51.9952, rounded before it is read
        (0.20013, 51.99, "kurang_baik"),  # 51.9948
        (0.20025, 51.99, "kurang_baik"),  # 51.99
        (0.6, 36.0, "kurang_baik"),
        (0.60025, 35.99, "tidak_baik"),
    ],
)
def test_score_is_rounded_to_two_decimals_before_a_level_holds_from_its_edge(
    share: float, expected: float, level: str
) -> None:
    found = between(share)
    assert (found.score, found.level) == (expected, level)


def test_edge_that_binary_fractions_would_miss_is_reached() -> None:
    # (-1 - 1 + 0 + 0 + 0) / 5 / 2 = -0.2; 60 - 8 = 52
    found = score(said("S-1", "staf", -1, -1, 0, 0, 0))
    assert (found.score, found.level) == (52.0, "cukup_baik")


def test_another_named_scale_is_read_on_its_own_edges() -> None:
    thirds = make_scale({"rendah": 20.0, "sedang": 46.67, "tinggi": 73.33})
    # -1/3: 46.666..., which reads 46.67 and so reaches the edge
    assert score(said("S-1", "staf", -2, 0, 0), scale=thirds).level == "sedang"
    # -2/5: 44
    assert score(said("S-1", "staf", -2, -2, 0, 0, 0), scale=thirds).level == "rendah"
    assert score(said("S-1", "staf", 2), scale=thirds).level == "tinggi"


# --- Divided, insiders and outsiders, records


@pytest.mark.parametrize(
    ("against", "neutral", "pro", "expected"),
    [
        (3, 4, 3, True),  # 30 % on each side
        (6, 8, 6, True),
        (15, 20, 15, True),
        (3, 4, 4, False),  # 3 of 11 is 27 %
        (4, 4, 3, False),
        (29, 41, 30, False),
        (30, 40, 30, True),
        (1, 0, 1, True),
        (0, 5, 5, False),
        (0, 0, 0, False),
    ],
)
def test_finding_is_split_from_thirty_percent_of_the_cases_on_each_side(
    against: int, neutral: int, pro: int, expected: bool
) -> None:
    assert is_split({"against": against, "neutral": neutral, "for": pro}) is expected


def test_split_share_is_exact_for_every_number_of_cases() -> None:
    for total in range(1, 81):
        for against in range(total + 1):
            pro = min(against + 1, total - against)
            balance = {"against": against, "for": pro, "neutral": total - against - pro}
            assert is_split(balance) is (min(Fraction(against, total), Fraction(pro, total)) >= Fraction(3, 10))


def test_all_neutral_and_half_against_half_do_not_read_alike() -> None:
    neutral = score([*said("S-1", "staf", 0), *said("S-2", "staf", 0)])
    divided = score([*said("S-1", "staf", 2), *said("S-2", "staf", -2)])
    assert neutral.score == divided.score == 60.0
    assert (neutral.split, divided.split) == (False, True)
    assert neutral.balance == {"against": 0, "neutral": 2, "for": 0}
    assert divided.balance == {"against": 1, "neutral": 0, "for": 1}


def test_case_that_says_both_alike_is_neutral() -> None:
    assert score(said("S-1", "staf", 2, -2)).balance == {"against": 0, "neutral": 1, "for": 0}


def test_insiders_and_outsiders_stand_side_by_side() -> None:
    rows = [
        *said("A-1", "atasan", 2),
        *said("S-1", "staf", 1),
        *said("D-1", "berkas", 0),
        *said("W-1", "warga", -2),
        *said("O-1", "amatan", -1),
    ]
    found = score(rows, make_groups(atasan=2))
    # inside (2 * 1 + 1/2 + 0) / 4 = 5/8; outside (-1 - 1/2) / 2 = -3/4
    assert (found.insiders, found.outsiders) == (85.0, 30.0)


INDICATOR = {
    "id": "tepat",
    "focus": "mutu",
    "group": "catatan",
    "measure": "skm_index",
    "bands": [{"from": 25.0, "magnitude": -2}, {"from": 62.5, "magnitude": 0}, {"from": 75.0, "magnitude": 2}],
}


def with_indicator(answer: int, groups: tuple[Group, ...]) -> tuple[pd.DataFrame, FocusScore]:
    definition = StudyDefinition.model_construct(
        indicators=(Indicator.model_validate(INDICATOR),), groups=groups, satisfaction=Satisfaction()
    )
    answers = pd.DataFrame([{"respondent_id": "R1", "date": "2018-03-01", **dict.fromkeys(ELEMENTS, str(answer))}])
    indicators = compute_indicators(pd.DataFrame(), pd.DataFrame(), answers, definition)
    evidence = build_evidence(frame_of(said("A-1", "atasan", -2)), indicators)
    rules = make_rules(minimum_groups=2)
    return indicators, score_focus(build_focus_evidence(evidence, groups, rules), SCALE, rules)


@pytest.mark.parametrize(
    ("answer", "magnitude", "expected"),
    # The index is the answer times 25; (-1 + band / 2) / 2
    [(2, -2, 20.0), (3, 2, 60.0)],
)
def test_indicator_becomes_a_case_through_its_band_and_counts_where_its_group_weighs(
    answer: int, magnitude: int, expected: float
) -> None:
    indicators, found = with_indicator(answer, make_groups(catatan=1))
    assert indicators["magnitude"].tolist() == [magnitude]
    assert (found.score, found.counted) == (expected, ("atasan", "catatan"))
    assert found.informants == 1


def test_indicator_of_a_group_without_weight_is_shown_and_satisfies_no_minimum() -> None:
    _, found = with_indicator(3, make_groups())
    assert found.groups == {"atasan": 20.0, "catatan": 100.0}
    assert (found.level, found.lacking) == (None, ("groups",))


# --- A slow and obvious scorer, straight from docs/method.md, to hold ours against


def plain_middle(values: list[Fraction], aggregate: str) -> Fraction:
    return statistics.median(values) if aggregate == "median" else sum(values, Fraction(0)) / len(values)


def plain_score(rows: list[Row], groups: tuple[Group, ...], rules: Rules) -> tuple[Fraction | None, dict[str, Any]]:
    if rules.neutral == "drop":
        rows = [row for row in rows if row[2] != 0]
    positions = {}
    for case, group, _ in rows:
        own = [Fraction(m) for c, g, m in rows if (c, g) == (case, group)]
        positions[case, group] = sum(own) / len(own) / 2
    counted = []
    for group in groups:
        cases = [case for case, name in positions if name == group.id]
        if group.weight > 0 and len(cases) >= rules.minimum_cases_per_group:
            counted.append(group)
    ids = [group.id for group in counted]
    informants = len([1 for _, name in positions if TECHNIQUES[name] == "interview"])
    if not counted:
        b = None
    elif rules.weights == "segments":
        b = plain_middle([Fraction(m, 2) for _, name, m in rows if name in ids], rules.aggregate)
    elif rules.weights == "cases":
        b = plain_middle([p for (_, name), p in positions.items() if name in ids], rules.aggregate)
    else:
        total, weights = Fraction(0), Fraction(0)
        for group in counted:
            own = [p for (_, name), p in positions.items() if name == group.id]
            total += Fraction(group.weight) * plain_middle(own, rules.aggregate)
            weights += Fraction(group.weight)
        b = total / weights
    heard = [p for (_, name), p in positions.items() if name in ids]
    enough = informants >= rules.minimum_informants and len(counted) >= rules.minimum_groups and b is not None
    if rules.require_outside and not any(group.outside for group in counted):
        enough = False
    return None if b is None else 60 + 40 * b, {
        "enough": enough,
        "counted": tuple(ids),
        "informants": informants,
        "against": len([p for p in heard if p < 0]),
        "neutral": len([p for p in heard if p == 0]),
        "for": len([p for p in heard if p > 0]),
    }


def plain_level(exact: Fraction, edges: dict[str, float]) -> str:
    rounded = Fraction(round(exact * 100), 100)
    return [name for name, edge in edges.items() if rounded >= Fraction(str(edge))][-1]


def is_tie(exact: Fraction | None) -> bool:
    # Exactly between two hundredths, where binary and exact rounding may part.
    return exact is not None and (exact * 100).denominator == 2


PEOPLE = [(f"{name[:2].upper()}-{number}", name) for name in TECHNIQUES for number in range(1, 4)]
rows_of_a_study = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.integers(-2, 2)).map(lambda row: (*row[0], row[1])), max_size=24
)
weights_of_groups = st.fixed_dictionaries(dict.fromkeys(TECHNIQUES, st.sampled_from([0.0, 0.5, 1.0, 1.0, 2.0, 3.0])))
any_rules = st.fixed_dictionaries(
    {
        "aggregate": st.sampled_from(["mean", "median"]),
        "weights": st.sampled_from(["groups", "cases", "segments"]),
        "neutral": st.sampled_from(["keep", "drop"]),
        "minimum_informants": st.integers(0, 4),
        "minimum_groups": st.integers(0, 3),
        "minimum_cases_per_group": st.integers(1, 3),
        "require_outside": st.booleans(),
    }
)


@settings(max_examples=250, deadline=None)
@given(rows=rows_of_a_study, weights=weights_of_groups, rules=any_rules)
def test_scores_equal_those_of_a_slow_and_obvious_scorer(
    rows: list[Row], weights: dict[str, float], rules: dict[str, Any]
) -> None:
    groups = make_groups(**weights)
    exact, facts = plain_score(rows, groups, Rules.model_validate(rules))
    found = score(rows, groups, **rules)
    assert found.counted == facts["counted"]
    assert found.informants == facts["informants"]
    assert found.balance == {side: facts[side] for side in ("against", "neutral", "for")}
    assert (found.level is not None) is facts["enough"]
    assert (found.lacking == ()) is facts["enough"]
    if facts["enough"] and not is_tie(exact):
        assert exact is not None
        assert found.score == float(round(exact * 100)) / 100
        assert found.level == plain_level(exact, EDGES)


@settings(max_examples=50, deadline=None)
@given(rows=rows_of_a_study, weights=weights_of_groups, rules=any_rules)
def test_turning_all_magnitudes_round_mirrors_every_score(
    rows: list[Row], weights: dict[str, float], rules: dict[str, Any]
) -> None:
    groups = make_groups(**weights)
    assume(not is_tie(plain_score(rows, groups, Rules.model_validate(rules))[0]))
    found = score(rows, groups, **rules)
    turned = score([(case, group, -magnitude) for case, group, magnitude in rows], groups, **rules)
    assert turned.lacking == found.lacking
    assert turned.split == found.split
    assert (turned.balance["for"], turned.balance["against"]) == (found.balance["against"], found.balance["for"])
    if found.score is None:
        assert turned.score is None
    else:
        assert turned.score == pytest.approx(120 - found.score, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(data=st.data(), rows=rows_of_a_study, rules=any_rules)
def test_order_of_rows_and_names_of_cases_change_nothing(
    data: st.DataObject, rows: list[Row], rules: dict[str, Any]
) -> None:
    groups = make_groups(catatan=1.0)
    assume(not is_tie(plain_score(rows, groups, Rules.model_validate(rules))[0]))
    names = data.draw(st.permutations([case for case, _ in PEOPLE]))
    renamed = dict(zip([case for case, _ in PEOPLE], names, strict=True))
    shuffled = [(renamed[c], g, m) for c, g, m in data.draw(st.permutations(rows))]
    assert score(shuffled, groups, **rules) == score(rows, groups, **rules)


@settings(max_examples=50, deadline=None)
@given(rows=rows_of_a_study.filter(bool), rules=any_rules, times=st.integers(2, 5))
def test_case_that_says_everything_over_again_moves_nothing_but_the_weights_of_segments(
    rows: list[Row], rules: dict[str, Any], times: int
) -> None:
    groups = make_groups()
    assume(not is_tie(plain_score(rows, groups, Rules.model_validate(rules))[0]))
    repeated = rows + [row for row in rows if row[:2] == rows[0][:2]] * (times - 1)
    if rules["weights"] != "segments":
        assert score(repeated, groups, **rules) == score(rows, groups, **rules)
    else:
        assert score(repeated, groups, **rules).balance == score(rows, groups, **rules).balance


def test_case_that_says_everything_over_again_does_weigh_more_among_segments() -> None:
    rows = [*said("S-1", "staf", 2), *said("S-2", "staf", -2)]
    # (1 + 1 + 1 - 1) / 4 = 1/2
    assert score([*rows, *said("S-1", "staf", 2, 2)], weights="segments").score == 80.0
    assert score([*rows, *said("S-1", "staf", 2, 2)], weights="cases").score == 60.0


@settings(max_examples=50, deadline=None)
@given(rows=rows_of_a_study, weights=weights_of_groups, rules=any_rules)
def test_counts_are_conserved(rows: list[Row], weights: dict[str, float], rules: dict[str, Any]) -> None:
    found = score(rows, make_groups(**weights), **rules)
    kept = [row for row in rows if rules["neutral"] == "keep" or row[2] != 0]
    assert sum(found.balance.values()) == len({row[:2] for row in kept if row[1] in found.counted})
    matrix = build_case_focus(frame_of(rows), neutral=rules["neutral"])
    assert matrix["segments"].sum() == len(kept)
    assert (matrix["against"] + matrix["neutral"] + matrix["for"]).tolist() == matrix["segments"].tolist()


@settings(max_examples=50, deadline=None)
@given(data=st.data(), rows=rows_of_a_study, weights=weights_of_groups, rules=any_rules)
def test_many_subsets_at_once_equal_the_data_without_those_cases(
    data: st.DataObject, rows: list[Row], weights: dict[str, float], rules: dict[str, Any]
) -> None:
    groups, chosen = make_groups(**weights), make_rules(**rules)
    evidence = build_focus_evidence(frame_of(rows), groups, chosen)
    n_cases = len(evidence.cases)
    masks = data.draw(st.lists(st.lists(st.booleans(), min_size=n_cases, max_size=n_cases), min_size=1, max_size=5))
    scores = score_subsets(evidence, np.array(masks, dtype=bool).reshape(len(masks), n_cases), SCALE, chosen)
    for number, mask in enumerate(masks):
        present = {case for case, there in zip(evidence.cases, mask, strict=True) if there}
        rest = [row for row in rows if row[0] in present]
        assume(not is_tie(plain_score(rest, groups, chosen)[0]))
        plain = score(rest, groups, **rules)
        verdict = int(scores.level[number])
        assert (SCALE.levels[verdict].id if verdict >= 0 else None) == plain.level
        assert plain.score is None or scores.score[number] == plain.score
        assert scores.informants[number] == plain.informants
        assert scores.groups[number] == len(plain.counted)
