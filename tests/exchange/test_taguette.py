"""Taguette's projects and exports as studies: every highlight on its words."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from foreign_databases import TAGUETTE, taguette_tables, write_database
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_study.exchange import taguette
from kinerja_study.exchange.taguette import Words

CONTENTS = "<h1>Wawancara</h1>\n<p>Kafé 😀 &amp; <em>pegawai ramah</em>.</p><p>Antrean panjang sekali.</p>"
WORDS = "Wawancara\nKafé 😀 & pegawai ramah.Antrean panjang sekali."


def at(passage: str) -> tuple[int, int]:
    start = len(WORDS[: WORDS.index(passage)].encode())
    return start, start + len(passage.encode())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    highlights = [
        (*at("pegawai ramah"), "<em>pegawai ramah</em>", ["sikap.ramah"]),
        (*at("ramah.Antrean"), "<p>ramah.</p><p>Antrean</p>", ["sikap.ramah", "antre"]),
        (*at("Kafé 😀 &"), "<p>Kafé 😀 &amp;</p>", []),
    ]
    return write_database(tmp_path / "a.sqlite3", TAGUETTE, taguette_tables(CONTENTS, highlights, user="budi"))


def test_highlights_that_count_bytes_lie_on_their_words(project: Path, take_in) -> None:
    made = take_in(project)

    assert [(row["quote"], row["code"]) for row in made.codings("budi")] == [
        ("pegawai ramah", "sikap.ramah"),
        ("ramah.\nAntrean", "sikap.ramah"),
        ("ramah.\nAntrean", "antre"),
    ]
    text = made.files["documents/Wawancara-1.txt"].decode()
    assert text.endswith("---\nWawancara\nKafé 😀 & pegawai ramah.\nAntrean panjang sekali.")
    assert made.said("not taken: 1 x selections without a code or a comment")


def test_tags_stand_below_what_their_path_names(project: Path, take_in) -> None:
    codebook = take_in(project).files["codebook.csv"].decode()

    assert "sikap.ramah,sikap,sikap.ramah,tentang sikap.ramah" in codebook
    assert "antre,kode_lepas,antre,tentang antre" in codebook


def test_the_same_project_gives_the_same_study(project: Path, take_in) -> None:
    first, second = take_in(project, "satu"), take_in(project, "dua")

    assert {n: d for n, d in first.files.items() if n != "study.toml"} == {
        n: d for n, d in second.files.items() if n != "study.toml"
    }


def test_a_highlight_off_its_words_is_moved_or_told(tmp_path: Path, take_in) -> None:
    highlights = [(0, 3, "pegawai", ["a"]), (0, 3, "kata yang tidak ada", ["b"]), (10**9, 2 * 10**9, "an", ["c"])]
    path = write_database(tmp_path / "a.sqlite3", TAGUETTE, taguette_tables(CONTENTS, highlights))

    made = take_in(path)

    assert [row["quote"] for row in made.codings("admin")] == ["pegawai"]
    assert made.said("moved to where the words stored with them stand: 1")
    assert made.said("not taken: 2 x codings of a selection not in its text")


def test_a_database_of_several_projects_is_refused_by_their_names(tmp_path: Path, refuse) -> None:
    tables = taguette_tables(CONTENTS, [])
    tables["projects"].append({"id": 2, "name": "Lain", "description": "", "created": ""})

    refuse(write_database(tmp_path / "a.sqlite3", TAGUETTE, tables), r"holds 2 \('Kantor', 'Lain'\)")


def test_positions_are_not_to_be_named(project: Path, take_in) -> None:
    with pytest.raises(Exception, match="how Taguette counts is known"):
        take_in(project, positions="utf16,1")


def test_a_text_that_is_no_html_of_taguette_is_refused(tmp_path: Path, refuse) -> None:
    path = write_database(tmp_path / "a.sqlite3", TAGUETTE, taguette_tables("<p>satu <dua", []))

    refuse(path, "no HTML that Taguette writes")


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(exclude_characters="<&\r", codec="utf-8")), max_size=6), st.data())
def test_any_span_of_bytes_between_characters_is_carried_along(pieces: list[str], data: st.DataObject) -> None:
    plain = "".join(pieces)
    made = Words("".join(f"<p>{piece}</p>" for piece in pieces), "x")
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(plain))] * 2)))

    place = [made.place(len(plain[:start].encode())), made.place(len(plain[:end].encode()), end=True)]

    assert start == end or made.text[slice(*place)].replace("\n", "") == plain[start:end].replace("\n", "")


# What it exports beside the project.


def test_an_exported_codebook_becomes_codes(tmp_path: Path, take_in) -> None:
    path = tmp_path / "codebook.csv"
    path.write_text("tag,description,number of highlights\r\nantre,Menunggu,3\r\nsikap.ramah,,0\r\n", "utf-8")

    codebook = take_in(path).files["codebook.csv"].decode()

    assert "antre,kode_lepas,antre,Menunggu" in codebook
    assert "sikap.ramah,sikap," in codebook


def test_exported_highlights_find_their_words_in_the_texts_of_the_study(project: Path, tmp_path: Path, take_in) -> None:
    take_in(project)
    rows = [("id", "document", "tag", "content"), ("1", "Wawancara 1", "antre", "ramah. Antrean"),
            ("2", "Wawancara 1", "antre", "an")]  # fmt: skip
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "all_tags.xlsx")

    made = take_in(tmp_path / "all_tags.xlsx")

    assert [row["quote"] for row in made.codings("unknown")] == ["ramah.\nAntrean"]
    assert made.said("not taken: 1 x codings of a selection not in its text")


def test_highlights_exported_as_a_page_are_read_too(project: Path, tmp_path: Path, take_in) -> None:
    take_in(project)
    page = (
        "<!DOCTYPE html>\n<html>\n  <head>\n<title>Taguette highlights</title></head>\n  <body>\n"
        "    <h1>Taguette highlights</h1>\n\n    <p>pegawai ramah</p>\n    <p>\n"
        "      <strong>Document:</strong> Wawancara 1\n      <strong>Tags:</strong>\n        sikap.ramah,\n"
        "        antre\n    </p>\n    <hr>\n\n    <p>Antrean</p>\n    <p>\n"
        "      <strong>Document:</strong> Wawancara 1\n      <strong>Tags:</strong>\n        antre\n    </p>\n"
        "  </body>\n</html>\n"
    )
    (tmp_path / "all_tags.html").write_text(page, "utf-8")

    made = take_in(tmp_path / "all_tags.html")

    assert [(row["quote"], row["code"]) for row in made.codings("unknown")] == [
        ("pegawai ramah", "sikap.ramah"),
        ("pegawai ramah", "antre"),
        ("Antrean", "antre"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "id,document,tag,content\n1,Wawancara 1,a,kata\n", "the study has no text Wawancara 1"),
        ("a.csv", "nama,umur\nx,3\n", "neither a codebook nor highlights"),
        ("a.csv", "id,document,tag,content\n1,W\n", "neither a codebook nor highlights"),
        ("a.xlsx", "bukan arsip", "no zip archive"),
        ("a.html", "<html><body><p>Halo</p></body></html>", "its highlight 1 names no document"),
        ("a.sqlite3", "SQLite bukan", "no SQLite database, or an encrypted one"),
    ],
)
def test_what_taguette_did_not_export_is_refused(name: str, content: str, words: str, tmp_path: Path, refuse) -> None:
    (tmp_path / name).write_text(content, "utf-8")

    refuse(tmp_path / name, words)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "id,document,tag,content\n" + "1,Wawancara 1,a,kata\n" * 21),
        ("a.html", f"<html><body><h1>T</h1>x<p><strong>D:</strong>W<strong>T:</strong>{'a,' * 21}</p></body></html>"),
    ],
)
def test_more_highlights_than_anyone_could_have_are_refused_before_they_fill_the_memory(
    name: str, content: str, tmp_path: Path, refuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    refuse(tmp_path / name, "the study has no text W")
    monkeypatch.setattr(taguette, "MOST_ROWS", 20)

    refuse(tmp_path / name, "over 20 tags of passages")
