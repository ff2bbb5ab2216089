"""What the front end asks and what it is answered: the room's acts as messages, only what changed sent again.

Owns the messages; keeps no data of its own but what the front end has been told, and knows no widget.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from kinerja_study.coding.refusals import CodingError, tell
from kinerja_study.coding.room import CodingRoom
from kinerja_study.collection.privacy import MASK
from kinerja_study.definition import is_suggester
from kinerja_study.errors import StudyError
from kinerja_study.study import LANGUAGES, Study

REPORT = "laporan.html"
MOST_HITS = 200
AROUND = 40
"""Characters shown on each side of what a search has found."""

Message = dict[str, Any]


class Conversation:
    """A front end's side of a room.

    Parameters
    ----------
    study : Study or str
        The study that is coded, or its id: its study.toml may have faults, which are said when it is asked for.
    coder : str, optional
        Who codes; asked where it is not given.
    language : {"id", "en"}, optional
        Of what is said; by default the study's.
    """

    def __init__(self, study: Study | str, coder: str | None = None, language: str | None = None) -> None:
        self.coder = coder
        self._study = None if isinstance(study, str) else study
        self._named = study if isinstance(study, str) else study.id
        self._root = self._study.root if self._study else None
        self._asked = language or (self._study.language if self._study else None)
        self._opened: CodingRoom | None = None
        self._sent: dict[str, dict[str, Any]] = {}

    @property
    def study(self) -> Study:
        """The study, opened when the first question about it comes."""
        if self._study is None:
            self._study = Study.open(self._named, root=self._root, language=self._asked)
        return self._study

    @property
    def room(self) -> CodingRoom:
        """The room, opened like the study."""
        if self._opened is None:
            self._opened = CodingRoom.open(self.study.raw, str(self.coder), language=self.study.language)
        return self._opened

    @property
    def language(self) -> str:
        """What is said to whoever codes, also where study.toml cannot be read."""
        return self._study.language if self._study else self._asked or LANGUAGES[0]

    def answer(self, asked: Mapping[str, Any], sent: Sequence[Buffer] = ()) -> tuple[Message, list[bytes]]:
        """Return the answer to a message, with what has changed for every window, and the bytes that go with it.

        Parameters
        ----------
        asked : mapping
            ``call`` names what, ``id`` the question.
        sent : sequence of bytes-like
            What came with it: a file.
        """
        reply: Message = {"id": asked.get("id")}
        asked = {**asked, "sent": bytes(sent[0]) if sent else b""}
        try:
            result, changes, buffers = getattr(self, f"_on_{asked.get('call')}")(asked)
        except (StudyError, OSError) as error:
            # What was refused may have been refused because of something that is not shown yet.
            if self._opened is not None and asked.get("call") in ("do", "undo", "redo", "take_in"):
                reply["changes"] = self._anew()
            return {**reply, "error": str(tell(error, self.language))}, []
        if changes:
            reply["changes"] = changes
        return {**reply, "result": result}, buffers

    def _on_state(self, asked: Mapping[str, Any]) -> _Answer:
        coder = asked.get("coder") or self.coder
        if coder is None:
            known = sorted(path.stem for path in self.study.raw.glob("codings/*.csv"))
            choice = [name for name in known if not is_suggester(name)]
            return {"coders": choice, "in_force": self.study.rules.coder}, None, []
        if coder != self.coder:
            self._opened = CodingRoom.open(self.study.raw, coder, language=self.study.language)
            self.coder = coder
        return self.room.state(), None, []

    def _on_leave(self, _asked: Mapping[str, Any]) -> _Answer:
        # Every window asks anew who codes.
        self.coder, self._study, self._opened, self._sent = None, None, None, {}
        return {}, {"left": True}, []

    def _on_document(self, asked: Mapping[str, Any]) -> _Answer:
        found = self.room.document(asked["document"])
        self._sent[found["id"]] = {coding["key"]: coding for coding in found["codings"]}
        return found, None, []

    def _on_do(self, asked: Mapping[str, Any]) -> _Answer:
        done = self.room.do(asked["act"])
        key = next((coding["key"] for coding in done["added"] if coding["coder"] == self.coder), None)
        return {"key": key}, self._changes(done), []

    def _on_look(self, asked: Mapping[str, Any]) -> _Answer:
        return self.room.look(str(asked["name"]), asked["sent"]), None, []

    def _on_take_in(self, asked: Mapping[str, Any]) -> _Answer:
        done = self.room.take_in(str(asked["name"]), asked["sent"], asked["told"])
        return done, self._anew(), []

    def _on_undo(self, _asked: Mapping[str, Any]) -> _Answer:
        done = self.room.undo()
        return {"document": done["document"]}, self._changes(done), []

    def _on_redo(self, _asked: Mapping[str, Any]) -> _Answer:
        done = self.room.redo()
        return {"document": done["document"]}, self._changes(done), []

    def _on_refresh(self, asked: Mapping[str, Any]) -> _Answer:
        if self.coder is None:
            return {}, None, []
        if asked.get("again"):
            self._study = self._opened = None
            return {}, self._anew(), []
        moved = self.room.refresh()
        return {}, {**self._anew(), "moved": moved} if moved else None, []

    def _anew(self) -> Message:
        """Return the whole state; an open text is asked for again."""
        return {"state": self.room.state(), "reload": True}

    def _changes(self, done: Mapping[str, Any]) -> Message:
        """Return what of an outcome the front end does not show yet."""
        put, gone = list(done["added"]), list(done["removed"])
        document = done["document"]
        if document in self._sent:
            # Of its text also what others did meanwhile, and the suggestions that are settled.
            before = self._sent[document]
            now = {coding["key"]: coding for coding in done["codings"]}
            # Most are the same objects as before: what has to be compared is soon compared.
            changed = ((before.get(key), coding) for key, coding in now.items())
            put = [coding for old, coding in changed if old is not coding and old != coding]
            gone = [key for key in before if key not in now]
            self._sent[document] = now
        return {"state": done["state"], "put": put, "gone": gone}

    def _on_find(self, asked: Mapping[str, Any]) -> _Answer:
        words = str(asked["words"]).strip().casefold()
        hits: list[Message] = []
        for listed in self.room.state()["documents"] if words else ():
            text = self.room.document(listed["id"])["text"]
            folded = text.casefold()
            # A letter that folds to two would move all places behind it; such a text is searched as it stands.
            folded = folded if len(folded) == len(text) else text
            at = folded.find(words)
            while at >= 0 and len(hits) <= MOST_HITS:
                end = at + len(words)
                hits.append({
                    "document": listed["id"], "start": at, "end": end, "quote": text[at:end],
                    "before": text[max(0, at - AROUND) : at], "after": text[end : end + AROUND],
                })  # fmt: skip
                at = folded.find(words, end)
        return {"hits": hits[:MOST_HITS], "more": len(hits) > MOST_HITS}, None, []

    def _on_codings(self, asked: Mapping[str, Any]) -> _Answer:
        found = [
            {**coding, "document": listed["id"]}
            for listed in self.room.state()["documents"]
            for coding in self.room.document(listed["id"])["codings"]
            if coding["code"] == asked["code"]
        ]
        return found, None, []

    def _on_compare(self, asked: Mapping[str, Any]) -> _Answer:
        return self.room.compare(asked.get("document"), asked["coders"]), None, []

    def _on_run(self, _asked: Mapping[str, Any]) -> _Answer:
        # In a process of its own, as from the command line: a run drives kernels, and this is one.
        language = ["-p", f"language={self.study.language}"]
        command = [sys.executable, "-c", "from kinerja_study.cli import app; app()", "run", self.study.id, *language]
        # A kernel says that it shows colours and progress; here only what is told at the end counts.
        plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=self.study.root,
            env={**plain, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        said = done.stderr.strip()
        if done.returncode:
            # Of each private place the words around it, without the English name of what it is.
            private = dict.fromkeys(f"  {line.partition(': ')[2]}" for line in said.splitlines() if MASK in line)
            said = "\n".join(self.room.check()) or str(tell(
                CodingError("run.private", places="\n".join(private)) if private else
                CodingError("run.stopped", said=said), self.language,
            ))  # fmt: skip
        return {"ok": done.returncode == 0, "said": said}, None, []

    def _on_report(self, _asked: Mapping[str, Any]) -> _Answer:
        path = self.study.reports / REPORT
        return {"path": path.relative_to(self.study.root).as_posix()}, None, [path.read_bytes()]

    def _on_evidence(self, asked: Mapping[str, Any]) -> _Answer:
        return self.room.evidence(asked.get("coder")), None, []


_Answer = tuple[Any, Message | None, list[bytes]]
Buffer = bytes | bytearray | memoryview
