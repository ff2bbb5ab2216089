"""A Project as the files of a study, new or already there.

Owns what becomes of each thing in a project, and the list of what becomes of nothing; writes no file.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from kinerja_study.collection.documents import ENDINGS, FOLDERS, KEYS, parse_document
from kinerja_study.collection.schemas import CODEBOOK, CODINGS, INFORMANTS, TABLES, is_date
from kinerja_study.collection.tables import parse_table, validate_table
from kinerja_study.definition import FILE, ID, parse_definition
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.refi_qda.canonical import Canonical
from kinerja_study.exchange.refi_qda.codes import parse_description, split_magnitude
from kinerja_study.exchange.refi_qda.from_study import NATIVE, SOURCE_VARIABLES
from kinerja_study.exchange.refi_qda.positions import Counting, Spans
from kinerja_study.exchange.refi_qda.project import ORIGIN, Code, Project, Selection, Source
from kinerja_study.exchange.refi_qda.template import GENERAL, definition_of

NO_DATE = "1900-01-01"
"""Date of a text whose project has none."""

_CODER = re.compile(r"[^\s/\\:*?\"<>|\x00-\x1f\x7f.~][^\s/\\:*?\"<>|\x00-\x1f\x7f]{0,79}")
_ALIASES = {
    "role": ("peran", "jabatan", "position"),
    "group": ("kelompok",),
    "sex": ("gender", "jenis kelamin"),
    "age_band": ("age", "usia", "umur"),
    "years_of_service": ("masa kerja",),
    "consent": ("persetujuan",),
}
_UNSAID = {"kind": "main", "role": "?", "consent": "no_quote"}
_LETTERS = {"male": "L", "female": "P", "laki-laki": "L", "perempuan": "P", "m": "L", "f": "P"}


@dataclass(slots=True, kw_only=True)
class Arrival:
    """What an import makes: files by their path in the study, and what is to be told of it.

    ``taken`` and ``left`` count by kind; ``remarks`` are sentences on what was decided for want of knowledge;
    ``renamed`` maps what a thing is called in the project to its id in the study.
    """

    files: dict[str, str] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    annotations: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    variables: list[tuple[str, str, str]] = field(default_factory=list)
    sets: list[tuple[str, str, list[str]]] = field(default_factory=list)


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
    return _Builder(project, counting, study, there, file).build()


def make_id(name: str, taken: Iterable[str], otherwise: str) -> str:
    """Return a name as an id that is not taken yet.

    Examples
    --------
    >>> make_id("deductive: stake", [], "code"), make_id("W03", ["W03"], "text"), make_id("名", [], "text")
    ('deductive-stake', 'W03-2', 'text')
    """
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    made = name if ID.fullmatch(name) else re.sub(r"[^A-Za-z0-9._]+", "-", ascii_only).strip("-._")
    return _free(made[:80] or otherwise, taken)


def _free(name: str, taken: Iterable[str]) -> str:
    # Two files whose names differ in case only are one on some systems.
    folded = {other.casefold() for other in taken}
    number, free = 1, name
    while free.casefold() in folded:
        number += 1
        free = f"{name}-{number}"
    return free


@dataclass(slots=True)
class _Text:
    id: str
    canonical: Canonical
    source: Source


class _Builder:
    def __init__(
        self, project: Project, counting: Counting, study: str, there: Mapping[str, bytes], file: str
    ) -> None:
        self.project, self.counting, self.study, self.there, self.file = project, counting, study, there, file
        self.arrival = Arrival(left=Counter(project.left))
        self.ours = project.origin.startswith(ORIGIN)
        self.codes = {code.guid: code for code in project.codes}
        self._used_notes: set[str] = set()
        self.names: dict[str, tuple[str, str]] = {}  # of a code: its id in the study, and the magnitude

    def build(self) -> Arrival:
        texts = self._texts()
        self._name_codes()
        rows = self._codings(texts)
        if self.there:
            self._refuse_missing(rows)
        else:
            informants = self._informants()
            foci, codebook = self._codebook()
            self._new_study(informants, foci, codebook, texts, rows)
        self._documents(texts)
        self._coders(rows)
        self._rest(texts)
        return self.arrival

    # Texts: each is one that is there, or a new one.

    def _texts(self) -> list[_Text]:
        known = self._known_texts()
        texts: list[_Text] = []
        for source in self.project.sources:
            canonical = Canonical(source.text)
            name = source.name if ID.fullmatch(source.name) else PurePosixPath(source.name).stem
            taken = [text.id for text in texts]
            same = [i for i, text in known.items() if text == canonical.text and i not in taken]
            if source.name in known and source.name not in same and source.name not in taken:
                raise self._other_words(source.name, known[source.name], canonical.text)
            made = source.name if source.name in same else same[0] if same else None
            texts.append(_Text(made or make_id(name, [*taken, *known], "text"), canonical, source))
            self._rename("texts", source.name, texts[-1].id)
            if canonical.nul:
                self.arrival.left["NUL characters in texts"] += canonical.nul
        self.arrival.taken["texts"] = len(texts)
        return texts

    def _known_texts(self) -> dict[str, str]:
        speakers = self._known_ids("informants", "informant_id")
        found = [
            parse_document(data, name, speakers, [])
            for name, data in self.there.items()
            if name.split("/")[0] in FOLDERS and name.endswith(ENDINGS)
        ]
        return {document.id: document.text for document in found if document is not None}

    def _known_ids(self, stem: str, column: str) -> list[str]:
        for name in (f"{stem}.csv", f"{stem}.xlsx"):
            if name in self.there:
                frame = parse_table(self.there[name], name, list(TABLES[stem].columns), [])
                return [] if frame is None else list(frame[column])
        return []

    def _other_words(self, text: str, there: str, here: str) -> ExchangeError:
        at = next((n for n, (a, b) in enumerate(zip(there, here, strict=False)) if a != b), min(len(there), len(here)))
        problem = f"its text {text!r} is not the one in study {self.study!r}: they differ from character {at}"
        cure = "Raw data is never changed. Import into a new study, or make the two texts the same in the program."
        return ExchangeError(self.file, problem, cure)

    def _documents(self, texts: Sequence[_Text]) -> None:
        known = self._known_texts()
        groups = sorted({g for g in self._group_names() if g})
        for text in texts:
            if text.id in known:
                continue
            header = self._header(text)
            folder = next((f for f, kind in FOLDERS.items() if kind == header["kind"]), "documents")
            if not self.there and header["kind"] != "interview" and header.get("group", "") not in ("", *groups):
                header.pop("group")
            lines = [f"{key}: {header[key]}" for key in KEYS if header.get(key)]
            self.arrival.files[f"{folder}/{text.id}.txt"] = "\n".join(["---", *lines, "---", text.canonical.text])

    def _group_names(self) -> list[str]:
        data = self.there.get(FILE) or self.arrival.files.get(FILE, "").encode()
        definition, _ = parse_definition(data, self.study)
        return [] if definition is None else [group.id for group in definition.groups]

    def _header(self, text: _Text) -> dict[str, str]:
        values = {name.casefold(): value for name, value in text.source.variables.items()}
        header = {key: _one_line(values.get(name, "")) for key, name in SOURCE_VARIABLES.items()}
        if header["kind"] not in FOLDERS.values():
            # Who speaks is not known in a form that can be read: the text is a case by itself until it is labelled.
            header = {"kind": "document"}
        header["id"] = text.id
        created = (text.source.created or self.project.created)[:10]
        header["date"] = header.get("date") or (created if is_date(created) else NO_DATE)
        return header

    # Codes: what the sub-codes and the levels above mean.

    def _name_codes(self) -> None:
        by_name = {code.name: code for code in self.project.codes}
        known = self._known_ids("codebook", "code")
        taken: list[str] = []
        used = {coding.code for s in self.project.sources for sel in s.selections for coding in sel.codings}
        for code in self.project.codes:
            base, magnitude = split_magnitude(code.name)
            if (magnitude and base in by_name) or not (code.codable or code.guid in used):
                continue
            made = code.name if code.name in known and code.name not in taken else make_id(code.name, taken, "code")
            taken.append(made)
            self.names[code.guid] = (made, "")
            self._rename("codes", code.name, made)
        for code in self.project.codes:
            base, magnitude = split_magnitude(code.name)
            if not magnitude or base not in by_name or code.guid in self.names:
                continue
            above = self.codes.get(code.parent)
            owner = above if above is not None and above.name == base else by_name[base]
            if owner.guid in self.names:
                self.names[code.guid] = (self.names[owner.guid][0], magnitude)
        self.arrival.taken["codes"] = len(taken)

    def _path(self, code: Code) -> list[Code]:
        path, seen = [code], {code.guid}
        while (above := self.codes.get(path[0].parent)) is not None and above.guid not in seen:
            path.insert(0, above)
            seen.add(above.guid)
        return path

    def _codebook(self) -> tuple[dict[str, tuple[str, str]], pd.DataFrame]:
        # Foci: id -> (label, kind), in the order of the file.
        foci: dict[str, tuple[str, str]] = {}
        by_top: dict[str, str] = {}
        rows = []
        parents = {code.parent for code in self.project.codes if code.guid in self.names and not self.names[code.guid][1]}
        undefined = undirected = deep = 0
        for code in self.project.codes:
            made, magnitude = self.names.get(code.guid, ("", "x"))
            if magnitude:
                continue
            path = self._path(code)
            top = path[0]
            if len(path) == 1 and top.guid not in parents:
                focus = GENERAL
                foci.setdefault(GENERAL, ("", "open"))
            elif top.guid not in by_top:
                said = parse_description(top.description, ("label", "kind"))
                kind = said.get("kind", "") if not top.codable else ""
                focus = by_top[top.guid] = make_id(top.name, foci, "focus")
                label = said.get("label", top.name)
                foci[focus] = (label, kind if kind in ("rated", "obstacles", "open") else "open")
            else:
                focus = by_top[top.guid]
            cells = parse_description(code.description)
            label = " / ".join(_one_line(c.name) for c in path[1:] or path)
            deep += len(path) > 2
            undefined += "definition" not in cells
            undirected += "direction" not in cells
            rows.append({"label": label, "definition": label, "direction": "0", "origin": "inductive",
                         **cells, "code": made, "focus": focus})  # fmt: skip
        frame = _mended(pd.DataFrame(rows, columns=list(CODEBOOK.columns), dtype="str").fillna(""), CODEBOOK,
                        {"direction": "0", "origin": "inductive"})  # fmt: skip
        for count, words in (
            (undefined, "without a description: the name stands as the definition"),
            (undirected, "without a direction: '0', neutral, until you say otherwise in codebook.csv"),
            (deep, "deeper than one level below a focus: the levels between are in the label"),
        ):
            if count:
                self.arrival.remarks.append(f"codes {words}: {count}")
        return foci, frame

    # Informants: cases, as far as variables say what a row needs.

    def _informants(self) -> pd.DataFrame:
        rows: list[dict[str, str]] = []
        for case in self.project.cases:
            made = make_id(case.name, ["P", *(row["informant_id"] for row in rows)], "INF")
            self._rename("cases", case.name, made)
            row = {"informant_id": made, "group": "", **_UNSAID}
            for name, value in case.variables.items():
                column = _column_of(name)
                if column is None:
                    self.arrival.variables.append((made, name, value))
                elif value.strip():
                    row[column] = _LETTERS.get(value.casefold(), value) if column == "sex" else _one_line(value)
            rows.append(row)
        frame = pd.DataFrame(rows, columns=list(INFORMANTS.columns), dtype="str").fillna("")
        lost: Callable[[int, str, str], None] = lambda n, column, value: self.arrival.variables.append(  # noqa: E731
            (rows[n]["informant_id"], column, value)
        )
        frame = _mended(frame, INFORMANTS, _UNSAID, lost)
        self.arrival.taken["cases"] = len(rows)
        unsaid = sum("consent" not in map(_column_of, case.variables) for case in self.project.cases)
        if unsaid:
            words = "'no_quote', counted and never quoted, until you say otherwise in informants.csv"
            self.arrival.remarks.append(f"informants whose consent the project does not say: {words}: {unsaid}")
        return frame

    # Codings: one table a user.

    def _codings(self, texts: Sequence[_Text]) -> dict[str, list[dict[str, str]]]:
        coders = self._name_users()
        rows: dict[str, list[dict[str, str]]] = {coder: [] for coder in coders.values()} if self.ours else {}
        seen: dict[tuple[str, int, int, str, str], str] = {}
        for text, spans in zip(texts, self.counting.spans, strict=True):
            for selection, (start, end) in zip(text.source.selections, _lists(spans), strict=True):
                place = self._place(selection, text, start, end)
                if place is None:
                    continue
                said = [selection.description, *self._notes(selection.notes)]
                for coding in selection.codings:
                    code, magnitude = self.names.get(coding.code, ("", ""))
                    if not code:
                        self.arrival.left["codings with a code that the project does not hold"] += 1
                        continue
                    user = next((u for u in (coding.user, selection.user) if u in coders), "")
                    coder = coders[user] if user else coders.setdefault("", self._unknown_user(coders))
                    key = (text.id, *place, code, coder)
                    if key in seen:
                        kind = "codings given twice by one user" if seen[key] == magnitude else (
                            "codings given twice by one user with different magnitudes (the first was taken)")
                        self.arrival.left[kind] += 1
                        continue
                    seen[key] = magnitude
                    memo = "\n\n".join(part for part in (*said, *self._notes(coding.notes)) if part.strip())
                    rows.setdefault(coder, []).append(
                        {"document_id": text.id, "start": str(place[0]), "end": str(place[1]),
                         "quote": text.canonical.text[place[0] : place[1]], "code": code, "magnitude": magnitude,
                         "memo": memo})  # fmt: skip
        self.arrival.taken["codings"] = sum(map(len, rows.values()))
        self.arrival.taken["coders"] = len(rows)
        return rows

    def _name_users(self) -> dict[str, str]:
        coders: dict[str, str] = {}
        for user, name in self.project.users.items():
            fits = _CODER.fullmatch(name) is not None
            made = _free(name, coders.values()) if fits else make_id(name, coders.values(), "user")
            coders[user] = made
            self._rename("users", name, made)
        return coders

    def _unknown_user(self, coders: Mapping[str, str]) -> str:
        self.arrival.remarks.append("codings whose user the project does not name are by the coder 'unknown'")
        return _free("unknown", coders.values())

    def _place(self, selection: Selection, text: _Text, start: int, end: int) -> tuple[int, int] | None:
        left = self.arrival.left
        if start < 0:
            left["codings of a selection that does not lie in its text"] += len(selection.codings)
            left["selections that do not lie in their text"] += not selection.codings
            return None
        place = text.canonical.position(start), text.canonical.position(end, end=True)
        if start == end or place[0] >= place[1]:
            left["codings of a selection of no length"] += len(selection.codings)
            left["selections of no length"] += not selection.codings
            return None
        if not selection.codings:
            said = "\n\n".join(part for part in (selection.description, *self._notes(selection.notes)) if part.strip())
            if said:
                self.arrival.annotations.append((text.id, text.canonical.text[slice(*place)], said))
            else:
                left["selections without a code or a comment"] += 1
        return place

    def _notes(self, ids: Iterable[str]) -> list[str]:
        found = []
        for note in ids:
            if note in self.project.notes:
                found.append(_lines(self.project.notes[note].text))
                self._used_notes.add(note)
        return found

    def _coders(self, rows: Mapping[str, list[dict[str, str]]]) -> None:
        coders = {PurePosixPath(name).stem: data for name, data in self.there.items() if name.startswith("codings/")}
        for coder, own in rows.items():
            table = _csv(list(CODINGS.columns), own)
            name = coder
            if coder in coders:
                old = parse_table(self.there.get(f"codings/{coder}.csv", b""), "codings/x.csv", list(CODINGS.columns), [])
                if old is not None and _same_codings(old, own):
                    self.arrival.remarks.append(f"codings by {coder} are those of codings/{coder}.csv: not written again")
                    continue
                name = _free(coder, coders)
                self.arrival.remarks.append(
                    f"codings/{coder}.csv is there and differs: the codings are in codings/{name}.csv; compare, keep one"
                )
            self.arrival.files[f"codings/{name}.csv"] = table

    # What stands above the texts.

    def _refuse_missing(self, rows: Mapping[str, list[dict[str, str]]]) -> None:
        known = set(self._known_ids("codebook", "code"))
        unknown = sorted({row["code"] for own in rows.values() for row in own} - known)
        if not rows and not self.project.sources:
            unknown = sorted({code for code, magnitude in self.names.values() if not magnitude} - known)
        if unknown:
            shown = ", ".join(unknown[:10]) + (" ..." if len(unknown) > 10 else "")
            problem = f"{len(unknown)} of its codes are not in codebook.csv of study {self.study!r}: {shown}"
            cure = "Raw data is never changed. Add them to codebook.csv first; an import into a new study has the rows."
            raise ExchangeError(self.file, problem, cure)

    def _new_study(
        self, informants: pd.DataFrame, foci: dict[str, tuple[str, str]], codebook: pd.DataFrame,
        texts: Sequence[_Text], rows: Mapping[str, list[dict[str, str]]],
    ) -> None:  # fmt: skip
        files = self.arrival.files
        stated = {note.name: note for note in self.project.notes.values()}
        brought = [FILE, "site.md", *(f"{stem}.csv" for stem in TABLES if stem not in NATIVE)]
        for name in brought:
            if name in stated:
                files[name] = _lines(stated[name].text)
                self._used_notes.add(stated[name].guid)
        own = files.pop(FILE, None)
        if own is not None:
            own = re.sub(r'(?m)^(\s*id\s*=\s*)"[^"\n]*"', rf'\g<1>"{self.study}"', own, count=1)
            if parse_definition(own.encode(), self.study)[0] is None:
                self.arrival.remarks.append("the note 'study.toml' no longer holds as a definition: one was made anew")
                self.arrival.notes.append((FILE, own))
                own = None
        if own is None:
            dates = [self._header(text)["date"] for text in texts]
            coders = sorted(rows, key=lambda coder: (-len(rows[coder]), coder)) or ["consensus"]
            informants.loc[informants["group"] == "", "group"] = "informan"
            informants["group"] = [make_id(group, [], "informan") for group in informants["group"]]
            groups = list(dict.fromkeys(informants["group"]))
            own = definition_of(self.study, self.project.name, dates, foci, groups, coders[0])
            self.arrival.remarks.append(
                "study.toml was made anew: every focus is 'open', so nothing is scored until you declare it; "
                "say there too whether the data is from the field or synthetic, and where and when it was collected"
            )
            if not rows:
                files[f"codings/{coders[0]}.csv"] = _csv(list(CODINGS.columns), [])
        files[FILE] = own
        files["informants.csv"] = _csv(list(INFORMANTS.columns), informants.to_dict("records"))
        files["codebook.csv"] = _csv(list(CODEBOOK.columns), codebook.to_dict("records"))

    def _rest(self, texts: Sequence[_Text]) -> None:
        arrival, project = self.arrival, self.project
        for note in project.notes.values():
            if note.guid not in self._used_notes:
                arrival.notes.append((note.name, _lines(note.text)))
        named = project.names | {text.source.guid: text.id for text in texts} | {g: code for g, (code, _) in self.names.items()}
        named |= {note.guid: note.name for note in project.notes.values()}
        for item in project.sets:
            arrival.sets.append((item.name, item.description, [named.get(m, m) for m in item.members]))
        for text in texts:
            if text.source.description:
                arrival.annotations.append((text.id, "", text.source.description))
            for name, value in text.source.variables.items():
                if name.casefold() not in SOURCE_VARIABLES.values():
                    arrival.variables.append((text.id, name, value))
        arrival.annotations += [(case.name, "", case.description) for case in project.cases if case.description]
        if self.there and project.cases:
            known = set(self._known_ids("informants", "informant_id"))
            arrival.left["cases, which informants.csv of the study does not hold"] += sum(
                case.name not in known for case in project.cases
            )
        arrival.taken["notes"] = len(project.notes)
        arrival.taken["sets"] = len(project.sets)
        arrival.left = +arrival.left

    def _rename(self, kind: str, old: str, new: str) -> None:
        if old != new:
            self.arrival.renamed.setdefault(kind, {})[old] = new


def _same_codings(old: pd.DataFrame, new: Sequence[Mapping[str, str]]) -> bool:
    def key(rows: Iterable[Mapping[str, str]]) -> list[tuple[str, ...]]:
        columns = ("document_id", "quote", "code", "memo")
        return sorted((*(row[c] for c in columns), str(int(row["magnitude"] or 9))) for row in rows)

    return key([{str(k): str(v) for k, v in row.items()} for row in old.to_dict("records")]) == key(new)


def _mended(
    frame: pd.DataFrame, schema: object, otherwise: Mapping[str, str],
    lost: Callable[[int, str, str], None] = lambda _n, _column, _value: None,
) -> pd.DataFrame:  # fmt: skip
    # A cell that the schema refuses becomes what stands for "not said"; what it held is told.
    for fault in validate_table(frame, schema, ""):  # type: ignore[arg-type]
        if fault.kind == "bad_value" and fault.row is not None and fault.column and fault.column != "group":
            lost(fault.row, fault.column, fault.value or "")
            frame.loc[fault.row, fault.column] = otherwise.get(fault.column, "")
    return frame


def _column_of(variable: str) -> str | None:
    name = variable.strip().casefold()
    for column in list(INFORMANTS.columns)[1:]:
        if name == column or name in _ALIASES.get(column, ()):
            return str(column)
    return None


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: row.get(column, "") for column in columns} for row in rows)
    return buffer.getvalue()


def _lists(spans: Spans) -> list[list[int]]:
    found: list[list[int]] = spans.tolist()
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).strip()


def _lines(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
