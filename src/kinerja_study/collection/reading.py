"""The one pass over the files of a study, which finds every fault of each.

Owns what there is to read and in which order; what one file says of another is checked in references, and nothing is
joined, withheld or left out here.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from kinerja_study.collection.audit_trail import TRAIL, Referents, check_trail
from kinerja_study.collection.claims import check_claims
from kinerja_study.collection.codings import Anchor, Sources, anchor_codings
from kinerja_study.collection.consent import find_withheld, list_quotable
from kinerja_study.collection.documents import ENDINGS, FOLDERS, INTERVIEWER, Document, parse_document
from kinerja_study.collection.records import check_records
from kinerja_study.collection.references import (
    check_coders,
    check_document,
    check_foci,
    check_indicators,
    check_informants,
    group_of,
)
from kinerja_study.collection.schemas import CODINGS, REQUIRED, TABLES
from kinerja_study.collection.tables import decode, parse_table, validate_table
from kinerja_study.definition import FILE, is_suggester
from kinerja_study.errors import Fault, Faults, TooManyFaultsError, nearest, suggest
from kinerja_study.study import Study

REFERRED = ("informants", "codebook", "claims")
"""Tables whose rows others refer to by id."""


@dataclass(slots=True)
class Reading:
    """What one pass over the files of a study has found; ``coded`` has the first row of each text by table."""

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


def read_study(study: Study) -> Reading:
    """Read every file of a study, and collect all that is wrong with it."""
    reading = Reading(study, study.read_raw())
    for step in (
        _read_tables,
        _check_informants,
        _read_documents,
        _read_codings,
        _check_indicators,
        _check_codes,
        _check_trail,
    ):
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


def _check_informants(reading: Reading) -> None:
    informants = reading.tables.get("informants")
    if informants is not None:
        reading.faults += check_informants(informants, reading.study.definition)


def _read_tables(reading: Reading) -> None:
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
    reading.faults += _check_names(reading.files)


def _keep_table(reading: Reading, stem: str, name: str) -> None:
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


def _check_names(files: Iterable[str]) -> Iterator[Fault]:
    # A misspelt file would otherwise be left out in silence.
    for name in files:
        if said := _misnamed(name):
            problem, cure = said
            yield Fault(kind="unknown_file", problem=problem, cure=cure, file=name)


def _misnamed(name: str) -> tuple[str, str] | None:
    known = [f"{stem}{ending}" for stem in TABLES for ending in (".csv", ".xlsx")] + [FILE, "site.md"]
    folders = [*FOLDERS, "codings"]
    head, _, tail = name.partition("/")
    if not tail:
        if name in known or nearest(name, known) is None:
            return None
        cure = f"{suggest(name, known)}Rename it, or move it out of the study's folder."
        return "not a file of a study, but nearly", cure
    if head not in folders:
        if nearest(head, folders) is None:
            return None
        return "not a folder of a study, but nearly", f"{suggest(head, folders)}Rename the folder."
    if tail.lower().startswith("readme"):
        return None
    if head in FOLDERS and not name.endswith(ENDINGS):
        cure = f"Texts are {', '.join(ENDINGS)}: save it as one of these, or move it out of the study's folder."
        return "not a text that can be read", cure
    if head == "codings" and ("/" in tail or not name.endswith((".csv", ".xlsx"))):
        return "not a table that can be read", "Codings are codings/<coder>.csv or .xlsx, in no folder below."
    return None


def _read_documents(reading: Reading) -> None:
    informants = reading.tables.get("informants")
    speakers = None if informants is None else [i for i in informants["informant_id"] if i != INTERVIEWER]
    for name in reading.files:
        if name.split("/")[0] not in FOLDERS or not name.endswith(ENDINGS) or "/readme" in name.lower():
            continue
        document = parse_document(reading.files[name], name, speakers or (), reading.faults)
        if document is None:
            # Its codings are not at fault: what is wrong with the text is said once, at the text.
            reading.refused |= {
                i.decode("utf-8", "replace") for i in re.findall(rb"(?m)^id:[ \t]*(\S+)", reading.files[name])
            }
            continue
        found = list(check_document(document, reading.study.definition, speakers, reading.documents))
        reading.faults += found
        if all(fault.kind != "duplicate_id" for fault in found):
            reading.documents[document.id] = document


def _read_codings(reading: Reading) -> None:
    names = [n for n in reading.files if n.startswith("codings/") and n.endswith((".csv", ".xlsx"))]
    codebook, informants = reading.tables.get("codebook"), reading.tables.get("informants")
    sources: Sources | None = None
    if codebook is not None and informants is not None:
        groups = dict(zip(informants["informant_id"], informants["group"], strict=True))
        groups |= {d.id: group_of(d, reading.study.definition) for d in reading.documents.values()}
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
    reading.faults += check_coders(names, reading.study.definition)
    coder = reading.study.definition.rules.coder
    in_force = reading.codings.get(coder)
    if in_force is not None and in_force.empty and not reading.faults:
        cure = "Code at least one passage."
        name = next(n for n in names if PurePosixPath(n).stem == coder)
        reading.faults.append(Fault(kind="no_codings", problem="there are no codings", cure=cure, file=name))


def _check_indicators(reading: Reading) -> None:
    informants = reading.tables.get("informants")
    taken = set(reading.documents) | (set() if informants is None else set(informants["informant_id"]))
    reading.faults += check_indicators(reading.study.definition, taken)


def _check_codes(reading: Reading) -> None:
    definition = reading.study.definition
    codebook, claims = reading.tables.get("codebook"), reading.tables.get("claims")
    if codebook is None:
        return
    reading.faults += check_foci(codebook, definition)
    if claims is not None:
        reading.faults += check_claims(
            claims,
            claims.attrs["file"],
            foci=[focus.id for focus in definition.foci],
            levels=[level.id for level in definition.scale.levels],
            codes=list(codebook["code"]),
            indicators=[indicator.id for indicator in definition.indicators],
        )


def _check_trail(reading: Reading) -> None:
    codebook, informants = reading.tables.get("codebook"), reading.tables.get("informants")
    if codebook is None or informants is None or not reading.tables.keys() & set(TRAIL):
        return
    files = {PurePosixPath(n).stem: n for n in reading.files if n.startswith("codings/")}
    coders = {coder: name for coder, name in files.items() if not is_suggester(coder)}
    if not coders:
        return
    # What is wrong with a coding is said once, at the coding.
    faulty = {fault.file for fault in reading.faults}
    quotable = list_quotable(informants)
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
            withheld={d.id: find_withheld(d, quotable) for d in reading.documents.values()},
        ),
    )
