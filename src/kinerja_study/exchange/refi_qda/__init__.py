"""REFI-QDA, the exchange format of programs for qualitative analysis: projects (.qdpx) and codebooks (.qdc).

From a study to a file, and from a file to the project that an import makes a study of. Computes nothing.
"""

from __future__ import annotations

from pathlib import Path

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.refi_qda.from_study import build_project
from kinerja_study.exchange.refi_qda.reading import read_codebook, read_project
from kinerja_study.exchange.refi_qda.writing import write_codebook, write_project
from kinerja_study.study import Study, replace_file

__all__ = ["ENDINGS", "export_study", "read_codebook", "read_project"]

ENDINGS = (".qdpx", ".qdc")
"""What can be read and written: a project, a codebook."""


def export_study(study: Study, path: Path) -> None:
    """Write a study as a project, or its codes as a codebook, after the ending; replaces a file in one step.

    Parameters
    ----------
    study : Study
        Without faults.
    path : Path
        Ends in one of :data:`ENDINGS`.

    Raises
    ------
    RawDataError
        The study has faults.
    ExchangeError
        It holds a character that the format cannot.
    """
    project = build_project(study)
    if path.suffix.lower() == ".qdc" and not project.codes:
        raise ExchangeError(path.name, "the study has no codes, and a codebook cannot be empty", "Add a code first.")
    replace_file(path, write_codebook(project) if path.suffix.lower() == ".qdc" else write_project(project))
