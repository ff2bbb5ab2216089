"""The door to a study's files: which study, which root, which files, and the way there and back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_study.errors import MissingStageError, RawDataError, UnknownParameterError, UnknownStudyError
from kinerja_study.study import LARGEST_FILE, Study, find_root, list_studies


@pytest.mark.parametrize(
    "study", ["../tiny", "..", ".", "", "/etc", "tiny/../tiny", "tiny/", "a b", ".hidden", "tiny\n"]
)
def test_id_that_could_leave_the_raw_folder_is_no_study(tiny, study: str):
    with pytest.raises(UnknownStudyError, match="name of its folder"):
        Study.open(study, root=tiny.root)


def test_climbing_id_is_refused_even_where_it_leads_to_a_study(tiny):
    (tiny.root / "data/tiny").symlink_to(tiny.raw)
    assert (tiny.root / "data/raw/../tiny/study.toml").is_file()
    with pytest.raises(UnknownStudyError):
        Study.open("../tiny", root=tiny.root)


def test_misspelt_study_names_the_nearest(tiny):
    with pytest.raises(UnknownStudyError, match="Nearest: 'tiny'"):
        Study.open("tinny", root=tiny.root)


def test_study_without_definition_says_so(tiny):
    tiny.remove("study.toml")
    with pytest.raises(RawDataError) as caught:
        tiny.open()
    assert [(f.kind, f.file) for f in caught.value.faults] == [("missing_file", "study.toml")]


def test_parameters_replace_rules_and_leave_the_others(tiny):
    tiny.replace("study.toml", 'coder = "consensus"', 'coder = "consensus"\nminimum_groups = 4')
    study = tiny.open(aggregate="median", minimum_informants="2", require_outside="true", neutral=None, language="en")
    assert study.rules.aggregate == "median"
    assert study.rules.minimum_informants == 2
    assert study.rules.require_outside is True
    assert study.rules.neutral == "keep"
    assert study.rules.minimum_groups == 4
    assert study.language == "en"
    assert study.definition.rules.aggregate == "mean"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("aggregate", "modus", "Allowed: mean, median"),
        ("aggregate", "medan", "Nearest: 'median'"),
        ("language", "jv", "Allowed: id, en"),
        ("minimum_informants", "banyak", "cannot be 'banyak'"),
        ("minimum_cases_per_group", "0", "cannot be '0'"),
        ("agregate", "mean", "Nearest: 'aggregate'"),
    ],
)
def test_parameter_that_is_not_known_or_cannot_be_is_refused(tiny, name: str, value: str, says: str):
    with pytest.raises(UnknownParameterError, match=says):
        tiny.open(**{name: value})


def test_opened_study_can_be_opened_again(tiny, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tiny.root)
    again = Study.open(tiny.open(), weights="cases")
    assert again.id == "tiny"
    assert again.rules.weights == "cases"


def test_root_is_found_from_any_folder_below(tiny, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tiny.root / "notebooks")
    assert find_root("tiny") == tiny.root
    assert Study.open("tiny").raw == tiny.raw


def test_root_is_the_nearest_that_has_the_study(tiny, monkeypatch: pytest.MonkeyPatch):
    inner = tiny.root / "inner"
    (inner / "data/raw/other").mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert find_root("tiny") == tiny.root
    assert find_root() == inner


def test_studies_are_the_folders_with_a_definition(tiny):
    (tiny.root / "data/raw/empty").mkdir()
    assert list_studies(tiny.root) == ["tiny"]


def test_raw_files_come_in_order_without_hidden_files_and_office_locks(tiny):
    tiny.write(".DS_Store", b"\0")
    tiny.write("~$codebook.xlsx", b"lock")
    tiny.write("interviews/.T1.md.swp", b"\0")
    tiny.write(".git/config", "x")
    files = tiny.open().read_raw()
    assert list(files) == sorted(files)
    assert "interviews/T1.md" in files
    assert not [name for name in files if "/." in name or name.startswith((".", "~"))]


def link_file(tiny) -> None:
    tiny.remove("events.csv")
    (tiny.root / "elsewhere.csv").write_text("rahasia")
    (tiny.raw / "events.csv").symlink_to(tiny.root / "elsewhere.csv")


def link_to_nothing(tiny) -> None:
    tiny.remove("events.csv")
    (tiny.raw / "events.csv").symlink_to(tiny.raw / "nothing.csv")


def link_folder(tiny) -> None:
    (tiny.raw / "observations").rename(tiny.root / "elsewhere")
    (tiny.raw / "observations").symlink_to(tiny.root / "elsewhere")


@pytest.mark.parametrize(
    ("link", "file"), [(link_file, "events.csv"), (link_to_nothing, "events.csv"), (link_folder, "observations")]
)
def test_link_that_leads_outside_or_nowhere_is_refused(tiny, link: Callable[..., None], file: str):
    link(tiny)
    with pytest.raises(RawDataError, match="link that leads outside") as caught:
        tiny.open().read_raw()
    assert [f.file for f in caught.value.faults] == [file]
    assert "rahasia" not in str(caught.value)


def test_folder_named_like_a_table_is_not_passed_over(tiny):
    tiny.remove("services.csv")
    (tiny.raw / "services.csv").mkdir()
    with pytest.raises(RawDataError, match=r"services\.csv: a folder named like a file"):
        tiny.open().read_raw()


def test_link_within_the_study_is_read(tiny):
    (tiny.raw / "events.csv").rename(tiny.raw / "old.csv")
    (tiny.raw / "events.csv").symlink_to("old.csv")
    files = tiny.open().read_raw()
    assert files["events.csv"] == files["old.csv"]


def test_file_beyond_the_limit_is_refused_unread(tiny):
    with (tiny.raw / "interviews/T9.md").open("wb") as file:
        os.truncate(file.fileno(), LARGEST_FILE + 1)
    with pytest.raises(RawDataError, match="64 MiB"):
        tiny.open().read_raw()


def test_processed_table_that_is_not_there_names_the_way_to_get_it(tiny):
    with pytest.raises(MissingStageError, match="kinerja run tiny"):
        tiny.open().load("segments.csv")


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=8) | st.sampled_from(
    ["NA", "nan", "null", "007", "1e5", "True", " x ", '"', ";", "=1+1", "2018-03-12"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=4))
def test_any_text_comes_back_from_a_processed_table(tiny, rows: list[tuple[str, str]]):
    study = tiny.open()
    frame = pd.DataFrame(rows, columns=["case_id", "quote"], dtype="str")
    study.save("x.csv", frame)
    first = (study.processed / "x.csv").read_bytes()
    again = study.load("x.csv")
    assert again.to_numpy().tolist() == frame.to_numpy().tolist()
    study.save("x.csv", again)
    assert (study.processed / "x.csv").read_bytes() == first


def test_numbers_are_numbers_by_name_and_ids_stay_text(tiny):
    study = tiny.open()
    study.save("x.csv", pd.DataFrame({"case_id": ["007", "8"], "position": [0.5, None], "start": [1, 2]}))
    loaded = study.load("x.csv")
    assert loaded["case_id"].tolist() == ["007", "8"]
    assert loaded["start"].tolist() == [1, 2]
    assert loaded["position"].iloc[0] == 0.5
    assert pd.isna(loaded["position"].iloc[1])


def test_object_with_a_nan_is_never_written(tiny):
    study = tiny.open()
    with pytest.raises(ValueError, match="not JSON compliant"):
        study.save("x.json", {"score": float("nan")})
    assert not (study.processed / "x.json").exists()


def test_object_and_text_come_back_with_their_letters(tiny):
    study = tiny.open()
    study.save("x.json", {"teks": "é😀", "nilai": None})
    study.save("x.md", "baris\nkafé")
    assert study.load_json("x.json") == {"teks": "é😀", "nilai": None}
    assert study.load_text("x.md") == "baris\nkafé"
    assert "é😀".encode() in (study.processed / "x.json").read_bytes()


def test_replacing_a_raw_file_leaves_no_trace_beside_it(tiny):
    before = {p.name for p in tiny.raw.iterdir()}
    tiny.open().replace_raw("site.md", b"baru")
    assert tiny.read("site.md") == "baru"
    assert {p.name for p in tiny.raw.iterdir()} == before
    assert Path(tiny.raw / "site.md").stat().st_size == 4
