"""A Project as the files of a study, new or already there.

Owns the codings and how the parts come together; what becomes of texts, codes and cases is their modules' matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from kinerja_study.collection.documents import ENDINGS, FOLDERS, parse_document
from kinerja_study.collection.schemas import CODINGS, INFORMANTS, TABLES
from kinerja_study.collection.tables import parse_table
from kinerja_study.definition import FILE, SUGGESTER
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.refi_qda.arrival import Arrival, Names, canonical_lines, write_table
from kinerja_study.exchange.refi_qda.codebook import build_codebook, name_codes
from kinerja_study.exchange.refi_qda.from_study import NATIVE, SOURCE_VARIABLES
from kinerja_study.exchange.refi_qda.informants import build_informants
from kinerja_study.exchange.refi_qda.positions import Counting
from kinerja_study.exchange.refi_qda.project import ORIGIN, Project, Selection
from kinerja_study.exchange.refi_qda.template import definition_of
from kinerja_study.exchange.refi_qda.texts import Text, build_header, match_texts, write_text
from kinerja_study.exchange.study_tables import read_column
from kinerja_study.study_toml import parse_definition

Row = dict[str, str]

FILES = (FILE, "site.md", *(f"{stem}.csv" for stem in TABLES if stem not in NATIVE))
"""Files of a study that a project holds as notes."""

MOST_THINGS, LONGEST_NAME = 10_000, 1000
"""Texts, codes, cases or users of a project, and characters of a code's name: more is made to do harm."""

# What may be the name of a file on any system.
_CODER = re.compile(r"[^\s/\\:*?\"<>|\x00-\x1f\x7f.~][^\s/\\:*?\"<>|\x00-\x1f\x7f]{0,79}")


def build_files(project: Project, counting: Counting, study: str, there: Mapping[str, bytes], file: str) -> Arrival:
    """Return the files that a project adds to a study.

    Parameters
    ----------
    project : Project
        As read.
    counting : Counting
        With the spans of its selections.
    study : str
        Id of the study, the name of its folder.
    there : mapping of str to bytes
        The study's files; empty for a new study. None of them is among those returned.
    file : str
        Name of the project's file, for messages.

    Raises
    ------
    ExchangeError
        The study that is there has other words in a text of the same id, or lacks a code or informant.
    """
    for kind, things in (("texts", project.sources), ("codes", project.codes), ("cases", project.cases),
                         ("users", project.users)):  # fmt: skip
        if len(things) > MOST_THINGS:
            raise ExchangeError(file, f"it holds over {MOST_THINGS:,} {kind}", "Bring it in in parts.")
    if any(len(code.name) > LONGEST_NAME for code in project.codes):
        problem = f"a code in it has a name of over {LONGEST_NAME:,} characters"
        raise ExchangeError(file, problem, "Give the code a shorter name in the program it is from.")
    return _Import(project, counting, study, there, file).build()


def read_texts(there: Mapping[str, bytes]) -> dict[str, str]:
    """Return the texts of a study, canonical, by id."""
    speakers = read_column(there, "informants", "informant_id")
    found = [
        parse_document(data, name, speakers, [])
        for name, data in there.items()
        if name.split("/")[0] in FOLDERS and name.endswith(ENDINGS)
    ]
    return {document.id: document.text for document in found if document is not None}


class _Import:
    def __init__(self, project: Project, counting: Counting, study: str, there: Mapping[str, bytes], file: str) -> None:
        self.project, self.counting, self.study, self.there, self.file = project, counting, study, there, file
        self.arrival = Arrival(left=Counter(project.left))
        self.ours = project.origin.startswith(ORIGIN)
        self.read_notes: set[str] = set()
        self.coders = Names([SUGGESTER])
        used = {coding.code for s in project.sources for selection in s.selections for coding in selection.codings}
        self.names = name_codes(project, self._column("codebook", "code"), used, self.arrival)
        self.informants = [] if there else build_informants(project, self.arrival)
        reserved = [row["informant_id"] for row in self.informants] or self._column("informants", "informant_id")
        self.texts = match_texts(project, read_texts(there), reserved, file, study, self.arrival)

    def build(self) -> Arrival:
        rows = self._codings()
        if self.there:
            self._refuse_missing(rows)
        else:
            self._add_study(rows)
        for text in self.texts:
            if not text.there:
                name, content = write_text(text, build_header(text, self.project))
                self.arrival.files[name] = content
        self._add_codings(rows)
        self._tell_rest()
        return self.arrival

    # What is there.

    def _column(self, stem: str, column: str) -> list[str]:
        return read_column(self.there, stem, column)

    # Codings: one table a user.

    def _codings(self) -> dict[str, list[Row]]:
        coders = self._name_users()
        rows: dict[str, list[Row]] = {coder: [] for coder in coders.values()} if self.ours else {}
        seen: dict[tuple[object, ...], str] = {}
        for text, spans in zip(self.texts, self.counting.spans, strict=True):
            for selection, (start, end) in zip(text.source.selections, spans.tolist(), strict=True):
                place = self._place(selection, text, start, end)
                if place is None:
                    continue
                quote = text.canonical.text[slice(*place)]
                said = [selection.description, *self._notes(selection.notes)]
                if not selection.codings:
                    self._tell_uncoded(text.id, quote, said)
                for coding in selection.codings:
                    named = self.names.get(coding.code)
                    if named is None:
                        self.arrival.left["codings with a code that the project does not hold"] += 1
                        continue
                    user = next((u for u in (coding.user, selection.user) if u in coders), "")
                    coder = coders.get(user) or self._unknown_user(coders)
                    key = (text.id, place, named.code, coder)
                    if key in seen:
                        other = " with another magnitude (the first is taken)" if seen[key] != named.magnitude else ""
                        self.arrival.left[f"codings of one passage by one user with one code, repeated{other}"] += 1
                        continue
                    seen[key] = named.magnitude
                    memo = "\n\n".join(part for part in (*said, *self._notes(coding.notes)) if part.strip())
                    rows.setdefault(coder, []).append(
                        {"document_id": text.id, "start": str(place[0]), "end": str(place[1]), "quote": quote,
                         "code": named.code, "magnitude": named.magnitude, "memo": memo}
                    )  # fmt: skip
        self.arrival.taken["codings"] = sum(map(len, rows.values()))
        self.arrival.taken["coders"] = len(rows)
        return rows

    def _name_users(self) -> dict[str, str]:
        coders: dict[str, str] = {}
        for user, name in self.project.users.items():
            free = self.coders
            coders[user] = free.take(name) if _CODER.fullmatch(name) else free.make_id(name, "user")
            self.arrival.rename("users", name, coders[user])
        return coders

    def _unknown_user(self, coders: dict[str, str]) -> str:
        self.arrival.remarks.append("codings whose user the project does not name are by the coder 'unknown'")
        coders[""] = self.coders.take("unknown")
        return coders[""]

    def _place(self, selection: Selection, text: Text, start: int, end: int) -> tuple[int, int] | None:
        place = (text.canonical.position(start), text.canonical.position(end, end=True)) if start >= 0 else (0, 0)
        if start < end and place[0] < place[1]:
            return place
        which = "of no length" if start >= 0 else "not in its text"
        kind = f"codings of a selection {which}" if selection.codings else f"selections {which}"
        self.arrival.left[kind] += max(1, len(selection.codings))
        return None

    def _tell_uncoded(self, text: str, quote: str, said: Sequence[str]) -> None:
        if comment := "\n\n".join(part for part in said if part.strip()):
            self.arrival.comments.append((text, quote, comment))
        else:
            self.arrival.left["selections without a code or a comment"] += 1

    def _notes(self, ids: Iterable[str]) -> list[str]:
        found = [note for note in ids if note in self.project.notes]
        self.read_notes.update(found)
        return [canonical_lines(self.project.notes[note].text) for note in found]

    def _add_codings(self, rows: Mapping[str, list[Row]]) -> None:
        coders = {PurePosixPath(name).stem: name for name in self.there if name.startswith("codings/")}
        free = Names(coders)
        for coder, own in rows.items():
            if coder in coders:
                file = coders[coder]
                old = parse_table(self.there[file], file, list(CODINGS.columns), [])
                if old is not None and self._key(old.to_dict("records")) == self._key(own):
                    self.arrival.remarks.append(f"the codings by {coder} are those of {file}: not written again")
                    continue
            name = free.take(coder)
            if coder in coders:
                self.arrival.remarks.append(
                    f"{file} is there and differs: the codings are in codings/{name}.csv; compare the two and keep one"
                )
            self.arrival.files[f"codings/{name}.csv"] = write_table(CODINGS.columns, own)

    def _key(self, codings: Sequence[Mapping[Any, Any]]) -> list[tuple[str, ...]]:
        # What a table says, however its rows are ordered, its magnitudes written and its quotes placed.
        texts = {text.id: text.canonical.text for text in self.texts}
        rows = []
        for row in codings:
            start = row["start"] or str(texts.get(row["document_id"], "").find(row["quote"]))
            magnitude = str(int(row["magnitude"])) if row["magnitude"] else ""
            rows.append((row["document_id"], start, row["quote"], row["code"], magnitude, row["memo"]))
        return sorted(rows)

    # What stands above the codings.

    def _refuse_missing(self, rows: Mapping[str, list[Row]]) -> None:
        codes = {row["code"] for own in rows.values() for row in own}
        if not self.project.sources:
            codes = {named.code for named in self.names.values()}
        speakers = {
            name.strip()
            for text in self.texts
            if not text.there
            for name in text.source.variables.get(SOURCE_VARIABLES["informant"], "").split(",")
            if name.strip()
        }
        for kind, needed, table, column in (
            ("codes", codes, "codebook", "code"), ("informants", speakers, "informants", "informant_id")
        ):  # fmt: skip
            if unknown := sorted(needed - set(self._column(table, column))):
                shown = ", ".join(unknown[:10]) + (" ..." if len(unknown) > 10 else "")
                problem = f"{len(unknown)} of its {kind} are not in {table}.csv of study {self.study!r}: {shown}"
                cure = f"Add them to {table}.csv first: import into a new study, and copy the rows from there."
                raise ExchangeError(self.file, problem, cure)

    def _add_study(self, rows: Mapping[str, list[Row]]) -> None:
        files, arrival = self.arrival.files, self.arrival
        informants = self.informants
        foci, files["codebook.csv"] = build_codebook(self.project, self.names, arrival)
        stated = {note.name: note for note in self.project.notes.values()}
        for name in FILES:
            if name in stated:
                files[name] = canonical_lines(stated[name].text)
                self.read_notes.add(stated[name].guid)
        own = re.sub(r'(?m)^(\s*id\s*=\s*)"[^"\n]*"', rf'\g<1>"{self.study}"', files.get(FILE, ""), count=1)
        if not own or parse_definition(own.encode(), self.study)[0] is None:
            if own:
                arrival.remarks.append("the note 'study.toml' no longer holds as a definition")
                arrival.notes.append((FILE, own))
            for row in informants:
                row["group"] = Names().make_id(row["group"], "informan")
            groups = list(dict.fromkeys(row["group"] for row in informants))
            coder = min(rows, key=lambda name: (-len(rows[name]), name)) if rows else "consensus"
            dates = [build_header(text, self.project)["date"] for text in self.texts]
            own = definition_of(self.study, self.project.name, dates, foci, groups, coder)
            arrival.remarks.append(
                "study.toml was made anew: every focus is 'open', so nothing is scored until you declare it; "
                "say there too whether the data is from the field or synthetic, and where and when it was collected"
            )
            if not rows:
                files[f"codings/{coder}.csv"] = write_table(CODINGS.columns, [])
        files[FILE] = own
        files["informants.csv"] = write_table(INFORMANTS.columns, informants)

    def _tell_rest(self) -> None:
        arrival, project = self.arrival, self.project
        for note in project.notes.values():
            if note.guid not in self.read_notes and not (self.there and note.name in FILES):
                arrival.notes.append((note.name, canonical_lines(note.text)))
        called = project.names | {text.source.guid: text.id for text in self.texts}
        called |= {guid: named.code for guid, named in self.names.items()}
        called |= {note.guid: note.name for note in project.notes.values()}
        for item in project.sets:
            arrival.sets.append((item.name, item.description, "; ".join(called.get(m, m) for m in item.members)))
        for text in self.texts:
            variables = text.source.variables.items()
            arrival.variables += [(text.id, n, v) for n, v in variables if n not in SOURCE_VARIABLES.values()]
        owners = [(text.id, text.source.description) for text in self.texts]
        owners += [(case.name, case.description) for case in project.cases]
        arrival.comments += [(name, "", said) for name, said in owners if said]
        if self.there:
            known = self._column("informants", "informant_id")
            new = [case for case in project.cases if case.name not in known]
            arrival.left["cases that are not in informants.csv of the study"] += len(new)
        arrival.taken["notes"] = len(project.notes)
        arrival.taken["sets"] = len(project.sets)
        arrival.left = +arrival.left
