"""Verifying a study: inputs, environment, a new execution from the raw data, and its outputs against the reference.

The reference is ``manifest.json`` with the outputs in their usual place. Owns the order of the four and what their
results add up to, and writes ``verification.json``, the certificate and the manifest part of ``codecheck.yml``;
outputs and raw data stay as they are.
"""

from __future__ import annotations

import contextlib
import json
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from kinerja_study.collection.privacy import find_private
from kinerja_study.errors import DifferenceError, NotebookError, StudyError, UnknownParameterError, UnverifiableError
from kinerja_study.reproduction.codecheck import write_codecheck
from kinerja_study.reproduction.differences import MISSING, Difference, compare
from kinerja_study.reproduction.environment import Drift, find_drifts, read_lock
from kinerja_study.reproduction.installing import MANIFEST
from kinerja_study.reproduction.manifest import Manifest, open_manifest
from kinerja_study.reproduction.running import Progress, execute_afresh
from kinerja_study.reproduction.stages import NOTEBOOKS, package_hash, read_parameters, sha256, versions
from kinerja_study.study import Study, replace_file

SCHEMA = "kinerja-verification/1"
VERIFICATION, CERTIFICATE = "verification.json", "sertifikat.html"
OUTPUT_FOLDERS = ("data/processed", "reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A file and how it compares with the reference.

    ``result`` is ``identical`` (the same bytes), ``equivalent`` (within the tolerance of its kind) or ``different``;
    ``by_hash`` is true where the reference file itself is not there, and its hash in the manifest stands for it.
    """

    file: str
    result: str
    by_hash: bool = False
    difference: Difference | None = None

    def __str__(self) -> str:
        """Return file, place, was and is."""
        found = self.difference
        text = self.file if found is None else f"{self.file}, {found.place}: was {found.was}, is {found.now}"
        # It may quote the field, whose control characters would act on a terminal.
        return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


@dataclass(slots=True, kw_only=True)
class Verification:
    """What was compared, and with which result.

    ``manifest`` is the SHA-256 of the reference's ``manifest.json``, ``reference`` the versions that it was made with;
    ``failure`` says why the notebooks could not be executed.
    """

    study: str
    provenance: str
    manifest: str
    parameters: dict[str, Any]
    reference: dict[str, str]
    inputs: list[Compared]
    packages: int
    drifts: list[Drift]
    notes: list[str]
    failure: str = ""
    outputs: list[Compared] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.failure or self.drifts or any(c.result == "different" for c in [*self.inputs, *self.outputs]))

    @property
    def differing(self) -> list[Compared]:
        """The files that differ, inputs first."""
        return [c for c in [*self.inputs, *self.outputs] if c.result == "different"]

    @property
    def summary(self) -> dict[str, str]:
        """A line on each step, as the command line shows it."""
        counts = Counter(c.result for c in self.outputs)
        different = sum(c.result == "different" for c in self.inputs)
        lines = {
            "inputs": f"{len(self.inputs)} compared with manifest.json, {different} differ",
            "environment": f"{self.packages} packages compared with requirements.lock, {len(self.drifts)} differ",
            "execution": "it could not be executed" if self.failure else f"{len(NOTEBOOKS)} notebooks from raw data",
            "outputs": f"{len(self.outputs)} compared: {counts['identical']} the same bytes, "
            f"{counts['equivalent']} equivalent, {counts['different']} differ",
        }
        return lines | ({"note": "; ".join(self.notes)} if self.notes else {})

    def as_dict(self) -> dict[str, Any]:
        """Return the content of ``verification.json``; no clock shows in it."""
        result = "same" if self.same else "different"
        # What stopped a notebook may quote the raw data; only the terminal shows it whole.
        failure = self.failure.partition("\n")[0]
        return {"schema": SCHEMA, "study": self.study, "result": result, **asdict(self), "failure": failure,
                "versions": versions(), "system": f"{platform.system()} {platform.machine()}"}  # fmt: skip


def verify_study(study_id: str, progress: Progress = lambda _notebook, _cell, _of: None) -> Verification:
    """Execute a study from its raw data in a clean place, compare with its reference, and write what was found.

    Parameters
    ----------
    study_id : str
        The study, whose ``manifest.json`` names the parameters to execute with.
    progress : callable
        Told of each cell.

    Raises
    ------
    UnverifiableError
        There is no reference, or none that can be used; nothing was written.
    """
    manifest = _reference(Study.open(study_id))
    try:
        study = Study.open(study_id, **manifest["parameters"])
    except UnknownParameterError as error:
        raise UnverifiableError(study_id, f"manifest.json cannot be used: {error}") from None
    lock = study.root / "requirements.lock"
    locked = read_lock(lock.read_text("utf-8")) if lock.is_file() else {}
    found = Verification(
        study=study_id, provenance=study.definition.study.provenance,
        manifest=sha256((study.reports / MANIFEST).read_bytes()), parameters=manifest["parameters"],
        reference=manifest["versions"], inputs=list(_compare_inputs(study, manifest)), packages=len(locked),
        drifts=find_drifts(locked), notes=list(_notes(manifest, lock)),
    )  # fmt: skip
    try:
        with execute_afresh(study, manifest["parameters"], progress) as (scratch, again):
            compared = list(
                _without_private(_compare_outputs(study, manifest["outputs"], scratch, again), study, scratch)
            )
            # Causes before what follows from them.
            stage = {path: number for number, stage in enumerate(again["stages"]) for path in stage["outputs"]}
            found.outputs = sorted(compared, key=lambda one: stage.get(one.file, len(stage)))
    except StudyError as error:
        found.failure = f"{type(error).__name__}: {error}"
    _write(study, found, manifest)
    return found


def refuse_differences(found: Verification) -> None:
    """Raise when something differs.

    Raises
    ------
    DifferenceError
        With every drift and every file that differs.
    """
    if not found.same:
        drifts = [f"requirements.lock, {drift}" for drift in found.drifts]
        raise DifferenceError(found.study, [*drifts, *map(str, found.differing)], found.failure)


def _reference(study: Study) -> Manifest:
    manifest, damage = open_manifest(study)
    if damage:
        raise UnverifiableError(study.id, f"reports/{study.id}/{MANIFEST} {damage}")
    folders = tuple(f"{folder}/{study.id}/" for folder in OUTPUT_FOLDERS)
    strays = [p for p in manifest["outputs"] if not p.startswith(folders) or ".." in PurePosixPath(p).parts]
    if strays:
        raise UnverifiableError(study.id, f"{MANIFEST} names {strays[0]!r}, which is no output of this study")
    return manifest


def _compare_inputs(study: Study, manifest: Manifest) -> Iterator[Compared]:
    files = {f"data/raw/{study.id}/{name}": data for name, data in study.read_raw().items()}
    folder = study.root / "notebooks"
    files |= {f"notebooks/{name}": (folder / name).read_bytes() for name in NOTEBOOKS if (folder / name).is_file()}
    reference = manifest["inputs"] | manifest["notebooks"]
    for path in sorted(reference.keys() | files.keys()):
        was, now = reference.get(path), sha256(files[path]) if path in files else None
        if was == now:
            yield Compared(file=path, result="identical", by_hash=True)
        elif was is None or now is None:
            shown = (MISSING if digest is None else "a file" for digest in (was, now))
            yield Compared(file=path, result="different", by_hash=True, difference=Difference("the file", *shown))
        else:
            yield from _changed(study, path, was, now, files[path])
    for name, rule in dict(study.rules).items():
        if name in manifest["rules"] and manifest["rules"][name] != rule:
            place = Difference(f"rule {name}", str(manifest["rules"][name]), str(rule))
            yield Compared(file=f"data/raw/{study.id}/study.toml", result="different", difference=place)


def _changed(study: Study, path: str, was: str, now: str, data: bytes) -> Iterator[Compared]:
    # The reference of an input is a hash: what has changed in it shows in the outputs. A notebook's parameters are
    # None where the study's rule counts, so that any other value is a change that can be named.
    yield Compared(file=path, result="different", by_hash=True, difference=_hashes_differ(was, now))
    if not path.startswith("notebooks/"):
        return
    # A notebook that cannot be read stops its execution, which says so.
    with contextlib.suppress(NotebookError):
        for name, value in read_parameters(data, PurePosixPath(path).name).items():
            if name != "study" and value is not None:
                rule = getattr(study.rules, name, None)
                place = Difference(f"parameter {name}", f"as in study.toml ({rule})", repr(value))
                yield Compared(file=path, result="different", difference=place)


def _hashes_differ(was: str, now: str) -> Difference:
    return Difference("content (SHA-256)", was[:12] + "…", now[:12] + "…")


def _notes(manifest: Manifest, lock: Path) -> Iterator[str]:
    # What differs from the reference and is no difference by itself: whether it matters, the outputs tell.
    if manifest.get("package") != package_hash():
        yield "the source of the package is not that of the reference"
    if manifest.get("lock") != (sha256(lock.read_bytes()) if lock.is_file() else ""):
        yield "requirements.lock is not that of the reference"
    for name, version in versions().items():
        was = manifest["versions"].get(name)
        if was != version:
            yield f"{name} {version}, the reference was made with {was}"


def _compare_outputs(
    study: Study, reference: Mapping[str, str], scratch: Study, executed: Manifest
) -> Iterator[Compared]:
    again = executed["outputs"]
    for path in sorted(reference.keys() | again.keys()):
        kept = study.root / path
        was = kept.read_bytes() if path in reference and kept.is_file() else None
        if path not in again or path not in reference:
            shown = (MISSING if path not in hashes else "a file" for hashes in (reference, again))
            yield Compared(file=path, result="different", difference=Difference("the file", *shown))
        elif was is None:
            same = reference[path] == again[path]
            place = None if same else _hashes_differ(reference[path], again[path])
            yield Compared(file=path, result="identical" if same else "different", by_hash=True, difference=place)
        elif reference[path] == again[path] == sha256(was):
            yield Compared(file=path, result="identical")
        else:
            found = compare(path, was, (scratch.root / path).read_bytes())
            if sha256(was) != reference[path] and found is None:
                found = Difference("SHA-256 in manifest.json", reference[path][:12] + "…", sha256(was)[:12] + "…")
            yield Compared(file=path, result="different" if found else "equivalent", difference=found)


def _without_private(compared: Iterable[Compared], study: Study, scratch: Study) -> Iterator[Compared]:
    # The reference may show what must stay private and has been taken out of the raw data since.
    from kinerja_study.reproduction.binding import read_key_names

    names = read_key_names(study, scratch)
    for one in compared:
        found = one.difference
        if found and find_private(f"{found.was}\n{found.now}", names):
            found = Difference(found.place, "(private)", "(private)")
        yield replace(one, difference=found)


def _write(study: Study, found: Verification, manifest: Manifest) -> None:
    from kinerja_study.reproduction.certificate import render_certificate

    text = json.dumps(found.as_dict(), ensure_ascii=False, indent=1) + "\n"
    page = render_certificate(found.as_dict(), study)
    for path, content in ((study.reports / VERIFICATION, text), (study.reports / CERTIFICATE, page)):
        replace_file(path, content.encode())
    write_codecheck(study, manifest)
