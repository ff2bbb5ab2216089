"""A study's run as bytes in and bytes out, so that it can be done anywhere.

Owns what travels and how it is checked on arrival; where it is done is of no matter here.
"""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from kinerja_study.errors import StudyError, WorkerError
from kinerja_study.reproduction.installing import MANIFEST, install_outputs, write_file
from kinerja_study.reproduction.manifest import read_manifest
from kinerja_study.reproduction.outcome import Run
from kinerja_study.reproduction.running import REPORT, refuse_private_names, run_study, scratch_of
from kinerja_study.reproduction.stages import NOTEBOOKS, package_hash, sha256, versions
from kinerja_study.study import Study

LOCK = "requirements.lock"
SOURCE = "source of kinerja_study"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """All that a run of a study needs: files by their path from the project's root, with their SHA-256.

    The private key file is not among them: names never leave the machine that has them.
    """

    study: str
    chosen: dict[str, Any]
    force: bool
    environment: dict[str, str]
    files: dict[str, bytes]
    digests: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of it: the outputs with their SHA-256, or the error and the notebook that stopped."""

    reasons: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    error: StudyError | None = None


def describe_environment(lock: bytes) -> dict[str, str]:
    """Return what a run depends on beside its inputs: the package's own source, Python, and what the lock names.

    Parameters
    ----------
    lock : bytes
        Of requirements.lock; a package of it that is not installed is left out.
    """
    found = {SOURCE: package_hash(), **versions()}
    for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock.decode("utf-8", "replace"), re.MULTILINE):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    """Return in words where an environment is not the one that is wanted; empty when it is."""
    differing = [name for name in wanted if found.get(name) != wanted[name]]
    shown = [f"{name} is {found.get(name, 'missing')[:12]}, not {wanted[name][:12]}" for name in differing[:5]]
    more = [f"and {len(differing) - 5} more"] if len(differing) > 5 else []
    return "; ".join(shown + more)


def pack(study: Study, chosen: Mapping[str, Any], *, force: bool) -> Parcel:
    """Return a study as it is now, with the outputs of its last run, so that only what changed is executed."""
    lock = study.root / LOCK
    files = {f"data/raw/{study.id}/{name}": data for name, data in study.read_raw().items()}
    paths = [Path("notebooks") / name for name in NOTEBOOKS] + [Path(LOCK)] * lock.is_file()
    old = read_manifest(study)
    if old and not force:
        paths += [Path(path) for path in old["outputs"] if (study.root / path).is_file()]
        paths.append((study.reports / MANIFEST).relative_to(study.root))
    files |= {path.as_posix(): (study.root / path).read_bytes() for path in paths}
    return Parcel(
        study=study.id,
        chosen=dict(chosen),
        force=force,
        environment=describe_environment(files.get(LOCK, b"")),
        files=files,
        digests=_digests(files),
    )


def run_parcel(parcel: Parcel, folder: Path | None = None) -> Delivery:
    """Run a study in a temporary project of its own.

    Parameters
    ----------
    parcel : Parcel
        The study.
    folder : Path, optional
        Where the temporary project is made; by default where the system has its temporary files.

    Returns
    -------
    Delivery
        Its outputs; or an error, also when this machine is not fit for it.
    """
    try:
        said = differences(parcel.environment, describe_environment(parcel.files.get(LOCK, b"")))
        if said:
            return Delivery(error=WorkerError(parcel.study, f"the worker is not the same: {said}", SAME_CURE))
        _check_digests(parcel.study, parcel.files, parcel.digests)
        with tempfile.TemporaryDirectory(prefix=f"{parcel.study}.", dir=folder, ignore_cleanup_errors=True) as made:
            root = Path(made)
            for path, data in parcel.files.items():
                write_file(root / path, data)
            return _run_in(root, parcel)
    except StudyError as error:
        return Delivery(error=error)
    except Exception as error:
        return Delivery(error=WorkerError(parcel.study, f"{type(error).__name__}: {error}", DISK_CURE))


def _run_in(root: Path, parcel: Parcel) -> Delivery:
    try:
        study = Study.open(parcel.study, root=root, **parcel.chosen)
        run = run_study(study, parcel.chosen, force=parcel.force)
    except StudyError as error:
        kept = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.glob(".kinerja/failed-*")}
        return Delivery(error=error, files=kept, digests=_digests(kept))
    manifest = study.reports / MANIFEST
    paths = [*read_manifest(study)["outputs"], manifest.relative_to(root).as_posix()]
    files = {path: (root / path).read_bytes() for path in paths}
    return Delivery(reasons=run.reasons, files=files, digests=_digests(files))


def accept(study: Study, delivery: Delivery) -> Run:
    """Put what was delivered in its place; only while the study's lock is held.

    Raises
    ------
    StudyError
        The run failed there, what arrived is not what was sent, or it cannot be written here; the last good outputs
        are as they were.
    """
    folders = (".kinerja", f"data/processed/{study.id}", f"reports/{study.id}")
    if any(".." in path.split("/") or not _within(path, folders) for path in delivery.files):
        raise WorkerError(study.id, "a file came back that is none of the study's outputs", AGAIN_CURE)
    _check_digests(study.id, delivery.files, delivery.digests)
    if delivery.error is not None:
        # What is kept of a notebook that stopped must not hide why it did, nor stop other studies where it has no room.
        with contextlib.suppress(OSError):
            for path, data in delivery.files.items():
                write_file(study.root / path, data)
        raise delivery.error
    own = f"reports/{study.id}/{MANIFEST}"
    manifest = json.loads(delivery.files[own])
    _check_digests(study.id, {p: d for p, d in delivery.files.items() if p != own}, manifest["outputs"])
    try:
        with scratch_of(study) as scratch:
            for path, data in delivery.files.items():
                write_file(scratch.root / path, data)
            refuse_private_names(study, scratch)
            install_outputs(scratch, study, manifest, read_manifest(study))
    except OSError as error:
        # As bad as it is, it is this study's: others may be smaller, or stand on another disk.
        problem = f"{error.strerror or error}: {error.filename}\n    Check space and permissions, then run again."
        raise StudyError(problem) from error
    return Run(report=study.reports / REPORT, reasons=delivery.reasons)


AGAIN_CURE = "Run it again; if it happens again, look at the network and the worker."
DISK_CURE = "Look at the worker's disk and memory, then run again."
SAME_CURE = "Install the same version of kinerja_study there, from the same lock file."


def _within(path: str, folders: tuple[str, ...]) -> bool:
    return any(PurePosixPath(path).is_relative_to(folder) for folder in folders)


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: sha256(data) for path, data in files.items()}


def _check_digests(study: str, files: Mapping[str, bytes], digests: Mapping[str, str]) -> None:
    found = _digests(files)
    wrong = sorted(path for path in {*found, *digests} if found.get(path) != digests.get(path))
    if wrong:
        raise WorkerError(study, f"{wrong[0]} did not arrive as it was sent", AGAIN_CURE)
