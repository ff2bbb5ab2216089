"""Taguette: its SQLite project, its exported codebook and its exported highlights.

Owns the way from its tables to a :class:`Project`. A text of Taguette is HTML, and its highlights count the bytes of
UTF-8 between the tags: here the tags become line ends, and bytes become code points.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kinerja_study.collection.archive import MIB
from kinerja_study.collection.tables import parse_table
from kinerja_study.errors import ExchangeError, Fault
from kinerja_study.exchange.database import MOST_ROWS, Database, Row, to_number, to_text
from kinerja_study.exchange.passages import Search
from kinerja_study.exchange.refi_qda.arrival import Names
from kinerja_study.exchange.refi_qda.project import Code, Coding, Project, Selection, Source, guid

LARGEST_EXPORT = 64 * MIB
PROGRAM = "Taguette"

_CODEBOOKS = (("tag", "description", "number of highlights"), ("tag", "parent", "description", "number of highlights"),
              ("tag", "description"))  # fmt: skip
_HIGHLIGHTS = ("id", "document", "tag", "content")
_EXPORT_AGAIN = "Export it again from Taguette; the project itself ('Export project', .sqlite3) holds the texts too."

# Taguette writes a text as its cleaner leaves it: tags are closed, and a '<' in the text is an entity.
_PIECE = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*+>|[^<]+""")
_BLOCK = re.compile(r"</?(?:p|br|h[1-6]|ul|ol|li|div|blockquote|table|tr)\b", re.IGNORECASE)
_SECTION = re.compile(r"<hr\s*/?>", re.IGNORECASE)
_ABOUT = re.compile(r"<p>\s*<strong>[^<]*</strong>([^<]*)<strong>[^<]*</strong>([^<]*)</p>\s*$", re.IGNORECASE)


class Words:
    r"""The words of a text in HTML, with the place of each of their bytes.

    Parameters
    ----------
    markup : str
        The HTML.
    file : str
        For a message.

    Raises
    ------
    ExchangeError
        A tag in it has no end.

    Examples
    --------
    >>> made = Words("<p>kafé</p><p>buka &amp; ramai</p>", "x.sqlite3")
    >>> made.text, made.place(0), made.place(5), made.place(5, end=True), made.place(4)
    ('kafé\nbuka & ramai', 0, 5, 4, -1)
    """

    def __init__(self, markup: str, file: str) -> None:
        pieces: list[str] = []
        self._bytes, self._points, self._data = [0], [0], [b""]
        at = read = made = 0
        parted = False
        while at < len(markup):
            found = _PIECE.match(markup, at)
            if found is None:
                raise ExchangeError(file, "a text in it is no HTML that Taguette writes", _EXPORT_AGAIN)
            at, piece = found.end(), found.group()
            if piece.startswith("<"):
                parted = parted or bool(_BLOCK.match(piece))
                continue
            text = html.unescape(piece)
            if parted and pieces and not (pieces[-1].endswith("\n") or text.startswith("\n")):
                pieces.append("\n")
                made += 1
            parted = False
            self._bytes.append(read)
            self._points.append(made)
            self._data.append(data := text.encode("utf-8", "surrogatepass"))
            pieces.append(text)
            read, made = read + len(data), made + len(text)
        self.length = read
        self.text = "".join(pieces)

    def place(self, offset: int, *, end: bool = False) -> int:
        """Return the code point at an offset in bytes, -1 where there is none.

        Parameters
        ----------
        offset : int
            Bytes from the start of the words.
        end : bool
            Between two pieces: after the one before, instead of before the one that follows.
        """
        if not 0 <= offset <= self.length:
            return -1
        number = bisect_right(self._bytes, offset) - 1
        while end and number and self._bytes[number] == offset:
            number -= 1
        data = self._data[number]
        cut = offset - self._bytes[number]
        if cut < len(data) and data[cut] & 0xC0 == 0x80:
            return -1
        return self._points[number] + len(data[:cut].decode("utf-8", "surrogatepass"))


def read_project(path: Path) -> Project:
    """Read a .sqlite3 project; the name of a selection is the words that are stored with it.

    Parameters
    ----------
    path : Path
        The database.

    Raises
    ------
    ExchangeError
        It holds no project or several, is damaged, or exceeds a limit.
    """
    with Database(path, path.name) as database:
        if missing := {"projects", "documents", "highlights", "tags"} - set(database.tables):
            problem = f"no Taguette project: the database has no table {', '.join(sorted(missing))}"
            raise ExchangeError(path.name, problem, _EXPORT_AGAIN)
        found = _rows(database, "projects", ("id", "name", "description", "created"))
        if len(found) != 1:
            named = ", ".join(repr(to_text(row["name"])) for row in found[:5]) or "none"
            problem = f"it must hold one project, and holds {len(found)} ({named})"
            raise ExchangeError(path.name, problem, "Open the one you want in Taguette, and export it as .sqlite3.")
        about = found[0]
        project = Project(name=to_text(about["name"]) or path.stem, origin=PROGRAM,
                          description=to_text(about["description"]), created=to_text(about["created"]))  # fmt: skip
        _read_tags(database, project)
        _read_highlights(database, project, path.name)
    project.left = +project.left
    return project


def read_export(path: Path, texts: Mapping[str, str]) -> Project:
    """Read an exported codebook or exported highlights, .csv, .xlsx or .html.

    Parameters
    ----------
    path : Path
        The file; its heading tells which of the two it is.
    texts : mapping of str to str
        The texts of the study by id: highlights are exported without theirs.

    Raises
    ------
    ExchangeError
        It is neither, or its passages are of texts that the study does not hold.
    """
    if path.stat().st_size > LARGEST_EXPORT:
        raise ExchangeError(path.name, f"larger than {LARGEST_EXPORT // MIB} MiB", _EXPORT_AGAIN)
    project = Project(name=path.stem, origin=PROGRAM)
    if path.suffix.lower() == ".html":
        _place_highlights(project, _html_rows(path), texts, path.name)
        return project
    rows, heading = _table(path)
    if heading == _HIGHLIGHTS:
        _place_highlights(project, rows, texts, path.name)
        return project
    _add_tags(project, [(row["tag"], row["tag"], row["description"], row.get("parent", "")) for row in rows])
    return project


# The database.


def _rows(database: Database, table: str, columns: tuple[str, ...]) -> list[Row]:
    rows = database.read(table, columns)
    return sorted(rows, key=lambda row: (to_number(row[columns[0]]) or 0, *map(to_text, row.values())))


def _read_tags(database: Database, project: Project) -> None:
    rows = _rows(database, "tags", ("id", "path", "description", "parent_id"))
    paths = {to_number(row["id"]): to_text(row["path"]) for row in rows}
    _add_tags(
        project,
        [
            (to_text(row["id"]), to_text(row["path"]), to_text(row["description"]),
             paths.get(to_number(row["parent_id"]), ""))
            for row in rows
        ],
    )  # fmt: skip


def _add_tags(project: Project, tags: Sequence[tuple[str, str, str, str]]) -> None:
    # A tag stands below the one that is named as above it, or else below what its path names before the last dot.
    known = {path: guid("tag", key) for key, path, _, _ in tags}
    for key, path, description, parent in tags:
        above = parent or path.rpartition(".")[0]
        if above and above not in known:
            known[above] = guid("path", above)
            project.codes.append(Code(guid=known[above], name=above, codable=False))
        project.codes.append(
            Code(guid=guid("tag", key), name=path, description=description, parent=known.get(above, ""))
        )


def _read_highlights(database: Database, project: Project, file: str) -> None:
    words: dict[int | None, Words] = {}
    sources: dict[int | None, Source] = {}
    for row in _rows(database, "documents", ("id", "name", "description", "created", "contents")):
        number = to_number(row["id"])
        words[number] = Words(to_text(row["contents"]), file)
        source = Source(guid=guid("document", str(number)), name=to_text(row["name"]), text=words[number].text,
                        created=to_text(row["created"]), description=to_text(row["description"]))  # fmt: skip
        sources[number] = source
        project.sources.append(source)
        project.names[source.guid] = source.name
    tags: dict[int | None, list[str]] = {}
    for row in _rows(database, "highlight_tags", ("highlight_id", "tag_id")):
        tags.setdefault(to_number(row["highlight_id"]), []).append(guid("tag", to_text(row["tag_id"])))
    users = _users(database, project)
    alone = next(iter(project.users)) if len(project.users) == 1 else ""
    for row in _rows(database, "highlights", ("id", "document_id", "start_offset", "end_offset", "snippet")):
        number, document = to_number(row["id"]), to_number(row["document_id"])
        if document not in sources:
            project.left["highlights of texts that are not in the project"] += 1
            continue
        own = words[document]
        start, end = to_number(row["start_offset"]), to_number(row["end_offset"])
        first = own.place(-1 if start is None else start)
        last = own.place(-1 if end is None else end, end=True)
        if first < 0 or last < first:
            first, last = 0, -1
        user = users.get(number, alone)
        name = Words(to_text(row["snippet"]), file).text
        codings = [Coding(code=code, user=user) for code in tags.get(number, [])]
        sources[document].selections.append(
            Selection(start=first, end=last, name=name, user=user, codings=codings)
        )  # fmt: skip


def _users(database: Database, project: Project) -> dict[int | None, str]:
    # Who made a highlight stands in the log of commands only.
    made: dict[int | None, str] = {}
    for row in _rows(database, "project_members", ("project_id", "user_login")):
        login = to_text(row["user_login"])
        project.users[guid("user", login)] = login
    for row in _rows(database, "commands", ("id", "user_login", "payload")):
        try:
            payload = json.loads(to_text(row["payload"]))
        except (ValueError, RecursionError):
            continue
        if not isinstance(payload, dict) or payload.get("type") != "highlight_add":
            continue
        login = to_text(row["user_login"])
        project.users[guid("user", login)] = login
        # A later command only changes the highlight.
        made.setdefault(to_number(payload.get("highlight_id")), guid("user", login))
    return made


# The exports.


def _table(path: Path) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    suffix = path.suffix.lower()
    faults: list[Fault] = []
    frame = parse_table(path.read_bytes(), f"export{suffix}", None, faults)
    heading = () if frame is None else tuple(str(column) for column in frame.columns)
    if heading not in (*_CODEBOOKS, _HIGHLIGHTS) or frame is None or faults:
        why = f": {faults[0].problem}" if faults else ""
        problem = f"neither a codebook nor highlights as Taguette exports them{why}"
        raise ExchangeError(path.name, problem, _EXPORT_AGAIN)
    _refuse_many(len(frame), path.name)
    return [{str(key): str(value) for key, value in row.items()} for row in frame.to_dict("records")], heading


def _refuse_many(rows: int, file: str) -> None:
    if rows > MOST_ROWS:
        raise ExchangeError(file, f"over {MOST_ROWS:,} tags of passages", "Export it in parts.")


def _html_rows(path: Path) -> Iterable[dict[str, str]]:
    try:
        page = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ExchangeError(path.name, "no UTF-8 text", _EXPORT_AGAIN) from error
    body = re.sub(r"(?is)^.*?</h1>", "", page, count=1).partition("</body>")[0]
    if body == page or "<body" not in page.lower():
        raise ExchangeError(path.name, "no highlights as Taguette exports them", _EXPORT_AGAIN)
    rows: list[dict[str, str]] = []
    for number, section in enumerate(_SECTION.split(body), start=1):
        found = _ABOUT.search(section)
        if found is None:
            if section.strip():
                raise ExchangeError(path.name, f"its highlight {number} names no document and tags", _EXPORT_AGAIN)
            continue
        content = Words(section[: found.start()], path.name).text
        document, joined = (html.unescape(part).strip() for part in found.groups())
        tags = joined.split(",")
        _refuse_many(len(rows) + len(tags), path.name)
        rows += [{"id": str(number), "document": document, "tag": tag.strip(), "content": content} for tag in tags]
    return rows


def _place_highlights(project: Project, rows: Iterable[Mapping[str, str]], texts: Mapping[str, str], file: str) -> None:
    rows = list(rows)
    by_id = {row["document"]: Names().make_id(Path(row["document"]).stem, "text") for row in rows}
    unknown = sorted(name for name, made in by_id.items() if name not in texts and made not in texts)
    if unknown:
        problem = f"it holds passages without their texts, and the study has no text {', '.join(unknown[:5])}"
        raise ExchangeError(file, problem, "Import the project itself (.sqlite3), or the texts first, named the same.")
    _add_tags(project, [(tag, tag, "", "") for tag in dict.fromkeys(row["tag"] for row in rows if row["tag"])])
    sources: dict[str, Source] = {}
    made: dict[tuple[str, str], Selection] = {}
    search = Search(file)
    for row in rows:
        text = row["document"] if row["document"] in texts else by_id[row["document"]]
        source = sources.setdefault(text, Source(guid=guid("document", text), name=text, text=texts[text]))
        key = (text, row["id"])
        if key not in made:
            place = search.find_once(source.text, row["content"])
            start, end = place or (0, -1)
            made[key] = Selection(start=start, end=end, name=row["content"] if place else "")
            source.selections.append(made[key])
        if row["tag"]:
            made[key].codings.append(Coding(code=guid("tag", row["tag"])))
    project.sources = list(sources.values())
