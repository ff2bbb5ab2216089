from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from quick_project import FIVE, FOUR, ONE, Project, outputs_of

from kinerja_study.cluster import parcels
from kinerja_study.cluster.parcels import SOURCE, accept, describe_environment, differences, pack, run_parcel
from kinerja_study.errors import NotebookError, PrivacyError, StudyError, WorkerError
from kinerja_study.reproduction.installing import exclusive
from kinerja_study.reproduction.running import find_fresh

pytestmark = pytest.mark.slow


def take(project: Project, delivery: object) -> dict[str, str]:
    study = project.study.open()
    with exclusive(study, lambda: None):
        return accept(study, delivery).reasons


def test_parcel_holds_the_study_and_its_outputs_and_never_the_private_key_file(project: Project) -> None:
    (project.root / "private").mkdir()
    (project.root / "private/key.csv").write_text("nama,id\nSiti Aminah,W-1\n", encoding="utf-8")
    parcel = pack(project.study.open(), {}, force=False)
    assert {"data/raw/tiny/study.toml", f"notebooks/{ONE}", "requirements.lock"} <= set(parcel.files)
    assert set(outputs_of(project.root)) <= set(parcel.files)
    assert not any(path.startswith("private") or b"Siti" in data for path, data in parcel.files.items())
    assert not set(outputs_of(project.root)) & set(pack(project.study.open(), {}, force=True).files)


def test_run_elsewhere_executes_what_changed_and_gives_what_a_run_here_gives(project: Project, tmp_path: Path) -> None:
    project.study.replace("events.csv", "Listrik padam", "Listrik padam lagi")
    study = project.study.open()
    delivery = run_parcel(pack(study, {}, force=False), tmp_path)
    assert [name for name, reason in delivery.reasons.items() if reason] == [ONE]
    assert [path.name for path in tmp_path.iterdir()] == ["salinan"]
    assert take(project, delivery) == delivery.reasons
    assert find_fresh(study, {}) is not None
    elsewhere = outputs_of(project.root)
    project.study.replace("events.csv", "Listrik padam lagi", "Listrik padam")
    project.run()
    project.study.replace("events.csv", "Listrik padam", "Listrik padam lagi")
    project.run()
    assert outputs_of(project.root) == elsewhere


def test_notebook_that_stops_elsewhere_is_told_and_kept_here(project: Project, tmp_path: Path) -> None:
    before = outputs_of(project.root)
    project.edit(FOUR, "import json", "1 / 0")
    delivery = run_parcel(pack(project.study.open(), {}, force=False), tmp_path)
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        take(project, delivery)
    assert (project.root / f".kinerja/failed-tiny-{FOUR}").is_file()
    assert outputs_of(project.root) == before


def test_report_from_elsewhere_is_searched_for_names_here(project: Project, tmp_path: Path) -> None:
    before = outputs_of(project.root)
    project.edit(FIVE, "Bab hasil", "kata Siti Aminah")
    delivery = run_parcel(pack(project.study.open(), {}, force=False), tmp_path)
    assert delivery.error is None
    (project.root / "private").mkdir()
    (project.root / "private/key.csv").write_text("nama,id\nSiti Aminah,W-1\n", encoding="utf-8")
    with pytest.raises(PrivacyError):
        take(project, delivery)
    assert outputs_of(project.root) == before


def test_disk_that_is_full_here_is_told_with_the_study(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = outputs_of(project.root)
    project.edit(FIVE, "Bab hasil", "Bab")
    delivery = run_parcel(pack(project.study.open(), {}, force=False), tmp_path)

    project.edit(FOUR, "import json", "1 / 0")
    stopped = run_parcel(pack(project.study.open(), {}, force=False), tmp_path)

    def fill(path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(parcels, "write_file", fill)
    with pytest.raises(StudyError, match=r"No space left on device: .*\n    Check space and permissions"):
        take(project, delivery)
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        take(project, stopped)
    assert outputs_of(project.root) == before


def test_what_did_not_arrive_as_it_was_sent_is_refused(project: Project, tmp_path: Path) -> None:
    before = outputs_of(project.root)
    parcel = pack(project.study.open(), {}, force=False)
    broken = replace(parcel, files=parcel.files | {"data/raw/tiny/site.md": b"lain"})
    answer = run_parcel(broken, tmp_path)
    assert isinstance(answer.error, WorkerError)
    assert "data/raw/tiny/site.md did not arrive as it was sent" in str(answer.error)
    delivery = run_parcel(parcel, tmp_path)
    report = "reports/tiny/laporan.html"
    for files, said in (
        (delivery.files | {report: b"x"}, f"{report} did not arrive"),
        ({path: data for path, data in delivery.files.items() if path != report}, f"{report} did not arrive"),
        (delivery.files | {"data/raw/tiny/site.md": b"x"}, "none of the study's outputs"),
        (delivery.files | {"reports/tiny/../../x": b"x"}, "none of the study's outputs"),
    ):
        with pytest.raises(WorkerError, match=said):
            take(project, replace(delivery, files=files))
    assert outputs_of(project.root) == before
    assert take(project, delivery) == delivery.reasons


def test_other_package_python_or_library_is_not_the_same_environment(project: Project, tmp_path: Path) -> None:
    here = describe_environment((project.root / "requirements.lock").read_bytes())
    assert {SOURCE, "python", "pandas", "jsonschema"} <= set(here)
    assert differences(here, dict(here)) == ""
    assert differences(here, here | {"extra": "1"}) == ""
    for name in (SOURCE, "python", "jsonschema"):
        said = differences(here, here | {name: "0.0.1"})
        assert said == f"{name} is 0.0.1, not {here[name][:12]}"
        lacking = {key: value for key, value in here.items() if key != name}
        assert differences(here, lacking) == f"{name} is missing, not {here[name][:12]}"
    parcel = pack(project.study.open(), {}, force=False)
    answer = run_parcel(replace(parcel, environment=here | {SOURCE: "other"}), tmp_path)
    assert isinstance(answer.error, WorkerError)
    assert "the worker is not the same: source of kinerja_study is" in str(answer.error)
    assert "Install the same version" in str(answer.error)


def test_whatever_goes_wrong_elsewhere_comes_back_as_a_message(project: Project, tmp_path: Path) -> None:
    answer = run_parcel(pack(project.study.open(), {}, force=False), tmp_path / "no such folder")
    assert isinstance(answer.error, WorkerError)
    assert "FileNotFoundError" in str(answer.error)
