"""The stages: which notebooks run, with which parameters, and what each one depends on.

Owns the reading of a notebook's parameters cell and the key of a stage; runs nothing and imports nothing heavy, so
that an unchanged study costs next to nothing.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from kinerja_study.errors import NotebookError
from kinerja_study.study import Study

NOTEBOOKS = (
    "1_pengumpulan_data.ipynb",
    "2_kondensasi_data.ipynb",
    "3_penyajian_data.ipynb",
    "4_penarikan_kesimpulan.ipynb",
    "5_laporan.ipynb",
)
"""The stages in order; the last one writes the chapters."""

VERSIONS = ("pandas", "numpy", "matplotlib", "papermill", "nbconvert", "nbclient", "ipykernel", "jinja2", "babel")


def read_parameters(source: bytes, notebook: str) -> dict[str, Any]:
    """Return the names and defaults of a notebook's parameters cell.

    Parameters
    ----------
    source : bytes
        The notebook.
    notebook : str
        Its file name, for the message.

    Raises
    ------
    NotebookError
        It is no notebook, has no parameters cell, or one with anything but plain literals.
    """
    cure = "A notebook of this project has one cell tagged 'parameters' of plain literals, as name = 'value'."
    try:
        cells = json.loads(source)["cells"]
        cell = next(c for c in cells if "parameters" in c["metadata"].get("tags", []))
        text = "".join(cell["source"])
        return {
            node.targets[0].id: ast.literal_eval(node.value)  # type: ignore[attr-defined]
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign)
        }
    except (ValueError, KeyError, TypeError, StopIteration, SyntaxError, AttributeError) as error:
        raise NotebookError(notebook, 0, "", f"{type(error).__name__} in its parameters", cure) from error


def stage_parameters(source: bytes, notebook: str, study: Study, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is passed to a notebook: the study, and those of the chosen parameters that it has."""
    names = read_parameters(source, notebook)
    return {name: value for name, value in {**chosen, "study": study.id}.items() if name in names}


def stage_key(source: bytes, parameters: Mapping[str, Any], inputs: Mapping[str, str], package: str, lock: str) -> str:
    """Return the key of a stage: the same key means that executing it again would give the same outputs.

    Parameters
    ----------
    source : bytes
        The notebook; what was printed in it does not count.
    parameters : mapping
        Those passed to it.
    inputs : mapping of str to str
        SHA-256 of every file that it may read, by path.
    package, lock : str
        SHA-256 of the package's own source, and of the lock file.
    """
    cells = [[c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", [])] for c in json.loads(source)["cells"]]
    what = [cells, dict(sorted(parameters.items())), dict(sorted(inputs.items())), package, lock, _versions()]
    return sha256(json.dumps(what, ensure_ascii=False, sort_keys=True).encode())


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in VERSIONS}}


def versions() -> dict[str, str]:
    """Return the versions of Python, of this package and of what it runs on."""
    return {"kinerja_study": metadata.version("kinerja-study"), **_versions()}


def package_hash() -> str:
    """Return the SHA-256 of every source, template and wording file of the package."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and "__pycache__" not in name:
            digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path relative to it."""
    if not folder.is_dir():
        return {}
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p.read_bytes()) for p in paths}


def kernel_environment() -> dict[str, str]:
    """Return the environment of every kernel, so that no clock, locale or thread count shows in an output."""
    fixed = {
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "0",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return {**os.environ, **fixed}
