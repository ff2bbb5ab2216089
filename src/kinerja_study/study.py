"""A study and the one door to its files.

Owns where a study's files lie and how they are read and written; interprets none of them but study.toml.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kinerja_study.definition import ELEMENTS, FILE, Rules, StudyDefinition
from kinerja_study.errors import (
    Fault,
    MissingStageError,
    RawDataError,
    StudyError,
    UnknownParameterError,
    UnknownStudyError,
)
from kinerja_study.study_toml import parse_definition

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES = ("id", "en")
RULES = tuple(Rules.model_fields)
PARAMETERS = ("study", "language", *RULES)
"""Names of the notebooks' parameters: the study, the language, and the rules of study.toml."""

NUMBERS = frozenset(
    {"start", "end", "turn", "words", "duration_minutes", "magnitude", "position", "segments", "cases", "informants",
     "against", "neutral", "for", "groups", "value", "count", "rank", "minutes", "share", "n", "years_of_service",
     "mean", "standard_minutes", "requests", "open", "codings"}
    | set(ELEMENTS)
)  # fmt: skip
"""Columns that hold numbers wherever they stand in a processed table; every other column is text.

A name has one meaning in all tables, so that an id such as ``007`` is never taken for a number.
"""

STUDY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
LARGEST_FILE = 64 * 2**20
HISTORY = "history"
"""Folder of what the coding room undoes by: every act with the words before and after. No input, in no output."""


class Study:
    """A study: its definition, the rules in force, and its folders.

    Parameters
    ----------
    study_id : str
        Name of the folder in ``data/raw``.
    root : Path
        The project's root, the folder that holds ``data``.
    definition : StudyDefinition
        What study.toml declares.
    language : {"id", "en"}
        Of the sentences and labels that are written.
    rules : Rules
        Those of study.toml, or replaced by parameters.
    """

    def __init__(self, study_id: str, root: Path, definition: StudyDefinition, language: str, rules: Rules) -> None:
        self.id = study_id
        self.root = root
        self.definition = definition
        self.language = language
        self.rules = rules

    @classmethod
    def open(cls, study: str | Self, *, root: Path | None = None, **parameters: Any) -> Self:
        """Open a study by its id.

        Parameters
        ----------
        study : str or Study
            The id; an opened study is opened again, so that a cell can be run twice.
        root : Path, optional
            The project's root; by default the nearest folder upward that has the study in ``data/raw``.
        **parameters
            ``language`` and any of the rules; None means what study.toml says.

        Raises
        ------
        UnknownStudyError
            No such study.
        RawDataError
            study.toml has faults.
        UnknownParameterError
            A parameter's name or value is not known.
        """
        study_id = study.id if isinstance(study, cls) else str(study)
        root = root or find_root(study_id)
        if not STUDY_ID.fullmatch(study_id) or not (root / "data/raw" / study_id).is_dir():
            raise UnknownStudyError(study_id, list_studies(root))
        path = root / "data/raw" / study_id / FILE
        if not path.is_file():
            missing = Fault(
                kind="missing_file", problem="the file is missing", cure="Every study needs one; see 'kinerja new'.",
                file=FILE,
            )  # fmt: skip
            raise RawDataError(study_id, [missing])
        definition, faults = parse_definition(path.read_bytes(), study_id)
        if definition is None:
            raise RawDataError(study_id, faults)
        chosen = {name: value for name, value in parameters.items() if value is not None}
        # Texts may be in any language; the report speaks those it has words for.
        of_texts = definition.study.language
        language = chosen.pop("language", of_texts if of_texts in LANGUAGES else LANGUAGES[0])
        if language not in LANGUAGES:
            raise UnknownParameterError("language", str(language), LANGUAGES, False)  # noqa: FBT003
        rules = definition.rules.model_copy(update={n: parse_rule(n, v) for n, v in chosen.items()})
        return cls(study_id, root, definition, language, rules)

    @property
    def raw(self) -> Path:
        """Folder of the raw data; never written."""
        return self.root / "data/raw" / self.id

    @property
    def processed(self) -> Path:
        """Folder of what the notebooks write."""
        return self.root / "data/processed" / self.id

    @property
    def reports(self) -> Path:
        """Folder of the report."""
        return self.root / "reports" / self.id

    def read_raw(self) -> dict[str, bytes]:
        """Return every file of the raw folder, keyed by its path relative to it, in sorted order.

        Files whose name starts with ``.`` or ``~$`` (a lock that an office program leaves) are not part of a study, and
        neither is the folder :data:`HISTORY`.

        Raises
        ------
        RawDataError
            A file leads outside the folder by a link, or is larger than 64 MiB.
        """
        files: dict[str, bytes] = {}
        faults = []
        for path in sorted(self.raw.rglob("*"), key=lambda p: p.relative_to(self.raw).as_posix()):
            name = path.relative_to(self.raw).as_posix()
            if any(part.startswith((".", "~$")) for part in name.split("/")) or name.split("/")[0] == HISTORY:
                continue
            if path.is_dir() and not path.is_symlink():
                if path.suffix in (".csv", ".xlsx", ".toml", ".md"):
                    cure = "Put the file in its place, or give the folder another name."
                    faults.append(
                        Fault(kind="unknown_file", problem="a folder named like a file", cure=cure, file=name)
                    )
                continue
            if not path.is_file() or not path.resolve().is_relative_to(self.raw.resolve()):
                cure = "Copy the file itself into the study's folder."
                problem = "the file is a link that leads outside the study, or to no file"
                faults.append(Fault(kind="outside_link", problem=problem, cure=cure, file=name))
            elif path.stat().st_size > LARGEST_FILE:
                cure = "Split the file; no transcript or table of this format is so large."
                faults.append(Fault(kind="too_large", problem="larger than 64 MiB", cure=cure, file=name))
            else:
                files[name] = path.read_bytes()
        if faults:
            raise RawDataError(self.id, faults)
        return files

    def replace_raw(self, name: str, data: bytes) -> None:
        """Replace one raw file in one step, at the researcher's word.

        Only ``kinerja check --fix`` and ``kinerja pseudonymise`` do.
        """
        replace_file(self.raw / name, data)

    def add_raw(self, files: Mapping[str, bytes]) -> None:
        """Add raw files, all or none, as ``kinerja import`` and the room do. One that is there is never replaced.

        Raises
        ------
        FileExistsError
            A file is there already.
        """
        for name in files:
            path = self.raw / name
            if os.path.lexists(path) or not path.parent.resolve().is_relative_to(self.raw.resolve()):
                raise FileExistsError(errno.EEXIST, "there already, or in a folder that leads elsewhere", str(path))
        new = self.raw / f".{os.getpid()}.new"
        placed: list[Path] = []
        made: list[Path] = []
        shutil.rmtree(new, ignore_errors=True)  # of one who was killed and had this number
        try:
            _write_files(new, files)
            for name in files:
                path = self.raw / name
                if not path.parent.exists():
                    made.append(path.parent)
                    path.parent.mkdir()
                (new / name).rename(path)
                placed.append(path)
        except BaseException:
            for path in placed:
                path.unlink()
            for folder in made:
                if folder.exists():
                    folder.rmdir()
            raise
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def save(self, name: str, content: pd.DataFrame | Mapping[str, Any] | str) -> None:
        """Write a processed table (.csv), object (.json) or text, always the same bytes for the same content."""
        if isinstance(content, str):
            text = content
        elif name.endswith(".json"):
            text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        else:
            buffer = io.StringIO()
            typing.cast("pd.DataFrame", content).to_csv(buffer, index=False, lineterminator="\n")
            text = buffer.getvalue()
        self.processed.mkdir(parents=True, exist_ok=True)
        (self.processed / name).write_text(text, encoding="utf-8", newline="\n")

    def has(self, name: str) -> bool:
        """Tell whether a stage has saved a file that only some studies have."""
        return (self.processed / name).is_file()

    def load(self, name: str) -> pd.DataFrame:
        """Read a processed table.

        Parameters
        ----------
        name : str
            As given to :meth:`save`.

        Returns
        -------
        DataFrame
            Text everywhere, ``""`` where a cell is empty, but for the columns of :data:`NUMBERS`.

        Raises
        ------
        MissingStageError
            The stage that writes it has not run.
        """
        import pandas as pd

        frame = pd.read_csv(io.BytesIO(self._processed_bytes(name)), dtype=str, keep_default_na=False)
        for column in NUMBERS.intersection(frame.columns):
            frame[column] = pd.to_numeric(frame[column].replace("", None))
        return frame

    def load_json(self, name: str) -> dict[str, Any]:
        """Read a processed object; raises like :meth:`load`."""
        loaded: dict[str, Any] = json.loads(self._processed_bytes(name))
        return loaded

    def load_text(self, name: str) -> str:
        """Read a processed text; raises like :meth:`load`."""
        return self._processed_bytes(name).decode("utf-8")

    def _processed_bytes(self, name: str) -> bytes:
        path = self.processed / name
        if not path.is_file():
            raise MissingStageError(name, self.id)
        return path.read_bytes()


def replace_file(path: Path, data: bytes) -> None:
    """Write a file, or replace the one that is there, in one step: it holds all or is as it was."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def create_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a study's folder with its files, which are written beside it and moved into place at once.

    Parameters
    ----------
    folder : Path
        The folder to make; its name becomes the study's id. It may exist if it is empty.
    files : mapping of str to bytes
        Content by path in the folder.

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
    try:
        _write_files(new, files)
        if folder.exists():
            # Not every system moves a folder onto an empty one.
            folder.rmdir()
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_files(target: Path, files: Mapping[str, bytes]) -> None:
    target.mkdir()
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def find_root(study_id: str = "") -> Path:
    """Return the nearest folder upward from here that has ``data/raw``, with the study in it when there is one."""
    here = Path.cwd()
    candidates = [folder for folder in (here, *here.parents) if (folder / "data/raw").is_dir()]
    if STUDY_ID.fullmatch(study_id):
        candidates = [c for c in candidates if (c / "data/raw" / study_id).is_dir()] or candidates
    return candidates[0] if candidates else here


def list_studies(root: Path) -> list[str]:
    """Return the ids of the studies in ``data/raw``."""
    return sorted(path.parent.name for path in (root / "data/raw").glob("*/" + FILE))


def parse_rule(name: str, value: Any) -> Any:
    """Return a rule's value, from text as the command line gives it or as a notebook's literal.

    Raises
    ------
    UnknownParameterError
        The name is no rule, or the value is none that it can take.
    """
    if name not in RULES:
        raise UnknownParameterError(name, str(value), PARAMETERS, True)  # noqa: FBT003
    annotation = Rules.model_fields[name].annotation
    if isinstance(value, str) and annotation in (int, bool):
        value = {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)
    try:
        return getattr(Rules.model_validate({name: value}), name)
    except ValueError as error:
        kinds = {
            int: "a whole number that is not negative",
            bool: "true or false",
            str: "the name of a person who coded",
        }
        options = [str(a) for a in getattr(annotation, "__args__", ())]
        options = options or [text for kind, text in kinds.items() if annotation is kind]
        raise UnknownParameterError(name, str(value), options, False) from error  # noqa: FBT003
