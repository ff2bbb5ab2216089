"""The coding room of one study and one coder: opening, looking, acting, taking back.

Owns the order of things: lock, read what is there now, act, write, say what changed. What an act means is its
module's; the room is the only one that writes.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pandas as pd

from kinerja_study.coding import acts, agreeing, arrivals, memos, showing, upkeep
from kinerja_study.coding.codings import Codings
from kinerja_study.coding.desk import Act, Desk, coder_file
from kinerja_study.coding.evidence import weigh
from kinerja_study.coding.history import FOLDER, Entry, History, history_file
from kinerja_study.coding.holdings import Holdings, UnsoundError
from kinerja_study.coding.records import Draft, LostGroundError, canonical
from kinerja_study.coding.refusals import CodingError, tell
from kinerja_study.coding.storage import Storage, read_only
from kinerja_study.coding.suggestions import Settled
from kinerja_study.collection.field_data import load_material
from kinerja_study.definition import ID, is_suggester
from kinerja_study.errors import Fault
from kinerja_study.study import Study

ACTS: Mapping[str, Callable[[Desk, Act], None]] = {**acts.ACTS, **agreeing.ACTS, **memos.ACTS, **upkeep.ACTS}


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
    """

    def __init__(self, study: Study, coder: str, now: Callable[[], dt.datetime]) -> None:
        self._opened, self.coder, self._now = study, coder, now
        self._storage = Storage(study.raw, Holdings.parse)
        self._history = History(coder)
        self._set_aside: set[int] = set()
        self._closed: list[Fault | CodingError] = []
        self._holdings: Holdings
        self._seen: Codings | None = None

    @classmethod
    def open(
        cls, folder: Path, coder: str, *, language: str | None = None, now: Callable[[], dt.datetime] | None = None
    ) -> Self:
        """Open the room of a coder; what another window had to leave half done is completed first.

        Parameters
        ----------
        folder : Path
            ``data/raw/<study>``.
        coder : str
            Name of the coder's file.
        language : {"id", "en"}, optional
            Of labels and of what is said in ``state``; by default the study's.
        now : callable, optional
            Tells the time; by default the clock, in the study's time zone.

        Raises
        ------
        StudyError
            There is no such study, its study.toml cannot be read, or nobody can code under this name. Other faults
            do not raise: they are in ``faults``, and nothing can be written until they are mended.
        """
        folder = Path(folder).absolute()
        study = Study.open(folder.name, root=folder.parents[2], language=language)
        _check_name(coder, folder)
        zone = ZoneInfo(study.definition.study.timezone)
        room = cls(study, coder, now or (lambda: dt.datetime.now(zone)))
        try:
            room._check_permissions()
            with room._storage.locked():
                room._read()
        except CodingError as error:
            room._closed.append(error)
            room._read()
        return room

    @property
    def study(self) -> Study:
        """The study, as its study.toml now is."""
        return self._holdings.study

    @property
    def faults(self) -> list[str]:
        """Why nothing can be written, in English; empty when all is well."""
        return list(map(str, self._hindering))

    @property
    def notices(self) -> list[str]:
        """Faults of the study and of the history that do not hinder coding, in English."""
        return list(map(str, self._not_hindering))

    @property
    def writable(self) -> bool:
        """Whether acts can be done."""
        return not self._hindering

    @property
    def _not_hindering(self) -> list[Fault]:
        return [*self._holdings.notices, *self._history.faults]

    @property
    def _hindering(self) -> list[Fault | CodingError]:
        return [*self._closed, *self._holdings.faults]

    def state(self) -> dict[str, Any]:
        """Return what the front end shows beside the text."""
        definition, language = self.study.definition, self.study.language
        return {
            "study": {"id": self.study.id, "title": definition.study.title, "language": language},
            "coder": self.coder,
            "writable": self.writable,
            "faults": [tell(fault, language) for fault in self._hindering],
            "documents": [
                showing.describe_document(self._holdings, document, self.coder)
                for document in self._holdings.material.documents.values()
            ],
            "foci": [{"id": focus.id, "label": focus.name(language), "kind": focus.kind} for focus in definition.foci],
            "groups": [{"id": group.id, "label": group.name(language)} for group in definition.groups],
            "memos": self._holdings.rows(memos.FILE),
            **self._changing(),
        }

    def document(self, document: str) -> dict[str, Any]:
        """Return a text with its turns and the codings of all coders, open suggestions among them.

        Raises
        ------
        CodingError
            There is no such text.
        """
        texts = self._holdings.material.documents
        if document not in texts:
            raise CodingError("acts.unknown_text", document, texts, document=document, texts=", ".join(texts))
        self._holdings.changed_texts.discard(document)
        return showing.show_document(self._holdings, texts[document], self._settled())

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
            raise CodingError("acts.unknown_act", str(name), ACTS, name=name, acts=", ".join(ACTS))
        with self._at_work() as desk:
            text = str(act.get("document") or act.get("key") or "").split(":", 1)[0]
            if text in self._holdings.changed_texts:
                raise CodingError("acts.changed_text", document=text)
            ACTS[name](desk, act)
            return self._commit({"do": name, "what": act, "document": desk.document, **desk.note}, desk.draft)

    def look(self, name: str, data: bytes) -> dict[str, Any]:
        """Return what is to be asked of a transcript that comes; see :func:`kinerja_study.coding.arrivals.look`."""
        return arrivals.look(self.study.definition, self._holdings.material, name, data)

    def take_in(self, name: str, data: bytes, told: Mapping[str, Any]) -> dict[str, Any]:
        """Make a transcript a text of the study, with the informants that are new.

        Parameters
        ----------
        name, data : str, bytes
            The file.
        told : mapping
            ``header``, ``speakers`` and ``informants``; see :func:`kinerja_study.coding.arrivals.prepare`.

        Returns
        -------
        dict
            ``document``, its id, ``turns``, how many, and ``said``, what else is to be told of it.

        Raises
        ------
        CodingError
            It cannot be; nothing was written, or, where the disk is full, the informants alone.
        """
        with self._at_work() as desk:
            prepared = arrivals.prepare(desk, self._holdings.material, name, data, _clean(told))
            new = [edit.after for edit in desk.draft.edits]
            if new:
                # They first: an informant without a text is no fault, a text without its informant is one.
                self._commit({"do": "new_informants", "what": {}, "document": None}, desk.draft)
            try:
                self.study.add_raw(prepared.files)
            except OSError as error:
                why = error.strerror or str(error)
                raise CodingError("arrival.informants_only" if new else "files.not_written", why=why) from error
        self.refresh()
        return {"document": prepared.document.id, "turns": len(prepared.document.turns), "said": list(prepared.told)}

    def undo(self) -> dict[str, Any]:
        """Take the last act back; return what that changed, like :meth:`do`.

        Raises
        ------
        CodingError
            There is none, or what it wrote has been changed since: then it is left, and the one before is next.
        """
        return self._take_back("undo")

    def redo(self) -> dict[str, Any]:
        """Do again what was undone last; returns and raises like :meth:`undo`."""
        return self._take_back("redo")

    def refresh(self) -> list[str]:
        """Read what other windows and programs have changed; return the names of those files."""
        if self._closed:
            return self._holdings.read_again()
        with self._storage.locked():
            changed = self._holdings.read_again()
            self._read_history()
        self._seen = self._holdings.codings.get(self.coder)
        return changed

    def compare(self, document: str | None, coders: Sequence[str]) -> dict[str, Any]:
        """Lay coders beside each other, in one text or in all; see :func:`kinerja_study.coding.agreeing.compare`."""
        if self._holdings.anchoring is None:
            raise CodingError("comparing.no_codebook")
        codebook = pd.DataFrame(list(self._holdings.anchoring.codes.values()))
        decisions = self._holdings.rows(agreeing.FILE)
        return agreeing.compare(self._holdings.material, codebook, self._holdings.codings, decisions, document, coders)

    def evidence(self, coder: str | None = None) -> dict[str, Any]:
        """Return where each focus stands by one coder's codings, by default one's own.

        Raises
        ------
        CodingError
            There are no codings of that coder.
        """
        codings = self._holdings.codings.get(coder or self.coder)
        if codings is None or is_suggester(codings.coder):
            there, whose = [name for name in self._holdings.codings if not is_suggester(name)], coder or self.coder
            raise CodingError("comparing.no_evidence", whose, there, coder=whose, coders=", ".join(there))
        return weigh(self.study, codings)

    def check(self) -> list[str]:
        """Return every fault that keeps the study from being run, as ``state`` says them."""
        return [tell(fault, self.study.language) for fault in load_material(self.study).faults]

    def _read(self) -> None:
        self._holdings = Holdings(self._opened, self.coder, self._storage.read)
        self._read_history()
        self._seen = self._holdings.codings.get(self.coder)

    def _read_history(self) -> None:
        self._history.read(self._storage.read)

    def _check_permissions(self) -> None:
        raw = self._opened.raw
        for path in (raw, raw / "codings", raw / FOLDER, raw / coder_file(self.coder), raw / history_file(self.coder)):
            if path.exists() and not os.access(path, os.W_OK):
                raise read_only(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))

    @contextmanager
    def _at_work(self) -> Iterator[Desk]:
        self._refuse_faults(self._closed)
        with self._storage.locked():
            try:
                self._holdings.read_again()
                self._read_history()
                self._refuse_faults(self._holdings.faults)
                assert self._holdings.anchoring is not None  # noqa: S101 - it would be a fault
                yield Desk(
                    draft=Draft(self._holdings.table),
                    coder=self.coder,
                    today=self._now().date().isoformat(),
                    definition=self.study.definition,
                    anchoring=self._holdings.anchoring,
                    codings=self._holdings.codings,
                    seen=self._seen,
                    settled=self._settled(),
                    unsound=self._holdings.unsound,
                )
            finally:
                self._seen = self._holdings.codings.get(self.coder)

    @staticmethod
    def _refuse_faults(faults: Sequence[Fault | CodingError]) -> None:
        if faults:
            raise CodingError("files.faults", faults=tuple(faults))

    def _commit(self, told: Entry, draft: Draft) -> dict[str, Any]:
        before, outcome = self._holdings.codings, self._holdings.outcome(draft)
        entry = {
            "n": self._history.next_number,
            "when": self._now().isoformat(timespec="seconds"),
            "who": self.coder,
            **told,
            "edits": draft.edits,
        }
        self._storage.commit(self.coder, entry, draft)
        self._holdings.keep(draft, outcome)
        self._read_history()
        files = {edit.file for edit in draft.edits}
        document = self._holdings.material.documents.get(told["document"] or "")
        changed = [document] if document else []
        if upkeep.FILE in files:
            changed = list(self._holdings.material.documents.values())
        return {
            "document": told["document"],
            "codings": showing.show_codings(self._holdings, document, self._settled()) if document else [],
            **showing.show_difference(before, outcome.codings, self.study.language),
            "state": {
                "documents": [showing.show_progress(self._holdings, text, self.coder) for text in changed],
                **({"memos": self._holdings.rows(memos.FILE)} if memos.FILE in files else {}),
                **self._changing(),
            },
        }

    def _take_back(self, name: str) -> dict[str, Any]:
        with self._at_work() as desk:
            entry = self._next(name)
            if entry is None:
                raise CodingError("back.nothing_to_undo" if name == "undo" else "back.nothing_to_redo")
            edits = [edit.inverse for edit in reversed(entry["edits"])] if name == "undo" else entry["edits"]
            told = {"do": name, "of": entry["n"], "document": entry.get("document")}
            told |= {key: entry[key] for key in ("code", "quote") if key in entry}
            try:
                for edit in edits:
                    desk.draft.edit(edit)
                return self._commit(told, desk.draft)
            except (LostGroundError, UnsoundError) as error:
                self._set_aside.add(entry["n"])
                told = {"act": showing.in_words(entry), "when": entry["when"]}
                raise CodingError("back.no_undo" if name == "undo" else "back.no_redo", why=error, **told) from error

    def _next(self, name: str) -> Entry | None:
        numbers = self._history.undoable if name == "undo" else self._history.redoable
        chosen = next((number for number in reversed(numbers) if number not in self._set_aside), None)
        return None if chosen is None else self._history.entries[chosen]

    def _settled(self) -> Settled:
        return Settled(self._history.in_force(), upkeep.trace_codes(self._holdings.rows(upkeep.FILE)))

    def _changing(self) -> dict[str, Any]:
        return {
            "notices": [tell(fault, self.study.language) for fault in self._not_hindering],
            "coders": [coder for coder in self._holdings.codings if not is_suggester(coder)],
            "codebook": showing.show_codebook(self._holdings, self.coder),
            "can_undo": showing.show_act(self._next("undo")),
            "can_redo": showing.show_act(self._next("redo")),
        }


def _clean(value: Any) -> Any:
    # The front end's text may hold line ends of any kind, or half an emoji.
    if isinstance(value, str):
        return canonical(value)
    if isinstance(value, Mapping):
        return {canonical(str(key)): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value


def _check_name(coder: str, folder: Path) -> None:
    if is_suggester(coder):
        raise CodingError("coder.suggester", coder=coder)
    if not ID.fullmatch(coder):
        raise CodingError("coder.bad", coder=coder)
    for path in sorted((folder / "codings").glob("*.csv")):
        if path.stem != coder and path.stem.casefold() == coder.casefold():
            raise CodingError("coder.capitals", there=path.stem)
