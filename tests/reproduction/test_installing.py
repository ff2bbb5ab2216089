from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.reproduction.installing import exclusive, install_outputs, locked, scratch_folder, write_file
from kinerja_study.reproduction.manifest import read_manifest
from kinerja_study.reproduction.running import find_fresh, scratch_of
from kinerja_study.reproduction.stages import sha256
from kinerja_study.study import Study

STEPS = ("replace", "unlink", "mkdir")
"""The ways in which installing touches the file system."""


class Killed(BaseException):
    """Ends everything at once, as kill -9 does: no code here may catch it."""


def make_outputs(word: str, names: tuple[str, ...]) -> dict[str, bytes]:
    return {f"{folder}/tiny/{name}": f"{word} {name}".encode() for folder, name in (n.split(":") for n in names)}


BEFORE = make_outputs("lama", ("data/processed:a.csv", "data/processed:lepas.csv", "reports:laporan.html"))
AFTER = make_outputs("baru", ("data/processed:a.csv", "reports:notebooks/1.ipynb", "reports:laporan.html"))


def install(study: Study, outputs: dict[str, bytes]) -> None:
    with exclusive(study, lambda: None), scratch_of(study) as scratch:
        for path, data in outputs.items():
            write_file(scratch.root / path, data)
        manifest = {
            **{key: {} for key in ("parameters", "rules", "versions", "inputs", "notebooks")},
            "schema": "kinerja-manifest/1",
            "stages": [],
            "outputs": {path: sha256(data) for path, data in outputs.items()},
        }
        install_outputs(scratch, study, manifest, read_manifest(study))


def read_outputs(root: Path) -> dict[str, bytes]:
    files = [p for folder in ("data/processed/tiny", "reports/tiny") for p in (root / folder).rglob("*") if p.is_file()]
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in files if p.name != "manifest.json"}


def kill_at(monkeypatch: pytest.MonkeyPatch, step: int) -> list[int]:
    """Make the step-th touch of the file system the last one, half of the time just after it was done."""
    count = [0]
    for name in STEPS:
        real = getattr(Path, name)

        def touched(self: Path, *args: Any, _real: Any = real, **options: Any) -> Any:
            count[0] += 1
            if count[0] == step:
                raise Killed
            return _real(self, *args, **options)

        monkeypatch.setattr(Path, name, touched)
    return count


def test_outputs_killed_at_any_step_are_whole_and_the_next_run_completes_them(tiny: Any) -> None:
    study = tiny.open()
    completed, begun, step = 0, 0, 0
    while True:
        step += 1
        install(study, BEFORE)
        assert read_outputs(tiny.root) == BEFORE
        with pytest.MonkeyPatch.context() as monkeypatch:
            kill_at(monkeypatch, step)
            try:
                install(study, AFTER)
                break
            except Killed:
                pass
        found = read_outputs(tiny.root)
        assert all(data in (BEFORE.get(path), AFTER.get(path)) for path, data in found.items())
        manifest = read_manifest(study)
        # It speaks of what is there, or it is not there.
        assert not manifest or manifest["outputs"] == {path: sha256(data) for path, data in found.items()}
        with exclusive(study, lambda: None):
            pass
        healed = read_outputs(tiny.root)
        assert healed in (BEFORE, AFTER)
        assert read_manifest(study)["outputs"] == {path: sha256(data) for path, data in healed.items()}
        assert [path.name for path in (tiny.root / ".kinerja").iterdir()] == ["tiny.lock"]
        completed += healed == AFTER
        begun += found not in (BEFORE, AFTER)
    # Steps were found on either side of the one that decides, and some that had left a mixture.
    assert 0 < completed < step - 1
    assert begun > 0


def test_outputs_that_are_replaced_one_by_one_and_nothing_else_would_stay_mixed(tiny: Any) -> None:
    # What the test above would find without the completed set beside the outputs.
    study = tiny.open()
    install(study, BEFORE)
    for path, data in list(AFTER.items())[:1]:
        write_file(tiny.root / path, data)
    with exclusive(study, lambda: None):
        pass
    assert read_outputs(tiny.root) not in (BEFORE, AFTER)
    assert find_fresh(study, {}) is None


def test_scratch_folders_of_a_killed_run_are_removed_and_those_of_other_studies_are_not(tiny: Any) -> None:
    work = tiny.root / ".kinerja"
    for left in ("tiny.abcd1234", "tiny-2.abcd1234", "failed-tiny-1.ipynb"):
        (work / left).mkdir(parents=True)
    with exclusive(tiny.open(), lambda: None):
        assert not (work / "tiny.abcd1234").exists()
    assert {path.name for path in work.iterdir()} == {"tiny.lock", "tiny-2.abcd1234", "failed-tiny-1.ipynb"}


def hold(root: Path, told: Any) -> None:
    with locked(root, "tiny"):
        told.send("held")
        told.recv()


@pytest.mark.slow
def test_lock_is_waited_for_once_told_and_freed_when_its_process_is_killed(tiny: Any) -> None:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=hold, args=(tiny.root, there))
    process.start()
    assert here.recv() == "held"
    waited = []

    def waiting() -> None:
        waited.append(True)
        process.kill()

    with exclusive(tiny.open(), waiting):
        assert waited == [True]
    process.join()
    with exclusive(tiny.open(), waiting):
        assert waited == [True]


def test_scratch_folder_is_removed_also_when_it_ends_badly(tiny: Any) -> None:
    with pytest.raises(ValueError, match="x"), locked(tiny.root, "tiny"), scratch_folder(tiny.root, "tiny") as folder:
        (folder / "a").write_text("a")
        raise ValueError("x")
    assert not folder.exists()
    assert json.dumps([p.name for p in (tiny.root / ".kinerja").iterdir()]) == '["tiny.lock"]'
