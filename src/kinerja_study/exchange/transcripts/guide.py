"""Which turns ask which question of the interview guide.

Owns the reading of a guide and the linking by number or wording; judges no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kinerja_study.collection.documents import INTERVIEWER, Turn
from kinerja_study.collection.tables import parse_table
from kinerja_study.errors import ExchangeError, Fault
from kinerja_study.exchange.transcripts.plain_text import read_text

COLUMNS = ("number", "question")
LIKE = 0.6
"""From which likeness on a sentence asks a question: twice the words in common, by the words of both (Dice)."""

FEWEST_WORDS = 3
"""Of a sentence, to be compared at all: 'Apa itu?' is like too much."""

_NUMBERED = re.compile(r"\s*(?:#+\s*|[-*]\s+)?(\d+(?:\.\d+)*[a-z]?)[.)]?\s+(\S.*)")
_ASKED = re.compile(r"\s*(?:\(|(?:pertanyaan|question|no)\.?\s*)?(\d+(?:\.\d+)*[a-z]?)\s*[.):]\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A turn of the interviewer that asks a question of the guide; ``by`` is ``number`` or ``wording``."""

    turn: int
    question: str
    by: str
    likeness: float


def read_guide(path: Path) -> dict[str, str]:
    """Return the questions of a guide by their number: a table ``number, question``, or numbered lines of a text.

    Raises
    ------
    ExchangeError
        It cannot be read, has no questions, or one number twice.
    """
    if path.suffix.lower() in (".csv", ".xlsx"):
        faults: list[Fault] = []
        frame = parse_table(path.read_bytes(), path.name.lower(), COLUMNS, faults)
        if frame is None or faults:
            raise ExchangeError(
                path.name, faults[0].problem, f"A guide has the columns number and question. {faults[0].cure}"
            )
        questions = [(number.rstrip(".)"), question) for number, question in frame[list(COLUMNS)].to_numpy().tolist()]
    else:
        lines = read_text(path)[0].splitlines()
        questions = [(found[1], found[2]) for line in lines if (found := _NUMBERED.fullmatch(line))]
    numbers = [number for number, _ in questions]
    if (
        not questions
        or len(set(numbers)) < len(numbers)
        or not all(number and question for number, question in questions)
    ):
        twice = next((number for number in numbers if numbers.count(number) > 1), "")
        problem = f"question {twice} is there twice" if twice else "there are no numbered questions in it"
        cure = "Write a table with the columns number and question, or a question a line: '1. Apa tugas Ibu?'"
        raise ExchangeError(path.name, problem, cure)
    return dict(questions)


def link_turns(text: str, turns: Sequence[Turn], questions: dict[str, str]) -> list[Link]:
    """Return which turns of the interviewer ask which questions.

    A turn asks the question whose number it begins with; otherwise each of its sentences asks the question that it is
    most like, from :data:`LIKE` on, of two alike the earlier.

    Parameters
    ----------
    text : str
        Canonical text.
    turns : sequence of Turn
        Of the text.
    questions : dict of str to str
        Of :func:`read_guide`.
    """
    known = {number: _words(question) for number, question in questions.items()}
    links: list[Link] = []
    for turn in turns:
        if turn.speaker != INTERVIEWER:
            continue
        said = text[turn.start : turn.end].removeprefix(f"{INTERVIEWER}:")
        number = _ASKED.match(said)
        if number and number[1] in questions:
            links.append(Link(turn=turn.number, question=number[1], by="number", likeness=1.0))
            continue
        found: dict[str, float] = {}
        for sentence in re.split(r"(?<=[.?!])\s+|\n", said):
            words = _words(sentence)
            if len(words) < FEWEST_WORDS:
                continue
            likeness = {number: 2 * len(words & own) / (len(words) + len(own)) for number, own in known.items()}
            best = max(likeness, key=likeness.__getitem__)
            if likeness[best] >= LIKE:
                found[best] = max(likeness[best], found.get(best, 0))
        links += [Link(turn=turn.number, question=q, by="wording", likeness=round(v, 2)) for q, v in found.items()]
    return links


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
