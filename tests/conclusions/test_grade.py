from __future__ import annotations

from dataclasses import fields
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.conclusions.grade import grade_finding
from kinerja_study.conclusions.stability import Stability


def stable(leave_one_out: float) -> Stability:
    # The grade looks at nothing else of it.
    unused: dict[str, Any] = {field.name: None for field in fields(Stability)}
    return Stability(**(unused | {"leave_one_out": leave_one_out}))


FIRM, SHAKY = stable(1.0), stable(0.9)
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
    stability: Stability | None = FIRM,
) -> Any:
    found = grade_finding(
        segments(*supporting), segments(*(contrary or [])), DOCUMENTS, codings, stability, tiny.open()
    )
    return found.overall, {name: concern for name, concern, _ in found.components}, found


def test_finding_without_any_concern_is_graded_high(tiny: Any) -> None:
    overall, components, _ = grade(tiny, [*spoken(8), SEEN])
    assert components == dict.fromkeys(("limitations", "coherence", "adequacy", "relevance"), "none")
    assert overall == "tinggi"


@pytest.mark.parametrize(
    ("weak", "of", "concern"),
    [(0, 10, "none"), (1, 11, "none"), (1, 10, "minor"), (3, 10, "moderate"), (6, 10, "serious")],
)
def test_unrecorded_interviews_that_one_coder_read_limit_a_finding(tiny: Any, weak: int, of: int, concern: str) -> None:
    supporting = [*spoken(weak, "U"), *spoken(of - weak - 1), SEEN]
    assert grade(tiny, supporting, codings=ONCE)[1]["limitations"] == concern
    # One shortcoming alone is none: with two coders a missing recording does not count.
    assert grade(tiny, supporting, codings=TWICE)[1]["limitations"] == "none"


def test_consensus_is_no_second_coder(tiny: Any) -> None:
    consensus = TWICE[TWICE["coder"] == "consensus"]
    assert grade(tiny, spoken(6, "U"), codings=consensus)[1]["limitations"] == "serious"


@pytest.mark.parametrize(
    ("contrary", "of", "firm", "shaky"),
    [
        (0, 10, "none", "minor"),
        (1, 10, "minor", "moderate"),
        (5, 20, "moderate", "serious"),
        (4, 10, "serious", "serious"),
        (2, 21, "none", "minor"),
    ],
)
def test_contrary_words_and_a_verdict_that_one_informant_turns_weaken_coherence(
    tiny: Any, contrary: int, of: int, firm: str, shaky: str
) -> None:
    rows = spoken(of - contrary), spoken(contrary)
    assert grade(tiny, *rows)[1]["coherence"] == firm
    assert grade(tiny, *rows, stability=SHAKY)[1]["coherence"] == shaky


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


SOUND = st.tuples(
    st.just("T"),
    st.integers(0, 7).map(lambda number: f"S-{number}"),
    st.sampled_from(["staf", "warga"]),
    st.just("interview"),
) | st.just(SEEN)
GRADES = ["tinggi", "sedang", "rendah", "sangat_rendah"]


@given(supporting=st.lists(SOUND, min_size=1, max_size=14), contrary=st.lists(SOUND, max_size=8), data=st.data())
def test_taking_sound_supporting_evidence_away_never_raises_the_grade(
    make_tiny: Any, tmp_path_factory: Any, supporting: list[Any], contrary: list[Any], data: Any
) -> None:
    # Sound: recorded, coded twice, of the period. Taking away what contradicts a finding, or what is weak itself, may
    # well raise its grade: the components are shares.
    kept = data.draw(st.lists(st.sampled_from(range(len(supporting))), unique=True, min_size=1))
    study = GRADED.setdefault("tiny", make_tiny(tmp_path_factory.mktemp("grade")))
    whole, _, _ = grade(study, supporting, contrary)
    rest, _, _ = grade(study, [supporting[number] for number in kept], contrary)
    assert GRADES.index(rest) >= GRADES.index(whole)


GRADED: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("before", "after", "of", "concern"),
    [
        (0, 0, 10, "none"),
        (1, 0, 11, "none"),
        (1, 0, 10, "minor"),
        (0, 3, 12, "moderate"),
        (2, 3, 10, "serious"),
    ],
)
def test_texts_from_outside_the_period_are_less_relevant(
    tiny: Any, before: int, after: int, of: int, concern: str
) -> None:
    rows = [*spoken(before, "E"), *spoken(after, "L"), *spoken(of - before - after, "U")]
    assert grade(tiny, rows)[1]["relevance"] == concern


@pytest.mark.parametrize(
    ("supporting", "contrary", "stability", "overall"),
    [
        ([*spoken(9), SEEN], [], SHAKY, "tinggi"),  # one minor concern
        (spoken(9), [], SHAKY, "sedang"),  # two minor concerns
        ([*spoken(14), SEEN], spoken(5), FIRM, "sedang"),  # one moderate
        ([*spoken(5), SEEN], spoken(4), FIRM, "rendah"),  # one serious
        (spoken(5, cases=2), spoken(5, cases=2), FIRM, "sangat_rendah"),  # serious and moderate
    ],
)
def test_overall_grade_falls_with_the_concerns(
    tiny: Any, supporting: list[Any], contrary: list[Any], stability: Stability, overall: str
) -> None:
    assert grade(tiny, supporting, contrary, stability=stability)[0] == overall


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
    found = grade(tiny, [*spoken(5, cases=5), SEEN], spoken(2, "E", cases=2), stability=SHAKY)[2]
    facts = {name: values for name, _, values in found.components}
    assert facts["limitations"] == {"share": 0.0}
    assert facts["coherence"] == {"share": 0.25, "flips": 1.0}
    assert facts["adequacy"] == {"informants": 5, "groups": 2, "techniques": 2}
    assert facts["relevance"] == {"share": 0.25}
