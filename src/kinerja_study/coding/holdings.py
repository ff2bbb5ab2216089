"""A study's folder as it is now: texts, codes, and the tables that acts change.

Owns the reading, at opening and again before each act, and what hinders acting; writes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kinerja_study.coding.agreeing import FILE as DECISIONS_FILE
from kinerja_study.coding.arrivals import FILE as INFORMANTS_FILE
from kinerja_study.coding.codings import MENDABLE, Coding, Codings
from kinerja_study.coding.desk import CODEBOOK_FILE, coder_file
from kinerja_study.coding.memos import FILE as MEMOS_FILE
from kinerja_study.coding.records import Draft, Table
from kinerja_study.coding.refusals import CodingError
from kinerja_study.coding.upkeep import CLAIMS_FILE
from kinerja_study.coding.upkeep import FILE as CHANGES_FILE
from kinerja_study.collection.codings import Anchoring
from kinerja_study.collection.documents import FOLDERS
from kinerja_study.collection.field_data import Material, load_material
from kinerja_study.collection.schemas import CODEBOOK, CODINGS, TABLES
from kinerja_study.collection.tables import parse_table, validate_table
from kinerja_study.definition import FILE
from kinerja_study.errors import Fault, RawDataError
from kinerja_study.study import Study

COLUMNS: Mapping[str, tuple[str, ...]] = {
    file: tuple(map(str, TABLES[file.removesuffix(".csv")].columns))
    for file in (DECISIONS_FILE, MEMOS_FILE, CHANGES_FILE, CODEBOOK_FILE, CLAIMS_FILE, INFORMANTS_FILE)
}
"""Of the tables beside the codings that acts change."""

UNCODED = frozenset({"no_codings", "unknown_coder"})
"""Faults of a study in which nobody has coded yet: that is what the room is for."""
UNREADABLE = frozenset({"bad_value", "ragged_row"})
"""Faults of a row for which it cannot be shown at all."""


class UnsoundError(CodingError):
    """What an act would leave behind is no sound study."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act makes of the codes and of everybody's codings."""

    anchoring: Anchoring
    codings: Mapping[str, Codings]


class Holdings:
    """What the room of a coder has before it.

    Parameters
    ----------
    study : Study
        Whose folder it is.
    coder : str
        Whose room it is.
    read : callable
        Gives a file's content, None where it is not there.

    Attributes
    ----------
    study : Study
        As its study.toml now is, or last was without fault.
    faults : list of Fault or CodingError
        What keeps the room from writing.
    unsound : dict of str to Fault or CodingError
        Tables that cannot be written, with what is wrong.
    changed_texts : set of str
        Texts that another program has changed since they were shown.
    """

    def __init__(self, study: Study, coder: str, read: Callable[[str], bytes | None]) -> None:
        self.study, self._coder, self._read = study, coder, read
        self.changed_texts: set[str] = set()
        self.read_all()

    def read_all(self) -> None:
        """Read the whole study."""
        self.material: Material
        self._texts = self._signature()
        self.faults: list[Fault | CodingError] = []
        try:
            self.study = Study.open(self.study.id, root=self.study.root, language=self.study.language)
        except RawDataError as error:
            self.faults += error.faults
        self.material = load_material(self.study)
        self._told: list[Fault] = []
        self.unsound: dict[str, Fault | CodingError] = {}
        self._sort_faults()
        sources = self.material.sources
        self.anchoring = None if sources is None else Anchoring(sources)
        self._tables: dict[str, tuple[bytes | None, Table]] = {}
        self._known: dict[str, dict[str, Coding]] = {}
        self.codings: Mapping[str, Codings] = {}
        for file, data in self.material.files.items():
            if _is_coders(file) or file in COLUMNS:
                self._open(file, data)
        if self.anchoring is not None:
            self.codings = self._arranged(self.anchoring, {file: table for file, (_, table) in self._tables.items()})

    def _sort_faults(self) -> None:
        own = coder_file(self._coder)
        for fault in self.material.faults:
            in_codings = fault.file.startswith("codings/")
            if fault.kind in UNCODED or (fault.kind in MENDABLE and in_codings):
                continue
            hinders = fault.file == own or fault.file.startswith((FILE, "codebook.", "informants."))
            if hinders:
                self.faults.append(fault)
            else:
                self._told.append(fault)
            if fault.file.startswith(("codings/", CODEBOOK_FILE)):
                self.unsound.setdefault(fault.file, fault)
        for file in self.material.files:
            if file.endswith(".xlsx"):
                said = self.unsound[file] = CodingError("files.workbook", file=file)
                if file.removesuffix(".xlsx") == own.removesuffix(".csv"):
                    self.faults.append(said)

    @property
    def notices(self) -> list[Fault]:
        """What else is wrong with the study; codings that have come off their words until they are placed again."""
        lost = [
            replace(coding.fault, row=codings.at[key] + 1)
            for codings in self.codings.values()
            for key, coding in codings.by_key.items()
            if coding.fault is not None and coding.fault.kind in MENDABLE
        ]
        return [*self._told, *lost]

    def _open(self, file: str, data: bytes) -> None:
        try:
            table = self.parse(file, data)
            unreadable = {f.row for f in self.material.faults if f.file == file and f.kind in UNREADABLE}
            self._tables[file] = (data, table.without(unreadable) if unreadable else table)
        except CodingError as error:
            self.unsound.setdefault(file, error)

    @staticmethod
    def parse(file: str, data: bytes | None) -> Table:
        """Return a table; raises CodingError where it is none."""
        try:
            return Table.parse(file, data, COLUMNS.get(file, tuple(map(str, CODINGS.columns))))
        except ValueError as error:
            raise CodingError("files.unreadable", file=file) from error

    def read_again(self) -> list[str]:
        """Read what others have changed; return the files. Only under the lock."""
        if self._signature() != self._texts:
            before = self.material
            # What the room itself has written since is no change of others.
            files = before.files | {file: data for file, (data, _) in self._tables.items() if data is not None}
            self.read_all()
            now = self.material
            gone = {name for name, text in before.documents.items() if now.documents.get(name) != text}
            self.changed_texts |= gone
            return sorted(file for file in {**files, **now.files} if files.get(file) != now.files.get(file))
        changed, sound = [], True
        for file in sorted({*self._tables, *self.unsound, *self._coder_files(), *COLUMNS}):
            data = self._read(file)
            if data != (self._tables[file][0] if file in self._tables else self.material.files.get(file)):
                sound = sound and file not in self.unsound and self._is_sound(file, data)
                changed.append(file)
                if sound:
                    self._tables[file] = (data, self.parse(file, data))
        if not sound:
            self.read_all()  # which sorts out whom it hinders
        elif changed and self.anchoring is not None:
            if CODEBOOK_FILE in changed:
                self.anchoring = self._anchoring_after(Draft(self.table))
            self.codings = self._arranged(self.anchoring, {file: table for file, (_, table) in self._tables.items()})
            if any(
                c.fault and c.fault.kind not in MENDABLE for one in self.codings.values() for c in one.by_key.values()
            ):
                self.read_all()
        return changed

    def _signature(self) -> dict[str, tuple[int, int]]:
        # Of files that the room reads and never writes: size and time tell well enough that one was changed.
        found = {}
        for folder in ("", *FOLDERS):
            path = self.study.raw / folder
            with os.scandir(path if path.is_dir() else self.study.raw) as entries:
                for entry in entries:
                    if folder or entry.name.startswith((FILE, "informants.")):
                        status = entry.stat()
                        found[f"{folder}/{entry.name}"] = (status.st_mtime_ns, status.st_size)
        return found

    def _coder_files(self) -> list[str]:
        folder = self.study.raw / "codings"
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - at every act, and names are enough
        return [file for name in names if _is_coders(file := f"codings/{name}") and not name.startswith(".")]

    def _is_sound(self, file: str, data: bytes | None) -> bool:
        schema = CODEBOOK if file == CODEBOOK_FILE else CODINGS if _is_coders(file) else None
        faults: list[Fault] = []
        if data is not None and schema is not None:
            frame = parse_table(data, file, list(map(str, schema.columns)), faults)
            faults += [] if frame is None else validate_table(frame, schema, file)
        try:
            self.parse(file, data)
        except CodingError:
            return False
        return not faults

    def table(self, file: str) -> Table:
        """Return a table, which has no records where its file is not there.

        Raises
        ------
        CodingError
            The file cannot be read, and so must not be written.
        """
        if file in self._tables:
            return self._tables[file][1]
        if file in self.unsound:
            raise CodingError("files.unsound", file=file, why=self.unsound[file])
        return self.parse(file, None)

    def rows(self, file: str) -> list[dict[str, str]]:
        """Return the rows of a table, none where it cannot be read."""
        return [dict(cells) for _, cells in self._tables[file][1].rows()] if file in self._tables else []

    def outcome(self, draft: Draft) -> Outcome:
        """Return what an act would leave behind.

        Raises
        ------
        UnsoundError
            A coding would stand twice, or under a code that the codebook does not have; a text would lose an informant.
        """
        assert self.anchoring is not None  # noqa: S101 - nobody acts without a codebook
        files = {edit.file for edit in draft.edits}
        anchoring = self._anchoring_after(draft) if CODEBOOK_FILE in files else self.anchoring
        tables = {file: table for file, (_, table) in self._tables.items()} | draft.tables
        codings = self._arranged(anchoring, tables)
        if CODEBOOK_FILE in files:
            for coder, those in codings.items():
                for code in those.by_code.keys() - anchoring.codes.keys():
                    if code in self.anchoring.codes:
                        raise UnsoundError("upkeep.codes_left", file=coder_file(coder), code=code)
        for edit in draft.edits:
            if _is_coders(edit.file) and edit.at and edit.after:
                _check_written(edit.after, codings.get(Path(edit.file).stem), anchoring)
        self._check_memos(draft, codings)
        if INFORMANTS_FILE in files:
            self._check_informants(draft)
        return Outcome(anchoring, codings)

    def _check_memos(self, draft: Draft, codings: Mapping[str, Codings]) -> None:
        # Acts let memos follow; what is taken back may have been written about since.
        if MEMOS_FILE in self.unsound:
            return
        for _, cells in draft.table(MEMOS_FILE).rows():
            held = (any(cells["target"] in one.by_key for one in those.values()) for those in (self.codings, codings))
            if cells["about"] == "coding" and tuple(held) == (True, False):
                raise UnsoundError("back.memo", memo=cells["memo_id"], target=cells["target"])

    def _check_informants(self, draft: Draft) -> None:
        # Who came with a text stays as long as it does.
        before, after = (
            {cells["informant_id"] for _, cells in table.rows()}
            for table in (self.table(INFORMANTS_FILE), draft.table(INFORMANTS_FILE))
        )
        for document in self.material.documents.values():
            for informant in (before - after).intersection(document.informants):
                raise UnsoundError("back.informant", informant=informant, file=document.file)

    def keep(self, draft: Draft, outcome: Outcome) -> None:
        """Hold what has been written."""
        for file in {edit.file for edit in draft.edits}:
            table = draft.table(file)
            self._tables[file] = (table.data, table)
        self.anchoring, self.codings = outcome.anchoring, outcome.codings

    def _anchoring_after(self, draft: Draft) -> Anchoring:
        data, sources = draft.table(CODEBOOK_FILE).data, self.material.sources
        frame = None if data is None else parse_table(data, CODEBOOK_FILE, COLUMNS[CODEBOOK_FILE], [])
        if frame is None or sources is None:
            raise CodingError("files.no_codebook")
        self._known = {}
        return Anchoring(replace(sources, codebook=frame))

    def _arranged(self, anchoring: Anchoring, tables: Mapping[str, Table]) -> Mapping[str, Codings]:
        own = coder_file(self._coder)
        codings = {}
        for file in sorted({own, *filter(_is_coders, tables)}):
            coder, table = Path(file).stem, tables[file] if file in tables else self.parse(file, None)
            old = self.codings.get(coder)
            if old is not None and old.table is table and anchoring is self.anchoring:
                codings[coder] = old
            elif table.records or file == own:  # who has not coded yet has an empty table
                codings[coder] = Codings(table, coder, anchoring, self._known.setdefault(coder, {}))
        return codings


def _is_coders(file: str) -> bool:
    return file.startswith("codings/") and file.endswith(".csv")


def _check_written(raw: str, codings: Codings | None, anchoring: Anchoring) -> None:
    coding = None if codings is None else codings.known.get(raw)
    if codings is None or coding is None:
        return
    if coding.key in codings.twice:
        raise UnsoundError("back.twice", file=coder_file(codings.coder), key=coding.key)
    if coding.key in codings.by_key and coding.code not in anchoring.codes:
        raise UnsoundError("upkeep.code_gone", code=coding.code)
