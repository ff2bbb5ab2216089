"""A first study: every file of the format, explained, with a short transcript that already runs.

Owns the making of a study's folder from the files in ``starter/``; reads and checks none of them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from kinerja_study.definition import FILE
from kinerja_study.errors import StudyError
from kinerja_study.study import STUDY_ID

TITLE = "Evaluasi kinerja pegawai dalam pelayanan: {study}"


def create_study(folder: Path) -> list[Path]:
    """Make a study's folder with every file of the format in it.

    The files are written beside the folder and moved into place at once, so that nothing half made is left.

    Parameters
    ----------
    folder : Path
        The folder to make; its name becomes the study's id. It may exist if it is empty.

    Returns
    -------
    list of Path
        The files made, in sorted order.

    Raises
    ------
    StudyError
        The folder's name is no study id, or something is already there.
    """
    folder = folder.absolute()
    if not STUDY_ID.fullmatch(folder.name):
        problem = (
            f"{folder.name!r} cannot be the name of a study.\n"
            "    A study's id is the name of its folder: letters, digits, '-' and '_', the first one no sign."
        )
        raise StudyError(problem)
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        problem = (
            f"{str(folder)!r} is already there and is not an empty folder.\n"
            "    Choose another name, or move what is there away; nothing was changed."
        )
        raise StudyError(problem)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    new.mkdir()
    try:
        names = _write_files(new, folder.name)
        if folder.exists():
            # Not every system moves a folder onto an empty one.
            folder.rmdir()
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return sorted(folder / name for name in names)


def _write_files(target: Path, study: str) -> list[str]:
    names = []
    for name, source in _files(resources.files("kinerja_study.reproduction").joinpath("starter")):
        data = source.read_bytes()
        if name == FILE:
            data = _filled_in(data.decode("utf-8"), study).encode("utf-8")
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        names.append(name)
    return names


def _files(folder: Traversable, before: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{before}{entry.name}/")
        else:
            yield f"{before}{entry.name}", entry


def _filled_in(template: str, study: str) -> str:
    values = {"@id@": study, "@title@": TITLE.format(study=study.replace("_", " ").replace("-", " "))}
    for mark, value in values.items():
        template = template.replace(mark, _toml_string(value), 1)
    return template


def _toml_string(text: str) -> str:
    r"""Return a text as a basic string of TOML.

    Examples
    --------
    >>> print(_toml_string('Loket "A" \\ B'))
    "Loket \"A\" \\ B"
    """
    # JSON escapes what TOML escapes, but for the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
