"""Projects (.qdpx) and codebooks (.qdc) as other programs write them, read piece by piece.

Owns XML and archive to a Project; leaves positions as they stand and knows nothing of a study. Elements are freed as
soon as they are read, and whatever is not known is counted.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from kinerja_study.collection.archive import MIB, Archive
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.markup import local_name, read_events
from kinerja_study.exchange.refi_qda.project import Case, Code, Coding, Note, Project, Selection, Set, Source

LARGEST_XML = 128 * MIB
MOST_ELEMENTS = 500_000
LARGEST_TEXT = 16 * MIB
LARGEST_TEXTS = 64 * MIB
"""All texts of a project together; a transcript of 300,000 characters is 0.3 MiB."""

_READ_BY_PARENT = frozenset(
    {"Description", "PlainTextContent", "CodeRef", "NoteRef", "SourceRef", "SelectionRef", "Coding", "VariableValue",
     "VariableRef", "TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue",
     "MemberCode", "MemberSource", "MemberNote", "Code"}
)  # fmt: skip
_STRUCTURE = frozenset(
    {
        "Project",
        "CodeBook",
        "Codes",
        "Users",
        "Variables",
        "Variable",
        "Cases",
        "Sources",
        "Notes",
        "Links",
        "Sets",
        "Graphs",
    }
)
_NOT_TEXTS = {
    "PictureSource": "pictures",
    "PDFSource": "PDF files",
    "AudioSource": "recordings",
    "VideoSource": "films",
    "PictureSelection": "selections in pictures",
    "PDFSelection": "selections in PDF files",
    "AudioSelection": "selections in recordings",
    "VideoSelection": "selections in films",
    "TranscriptSelection": "selections in transcripts of recordings or films",
    "Transcript": "transcripts of recordings or films",
    "SyncPoint": "time stamps of transcripts",
    "Representation": "words of selections in PDF files",
    "TextDescription": "descriptions of pictures",
    "Link": "links",
    "Graph": "graphs",
    "Vertex": "parts of graphs",
    "Edge": "parts of graphs",
}
_OTHER_PROGRAM = "Export the project again as REFI-QDA from the program it is from."


def read_project(path: Path) -> Project:
    """Read a .qdpx project.

    Parameters
    ----------
    path : Path
        The archive.

    Raises
    ------
    ExchangeError
        It is no archive or no project, is damaged, or exceeds a limit.
    """
    with Archive(path) as archive:
        inner = [name for name in archive.names if name.lower().endswith(".qde") and "/" not in name]
        if len(inner) != 1:
            there = ", ".join(map(repr, inner)) or "none"
            raise ExchangeError(path.name, f"no project: it must hold one .qde file, and holds {there}", _OTHER_PROGRAM)
        with archive.open(inner[0], LARGEST_XML) as member:
            return _Reader(path.name, "Project", archive).read(member.read)


def read_codebook(path: Path) -> Project:
    """Read a .qdc codebook: a project without texts; raises as :func:`read_project`."""
    if path.stat().st_size > LARGEST_XML:
        raise ExchangeError(path.name, f"larger than {LARGEST_XML // MIB} MiB", _OTHER_PROGRAM)
    with path.open("rb") as file:
        return _Reader(path.name, "CodeBook", None).read(file.read)


class _Reader:
    # One pass over the XML: what is complete becomes an entity and is freed.
    def __init__(self, file: str, root: str, archive: Archive | None) -> None:
        self.file, self.root, self.archive = file, root, archive
        self.project = Project(name=Path(file).stem)
        self.codes: dict[str, Code] = {}
        self.variables: dict[str, str] = {}
        self.selections: list[Selection] = []
        self.read_texts = 0
        self.path: list[str] = []
        self.ends: dict[str, Callable[[etree._Element], None]] = {
            "User": self._user,
            "PlainTextSelection": self._selection,
            "TextSource": self._source,
            "Note": self._note,
            "Case": self._case,
            "Set": self._set,
        }

    def read(self, take: Callable[[int], bytes]) -> Project:
        for event, element in read_events(take, self.file, MOST_ELEMENTS, _OTHER_PROGRAM):
            self._start(element) if event == "start" else self._end(element)
        self.project.codes = list(self.codes.values())
        self._name_variables()
        return self.project

    def _start(self, element: etree._Element) -> None:
        name = local_name(element)
        if not self.path:
            if name != self.root:
                problem = f"not a REFI-QDA {self.root}: its XML begins with {name!r}"
                raise ExchangeError(self.file, problem, _OTHER_PROGRAM)
            self.project.name = element.get("name") or self.project.name
            self.project.origin = element.get("origin") or ""
            self.project.created = element.get("creationDateTime") or ""
        # The text of a PDF file is one like others: it stands for the file.
        self.path.append("TextSource" if name == "Representation" and self.path[-1] == "PDFSource" else name)
        if name.endswith("Source"):
            self.project.names[_guid(element.get("guid"))] = element.get("name") or ""
        if name == "Code":
            parent = element.getparent()
            above = _guid(parent.get("guid")) if parent is not None and local_name(parent) == "Code" else ""
            code = Code(guid=_guid(element.get("guid")), name=element.get("name") or "", parent=above,
                        codable=(element.get("isCodable") or "true").strip() not in ("false", "0"))  # fmt: skip
            if code.guid in self.codes or not code.guid:
                self.project.left["codes without an id of their own"] += 1
            else:
                self.codes[code.guid] = code

    def _end(self, element: etree._Element) -> None:
        name = self.path.pop()
        around = next((above for above in reversed(self.path) if above in _NOT_TEXTS or above == "TextSource"), "")
        elsewhere = around in _NOT_TEXTS and name != "TextSource"
        outside = elsewhere or (name in ("Coding", "PlainTextSelection") and "Note" in self.path)
        if name == "PDFSource" and self.project.sources and self.project.sources[-1].guid == _guid(element.get("guid")):
            self._describe(self.project.sources[-1], element)
            self.project.left["pages of PDF files, whose text is taken"] += 1
        elif name in _NOT_TEXTS:
            self.project.left[_NOT_TEXTS[name]] += 1
        elif name == "Coding" and (outside or self.path[-1] != "PlainTextSelection"):
            kind = "codings of anything but a passage of a text" if outside else "codings of a whole text"
            self.project.left[kind] += 1
        elif outside:
            if name == "PlainTextSelection":
                self.project.left["selections in notes and other places that are no text source"] += 1
        elif name in self.ends:
            self.ends[name](element)
        elif name == "Variable":
            self.variables[_guid(element.get("guid"))] = element.get("name") or ""
        elif name == "Code":
            code = self.codes.get(_guid(element.get("guid")))
            if code is not None:
                code.description, code.notes = _text(element, "Description"), _references(element, "NoteRef")
        elif name in ("Description", "NoteRef") and self.path == ["Project"]:
            if name == "Description":
                self.project.description = element.text or ""
        elif name not in _READ_BY_PARENT | _STRUCTURE:
            self.project.left[f"elements {name!r}, which are not in the standard"] += 1
        if _freed(name) or (elsewhere and around != "PDFSource"):
            _free(element)

    def _user(self, element: etree._Element) -> None:
        self.project.users[_guid(element.get("guid"))] = element.get("name") or element.get("id") or ""

    def _selection(self, element: etree._Element) -> None:
        start, end = (_number(element.get(key)) for key in ("startPosition", "endPosition"))
        if start is None or end is None or self.path[-1] != "TextSource":
            self.project.left["selections without a place in a text"] += 1
            return
        codings = []
        for coding in _children(element, "Coding"):
            codes = _references(coding, "CodeRef")
            user = _guid(coding.get("creatingUser"))
            if codes:
                codings.append(Coding(code=codes[0], user=user, notes=_references(coding, "NoteRef")))
            else:
                self.project.left["codings without a code"] += 1
        self.selections.append(
            Selection(start=start, end=end, name=element.get("name") or "", description=_text(element, "Description"),
                      user=_guid(element.get("creatingUser")), codings=codings, notes=_references(element, "NoteRef"))
        )  # fmt: skip

    def _source(self, element: etree._Element) -> None:
        selections, self.selections = self.selections, []
        found = self._stored_text(element)
        if found is None:
            self.project.left["texts that are not in the file as plain text"] += 1
            self.project.left["codings of texts that are not in the file"] += sum(len(s.codings) for s in selections)
            return
        parent = element.getparent()
        file = parent if parent is not None and local_name(parent) == "PDFSource" else element
        source = Source(guid=_guid(file.get("guid")), name=file.get("name") or element.get("name") or "", text=found[0],
                        marked=found[1], selections=selections)  # fmt: skip
        self._describe(source, element)
        self.project.sources.append(source)

    def _describe(self, source: Source, element: etree._Element) -> None:
        source.created = source.created or element.get("creationDateTime") or element.get("modifiedDateTime") or ""
        source.description = source.description or _text(element, "Description")
        source.variables |= self._values(element)
        source.notes += _references(element, "NoteRef")

    def _note(self, element: etree._Element) -> None:
        self.selections.clear()
        found = self._stored_text(element)
        text = found[0] if found else ""
        note = Note(guid=_guid(element.get("guid")), name=element.get("name") or "", user="", text=text)
        note.text = "\n\n".join(part for part in (_text(element, "Description"), text) if part)
        note.user = _guid(element.get("creatingUser"))
        if note.text:
            self.project.notes[note.guid] = note
        else:
            self.project.left["notes without plain text"] += 1

    def _case(self, element: etree._Element) -> None:
        self.project.cases.append(
            Case(guid=_guid(element.get("guid")), name=element.get("name") or "",
                 description=_text(element, "Description"), variables=self._values(element),
                 sources=_references(element, "SourceRef"))
        )  # fmt: skip
        for tag, kind in (("CodeRef", "codes given to a case"), ("SelectionRef", "passages assigned to a case")):
            if found := len(_references(element, tag)):
                self.project.left[kind] += found

    def _set(self, element: etree._Element) -> None:
        members = [guid for tag in ("MemberCode", "MemberSource", "MemberNote") for guid in _references(element, tag)]
        self.project.sets.append(
            Set(guid=_guid(element.get("guid")), name=element.get("name") or "", members=members,
                description=_text(element, "Description"))
        )  # fmt: skip

    def _stored_text(self, element: etree._Element) -> tuple[str, bool] | None:
        inline = next(iter(_children(element, "PlainTextContent")), None)
        if inline is not None:
            self._count_text(len(inline.text or ""))
            return inline.text or "", False
        data = self._text_file(element.get("plainTextPath"))
        if data is None:
            return None
        self._count_text(len(data))
        marks = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
        try:
            text = data.decode(marks.get(data[:2], "utf-8"))
        except UnicodeDecodeError as error:
            problem = f"the text {element.get('name')!r} in it is not UTF-8 (byte {error.start})"
            raise ExchangeError(self.file, problem, _OTHER_PROGRAM) from error
        return text.removeprefix("\ufeff"), text.startswith("\ufeff")

    def _count_text(self, size: int) -> None:
        self.read_texts += size
        if self.read_texts > LARGEST_TEXTS:
            problem = f"its texts together are larger than {LARGEST_TEXTS // MIB} MiB"
            raise ExchangeError(self.file, problem, "Split the project in the program it is from.")

    def _text_file(self, path: str | None) -> bytes | None:
        # Only what is in the archive is read: never a path of the computer that the project was made on.
        if not path or self.archive is None:
            return None
        scheme, found, name = path.partition("://")
        if found and scheme != "internal":
            return None
        name = (name if found else path).lstrip("/")
        member = self.archive.find(f"sources/{name}") or self.archive.find(name)
        return None if member is None else self.archive.read(member, LARGEST_TEXT)

    def _values(self, element: etree._Element) -> dict[str, str]:
        # By the variable's id at first: Variables may stand after what uses them.
        values = {}
        for value in _children(element, "VariableValue"):
            names = _references(value, "VariableRef")
            cells = [child.text or "" for child in value if local_name(child) != "VariableRef"]
            if names and cells:
                values[names[0]] = cells[0]
        return values

    def _name_variables(self) -> None:
        owners: list[Source | Case] = [*self.project.sources, *self.project.cases]
        for owner in owners:
            owner.variables = {self.variables.get(g) or g: value for g, value in owner.variables.items()}


def _free(element: etree._Element) -> None:
    # The element itself stays until the next one is complete: the parser may still be adding what follows it.
    element.clear(keep_tail=True)
    parent, before = element.getparent(), element.getprevious()
    if parent is not None and before is not None and _freed(local_name(before)):
        parent.remove(before)


def _freed(name: str) -> bool:
    return name == "Code" or name not in _READ_BY_PARENT


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if local_name(child) == name]


def _text(element: etree._Element, name: str) -> str:
    return "\n".join(child.text or "" for child in _children(element, name))


def _references(element: etree._Element, name: str) -> list[str]:
    found = [child.get("targetGUID") or child.get("guid") for child in _children(element, name)]
    return [_guid(text) for text in found if text]


def _guid(text: str | None) -> str:
    return (text or "").strip().strip("{}").lower()


def _number(text: str | None) -> int | None:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 13 else None
