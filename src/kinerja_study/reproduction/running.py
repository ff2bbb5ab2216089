"""Running a study: raw data in, processed data, executed notebooks, report and manifest out, all or nothing.

Owns the scratch folder, the decision which stage is fresh, and the replacement of the outputs. Notebooks run in a
copy of the raw data, so that nothing they do can touch it, and its change during a run cannot mix two states.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinerja_study.errors import NotebookError, StudyError
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
    from collections.abc import Iterator

    from kinerja_study.reproduction.kernels import KernelPool

MANIFEST = "manifest.json"
REPORT = "laporan.html"
SCHEMA = "kinerja-manifest/1"

Manifest = dict[str, Any]

Progress = Callable[[str, int, int], None]
"""Called with the notebook, the cell and the number of cells; cell 0 says that the notebook is fresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run did: the report, and why each stage was executed (empty where it was fresh)."""

    report: Path
    reasons: dict[str, str]


def run_study(
    study: Study,
    chosen: Mapping[str, Any],
    *,
    force: bool = False,
    progress: Progress = lambda _notebook, _cell, _of: None,
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

    Raises
    ------
    RawDataError
        The raw data has faults; nothing was written.
    NotebookError
        A notebook stopped; the last good outputs are as they were.
    PrivacyError
        The report would show what must stay private.
    """
    plan, files = _plan(study, chosen, {} if force else read_manifest(study))
    if not force and plan.everything_fresh(_hashes(files)):
        _refuse_private_names(study)
        for name in plan.notebooks:
            progress(name, 0, 0)
        return Run(report=study.reports / REPORT, reasons=dict.fromkeys(plan.notebooks, ""))
    with _executed(plan, files, progress) as (scratch, reasons, manifest):
        _replace(scratch, study, manifest, plan.old or read_manifest(study))
    return Run(report=study.reports / REPORT, reasons=reasons)


def is_fresh(study: Study, chosen: Mapping[str, Any]) -> bool:
    """Tell whether a run with these parameters would find nothing to do."""
    plan, files = _plan(study, chosen, read_manifest(study))
    return plan.everything_fresh(_hashes(files))


@contextmanager
def execute_afresh(study: Study, chosen: Mapping[str, Any], progress: Progress) -> Iterator[tuple[Study, Manifest]]:
    """Execute every stage and bind the report in a scratch folder that is gone afterwards; no output is touched.

    Parameters
    ----------
    study, chosen, progress
        As for :func:`run_study`, which raises the same.

    Yields
    ------
    (Study, dict)
        The study in its scratch folder, and the manifest of this execution.
    """
    plan, files = _plan(study, chosen, {})
    with _executed(plan, files, progress) as (scratch, _, manifest):
        yield scratch, manifest


def _plan(study: Study, chosen: Mapping[str, Any], old: Manifest) -> tuple[_Plan, dict[str, bytes]]:
    files = study.read_raw()
    notebooks = {name: (study.root / "notebooks" / name).read_bytes() for name in _notebooks(study)}
    package, lock = package_hash(), _hash_or_empty(study.root / "requirements.lock")
    return _Plan(study, notebooks, chosen, package, lock, old, _outputs(study)), files


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: sha256(data) for name, data in files.items()}


@contextmanager
def _executed(
    plan: _Plan, files: Mapping[str, bytes], progress: Progress
) -> Iterator[tuple[Study, dict[str, str], Manifest]]:
    # The outputs in the scratch folder, why each stage was executed, and the manifest; gone on leaving.
    from kinerja_study.reproduction.binding import bind_report
    from kinerja_study.reproduction.kernels import KernelPool

    study, inputs = plan.study, _hashes(files)
    with _scratch(study, files, plan.notebooks) as scratch, KernelPool(scratch.root / "notebooks") as kernels:
        if plan.reason(NOTEBOOKS[0], plan.key(NOTEBOOKS[0], inputs)):
            kernels.prepare(NOTEBOOKS[0])
        _refuse_faults(study)
        reasons, stages = _execute(plan, scratch, inputs, progress, kernels)
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
            "inputs": {f"data/raw/{study.id}/{name}": digest for name, digest in inputs.items()},
            "notebooks": {f"notebooks/{name}": sha256(data) for name, data in plan.notebooks.items()},
            "stages": stages,
            "outputs": _outputs(scratch),
        }
        yield scratch, reasons, manifest


@dataclass(slots=True)
class _Plan:
    # Compares what a stage would run on with what the manifest says it ran on.
    study: Study
    notebooks: dict[str, bytes]
    chosen: Mapping[str, Any]
    package: str
    lock: str
    old: dict[str, Any]
    current: dict[str, str]

    def key(self, name: str, inputs: Mapping[str, str]) -> str:
        source = self.notebooks[name]
        parameters = stage_parameters(source, name, self.study, self.chosen)
        return stage_key(source, parameters, inputs, self.package, self.lock)

    def stage(self, name: str) -> dict[str, Any]:
        return next((s for s in self.old.get("stages", []) if s["notebook"] == name), {})

    def reason(self, name: str, key: str) -> str:
        """Return why a stage must be executed; empty when it is fresh."""
        before = self.stage(name)
        if not before:
            return "it has not run yet"
        if before["key"] != key:
            return _difference(self, name)
        changed = [path for path, digest in before["outputs"].items() if self.current.get(path) != digest]
        return f"its output {changed[0]} is missing or was changed" if changed else ""

    def everything_fresh(self, inputs: Mapping[str, str]) -> bool:
        """Tell whether no stage has anything to do and every output is as the manifest says."""
        if not self.old or any(self.current.get(p) != digest for p, digest in self.old["outputs"].items()):
            return False
        if self.old.get("notebooks") != {f"notebooks/{name}": sha256(data) for name, data in self.notebooks.items()}:
            return False
        known = dict(inputs)
        for name in self.notebooks:
            if self.reason(name, self.key(name, _visible(name, known))):
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


def _difference(plan: _Plan, name: str) -> str:
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
    return "what it reads has changed"


def _execute(
    plan: _Plan, scratch: Study, inputs: Mapping[str, str], progress: Progress, kernels: KernelPool
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    reasons: dict[str, str] = {}
    stages = []
    known = dict(inputs)
    for name in plan.notebooks:
        key = plan.key(name, _visible(name, known))
        reasons[name] = plan.reason(name, key)
        if reasons[name]:
            outputs = _run_stage(plan, scratch, name, progress, kernels)
        else:
            progress(name, 0, 0)
            outputs = plan.stage(name)["outputs"]
            for path in outputs:
                _copy(plan.study.root / path, scratch.root / path)
        known |= {p: d for p, d in outputs.items() if p.startswith("data/processed/")}
        parameters = stage_parameters(plan.notebooks[name], name, plan.study, plan.chosen)
        stages.append(
            {"notebook": name, "parameters": parameters, "key": key, "outputs": dict(sorted(outputs.items()))}
        )
    return reasons, stages


def _run_stage(plan: _Plan, scratch: Study, name: str, progress: Progress, kernels: KernelPool) -> dict[str, str]:
    from kinerja_study.reproduction.executing import execute_notebook

    before = _outputs(scratch)
    target = scratch.reports / "notebooks" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    parameters = stage_parameters(plan.notebooks[name], name, plan.study, plan.chosen)
    kernel = kernels.take(name)
    # What a stage changes, the next one reads: it will most likely have to run as well.
    for following in NOTEBOOKS[NOTEBOOKS.index(name) + 1 :][:1]:
        kernels.prepare(following)
    try:
        execute_notebook(
            scratch.root / "notebooks" / name,
            target,
            parameters,
            lambda cell, of: progress(name, cell, of),
            kernel,
        )
    except NotebookError as error:
        kept = f".kinerja/failed-{plan.study.id}-{name}"
        if target.is_file():
            _copy(target, plan.study.root / kept)
        cure = f"{error.cure} What ran so far is kept in {kept}."
        raise NotebookError(error.notebook, error.cell, error.source, error.reason, cure) from error
    return {path: digest for path, digest in _outputs(scratch).items() if before.get(path) != digest}


def read_manifest(study: Study) -> dict[str, Any]:
    """Return the manifest of the last good run; empty when there is none that can be read."""
    try:
        manifest = json.loads((study.reports / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    readable = isinstance(manifest, dict) and manifest.get("schema") == SCHEMA
    return manifest if readable else {}


def _notebooks(study: Study) -> tuple[str, ...]:
    missing = [name for name in NOTEBOOKS if not (study.root / "notebooks" / name).is_file()]
    if missing:
        problem = (
            f"notebooks/{missing[0]} is missing in the project's folder.\n"
            "    Run the command in the project's root, the folder that holds notebooks/ and data/."
        )
        raise StudyError(problem)
    return NOTEBOOKS


def _refuse_faults(study: Study) -> None:
    # The heavy imports wait until something has to be executed.
    from kinerja_study.collection import load_field_data

    load_field_data(study)


def _refuse_private_names(study: Study) -> None:
    # The key file is private and leaves no trace in the manifest, so that the report is looked through each time.
    key = study.definition.privacy.key_file
    if key and (study.root / key).is_file():
        from kinerja_study.reproduction.binding import read_key_names, refuse_private

        names = read_key_names(study, set(study.load("informants.csv")["informant_id"]))
        refuse_private((study.reports / REPORT).read_text("utf-8"), names)


def _hash_or_empty(path: Path) -> str:
    return sha256(path.read_bytes()) if path.is_file() else ""


def _outputs(study: Study) -> dict[str, str]:
    # All outputs but the manifest itself, by their path from the root.
    found = {f"data/processed/{study.id}/{name}": digest for name, digest in hash_files(study.processed).items()}
    reports = {f"reports/{study.id}/{name}": digest for name, digest in hash_files(study.reports).items()}
    reports.pop(f"reports/{study.id}/{MANIFEST}", None)
    return {**found, **reports}


@contextmanager
def _scratch(study: Study, files: Mapping[str, bytes], notebooks: Mapping[str, bytes]) -> Iterator[Study]:
    work = study.root / ".kinerja"
    work.mkdir(exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix=f"{study.id}-", dir=work))
    try:
        for name, data in files.items():
            _write(root / "data/raw" / study.id / name, data)
        for name, data in notebooks.items():
            _write(root / "notebooks" / name, data)
        yield Study(study.id, root, study.definition, study.language, study.rules)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _replace(scratch: Study, study: Study, manifest: Mapping[str, Any], old: Mapping[str, Any]) -> None:
    # While files are replaced there is no manifest, so that it never speaks of files that are not there; each file
    # is replaced in one step, so that none is ever half written.
    target = study.reports / MANIFEST
    target.unlink(missing_ok=True)
    for path in manifest["outputs"]:
        (study.root / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch.root / path).replace(study.root / path)
    for path in set(old.get("outputs", {})) - set(manifest["outputs"]):
        (study.root / path).unlink(missing_ok=True)
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    _write(scratch.root / MANIFEST, text.encode())
    (scratch.root / MANIFEST).replace(target)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
