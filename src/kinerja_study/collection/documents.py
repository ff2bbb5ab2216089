"""Interviews, observations and documents: header, canonical text, turns.

Owns the reading of a text file into a Document; does not know who the informants are.
"""

from __future__ import annotations

import io
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

import docx

from kinerja_study.collection.archive import MIB, Archive
from kinerja_study.collection.schemas import is_date, is_number
from kinerja_study.collection.tables import decode
from kinerja_study.definition import ID
from kinerja_study.errors import ExchangeError, Fault, suggest

FOLDERS = {"interviews": "interview", "observations": "observation", "documents": "document"}
ENDINGS = (".md", ".txt", ".docx")
KEYS = (
    "id",
    "kind",
    "informant",
    "group",
    "date",
    "place",
    "recorded",
    "duration_minutes",
    "others_present",
    "provenance",
)
"""Keys of a header. ``provenance: synthetic`` marks an invented text, so that it cannot stray into a field study."""

INTERVIEWER = "P"
_MARK = re.compile(r"^([^:\n]++):", re.MULTILINE)
LARGEST_DOCUMENT, LARGEST_XML = 256 * MIB, 32 * MIB
"""Bytes that a .docx may unpack to, with its pictures, and its XML, of which a reader makes thirty times as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one speaker says until the next one speaks.

    ``start`` and ``end`` are a half-open span of code points in the canonical text, the speaker's label included;
    ``speaker`` is ``P`` for the interviewer, an informant's id, or empty where a text has no speakers.
    """

    number: int
    speaker: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text of the study with its header.

    ``text`` is canonical: the body after the header as NFC with LF line ends; positions count its code points.
    """

    id: str
    file: str
    kind: str
    informants: tuple[str, ...]
    group: str
    date: str
    place: str
    recorded: str
    duration_minutes: str
    others_present: str
    provenance: str
    text: str
    turns: tuple[Turn, ...]
    rows: Mapping[str, int]
    """Row of each key of the header, and of ``body``."""

    def turn_at(self, start: int, end: int) -> Turn | None:
        """Return the turn that holds the whole span, or None."""
        before = bisect_right(self.turns, start, key=attrgetter("start"))
        return self.turns[before - 1] if before and end <= self.turns[before - 1].end else None

    def header_fault(self, kind: str, problem: str, cure: str, key: str, value: str) -> Fault:
        """Return a fault at a key of the header; one that is missing belongs at its start."""
        row = self.rows.get(key, 1)
        return Fault(kind=kind, problem=problem, cure=cure, file=self.file, row=row, column=key, value=value or None)


def parse_document(data: bytes, file: str, speakers: Iterable[str], faults: list[Fault]) -> Document | None:
    """Read one text.

    Parameters
    ----------
    data : bytes
        A .md, .txt or .docx file.
    file : str
        Its path in the study: the folder tells the kind.
    speakers : iterable of str
        Ids of the study's informants.
    faults : list of Fault
        Extended by whatever is wrong.

    Returns
    -------
    Document or None
        None when its header cannot be used.
    """
    whole = _docx_text(data, file, faults) if file.endswith(".docx") else decode(data, file, faults)
    if whole is None:
        return None
    lines = whole.split("\n")
    if lines[0].rstrip() != "---" or "---" not in [line.rstrip() for line in lines[1:]]:
        cure = "A text starts with a line '---', then 'key: value' lines, then a line '---', then the body."
        faults.append(Fault(kind="no_header", problem="there is no header", cure=cure, file=file, row=1))
        return None
    end = 1 + [line.rstrip() for line in lines[1:]].index("---")
    before = len(faults)
    header, rows = _parse_header(lines[1:end], file, faults)
    _check_header(header, rows, file, faults)
    if len(faults) > before:
        return None
    text = "\n".join(lines[end + 1 :])
    document = Document(
        id=header["id"],
        file=file,
        kind=header["kind"],
        informants=_listed(header.get("informant", "")),
        group=header.get("group", ""),
        date=header["date"],
        place=header.get("place", ""),
        recorded=header.get("recorded", ""),
        duration_minutes=header.get("duration_minutes", ""),
        others_present=header.get("others_present", ""),
        provenance=header.get("provenance", ""),
        text=text,
        turns=split_turns(text, speakers) if header["kind"] == "interview" else _whole(text),
        rows={**rows, "body": end + 2},
    )
    _check_speakers(document, faults)
    return document


def split_turns(text: str, speakers: Iterable[str]) -> tuple[Turn, ...]:
    r"""Cut an interview at the lines that start with a speaker and a colon.

    Parameters
    ----------
    text : str
        Canonical text.
    speakers : iterable of str
        Informant ids that may speak; ``P`` always may.

    Returns
    -------
    tuple of Turn
        In order, without gap from the first speaker to the end. What stands before the first is nobody's turn.

    Examples
    --------
    >>> [(t.speaker, t.start, t.end) for t in split_turns("P: Apa kabar?\nINF-01: Baik.\n", ["INF-01"])]
    [('P', 0, 14), ('INF-01', 14, 28)]
    """
    names = {INTERVIEWER, *speakers}
    marks = [mark for mark in _MARK.finditer(text) if mark.group(1) in names]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return tuple(
        Turn(number=number, speaker=mark.group(1), start=mark.start(), end=end)
        for number, (mark, end) in enumerate(zip(marks, ends, strict=False), start=1)
    )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _whole(text: str) -> tuple[Turn, ...]:
    return (Turn(number=1, speaker="", start=0, end=len(text)),)


def _parse_header(lines: list[str], file: str, faults: list[Fault]) -> tuple[dict[str, str], dict[str, int]]:
    header: dict[str, str] = {}
    rows: dict[str, int] = {}
    for row, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon:
            cure = "Write it as 'key: value'."
            faults.append(Fault(kind="header_line", problem="a header line without a colon", cure=cure, file=file,
                                row=row, value=line))  # fmt: skip
        elif key not in KEYS:
            cure = f"{suggest(key, KEYS)}Keys of a header: {', '.join(KEYS)}."
            faults.append(
                Fault(
                    kind="unknown_key", problem="unknown key in the header", cure=cure, file=file, row=row, column=key
                )
            )
        elif key in header:
            faults.append(Fault(kind="duplicate_key", problem="a key is there twice", cure="Keep one.", file=file,
                                row=row, column=key))  # fmt: skip
        else:
            header[key], rows[key] = value, row
    return header, rows


def _check_header(header: dict[str, str], rows: dict[str, int], file: str, faults: list[Fault]) -> None:
    def fault(kind: str, key: str, problem: str, cure: str) -> None:
        # A key that is missing belongs in the header, which starts in the first row.
        row, value = rows.get(key, 1), header.get(key) or None
        faults.append(Fault(kind=kind, problem=problem, cure=cure, file=file, row=row, column=key, value=value))

    kind = FOLDERS[file.split("/")[0]]
    for key in ("id", "kind", "date", *(("informant",) if kind == "interview" else ())):
        if not header.get(key, "").strip(" ,"):
            fault("missing_key", key, "the header lacks a needed key", f"Add a line '{key}: ...'.")
    if header.get("id") and not ID.fullmatch(header["id"]):
        fault("bad_value", "id", "no id", "Use letters, digits, '-', '_' and '.', without spaces.")
    if header.get("kind") and header["kind"] != kind:
        fault(
            "bad_value", "kind", f"a text in {file.split('/')[0]}/ is of kind '{kind}'", "Correct it or move the file."
        )
    if header.get("date") and not is_date(header["date"]):
        fault("bad_value", "date", "no date", "Write it as 2018-03-12.")
    informants = _listed(header.get("informant", ""))
    for name in sorted({i for i in informants if informants.count(i) > 1}):
        fault("duplicate_id", "informant", f"'{name}' is named twice", "Name each informant once.")
    if header.get("duration_minutes") and not is_number(header["duration_minutes"]):
        fault("bad_value", "duration_minutes", "no number", "Write the minutes as a number.")
    if header.get("provenance") and header["provenance"] not in ("field", "synthetic"):
        fault("bad_value", "provenance", "neither 'field' nor 'synthetic'", "Write one of the two, or leave it out.")


def _check_speakers(document: Document, faults: list[Fault]) -> None:
    if document.kind != "interview":
        return
    if not document.turns:
        cure = f"A turn starts a line: '{INTERVIEWER}: ...' for the interviewer, '{document.informants[0]}: ...'."
        faults.append(Fault(kind="no_turns", problem="nobody speaks in this interview", cure=cure, file=document.file,
                            row=document.rows["body"]))  # fmt: skip
    allowed = sorted({INTERVIEWER, *document.informants})
    # A label that looks like an informant's but is none would silently lengthen the turn before it.
    shapes = {re.sub(r"\\?\d+", r"\\d+", re.escape(name)) for name in document.informants}
    names = "|".join(sorted({*shapes, *(re.escape(turn.speaker) for turn in document.turns)}))
    for mark in re.finditer(rf"^({names})[ \t]*:", document.text, re.MULTILINE):
        if mark.group(0) != f"{mark.group(1)}:" or mark.group(1) not in allowed:
            row = document.rows["body"] + document.text[: mark.start()].count("\n")
            cure = (
                f"Speakers of this interview: {', '.join(allowed)}, each followed at once by a colon. "
                "Correct the label, or add the informant to the header and to informants.csv."
            )
            faults.append(
                Fault(kind="unknown_speaker", problem="a turn by someone the header does not name", cure=cure,
                      file=document.file, row=row, value=mark.group(0))
            )  # fmt: skip


def _docx_text(data: bytes, file: str, faults: list[Fault]) -> str | None:
    try:
        with Archive(data, file) as archive:
            size, xml = archive.unpacked(), archive.unpacked(".xml")
        if size > LARGEST_DOCUMENT or xml > LARGEST_XML:
            cure = "Leave pictures out, or split it."
            problem = (
                f"it unpacks to {size // MIB} MiB: over {LARGEST_DOCUMENT // MIB}, or {LARGEST_XML // MIB} of words"
            )
            faults.append(Fault(kind="too_large", problem=problem, cure=cure, file=file))
            return None
        paragraphs = [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]
    except Exception as error:  # a damaged file breaks XML and python-docx in ways that cannot be listed
        cure = "Open it in a word processor and save it as .docx again, without a password."
        problem = error.problem if isinstance(error, ExchangeError) else type(error).__name__
        problem = f"not readable as .docx: {problem}"
        faults.append(Fault(kind="docx", problem=problem, cure=cure, file=file))
        return None
    text = unicodedata.normalize("NFC", "\n".join(paragraphs))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
