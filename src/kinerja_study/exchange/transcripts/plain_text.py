"""Plain text in the encodings that Windows writes.

Owns which encoding a file is in, which is never guessed in silence; interprets no line.
"""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.transcripts.pieces import LARGEST_TEXT, Transcript, read_line, split_lines

_MARKS = {codecs.BOM_UTF8: "UTF-8", codecs.BOM_UTF16_LE: "UTF-16-LE", codecs.BOM_UTF16_BE: "UTF-16-BE"}
_OTHERS = {
    b"PK\x03\x04": "an archive, as .docx is",
    b"\xd0\xcf\x11\xe0": "a .doc, or a document with a password",
    b"%PDF": "a PDF",
    b"{\\rtf": "rich text (RTF)",
}
NO_TEXT = "no_plain_text"
_SAVE = "Save it in the word processor as plain text in UTF-8, or as .docx."


def read_text(path: Path) -> tuple[str, str]:
    """Return a text, and its encoding where that was guessed.

    The encoding is that of its byte order mark, or UTF-8 if it is valid, or else it is taken for Windows-1252.

    Raises
    ------
    ExchangeError
        It is larger than 16 MiB, no plain text, or in none of these encodings.
    """
    size = path.stat().st_size
    if size > LARGEST_TEXT:
        cure = "No interview is so long: split it, or look whether it is the right file."
        raise ExchangeError(path.name, f"larger than {LARGEST_TEXT // 2**20} MiB", cure, "too_large")
    data = path.read_bytes()
    for start, what in _OTHERS.items():
        if data.startswith(start):
            raise ExchangeError(path.name, f"no plain text but {what}, whatever its ending says", _SAVE, NO_TEXT)
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    encoding, guessed = _MARKS.get(mark, "UTF-8"), ""
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if mark:
            problem = f"its byte order mark says {encoding}, and byte {error.start + len(mark)} does not"
            raise ExchangeError(path.name, problem, _SAVE, NO_TEXT) from error
        guessed = "Windows-1252"
        text = _read_windows(data, path.name)
    for at, char in enumerate(text):
        if char < " " and char not in "\t\n\r\v\f":
            cure = f"UTF-16 without a byte order mark looks like this, and so does what is no text. {_SAVE}"
            line = text[:at].count("\n") + 1
            problem = f"line {line} holds the control character U+{ord(char):04X}"
            raise ExchangeError(path.name, problem, cure, NO_TEXT, line)
    return unicodedata.normalize("NFC", text), guessed


def read_plain(path: Path) -> Transcript:
    """Read a .txt transcript, a piece a line; raises as :func:`read_text`."""
    text, guessed = read_text(path)
    pieces = [read_line(number, line) for number, line in enumerate(split_lines(text), start=1) if line.strip()]
    return Transcript(pieces=pieces, unit="line", guessed=guessed)


def _read_windows(data: bytes, file: str) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = f"neither UTF-8 nor Windows-1252: line {line} holds the byte {data[error.start]:#04x}"
        raise ExchangeError(file, problem, _SAVE, NO_TEXT, line) from error
