"""Transcripts with time codes: WebVTT and SubRip (.srt).

Owns the reading of cues; times are not kept, since a study has no place for them.

References
----------
.. [1] WebVTT: The Web Video Text Tracks Format, W3C, https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.transcripts.pieces import Piece, Transcript, read_line, split_lines
from kinerja_study.exchange.transcripts.plain_text import read_text

_TIMES = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->\s*(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^<>]{1,200})>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>")
_BESIDE = ("NOTE", "STYLE", "REGION")


def read_captions(path: Path) -> Transcript:
    """Read a .vtt or .srt file, a piece a speaker's part of a cue.

    A speaker is named by a voice tag, ``<v Name>``, or at the start of a cue's line, ``Name: words``.

    Raises
    ------
    ExchangeError
        As for a plain text; it is not what its ending says, or the times of a cue cannot be read.
    """
    text, guessed = read_text(path)
    transcript = Transcript(pieces=[], unit="line", joined=True, guessed=guessed)
    if path.suffix.lower() == ".vtt" and not re.match(r"WEBVTT(?:\s|$)", text):
        cure = "Export it again as WebVTT, or give it the ending that it has, .srt or .txt."
        raise ExchangeError(path.name, "its first line is not WEBVTT", cure, "captions", 1)
    for block in _blocks(text):
        at = next((n for n, (_, line) in enumerate(block) if "-->" in line), None)
        first = block[0][1]
        if at is None or first.split(" ")[0] in _BESIDE:
            kind = "notes and styles" if first.split(" ")[0] in (*_BESIDE, "WEBVTT") else "blocks without times"
            transcript.left[kind] += first != "WEBVTT"
            continue
        number, times = block[at]
        if at > 1 or not _TIMES.fullmatch(times):
            cure = "A cue is 00:00:01.000 --> 00:00:04.000 on a line, then its words, then an empty line."
            raise ExchangeError(path.name, f"the cue at line {number} cannot be read", cure, "captions", number)
        transcript.left["time codes"] += 1
        transcript.pieces += _parts(block[at + 1 :])
    if not transcript.left["time codes"]:
        raise ExchangeError(path.name, "there is no cue in it", "Look whether it is the right file.", "captions")
    transcript.left = +transcript.left
    return transcript


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*split_lines(text), ""], start=1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield block
            block = []


def _parts(lines: list[tuple[int, str]]) -> Iterator[Piece]:
    # A voice holds to the end of its cue, over its lines.
    voice = ""
    for number, line in lines:
        told = _VOICE.split(line)
        for n, part in enumerate(told):
            if n % 2:
                voice = _plain(part)
            elif words := _plain(part):
                if voice:
                    yield Piece(number=number, whole=words, label=voice, words=words, sure=2)
                else:
                    piece = read_line(number, words)
                    # A cue that is a name and a time of day is speech.
                    yield piece if piece.words else replace(piece, label="", sure=0)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())
