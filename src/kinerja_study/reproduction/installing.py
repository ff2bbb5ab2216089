"""Putting the outputs of a run in place so that no moment of it can be caught half done.

Owns the lock of a study and the replacement of its outputs; knows nothing of how they are made.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kinerja_study.study import Study

MANIFEST = "manifest.json"
COMPLETE = ".complete"
LEAVING = "leaving.json"
"""In a complete set of outputs: the paths of the run before that are no longer made."""


@contextmanager
def exclusive(study: Study, waiting: Callable[[], None]) -> Iterator[bool]:
    """Hold the study's lock, and mend what a killed run has left; yield whether its outputs may be other than before.

    Parameters
    ----------
    study : Study
        The study.
    waiting : callable
        Called once when another process holds the lock, which is then waited for.
    """
    with locked(study.root, study.id, waiting) as waited:
        yield _finish(study) or waited


@contextmanager
def locked(root: Path, name: str, waiting: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Hold a lock by its name, and remove the scratch folders of whoever held it before and was killed.

    The lock is the system's own: it is freed when its process ends, however that ends. Yields whether it was waited
    for.
    """
    # Only a run that has something to do needs it, and it takes its time to import.
    from filelock import FileLock, Timeout

    work = root / ".kinerja"
    work.mkdir(exist_ok=True)
    lock, waited = FileLock(work / f"{name}.lock"), False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waited = True
        waiting()
        lock.acquire()
    try:
        _sweep(work, name)
        yield waited
        # Of a process that was killed for this one, and whose work another has done.
        _sweep(work, name)
    finally:
        lock.release()


def _sweep(work: Path, name: str) -> None:
    # A name has no dot: these are folders of this one and of no other.
    for left in work.glob(f"{name}.*/"):
        if left.suffix != COMPLETE:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def scratch_folder(root: Path, name: str) -> Iterator[Path]:
    """Make an empty folder below ``.kinerja`` and remove it afterwards; only within :func:`locked`."""
    # A new name each time: a kernel whose run was killed may live for a second more, and must not write into ours.
    folder = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=root / ".kinerja"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def install_outputs(scratch: Study, study: Study, manifest: Mapping[str, Any], old: Mapping[str, Any]) -> None:
    """Replace the outputs of a study by those of a scratch folder; only within :func:`exclusive`.

    All that is new is first completed beside the outputs and then named by one step of the file system. From then on
    the outputs can only become the new ones: if this is interrupted, the next run moves what is still to be moved.

    Parameters
    ----------
    scratch, study : Study
        Where the outputs are, and where they go.
    manifest : mapping
        Of the scratch folder; its ``outputs`` are moved.
    old : mapping
        Manifest of the outputs that are replaced; empty where there are none.
    """
    leaving = sorted(set(old.get("outputs", {})) - set(manifest["outputs"]))
    write_file(scratch.root / LEAVING, json.dumps(leaving).encode())
    manifest_text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    write_file(scratch.reports / MANIFEST, manifest_text.encode())
    scratch.root.replace(_complete(study))
    _finish(study)


def _finish(study: Study) -> bool:
    # While files are moved there is no manifest, so that it never speaks of files that are not there; each file is
    # replaced in one step, so that none is ever half written. The new manifest is moved last.
    complete = _complete(study)
    target = study.reports / MANIFEST
    new = target.relative_to(study.root)
    begun = (complete / new).is_file()
    if begun:
        target.unlink(missing_ok=True)
        for path in json.loads((complete / LEAVING).read_bytes()):
            (study.root / path).unlink(missing_ok=True)
        for folder in (study.processed, study.reports):
            for source in sorted((complete / folder.relative_to(study.root)).rglob("*")):
                path = source.relative_to(complete)
                if source.is_file() and path != new:
                    (study.root / path).parent.mkdir(parents=True, exist_ok=True)
                    source.replace(study.root / path)
        target.parent.mkdir(parents=True, exist_ok=True)
        (complete / new).replace(target)
    shutil.rmtree(complete, ignore_errors=True)
    return begun


def _complete(study: Study) -> Path:
    return study.root / ".kinerja" / f"{study.id}{COMPLETE}"


def write_file(path: Path, data: bytes) -> None:
    """Write a file, making its folder if there is none.

    Raises
    ------
    OSError
        It cannot be written; the error names it, which one of a full disk by itself does not.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
