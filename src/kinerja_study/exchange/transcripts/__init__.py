"""Transcripts in: .docx, .txt, .vtt and .srt files as interviews, observations and documents of a study.

From a file to a text in canonical form. Computes nothing from the data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kinerja_study.collection.documents import FOLDERS, INTERVIEWER, KEYS, Document, parse_document
from kinerja_study.definition import ID
from kinerja_study.errors import ExchangeError, Fault, suggest
from kinerja_study.exchange.refi_qda.arrival import write_table
from kinerja_study.exchange.study_tables import read_column
from kinerja_study.exchange.transcripts.captions import read_captions
from kinerja_study.exchange.transcripts.guide import LIKE, Link, link_turns, read_guide
from kinerja_study.exchange.transcripts.pieces import Transcript, find_labels, fold
from kinerja_study.exchange.transcripts.plain_text import read_plain
from kinerja_study.exchange.transcripts.speakers import (
    NOBODY,
    Ask,
    Speech,
    build_speeches,
    name_speakers,
    read_speakers,
)
from kinerja_study.exchange.transcripts.word import read_document
from kinerja_study.study import Study

__all__ = [
    "ENDINGS",
    "NOBODY",
    "RECORDS",
    "Prepared",
    "find_labels",
    "fold",
    "import_transcript",
    "informants_of",
    "prepare_transcript",
    "read_transcript",
]

_READERS = {".docx": read_document, ".txt": read_plain, ".vtt": read_captions, ".srt": read_captions}
ENDINGS = tuple(_READERS)
"""What can be read."""

RECORDS = "imported"
"""Folder of the records of what was taken in."""

_KIND_FOLDERS = {kind: folder for folder, kind in FOLDERS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A transcript that can be taken in: the text, the files by their path in the study, and what is to be told."""

    document: Document
    files: Mapping[str, bytes]
    told: Sequence[str]


def import_transcript(
    path: Path,
    study: Study,
    header: Mapping[str, str],
    *,
    speakers: Path | None = None,
    guide: Path | None = None,
    ask: Ask | None = None,
) -> list[str]:
    """Add a transcript to a study as a text in canonical form, with a record of the import.

    Parameters
    ----------
    path : Path
        Ends in one of :data:`ENDINGS`.
    study : Study
        That is there, with its informants.
    header : mapping of str to str
        Keys of the text's header; ``informant`` follows from the speakers, ``kind`` is an interview unless said.
    speakers : Path, optional
        Table of labels and informants.
    guide : Path, optional
        The interview's questions, to be linked to turns.
    ask : callable, optional
        Puts a question where a person is there to answer; without it what is missing is one message.

    Returns
    -------
    list of str
        What was taken and what not, a line each.

    Raises
    ------
    ExchangeError
        The file cannot be read, what is needed is not said, or the study has a text of this id; nothing was written.
    RawDataError
        The study's raw folder cannot be read.
    """
    there = study.read_raw()
    spoken = header.get("kind", "interview") == "interview"
    table = read_speakers(speakers) if speakers and spoken else {}
    prepared = prepare_transcript(path, there, header, informants_of(there), table, guide=guide, ask=ask)
    study.add_raw(prepared.files)
    text, record = list(prepared.files)[:2]
    return [*prepared.told, f"written: {text}; the record is {record}"]


def informants_of(there: Mapping[str, bytes]) -> list[str]:
    """Return the ids of the informants of a study's files."""
    return [i for i in read_column(there, "informants", "informant_id") if i and i != INTERVIEWER]


def read_transcript(path: Path) -> Transcript:
    """Read a transcript as it comes, by its ending.

    Raises
    ------
    ExchangeError
        It cannot be read.
    """
    return _READERS[path.suffix.lower()](path)


def prepare_transcript(
    path: Path,
    there: Mapping[str, bytes],
    header: Mapping[str, str],
    informants: Sequence[str],
    speakers: Mapping[str, str],
    *,
    guide: Path | None = None,
    ask: Ask | None = None,
) -> Prepared:
    """Make a transcript a text of a study; nothing is written.

    Parameters
    ----------
    path : Path
        Ends in one of :data:`ENDINGS`.
    there : mapping of str to bytes
        The study's files.
    header : mapping of str to str
        As of :func:`import_transcript`.
    informants : sequence of str
        Ids that may speak.
    speakers : mapping of str to str
        Ids by label, labels folded.
    guide : Path, optional
        As of :func:`import_transcript`.
    ask : callable, optional
        As of :func:`import_transcript`.

    Raises
    ------
    ExchangeError
        As of :func:`import_transcript`.
    """
    transcript = read_transcript(path)
    given = {"kind": "interview", **header}
    _check_given(given, path.name)
    spoken = given["kind"] == "interview"
    questions = read_guide(guide) if guide and spoken else {}
    named, missing = name_speakers(transcript, speakers, informants, path.name, ask) if spoken else ({}, "")
    speeches = build_speeches(transcript, named)
    _complete(given, path, speeches, missing, ask)
    folder = _KIND_FOLDERS[given["kind"]]
    name, record = f"{folder}/{given['id']}.md", f"{RECORDS}/{given['id']}.md"
    _refuse_taken(given["id"], there, informants, path.name)
    text = _write(given, speeches)
    document = _read_back(text, name, given, informants, speeches, path.name)
    links = link_turns(document.text, document.turns, questions) if questions else []
    told = _tell(transcript, document, links, questions)
    told += [
        f"not in the transcript: the speaker {label!r} of the table"
        for label in speakers
        if label not in named and spoken
    ]
    files = {name: text.encode(), record: _record(path, given, transcript, document, links, questions).encode()}
    if questions:
        rows = [{"turn": k.turn, "question": k.question, "by": k.by, "likeness": k.likeness} for k in links]
        files[f"{RECORDS}/{given['id']}.guide.csv"] = write_table(("turn", "question", "by", "likeness"), rows).encode()
    return Prepared(document=document, files=files, told=told)


def _check_given(given: Mapping[str, str], file: str) -> None:
    for key, value in given.items():
        if key not in KEYS:
            raise ExchangeError(file, f"a header has no {key!r}", f"{suggest(key, KEYS)}Keys: {', '.join(KEYS)}.")
        if not value.isprintable():
            raise ExchangeError(file, f"the {key} holds a line end or control character", "Leave it out.", "unseen")
    if given["kind"] not in _KIND_FOLDERS:
        raise ExchangeError(file, f"{given['kind']!r} is no kind of text", f"Kinds: {', '.join(_KIND_FOLDERS)}.")


def _complete(given: dict[str, str], path: Path, speeches: list[Speech], missing: str, ask: Ask | None) -> None:
    # All that is missing is said in one message.
    spoken = given["kind"] == "interview"
    problems, cures = [], []
    for key, example in (("id", "W01"), ("date", "2018-03-12")):
        if not given.get(key) and ask:
            given[key] = ask(f"{key} of the text, as {example}").strip()
        elif not given.get(key):
            problems.append(f"its {key} is not said")
            cures.append(f"Give --{key}, as --{key} {example}.")
    if missing:
        problems.append(missing)
        cures.append(
            "Give --speakers speakers.csv, a table speaker,informant: the label, then the informant's id, "
            f"{INTERVIEWER} for the interviewer, or {NOBODY} where it is no speaker."
        )
    elif not speeches:
        problems, cures = ["there are no words in it"], ["Look whether it is the right file."]
    elif spoken and not any(speech.speaker for speech in speeches):
        problems.append("nobody is named as a speaker in it")
        cures.append("Begin each turn with a label, as 'P: ...', or take it in as --kind document.")
    elif spoken and not given.get("informant") and not any(s.speaker not in ("", INTERVIEWER) for s in speeches):
        problems.append("nobody but the interviewer speaks in it")
        cures.append("Say which label is an informant's, or take it in as --kind document.")
    if problems:
        raise ExchangeError(path.name, "; ".join(problems), "\n    ".join(cures), "" if speeches else "no_words")
    if not ID.fullmatch(given["id"]):
        raise ExchangeError(path.name, f"{given['id']!r} is no id", "Use letters, digits, '-', '_' and '.'.")
    if spoken:
        heard = dict.fromkeys(s.speaker for s in speeches if s.speaker not in ("", INTERVIEWER))
        given.setdefault("informant", ", ".join(heard))


def _refuse_taken(text: str, there: Mapping[str, bytes], informants: Sequence[str], file: str) -> None:
    own = [name for name in there if name.split("/")[0] in (*FOLDERS, RECORDS)]
    taken = next((name for name in own if fold(Path(name).stem.removesuffix(".guide")) == fold(text)), None)
    if text in (*informants, INTERVIEWER):
        taken = f"the informant {text}"
    if taken:
        raise ExchangeError(
            file, f"the id {text!r} is taken by {taken}", "Raw data is never changed: choose another --id."
        )


def _write(given: Mapping[str, str], speeches: list[Speech]) -> str:
    header = [f"{key}: {given[key]}" for key in KEYS if given.get(key)]
    turns = [f"{s.speaker}: {s.words}" if s.speaker else s.words for s in speeches]
    return "\n".join(["---", *header, "---", "", "\n\n".join(turns), ""])


def _read_back(
    text: str, name: str, given: Mapping[str, str], informants: Sequence[str], speeches: list[Speech], file: str
) -> Document:
    # The same reading as any check's: what would be a fault there is none of the study's, but of this file.
    faults: list[Fault] = []
    document = parse_document(text.encode(), name, informants, faults)
    if document is None or faults:
        fault = faults[0]
        place = f"{fault.column}: " if fault.column else ""
        value = f" ({fault.value!r})" if fault.value else ""
        raise ExchangeError(
            file, f"as a text of the study it would be at fault: {place}{fault.problem}{value}", fault.cure, fault.kind
        )
    heard = [speech for speech in speeches if speech.speaker]
    if given["kind"] == "interview":
        turns = [document.text[turn.start : turn.end].strip() for turn in document.turns]
        meant = [f"{speech.speaker}: {speech.words}".strip() for speech in heard]
        if turns != meant:
            at = next((n for n, (a, b) in enumerate(zip(turns, meant, strict=False)) if a != b), 0)
            problem = f"a line near {heard[at].number} begins like a turn of the study, and is said to be none"
            cure = "Say who speaks there, or change the beginning of that line."
            raise ExchangeError(file, problem, cure, "like_turn", heard[at].number)
    return document


def _tell(transcript: Transcript, document: Document, links: list[Link], questions: dict[str, str]) -> list[str]:
    lines = []
    if transcript.guessed:
        lines.append(
            "look at: the file is not UTF-8 and has no byte order mark: read as "
            f"{transcript.guessed}; look at accents and quotation marks"
        )
    lines.append(f"taken: {_count(document)}")
    if questions:
        asked = {link.question for link in links}
        unasked = [number for number in questions if number not in asked]
        turns = len({link.turn for link in links})
        rest = f"; not found: {', '.join(unasked)}" if unasked else ""
        by = f"by their number or from a likeness of {LIKE} on"
        lines.append(f"guide: {len(asked)} of {len(questions)} questions found in {turns} turns, {by}{rest}")
    lines += [f"not taken: {count} x {kind}" for kind, count in sorted(transcript.left.items())]
    return lines


def _count(document: Document) -> str:
    counts: dict[str, int] = {}
    for turn in document.turns:
        counts[turn.speaker] = counts.get(turn.speaker, 0) + 1
    turns = ", ".join(f"{name} {count}" for name, count in counts.items())
    words = f"{len(document.text.split())} words"
    return f"{words}; turns: {turns}" if document.kind == "interview" else words


def _record(
    path: Path, given: Mapping[str, str], transcript: Transcript, document: Document, links: list[Link],
    questions: dict[str, str],
) -> str:  # fmt: skip
    # Neither the file's name nor a label: both are often names of people.
    lines = [f"# Import of {given['id']}", "", f"- SHA-256 of the {path.suffix.lower()} file: {_digest(path)}"]
    lines += [f"- {line}" for line in _tell(transcript, document, links, questions)]
    return "\n".join(lines) + "\n"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
