"""A project of any program as a study: which reader takes a file, how its positions count, what is written.

Owns the one way in; what a file holds is its reader's matter, and what becomes of it
:func:`~kinerja_study.exchange.refi_qda.to_study.build_files`'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange import qualcoder, refi_qda, taguette
from kinerja_study.exchange.passages import count_by_words, settle
from kinerja_study.exchange.refi_qda.arrival import Names
from kinerja_study.exchange.refi_qda.positions import LIKELY, RARE, Convention, Counting, apply, detect
from kinerja_study.exchange.refi_qda.project import ORIGIN, Project
from kinerja_study.exchange.refi_qda.protocol import render_protocol, summarise
from kinerja_study.exchange.refi_qda.to_study import build_files, read_texts
from kinerja_study.study import STUDY_ID, Study, create_folder

READERS: Mapping[str, Callable[[Path, Mapping[str, str]], Project]] = {
    ".qdpx": lambda path, _: refi_qda.read_project(path),
    ".qdc": lambda path, _: refi_qda.read_codebook(path),
    ".qda": lambda path, _: qualcoder.read_qualcoder(path),
    ".sqlite3": lambda path, _: taguette.read_project(path),
    ".csv": taguette.read_export,
    ".xlsx": taguette.read_export,
    ".html": taguette.read_export,
}
"""What reads a file, by its ending; given also the texts of the study that is there, by id."""


def import_project(path: Path, study: str, root: Path, *, positions: str | None = None) -> list[str]:
    """Make a study of a project or codebook, or add its codings and texts to one that is there.

    Parameters
    ----------
    path : Path
        The file, or the folder of a QualCoder project; ends in one of :data:`READERS`.
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
    folder = root / "data/raw" / study
    opened = Study.open(study, root=root) if folder.is_dir() and any(folder.iterdir()) else None
    there = opened.read_raw() if opened else {}
    project = READERS[path.suffix.lower()](path, read_texts(there))
    counting = _counting(project, path.name, positions)
    arrival = build_files(project, counting, study, there, path.name)
    digest = hashlib.sha256()
    with (path / qualcoder.DATABASE if path.is_dir() else path).open("rb") as file:
        while piece := file.read(2**20):
            digest.update(piece)
    stem = Names(Path(name).stem for name in there if name.startswith("imported/")).make_id(path.stem, "project")
    record = render_protocol(arrival, counting, project, path.name, digest.hexdigest())
    files = {name: text.encode() for name, text in {**arrival.files, f"imported/{stem}.md": record}.items()}
    if opened:
        opened.add_raw(files)
    else:
        create_folder(folder, files)
    return [*summarise(arrival, counting), f"written: {len(files)} files in {folder}; the record is imported/{stem}.md"]


def _counting(project: Project, file: str, positions: str | None) -> Counting:
    if project.origin == taguette.PROGRAM:
        if positions is not None:
            raise ExchangeError(file, "how Taguette counts is known", "Leave --positions out.")
        grounds = "carried to these from Taguette's own: bytes of UTF-8, or words"
        return _settled(project, replace(apply(project.sources, Convention()), grounds=grounds), file)
    if positions is not None:
        known = {str(convention): convention for convention in LIKELY + RARE}
        counting = apply(project.sources, known[positions])
    elif PurePath(file).suffix.lower() == ".qda":
        counting = count_by_words(project.sources)
    else:
        counting = detect(project.sources, ours=project.origin.startswith(ORIGIN))
    if len(counting.spans) == len(project.sources):
        return _settled(project, counting, file) if project.origin.startswith(qualcoder.PROGRAM) else counting
    shown = "".join(f"\n      --positions {c}: {_example(project, c)}" for c in counting.candidates)
    problem = f"how its positions count cannot be decided from its selections{shown}"
    raise ExchangeError(file, problem, "Compare with the program it is from, and name the way that is right.")


def _settled(project: Project, counting: Counting, file: str) -> Counting:
    found, moved, lost = settle(project.sources, counting, file)
    grounds = counting.grounds
    if moved:
        grounds += f"; moved to where the words stored with them stand: {moved}"
    if lost:
        grounds += f"; the words stored with them stand nowhere, or more than once: {lost}"
    return replace(found, grounds=grounds)


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
