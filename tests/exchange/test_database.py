"""Databases that are no project, damaged, or made to do harm: refused with one message, or harmless."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path

import pytest
from foreign_databases import QUALCODER, TAGUETTE, qualcoder_tables, taguette_tables, write_database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange import database, taguette
from kinerja_study.exchange.database import Database

CONTENTS = "<p>Pegawai ramah.</p>" * 400


@pytest.fixture
def file(tmp_path: Path) -> Path:
    tables = taguette_tables(CONTENTS, [(0, 7, "Pegawai", ["a"])])
    return write_database(tmp_path / "a.sqlite3", TAGUETTE, tables)


def change(file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


def test_a_file_cut_off_is_refused(file: Path, refuse) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])

    refuse(file, "damaged")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", zlib.compress(b"x" * 5000), b"PK\x03\x04" + bytes(500)])
def test_what_is_no_database_is_refused(content: bytes, file: Path, refuse) -> None:
    file.write_bytes(content)

    refuse(file, "no SQLite database|damaged")


def test_an_encrypted_database_is_refused_as_such(file: Path, refuse) -> None:
    file.write_bytes(bytes(byte ^ 0x5A for byte in file.read_bytes()))

    refuse(file, "an encrypted one")


def test_a_database_still_being_written_is_refused(file: Path, refuse) -> None:
    file.with_name("a.sqlite3-wal").write_bytes(b"x" * 100)

    refuse(file, "a.sqlite3-wal beside it holds changes")


def test_a_link_is_not_followed(file: Path, tmp_path: Path, refuse) -> None:
    (tmp_path / "b.sqlite3").symlink_to(file)

    refuse(tmp_path / "b.sqlite3", "is not a file")


@pytest.mark.parametrize(("name", "value"), [("LARGEST_DATABASE", 1000), ("LARGEST_TABLES", 1000), ("MOST_ROWS", 0)])
def test_a_database_beyond_a_limit_is_refused(name: str, value: int, file: Path, refuse, monkeypatch) -> None:
    monkeypatch.setattr(database, name, value)

    refuse(file, "Split the project")


def test_a_value_beyond_the_limit_is_refused(file: Path, refuse, monkeypatch) -> None:
    monkeypatch.setattr(database, "LARGEST_VALUE", 5000)

    refuse(file, "too large to read")


def test_a_view_in_place_of_a_table_is_not_read(file: Path, refuse) -> None:
    change(
        file,
        "ALTER TABLE tags RENAME TO t; CREATE VIEW tags AS"
        " WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 'x' path, '' description FROM n",
    )

    refuse(file, "no table tags")


def test_a_virtual_table_in_place_of_a_table_is_not_read(file: Path, refuse) -> None:
    try:
        change(file, "DROP TABLE tags; CREATE VIRTUAL TABLE tags USING fts5(path)")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite has no fts5")

    refuse(file, "no table tags")


def test_computed_columns_are_not_read(file: Path) -> None:
    change(file, "ALTER TABLE tags ADD COLUMN parent_id AS (id)")

    with Database(file, file.name) as opened:
        assert [row["parent_id"] for row in opened.read("tags", ("id", "parent_id"))] == [None]


def test_a_reader_cannot_write_call_or_attach(file: Path) -> None:
    with Database(file, file.name) as opened:
        for query in ("DELETE FROM tags", "SELECT abs(1)", "ATTACH 'x' AS x", "PRAGMA writable_schema = 1"):
            with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
                opened._connection.execute(query)


def test_nothing_is_made_beside_the_file(file: Path) -> None:
    before = file.read_bytes()
    file.chmod(0o444)
    taguette.read_project(file)

    assert [path.name for path in file.parent.iterdir()] == ["a.sqlite3"]
    assert file.read_bytes() == before


def test_values_of_any_kind_in_any_column_are_no_traceback(tmp_path: Path, take_in) -> None:
    tables = taguette_tables("<p>Pegawai ramah.</p>", [(0, 7, "Pegawai", ["a"])])
    for row in (
        {"id": 2, "document_id": 1, "start_offset": "satu", "end_offset": 3.5, "snippet": b"\xff\x00"},
        {"id": 3, "document_id": 1, "start_offset": -5, "end_offset": 2**62, "snippet": ""},
        {"id": 4, "document_id": "x", "start_offset": 0, "end_offset": 1, "snippet": ""},
    ):
        tables["highlights"].append(row)
    tables["commands"].append({"date": "", "user_login": "x", "project_id": 1, "payload": "[" * 100_000})

    assert len(take_in(write_database(tmp_path / "a.sqlite3", TAGUETTE, tables)).codings("admin")) == 1


def test_qualcoder_values_of_any_kind_are_no_traceback(tmp_path: Path, take_in) -> None:
    tables = qualcoder_tables("Pegawai ramah.", [("Pegawai", "Ramah", "ani")])
    for number, (start, end) in enumerate([(None, 3), (2**62, 2**63 - 1), (-3, 4), ("a", b"b"), (3.5, 4)], start=10):
        tables["code_text"].append({"ctid": number, "cid": 1, "fid": 1, "pos0": start, "pos1": end, "owner": b"x"})
    tables["code_cat"][0]["supercatid"] = 1
    folder = write_database(tmp_path / "a.qda/data.qda", QUALCODER, tables).parent

    assert len(take_in(folder).codings("ani")) == 1


# Found by tests/fuzz/readers.py.


def test_damage_that_is_named_in_bytes_that_are_no_text_is_refused(file: Path, refuse) -> None:
    data = file.read_bytes()
    assert b"CREATE TABLE tags" in data
    file.write_bytes(data.replace(b"CREATE TABLE tags", b"CREATE \xb1ABLE tags"))

    refuse(file, "damaged")


def test_a_nul_in_the_name_of_a_tag_is_no_traceback(tmp_path: Path, take_in) -> None:
    tables = taguette_tables("<p>Pegawai ramah.</p>", [(0, 7, "Pegawai", ["a\0b"])])

    codebook = take_in(write_database(tmp_path / "a.sqlite3", TAGUETTE, tables)).files["codebook.csv"]
    assert b"a-b,kode_lepas,ab,tentang ab" in codebook


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_is_read_or_refused(file: Path, damage: list[tuple[float, int]]) -> None:
    data = bytearray(file.read_bytes())
    for place, byte in damage:
        data[int(place * len(data))] = byte
    hurt = file.with_name("hurt.sqlite3")
    hurt.write_bytes(data)
    try:
        taguette.read_project(hurt)
    except ExchangeError as error:
        assert "nothing was written" in str(error)
