"""The page that lays studies side by side: the sixth notebook, executed and bound after a run of several studies.

Owns when it is made and from what; a single study's run knows nothing of it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kinerja_study.errors import NotebookError, StudyError
from kinerja_study.reproduction.installing import locked, scratch_folder, write_file
from kinerja_study.reproduction.stages import package_hash, sha256, stage_key
from kinerja_study.study import Study

NOTEBOOK = "6_lintas_lokasi.ipynb"
NAME = "lintas-lokasi"
PAGE, EXECUTED, MANIFEST = (f"reports/{NAME}.{ending}" for ending in ("html", "ipynb", "json"))
SCHEMA = "kinerja-comparison/1"


def compare_studies(studies: Sequence[Study], language: str | None, *, force: bool = False) -> Path:
    """Make the page that compares studies, unless it is there and nothing that it rests on has changed.

    Parameters
    ----------
    studies : sequence of Study
        In the order of the page, each with the outputs of a run.
    language : {"id", "en"}, optional
        Of the page; by default that of the first study.
    force : bool
        Make it anew.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    NotebookError
        The notebook stopped; the last page is as it was.
    PrivacyError
        The page would show what must stay private.
    """
    root = studies[0].root
    path = root / "notebooks" / NOTEBOOK
    if not path.is_file():
        problem = f"notebooks/{NOTEBOOK} is missing in the project's folder, so the studies are not compared."
        raise StudyError(problem)
    source = path.read_bytes()
    parameters = {"studies": [study.id for study in studies], "language": language or studies[0].language}
    files = {
        file.relative_to(root).as_posix(): file.read_bytes()
        for study in studies
        for file in (study.raw / "study.toml", study.processed / "findings.json")
    }
    inputs = {name: sha256(data) for name, data in files.items()}
    lock = root / "requirements.lock"
    key = stage_key(source, parameters, inputs, package_hash(), sha256(lock.read_bytes()) if lock.is_file() else "")
    # An id has no underscore at its start: the lock of no study.
    with locked(root, f"_{NAME}"):
        if force or not _is_fresh(root, key):
            _compare(root, source, parameters, files, studies, {"schema": SCHEMA, "key": key, "inputs": inputs})
    return root / PAGE


def _is_fresh(root: Path, key: str) -> bool:
    try:
        manifest = json.loads((root / MANIFEST).read_bytes())
        outputs = manifest["outputs"].items()
        return manifest["key"] == key and all(sha256((root / path).read_bytes()) == digest for path, digest in outputs)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False


def _compare(
    root: Path,
    source: bytes,
    parameters: dict[str, Any],
    files: dict[str, bytes],
    studies: Sequence[Study],
    manifest: dict[str, Any],
) -> None:
    import nbformat

    from kinerja_study.presentation.cross_case import banner_of
    from kinerja_study.presentation.wording import Wording
    from kinerja_study.reproduction.binding import read_key_names, refuse_private, render_page, with_headings
    from kinerja_study.reproduction.executing import execute_notebook

    with scratch_folder(root, f"_{NAME}") as scratch:
        for name, data in {**files, f"notebooks/{NOTEBOOK}": source}.items():
            write_file(scratch / name, data)
        (scratch / EXECUTED).parent.mkdir(exist_ok=True)
        try:
            execute_notebook(scratch / "notebooks" / NOTEBOOK, scratch / EXECUTED, parameters)
        except NotebookError:
            with contextlib.suppress(OSError):
                shutil.copyfile(scratch / EXECUTED, root / f".kinerja/failed-{NOTEBOOK}")
            raise
        executed = nbformat.read(scratch / EXECUTED, as_version=4)
        language = parameters["language"]
        page = render_page(
            [with_headings(cell) for cell in executed.cells],
            {NOTEBOOK: executed},
            language=language,
            title=Wording(language).say("comparison.title"),
            banner=banner_of([study.definition for study in studies], language),
        )
        refuse_private(page, [name for study in studies for name in read_key_names(study, study)])
        write_file(scratch / PAGE, page.encode())
        manifest["outputs"] = {path: sha256((scratch / path).read_bytes()) for path in (PAGE, EXECUTED)}
        write_file(scratch / MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
        # As with a study: no manifest while files are replaced, and each of them in one step.
        (root / MANIFEST).unlink(missing_ok=True)
        for path in (PAGE, EXECUTED, MANIFEST):
            (scratch / path).replace(root / path)
