from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_study.collection import load_field_data
from kinerja_study.conclusions.multiverse import Multiverse, build_specification_curve
from kinerja_study.conclusions.scoring import build_focus_evidence, score_focus
from kinerja_study.conclusions.stability import LARGEST_SEARCH, Stability, compute_stability
from kinerja_study.definition import StudyDefinition
from kinerja_study.display import compute_indicators

Row = tuple[str, str, int]
TECHNIQUES = {"atasan": "interview", "staf": "interview", "amatan": "observation"}
LEVELS = [("tidak_baik", 20), ("kurang_baik", 36), ("cukup_baik", 52), ("baik", 68), ("sangat_baik", 84)]


def define(multiverse: dict[str, Any] | None = None, **rules: Any) -> StudyDefinition:
    return StudyDefinition.model_validate(
        {
            "study": {
                "id": "uji",
                "title": "Uji",
                "site": "Kantor",
                "period": {"start": "2024-03-04", "end": "2024-03-22"},
                "provenance": "synthetic",
            },
            "foci": [{"id": "mutu", "kind": "rated"}],
            "groups": [{"id": name, "technique": technique} for name, technique in TECHNIQUES.items()],
            "scale": {"name": "lima", "levels": [{"id": name, "from": edge} for name, edge in LEVELS]},
            "rules": {"minimum_informants": 1, "minimum_groups": 1} | rules,
            "multiverse": {} if multiverse is None else multiverse,
        }
    )


def frame_of(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["case_id", "group", "magnitude"])
    # A text a case.
    return frame.assign(technique=frame["group"].map(TECHNIQUES), document_id="T-" + frame["case_id"], focus="mutu")


def stability_of(
    rows: list[Row], definition: StudyDefinition, dates: dict[str, str] | None = None, **others: list[Row]
) -> Stability | None:
    frames = {"consensus": frame_of(rows)} | {name: frame_of(own) for name, own in others.items()}
    return compute_stability(frames, dates or {}, definition, definition.rules)


def level_of(rows: list[Row], definition: StudyDefinition) -> str | None:
    evidence = build_focus_evidence(frame_of(rows), definition.groups, definition.rules)
    return score_focus(evidence, definition.scale, definition.rules).level


def staff(*magnitudes: int) -> list[Row]:
    return [(f"S-{number}", "staf", magnitude) for number, magnitude in enumerate(magnitudes, start=1)]


def test_single_informants_whose_removal_changes_the_verdict_are_counted() -> None:
    found = stability_of(staff(2, 2, 2, -2, -2), define())
    # (3 - 2) / 5 = 1/5: 68, baik. Without a praising one 0: 60, cukup_baik; without a blaming one 1/2: 80, baik.
    assert found is not None
    assert (found.leave_one_out, found.informants, found.fragility) == (0.4, 5, 1)
    assert found.sensitive_to == ("S-1",)
    assert found.to_edge == 0.0


def test_of_several_decisive_sets_the_one_that_moves_the_score_furthest_is_named() -> None:
    # (1/2 + 1/2 + 1) / 3 = 2/3: 86.67, sangat_baik; without S-3 1/2: 80; without S-1 or S-2 3/4: 90
    found = stability_of(staff(1, 1, 2), define())
    assert found is not None
    assert (found.fragility, found.sensitive_to, found.leave_one_out) == (1, ("S-3",), 0.6667)
    # (2 - 1/2 - 1 + 0) / 4 = 1/8: 65, cukup_baik. Without S-3 (-1/2) 1/3: 73.33; without S-4 (-1) 1/2: 80.
    found = stability_of(staff(2, 2, -1, -2), define())
    assert found is not None
    # (1 + 1 - 1/2 - 1) / 4 = 1/8; without S-1 -1/6: 53.33, cukup_baik still
    assert (found.fragility, found.sensitive_to, found.leave_one_out) == (1, ("S-4",), 0.5)


def test_removal_that_leaves_too_few_informants_changes_the_verdict() -> None:
    # Eight alike: nobody moves the score; with six needed, the third removal takes the verdict away.
    found = stability_of(staff(*[1] * 8), define(minimum_informants=6))
    assert found is not None
    assert (found.leave_one_out, found.fragility, found.sensitive_to) == (1.0, 3, ("S-1", "S-2", "S-3"))


def test_search_says_nothing_where_no_four_informants_change_the_verdict() -> None:
    found = stability_of(staff(*[1] * 8), define(minimum_informants=4))
    assert found is not None
    assert (found.fragility, found.sensitive_to) == (None, ())
    found = stability_of(staff(*[1] * 8), define(minimum_informants=5))
    assert found is not None
    assert found.fragility == LARGEST_SEARCH == 4


def test_observations_and_documents_are_never_taken_away() -> None:
    rows = [*staff(1, 1, 1), ("O-1", "amatan", -2)]
    # (1/2 - 1) / 2 = -1/4: 50, kurang_baik; it is the observation that makes it so, and it stays
    found = stability_of(rows, define())
    assert found is not None
    assert (found.informants, found.leave_one_out) == (3, 1.0)
    assert set(found.sensitive_to) <= {"S-1", "S-2", "S-3"}


def test_finding_without_a_verdict_has_no_stability() -> None:
    assert stability_of(staff(1, 1), define(minimum_informants=3)) is None


@pytest.mark.parametrize(
    ("magnitudes", "expected"),
    [
        ((2, 0), 4.0),  # 1/2: 80; 68 below, 84 above
        ((0,), 8.0),  # 60; 52 below, 68 above
        ((2,), 16.0),  # 100; only 84 is an edge
        ((-2,), 16.0),  # 20; only 36 is an edge, nothing lies below 20
        ((-2, -2, -2, -2, -1), 12.0),  # -9/10: 24, and 36 is the next
    ],
)
def test_distance_is_to_the_nearest_threshold_that_a_score_can_cross(
    magnitudes: tuple[int, ...], expected: float
) -> None:
    found = stability_of([("S-1", "staf", magnitude) for magnitude in magnitudes], define())
    assert found is not None
    assert found.to_edge == expected


VOICES: list[Row] = [
    ("A-1", "atasan", 2),
    *[("S-1", "staf", -1)] * 2,
    *[("S-2", "staf", magnitude) for magnitude in (-2, -2, 2)],
    ("S-3", "staf", 2),
]
MULTIVERSE = {
    "aggregate": ["mean", "median"],
    "weights": ["groups", "cases", "segments"],
    "neutral": ["keep", "drop"],
}


def test_multiverse_says_the_share_of_alternatives_and_which_rule_moves_the_verdict() -> None:
    # By hand in test_scoring: groups 81.11 / 73.33, cases 71.67 / 73.33 are baik; segments 60 / 40 are not.
    found = stability_of(VOICES, define(MULTIVERSE))
    assert found is not None
    assert (found.specifications, found.multiverse, found.moved_by) == (12, 0.6667, ("weights",))


def test_rule_moves_a_verdict_only_by_its_own_alternatives_all_else_being_in_force() -> None:
    # By segments the verdict is cukup_baik; no word of VOICES is neutral, so that dropping those moves nothing.
    found = stability_of(VOICES, define({"neutral": ["keep", "drop"]}, weights="segments"))
    assert found is not None
    assert (found.multiverse, found.moved_by) == (1.0, ())


def test_rule_that_is_not_declared_keeps_its_value_in_every_alternative() -> None:
    definition = define({"aggregate": ["mean", "median"]}, weights="segments", minimum_informants=2)
    multiverse = Multiverse({"consensus": frame_of(VOICES)}, definition)
    specifications = multiverse.specifications(definition.rules)
    assert [s["aggregate"] for s in specifications] == ["mean", "median"]
    assert {(s["weights"], s["minimum_informants"]) for s in specifications} == {("segments", 2)}
    assert [multiverse.score(s) for s in specifications] == [("cukup_baik", 60.0), ("kurang_baik", 40.0)]


def test_curve_orders_every_specification_by_its_score_and_marks_the_one_in_force(tiny: Any) -> None:
    study = tiny.open()
    data = load_field_data(study)
    indicators = compute_indicators(data.services, data.attendance, data.satisfaction, study.definition)
    curve = build_specification_curve(study, data.codings, indicators)
    # 2 aggregates, 3 weights, 2 ways with neutral words, 3 coders
    assert curve.groupby("focus").size().to_dict() == {"mutu": 36, "kerja": 36}
    for _, own in curve.groupby("focus"):
        assert own["rank"].tolist() == list(range(1, 37))
        assert own["score"].is_monotonic_increasing
    in_force = curve[curve["in_force"] == "true"].set_index("focus")
    # By hand in tests/conftest.py
    assert in_force[["score", "verdict"]].T.to_dict("list") == {
        "mutu": [65.0, "cukup_baik"],
        "kerja": [57.5, "cukup_baik"],
    }


def test_other_edges_and_other_coders_are_alternatives_too() -> None:
    low, same = [20, 36, 52, 68, 80], [20, 36, 52, 68, 84]
    definition = define({"edges": [same, low], "coder": ["consensus", "coder-b"]})
    # consensus 81.11: baik, or sangat_baik from 80; coder-b 20 whatever the edges
    found = stability_of(VOICES, definition, **{"coder-b": [("A-1", "atasan", -2)]})
    assert found is not None
    assert (found.specifications, found.multiverse) == (4, 0.25)
    assert set(found.moved_by) == {"coder", "edges"}


def test_alternative_under_which_there_is_no_verdict_is_another_answer() -> None:
    found = stability_of(staff(1, 1, 1), define({"minimum_informants": [1, 3, 4]}))
    assert found is not None
    assert (found.multiverse, found.moved_by) == (0.6667, ("minimum_informants",))


def test_verdict_is_read_again_without_each_group_and_by_each_coder() -> None:
    rows = [("A-1", "atasan", 2), *staff(-1, -1), ("O-1", "amatan", -2)]
    definition = define({"coder": ["consensus", "coder-b"]}, minimum_groups=2)
    # 1, -1/2, -1: mean -1/6, 53.33. Without the first -3/4: 30; without staff 0: 60; without the last 1/4: 70
    found = stability_of(rows, definition, **{"coder-b": [*staff(2, 2), ("A-1", "atasan", 2)]})
    assert found is not None
    assert found.without_group == {"atasan": "tidak_baik", "staf": "cukup_baik", "amatan": "baik"}
    assert found.by_coder == {"consensus": "cukup_baik", "coder-b": "sangat_baik"}
    # With three groups needed no group can be spared.
    found = stability_of(rows, define(minimum_groups=3))
    assert found is not None
    assert set(found.without_group.values()) == {None}


def test_first_and_second_half_of_the_texts_are_read_apart() -> None:
    rows = staff(2, 2, -1, -1)
    dates = {f"T-S-{n}": f"2024-03-0{n}" for n in range(1, 5)}
    found = stability_of(rows, define(), dates)
    assert found is not None
    assert found.halves == {"until": "2024-03-02", "first": "sangat_baik", "second": "kurang_baik"}
    # All on one day: there are no halves.
    found = stability_of(rows, define(), dict.fromkeys(dates, "2024-03-01"))
    assert found is not None
    assert found.halves == {}


@pytest.mark.parametrize(
    ("rows", "median", "signs"),
    [
        (staff(2, 2, -1), "sangat_baik", 1),  # two to one
        (staff(2, -1, -1), "kurang_baik", -1),  # mean 0, cukup_baik
        (staff(2, 0, -1), "cukup_baik", 0),
        (staff(2, -2), "cukup_baik", 0),
    ],
)
def test_median_and_balance_of_signs_stand_beside_the_mean(rows: list[Row], median: str, signs: int) -> None:
    found = stability_of(rows, define())
    assert found is not None
    assert (found.median, found.signs) == (median, signs)


def test_level_beyond_the_nearest_threshold_is_named() -> None:
    for magnitudes, nearest in (((2,), "baik"), ((-2,), "kurang_baik"), ((2, 0), "sangat_baik"), ((1,), "sangat_baik")):
        found = stability_of([("S-1", "staf", magnitude) for magnitude in magnitudes], define())
        assert found is not None
        assert found.nearest == nearest


PEOPLE = [(f"S-{n}", "staf") for n in range(1, 6)] + [("A-1", "atasan"), ("A-2", "atasan"), ("O-1", "amatan")]


@settings(max_examples=25, deadline=None)
@given(
    magnitudes=st.dictionaries(
        st.sampled_from(PEOPLE), st.lists(st.integers(-2, 2), min_size=1, max_size=2), min_size=3
    ),
    rules=st.fixed_dictionaries(
        {
            "weights": st.sampled_from(["groups", "cases", "segments"]),
            "aggregate": st.sampled_from(["mean", "median"]),
            "minimum_informants": st.integers(1, 4),
            "minimum_groups": st.integers(1, 2),
        }
    ),
)
def test_named_informants_are_decisive_and_brute_force_finds_no_fewer(
    magnitudes: dict[tuple[str, str], list[int]], rules: dict[str, Any]
) -> None:
    rows = [(*who, magnitude) for who, said in magnitudes.items() for magnitude in said]
    definition = define(**rules)
    verdict = level_of(rows, definition)
    found = stability_of(rows, definition)
    assert (found is None) is (verdict is None)
    if found is None:
        return
    informants = sorted(case for case, group in magnitudes if TECHNIQUES[group] == "interview")

    def changes(removed: tuple[str, ...]) -> bool:
        return level_of([row for row in rows if row[0] not in removed], definition) != verdict

    smallest = None
    for size in range(1, LARGEST_SEARCH + 1):
        if any(changes(removed) for removed in itertools.combinations(informants, size)):
            smallest = size
            break
    assert found.fragility == smallest
    assert len(found.sensitive_to) == (smallest or 0)
    assert not found.sensitive_to or changes(found.sensitive_to)
    kept = [not changes((informant,)) for informant in informants]
    assert found.leave_one_out == round(sum(kept) / len(kept), 4)
