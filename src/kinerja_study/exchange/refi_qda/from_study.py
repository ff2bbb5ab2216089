"""A study as a Project: what the format has, as itself; what it has not, in a form that other programs show.

Owns that form, which docs/exchange.md describes; writes no file. The project holds every text and memo, whatever was
consented to: it is the researcher's own working copy. The key file is not part of a study's folder and never in it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from kinerja_study.collection.documents import ENDINGS, FOLDERS, KEYS, Document, parse_document
from kinerja_study.collection.field_data import check_study
from kinerja_study.collection.schemas import CODINGS, TABLES
from kinerja_study.collection.tables import decode, parse_table
from kinerja_study.definition import FILE, is_suggester
from kinerja_study.errors import ExchangeError, RawDataError
from kinerja_study.exchange.refi_qda.codes import describe, magnitude_name
from kinerja_study.exchange.refi_qda.positions import passage_name
from kinerja_study.exchange.refi_qda.project import (
    NOT_XML,
    ORIGIN,
    Case,
    Code,
    Coding,
    Note,
    Project,
    Selection,
    Set,
    Source,
    guid,
)
from kinerja_study.exchange.study_tables import read_table
from kinerja_study.study import Study

NATIVE = ("codebook", "informants")
"""Tables that the format has a place for; the others go as notes named after their file, as site.md does."""

SOURCE_VARIABLES = {key: f"text_{key}" for key in KEYS if key != "id"}
"""Key of a text's header -> variable of its source. Apart from the cases', since some programs have one list."""


def build_project(study: Study) -> Project:
    """Return a study as a project.

    Raises
    ------
    RawDataError
        The study has faults: positions would not be sure.
    ExchangeError
        A table or header holds a character that XML cannot.
    """
    faults = check_study(study).faults
    if faults:
        raise RawDataError(study.id, faults)
    return _Builder(study).build()


@dataclass(slots=True)
class _Builder:
    study: Study
    files: dict[str, bytes] = field(default_factory=dict)
    project: Project = field(init=False)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def build(self) -> Project:
        self.files = self.study.read_raw()
        created = f"{self.study.definition.study.period.end}T00:00:00Z"
        self.project = Project(name=self.study.id, origin=ORIGIN, created=created)
        self.project.description = self.study.definition.study.title
        informants = self._table("informants")
        self._add_documents(informants["informant_id"])
        self._add_cases(informants)
        codings = self._codings()
        self._add_codes(codings)
        self._add_codings(codings)
        self._add_files()
        self._refuse_not_xml()
        return self.project

    def _id(self, kind: str, name: str) -> str:
        return self.ids.setdefault((kind, name), guid(self.study.id, kind, name))

    def _table(self, stem: str) -> pd.DataFrame:
        frame = read_table(self.files, stem)
        assert frame is not None  # noqa: S101 - the study was checked
        return frame

    def _add_documents(self, speakers: Iterable[str]) -> None:
        groups: dict[str, list[str]] = {}
        for document in self._documents(list(speakers)):
            values = {k: getattr(document, k, "") for k in KEYS} | {"informant": ", ".join(document.informants)}
            variables = {name: values[key] for key, name in SOURCE_VARIABLES.items() if values[key]}
            source = Source(guid=self._id("text", document.id), name=document.id, text=document.text,
                            created=f"{document.date}T00:00:00Z", variables=variables)  # fmt: skip
            self.project.sources.append(source)
            groups.setdefault(document.kind, []).append(source.guid)
        self.project.sets = [
            Set(guid=self._id("set", kind), name=kind, members=members) for kind, members in groups.items()
        ]

    def _documents(self, speakers: list[str]) -> list[Document]:
        found = [
            parse_document(data, name, speakers, [])
            for name, data in self.files.items()
            if name.split("/")[0] in FOLDERS and name.endswith(ENDINGS) and "/readme" not in name.lower()
        ]
        kinds = list(FOLDERS.values())
        return sorted(
            (d for d in found if d is not None), key=lambda document: (kinds.index(document.kind), document.id)
        )

    def _add_cases(self, informants: pd.DataFrame) -> None:
        for row in informants.to_dict("records"):
            values = {str(column): str(value) for column, value in row.items() if value}
            name = values.pop("informant_id")
            spoken = [
                source.guid
                for source in self.project.sources
                if name in source.variables.get(SOURCE_VARIABLES["informant"], "").split(", ")
            ]
            self.project.cases.append(
                Case(guid=self._id("case", name), name=name, variables=values, sources=spoken)
            )  # fmt: skip

    def _codings(self) -> dict[str, list[dict[str, str]]]:
        coders = {}
        for name, data in self.files.items():
            coded = name.startswith("codings/") and name.endswith((".csv", ".xlsx"))
            if coded and not is_suggester(PurePosixPath(name).stem):
                frame = parse_table(data, name, list(CODINGS.columns), [])
                assert frame is not None  # noqa: S101 - the study was checked
                coders[PurePosixPath(name).stem] = [
                    {str(key): str(cell) for key, cell in row.items()} for row in frame.to_dict("records")
                ]
        return coders

    def _add_codes(self, codings: Mapping[str, list[dict[str, str]]]) -> None:
        used = {(row["code"], int(row["magnitude"])) for rows in codings.values() for row in rows if row["magnitude"]}
        rows = [{str(k): str(v) for k, v in row.items()} for row in self._table("codebook").to_dict("records")]
        definition = self.study.definition
        for focus in definition.foci:
            own = [row for row in rows if row["focus"] == focus.id]
            if not own:
                continue
            said = {"label": focus.name(definition.study.language), "kind": focus.kind}
            above = Code(guid=self._id("focus", focus.id), name=focus.id, codable=False,
                         description=describe(said, tuple(said)))  # fmt: skip
            self.project.codes.append(above)
            for row in own:
                code = Code(guid=self._id("code", row["code"]), name=row["code"], parent=above.guid,
                            description=describe(row))  # fmt: skip
                self.project.codes.append(code)
                for magnitude in sorted(m for c, m in used if c == row["code"]):
                    name = magnitude_name(row["code"], magnitude)
                    self.project.codes.append(Code(guid=self._id("code", name), name=name, parent=code.guid))

    def _add_codings(self, codings: Mapping[str, list[dict[str, str]]]) -> None:
        sources = {source.name: source for source in self.project.sources}
        for coder, rows in codings.items():
            user = self._id("user", coder)
            self.project.users[user] = coder
            selections: dict[tuple[str, int, int], Selection] = {}
            for row in rows:
                source = sources[row["document_id"]]
                quote = unicodedata.normalize("NFC", row["quote"].replace("\r\n", "\n"))
                start = int(row["start"]) if row["start"] else source.text.index(quote)
                key = (source.name, start, start + len(quote))
                if key not in selections:
                    # One for each coder: some programs know only who made a selection, not who gave a code.
                    selections[key] = Selection(start=key[1], end=key[2], name=passage_name(quote), user=user)
                    source.selections.append(selections[key])
                named = magnitude_name(row["code"], int(row["magnitude"])) if row["magnitude"] else row["code"]
                coding = Coding(code=self._id("code", named), user=user)
                if row["memo"]:
                    place = f"{source.name}:{key[1]}-{key[2]}:{row['code']}:{coder}"
                    coding.notes = [self._add_note(f"memo {place}", row["memo"], user)]
                selections[key].codings.append(coding)

    def _add_files(self) -> None:
        kept = [name for name in (FILE, "site.md") if name in self.files]
        for name in kept:
            self._add_note(name, decode(self.files[name], name, []) or "")
        for stem in TABLES:
            if stem not in NATIVE and {f"{stem}.csv", f"{stem}.xlsx"} & self.files.keys():
                self._add_note(f"{stem}.csv", self._table(stem).to_csv(index=False, lineterminator="\n"))

    def _add_note(self, name: str, text: str, user: str = "") -> str:
        note = Note(guid=self._id("note", name), name=name, text=text, user=user)
        self.project.notes[note.guid] = note
        return note.guid

    def _refuse_not_xml(self) -> None:
        project = self.project
        cells = [("study.toml, study.title", project.description)]
        cells += [(f"codings/{name}", name) for name in project.users.values()]
        cells += [(f"codebook.csv, code {code.name}", code.description) for code in project.codes]
        owners = [("informants.csv, informant", c.name, c.variables) for c in project.cases]
        owners += [("the header of text", s.name, s.variables) for s in project.sources]
        cells += [(f"{kind} {name}, {key}", value) for kind, name, values in owners for key, value in values.items()]
        for place, text in cells:
            if found := NOT_XML.search(text):
                problem = f"{place}: the character U+{ord(found.group()):04X} cannot be in a REFI-QDA file"
                raise ExchangeError(self.study.id, problem, "Remove that control character, which shows as nothing.")
