from __future__ import annotations

import pandas as pd
import pytest

from kinerja_study.conclusions.obstacles import build_recommendations, hinders, mean_magnitude, rank_obstacles
from kinerja_study.definition import StudyDefinition

GROUPS = {"staf": "interview", "warga": "interview", "amatan": "observation"}
DEFINITION = StudyDefinition.model_validate(
    {
        "study": {
            "id": "uji",
            "title": "Uji",
            "site": "Kantor",
            "period": {"start": "2024-03-04", "end": "2024-03-22"},
            "provenance": "synthetic",
        },
        "foci": [
            {"id": "hambatan", "kind": "obstacles"},
            {"id": "mutu", "kind": "rated"},
            {"id": "lain", "kind": "open"},
        ],
        "groups": [{"id": name, "technique": technique} for name, technique in GROUPS.items()],
        "scale": {"name": "dua", "levels": [{"id": "buruk", "from": 20}, {"id": "baik", "from": 60}]},
    }
)


def segments_of(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["code", "case_id", "group", "magnitude"])
    return frame.assign(
        coding_id=[f"{code}:{case}:{number}" for number, (code, case, _, _) in enumerate(rows)],
        technique=frame["group"].map(GROUPS),
    )


def codebook_of(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["code", "focus", "recommendation"])
    return frame.assign(label=frame["code"].str.lower())


def test_obstacles_are_ranked_by_cases_then_groups_then_mean_then_code() -> None:
    # In no order of the codebook: each pair of neighbours in the ranking is told apart by one criterion alone.
    codebook = codebook_of(*[(code, "hambatan", "") for code in ("H-F", "H-C", "H-D", "H-A", "H-B", "H-E")])
    segments = segments_of(
        # 3 cases of 1 group
        *[("H-D", case, "staf", -1) for case in ("S-1", "S-2", "S-3")],
        # 2 cases of 2 groups, mean -2; the same with mean -1
        ("H-F", "S-1", "staf", -2), ("H-F", "W-1", "warga", -2),
        ("H-A", "S-1", "staf", -1), ("H-A", "W-1", "warga", -1),
        # 2 cases of 1 group, mean -2, alike but for the code
        ("H-C", "S-1", "staf", -2), ("H-C", "S-2", "staf", -2),
        ("H-B", "S-3", "staf", -2), ("H-B", "S-2", "staf", -2),
        # one case, however often it says so
        *[("H-E", "S-1", "staf", -2)] * 5,
    )  # fmt: skip
    ranked = rank_obstacles(segments, codebook, DEFINITION)
    assert ranked["code"].tolist() == ["H-D", "H-F", "H-A", "H-B", "H-C", "H-E"]
    assert ranked["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert ranked["cases"].tolist() == [3, 2, 2, 2, 2, 1]


def test_contrary_and_neutral_words_do_not_name_an_obstacle_but_move_its_mean() -> None:
    codebook = codebook_of(("H-A", "hambatan", ""), ("H-B", "hambatan", ""), ("M-A", "mutu", ""))
    segments = segments_of(
        ("H-A", "W-1", "warga", -2),
        ("H-A", "O-1", "amatan", -1),
        ("H-A", "S-1", "staf", 2),
        ("H-A", "S-2", "staf", 0),
        ("H-B", "S-1", "staf", 1),
        ("H-B", "S-2", "staf", 0),
        ("M-A", "S-1", "staf", -2),
    )
    ranked = rank_obstacles(segments, codebook, DEFINITION)
    assert ranked["code"].tolist() == ["H-A"]
    row = ranked.iloc[0]
    # -2 - 1 + 2 + 0 over four cases
    assert (row["cases"], row["informants"], row["mean"]) == (2, 1, -0.25)
    assert row["groups"] == ["warga", "amatan"]
    assert (row["segments"], row["contrary"]) == (["H-A:W-1:0", "H-A:O-1:1"], ["H-A:S-1:2"])


def test_study_without_hindering_words_has_an_empty_table_of_obstacles() -> None:
    ranked = rank_obstacles(segments_of(("H-A", "S-1", "staf", 1)), codebook_of(("H-A", "hambatan", "")), DEFINITION)
    assert ranked.empty
    assert list(ranked.columns[:3]) == ["rank", "code", "focus"]


def test_mean_magnitude_is_over_cases_and_not_over_codings() -> None:
    segments = segments_of(*[("M-A", "S-1", "staf", 2)] * 9, ("M-A", "S-2", "staf", -1))
    assert mean_magnitude(segments) == 0.5
    assert mean_magnitude(segments.iloc[:0]) is None


def _fifths(case: str, count: int) -> list[tuple[str, int]]:
    sign = 1 if count > 0 else -1
    return [(case, sign if number < abs(count) else 0) for number in range(5)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("S-1", -1), ("S-2", -1)], True),
        ([("S-1", -2)], False),
        ([("S-1", -2), ("S-1", -2)], False),
        ([("S-1", -1), ("S-2", 1)], False),
        ([("S-1", -2), ("S-2", 1)], True),
        ([("S-1", 1), ("S-2", 1)], False),
        ([], False),
        # 3/5 - 1/5 - 2/5 is 0, though not in binary fractions.
        ([*_fifths("S-1", 3), *_fifths("S-2", -1), *_fifths("S-3", -2)], False),
    ],
)
def test_code_hinders_with_two_cases_and_a_mean_below_zero(rows: list[tuple[str, int]], expected: bool) -> None:
    assert hinders(segments_of(*[("M-A", case, "staf", m) for case, m in rows])) is expected


def test_recommendations_answer_hindering_codes_and_obstacles_in_their_order() -> None:
    codebook = codebook_of(
        ("L-A", "lain", "Saran lain."),
        ("H-A", "hambatan", "Saran A."),
        ("H-B", "hambatan", "Saran B."),
        ("M-B", "mutu", "Saran M-B."),
        ("M-A", "mutu", "Saran M-A."),
        ("M-C", "mutu", "Dipuji."),
        ("M-D", "mutu", "Baru satu sumber."),
        ("M-E", "mutu", ""),
        ("H-C", "hambatan", "Tidak disebut."),
    )
    both = ("S-1", "staf"), ("W-1", "warga")
    segments = segments_of(
        *[(code, *who, -1) for code in ("L-A", "M-A", "M-B", "M-E", "H-B") for who in both],
        *[("M-C", *who, 1) for who in both],
        ("M-D", "S-1", "staf", -2),
        ("H-A", "S-1", "staf", -2),
        ("M-A", "S-2", "staf", 1),
    )
    obstacles = rank_obstacles(segments, codebook, DEFINITION)
    answered, unanswered = build_recommendations(segments, codebook, obstacles, DEFINITION)
    # mutu stands before lain in the study; H-B is named by two, H-A by one, and an obstacle needs but one
    assert [row["code"] for row in answered] == ["M-B", "M-A", "L-A", "H-B", "H-A"]
    assert answered[1] == {
        "code": "M-A",
        "focus": "mutu",
        "text": "Saran M-A.",
        "rests_on": ["M-A:S-1:2", "M-A:W-1:3"],
    }
    assert unanswered == ["M-E"]
