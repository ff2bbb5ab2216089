"""A transcript as it comes: pieces of speech, each with what may be its speaker's label.

Owns what a label looks like; who is meant by one is decided elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field

LARGEST_TEXT = 16 * 2**20
"""Bytes of a transcript: some 300 hours of speech."""

LONGEST_LABEL, MOST_WORDS = 40, 4

TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_STAMPED = re.compile(rf"(?:(?P<before>{TIME})\s*[-–]?\s*)?(?P<label>[^\W\d_][^:\t]*?)\s*(?P<after>{TIME})?")
_LABELLED = re.compile(
    rf"(?:{TIME}\s*[-–]?\s*)?(?P<label>[^\W\d_][^:\t\n]*?)\s*(?:{TIME}\s*)?(?P<mark>:(?!//)|\t)\s*(?P<words>.*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line, paragraph, row or cue.

    Parameters
    ----------
    number : int
        Its place in the file, from 1.
    whole : str
        As it stands there.
    label : str
        What may be the speaker's label, without colon or time; empty where there is none.
    words : str
        What is left when the label is one.
    sure : {0, 1, 2}
        2: the format marks it as a speaker; 1: a colon follows; 0: it is only set off from what follows.
    """

    number: int
    whole: str
    label: str = ""
    words: str = ""
    sure: int = 0


@dataclass(slots=True, kw_only=True)
class Transcript:
    """A file as read: its pieces, what a piece is called, and what is to be told.

    ``left`` counts by kind what was not taken; ``guessed`` is its encoding where nothing says it. Pieces of one
    speaker run on in one turn where ``joined`` is true: a program cut them, no person did.
    """

    pieces: list[Piece]
    unit: str
    joined: bool = False
    left: Counter[str] = field(default_factory=Counter)
    guessed: str = ""


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, whichever line ends it has."""
    return re.split(r"\r\n|[\n\r\x0b\x0c\u2028\u2029]", text)


def read_line(number: int, text: str) -> Piece:
    """Return a line as a piece; a label stands before a colon or tab, or alone on its line with a time.

    Examples
    --------
    >>> read_line(1, "Pak Andi: Selamat pagi").label, read_line(2, "Speaker 1  00:03").label
    ('Pak Andi', 'Speaker 1')
    >>> read_line(3, "Jam 07:30 sudah antre.").label
    ''
    """
    whole = text.strip()
    stamped = _STAMPED.fullmatch(whole)
    timed = stamped and (stamped["before"] or stamped["after"])
    if stamped and timed and may_be_label(stamped["label"]) and is_name_like(stamped["label"]):
        return Piece(number=number, whole=whole, label=stamped["label"], sure=2)
    found = _LABELLED.fullmatch(whole)
    if found and may_be_label(found["label"]):
        if re.match(r"\d:\d", whole[found.end("label") - 1 :]):
            return Piece(number=number, whole=whole)  # "Jam 07:30" is a time
        return Piece(number=number, whole=whole, label=found["label"], words=found["words"],
                     sure=int(found["mark"] == ":"))  # fmt: skip
    return Piece(number=number, whole=whole)


def may_be_label(text: str) -> bool:
    """Tell whether a text is as short as a name."""
    return 0 < len(text.strip()) <= LONGEST_LABEL and len(text.split()) <= MOST_WORDS


def is_name_like(text: str) -> bool:
    """Tell whether every word of a text begins with a capital or a digit."""
    return all(word[0].isupper() or word[0].isdigit() for word in re.findall(r"\w+", text))


def find_labels(transcript: Transcript, known: Container[str]) -> dict[str, list[Piece]]:
    """Return what is taken for a speaker's label, folded, in the order of the file, with its pieces.

    A label is what is known as one, what the format marks, what stands before a colon and is written like a name, or
    what is set off at the start of two lines or more.
    """
    found: dict[str, list[Piece]] = {}
    for piece in transcript.pieces:
        if piece.label:
            found.setdefault(fold(piece.label), []).append(piece)
    return {
        label: pieces
        for label, pieces in found.items()
        if label in known or len(pieces) > 1 or any(map(_is_sure, pieces))
    }


def fold(label: str) -> str:
    """Return a label as it is compared: without case or doubled spaces."""
    return " ".join(label.split()).casefold()


def _is_sure(piece: Piece) -> bool:
    return piece.sure == 2 or (piece.sure == 1 and is_name_like(piece.label))
