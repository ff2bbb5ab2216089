"""Claims held against each other: each kind of defect has a table that has it and one that has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.collection.schemas import CLAIMS, SECTIONS
from kinerja_study.conclusions.audit import KINDS, Defect, audit_claims, audit_study, follow_grounds
from kinerja_study.definition import StudyDefinition
from kinerja_study.study import Study
from kinerja_study.study_toml import parse_definition

ROOT = Path(__file__).parents[2]
CODEBOOK = pd.DataFrame(
    [("MUTU-HASIL", "mutu"), ("KERJA-WAKTU", "kerja"), ("HAM-LISTRIK", "hambatan"), ("LAIN-ANTRE", "lain")],
    columns=["code", "focus"],
)
Row = tuple[str, ...]


@pytest.fixture(scope="module")
def definition(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> StudyDefinition:
    """Return that of the tiny study: mutu and kerja rated, hambatan and lain not; field work in March 2024."""
    found: StudyDefinition = make_tiny(tmp_path_factory.mktemp("klaim")).open().definition
    return found


def table(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame([[*row, *[""] * (7 - len(row))] for row in rows], columns=list(CLAIMS.columns))


def audit(definition: StudyDefinition, *rows: Row) -> list[Defect]:
    return audit_claims(table(*rows), CODEBOOK, definition)


def kinds(defects: list[Defect]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for defect in defects:
        found.setdefault(defect.kind, []).append(defect.claims)
    return found


SOUND: tuple[Row, ...] = (
    ("M1", "method", "", "Yang dinilai mutu dan kerja", "foci=mutu;kerja"),
    ("H1", "finding", "mutu", "Mutu baik", "verdict=baik"),
    ("H2", "finding", "kerja", "Kerja lambat", "verdict=kurang_baik"),
    ("H3", "finding", "hambatan", "Listrik menghambat", "hinders=HAM-LISTRIK"),
    ("K1", "conclusion", "mutu", "Mutu baik", "verdict=baik", "H1"),
    ("K2", "conclusion", "kerja", "Kerja lambat", "verdict=kurang_baik", "H2"),
    ("K3", "conclusion", "hambatan", "Listrik menghambat", "hinders=HAM-LISTRIK", "H3"),
    ("S1", "recommendation", "kerja", "Percepat", "", "K2"),
    ("S2", "recommendation", "hambatan", "Genset", "recommends=HAM-LISTRIK", "K3"),
    ("G1", "overview", "", "Survei menurut aturan", "", "", "PermenPAN-RB 14/2017"),
)


def changed(*rows: Row) -> tuple[Row, ...]:
    """Return the sound claims with those of these ids replaced, and new ones added."""
    new = {row[0]: row for row in rows}
    return (*(new.pop(row[0], row) for row in SOUND), *new.values())


def test_claims_that_hang_together_have_no_defect(definition: StudyDefinition):
    assert audit(definition, *SOUND) == []


def test_no_claims_have_no_defect(definition: StudyDefinition):
    assert audit(definition) == []


CASES: dict[str, tuple[str, tuple[Row, ...], list[tuple[str, ...]]]] = {
    "conclusion on nothing": (
        "conclusion_without_finding", changed(("K1", "conclusion", "mutu", "Mutu baik", "verdict=baik")), [("K1",)],
    ),
    "conclusion on conclusions that rest on nothing": (
        "conclusion_without_finding",
        changed(("K1", "conclusion", "mutu", "Mutu baik", "verdict=baik", "K4"), ("K4", "conclusion", "mutu", "Rapi")),
        [("K1",), ("K4",)],
    ),
    "conclusion on a method": (
        "conclusion_without_finding", changed(("K1", "conclusion", "mutu", "M", "verdict=baik", "M1")), [("K1",)],
    ),
    "verdict of conclusion is another": (
        "verdict_differs", changed(("K1", "conclusion", "mutu", "Mutu cukup", "verdict=cukup_baik", "H1")),
        [("H1", "K1")],
    ),
    "verdict left out in the conclusion": (
        "verdict_missing", changed(("K1", "conclusion", "mutu", "Mutu rapi", "", "H1")), [("H1",)],
    ),
    "verdict first in the conclusion": (
        "verdict_missing", changed(("H1", "finding", "mutu", "Mutu rapi", "supports=MUTU-HASIL")), [("K1",)],
    ),
    "one code supports and hinders": (
        "direction_differs", changed(("H4", "finding", "hambatan", "Listrik menolong", "supports=HAM-LISTRIK")),
        [("H3", "K3", "H4")],
    ),
    "recommendation on a finding only": (
        "recommendation_without_conclusion", changed(("S3", "recommendation", "", "Tambah kursi", "", "H2")),
        [("S3",)],
    ),
    "hindrance that nothing answers": (
        "conclusion_without_recommendation", changed(("S2", "recommendation", "hambatan", "Genset", "", "K1")),
        [("K3",)],
    ),
    "verdict of the lower half that nothing answers": (
        "conclusion_without_recommendation", changed(("S1", "recommendation", "kerja", "Percepat", "", "K1")),
        [("K2",)],
    ),
    "conclusion whose ground alone is answered": (
        "conclusion_without_recommendation",
        changed(("K4", "conclusion", "kerja", "Kerja tertunda", "hinders=KERJA-WAKTU", "K2")), [("K4",)],
    ),
    "focus that is concluded on and never found": (
        "focus_without_finding", changed(("H1", "finding", "mutu", "Tentang mutu ada banyak pendapat")), [("K1",)],
    ),
    "focus that the abstract omits": (
        "focus_omitted", changed(("A1", "abstract", "", "Yang dinilai mutu", "foci=mutu")), [("A1",)],
    ),
    "focus that no section names and the study declares": (
        "focus_omitted", changed(("M1", "method", "", "Yang dinilai mutu", "foci=mutu")), [("M1",)],
    ),
    "code of another focus": (
        "code_of_other_focus", changed(("H4", "finding", "mutu", "Antrean panjang", "code=LAIN-ANTRE")), [("H4",)],
    ),
    "one code for two foci": (
        "code_in_several_foci",
        changed(("H4", "finding", "lain", "Antre", "code=LAIN-ANTRE"),
                ("H5", "finding", "mutu", "Ramai", "code=LAIN-ANTRE")),
        [("H4", "H5")],
    ),
    "same words twice in a section": (
        "duplicate_statement", changed(("H4", "finding", "kerja", "Listrik  MENGHAMBAT.")), [("H3", "H4")],
    ),
    "same assertion twice in a section": (
        "duplicate_statement", changed(("H4", "finding", "hambatan", "Genset mati", "hinders=HAM-LISTRIK")),
        [("H3", "H4")],
    ),
    "claims that rest on each other": (
        "circular_support",
        changed(("X1", "overview", "", "a", "", "X2"), ("X2", "overview", "", "b", "", "X3"),
                ("X3", "overview", "", "c", "", "X1"), ("X4", "overview", "", "d", "", "X1")),
        [("X1", "X2", "X3")],
    ),
    "claim that rests on itself": (
        "circular_support", changed(("X1", "overview", "", "a", "", "X1")), [("X1",)],
    ),
    "few that become many": (
        "quantity_differs",
        changed(("X1", "overview", "", "Ada beberapa hambatan"), ("X2", "overview", "", "Hambatan banyak", "", "X1")),
        [("X1", "X2")],
    ),
    "regulation that had ended": (
        "regulation_not_in_force", changed(("G1", "overview", "", "Dinilai", "", "", "Permenpan 38/2012")), [("G1",)],
    ),
    "title of another regulation": (
        "regulation_title",
        changed(("G1", "overview", "", "Menurut aturan tentang disiplin pegawai negeri sipil", "", "",
                 "PermenPAN-RB 14/2017")),
        [("G1",)],
    ),
    "regulation that the registry lacks": (
        "regulation_unknown", changed(("G1", "overview", "", "Dinilai", "", "", "PP 94/2021; SK Camat 1")), [("G1",)],
    ),
    "position outside Indonesia": (
        "position_impossible", changed(("G2", "overview", "", "Pada 1° LS dan 12,5°-13° BT")), [("G2",)],
    ),
    "position without unit": (
        "position_without_unit", changed(("G2", "overview", "", "Pada 1,2 LS dan 116,5 BT")), [("G2",)],
    ),
    "bordered by itself": (
        "boundary_is_site", changed(("G2", "overview", "", "Batas timur: Kantor Kecil (dirinya)")), [("G2",)],
    ),
    "two sides with one neighbour": (
        "boundary_repeated",
        changed(("G2", "overview", "", "Batas utara: Desa A"), ("G3", "overview", "", "Batas barat: Desa A (sama)")),
        [("G2", "G3")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_defect_is_found_with_the_claims_at_fault(definition: StudyDefinition, name: str):
    kind, rows, expected = CASES[name]
    assert kinds(audit(definition, *rows)).get(kind) == expected


def test_every_kind_has_a_case_and_none_of_its_tables_is_without_defect():
    assert {kind for kind, _, _ in CASES.values()} == set(KINDS)


def test_every_kind_and_each_of_the_thirty_defects_of_the_article_is_documented():
    document = (ROOT / "docs/audit.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"\n| `{kind}` |" not in document] == []
    assert [number for number in range(1, 31) if f"\n| X{number} |" not in document] == []


def test_only_foci_that_get_a_verdict_must_be_named(definition: StudyDefinition):
    # hambatan is a list of obstacles, lain is open: the sound claims name neither
    named = changed(("A1", "abstract", "", "Semua", "foci=mutu;kerja;hambatan"))
    assert audit(definition, *named) == []


def test_conclusion_of_the_upper_half_needs_no_recommendation(definition: StudyDefinition):
    # cukup_baik reaches above the middle, 52 to 68
    rows = changed(("H2", "finding", "kerja", "Cukup", "verdict=cukup_baik"),
                   ("K2", "conclusion", "kerja", "Cukup", "verdict=cukup_baik", "H2"),
                   ("S1", "recommendation", "", "Teruskan", "", "K1"))  # fmt: skip
    assert audit(definition, *rows) == []


def test_boundaries_with_two_neighbours_and_a_position_with_a_unit_have_no_defect(definition: StudyDefinition):
    rows = changed(("G2", "overview", "", "Batas utara: Desa A"), ("G3", "overview", "", "Batas barat: Desa B"),
                   ("G4", "overview", "", "Terletak pada 1,0°-1,5° LS dan 116,5°-117,0° BT"))  # fmt: skip
    assert audit(definition, *rows) == []


def test_regulation_that_is_not_verified_says_what_of_it(definition: StudyDefinition):
    (found,) = audit(definition, *changed(("G1", "overview", "", "D", "", "", "Permenpan 38/2012")))
    assert (found.facts["regulation"], found.facts["replaced_by"]) == ("PermenPAN-RB 38/2012", "PermenPAN-RB 1/2015")
    assert found.facts["unverified"] == ["until", "replaced_by"]


def test_regulation_of_a_later_time_was_not_yet_in_force(definition: StudyDefinition):
    study = definition.study.model_copy(update={"period": definition.study.period.model_copy(
        update={"start": definition.study.period.start.replace(year=2018),
                "end": definition.study.period.end.replace(year=2018)})})  # fmt: skip
    rows = changed(("G1", "overview", "", "D", "", "", "UU 27/2022"))
    (found,) = audit(definition.model_copy(update={"study": study}), *rows)
    assert (found.kind, found.facts["not_yet"], found.facts["start"]) == ("regulation_not_in_force", True, "2022-10-17")


@pytest.fixture(scope="module")
def article() -> list[Defect]:
    return audit_study(Study.open("balikpapan-kota", root=ROOT)).defects


def test_article_has_seventeen_conclusions_that_rest_on_no_finding(article: list[Defect]):
    # Of its 30 conclusion claims; K1 and K2 rest on findings only transitively.
    expected = [*(f"K{n}" for n in (7, 8, 9)), *(f"K{n}" for n in range(14, 20)), "K22", "K23",
                *(f"K{n}" for n in range(25, 31))]  # fmt: skip
    assert len(expected) == 17
    assert kinds(article)["conclusion_without_finding"] == [(claim,) for claim in expected]


def test_article_contradicts_itself_where_a_reader_found_it(article: list[Defect]):
    found = kinds(article)
    assert found["verdict_differs"] == [("H10", "K10")]
    assert found["verdict_missing"] == [("H7",), ("K20",)]
    assert found["focus_omitted"] == [("A0",)]
    assert found["conclusion_without_recommendation"] == [("K6",), ("K8",), ("K14",), ("K22",), ("K26",), ("K28",)]
    assert found["recommendation_without_conclusion"] == [("S1",)]
    assert found["regulation_not_in_force"] == [("D5",), ("D7",)]
    assert found["regulation_title"] == [("D5",)]
    assert found["code_of_other_focus"] == [("K22",), ("K23",)]
    assert found["quantity_differs"] == [("K24", "S5")]
    assert found["boundary_is_site"] == [("G5",)]
    assert found["boundary_repeated"] == [("G3", "G6")]
    assert found["position_impossible"] == found["position_without_unit"] == [("G2",)]
    assert [ids[0] for ids in found["focus_without_finding"]] == ["K14", "K24"]
    omitted = next(defect for defect in article if defect.kind == "focus_omitted")
    assert omitted.facts["foci"] == ["kreativitas"]
    assert omitted.facts["named_by"] == ["M0", "A1"]


def test_audit_of_a_study_needs_no_earlier_run_and_writes_nothing(tiny: Any):
    before = sorted(path for path in tiny.root.rglob("*"))
    found = audit_study(tiny.open())
    assert [claim["id"] for claim in found.statuses] == list(found.claims["id"])
    assert {c["id"]: c["status"] for c in found.statuses}["K2"] == "contradicted"
    # K7 concludes from nothing, K6 answers a finding and no conclusion; K2 and K4 differ on kerja.
    assert kinds(found.defects) == {
        "conclusion_without_finding": [("K7",)],
        "verdict_differs": [("K2", "K4")],
        "recommendation_without_conclusion": [("K6",)],
        "conclusion_without_recommendation": [("K7",)],
    }
    assert sorted(path for path in tiny.root.rglob("*")) == before


def test_study_without_claims_has_an_empty_audit(tiny: Any):
    tiny.remove("claims.csv")
    found = audit_study(tiny.open())
    assert (found.statuses, found.defects) == ([], [])


ids = st.integers(0, 6).map(lambda n: f"C{n}")
graphs = st.dictionaries(ids, st.lists(ids, max_size=3, unique=True), min_size=1).map(
    lambda graph: {claim: tuple(g for g in grounds if g in graph) for claim, grounds in graph.items()}
)


@given(graphs)
def test_grounds_are_closed_and_begin_with_the_direct_ones(direct: dict[str, tuple[str, ...]]):
    for claim in direct:
        found = follow_grounds(claim, direct)
        assert set(direct[claim]) <= found
        assert all(set(direct[ground]) <= found for ground in found)


@given(graph=graphs, sections=st.lists(st.sampled_from(SECTIONS), min_size=7, max_size=7), order=st.randoms())
def test_order_of_the_claims_changes_no_defect_of_support(graph: dict[str, tuple[str, ...]], sections: list[str],
                                                          order: Any):  # fmt: skip
    rows = [(c, sections[int(c[1:])], "", f"Teks {c}", "", ";".join(g)) for c, g in graph.items()]
    definition, _ = parse_definition((ROOT / "data/raw/balikpapan-kota/study.toml").read_bytes(), "balikpapan-kota")
    assert definition is not None
    mixed = list(rows)
    order.shuffle(mixed)
    one, other = (Counter((d.kind, tuple(sorted(d.claims))) for d in audit(definition, *r)) for r in (rows, mixed))
    assert one == other


@given(graph=graphs)
def test_conclusion_is_found_exactly_when_no_path_leads_to_a_finding(graph: dict[str, tuple[str, ...]]):
    definition, _ = parse_definition((ROOT / "data/raw/balikpapan-kota/study.toml").read_bytes(), "balikpapan-kota")
    assert definition is not None
    section = {claim: "finding" if claim in ("C0", "C1") else "conclusion" for claim in graph}
    found = kinds(audit(definition, *((c, section[c], "", f"T {c}", "", ";".join(g)) for c, g in graph.items())))

    def reaches(claim: str, seen: frozenset[str]) -> bool:
        return any(section[g] == "finding" or (g not in seen and reaches(g, seen | {g})) for g in graph[claim])

    expected = {(c,) for c in graph if section[c] == "conclusion" and not reaches(c, frozenset({c}))}
    assert set(found.get("conclusion_without_finding", [])) == expected
