"""study.toml: what it may say, what follows from silence, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.definition import ELEMENTS, MEASURES, StudyDefinition
from kinerja_study.errors import Fault
from kinerja_study.study_toml import parse_definition

MINIMAL = """\
[study]
id = "kecil"
title = "Kinerja"
site = "Kantor"
period = { start = 2024-03-04, end = 2024-03-22 }
provenance = "field"

[[foci]]
id = "mutu"
kind = "rated"

[[groups]]
id = "staf"
technique = "interview"

[[groups]]
id = "data"
technique = "record"

[scale]
name = "dua"
levels = [ { id = "kurang", from = 20.0 }, { id = "baik", from = 60.0 } ]
"""

INDICATOR = """
[[indicators]]
id = "tepat"
focus = "mutu"
group = "data"
measure = "skm_index"
bands = [ { from = 0.0, magnitude = -1 }, { from = 0.5, magnitude = 1 } ]
"""


def parsed(text: str) -> StudyDefinition:
    definition, faults = parse_definition(text.encode(), "kecil")
    assert not faults, faults
    assert definition is not None
    return definition


def refused(text: str) -> list[Fault]:
    definition, faults = parse_definition(text.encode(), "kecil")
    assert definition is None
    assert faults
    assert all(fault.file == "study.toml" and fault.cure for fault in faults)
    return faults


def replaced(old: str, new: str, text: str = MINIMAL + INDICATOR) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_sample_study_declares_five_rated_foci_and_the_obstacles():
    path = Path(__file__).parents[1] / "data/raw/balikpapan-kota/study.toml"
    definition, faults = parse_definition(path.read_bytes(), "balikpapan-kota")
    assert not faults
    assert definition is not None
    assert [f.id for f in definition.foci if f.kind == "rated"] == [
        "kualitas", "kemampuan", "kerjasama", "tanggung_jawab", "kreativitas",
    ]  # fmt: skip
    assert [f.kind for f in definition.foci].count("obstacles") == 1


def test_rules_that_are_not_written_are_those_of_the_method():
    assert dict(parsed(MINIMAL).rules) == {
        "coder": "consensus",
        "aggregate": "mean",
        "weights": "groups",
        "neutral": "keep",
        "minimum_informants": 3,
        "minimum_groups": 2,
        "minimum_cases_per_group": 1,
        "require_outside": False,
    }


def test_multiverse_that_is_not_written_is_aggregate_by_weights_by_neutral():
    multiverse = parsed(MINIMAL).multiverse
    assert multiverse.aggregate == ("mean", "median")
    assert multiverse.weights == ("groups", "cases", "segments")
    assert multiverse.neutral == ("keep", "drop")
    assert multiverse.coder == ()
    assert multiverse.edges == ()


def test_hours_holidays_standards_and_indicators_may_be_missing():
    definition = parsed(MINIMAL)
    assert definition.hours == {}
    assert definition.holidays.dates == ()
    assert definition.services.standard_minutes == {}
    assert definition.indicators == ()


def test_group_of_records_weighs_nothing_unless_the_study_says_otherwise():
    assert parsed(MINIMAL).group("data").weight == 0
    assert parsed(MINIMAL).group("staf").weight == 1
    weighed = replaced('technique = "record"', 'technique = "record"\nweight = 0.5')
    assert parsed(weighed).group("data").weight == 0.5


def test_label_falls_back_to_another_language_and_then_to_the_id():
    focus = parsed(replaced('kind = "rated"', 'kind = "rated"\nlabel = { id = "Mutu" }')).focus("mutu")
    assert focus.name("id") == "Mutu"
    assert focus.name("en") == "Mutu"
    assert parsed(MINIMAL.replace('"staf"', '"staf_loket"')).group("staf_loket").name("en") == "staf loket"


def test_elements_of_the_survey_weigh_one_ninth_unless_the_study_says_otherwise():
    assert parsed(MINIMAL).satisfaction.weight == "1/9"
    assert parsed(replaced("[scale]", '[satisfaction]\nweight = "0.111"\n[scale]')).satisfaction.weight == "0.111"


@pytest.mark.parametrize(
    ("measure", "lowest"),
    [("share_within_standard", 0), ("share_present_on_time", 0), ("skm_index", 25), ("skm_element:waktu", 1)],
)
def test_lowest_band_that_reaches_the_lowest_value_leaves_no_gap(measure: str, lowest: float):
    for edge in (lowest, lowest - 1):
        bands = f"bands = [ {{ from = {edge}, magnitude = 0 }} ]"
        text = replaced("bands = [ { from = 0.0, magnitude = -1 }, { from = 0.5, magnitude = 1 } ]", bands)
        assert parsed(text.replace("skm_index", measure)).indicators[0].bands[0].edge == edge


def test_byte_order_mark_and_windows_line_ends_are_read():
    definition, faults = parse_definition(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode(), "kecil")
    assert not faults
    assert definition is not None


def test_measures_name_the_nine_elements_of_the_survey():
    assert len(ELEMENTS) == 9
    assert {f"skm_element:{element}" for element in ELEMENTS} < set(MEASURES)


@pytest.mark.parametrize(
    ("old", "new", "column", "says"),
    [
        ("end = 2024-03-22", "end = 2024-03-01", "study.period", "ends (2024-03-01) before it starts (2024-03-04)"),
        ('provenance = "field"', 'provenance = "asli"', "study.provenance", "'field' or 'synthetic'"),
        ('"field"', '"field"\ntimezone = "Asia/Balikpapan"', "study.timezone", "Asia/Makassar"),
        ('"field"', '"field"\ntimezone = "../etc"', "study.timezone", "no time zone"),
        ('kind = "rated"', 'kind = "rate"', "foci.1.kind", "Nearest: 'rated'"),
        ('id = "mutu"', 'id = "mutu kerja"', "foci.1.id", "without spaces"),
        ('technique = "interview"', 'technique = "interview"\nweight = -1', "groups.1.weight", "must be 0 or more"),
        ('technique = "interview"', 'technique = "interview"\nweight = inf', "groups.1.weight", "finite"),
        ('technique = "interview"', 'technique = "interview"\nweight = nan', "groups.1.weight", "finite"),
        ("from = 60.0", "from = 20.0", "scale", "must rise"),
        ("from = 20.0", "from = 25.0", "scale", "first edge is 20"),
        ("from = 60.0", "from = 101.0", "scale", "at most 100"),
        ("from = 60.0", "from = nan", "scale.levels.2.from", "finite"),
        ('id = "baik"', 'id = "kurang"', "scale", "same id"),
        ("from = 0.5, magnitude = 1", "from = 0.0, magnitude = 1", "indicators.1", "without overlap"),
        ("from = 0.5, magnitude = 1", "from = 0.5, magnitude = 3", "indicators.1.bands.2.magnitude", "-2, -1, 0, 1"),
        ("from = 0.0, magnitude = -1", "from = 25.1, magnitude = -1", "indicators.1", "without overlap"),
        (
            "from = 0.0, magnitude = -1 }, { from = 0.5",
            "from = 26.0, magnitude = -1 }, { from = 65.0",
            "indicators.1",
            "a gap: from 25.0 to 26.0",
        ),
        ("[scale]", "[satisfaction]\nweight = 0.111\n[scale]", "satisfaction.weight", "'1/9' or '0.111'"),
        ("[scale]", '[satisfaction]\nweight = "1/8"\n[scale]', "satisfaction.weight", "Nearest: '1/9'"),
        ("[scale]", '[multiverse]\naggregate = ["mean", "modus"]\n[scale]', "multiverse.aggregate.2", "'median'"),
        ("[scale]", '[multiverse]\nweights = ["group"]\n[scale]', "multiverse.weights.1", "Nearest: 'groups'"),
        ("[scale]", '[multiverse]\naggregate = ["mean", "mean"]\n[scale]', "multiverse", "given twice"),
        (
            "[scale]",
            "[multiverse]\nminimum_informants = [3, -1]\n[scale]",
            "multiverse.minimum_informants.2",
            "must be 0 or more",
        ),
        (
            "[scale]",
            "[multiverse]\nminimum_cases_per_group = [0]\n[scale]",
            "multiverse.minimum_cases_per_group.1",
            "must be 1 or more",
        ),
        ("[scale]", "[multiverse]\nedges = [[30.0, 60.0]]\n[scale]", "multiverse.edges.1", "the first at most 20"),
        ("[scale]", "[multiverse]\nedges = [[20.0, 101.0]]\n[scale]", "multiverse.edges.1", "the last at most 100"),
        ("skm_index", "skm_indeks", "indicators.1.measure", "Nearest: 'skm_index'"),
        ("skm_index", "skm_element:perilku", "indicators.1.measure", "Nearest: 'skm_element:perilaku'"),
        ('focus = "mutu"', 'focus = "mut"', "indicators.1.focus", "Nearest: 'mutu'"),
        ('group = "data"', 'group = "staf"', "indicators.1.group", "not a group of technique 'record'"),
        ("[scale]", '[[groups]]\nid = "staf"\ntechnique = "document"\n[scale]', "groups.3.id", "'staf' is given twice"),
        ("[scale]", "[rules]\nminimum_groups = -1\n[scale]", "rules.minimum_groups", "must be 0 or more"),
        ("[scale]", '[rules]\naggregate = "men"\n[scale]', "rules.aggregate", "Nearest: 'mean'"),
        ("[scale]", "[multiverse]\nedges = [[20.0]]\n[scale]", "multiverse.edges.1", "must be 2 rising numbers"),
        ("[scale]", "[multiverse]\nedges = [[60.0, 20.0]]\n[scale]", "multiverse.edges.1", "must be 2 rising numbers"),
        ("from = 60.0", 'from = "60"', "scale.levels.2.from", "a number is needed, without quotes"),
        ("[scale]", '[multiverse]\nedges = [["20", 60]]\n[scale]', "multiverse.edges.1.1", "without quotes"),
        ("[scale]", '[rules]\nminimum_groups = "2"\n[scale]', "rules.minimum_groups", "a whole number is needed"),
        ("[scale]", "[rules]\nminimum_groups = true\n[scale]", "rules.minimum_groups", "a whole number is needed"),
        ("[scale]", '[rules]\nrequire_outside = "yes"\n[scale]', "rules.require_outside", "true or false is needed"),
        ('title = "Kinerja"', "title = 3", "study.title", "text is needed, in quotes"),
        ('title = "Kinerja"', 'title = ""', "study.title", "must not be empty"),
        ("start = 2024-03-04", 'start = "awal"', "study.period.start", "a date is needed, as 2024-03-04"),
        ("[scale]", "[grade]\nlimitations = [1, 2, 3]\n[scale]", "grade.limitations", "whole numbers that fall"),
        ("[scale]", "[grade]\nrelevance = [2, 1, 0]\n[scale]", "grade.relevance", "at least 1"),
        ("[scale]", "[grade]\ncoherence = [0.2, 0.1, 0.4]\n[scale]", "grade.coherence", "shares that rise"),
        ("[scale]", '[hours]\nmonday = [["7.30", "12:00"]]\n[scale]', "hours", "write it as 07:30"),
        ("[scale]", '[hours]\nmonday = [["07:30", "24:00"]]\n[scale]', "hours", "'24:00' is no time of day"),
        ("[scale]", '[hours]\nmonday = [["12:00", "07:30"]]\n[scale]', "hours", "does not follow"),
        ("[scale]", '[hours]\nmonday = [["08:00", "12:00"], ["11:00", "13:00"]]\n[scale]', "hours", "does not follow"),
        ("[scale]", '[hours]\nmondey = [["07:30", "12:00"]]\n[scale]', "hours.mondey", "Nearest: 'monday'"),
        (
            "[scale]",
            "[services.standard_minutes]\nsktm = 0\n[scale]",
            "services.standard_minutes.sktm",
            "above 0",
        ),
    ],
)
def test_wrong_value_is_refused_at_its_key(old: str, new: str, column: str | None, says: str):
    faults = refused(replaced(old, new))
    assert [fault.column for fault in faults] == [column]
    assert says in str(faults[0])


@pytest.mark.parametrize(
    ("old", "new", "column", "known"),
    [
        ("[scale]", "[scala]\n[scale]", "scala", "scale"),
        ('site = "Kantor"', 'site = "Kantor"\ntimezon = "Asia/Makassar"', "study.timezon", "timezone"),
        ('kind = "rated"', 'kind = "rated"\nlabels = 1', "foci.1.labels", "label"),
        ('technique = "interview"', 'technique = "interview"\noutsid = true', "groups.1.outsid", "outside"),
        ("from = 60.0", "from = 60.0, form = 1", "scale.levels.2.form", "from"),
        ("[scale]", '[rules]\nagregate = "mean"\n[scale]', "rules.agregate", "aggregate"),
        ("[scale]", '[multiverse]\nagregate = ["mean"]\n[scale]', "multiverse.agregate", "aggregate"),
        ("[scale]", '[satisfaction]\nweigth = "1/9"\n[scale]', "satisfaction.weigth", "weight"),
        ("magnitude = -1", "magnitude = -1, magnitud = 1", "indicators.1.bands.1.magnitud", "magnitude"),
        ("start = 2024-03-04", "start = 2024-03-04, ende = 1", "study.period.ende", "end"),
    ],
)
def test_unknown_key_is_refused_with_the_nearest_of_those_beside_it(old: str, new: str, column: str, known: str):
    fault = next(f for f in refused(replaced(old, new)) if f.kind == "unknown_key")
    assert fault.column == column
    assert f"Nearest: '{known}'" in fault.cure


def test_missing_key_is_named():
    faults = refused(replaced('title = "Kinerja"\n', "").replace('technique = "interview"\n', ""))
    assert [(f.kind, f.column) for f in faults] == [
        ("missing_key", "study.title"),
        ("missing_key", "groups.1.technique"),
    ]


def test_all_faults_of_the_file_are_told_at_once():
    text = replaced('kind = "rated"', 'kind = "rate"').replace('"field"', '"asli"').replace("skm_index", "indeks")
    assert {f.column for f in refused(text)} == {"foci.1.kind", "study.provenance", "indicators.1.measure"}


def test_id_that_is_not_the_folders_name_is_refused():
    _, faults = parse_definition(MINIMAL.encode(), "besar")
    assert [(f.kind, f.value) for f in faults] == [("study_id", "kecil")]
    assert 'id = "besar"' in faults[0].cure


def test_malformed_toml_is_refused_at_its_line():
    (fault,) = refused(replaced('title = "Kinerja"', "title = Kinerja"))
    assert (fault.kind, fault.row) == ("toml", 3)


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = 1" + "0" * 5000, "a\0 = 1", "study = 3", "", "foci = [1]", "[hours]\nmonday = 1"]
)
def test_strange_toml_is_a_fault_and_no_traceback(text: str):
    refused(text)


def test_file_that_is_not_utf8_is_refused_with_its_byte():
    definition, faults = parse_definition(b'title = "\xe9"', "kecil")
    assert definition is None
    assert faults[0].kind == "encoding"
    assert "byte 9" in faults[0].problem


json_like: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.text(max_size=5), st.integers(-3, 3), st.booleans(), st.floats(allow_nan=False, width=16)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(
    key=st.sampled_from(["study", "foci", "groups", "scale", "rules", "hours", "indicators", "multiverse"]),
    value=json_like,
)
def test_any_value_in_place_of_a_table_is_a_fault_and_no_traceback(key: str, value: Any):
    text = f"{key} = {toml(value)}\n"
    _, faults = parse_definition(text.encode(), "kecil")
    assert faults


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return (
            '"'
            + "".join(c if c.isalnum() else f"\\U{ord(c):08X}" for c in value if not 0xD800 <= ord(c) < 0xE000)
            + '"'
        )
    if isinstance(value, list):
        return "[" + ", ".join(toml(part) for part in value) + "]"
    return repr(value)
