"""What an act finds before it: the tables as they are now, texts, codes, and who acts.

Owns the asking for what an act needs and the refusing of what it cannot have; changes nothing but a draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kinerja_study.coding.codings import Coding, Codings
from kinerja_study.coding.records import Draft
from kinerja_study.coding.suggestions import Settled
from kinerja_study.collection.codings import Anchoring
from kinerja_study.collection.documents import Document
from kinerja_study.definition import StudyDefinition
from kinerja_study.errors import CodingError, suggest

Act = Mapping[str, Any]
CODEBOOK_FILE = "codebook.csv"


@dataclass(slots=True, kw_only=True)
class Desk:
    """Everything an act may look at, and the draft in which it changes tables.

    ``codings`` holds those of every coder as they are now, ``seen`` the coder's own as the front end last had them;
    ``unsound`` are the tables that cannot be written, with why. ``document`` and ``note`` are what the act says of
    itself.
    """

    draft: Draft
    coder: str
    today: str
    definition: StudyDefinition
    anchoring: Anchoring
    codings: Mapping[str, Codings]
    seen: Codings | None
    settled: Settled
    unsound: Mapping[str, str]
    document: str | None = None
    note: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The coder's own table."""
        return coder_file(self.coder)

    @property
    def own(self) -> Codings:
        """The coder's own codings."""
        return self.codings[self.coder]

    def codings_of(self, coder: str) -> Codings:
        """Return the codings of a coder, who may not have coded yet."""
        if coder in self.codings:
            return self.codings[coder]
        return Codings(self.draft.table(coder_file(coder)), coder, self.anchoring, {})

    def writable(self, *files: str) -> None:
        """Refuse to change tables that are at fault, or no CSV."""
        for file in files:
            for name in (file, file.removesuffix(".csv") + ".xlsx"):
                if name in self.unsound:
                    problem = f"{file} cannot be changed: {self.unsound[name]}"
                    raise CodingError(problem, "Mend that first, then open the room again; nothing was changed.")

    def text(self, act: Act) -> Document:
        """Return the document that an act names."""
        wanted = self.word(act, "document")
        documents = self.anchoring.sources.documents
        if wanted not in documents:
            problem = f"no text has the id {wanted!r}"
            raise CodingError(problem, f"{suggest(wanted, documents)}Texts: {', '.join(documents)}.")
        self.document = wanted
        return documents[wanted]

    def code(self, act: Act, key: str = "code") -> Mapping[Any, Any]:
        """Return the code of the codebook that an act names."""
        wanted, codes = self.word(act, key), self.anchoring.codes
        if wanted not in codes:
            problem = f"the code {wanted!r} is not in the codebook ({len(codes)} codes)"
            raise CodingError(problem, f"{suggest(wanted, codes)}Choose a code of the codebook, or make a new one.")
        return codes[wanted]

    def coding(self, act: Act) -> Coding:
        """Return the coder's own coding that an act names, which nobody has changed unseen."""
        key = self.word(act, "key")
        coding = self.own.by_key.get(key)
        if coding is None:
            theirs = [c for c, codings in self.codings.items() if c != self.coder and key in codings.by_key]
            if theirs:
                problem = f"the coding {key} is {theirs[0]}'s"
                raise CodingError(problem, "Only its own coder changes a coding; what is agreed on goes by 'decide'.")
            problem = f"the coding {key} is no longer there: another window or program has moved or removed it"
            raise CodingError(problem, "Look at the text again as it is coded now; nothing was changed.")
        self.document = coding.document
        return coding

    def unseen(self, coding: Coding, columns: Sequence[str]) -> None:
        """Refuse to write over what another window or program has written and this one has not shown."""
        before = None if self.seen is None else self.seen.by_key.get(coding.key)
        if before is None:
            return
        for column in columns:
            old, new = before.cells.get(column, ""), coding.cells.get(column, "")
            if old != new:
                problem = f"{column} of {coding.key} was changed from {old!r} to {new!r} by another window or program"
                raise CodingError(problem, "Look at it again, then decide which holds; nothing was changed.")

    def settled_cells(self, cells: Mapping[str, str], coder: str, *, apart: str | None, loose: bool) -> str:
        """Return the key of a row that is about to be written, which has no fault and is not there yet.

        ``apart`` is the key that it has now; ``loose`` allows for its words being detached, as they were before.
        """
        file = coder_file(coder)
        placed = self.anchoring.place(dict(cells), coder, file, 0)
        for fault in placed.faults:
            if not (loose and fault.column not in ("code", "magnitude")):
                raise CodingError(fault.problem, fault.cure)
        key = placed.key or f"{cells['document_id']}:{cells['start']}-{cells['end']}:{cells['code']}:{coder}"
        if key != apart and key in self.codings_of(coder).by_key:
            problem = f"these words have the code {cells['code']} from {coder} already ({key})"
            raise CodingError(problem, "Change that coding, or choose another code or other words.")
        return key

    @staticmethod
    def word(act: Act, key: str) -> str:
        """Return a text that an act must give."""
        value = act.get(key)
        if not isinstance(value, str) or not value.strip():
            problem = f"the act {act.get('do')!r} lacks {key!r}"
            raise CodingError(problem, f"Give {key!r} as a text.")
        return value.strip()

    @staticmethod
    def words(act: Act, key: str) -> str:
        """Return a text that an act may give."""
        value = act.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            problem = f"{key!r} of the act {act.get('do')!r} is no text"
            raise CodingError(problem, "Give a text.")
        return value.strip()

    @staticmethod
    def listed(act: Act, key: str) -> list[str]:
        """Return a list of texts that an act may give."""
        value = act.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            problem = f"{key!r} of the act {act.get('do')!r} is no list of texts"
            raise CodingError(problem, "Give a list of texts.")
        return value

    @staticmethod
    def span(act: Act, document: Document) -> tuple[int, int]:
        """Return the span that an act gives, in code points of the canonical text."""
        span = act.get("start"), act.get("end")
        start, end = span
        whole = isinstance(start, int) and isinstance(end, int) and not isinstance(start, bool)
        if not whole or not 0 <= start < end <= len(document.text):  # type: ignore[operator]
            problem = f"{start}-{end} is no span of {document.id}, whose text has {len(document.text)} characters"
            raise CodingError(problem, "Select words of the text; start and end are code points, end not included.")
        if not document.text[start:end].strip():
            problem = f"there are only spaces at {start}-{end} of {document.id}"
            raise CodingError(problem, "Select words of the text.")
        return start, end  # type: ignore[return-value]

    @staticmethod
    def magnitude(act: Act) -> str:
        """Return the magnitude that an act gives, as a table holds it."""
        value = act.get("magnitude")
        if value is None:
            return ""
        if not isinstance(value, int) or isinstance(value, bool) or not -2 <= value <= 2:
            problem = f"{value!r} is no magnitude"
            raise CodingError(problem, "Give -2, -1, 0, 1 or 2, or none for the direction of the code.")
        return str(value)


def coder_file(coder: str) -> str:
    """Return the path of a coder's table."""
    return f"codings/{coder}.csv"
