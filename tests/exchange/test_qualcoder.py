"""QualCoder's projects as studies: every coding on its words, by either way of counting."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from foreign_databases import DATE, QUALCODER, qualcoder_tables, write_database

TEXT = "Pegawai 😀 ramah.\nAntrean panjang sekali 😀 kata warga. Berkas selesai hari itu juga."
CODINGS = [
    ("ramah", "Ramah", "ani"),
    ("Antrean panjang sekali", "Antre", "ani"),
    ("Antrean panjang sekali", "Antre", "budi"),
    ("kata warga", "Antre", "budi"),
    ("Berkas selesai hari itu juga.", "Cepat", "ani"),
]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def write(tmp_path: Path, tables: dict[str, list[dict[str, Any]]], schema: str = QUALCODER) -> Path:
    folder = tmp_path / "kantor.qda"
    write_database(folder / "data.qda", schema, tables)
    return folder


@pytest.mark.parametrize(("count", "said"), [(len, "5 by code points"), (utf16, "5 by UTF-16 units")])
def test_codings_lie_on_their_words_however_they_count(
    count: Callable[[str], int], said: str, tmp_path: Path, take_in
) -> None:
    # Behind an emoji, so that every coding tells.
    made = take_in(write(tmp_path, qualcoder_tables(TEXT, CODINGS, count)))

    assert made.said(f"of 5 passages these lie on the words stored with them: {said}")
    assert [(r["quote"], r["code"]) for r in made.codings("ani")] == [(q, c) for q, c, o in CODINGS if o == "ani"]
    assert [(r["quote"], r["code"]) for r in made.codings("budi")] == [(q, c) for q, c, o in CODINGS if o == "budi"]


def test_what_the_editor_marked_and_what_a_search_found_lie_on_their_words_in_one_project(
    tmp_path: Path, take_in
) -> None:
    # The words occur twice: no looking for them could tell which of the two is meant.
    text = f"{TEXT} Sekali lagi 😀: kata warga, kata warga."
    tables = qualcoder_tables(text, CODINGS)
    at = text.rindex("kata warga")
    for number, start in enumerate((at, len(text[:at].encode("utf-16-le")) // 2), start=6):
        tables["code_text"].append({"ctid": number, "cid": 1, "fid": 1, "seltext": "kata warga", "pos0": start,
                                    "pos1": start + 10, "owner": f"orang-{number}"})  # fmt: skip
    made = take_in(write(tmp_path, tables))

    assert made.said("6 by code points, line ends count as stored, a byte order mark counts 0, 1 by UTF-16 units")
    for coder in ("orang-6", "orang-7"):
        assert [(row["start"], row["quote"]) for row in made.codings(coder)] == [(str(at), "kata warga")]


def test_where_no_words_are_stored_positions_are_code_points(tmp_path: Path, take_in) -> None:
    tables = qualcoder_tables(TEXT, CODINGS)
    for row in tables["code_text"]:
        row["seltext"] = ""
    made = take_in(write(tmp_path, tables))

    assert made.said("positions: code points")
    assert made.said("these lie on the words stored with them: none")
    assert made.codings("ani")[0]["quote"] == "ramah"


def test_the_database_alone_is_the_project_too(tmp_path: Path, take_in) -> None:
    made = take_in(write(tmp_path, qualcoder_tables(TEXT, CODINGS)) / "data.qda")

    assert len(made.codings("ani")) == 3


def test_categories_cases_attributes_and_annotations_come_along(tmp_path: Path, take_in) -> None:
    tables = qualcoder_tables(TEXT, CODINGS)
    tables["cases"] = [{"caseid": 1, "name": "Warga 1", "memo": "ditemui di loket", "owner": "ani", "date": DATE}]
    tables["case_text"] = [{"id": 1, "caseid": 1, "fid": 1, "pos0": 0, "pos1": len(TEXT)},
                           {"id": 2, "caseid": 1, "fid": 1, "pos0": 0, "pos1": 4}]  # fmt: skip
    tables["attribute"] = [
        {"attrid": 1, "name": "Jenis kelamin", "attr_type": "case", "value": "perempuan", "id": 1},
        {"attrid": 2, "name": "Tempat", "attr_type": "file", "value": "loket", "id": 1},
    ]
    tables["annotation"] = [{"anid": 1, "fid": 1, "pos0": 0, "pos1": 7, "memo": "siapa?", "owner": "ani"}]
    tables["journal"] = [{"jid": 1, "name": "Hari 1", "jentry": "Hujan.", "date": DATE, "owner": "ani"}]
    tables["source"].append({"id": 2, "name": "foto.jpg", "fulltext": None, "mediapath": "/images/foto.jpg"})
    tables["code_image"] = [{"imid": 1, "id": 2, "cid": 1, "owner": "ani"}]

    made = take_in(write(tmp_path, tables))

    informant = next(csv.DictReader(io.StringIO(made.files["informants.csv"].decode())))
    assert (informant["informant_id"], informant["sex"]) == ("Warga-1", "P")
    assert b"Ramah,Sikap,Ramah,tentang Ramah" in made.files["codebook.csv"]
    record = made.files["imported/kantor.md"].decode()
    for words in ("siapa?", "Hujan.", "Memo proyek", "Wawancara-1: Tempat: loket", "written by: QualCoder v11"):
        assert words in record
    for words in ("1 x pictures", "1 x codings of pictures", "1 x passages assigned to a case"):
        assert made.said(words)


def test_codings_off_their_words_after_an_edit_are_moved_or_told(tmp_path: Path, take_in) -> None:
    tables = qualcoder_tables(TEXT, CODINGS)
    tables["code_text"] += [
        {"ctid": 8, "cid": 1, "fid": 1, "seltext": "hari itu", "pos0": 2, "pos1": 9, "owner": "ani"},
        {"ctid": 9, "cid": 1, "fid": 1, "seltext": "kata yang dihapus", "pos0": 3, "pos1": 9, "owner": "ani"},
    ]

    made = take_in(write(tmp_path, tables))

    assert [row["quote"] for row in made.codings("ani")][-1] == "hari itu"
    assert made.said("not taken: 1 x codings of a selection not in its text")


def test_an_old_project_without_newer_columns_is_read(tmp_path: Path, take_in) -> None:
    old = QUALCODER.replace(", avid integer, important integer, unique(cid,fid,pos0,pos1, owner)", "")
    old = old.replace(", av_text_id integer, risid integer", "")
    tables = qualcoder_tables(TEXT, CODINGS)
    for row in tables["code_text"]:
        del row["important"]

    assert len(take_in(write(tmp_path, tables, old)).codings("ani")) == 3


def test_a_folder_without_the_database_is_refused(tmp_path: Path, refuse) -> None:
    (tmp_path / "kosong.qda").mkdir()

    refuse(tmp_path / "kosong.qda", "'data.qda' is not a file")


def test_a_database_of_another_program_is_refused(tmp_path: Path, refuse) -> None:
    path = write_database(tmp_path / "lain.qda/data.qda", "CREATE TABLE a (b)", {})

    refuse(path.parent, "has no table code_name, code_text, project, source")
