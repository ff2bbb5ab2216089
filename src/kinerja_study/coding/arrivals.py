"""A transcript that comes while one codes: who speaks in it, which informants are new, what it is to be called.

Owns what is asked of whoever brings it and what is refused; reading it is :mod:`kinerja_study.exchange.transcripts`'.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd

from kinerja_study.coding.desk import Desk
from kinerja_study.coding.refusals import CodingError
from kinerja_study.collection.documents import FOLDERS, INTERVIEWER
from kinerja_study.collection.field_data import Material
from kinerja_study.collection.schemas import INFORMANTS
from kinerja_study.collection.tables import validate_table
from kinerja_study.definition import ID, StudyDefinition
from kinerja_study.errors import ExchangeError, Fault
from kinerja_study.exchange.pseudonyms.suspects import find_ordinary, find_suspects
from kinerja_study.exchange.transcripts import (
    ENDINGS,
    NOBODY,
    RECORDS,
    Prepared,
    find_labels,
    fold,
    informants_of,
    prepare_transcript,
    read_transcript,
)

FILE = "informants.csv"
COLUMNS = tuple(map(str, INFORMANTS.columns))
PLAIN = ".txt"
"""How a text is read that has another ending, or none because it was typed."""

INTERVIEWERS = frozenset({"p", "pewawancara", "peneliti", "penanya", "interviewer", "i"})
"""Labels that are the interviewer's unless it is said otherwise."""

HEADINGS = frozenset({
    "hari", "tanggal", "hari/tanggal", "tempat", "lokasi", "waktu", "pukul", "jam", "durasi", "nama", "jabatan", "usia",
    "umur", "pekerjaan", "pendidikan", "alamat", "topik", "judul", "date", "time", "place", "name",
})  # fmt: skip
"""Labels that open a transcript and are nobody's unless it is said otherwise."""

MOST_NAMES = 12
_NUMBERED = re.compile(r"(.*?)(\d{1,9})")
_FIRST = {"interview": "W01", "observation": "O01", "document": "D01"}


def look(definition: StudyDefinition, material: Material, name: str, data: bytes) -> dict[str, Any]:
    """Return what is to be asked of a transcript before it is a text of the study.

    Parameters
    ----------
    definition : StudyDefinition
        Whose groups it may belong to.
    material : Material
        The study as it is now.
    name : str
        The file's own name.
    data : bytes
        Its content.

    Returns
    -------
    dict
        ``speakers [{label, key, turns, words, who}]``, ``key`` being what :func:`prepare` knows the label by and
        ``who`` the id that it may be or empty; ``names``, what looks like a name in it; ``guessed``, its encoding where
        nothing says it; ``left {kind: count}``, what of the file is not taken; ``ids`` that are free, by kind of text,
        and ``informant``, a free one for a person; ``informants [{id, role}]``; ``groups``, ids by kind of text.

    Raises
    ------
    CodingError
        It cannot be read, or has a header already.
    """
    informants = informants_of(material.files)
    with _laid_down(name, data) as path:
        transcript = read_transcript(path)
    if transcript.pieces and transcript.pieces[0].whole == "---":
        raise CodingError("arrival.header", file=name)
    known = dict.fromkeys(HEADINGS, NOBODY) | dict.fromkeys(INTERVIEWERS, INTERVIEWER)
    known |= {fold(one): one for one in (INTERVIEWER, *informants)}
    labels = find_labels(transcript, known)
    people = material.tables.get("informants")
    roles = {} if people is None else dict(zip(people["informant_id"], people["role"], strict=True))
    taken = {*_texts(material), *informants}
    return {
        "speakers": [
            {
                "label": pieces[0].label,
                "key": label,
                "turns": len(pieces),
                "words": next((piece.words for piece in pieces if piece.words), ""),
                "who": known.get(label, ""),
            }
            for label, pieces in labels.items()
        ],
        "names": _names(definition, [piece.words if fold(piece.label) in labels else piece.whole
                                     for piece in transcript.pieces], informants),
        "guessed": transcript.guessed,
        "left": dict(transcript.left),
        "ids": {
            kind: _next_id([d.id for d in material.documents.values() if d.kind == kind], _FIRST[kind], taken)
            for kind in FOLDERS.values()
        },
        "informant": _next_id(informants, "INF-01", taken),
        "informants": [{"id": one, "role": roles.get(one, "")} for one in informants],
        "groups": {kind: [g.id for g in definition.groups if g.technique == kind] for kind in FOLDERS.values()},
    }  # fmt: skip


def prepare(desk: Desk, material: Material, name: str, data: bytes, told: Mapping[str, Any]) -> Prepared:
    """Put new informants into the draft and make the transcript a text of the study; nothing is written.

    Parameters
    ----------
    desk : Desk
        Whose draft takes the informants.
    material : Material
        The study as it is now.
    name, data : str, bytes
        The file.
    told : mapping
        ``header``, a mapping of keys; ``speakers``, ids by the keys of :func:`look`; ``informants``, cells of those
        that are new.

    Raises
    ------
    CodingError
        Something of it cannot be: all is as it was.
    """
    header = {str(key): str(value).strip() for key, value in dict(told.get("header") or {}).items() if value}
    if desk.definition.study.provenance == "synthetic":
        header["provenance"] = "synthetic"  # so that it cannot stray into a field study
    speakers = {str(label): str(who) for label, who in dict(told.get("speakers") or {}).items()}
    informants = informants_of(material.files)
    texts = {text.casefold() for text in _texts(material)}
    new = [_informant(desk, dict(cells), texts) for cells in told.get("informants") or ()]
    text = header.get("id", "")
    if not ID.fullmatch(text):
        raise CodingError("arrival.bad_id", id=text)
    if text.casefold() in {*texts, INTERVIEWER.casefold(), *map(str.casefold, (*informants, *new))}:
        raise CodingError("arrival.taken", id=text)
    kind = header.get("kind", "interview")
    if kind == "interview" and not {*informants, *new} & {*speakers.values()}:
        raise CodingError("arrival.nobody", interviewer=INTERVIEWER)
    with _laid_down(name, data) as path:
        return prepare_transcript(path, material.files, header, [*informants, *new], speakers)


def _informant(desk: Desk, cells: Mapping[str, Any], texts: Iterable[str]) -> str:
    # The room writes the table's own columns and no others.
    desk.writable(FILE)
    row = {column: str(cells.get(column) or "").strip() for column in COLUMNS}
    who = row["informant_id"]
    groups = [group.id for group in desk.definition.groups if group.technique == "interview"]
    there = {one["informant_id"].casefold() for _, one in desk.draft.table(FILE).rows()}
    for fault in validate_table(pd.DataFrame([row], dtype="str"), INFORMANTS, FILE):
        raise CodingError("arrival.fault", fault=replace(fault, row=None))
    if who.casefold() in {INTERVIEWER.casefold(), *there, *texts}:
        raise CodingError("arrival.taken", id=who)
    if row["group"] not in groups:
        raise CodingError("arrival.group", row["group"], groups, group=row["group"], groups=", ".join(groups))
    desk.draft.add(FILE, row)
    return who


@contextmanager
def _laid_down(name: str, data: bytes) -> Iterator[Path]:
    # Readers take files. Of the name only the ending counts: the rest may be anything.
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"transkrip{ending if ending in ENDINGS else PLAIN}"
        path.write_bytes(data)
        try:
            yield path
        except ExchangeError as error:
            # Whatever is wrong with a Word file that has no name of its own: it is damaged, or no Word file.
            kind = error.kind or ("docx" if path.suffix == ".docx" else "")
            fault = Fault(kind=kind, problem=error.problem, cure=error.cure, file=name, row=error.row)
            raise CodingError("arrival.fault", fault=fault) from error


def _texts(material: Material) -> set[str]:
    # Also of texts that cannot be read, and of those that are gone but for their record.
    return {
        Path(name).stem.removesuffix(".guide") for name in material.files if name.split("/")[0] in (*FOLDERS, RECORDS)
    }


def _next_id(ids: Iterable[str], first: str, taken: Iterable[str]) -> str:
    # After the last of them, numbered as it is.
    found = [match for match in map(_NUMBERED.fullmatch, ids) if match]
    last = found[-1] if found else _NUMBERED.fullmatch(first)
    assert last is not None  # noqa: S101 - it is one of ours
    prefix, digits, folded = last[1], len(last[2]), {one.casefold() for one in taken}
    numbers = count(max((int(match[2]) + 1 for match in found if match[1] == prefix), default=int(last[2])))
    return next(name for n in numbers if (name := f"{prefix}{n:0{digits}}").casefold() not in folded)


def _names(definition: StudyDefinition, lines: Sequence[str], informants: Sequence[str]) -> list[dict[str, Any]]:
    text = "\n".join(lines)
    about = definition.study
    known = {word.casefold() for part in (about.site, about.title, *informants) for word in re.findall(r"\w+", part)}
    found = Counter(words for _, words in find_suspects(text, known | find_ordinary(text)))
    return [{"name": name, "count": count} for name, count in found.most_common(MOST_NAMES)]
