"""What an act finds before it: the tables as they are now, texts, codes, and who acts.

Owns the asking for what an act needs and the refusing of what it cannot have; changes nothing but a draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kinerja_study.coding.codings import Coding, Codings
from kinerja_study.coding.records import Draft
from kinerja_study.coding.refusals import CodingError
from kinerja_study.coding.suggestions import Settled
from kinerja_study.collection.codings import Anchoring
from kinerja_study.collection.documents import Document
from kinerja_study.definition import StudyDefinition
from kinerja_study.errors import Fault

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
    unsound: Mapping[str, Fault | CodingError]
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
                    raise CodingError("files.unsound", file=file, why=self.unsound[name])

    def text(self, act: Act) -> Document:
        """Return the document that an act names."""
        wanted = self.word(act, "document")
        documents = self.anchoring.sources.documents
        if wanted not in documents:
            raise CodingError("acts.unknown_text", wanted, documents, document=wanted, texts=", ".join(documents))
        self.document = wanted
        return documents[wanted]

    def code(self, act: Act, key: str = "code") -> Mapping[Any, Any]:
        """Return the code of the codebook that an act names."""
        wanted, codes = self.word(act, key), self.anchoring.codes
        if wanted not in codes:
            raise CodingError("acts.unknown_code", wanted, codes, code=wanted, count=len(codes))
        return codes[wanted]

    def coding(self, act: Act) -> Coding:
        """Return the coder's own coding that an act names, which nobody has changed unseen."""
        key = self.word(act, "key")
        coding = self.own.by_key.get(key)
        if coding is None:
            theirs = [c for c, codings in self.codings.items() if c != self.coder and key in codings.by_key]
            if theirs:
                raise CodingError("codings.others", key=key, coder=theirs[0])
            raise CodingError("codings.gone", key=key)
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
                raise CodingError("codings.unseen", column=column, key=coding.key, old=old, new=new)

    def settled_cells(self, cells: Mapping[str, str], coder: str, *, apart: str | None, loose: bool) -> str:
        """Return the key of a row that is about to be written, which has no fault and is not there yet.

        ``apart`` is the key that it has now; ``loose`` allows for its words being detached, as they were before.
        """
        file = coder_file(coder)
        placed = self.anchoring.place(dict(cells), coder, file, 0)
        for fault in placed.faults:
            if not (loose and fault.column not in ("code", "magnitude")):
                raise CodingError.of(fault)
        key = placed.key or f"{cells['document_id']}:{cells['start']}-{cells['end']}:{cells['code']}:{coder}"
        if key != apart and key in self.codings_of(coder).by_key:
            raise CodingError("codings.taken", code=cells["code"], coder=coder, key=key)
        return key

    @staticmethod
    def word(act: Act, key: str) -> str:
        """Return a text that an act must give."""
        value = act.get(key)
        if not isinstance(value, str) or not value.strip():
            raise CodingError("acts.lacking", act=act.get("do"), key=key)
        return value.strip()

    @staticmethod
    def words(act: Act, key: str) -> str:
        """Return a text that an act may give."""
        value = act.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise CodingError("acts.no_text", key=key, act=act.get("do"))
        return value.strip()

    @staticmethod
    def listed(act: Act, key: str) -> list[str]:
        """Return a list of texts that an act may give."""
        value = act.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise CodingError("acts.no_list", key=key, act=act.get("do"))
        return value

    @staticmethod
    def span(act: Act, document: Document) -> tuple[int, int]:
        """Return the span that an act gives, in code points of the canonical text."""
        span = act.get("start"), act.get("end")
        start, end = span
        whole = isinstance(start, int) and isinstance(end, int) and not isinstance(start, bool)
        if not whole or not 0 <= start < end <= len(document.text):  # type: ignore[operator]
            length = len(document.text)
            raise CodingError("acts.no_span", start=start, end=end, document=document.id, length=length)
        if not document.text[start:end].strip():
            raise CodingError("acts.only_spaces", start=start, end=end, document=document.id)
        return start, end  # type: ignore[return-value]

    @staticmethod
    def magnitude(act: Act) -> str:
        """Return the magnitude that an act gives, as a table holds it."""
        value = act.get("magnitude")
        if value is None:
            return ""
        if not isinstance(value, int) or isinstance(value, bool) or not -2 <= value <= 2:
            raise CodingError("acts.no_magnitude", value=value)
        return str(value)


def coder_file(coder: str) -> str:
    """Return the path of a coder's table."""
    return f"codings/{coder}.csv"
