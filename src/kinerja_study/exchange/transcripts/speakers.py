"""Who speaks: labels of a transcript as the interviewer and the informants of a study.

Owns the table of speakers and the turns that come of it; does not know what is written where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kinerja_study.collection.documents import INTERVIEWER
from kinerja_study.collection.tables import parse_table
from kinerja_study.errors import ExchangeError, Fault, suggest
from kinerja_study.exchange.transcripts.pieces import TIME, Piece, Transcript, find_labels, fold

COLUMNS = ("speaker", "informant")
NOBODY = "-"
"""In the table: the label is none, but words of whoever speaks."""

Ask = Callable[[str], str]
"""Puts a question to the person at the terminal."""

_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What one speaker says; ``speaker`` is empty for what stands before the first label."""

    speaker: str
    words: str
    number: int


def read_speakers(path: Path) -> dict[str, str]:
    """Return the ids of a table of speakers by label, labels folded.

    Raises
    ------
    ExchangeError
        It cannot be read, or names a label twice.
    """
    faults: list[Fault] = []
    frame = parse_table(path.read_bytes(), path.name.lower(), COLUMNS, faults)
    if frame is None or faults:
        cure = f"A table of speakers has the columns {' and '.join(COLUMNS)}. {faults[0].cure}"
        raise ExchangeError(path.name, faults[0].problem, cure)
    labels = [fold(label.rstrip(": ")) for label in frame["speaker"]]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise ExchangeError(path.name, f"the speaker {twice!r} is there twice", "Keep one of the rows.")
    return dict(zip(labels, frame["informant"], strict=True))


def name_speakers(
    transcript: Transcript, table: Mapping[str, str], informants: Collection[str], file: str, ask: Ask | None
) -> tuple[dict[str, str], str]:
    """Return whose each label is, and what is missing, as lines of a message.

    Parameters
    ----------
    transcript : Transcript
        As read.
    table : mapping of str to str
        Of :func:`read_speakers`; a label that is an informant's id or ``P`` needs no row.
    informants : collection of str
        Ids of the study.
    file : str
        The transcript's name, for messages.
    ask : callable, optional
        Puts a question where a person is there to answer.

    Raises
    ------
    ExchangeError
        An id is no informant's.
    """
    named = {fold(name): name for name in (INTERVIEWER, *informants)} | dict(table)
    labels = find_labels(transcript, named)
    missing = {label: pieces for label, pieces in labels.items() if not named.get(label)}
    if ask:
        for label, pieces in missing.items():
            said = _describe(pieces, transcript.unit)
            named[label] = ask(f"{said}\n  informant's id, {INTERVIEWER} the interviewer, {NOBODY} no speaker")
        missing = {}
    found = {label: named[label] for label in labels if label not in missing}
    for label, name in found.items():
        if name not in (INTERVIEWER, NOBODY, *informants):
            problem = f"the speaker {labels[label][0].label!r} is said to be {name!r}, who is not in informants.csv"
            cure = f"{suggest(name, informants)}Correct it, or add the informant to informants.csv first."
            raise ExchangeError(file, problem, cure)
    if not missing:
        return found, ""
    shown = [f"\n      {_describe(pieces, transcript.unit)}" for pieces in [*missing.values()][:_SHOWN]]
    more = f"\n      and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    problem = f"who speaks is not said of {len(missing)} label{'s' * (len(missing) > 1)}:{''.join(shown)}{more}"
    return found, problem


def build_speeches(transcript: Transcript, named: Mapping[str, str]) -> list[Speech]:
    """Return who says what, in order; a piece without a speaker runs on in the turn before."""
    speeches: list[Speech] = []
    for piece in transcript.pieces:
        name = named.get(fold(piece.label), NOBODY) if piece.label else NOBODY
        same = speeches and (name == NOBODY or (transcript.joined and name == speeches[-1].speaker))
        words = piece.whole if name == NOBODY else piece.words
        if name != NOBODY and re.search(TIME, piece.whole.removesuffix(piece.words)):
            transcript.left["time codes"] += 1
        if same:
            last = speeches[-1]
            between = " " if transcript.joined and last.speaker else "\n"
            speeches[-1] = replace(last, words=f"{last.words}{between}{words}" if last.words else words)
        else:
            speeches.append(Speech(speaker="" if name == NOBODY else name, words=words, number=piece.number))
    return [speech for speech in speeches if speech.words.strip()]


def _describe(pieces: Sequence[Piece], unit: str) -> str:
    first = pieces[0]
    shown = first.words or first.whole
    times = f"{len(pieces)} times, first at" if len(pieces) > 1 else "at"
    return f"{first.label!r}: {times} {unit} {first.number}: {shown if len(shown) <= 60 else shown[:57] + '...'!r}"
