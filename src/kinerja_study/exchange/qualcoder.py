"""QualCoder's projects: a folder ``<name>.qda`` with the database ``data.qda``.

Owns the way from its tables to a :class:`Project`. Positions stay as they are stored: QualCoder counts code points,
but for what was marked in its editor, which counts UTF-16 units, so that
:func:`~kinerja_study.exchange.passages.count_by_words` decides by the words that are stored with each coding.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.database import Database, Row, to_number, to_text
from kinerja_study.exchange.refi_qda.project import Case, Code, Coding, Note, Project, Selection, Source, guid

DATABASE = "data.qda"
PROGRAM = "QualCoder"

_MEDIA = {"images": "pictures", "audio": "recordings", "video": "films", "docs": "PDF and other files without text"}


def read_qualcoder(path: Path) -> Project:
    """Read a project.

    Parameters
    ----------
    path : Path
        The folder, or the database in it.

    Raises
    ------
    ExchangeError
        It is no project, is damaged, or exceeds a limit.
    """
    own = path / DATABASE if path.is_dir() else path
    with Database(own, path.name) as database:
        if missing := {"source", "code_text", "code_name", "project"} - set(database.tables):
            problem = f"no QualCoder project: its database has no table {', '.join(sorted(missing))}"
            raise ExchangeError(path.name, problem, "Name the folder <project>.qda as QualCoder keeps it.")
        stem = path.parent.stem if path.name == DATABASE else path.stem
        return _Reader(database, Project(name=stem)).read()


class _Reader:
    # The tables refer to each other by number; a number of ours is the kind and theirs.
    def __init__(self, database: Database, project: Project) -> None:
        self.database, self.project = database, project
        self.sources: dict[int, Source] = {}

    def read(self) -> Project:
        project = self.project
        about = next(iter(self.database.read("project", ("databaseversion", "date", "memo", "about"))), {})
        project.origin = " ".join(filter(None, (PROGRAM, to_text(about.get("databaseversion")))))
        project.created = to_text(about.get("date"))
        if memo := to_text(about.get("memo")).strip():
            self._note("project", "project", memo, "")
        self._read_codes()
        self._read_sources()
        self._read_codings()
        self._read_annotations()
        self._read_cases()
        self._read_attributes()
        for row in self._rows("journal", "jid", ("name", "jentry", "owner")):
            self._note(f"journal {row['jid']}", to_text(row["name"]), to_text(row["jentry"]), to_text(row["owner"]))
        project.left.update(
            {
                "codings of pictures": len(self._rows("code_image", "imid", ("imid",))),
                "codings of recordings and films": len(self._rows("code_av", "avid", ("avid",))),
                "graphs": len(self._rows("graph", "grid", ("grid",))),
            }
        )
        project.left = +project.left
        return project

    def _rows(self, table: str, key: str, columns: tuple[str, ...]) -> list[Row]:
        rows = self.database.read(table, tuple(dict.fromkeys((key, *columns))))
        return sorted(rows, key=lambda row: (to_number(row[key]) or 0, *map(to_text, row.values())))

    def _user(self, owner: object) -> str:
        name = to_text(owner).strip()
        if not name:
            return ""
        self.project.users.setdefault(guid("user", name), name)
        return guid("user", name)

    def _note(self, key: str, name: str, text: str, owner: str) -> None:
        identity = guid("note", key)
        self.project.notes[identity] = Note(guid=identity, name=name, text=text, user=self._user(owner))

    def _read_codes(self) -> None:
        categories = self._rows("code_cat", "catid", ("name", "memo", "supercatid"))
        for row in categories:
            self._code("cat", row["catid"], row, codable=False).parent = self._above("cat", row["supercatid"])
        for row in self._rows("code_name", "cid", ("name", "memo", "catid", "supercid")):
            code = self._code("code", row["cid"], row, codable=True)
            code.parent = self._above("code", row["supercid"]) or self._above("cat", row["catid"])

    def _code(self, kind: str, number: object, row: Row, *, codable: bool) -> Code:
        code = Code(guid=guid(kind, to_text(number)), name=to_text(row["name"]), description=to_text(row["memo"]),
                    codable=codable)  # fmt: skip
        self.project.codes.append(code)
        return code

    @staticmethod
    def _above(kind: str, number: object) -> str:
        return "" if number is None else guid(kind, to_text(number))

    def _read_sources(self) -> None:
        for row in self._rows("source", "id", ("name", "fulltext", "mediapath", "memo", "date")):
            number, text, name = to_number(row["id"]), row["fulltext"], to_text(row["name"])
            if number is None:
                continue
            identity = guid("source", str(number))
            self.project.names[identity] = name
            if not isinstance(text, str) or not text:
                where = to_text(row["mediapath"]).strip("/").replace(":", "/").split("/")[0]
                self.project.left[_MEDIA.get(where, "texts without words")] += 1
                continue
            self.sources[number] = Source(
                guid=identity, name=name, text=text.removeprefix("\ufeff"), marked=text.startswith("\ufeff"),
                created=to_text(row["date"]), description=to_text(row["memo"])
            )  # fmt: skip
        self.project.sources = list(self.sources.values())

    def _source(self, number: object, kind: str) -> Source | None:
        found = self.sources.get(to_number(number) or 0)
        if found is None:
            self.project.left[f"{kind} of texts that are not in the project"] += 1
        return found

    def _read_codings(self) -> None:
        # What stands between the same two places in the same words is one selection with several codings.
        made: dict[tuple[object, ...], Selection] = {}
        columns = ("cid", "fid", "seltext", "pos0", "pos1", "owner", "memo", "important")
        for row in self._rows("code_text", "ctid", columns):
            source = self._source(row["fid"], "codings")
            if source is None:
                continue
            words, user, memo = to_text(row["seltext"]), self._user(row["owner"]), to_text(row["memo"])
            selection = _selection(row, words)
            key = (source.guid, selection.start, selection.end, words, user, memo)
            if key not in made:
                made[key] = selection
                selection.user, selection.description = user, memo
                source.selections.append(selection)
            made[key].codings.append(Coding(code=guid("code", to_text(row["cid"])), user=user))
            self.project.left["marks of a coding as important"] += row["important"] == 1

    def _read_annotations(self) -> None:
        for row in self._rows("annotation", "anid", ("fid", "pos0", "pos1", "memo", "owner")):
            source = self._source(row["fid"], "annotations")
            if source is not None:
                selection = _selection(row, "")
                selection.description, selection.user = to_text(row["memo"]), self._user(row["owner"])
                source.selections.append(selection)

    def _read_cases(self) -> None:
        passages: dict[object, list[Row]] = {}
        for passage in self._rows("case_text", "id", ("caseid", "fid", "pos0", "pos1")):
            passages.setdefault(passage["caseid"], []).append(passage)
        for row in self._rows("cases", "caseid", ("name", "memo")):
            own = passages.get(row["caseid"], [])
            whole = [p for p in own if self._is_whole(p)]
            self.project.left["passages assigned to a case"] += len(own) - len(whole)
            self.project.cases.append(
                Case(guid=guid("case", to_text(row["caseid"])), name=to_text(row["name"]),
                     description=to_text(row["memo"]), sources=_known(guid("source", to_text(p["fid"])) for p in whole))
            )  # fmt: skip

    def _is_whole(self, passage: Row) -> bool:
        source = self.sources.get(to_number(passage["fid"]) or 0)
        length = 0 if source is None else len(source.text) - 1
        return not to_number(passage["pos0"]) and (to_number(passage["pos1"]) or 0) >= length

    def _read_attributes(self) -> None:
        cases = {case.guid: case.variables for case in self.project.cases}
        texts = {source.guid: source.variables for source in self.project.sources}
        for row in self._rows("attribute", "attrid", ("name", "attr_type", "value", "id")):
            kind, number, value = to_text(row["attr_type"]), to_text(row["id"]), to_text(row["value"])
            owner = cases.get(guid("case", number)) if kind == "case" else None
            owner = texts.get(guid("source", number)) if kind == "file" else owner
            if owner is not None:
                if value:
                    owner[to_text(row["name"])] = value
            elif value:
                self.project.left["attributes of anything but a case or a text"] += 1


def _selection(row: Row, words: str) -> Selection:
    start, end = to_number(row["pos0"]), to_number(row["pos1"])
    # The editor gives a line end inside a selection as a paragraph separator.
    name = words.replace("\N{PARAGRAPH SEPARATOR}", "\n")
    if start is None or end is None or not 0 <= start <= end < 2**40:
        start, end = 0, -1
    return Selection(start=start, end=end, name=name)


def _known(sources: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(sources))
