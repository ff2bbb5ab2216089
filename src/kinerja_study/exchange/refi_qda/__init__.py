"""REFI-QDA, the exchange format of programs for qualitative analysis: projects (.qdpx) and codebooks (.qdc).

From a file to a study and back. Computes nothing from the data.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.refi_qda.arrival import make_id
from kinerja_study.exchange.refi_qda.from_study import build_project
from kinerja_study.exchange.refi_qda.positions import LIKELY, RARE, Convention, Counting, apply, detect
from kinerja_study.exchange.refi_qda.project import ORIGIN, Project
from kinerja_study.exchange.refi_qda.protocol import render_protocol, summarise
from kinerja_study.exchange.refi_qda.reading import read_codebook, read_project
from kinerja_study.exchange.refi_qda.to_study import build_files
from kinerja_study.exchange.refi_qda.writing import write_codebook, write_project
from kinerja_study.study import STUDY_ID, Study, create_folder

__all__ = ["ENDINGS", "export_study", "import_project"]

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
    data = write_codebook(project) if path.suffix.lower() == ".qdc" else write_project(project)
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def import_project(path: Path, study: str, root: Path, *, positions: str | None = None) -> list[str]:
    """Make a study of a project or codebook, or add its codings and texts to one that is there.

    Parameters
    ----------
    path : Path
        The file.
    study : str
        Id of the study; it is made if ``data/raw`` has none of this name.
    root : Path
        The project's root, the folder that holds ``data``.
    positions : str, optional
        How positions count, as :attr:`Convention` writes itself; found out where it is not given.

    Returns
    -------
    list of str
        What was taken and what not, a line each.

    Raises
    ------
    ExchangeError
        The file cannot be read, how it counts cannot be decided, or the study's name cannot be one; nothing was
        written.
    """
    if not STUDY_ID.fullmatch(study):
        cure = "A study's id is the name of its folder: letters, digits, '-' and '_', the first one no sign."
        raise ExchangeError(path.name, f"{study!r} cannot be the name of a study", cure)
    project = read_codebook(path) if path.suffix.lower() == ".qdc" else read_project(path)
    counting = _counting(project, path.name, positions)
    folder = root / "data/raw" / study
    opened = Study.open(study, root=root) if folder.is_dir() and any(folder.iterdir()) else None
    there = opened.read_raw() if opened else {}
    arrival = build_files(project, counting, study, there, path.name)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(2**20):
            digest.update(piece)
    stem = make_id(path.stem, [Path(name).stem for name in there if name.startswith("imported/")], "project")
    record = render_protocol(arrival, counting, project, path.name, digest.hexdigest())
    files = {name: text.encode() for name, text in {**arrival.files, f"imported/{stem}.md": record}.items()}
    if opened:
        opened.add_raw(files)
    else:
        create_folder(folder, files)
    return [*summarise(arrival, counting), f"written: {len(files)} files in {folder}; the record is imported/{stem}.md"]


def _counting(project: Project, file: str, positions: str | None) -> Counting:
    if positions is not None:
        known = {str(convention): convention for convention in LIKELY + RARE}
        return apply(project.sources, known[positions])
    counting = detect(project.sources, ours=project.origin.startswith(ORIGIN))
    if len(counting.spans) == len(project.sources):
        return counting
    shown = "".join(f"\n      --positions {c}: {_example(project, c)}" for c in counting.candidates)
    problem = f"how its positions count cannot be decided from its selections{shown}"
    raise ExchangeError(file, problem, "Compare with the program it is from, and name the way that is right.")


def _example(project: Project, convention: Convention) -> str:
    counting = apply(project.sources, convention)
    passages = [
        source.text[start:end]
        for source, found in zip(project.sources, counting.spans, strict=True)
        for start, end in found
        if start < end
    ]
    last = " ".join(passages[-1].split()) if passages else ""
    return repr(last if len(last) <= 60 else f"{last[:40]} ... {last[-15:]}")
