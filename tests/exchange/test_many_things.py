"""Projects of many things, or made so that something is done for each pair of them: seconds, or a message."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign_databases import QUALCODER, qualcoder_tables, write_database

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange import passages
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.passages import Search
from kinerja_study.exchange.refi_qda import to_study

CODED = [("Pegawai", "A", "ani"), ("ramah", "A", "budi")]


@pytest.fixture
def many(tmp_path: Path):
    """Return what writes a QualCoder project with its tables changed, and imports it."""

    def bring(change, text: str = "Pegawai ramah.") -> Path:
        tables = {name: [dict(row) for row in rows] for name, rows in qualcoder_tables(text, CODED).items()}
        change(tables)
        file = write_database(tmp_path / "a.qda", QUALCODER, tables)
        (tmp_path / "data/raw").mkdir(parents=True, exist_ok=True)
        import_project(file, "baru", tmp_path)
        return tmp_path / "data/raw/baru"

    return bring


def codes(tables) -> None:
    tables["code_name"] += [{"cid": 100 + n, "name": f"K{n}"} for n in range(30)]


def cases(tables) -> None:
    tables["cases"] = [{"caseid": n, "name": f"C{n}"} for n in range(1, 31)]


def texts(tables) -> None:
    tables["source"] += [{"id": 100 + n, "name": f"t{n}", "fulltext": f"kata {n}"} for n in range(30)]


def users(tables) -> None:
    tables["code_text"] += [{**tables["code_text"][0], "ctid": 100 + n, "owner": f"u{n}"} for n in range(30)]


@pytest.mark.parametrize(("kind", "change"), [(f.__name__, f) for f in (codes, cases, texts, users)])
def test_more_than_anyone_could_have_is_refused_by_kind(kind, change, many, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(to_study, "MOST_THINGS", 20)

    with pytest.raises(ExchangeError, match=f"over 20 {kind}"):
        many(change)
    assert not (tmp_path / "data/raw/baru").exists()


@pytest.mark.parametrize("change", [codes, cases, texts, users])
def test_as_many_as_are_allowed_come_in(change, many) -> None:
    assert (many(change) / "study.toml").is_file()


def test_a_name_of_a_code_that_is_a_book_is_refused(many) -> None:
    with pytest.raises(ExchangeError, match="a name of over 1,000 characters"):
        many(lambda tables: tables["code_name"].append({"cid": 99, "name": "K" * 1001}))


def test_codes_below_each_other_in_a_circle_or_without_end_come_in(many) -> None:
    def change(tables) -> None:
        tables["code_cat"] = [{"catid": 1, "name": "satu", "supercatid": 2}, {"catid": 2, "name": "dua",
                                                                              "supercatid": 1}]  # fmt: skip
        tables["code_cat"] += [{"catid": n, "name": f"c{n}", "supercatid": n + 1} for n in range(10, 3000)]
        tables["code_name"] += [{"cid": 98, "name": "K", "catid": 1}, {"cid": 99, "name": "L", "catid": 10}]

    table = (many(change) / "codebook.csv").read_text()
    assert "\nK,dua,satu / K," in table
    assert max(map(len, table.split("\n"))) < 3 * 1000


def test_words_are_looked_for_within_a_bound_and_then_the_file_is_refused(many, monkeypatch) -> None:
    def change(tables) -> None:
        for row in tables["code_text"]:
            row.update(pos0=1, pos1=3)

    assert "Pegawai" in (many(change) / "codings/ani.csv").read_text()
    monkeypatch.setattr(passages, "MOST_SEARCHED", 20)
    search = Search("a.qda")
    assert search.find_once("Pegawai ramah.", "ramah") == (8, 13)
    with pytest.raises(ExchangeError, match="takes too long to look"):
        search.find_once("Pegawai ramah.", "ramah")


def test_a_user_whose_name_is_that_of_anothers_second_table_loses_nothing(many, tmp_path) -> None:
    def change(tables) -> None:
        tables["code_text"][1]["owner"] = "ani-2"

    raw = many(change)
    first = (raw / "codings/ani.csv").read_text()
    (raw / "codings/ani-2.csv").unlink()
    (raw / "codings/ani.csv").write_text(
        first.replace("Pegawai", "Pegawai ").replace("Pegawai ,", "Pegawai,", 1) + "\n"
    )
    (raw / "codings/ani.csv").write_text(first.split("\n")[0] + "\n")
    import_project(tmp_path / "a.qda", "baru", tmp_path)

    assert (raw / "codings/ani.csv").read_text() == first.split("\n")[0] + "\n"
    assert (raw / "codings/ani-2.csv").read_text() == first
    assert "ramah" in (raw / "codings/ani-2-2.csv").read_text()
