"""A first study: every file of the format, explained, with a short transcript that already runs.

Owns the making of a study's folder from the files in ``starter/``; reads and checks none of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from kinerja_study.definition import FILE
from kinerja_study.study import create_folder

TITLE = "Evaluasi kinerja pegawai dalam pelayanan: {study}"


def create_study(folder: Path) -> list[Path]:
    """Make a study's folder with every file of the format in it.

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
    files: dict[str, bytes] = {}
    for name, source in _files(resources.files("kinerja_study.reproduction").joinpath("starter")):
        data = source.read_bytes()
        if name == FILE:
            data = _filled_in(data.decode("utf-8"), folder.absolute().name).encode("utf-8")
        files[name] = data
    create_folder(folder, files)
    return sorted(folder.absolute() / name for name in files)


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
