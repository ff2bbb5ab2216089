from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.conclusions.grade import grade_finding

# Three texts in the period of the tiny study (4 to 22 March 2024), one before and one after it; U was not recorded.
DOCUMENTS = pd.DataFrame(
    [
        ("T", "interview", "yes", "2024-03-04"),
        ("U", "interview", "", "2024-03-22"),
        ("O", "observation", "", "2024-03-12"),
        ("E", "interview", "yes", "2024-03-03"),
        ("L", "interview", "yes", "2024-03-23"),
    ],
    columns=["document_id", "kind", "recorded", "date"],
)
TWICE = pd.DataFrame([(d, c) for d in "TUOEL" for c in ("consensus", "a", "b")], columns=["document_id", "coder"])
ONCE = TWICE[TWICE["coder"] != "b"]


def segments(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["document_id", "case_id", "group", "technique"])


def spoken(count: int, text: str = "T", cases: int = 6, group: str = "staf") -> list[tuple[str, str, str, str]]:
    return [(text, f"S-{number % cases}", group, "interview") for number in range(count)]


SEEN = ("O", "O-1", "amatan", "observation")


def grade(
    tiny: Any,
    supporting: list[Any],
    contrary: list[Any] | None = None,
    codings: pd.DataFrame = TWICE,
) -> Any:
    found = grade_finding(segments(*supporting), segments(*(contrary or [])), DOCUMENTS, codings, tiny.open())
    return found.overall, {name: concern for name, concern, _ in found.components}, found


def test_finding_without_any_concern_is_graded_high(tiny: Any) -> None:
    overall, components, _ = grade(tiny, [*spoken(8), SEEN])
    assert components == dict.fromkeys(("limitations", "coherence", "adequacy", "relevance"), "none")
    assert overall == "tinggi"


@pytest.mark.parametrize(("sound", "concern"), [(3, "none"), (2, "minor"), (1, "moderate"), (0, "serious")])
def test_few_sources_that_were_recorded_or_read_by_two_coders_limit_a_finding(
    tiny: Any, sound: int, concern: str
) -> None:
    supporting = [*spoken(9, "U", cases=9), *spoken(sound, "T", cases=sound or 1)]
    assert grade(tiny, supporting, codings=ONCE)[1]["limitations"] == concern
    # One shortcoming alone is none: with two coders a missing recording does not count.
    assert grade(tiny, supporting, codings=TWICE)[1]["limitations"] == "none"


def test_consensus_is_no_second_coder(tiny: Any) -> None:
    consensus = TWICE[TWICE["coder"] == "consensus"]
    assert grade(tiny, spoken(6, "U"), codings=consensus)[1]["limitations"] == "serious"


@pytest.mark.parametrize(
    ("contrary", "of", "concern"),
    [(0, 10, "none"), (2, 21, "none"), (1, 10, "minor"), (5, 20, "moderate"), (4, 10, "serious")],
)
def test_contrary_words_weaken_coherence(tiny: Any, contrary: int, of: int, concern: str) -> None:
    assert grade(tiny, spoken(of - contrary), spoken(contrary))[1]["coherence"] == concern


@pytest.mark.parametrize(
    ("supporting", "concern"),
    [
        ([*spoken(5, cases=5), SEEN], "none"),
        (spoken(5, cases=5), "minor"),  # one technique
        ([*spoken(4, cases=4), SEEN], "minor"),
        (spoken(9, cases=3), "minor"),
        (spoken(9, cases=2), "moderate"),
        ([*spoken(9, cases=1), SEEN], "serious"),
        ([SEEN], "serious"),
    ],
)
def test_few_informants_or_one_technique_make_a_finding_less_adequate(
    tiny: Any, supporting: list[Any], concern: str
) -> None:
    assert grade(tiny, supporting)[1]["adequacy"] == concern


def test_taking_evidence_away_never_makes_it_more_adequate(tiny: Any) -> None:
    order = ["none", "minor", "moderate", "serious"]
    rows = [*spoken(6), SEEN]
    concerns = [order.index(grade(tiny, rows[number:])[1]["adequacy"]) for number in range(len(rows))]
    assert concerns == sorted(concerns)
    assert (concerns[0], concerns[-1]) == (0, 3)


SEGMENT = st.tuples(
    st.sampled_from("TUUUUL"),  # mostly the weak one, or its share would seldom matter
    st.integers(0, 7).map(lambda number: f"S-{number}"),
    st.sampled_from(["staf", "warga"]),
    st.just("interview"),
) | st.just(SEEN)
GRADES = ["tinggi", "sedang", "rendah", "sangat_rendah"]
CONCERNS = ["none", "minor", "moderate", "serious"]
# Recorded or not, coded once or twice, of the period or from outside it.
of_any_quality = given(
    supporting=st.lists(SEGMENT, max_size=14),
    contrary=st.lists(SEGMENT, max_size=8),
    codings=st.sampled_from([TWICE, ONCE]),
    data=st.data(),
)


@of_any_quality
def test_taking_away_evidence_for_a_finding_never_raises_its_grade(
    make_tiny: Any, tmp_path_factory: Any, supporting: list[Any], contrary: list[Any], codings: Any, data: Any
) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(supporting), max_size=len(supporting)))
    study = GRADED.setdefault("tiny", make_tiny(tmp_path_factory.mktemp("grade")))
    whole, before, _ = grade(study, supporting, contrary, codings)
    rest, after, _ = grade(study, [s for s, keep in zip(supporting, kept, strict=True) if keep], contrary, codings)
    assert GRADES.index(rest) >= GRADES.index(whole)
    assert all(CONCERNS.index(after[name]) >= CONCERNS.index(before[name]) for name in before)


@pytest.mark.parametrize("weak", ["U", "E"])
def test_weak_evidence_never_weighs_less_than_none(tiny: Any, weak: str) -> None:
    # Of the first kind nobody kept a recording and one coder read it; the second is from before the period.
    sound = spoken(2, cases=2)
    with_weak, alone = [[*sound, *spoken(number, weak, cases=9)] for number in (9, 0)]
    better, worse = (grade(tiny, rows, codings=ONCE)[1] for rows in (with_weak, alone))
    assert all(CONCERNS.index(worse[name]) >= CONCERNS.index(better[name]) for name in better)


@of_any_quality
def test_taking_away_contrary_evidence_can_better_coherence_alone(
    make_tiny: Any, tmp_path_factory: Any, supporting: list[Any], contrary: list[Any], codings: Any, data: Any
) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(contrary), max_size=len(contrary)))
    study = GRADED.setdefault("tiny", make_tiny(tmp_path_factory.mktemp("grade")))
    _, before, _ = grade(study, supporting, contrary, codings)
    _, after, _ = grade(study, supporting, [s for s, keep in zip(contrary, kept, strict=True) if keep], codings)
    assert {n for n in before if CONCERNS.index(after[n]) < CONCERNS.index(before[n])} <= {"coherence"}


GRADED: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("timely", "concern"),
    [("TTT", "none"), ("TU", "minor"), ("U", "moderate"), ("", "serious")],
)
def test_few_sources_of_the_period_are_less_relevant(tiny: Any, timely: str, concern: str) -> None:
    # The first and the last day of the period belong to it, the days before and after do not.
    outside = [*spoken(4, "E", cases=4), *spoken(4, "L", cases=4)]
    inside = [(text, f"I-{number}", "staf", "interview") for number, text in enumerate(timely)]
    assert grade(tiny, [*outside, *inside])[1]["relevance"] == concern


@pytest.mark.parametrize(
    ("supporting", "contrary", "overall"),
    [
        (spoken(9), [], "tinggi"),  # one minor concern: one technique
        (spoken(9), spoken(1), "sedang"),  # two minor concerns
        ([*spoken(14), SEEN], spoken(5), "sedang"),  # one moderate
        ([*spoken(5), SEEN], spoken(4), "rendah"),  # one serious
        (spoken(5, cases=2), spoken(5, cases=2), "sangat_rendah"),  # serious, moderate and two minor
    ],
)
def test_overall_grade_falls_with_the_concerns(
    tiny: Any, supporting: list[Any], contrary: list[Any], overall: str
) -> None:
    assert grade(tiny, supporting, contrary)[0] == overall


def test_thresholds_are_those_that_the_study_declares(tiny: Any) -> None:
    rows = [*spoken(7, cases=3), SEEN], spoken(2)
    # 2 of 10 contrary; three informants, two groups and two techniques
    before = {"limitations": "none", "coherence": "minor", "adequacy": "minor", "relevance": "none"}
    assert grade(tiny, *rows)[1] == before
    tiny.write(
        "study.toml",
        tiny.read("study.toml") + "\n[grade]\ncoherence = [0.05, 0.1, 0.2]\nadequate_informants = 3\n",
    )
    assert grade(tiny, *rows)[1] == before | {"coherence": "serious", "adequacy": "none"}


def test_each_component_carries_the_facts_behind_it(tiny: Any) -> None:
    alone = [("U", "S-8", "staf", "interview"), ("L", "S-9", "staf", "interview"), ("L", "S-7", "staf", "interview")]
    supporting = [*spoken(2, cases=2), *alone, SEEN]
    found = grade(tiny, supporting, spoken(3, "E", cases=2), ONCE)[2]
    facts = {name: values for name, _, values in found.components}
    assert facts["limitations"] == {"sources": 6, "sound": 5}
    assert facts["coherence"] == {"share": 0.333333}
    assert facts["adequacy"] == {"informants": 5, "groups": 2, "techniques": 2}
    assert facts["relevance"] == {"sources": 6, "timely": 4}
