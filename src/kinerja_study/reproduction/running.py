"""Running a study: raw data in, processed data, executed notebooks, report and manifest out, all or nothing.

Owns the scratch folder and the decision which stage is fresh. Notebooks run in a copy of the raw data, so that nothing
they do can touch it, and its change during a run cannot mix two states.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from kinerja_study.definition import is_suggester
from kinerja_study.errors import NotebookError, StudyError, UnknownParameterError
from kinerja_study.reproduction.installing import MANIFEST, exclusive, install_outputs, scratch_folder, write_file
from kinerja_study.reproduction.manifest import SCHEMA, Manifest, read_manifest
from kinerja_study.reproduction.outcome import Run
from kinerja_study.reproduction.stages import (
    NOTEBOOKS,
    hash_files,
    package_hash,
    sha256,
    stage_key,
    stage_parameters,
    versions,
)
from kinerja_study.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kinerja_study.reproduction.kernels import KernelPool

REPORT = "laporan.html"
REFUSAL = "RawDataError"
"""What a notebook raises when it is the study that is at fault."""

Progress = Callable[[str, int, int], None]
"""Called with the notebook, the cell and the number of cells; cell 0 says that the notebook is fresh."""


def run_study(
    study: Study,
    chosen: Mapping[str, Any],
    *,
    force: bool = False,
    progress: Progress = lambda _notebook, _cell, _of: None,
    waiting: Callable[[], None] = lambda: None,
) -> Run:
    """Run a study's notebooks as far as something has changed, and bind the report.

    Parameters
    ----------
    study : Study
        Opened with the chosen parameters.
    chosen : mapping
        Parameters that differ from study.toml.
    force : bool
        Execute every stage.
    progress : callable
        Told of each cell.
    waiting : callable
        Told when another run of the study is at work, whose end is awaited.

    Raises
    ------
    RawDataError
        The raw data has faults; nothing was written.
    NotebookError
        A notebook stopped; the last good outputs are as they were.
    PrivacyError
        The report would show what must stay private.
    """
    fresh = None if force else find_fresh(study, chosen)
    if fresh is None:
        with exclusive(study, waiting) as changed:
            # The run that was awaited, or one that was killed while it put its outputs in place, may have done it all.
            fresh = find_fresh(study, chosen) if changed and not force else None
            if fresh is None:
                with _executed(_plan(study, chosen, force=force), progress) as (scratch, reasons, manifest):
                    install_outputs(scratch, study, manifest, read_manifest(study))
                return Run(report=study.reports / REPORT, reasons=reasons)
    for name in fresh.reasons:
        progress(name, 0, 0)
    return fresh


def find_fresh(study: Study, chosen: Mapping[str, Any]) -> Run | None:
    """Return what a run would do if that is nothing: every output is there and as it would be made; else None."""
    plan = _plan(study, chosen, force=False)
    if not plan.everything_fresh():
        return None
    refuse_private_names(study, study)
    return Run(report=study.reports / REPORT, reasons=dict.fromkeys(plan.notebooks, ""))


@contextmanager
def execute_afresh(
    study: Study, chosen: Mapping[str, Any], progress: Progress, waiting: Callable[[], None] = lambda: None
) -> Iterator[tuple[Study, Manifest]]:
    """Execute every stage and bind the report in a scratch folder that is gone afterwards; no output is touched.

    Parameters
    ----------
    study, chosen, progress, waiting
        As for :func:`run_study`, which raises the same.

    Yields
    ------
    (Study, dict)
        The study in its scratch folder, and the manifest of this execution.
    """
    with (
        exclusive(study, waiting),
        _executed(_plan(study, chosen, force=True), progress) as (scratch, _, manifest),
    ):
        yield scratch, manifest


@contextmanager
def _executed(plan: _Plan, progress: Progress) -> Iterator[tuple[Study, dict[str, str], Manifest]]:
    # The outputs in the scratch folder, why each stage was executed, and the manifest; gone on leaving.
    from kinerja_study.reproduction.kernels import KernelPool

    study = plan.study
    _refuse_unknown_coder(plan)
    with scratch_of(study) as scratch:
        for name, data in plan.files.items():
            write_file(scratch.raw / name, data)
        for name, data in plan.notebooks.items():
            write_file(scratch.root / "notebooks" / name, data)
        with KernelPool() as kernels:
            if plan.reason(NOTEBOOKS[0], plan.inputs):
                kernels.prepare(_open_stage(plan, scratch, NOTEBOOKS[0]).root / "notebooks" / NOTEBOOKS[0])
            from kinerja_study.reproduction.binding import bind_report  # while the first kernel starts

            reasons, stages = _execute(plan, scratch, progress, kernels)
            bind_report(scratch, study)
        manifest = {
            "schema": SCHEMA,
            "study": study.id,
            "provenance": study.definition.study.provenance,
            "parameters": dict(sorted(plan.chosen.items())),
            "rules": dict(study.rules),
            "versions": versions(),
            "package": plan.package,
            "lock": plan.lock,
            "inputs": {f"data/raw/{study.id}/{name}": digest for name, digest in plan.inputs.items()},
            "notebooks": {f"notebooks/{name}": sha256(data) for name, data in plan.notebooks.items()},
            "stages": stages,
            "outputs": _outputs(scratch),
        }
        yield scratch, reasons, manifest


def _plan(study: Study, chosen: Mapping[str, Any], *, force: bool) -> _Plan:
    files = study.read_raw()
    return _Plan(
        study=study,
        files=files,
        inputs={name: sha256(data) for name, data in files.items()},
        notebooks={name: (study.root / "notebooks" / name).read_bytes() for name in _notebooks(study)},
        chosen=chosen,
        package=package_hash(),
        lock=_hash_or_empty(study.root / "requirements.lock"),
        old={} if force else read_manifest(study),
        current=_outputs(study),
    )


@dataclass(slots=True)
class _Plan:
    # Compares what a stage would run on with what the manifest says it ran on.
    study: Study
    files: dict[str, bytes]
    inputs: dict[str, str]
    notebooks: dict[str, bytes]
    chosen: Mapping[str, Any]
    package: str
    lock: str
    old: dict[str, Any]
    current: dict[str, str]

    def key(self, name: str, known: Mapping[str, str]) -> str:
        source = self.notebooks[name]
        parameters = stage_parameters(source, name, self.study, self.chosen)
        return stage_key(source, parameters, _visible(name, known), self.package, self.lock)

    def stage(self, name: str) -> dict[str, Any]:
        return next((s for s in self.old.get("stages", []) if s["notebook"] == name), {})

    def reason(self, name: str, known: Mapping[str, str]) -> str:
        """Return why a stage must be executed, given the files that there are; empty when it is fresh."""
        before = self.stage(name)
        if not before:
            return "it has not run yet"
        if before["key"] != self.key(name, known):
            return _difference(self, name, known)
        changed = [path for path, digest in before["outputs"].items() if self.current.get(path) != digest]
        return f"its output {changed[0]} is missing or was changed" if changed else ""

    def everything_fresh(self) -> bool:
        """Tell whether no stage has anything to do and every output is as the manifest says."""
        if not self.old or any(self.current.get(p) != digest for p, digest in self.old["outputs"].items()):
            return False
        if self.old.get("notebooks") != {f"notebooks/{name}": sha256(data) for name, data in self.notebooks.items()}:
            return False
        known = dict(self.inputs)
        for name in self.notebooks:
            if self.reason(name, known):
                return False
            known |= {p: d for p, d in self.stage(name)["outputs"].items() if p.startswith("data/processed/")}
        return True


def _visible(name: str, known: Mapping[str, str]) -> dict[str, str]:
    # The first stage reads the raw data; a later one reads study.toml and what earlier stages wrote.
    if name == NOTEBOOKS[0]:
        return dict(known)
    return {
        path: digest for path, digest in known.items() if path == "study.toml" or path.startswith("data/processed/")
    }


def _difference(plan: _Plan, name: str, known: Mapping[str, str]) -> str:
    before, old = plan.stage(name), plan.old
    if old.get("package") != plan.package:
        return "the package has changed"
    if old.get("lock") != plan.lock:
        return "requirements.lock has changed"
    if old.get("versions") != versions():
        return "the environment has changed"
    if old.get("notebooks", {}).get(f"notebooks/{name}") != sha256(plan.notebooks[name]):
        return "the notebook has changed"
    if before["parameters"] != stage_parameters(plan.notebooks[name], name, plan.study, plan.chosen):
        return "a parameter has changed"
    raw = f"data/raw/{plan.study.id}/"
    was = {path.removeprefix(raw): digest for path, digest in old["inputs"].items()}
    for stage in old["stages"][: [stage["notebook"] for stage in old["stages"]].index(name)]:
        was |= stage["outputs"]
    was, now = _visible(name, was), _visible(name, known)
    changed = sorted(path for path in {*was, *now} if was.get(path) != now.get(path))
    if not changed:
        return "the way in which it is run has changed"
    shown = changed[0] if changed[0].startswith("data/") else raw + changed[0]
    more = f", and {len(changed) - 1} more of what it reads" if len(changed) > 1 else ""
    return f"{shown} {'has changed' if changed[0] in was and changed[0] in now else 'has come or gone'}{more}"


def _execute(
    plan: _Plan, scratch: Study, progress: Progress, kernels: KernelPool
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    # A stage begins as soon as the one before it has saved its last table: what is then still drawn is nothing to it.
    reasons: dict[str, str] = {}
    stages: dict[str, dict[str, Any]] = {}
    running: dict[str, _Stage] = {}
    known = dict(plan.inputs)
    try:
        for name in plan.notebooks:
            key = plan.key(name, known)
            reasons[name] = plan.reason(name, known)
            if reasons[name]:
                running[name] = stage = _Stage(plan, scratch, name, progress, kernels)
                if not stage.save():
                    break
                outputs = stage.outputs
            else:
                progress(name, 0, 0)
                outputs = plan.stage(name)["outputs"]
                _copy_all(outputs, plan.study, scratch)
            known |= {p: d for p, d in outputs.items() if p.startswith("data/processed/")}
            parameters = stage_parameters(plan.notebooks[name], name, plan.study, plan.chosen)
            stages[name] = {"notebook": name, "parameters": parameters, "key": key, "outputs": outputs}
        for name, stage in running.items():
            stages[name]["outputs"] = dict(sorted(stage.finish().items()))
    except BaseException:
        for stage in running.values():
            stage.stop()
        raise
    return reasons, list(stages.values())


class _Stage:
    # A stage at work in a folder of its own, in which there is what it may read: so that what it saves is its own, and
    # what it saves too late is seen by nobody.
    def __init__(self, plan: _Plan, scratch: Study, name: str, progress: Progress, kernels: KernelPool) -> None:
        self._plan, self._scratch, self._name = plan, scratch, name
        self._own = _open_stage(plan, scratch, name)
        self._before = _outputs(scratch)
        self.outputs: dict[str, str] = {}
        _copy_all(self._before, scratch, self._own)
        self._target = self._own.reports / "notebooks" / name
        self._target.parent.mkdir(parents=True, exist_ok=True)
        source = self._own.root / "notebooks" / name
        kernel = kernels.take(source)
        # What a stage changes, the next one reads: it will most likely have to run as well.
        for following in NOTEBOOKS[NOTEBOOKS.index(name) + 1 :][:1]:
            kernels.prepare(_open_stage(plan, scratch, following).root / "notebooks" / following)
        parameters = stage_parameters(plan.notebooks[name], name, plan.study, plan.chosen)
        from kinerja_study.reproduction.executing import Execution

        self._execution = Execution(source, self._target, parameters, partial(progress, name), kernel)

    def save(self) -> bool:
        """Hand on what it has saved, once that is all; False when it failed."""
        self._execution.wait_until_saved()
        self.outputs = self._changed()
        _copy_all(self.outputs, self._own, self._scratch)
        return not self._execution.failed

    def finish(self) -> dict[str, str]:
        """Wait for its end and return its outputs, the executed notebook among them."""
        try:
            self._execution.finish()
        except NotebookError as error:
            if error.reason.startswith(REFUSAL):
                _refuse_faults(self._own)
            kept = f".kinerja/failed-{self._own.id}-{self._name}"
            cure = error.cure
            # The disk may be full, which is what stopped it.
            with contextlib.suppress(OSError):
                _copy(self._target, self._plan.study.root / kept)
                cure = f"{error.cure} What ran so far is kept in {kept}."
            raise NotebookError(error.notebook, error.cell, error.source, error.reason, cure) from error
        late = sorted(path for path, digest in self._changed().items() if self.outputs.get(path) != digest)
        if late:
            problem = (
                f"{late[0]} was written after the last cell of {self._name} that saves with study.save.\n"
                "    Save it with study.save: the next notebook begins when the last such cell has run."
            )
            raise StudyError(problem)
        executed = self._target.relative_to(self._own.root).as_posix()
        _copy(self._target, self._scratch.root / executed)
        return {**self.outputs, executed: sha256(self._target.read_bytes())}

    def stop(self) -> None:
        self._execution.stop()

    def _changed(self) -> dict[str, str]:
        # Without the executed notebook, which is written at its end.
        own = self._target.relative_to(self._own.root).as_posix()
        found = _outputs(self._own).items()
        return {path: digest for path, digest in found if path != own and self._before.get(path) != digest}


def _open_stage(plan: _Plan, scratch: Study, name: str) -> Study:
    study = Study(scratch.id, scratch.root / "stages" / name[0], scratch.definition, scratch.language, scratch.rules)
    if not study.raw.is_dir():
        for file, data in plan.files.items():
            write_file(study.raw / file, data)
        write_file(study.root / "notebooks" / name, plan.notebooks[name])
    return study


def _copy_all(paths: Iterable[str], source: Study, target: Study) -> None:
    for path in paths:
        _copy(source.root / path, target.root / path)


def _notebooks(study: Study) -> tuple[str, ...]:
    missing = [name for name in NOTEBOOKS if not (study.root / "notebooks" / name).is_file()]
    if missing:
        problem = (
            f"notebooks/{missing[0]} is missing in the project's folder.\n"
            "    Run the command in the project's root, the folder that holds notebooks/ and data/."
        )
        raise StudyError(problem)
    return NOTEBOOKS


def _refuse_unknown_coder(plan: _Plan) -> None:
    # Asked for at the command line; what is wrong with the coder that study.toml names is a fault of the study.
    if "coder" in plan.chosen:
        paths = [PurePosixPath(name) for name in plan.files]
        coders = {p.stem for p in paths if p.parent.name == "codings" and p.suffix in (".csv", ".xlsx")}
        known = sorted(coder for coder in coders if not is_suggester(coder))
        if plan.chosen["coder"] not in known:
            raise UnknownParameterError("coder", plan.chosen["coder"], known, False)  # noqa: FBT003


def _refuse_faults(study: Study) -> None:
    # The first notebook reads and checks the data, so that the driver need not. When the data stopped it, the faults
    # say what to do better than a cell does.
    from kinerja_study.collection import load_field_data

    load_field_data(study)


def refuse_private_names(study: Study, outputs: Study) -> None:
    """Raise when the report shows a name of the study's private key file.

    The file is private and leaves no trace in the manifest, so that a report is looked through each time.

    Parameters
    ----------
    study : Study
        Whose key file is looked for.
    outputs : Study
        Whose report is searched: the study itself, or one with the same id elsewhere.

    Raises
    ------
    PrivacyError
        It does.
    """
    key = study.definition.privacy.key_file
    if key and (study.root / key).is_file():
        from kinerja_study.reproduction.binding import read_key_names, refuse_private

        refuse_private((outputs.reports / REPORT).read_text("utf-8"), read_key_names(study, outputs))


def _hash_or_empty(path: Path) -> str:
    return sha256(path.read_bytes()) if path.is_file() else ""


def _outputs(study: Study) -> dict[str, str]:
    # All outputs but the manifest itself, by their path from the root.
    found = {f"data/processed/{study.id}/{name}": digest for name, digest in hash_files(study.processed).items()}
    reports = {f"reports/{study.id}/{name}": digest for name, digest in hash_files(study.reports).items()}
    reports.pop(f"reports/{study.id}/{MANIFEST}", None)
    return {**found, **reports}


@contextmanager
def scratch_of(study: Study) -> Iterator[Study]:
    """Open the same study in an empty folder, removed afterwards; only within :func:`exclusive`."""
    with scratch_folder(study.root, study.id) as root:
        yield Study(study.id, root, study.definition, study.language, study.rules)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
