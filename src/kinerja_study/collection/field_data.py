"""The raw data of a study as a whole, once it has been read: as a check of it, as it is, and joined for later stages.

Owns what leaves the raw folder: texts and quotes of those who consented. Nothing here counts or compares.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from kinerja_study.collection.audit_trail import TRAIL, note_decisions, withhold
from kinerja_study.collection.codings import COLUMNS, Anchor, Sources
from kinerja_study.collection.consent import find_withheld, list_quotable
from kinerja_study.collection.documents import FOLDERS, INTERVIEWER, Document
from kinerja_study.collection.reading import Reading, read_study
from kinerja_study.collection.references import group_of
from kinerja_study.collection.schemas import TABLES
from kinerja_study.definition import StudyDefinition
from kinerja_study.errors import Fault, RawDataError, UnknownParameterError
from kinerja_study.study import Study

CONSENSUS = "consensus"
"""The coder whose file is what the others have agreed on."""

TURN_COLUMNS = ("document_id", "turn", "speaker", "case_id", "group", "start", "end", "shown", "text")

SUGGESTED = ("document_id", "start", "end", "code", "magnitude")
"""Columns of suggestions.csv: where a coding was suggested, to be compared with those who coded, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldData:
    """The checked raw data of a study.

    Every table has the columns of its file; ``documents`` and ``turns`` describe the texts; ``codings`` holds those
    of all coders, without suggestions, with the columns of :data:`~kinerja_study.collection.codings.COLUMNS`. A table
    whose file is absent has no rows. Quotes and turns of informants who may not be quoted are empty, and so is what was
    noted about a passage of theirs. ``suggestions`` has the columns of :data:`SUGGESTED`, no words, and is None where
    there is no table of them.
    """

    informants: pd.DataFrame
    documents: pd.DataFrame
    turns: pd.DataFrame
    codebook: pd.DataFrame
    codings: pd.DataFrame
    services: pd.DataFrame
    attendance: pd.DataFrame
    satisfaction: pd.DataFrame
    events: pd.DataFrame
    claims: pd.DataFrame
    decisions: pd.DataFrame
    codebook_changes: pd.DataFrame
    memos: pd.DataFrame
    site: str
    absent: tuple[str, ...]
    suggestions: pd.DataFrame | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What is wrong with a study; the quotes whose place can be written in; what is no fault, but worth knowing."""

    faults: list[Fault]
    anchors: list[Anchor]
    notes: list[Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The raw data of a study as it is, faults and all, for those who work in it and compute no finding from it.

    ``sources`` is None where the codebook or the informants cannot be read; ``turns`` are those of the texts that can.
    """

    files: dict[str, bytes]
    documents: dict[str, Document]
    tables: dict[str, pd.DataFrame]
    sources: Sources | None
    turns: pd.DataFrame
    faults: list[Fault]


def load_field_data(study: Study) -> FieldData:
    """Read and check every file of a study.

    Raises
    ------
    RawDataError
        With all faults at once.
    UnknownParameterError
        The parameter ``coder`` names nobody who coded.
    """
    reading = read_study(study)
    if reading.faults:
        raise RawDataError(study.id, reading.faults)
    if study.rules.coder not in reading.codings:
        raise UnknownParameterError("coder", study.rules.coder, sorted(reading.codings), False)  # noqa: FBT003
    return _joined(reading)


def check_study(study: Study) -> Check:
    """Return all that one pass over a study's files finds."""
    reading = read_study(study)
    notes = [*_note_coders(reading), *_note_decisions(reading)]
    return Check(faults=reading.faults, anchors=reading.anchors, notes=notes)


def load_material(study: Study) -> Material:
    """Read a study with whatever is wrong with it; nothing is withheld, so that nothing of it may be shown to others.

    Raises
    ------
    RawDataError
        The files themselves cannot be read.
    """
    reading = read_study(study)
    informants = reading.tables.get("informants")
    people = {} if informants is None else dict(zip(informants["informant_id"], informants["group"], strict=True))
    rows = [
        row
        for document in reading.documents.values()
        for row in _turn_rows(document, set(people), people, study.definition)
    ]
    return Material(
        files=reading.files,
        documents=_in_order(reading.documents),
        tables=reading.tables,
        sources=reading.sources,
        turns=pd.DataFrame(rows, columns=list(TURN_COLUMNS)),
        faults=reading.faults,
    )


def _note_coders(reading: Reading) -> Iterator[Fault]:
    # Coders may share out the texts; agreement then hangs on those that they share.
    coded = {name: rows for name, rows in reading.coded.items() if PurePosixPath(name).stem != CONSENSUS}
    cure = "Let the coders code some of the same texts; until then there is no agreement between them."
    for one, other in itertools.combinations(coded, 2):
        if not coded[one].keys() & coded[other].keys():
            problem = f"no text is coded here and in {other}"
            yield Fault(kind="no_common_text", problem=problem, cure=cure, file=one)
    for name, rows in coded.items():
        elsewhere = {text for other, texts in coded.items() if other != name for text in texts}
        for text, row in rows.items():
            if len(coded) > 1 and text not in elsewhere:
                problem = "no other coder has coded this text, so that it tells nothing of agreement"
                yield Fault(kind="coded_alone", problem=problem, cure="Let another coder code it too, or leave it so.",
                            file=name, row=row, column="document_id", value=text)  # fmt: skip


def _note_decisions(reading: Reading) -> list[Fault]:
    decisions, codebook = reading.tables.get("decisions"), reading.tables.get("codebook")
    if reading.faults or decisions is None or codebook is None:
        return []
    return note_decisions(decisions, reading.codings.get(CONSENSUS), set(codebook["code"]))


def _joined(reading: Reading) -> FieldData:
    informants = reading.tables["informants"]
    quotable = list_quotable(informants)
    tables = {stem: reading.tables.get(stem, _empty(stem)).reset_index(drop=True) for stem in TABLES}
    codings = pd.concat(reading.codings.values(), ignore_index=True)
    codings = codings.sort_values(["coder", "document_id", "start", "end", "code"], ignore_index=True)
    documents = _in_order(reading.documents)
    silent = codings["technique"].eq("interview") & ~codings["case_id"].isin(quotable)
    # A memo may repeat what was said.
    codings.loc[silent, ["quote", "memo"]] = ""
    for stem, column in TRAIL.items():
        tables[stem] = withhold(
            stem, tables[stem], column, {d.id: find_withheld(d, quotable) for d in documents.values()}
        )
    groups = dict(zip(informants["informant_id"], informants["group"], strict=True))
    return FieldData(
        informants=_number(tables["informants"], "years_of_service"),
        documents=pd.DataFrame([_document_row(d, reading.study.definition) for d in documents.values()]),
        turns=pd.DataFrame(
            [row for d in documents.values() for row in _turn_rows(d, quotable, groups, reading.study.definition)],
            columns=list(TURN_COLUMNS),
        ),
        codebook=tables["codebook"],
        codings=codings[list(COLUMNS)],
        services=_mapped(tables["services"], "waited_for_signature", _truth),
        attendance=tables["attendance"],
        satisfaction=tables["satisfaction"],
        # In processed tables start and end are positions in a text.
        events=tables["events"].rename(columns={"start": "starts", "end": "ends"}),
        claims=tables["claims"],
        **{stem: tables[stem] for stem in TRAIL},
        site=reading.site,
        absent=tuple(stem for stem in TABLES if stem not in reading.tables),
        suggestions=None if reading.suggestions is None else reading.suggestions[list(SUGGESTED)],
    )


def _in_order(documents: dict[str, Document]) -> dict[str, Document]:
    kinds = list(FOLDERS.values())
    return dict(sorted(documents.items(), key=lambda item: (kinds.index(item[1].kind), item[0])))


def _empty(stem: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(TABLES[stem].columns), dtype="str")


def _number(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.assign(**{column: pd.to_numeric(frame[column].str.replace(",", ".").replace("", None))})


def _mapped(frame: pd.DataFrame, column: str, change: Callable[[str], str]) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].map(change).astype("str")})


def _truth(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text, text.lower())


def _document_row(document: Document, definition: StudyDefinition) -> dict[str, object]:
    return {
        "document_id": document.id,
        "kind": document.kind,
        "group": "" if document.kind == "interview" else group_of(document, definition),
        "speakers": ";".join(document.informants),
        "date": document.date,
        "place": document.place,
        "recorded": document.recorded,
        "duration_minutes": float(document.duration_minutes.replace(",", ".")) if document.duration_minutes else None,
        "others_present": document.others_present,
        "words": len(document.text.split()),
    }


def _turn_rows(
    document: Document, quotable: set[str], groups: dict[str, str], definition: StudyDefinition
) -> list[dict[str, object]]:
    withheld = set(find_withheld(document, quotable))
    rows: list[dict[str, object]] = []
    for turn in document.turns:
        case = document.id if document.kind != "interview" else "" if turn.speaker == INTERVIEWER else turn.speaker
        group = group_of(document, definition) if document.kind != "interview" else groups.get(case, "")
        shown = (turn.start, turn.end) not in withheld
        rows.append(
            {
                "document_id": document.id,
                "turn": turn.number,
                "speaker": turn.speaker,
                "case_id": case,
                "group": group,
                "start": turn.start,
                "end": turn.end,
                "shown": "true" if shown else "false",
                "text": document.text[turn.start : turn.end] if shown else "",
            }
        )
    return rows


def save_field_data(study: Study, data: FieldData) -> None:
    """Write every checked table and the general description to the processed folder; suggestions if there are any."""
    for name in ("informants", "documents", "turns", "codings", *TABLES):
        study.save(f"{name}.csv", getattr(data, name))
    study.save("site.md", data.site)
    if data.suggestions is not None:
        study.save("suggestions.csv", data.suggestions)
