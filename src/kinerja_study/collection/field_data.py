"""The raw data of a study as a whole: read, checked, joined.

Owns the one pass that finds every fault of a study at once, and what leaves the raw folder: texts and quotes of
those who consented. Nothing here counts or compares.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from kinerja_study.collection.audit_trail import TRAIL, Referents, check_trail, note_decisions, withhold
from kinerja_study.collection.claims import check_claims
from kinerja_study.collection.codings import COLUMNS, Anchor, Sources, anchor_codings
from kinerja_study.collection.documents import ENDINGS, FOLDERS, INTERVIEWER, Document, parse_document
from kinerja_study.collection.records import check_records
from kinerja_study.collection.schemas import CODINGS, REQUIRED, TABLES
from kinerja_study.collection.tables import decode, parse_table, validate_table
from kinerja_study.definition import FILE, StudyDefinition, is_suggester
from kinerja_study.errors import (
    Fault,
    Faults,
    RawDataError,
    TooManyFaultsError,
    UnknownParameterError,
    nearest,
    suggest,
)
from kinerja_study.study import Study

CONSENSUS = "consensus"
"""The coder whose file is what the others have agreed on."""

TURN_COLUMNS = ("document_id", "turn", "speaker", "case_id", "group", "start", "end", "shown", "text")

SUGGESTED = ("document_id", "start", "end", "code", "magnitude")
"""Columns of suggestions.csv: where a coding was suggested, to be compared with those who coded, and nothing else."""

REFERRED = ("informants", "codebook", "claims")
"""Tables whose rows others refer to by id."""


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


@dataclass(slots=True)
class _Reading:
    # What one pass over the files has found so far.
    study: Study
    files: dict[str, bytes]
    faults: list[Fault] = field(default_factory=Faults)
    anchors: list[Anchor] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    sources: Sources | None = None
    refused: set[str] = field(default_factory=set)
    codings: dict[str, pd.DataFrame] = field(default_factory=dict)
    coded: dict[str, dict[str, int]] = field(default_factory=dict)
    suggestions: pd.DataFrame | None = None
    site: str = ""


def load_field_data(study: Study) -> FieldData:
    """Read and check every file of a study.

    Raises
    ------
    RawDataError
        With all faults at once.
    UnknownParameterError
        The parameter ``coder`` names nobody who coded.
    """
    reading = _read(study)
    if reading.faults:
        raise RawDataError(study.id, reading.faults)
    if study.rules.coder not in reading.codings:
        raise UnknownParameterError("coder", study.rules.coder, sorted(reading.codings), False)  # noqa: FBT003
    return _joined(reading)


def check_study(study: Study) -> Check:
    """Return all that one pass over a study's files finds."""
    reading = _read(study)
    notes = [*_note_coders(reading), *_note_decisions(reading)]
    return Check(faults=reading.faults, anchors=reading.anchors, notes=notes)


def load_material(study: Study) -> Material:
    """Read a study with whatever is wrong with it; nothing is withheld, so that nothing of it may be shown to others.

    Raises
    ------
    RawDataError
        The files themselves cannot be read.
    """
    reading = _read(study)
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


def _read(study: Study) -> _Reading:
    reading = _Reading(study, study.read_raw())
    steps = (_read_tables, _check_informants, _read_documents, _read_codings, _check_references, _check_trail)
    for step in steps:
        with contextlib.suppress(TooManyFaultsError):
            step(reading)
    if "site.md" in reading.files:
        reading.site = decode(reading.files["site.md"], "site.md", reading.faults) or ""
    said = {(f.file, f.row, f.column) for f in reading.faults if f.kind == "bad_value"}
    reading.faults = [
        f for f in reading.faults if f.kind == "bad_value" or (f.file, f.row, f.column) not in said or f.row is None
    ]
    order = {**{name: number for number, name in enumerate(reading.files, start=1)}, FILE: 0}
    reading.faults.sort(key=lambda fault: (order.get(fault.file, -1), fault.row or 0))
    return reading


def _read_tables(reading: _Reading) -> None:
    stems: dict[str, list[str]] = {}
    for name in reading.files:
        path = PurePosixPath(name)
        if path.suffix in (".csv", ".xlsx"):
            stems.setdefault(str(path.with_suffix("")), []).append(name)
    for names in stems.values():
        if len(names) > 1:
            cure = "Keep one of them."
            problem = f"two tables of one name: {' and '.join(names)}"
            reading.faults.append(Fault(kind="two_tables", problem=problem, cure=cure, file=names[0]))
    for stem, schema in TABLES.items():
        names = stems.get(stem, [])
        if not names and stem in REQUIRED:
            cure = f"Add it, with the columns: {', '.join(schema.columns)}."
            reading.faults.append(
                Fault(kind="missing_file", problem="the file is missing", cure=cure, file=f"{stem}.csv")
            )  # fmt: skip
        for name in names[:1]:
            _keep_table(reading, stem, name)
    _check_names(reading)


def _keep_table(reading: _Reading, stem: str, name: str) -> None:
    schema = TABLES[stem]
    frame = parse_table(reading.files[name], name, list(schema.columns), reading.faults)
    if frame is None:
        return
    found = validate_table(frame, schema, name)
    reading.faults += found
    # A row that others refer to stays as long as its id is sound, so that one slip is said once.
    keys = schema.unique if stem in REFERRED else list(schema.columns)
    wrong = [f.row for f in found if f.row is not None and f.kind != "duplicate_id" and f.column in keys]
    frame = frame.drop(index=wrong)
    frame.attrs["file"] = name
    reading.tables[stem] = frame
    reading.faults += check_records(stem, frame, name)


def _check_names(reading: _Reading) -> None:
    # A misspelt file would otherwise be left out in silence.
    known = [f"{stem}{ending}" for stem in TABLES for ending in (".csv", ".xlsx")] + [FILE, "site.md"]
    for name in reading.files:
        head, _, tail = name.partition("/")
        if not tail:
            near = nearest(name, known)
            if name not in known and near is not None:
                cure = f"{suggest(name, known)}Rename it, or move it out of the study's folder."
                reading.faults.append(
                    Fault(kind="unknown_file", problem="not a file of a study, but nearly", cure=cure, file=name)
                )  # fmt: skip
        elif head in FOLDERS and not tail.lower().startswith("readme") and not name.endswith(ENDINGS):
            cure = f"Texts are {', '.join(ENDINGS)}: save it as one of these, or move it out of the study's folder."
            reading.faults.append(
                Fault(kind="unknown_file", problem="not a text that can be read", cure=cure, file=name)
            )  # fmt: skip
        elif (
            head == "codings"
            and ("/" in tail or not name.endswith((".csv", ".xlsx")))
            and not tail.lower().startswith("readme")
        ):
            cure = "Codings are codings/<coder>.csv or .xlsx, in no folder below."
            reading.faults.append(
                Fault(kind="unknown_file", problem="not a table that can be read", cure=cure, file=name)
            )  # fmt: skip
        elif head not in {*FOLDERS, "codings"} and nearest(head, [*FOLDERS, "codings"]) is not None:
            cure = f"{suggest(head, [*FOLDERS, 'codings'])}Rename the folder."
            reading.faults.append(
                Fault(kind="unknown_file", problem="not a folder of a study, but nearly", cure=cure, file=name)
            )  # fmt: skip


def _check_informants(reading: _Reading) -> None:
    frame = reading.tables.get("informants")
    if frame is None:
        return
    groups = {group.id: group.technique for group in reading.study.definition.groups}
    interviewed = [group for group, technique in groups.items() if technique == "interview"]
    for row, group, informant in zip(frame.index, frame["group"], frame["informant_id"], strict=True):
        place = {"file": frame.attrs["file"], "row": int(row)}
        if groups.get(group) != "interview":
            problem = "no group of study.toml" if group not in groups else "a group whose technique is not 'interview'"
            cure = f"{suggest(group, interviewed)}Groups of those interviewed: {', '.join(interviewed)}."
            reading.faults.append(
                Fault(kind="unknown_group", problem=problem, cure=cure, column="group", value=group, **place)
            )  # fmt: skip
        if informant == INTERVIEWER:
            cure = "Give the informant another id."
            problem = f"'{INTERVIEWER}' is the interviewer in the transcripts"
            reading.faults.append(
                Fault(kind="bad_value", problem=problem, cure=cure, column="informant_id", value=informant, **place)
            )  # fmt: skip


def _read_documents(reading: _Reading) -> None:
    informants = reading.tables.get("informants")
    speakers = [] if informants is None else [i for i in informants["informant_id"] if i != INTERVIEWER]
    for name in reading.files:
        if name.split("/")[0] not in FOLDERS or not name.endswith(ENDINGS) or "/readme" in name.lower():
            continue
        document = parse_document(reading.files[name], name, speakers, reading.faults)
        if document is None:
            # Its codings are not at fault: what is wrong with the text is said once, at the text.
            reading.refused |= {
                i.decode("utf-8", "replace") for i in re.findall(rb"(?m)^id:[ \t]*(\S+)", reading.files[name])
            }
            continue
        _check_document(reading, document, speakers)
        if document.id in reading.documents:
            cure = "Give one of the two another id."
            problem = f"the id is also that of {reading.documents[document.id].file}"
            reading.faults.append(document.header_fault("duplicate_id", problem, cure, "id", document.id))
        elif document.id in speakers:
            cure = "Give the text another id: a case is an informant, an observation or a document."
            problem = "the id is also that of an informant"
            reading.faults.append(document.header_fault("duplicate_id", problem, cure, "id", document.id))
        else:
            reading.documents[document.id] = document


def _check_document(reading: _Reading, document: Document, speakers: list[str]) -> None:
    definition = reading.study.definition
    if document.provenance and document.provenance != definition.study.provenance:
        cure = "An invented text must not stand among field data, nor the other way round: correct one of the two."
        problem = f"the text is '{document.provenance}' and the study '{definition.study.provenance}'"
        reading.faults.append(document.header_fault("provenance", problem, cure, "provenance", document.provenance))
    if document.kind == "interview":
        for name in document.informants:
            if "informants" in reading.tables and name not in speakers:
                cure = f"{suggest(name, speakers)}Correct it, or add the informant to informants.csv."
                problem = "not in informants.csv"
                reading.faults.append(document.header_fault("unknown_informant", problem, cure, "informant", name))
        return
    groups = [group.id for group in definition.groups if group.technique == document.kind]
    if (document.group and document.group not in groups) or (not document.group and len(groups) != 1):
        there = ", ".join(groups) if groups else f"none; declare one with technique '{document.kind}' in study.toml"
        cure = f"{suggest(document.group, groups)}Groups of this technique: {there}."
        problem = "no group of this technique" if document.group else "the header must say to which group it belongs"
        reading.faults.append(document.header_fault("unknown_group", problem, cure, "group", document.group))


def _read_codings(reading: _Reading) -> None:
    names = [n for n in reading.files if n.startswith("codings/") and n.endswith((".csv", ".xlsx"))]
    codebook, informants = reading.tables.get("codebook"), reading.tables.get("informants")
    sources: Sources | None = None
    if codebook is not None and informants is not None:
        groups = dict(zip(informants["informant_id"], informants["group"], strict=True))
        groups |= {d.id: _group_of(d, reading.study.definition) for d in reading.documents.values()}
        techniques = {group.id: group.technique for group in reading.study.definition.groups}
        sources = Sources(
            documents=reading.documents,
            informants=informants.drop_duplicates("informant_id"),
            codebook=codebook.drop_duplicates("code"),
            groups=groups,
            techniques={**dict.fromkeys(groups.values(), ""), **techniques},
            refused=frozenset(reading.refused),
        )
        reading.sources = sources
    for name in names:
        coder = PurePosixPath(name).stem
        if " " in coder:
            cure = "Name the file after the coder without spaces, as coder-a.csv."
            reading.faults.append(
                Fault(kind="bad_value", problem="a coder's name has no spaces", cure=cure, file=name, value=coder)
            )  # fmt: skip
        frame = parse_table(reading.files[name], name, list(CODINGS.columns), reading.faults)
        if frame is None:
            continue
        found = validate_table(frame, CODINGS, name)
        reading.faults += found
        frame = frame.drop(index=[f.row for f in found if f.row is not None])
        # Suggestions are checked like others, and kept apart from here on.
        suggested = is_suggester(coder)
        if not suggested:
            texts = frame["document_id"].drop_duplicates()
            reading.coded[name] = dict(zip(texts.astype(str), texts.index.astype(int), strict=True))
        if sources is not None:
            codings, faults, anchors = anchor_codings(frame, coder, name, sources)
            if suggested:
                reading.suggestions = codings
            else:
                reading.codings[coder] = codings
            reading.faults += faults
            reading.anchors += anchors
    _check_coders(reading, names)


def _check_coders(reading: _Reading, names: list[str]) -> None:
    coders = {stem for name in names if not is_suggester(stem := PurePosixPath(name).stem)}
    definition = reading.study.definition
    if not coders:
        cure = "Add codings/<coder>.csv; its columns are: " + ", ".join(CODINGS.columns) + "."
        reading.faults.append(Fault(kind="no_codings", problem="there are no codings", cure=cure, file="codings/"))
        return
    wanted = [("rules.coder", definition.rules.coder)]
    wanted += [("multiverse.coder", coder) for coder in definition.multiverse.coder]
    for place, coder in wanted:
        if coder not in coders:
            cure = f"{suggest(coder, coders)}Coders: {', '.join(sorted(coders))}."
            reading.faults.append(Fault(kind="unknown_coder", problem="nobody of this name has coded", cure=cure,
                                        file=FILE, column=place, value=coder))  # fmt: skip
    in_force = reading.codings.get(definition.rules.coder)
    if in_force is not None and in_force.empty and not reading.faults:
        cure = "Code at least one passage."
        name = next(n for n in names if PurePosixPath(n).stem == definition.rules.coder)
        reading.faults.append(Fault(kind="no_codings", problem="there are no codings", cure=cure, file=name))


def _note_coders(reading: _Reading) -> Iterator[Fault]:
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


def _check_references(reading: _Reading) -> None:
    definition = reading.study.definition
    foci = [focus.id for focus in definition.foci]
    informants = reading.tables.get("informants")
    taken = set(reading.documents) | (set() if informants is None else set(informants["informant_id"]))
    for indicator in definition.indicators:
        if indicator.id in taken:
            cure = "Give the indicator another id: an informant, a text and an indicator are each a case."
            reading.faults.append(
                Fault(kind="duplicate_id", problem="the id is also that of an informant or a text", cure=cure,
                      file=FILE, column="indicators.id", value=indicator.id)
            )  # fmt: skip
    codebook = reading.tables.get("codebook")
    if codebook is not None:
        for row, focus in zip(codebook.index, codebook["focus"], strict=True):
            if focus not in foci:
                cure = f"{suggest(focus, foci)}Foci of study.toml: {', '.join(foci)}."
                reading.faults.append(
                    Fault(kind="unknown_focus", problem="no focus of study.toml", cure=cure,
                          file=codebook.attrs["file"], row=int(row), column="focus", value=focus)
                )  # fmt: skip
    claims = reading.tables.get("claims")
    if claims is not None and codebook is not None:
        reading.faults += check_claims(
            claims,
            claims.attrs["file"],
            foci=foci,
            levels=[level.id for level in definition.scale.levels],
            codes=list(codebook["code"]),
            indicators=[indicator.id for indicator in definition.indicators],
        )


def _check_trail(reading: _Reading) -> None:
    codebook, informants = reading.tables.get("codebook"), reading.tables.get("informants")
    if codebook is None or informants is None or not reading.tables.keys() & set(TRAIL):
        return
    files = {PurePosixPath(n).stem: n for n in reading.files if n.startswith("codings/")}
    coders = {coder: name for coder, name in files.items() if not is_suggester(coder)}
    if not coders:
        return
    # What is wrong with a coding is said once, at the coding.
    faulty = {fault.file for fault in reading.faults}
    quotable = _quotable(informants)
    reading.faults += check_trail(
        reading.tables,
        Referents(
            documents=reading.documents,
            refused=frozenset(reading.refused),
            codes=frozenset(codebook["code"]),
            coders=frozenset(coders),
            codings={
                coder: frozenset(reading.codings[coder]["coding_id"])
                for coder, name in coders.items()
                if coder in reading.codings and name not in faulty
            },
            withheld={d.id: _withheld(d, quotable) for d in reading.documents.values()},
        ),
    )


def _note_decisions(reading: _Reading) -> list[Fault]:
    decisions, codebook = reading.tables.get("decisions"), reading.tables.get("codebook")
    if reading.faults or decisions is None or codebook is None:
        return []
    return note_decisions(decisions, reading.codings.get(CONSENSUS), set(codebook["code"]))


def _quotable(informants: pd.DataFrame) -> set[str]:
    return set(informants.loc[informants["consent"] == "yes", "informant_id"])


def _withheld(document: Document, quotable: set[str]) -> list[tuple[int, int]]:
    # The interviewer repeats what was said: one who may not be quoted closes the interviewer's turns too.
    if document.kind != "interview" or set(document.informants) <= quotable:
        return []
    return [(turn.start, turn.end) for turn in document.turns if turn.speaker not in quotable]


def _group_of(document: Document, definition: StudyDefinition) -> str:
    groups = [group.id for group in definition.groups if group.technique == document.kind]
    return document.group or (groups[0] if groups else "")


def _joined(reading: _Reading) -> FieldData:
    informants = reading.tables["informants"]
    quotable = _quotable(informants)
    tables = {stem: reading.tables.get(stem, _empty(stem)).reset_index(drop=True) for stem in TABLES}
    codings = pd.concat(reading.codings.values(), ignore_index=True)
    codings = codings.sort_values(["coder", "document_id", "start", "end", "code"], ignore_index=True)
    documents = _in_order(reading.documents)
    silent = codings["technique"].eq("interview") & ~codings["case_id"].isin(quotable)
    # A memo may repeat what was said.
    codings.loc[silent, ["quote", "memo"]] = ""
    for stem, column in TRAIL.items():
        tables[stem] = withhold(stem, tables[stem], column, {d.id: _withheld(d, quotable) for d in documents.values()})
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
        "group": "" if document.kind == "interview" else _group_of(document, definition),
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
    withheld = set(_withheld(document, quotable))
    rows: list[dict[str, object]] = []
    for turn in document.turns:
        case = document.id if document.kind != "interview" else "" if turn.speaker == INTERVIEWER else turn.speaker
        group = _group_of(document, definition) if document.kind != "interview" else groups.get(case, "")
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
