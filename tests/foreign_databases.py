"""Projects of Taguette and QualCoder, made by code after the tables that those programs make."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

TAGUETTE = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
CREATE TABLE users (login VARCHAR(30) NOT NULL PRIMARY KEY, created DATETIME NOT NULL, hashed_password VARCHAR(192));
CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL,
    description TEXT NOT NULL, created DATETIME NOT NULL);
CREATE TABLE project_members (project_id INTEGER NOT NULL, user_login VARCHAR(30) NOT NULL,
    privileges VARCHAR(11) NOT NULL, PRIMARY KEY (project_id, user_login));
CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(200) NOT NULL,
    description TEXT NOT NULL, filename VARCHAR(200) NOT NULL, created DATETIME NOT NULL,
    project_id INTEGER NOT NULL, text_direction VARCHAR(13) NOT NULL, contents TEXT NOT NULL);
CREATE TABLE commands (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, date DATETIME NOT NULL,
    user_login VARCHAR(30) NOT NULL, project_id INTEGER NOT NULL, document_id INTEGER, payload TEXT NOT NULL);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, project_id INTEGER NOT NULL,
    path VARCHAR(200) NOT NULL, description TEXT NOT NULL, UNIQUE (project_id, path));
CREATE TABLE highlights (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL,
    start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL,
    PRIMARY KEY (highlight_id, tag_id));
CREATE INDEX ix_tags_path ON tags (path);
"""
QUALCODER = """
CREATE TABLE project (databaseversion text, date text, memo text,about text, bookmarkfile integer,
    bookmarkpos integer, codername text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text,
    date text, av_text_id integer, risid integer, unique(name));
CREATE TABLE code_image (imid integer primary key,id integer,x1 integer, y1 integer, width integer, height integer,
    cid integer, memo text, date text, owner text, important integer);
CREATE TABLE code_av (avid integer primary key,id integer,pos0 integer, pos1 integer, cid integer, memo text,
    date text, owner text, important integer);
CREATE TABLE annotation (anid integer primary key, fid integer,pos0 integer, pos1 integer, memo text, owner text,
    date text, unique(fid,pos0,pos1,owner));
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text,
    owner text, unique(name,attr_type,id));
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text,
    date text, memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text,date text,
    constraint ucm unique(name));
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer,
    unique(name));
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer,seltext text, pos0 integer, pos1 integer,
    owner text, date text, memo text, avid integer, important integer, unique(cid,fid,pos0,pos1, owner));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text,date text,
    color text, unique(name));
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text, unique(name));
CREATE TABLE stored_sql (title text, description text, grouper text, ssql text, unique(title));
"""
DATE = "2024-01-15 10:00:00"


def write_database(path: Path, schema: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    for table, rows in tables.items():
        for row in rows:
            marks = ", ".join("?" * len(row))
            query = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 - a test's own names
            connection.execute(query, tuple(row.values()))
    connection.commit()
    connection.close()
    return path


def taguette_tables(
    contents: str, highlights: Sequence[tuple[int, int, str, Sequence[str]]], user: str = "admin"
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a project with one text; a highlight is (start byte, end byte, snippet, tags)."""
    paths = list(dict.fromkeys(tag for *_, tags in highlights for tag in tags))
    return {
        "projects": [{"id": 1, "name": "Kantor", "description": "Uji", "created": DATE}],
        "project_members": [{"project_id": 1, "user_login": user, "privileges": "ADMIN"}],
        "documents": [{"id": 1, "name": "Wawancara 1", "description": "di loket", "filename": "w1.docx",
                       "created": DATE, "project_id": 1, "text_direction": "LEFT_TO_RIGHT", "contents": contents}],
        "tags": [{"id": n, "project_id": 1, "path": path, "description": f"tentang {path}"}
                 for n, path in enumerate(paths, start=1)],
        "highlights": [{"id": n, "document_id": 1, "start_offset": start, "end_offset": end, "snippet": snippet}
                       for n, (start, end, snippet, _) in enumerate(highlights, start=1)],
        "highlight_tags": [{"highlight_id": n, "tag_id": paths.index(tag) + 1}
                           for n, (*_, tags) in enumerate(highlights, start=1) for tag in tags],
        "commands": [{"date": DATE, "user_login": user, "project_id": 1, "document_id": 1,
                      "payload": json.dumps({"type": "highlight_add", "highlight_id": n})}
                     for n in range(1, len(highlights) + 1)],
    }  # fmt: skip


def qualcoder_tables(
    text: str, codings: Sequence[tuple[str, str, str]], count: Callable[[str], int] = len
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a project with one text; a coding is (passage, code, owner), found in the text."""
    names = list(dict.fromkeys(code for _, code, _ in codings))
    rows = []
    for number, (passage, code, owner) in enumerate(codings, start=1):
        start = count(text[: text.index(passage)])
        rows.append({"ctid": number, "cid": names.index(code) + 1, "fid": 1, "seltext": passage,
                     "pos0": start, "pos1": start + count(passage), "owner": owner, "date": DATE, "memo": "",
                     "important": 0})  # fmt: skip
    return {
        "project": [{"databaseversion": "v11", "date": DATE, "memo": "Memo proyek", "about": "QualCoder 3.5"}],
        "source": [{"id": 1, "name": "Wawancara 1.txt", "fulltext": text, "mediapath": None, "memo": "",
                    "owner": "ani", "date": DATE}],
        "code_cat": [{"catid": 1, "name": "Sikap", "owner": "ani", "date": DATE, "memo": "", "supercatid": None}],
        "code_name": [{"cid": n, "name": name, "memo": f"tentang {name}", "catid": 1, "owner": "ani", "date": DATE}
                      for n, name in enumerate(names, start=1)],
        "code_text": rows,
    }  # fmt: skip
