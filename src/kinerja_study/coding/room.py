"""The coding room of one study and one coder: opening, looking, acting, taking back.

Owns the order of things: lock, read what is there now, act, write, say what changed. What an act means is its
module's; the room is the only one that writes.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from kinerja_study.coding import acts, memos
from kinerja_study.coding.codings import MENDABLE, Coding, Codings
from kinerja_study.coding.desk import Act, Desk, coder_file
from kinerja_study.coding.history import Entry, History
from kinerja_study.coding.records import Draft, LostGroundError, Table, canonical
from kinerja_study.coding.storage import Storage, history_file, read_only
from kinerja_study.coding.suggestions import Settled
from kinerja_study.collection.codings import Anchoring
from kinerja_study.collection.documents import INTERVIEWER, Document
from kinerja_study.collection.field_data import Material, load_material
from kinerja_study.collection.schemas import CODEBOOK, CODINGS
from kinerja_study.collection.tables import parse_table, validate_table
from kinerja_study.definition import FILE, ID, SUGGESTER, is_suggester
from kinerja_study.errors import CodingError, Fault, RawDataError, StudyError, suggest
from kinerja_study.study import Study

CODEBOOK_FILE = "codebook.csv"
ACTS: Mapping[str, Callable[[Desk, Act], None]] = {**acts.ACTS, **memos.ACTS}
COLUMNS = {memos.FILE: memos.COLUMNS, CODEBOOK_FILE: tuple(map(str, CODEBOOK.columns))}
OF_TEXTS = ("interviews", "observations", "documents")
UNCODED = frozenset({"no_codings", "unknown_coder"})
"""Faults of a study in which nobody has coded yet: that is what the room is for."""


class CodingRoom:
    """One coder's room in a study; made by :meth:`open`.

    Parameters
    ----------
    study : Study
        Where it works.
    coder : str
        Who codes.
    now : callable
        Tells the time, for the history and the tables that hold a date.

    Attributes
    ----------
    faults : list of str
        Why nothing can be written; empty when all is well.
    notices : list of str
        Faults of the study that do not hinder coding.
    """

    def __init__(self, study: Study, coder: str, now: Callable[[], dt.datetime]) -> None:
        self.study, self.coder, self._now = study, coder, now
        self.faults: list[str] = []
        self.notices: list[str] = []
        self._storage = Storage(study.raw, self._parse)
        self._history = History()
        self._set_aside: set[int] = set()
        self._material: Material
        self._anchoring: Anchoring | None = None
        self._tables: dict[str, tuple[bytes | None, Table]] = {}
        self._known: dict[str, dict[str, Coding]] = {}
        self._codings: dict[str, Codings] = {}
        self._seen: Codings | None = None
        self._texts: dict[str, tuple[int, int]] = {}

    @classmethod
    def open(cls, folder: Path, coder: str, *, now: Callable[[], dt.datetime] | None = None) -> Self:
        """Open the room of a coder; what another window had to leave half done is completed first.

        Parameters
        ----------
        folder : Path
            ``data/raw/<study>``.
        coder : str
            Name of the coder's file.
        now : callable, optional
            Tells the time; by default the clock, in the study's time zone.

        Raises
        ------
        StudyError
            There is no such study, its study.toml cannot be read, or nobody can code under this name. Other faults
            do not raise: they are in ``faults``, and nothing can be written until they are mended.
        """
        folder = Path(folder).absolute()
        study = Study.open(folder.name, root=folder.parents[2])
        _check_name(coder, folder)
        zone = ZoneInfo(study.definition.study.timezone)
        room = cls(study, coder, now or (lambda: dt.datetime.now(zone)))
        try:
            room._check_writable()
            with room._storage.locked():
                room._read_all()
        except CodingError as error:
            room._read_all()
            room.faults.insert(0, str(error))
        room._seen = room._codings.get(coder)
        return room

    @property
    def writable(self) -> bool:
        """Whether acts can be done."""
        return not self.faults

    def state(self) -> dict[str, Any]:
        """Return what the front end shows beside the text."""
        definition, language = self.study.definition, self.study.language
        return {
            "study": {"id": self.study.id, "title": definition.study.title, "language": language},
            "coder": self.coder,
            "coders": [coder for coder in self._codings if not is_suggester(coder)],
            "writable": self.writable,
            "faults": self.faults,
            "notices": self.notices,
            "documents": [self._described(document) for document in self._material.documents.values()],
            "codebook": self._codebook(),
            "foci": [{"id": focus.id, "label": focus.name(language), "kind": focus.kind} for focus in definition.foci],
            "groups": [{"id": group.id, "label": group.name(language)} for group in definition.groups],
            "memos": [dict(cells) for _, cells in self._table(memos.FILE).rows()],
            **self._can(),
        }

    def document(self, document: str) -> dict[str, Any]:
        """Return a text with its turns and the codings of all coders, open suggestions among them.

        Raises
        ------
        CodingError
            There is no such text.
        """
        found = self._material.documents.get(document)
        if found is None:
            problem = f"no text has the id {document!r}"
            cure = f"{suggest(document, self._material.documents)}Texts: {', '.join(self._material.documents)}."
            raise CodingError(problem, cure)
        refused = set() if self._anchoring is None else self._anchoring.without_consent
        return {
            "id": found.id,
            "text": found.text,
            "turns": [
                {"speaker": turn.speaker, "start": turn.start, "end": turn.end,
                 "evidence": turn.speaker != INTERVIEWER and turn.speaker not in refused}
                for turn in found.turns
            ],
            "codings": self._shown(found),
        }  # fmt: skip

    def do(self, act: Act) -> dict[str, Any]:
        """Do an act, write it, and return what it changed.

        Parameters
        ----------
        act : mapping
            ``do`` names it; see docs/coding-room.md.

        Raises
        ------
        StudyError
            The act cannot be done; nothing was written.
        """
        act = _clean(act)
        name = act.get("do")
        if not isinstance(name, str) or name not in ACTS:
            problem = f"there is no act {name!r}"
            raise CodingError(problem, f"{suggest(str(name), ACTS)}Acts: {', '.join(ACTS)}.")
        with self._at_work() as desk:
            before = self._codings
            if str(act.get("document") or act.get("key", "")).split(":", 1)[0] in self._changed_texts:
                problem = "the text was changed by another program since it was opened"
                raise CodingError(problem, "Open it again: positions may have moved. Nothing was changed.")
            ACTS[name](desk, act)
            entry = {"do": name, "what": act, "document": desk.document, **desk.note}
            return self._commit(entry, desk.draft, before)

    def undo(self) -> dict[str, Any]:
        """Take the last act back; return what that changed, like :meth:`do`.

        Raises
        ------
        CodingError
            There is none, or what it wrote has been changed since: then it is left, and the one before is next.
        """
        return self._take_back("undo", self._undoable)

    def redo(self) -> dict[str, Any]:
        """Do again what was undone last; returns and raises like :meth:`undo`."""
        return self._take_back("redo", self._redoable)

    def refresh(self) -> list[str]:
        """Read what other windows and programs have changed; return the names of those files."""
        with self._storage.locked():
            changed = self._read_again()
        self._seen = self._codings.get(self.coder)
        return changed

    # Reading

    def _read_all(self) -> None:
        self._texts = self._signature()
        self._material = load_material(self.study)
        self._sort_faults()
        sources = self._material.sources
        self._anchoring = None if sources is None else Anchoring(sources)
        self._tables = {}
        self._known = {}
        for file, data in self._material.files.items():
            if (file.startswith("codings/") and file.endswith(".csv")) or file in COLUMNS:
                self._keep(file, data)
        self._arrange()
        self._history.read(self._storage.read(history_file(self.coder)) or b"")

    def _sort_faults(self) -> None:
        own = (coder_file(self.coder), f"codings/{self.coder}.xlsx")
        closing = (FILE, "codebook", "informants")
        self.faults, self.notices = [], []
        for fault in self._material.faults:
            if fault.kind in UNCODED or fault.file.partition("/")[0].removesuffix(".csv") in _WRITTEN:
                continue
            hinders = fault.file in own or fault.file.startswith(closing)
            (self.faults if hinders and fault.kind not in MENDABLE else self.notices).append(str(fault))
        if own[1] in self._material.files:
            cure = f"Save it as {own[0]} (CSV, UTF-8) and remove the workbook."
            self.faults.append(f"{own[1]}: the room writes CSV and this is a workbook.\n    {cure}")

    def _read_again(self) -> list[str]:
        # Called under the lock before anything is written: what others have done meanwhile counts.
        self._changed_texts: set[str] = set()
        if self._signature() != self._texts:
            before = {document.id: document.text for document in self._material.documents.values()}
            files = dict(self._material.files)
            self._read_all()
            now = {document.id: document.text for document in self._material.documents.values()}
            self._changed_texts = {name for name in before if now.get(name) != before[name]}
            return [name for name in {**files, **self._material.files}
                    if files.get(name) != self._material.files.get(name)]  # fmt: skip
        changed = []
        for file in {*self._tables, *self._coder_files(), *COLUMNS}:
            data = self._storage.read(file)
            if file not in self._tables or data != self._tables[file][0]:
                self._check_table(file, data)
                self._keep(file, data)
                changed.append(file)
        if CODEBOOK_FILE in changed:
            self._new_codebook()
        if changed:
            self._arrange()
        self._history.read(self._storage.read(history_file(self.coder)) or b"")
        return changed

    def _coder_files(self) -> list[str]:
        with os.scandir(self.study.raw / "codings") if (self.study.raw / "codings").is_dir() else _nothing() as found:
            return [f"codings/{e.name}" for e in found if e.name.endswith(".csv") and not e.name.startswith(".")]

    def _signature(self) -> dict[str, tuple[int, int]]:
        # Of files that the room reads and never writes: size and time tell well enough that one was changed.
        found = {}
        for folder in ("", *OF_TEXTS):
            path = self.study.raw / folder
            if not path.is_dir():
                continue
            with os.scandir(path) as entries:
                for entry in entries:
                    if folder or entry.name.startswith((FILE, "informants")):
                        status = entry.stat()
                        found[f"{folder}/{entry.name}"] = (status.st_mtime_ns, status.st_size)
        return found

    def _check_table(self, file: str, data: bytes | None) -> None:
        schema = CODEBOOK if file == CODEBOOK_FILE else CODINGS if file.startswith("codings/") else None
        if data is None or schema is None:
            return
        faults: list[Fault] = []
        frame = parse_table(data, file, list(map(str, schema.columns)), faults)
        faults += [] if frame is None else validate_table(frame, schema, file)
        if faults:
            raise RawDataError(self.study.id, faults)

    def _parse(self, file: str, data: bytes | None) -> Table:
        columns = COLUMNS.get(file, tuple(map(str, CODINGS.columns)))
        try:
            return Table.parse(file, data, columns)
        except ValueError as error:
            problem = f"{file} cannot be read as the table that it was"
            raise CodingError(
                problem, "'kinerja check' says what is wrong; mend it, then open the room again."
            ) from error

    def _keep(self, file: str, data: bytes | None) -> None:
        try:
            self._tables[file] = (data, self._parse(file, data))
        except CodingError as error:
            if file == coder_file(self.coder) and not self.faults:
                self.faults.append(str(error))

    def _table(self, file: str) -> Table:
        if file not in self._tables:
            self._tables[file] = (None, self._parse(file, None))
        return self._tables[file][1]

    def _new_codebook(self) -> None:
        data, sources = self._tables[CODEBOOK_FILE][0], self._material.sources
        frame = None if data is None else parse_table(data, CODEBOOK_FILE, list(map(str, CODEBOOK.columns)), [])
        if frame is None or sources is None:
            problem = "codebook.csv was removed or broken by another program"
            raise CodingError(problem, "Put it back, then open the room again; nothing was changed.")
        self._anchoring = Anchoring(replace(sources, codebook=frame))
        self._known = {}

    def _arrange(self, files: set[str] | None = None) -> None:
        # A coder who has not coded yet has an empty table.
        if self._anchoring is None:
            return
        names = {file for file in self._tables if file.startswith("codings/")} | {coder_file(self.coder)}
        codings = {}
        for file in sorted(names):
            coder = Path(file).stem
            table = self._table(file)
            old = self._codings.get(coder)
            if files is not None and file not in files and old is not None:
                codings[coder] = old
            elif table.records or coder == self.coder:
                codings[coder] = Codings(table, coder, self._anchoring, self._known.setdefault(coder, {}))
        self._codings = codings

    # Acting

    def _check_writable(self) -> None:
        raw = self.study.raw
        for path in (raw, raw / "codings", raw / "history", raw / coder_file(self.coder)):
            if path.exists() and not os.access(path, os.W_OK):
                raise read_only(path, PermissionError(13, "no permission to write"))

    @contextmanager
    def _at_work(self) -> Iterator[Desk]:
        if self.faults:
            problem = f"nothing can be coded here: {self.faults[0]}"
            raise CodingError(problem, "Mend that first, then open the room again.")
        with self._storage.locked():
            try:
                self._read_again()
                if self.faults or self._anchoring is None:
                    raise RawDataError(self.study.id, self._material.faults)
                yield Desk(
                    draft=Draft(self._table),
                    coder=self.coder,
                    today=self._now().date().isoformat(),
                    definition=self.study.definition,
                    anchoring=self._anchoring,
                    codings=self._codings,
                    seen=self._seen,
                    settled=self._settled(),
                    workbooks=[file for file in self._material.files if file.endswith(".xlsx")],
                )
            finally:
                self._seen = self._codings.get(self.coder)

    def _commit(self, entry: Entry, draft: Draft, before: Mapping[str, Codings]) -> dict[str, Any]:
        _check_result(draft, self._anchoring)
        entry = {
            "n": self._history.next_number,
            "when": self._now().isoformat(timespec="seconds"),
            "who": self.coder,
            **entry,
            "edits": draft.edits,
        }
        self._storage.commit(self.coder, entry, draft)
        files = {edit.file for edit in draft.edits}
        for file in files:
            self._tables[file] = (draft.table(file).as_bytes(), draft.table(file))
        if CODEBOOK_FILE in files:
            self._new_codebook()
            files = set(self._tables)
        self._arrange(files)
        self._history.read(self._storage.read(history_file(self.coder)) or b"")
        return self._result(entry, before, codebook=CODEBOOK_FILE in files)

    def _take_back(self, name: str, choose: Callable[[], int | None]) -> dict[str, Any]:
        with self._at_work() as desk:
            before = self._codings
            number = choose()
            if number is None:
                problem = f"there is nothing to {name}"
                raise CodingError(problem, "The history begins or ends here.")
            entry = self._history.entries[number]
            edits = [e.inverse for e in reversed(entry["edits"])] if name == "undo" else entry["edits"]
            told = {"do": name, "of": number, **{k: entry[k] for k in ("document", "code", "quote") if k in entry}}
            try:
                for edit in edits:
                    desk.draft.edit(edit)
                return self._commit(told, desk.draft, before)
            except (LostGroundError, _UnsoundError) as error:
                self._set_aside.add(number)
                why = (
                    f"{error.edit.file} no longer holds what it changed"
                    if isinstance(error, LostGroundError)
                    else error
                )
                problem = f"'{entry['do']}' of {entry['when']} cannot be {name}ne: {why}"
                cure = "It is left as it is: change it by hand if it is wrong. The next is the one beside it."
                raise CodingError(problem, cure) from error

    def _undoable(self) -> int | None:
        return next((n for n in reversed(self._history.undoable) if n not in self._set_aside), None)

    def _redoable(self) -> int | None:
        return next((n for n in reversed(self._history.redoable) if n not in self._set_aside), None)

    def _settled(self) -> Settled:
        return Settled(self._history.in_force(), {})

    # Showing

    def _shown(self, document: Document) -> list[dict[str, Any]]:
        settled = self._settled()
        return [
            coding.as_dict()
            for coder, codings in self._codings.items()
            for coding in codings.by_document.get(document.id, [])
            if not (coder == SUGGESTER and settled.holds(coding.cells, document.text))
        ]

    def _result(self, entry: Entry, before: Mapping[str, Codings], *, codebook: bool) -> dict[str, Any]:
        name = entry["document"]
        document = self._material.documents.get(name) if name else None
        state: dict[str, Any] = {"documents": [], **self._can()}
        if document is not None:
            state["documents"] = [self._described(document)]
        if codebook:
            state["documents"] = [self._described(document) for document in self._material.documents.values()]
        state["codebook"] = self._codebook()
        if any(edit.file == memos.FILE for edit in entry["edits"]):
            state["memos"] = [dict(cells) for _, cells in self._table(memos.FILE).rows()]
        state["coders"] = [coder for coder in self._codings if not is_suggester(coder)]
        return {
            "document": name,
            "codings": [] if document is None else self._shown(document),
            **_difference(before, self._codings),
            "state": state,
        }

    def _can(self) -> dict[str, Any]:
        chosen = {"can_undo": self._undoable(), "can_redo": self._redoable()}
        return {key: None if number is None else _in_words(self._history.entries[number])
                for key, number in chosen.items()}  # fmt: skip

    def _described(self, document: Document) -> dict[str, Any]:
        turns = [t for t in document.turns if t.speaker != INTERVIEWER]
        own = self._codings[self.coder].by_document.get(document.id, []) if self._codings else []
        coded = {turn.number for c in own if c.joined and (turn := document.turn_at(c.start or 0, c.end or 0))}
        people = self._material.tables.get("informants")
        spoken = people[people["informant_id"].isin(document.informants)] if people is not None else None
        return {
            "id": document.id,
            "kind": document.kind,
            "role": "" if spoken is None else "; ".join(spoken["role"]),
            "group": self._group(document),
            "informants": list(document.informants),
            "date": document.date,
            "length": len(document.text),
            "turns": len(turns),
            "coded_turns": len(coded),
            "codings": len(own),
            "by_coder": {coder: len(found) for coder, codings in self._codings.items()
                         if (found := codings.by_document.get(document.id))},
        }  # fmt: skip

    def _group(self, document: Document) -> str:
        groups: Mapping[str, str] = {} if self._anchoring is None else self._anchoring.sources.groups
        cases = document.informants if document.kind == "interview" else (document.id,)
        return "; ".join(dict.fromkeys(groups[case] for case in cases if case in groups))

    def _codebook(self) -> list[dict[str, Any]]:
        if self._anchoring is None:
            return []
        own = self._codings[self.coder].by_code
        everyone: Counter[str] = Counter()
        for coder, codings in self._codings.items():
            if not is_suggester(coder):
                everyone.update(codings.by_code)
        return [
            {**{str(k): v for k, v in code.items()}, "codings": own[name], "all_codings": everyone[name]}
            for name, code in self._anchoring.codes.items()
        ]


_WRITTEN = ("decisions", "memos", "codebook_changes", "history")


class _UnsoundError(Exception):
    """What an act would leave behind is no sound study."""


def _check_result(draft: Draft, anchoring: Anchoring | None) -> None:
    # The last look before writing: no row twice, no code that the codebook lacks.
    codes = set(anchoring.codes) if anchoring else set()
    if any(edit.file == CODEBOOK_FILE for edit in draft.edits):
        codes = {cells["code"] for _, cells in draft.table(CODEBOOK_FILE).rows()}
    for file in {edit.file for edit in draft.edits if edit.file.startswith("codings/")}:
        written = {edit.after for edit in draft.edits if edit.file == file}
        rows = list(draft.table(file).rows())
        times = Counter(map(_key_of, (cells for _, cells in rows)))
        for at, cells in rows:
            if draft.table(file).records[at].raw not in written:
                continue
            if cells["code"] not in codes:
                problem = f"the code {cells['code']} is no longer in the codebook"
                raise _UnsoundError(problem)
            if times[_key_of(cells)] > 1:
                problem = f"{file} would hold {':'.join(_key_of(cells))} twice"
                raise _UnsoundError(problem)


def _key_of(cells: Mapping[str, str]) -> tuple[str, ...]:
    # Without a place, the words tell which one it is.
    place = (cells["start"], cells["end"]) if cells["start"] else (cells["quote"],)
    return (cells["document_id"], *place, cells["code"])


def _difference(before: Mapping[str, Codings], after: Mapping[str, Codings]) -> dict[str, Any]:
    removed, added = [], []
    for coder in {**before, **after}:
        old, new = before.get(coder), after.get(coder)
        if old is new:
            continue
        old_keys = {} if old is None else old.by_key
        new_keys = {} if new is None else new.by_key
        removed += [key for key in old_keys if key not in new_keys]
        added += [coding.as_dict() for key, coding in new_keys.items() if old_keys.get(key) is not coding]
    return {"removed": removed, "added": added}


def _in_words(entry: Entry) -> dict[str, Any]:
    about = {key: entry.get(key) for key in ("document", "code", "quote")}
    said = " ".join(str(part) for part in (entry["do"], about["code"], about["document"]) if part)
    return {"do": entry["do"], **about, "words": f"{said}: {about['quote']}" if about["quote"] else said}


def _clean(value: Any) -> Any:
    # The front end's text may hold line ends of any kind, or half an emoji.
    if isinstance(value, str):
        return canonical(value)
    if isinstance(value, Mapping):
        return {canonical(str(key)): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value


def _check_name(coder: str, folder: Path) -> None:
    if is_suggester(coder):
        problem = f"{coder!r} is the name of a program's suggestions"
        raise CodingError(problem, "Code under a name of your own.")
    if not ID.fullmatch(coder):
        problem = f"{coder!r} cannot be the name of a coder"
        raise CodingError(problem, "Use letters, digits, '-', '_' and '.', without spaces: it names the coder's file.")
    for path in sorted((folder / "codings").glob("*.csv")):
        if path.stem != coder and path.stem.casefold() == coder.casefold():
            problem = f"there is a coder {path.stem!r} already, and the names differ in capitals only"
            raise CodingError(problem, f"Open the room as {path.stem!r}, or choose another name.")


@contextmanager
def _nothing() -> Iterator[tuple[()]]:
    yield ()


__all__ = ["CodingRoom", "StudyError"]
