"""Transcripts from a word processor (.docx).

Owns what of a document is speech: its paragraphs, and the rows of its tables as turns. Only the document's own part
of the archive is read, element by element.

References
----------
.. [1] ECMA-376, Office Open XML, part 1, chapter 17: WordprocessingML.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from kinerja_study.collection.archive import MIB, Archive
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.markup import local_name, read_events
from kinerja_study.exchange.transcripts.pieces import (
    LARGEST_TEXT,
    TIME,
    Piece,
    Transcript,
    is_name_like,
    may_be_label,
    read_line,
    split_lines,
)

LARGEST_XML = 64 * MIB
MOST_ELEMENTS = 2_000_000
"""Elements of the document's XML, some 100,000 paragraphs: each takes memory, whatever it holds."""

_PART = "word/document.xml"
_NOT_TAKEN = {
    "drawing": "pictures and drawings", "pict": "pictures and drawings", "object": "pictures and drawings",
    "footnoteReference": "footnotes and endnotes", "endnoteReference": "footnotes and endnotes",
    "commentReference": "comments", "txbxContent": "text boxes", "del": "deletions that are only marked",
    "moveFrom": "deletions that are only marked", "numPr": "numbers and bullets of lists",
}  # fmt: skip
_SILENT = {"txbxContent", "del", "moveFrom", "Fallback", "pPrChange", "rPrChange"}
_AGAIN = "Open it in a word processor and save it as .docx again, without a password and without macros."


def read_document(path: Path) -> Transcript:
    """Read a .docx transcript, a piece a paragraph, line of a paragraph, or row of a table.

    A label may be bold; one that is needs no colon. In a table the first column is the speaker and the second the
    words, after any column of numbers or times.

    Raises
    ------
    ExchangeError
        It is no .docx, holds macros or a document type, is damaged, has a password, or exceeds a limit.
    """
    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise ExchangeError(path.name, "it has a password, or is a .doc", _AGAIN, "password")
    transcript = Transcript(pieces=[], unit="paragraph")
    with Archive(path) as archive:
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in archive.names):
            raise ExchangeError(path.name, "it holds macros", _AGAIN, "macros")
        part = archive.find(_PART)
        if part is None:
            raise ExchangeError(path.name, f"no .docx: there is no {_PART} in it", _AGAIN)
        size = 0
        with archive.open(part, LARGEST_XML) as member:
            for number, element in enumerate(_blocks(member.read, path.name), start=1):
                rows = _rows(element, number, transcript.left) if local_name(element) == "tbl" else None
                pieces = list(_paragraph(element, number, transcript.left) if rows is None else rows)
                size += sum(len(piece.whole) for piece in pieces)
                if size > LARGEST_TEXT:
                    raise ExchangeError(path.name, f"its text is larger than {LARGEST_TEXT // MIB} MiB", "Split it.")
                transcript.pieces += pieces
    transcript.left = +transcript.left
    return transcript


def _blocks(take: Callable[[int], bytes], file: str) -> Iterator[etree._Element]:
    # Paragraphs and tables that stand in no other, each freed when it has been used.
    path: list[str] = []
    outer = 0
    for event, element in read_events(take, file, MOST_ELEMENTS, _AGAIN):
        name = local_name(element)
        block = name in ("p", "tbl")
        if event == "start":
            if not path and name != "document":
                raise ExchangeError(file, f"no document: its XML begins with {name!r}", _AGAIN)
            path.append(name)
            outer += block
            continue
        path.pop()
        outer -= block
        if block and not outer and "body" in path:
            yield element
        if not outer:
            element.clear(keep_tail=True)


def _paragraph(element: etree._Element, number: int, left: Counter[str]) -> Iterator[Piece]:
    bold, rest = _text(element, left)
    for n, line in enumerate(split_lines(bold + rest)):
        if not line.strip():
            continue
        piece = read_line(number, line)
        head = bold.strip() if n == 0 and rest.strip() else ""
        # "Andi Jadi begini: ..." with Andi bold: the bold word is the label, if it is one at all.
        set_off = head and head[0].isalpha() and not set(":\n") & {*head, rest.lstrip()[0]} and may_be_label(head)
        if set_off and not (piece.label and is_name_like(piece.label)):
            words = line.lstrip()[len(head) :].strip()
            piece = Piece(number=number, whole=line.strip(), label=head, words=words)
        yield piece


def _rows(table: etree._Element, number: int, left: Counter[str]) -> Iterator[Piece]:
    for row in _children(table, "tr"):
        if any(local_name(e) == "tblHeader" for properties in _children(row, "trPr") for e in properties):
            left["heading rows of tables"] += 1
            continue
        cells = []
        for cell in _children(row, "tc"):
            lines = ["".join(_text(p, left)) for p in cell.iter("{*}p") if not _in_box(p)]
            cells.append("\n".join(line for line in lines if line.strip()).strip())
        shown = " ".join(cell for cell in cells if cell)
        while len(cells) > 2 and (not cells[0] or re.fullmatch(rf"\d+[.)]?|{TIME}(?:\s*[-–]\s*{TIME})?", cells[0])):
            cells.pop(0)
        label, words = cells[0].rstrip(": ") if cells else "", "\n".join(cell for cell in cells[1:] if cell)
        if not shown:
            continue
        if len(cells) > 1 and may_be_label(label) and "\n" not in label:
            yield Piece(number=number, whole=shown, label=label, words=words, sure=2)
        else:
            yield from (read_line(number, line) for cell in cells for line in cell.split("\n") if line.strip())


def _text(paragraph: etree._Element, left: Counter[str]) -> tuple[str, str]:
    # What is bold at the start, and the rest.
    bold: list[str] = []
    rest: list[str] = []
    for run in _runs(paragraph, left):
        properties = next(iter(_children(run, "rPr")), None)
        own = {} if properties is None else {local_name(e): _value(e) for e in properties}
        if own.get("vanish", "0") not in ("0", "false", "off"):
            left["hidden text"] += 1
            continue
        words = "".join(_characters(run))
        is_bold = own.get("b", "0") not in ("0", "false", "off") or not words.strip()
        (bold if is_bold and not rest else rest).append(words)
    return unicodedata.normalize("NFC", "".join(bold)), unicodedata.normalize("NFC", "".join(rest))


def _runs(element: etree._Element, left: Counter[str]) -> Iterator[etree._Element]:
    for child in element:
        name = local_name(child)
        if name in _NOT_TAKEN:
            left[_NOT_TAKEN[name]] += 1
        if name in _SILENT or name in ("p", "tbl"):
            continue
        if name == "r":
            yield child
        yield from _runs(child, left)


def _characters(run: etree._Element) -> Iterator[str]:
    for child in run:
        name = local_name(child)
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "ptab"):
            yield "\t"
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"


def _in_box(paragraph: etree._Element) -> bool:
    return any(local_name(above) in _SILENT for above in paragraph.iterancestors())


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    # Content controls, links and marked insertions stand between an element and its parts.
    for child in element:
        if local_name(child) == name:
            yield child
        elif local_name(child) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _children(child, name)


def _value(element: etree._Element) -> str:
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == "val"), "1")
