"""Tables of many rows, sound or wrong throughout: what a row may take, and how far a wrong one is looked through.

A thousand bytes a row, over the 150 MB that reading anything takes, keep a million rows below a gigabyte;
``benchmarks/large_tables.py`` takes the real million.
"""

from __future__ import annotations

import itertools
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from kinerja_study import errors
from kinerja_study.collection import check_study, codings, tables
from kinerja_study.collection.schemas import CODINGS, TABLES
from kinerja_study.collection.tables import parse_table, validate_table
from kinerja_study.errors import Faults

ROWS = 4_000
HEADING = ",".join(map(str, CODINGS.columns))


@pytest.fixture
def few_listed(monkeypatch) -> int:
    """List twenty faults of a file."""
    for module in (errors, codings, tables):
        monkeypatch.setattr(module, "MOST_FAULTS", 20)
    monkeypatch.setattr(tables, "_PIECE", 50)
    return 20


def coded(tiny, change: Callable[[list[str]], list[str]] = list, rows: int = ROWS) -> str:
    """Return many codings of one long text, each changed."""
    words = "".join(f"surat{number % 10}" for number in range(400))
    tiny.write("observations/O9.md", f"---\nid: O9\nkind: observation\ngroup: amatan\ndate: 2024-03-14\n---\n{words}")
    spans = itertools.islice(itertools.product(range(1000), range(20, 40)), rows)
    cells = (["O9", f"{at}", f"{at + size}", words[at : at + size], "LAIN-ANTRE", "1", ""] for at, size in spans)
    return "\n".join([HEADING, *(",".join(change(row)) for row in cells)])


def peak(of: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        of()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_million_sound_codings_would_be_checked_below_a_gigabyte(tiny) -> None:
    check_study(tiny.open())
    tiny.write("codings/coder-c.csv", coded(tiny))
    study = tiny.open()

    assert peak(lambda: check_study(study)) < 850 * ROWS
    assert [fault.kind for fault in check_study(study).faults] == []


def test_a_table_is_read_without_keeping_its_rows(tiny) -> None:
    data = coded(tiny).encode()
    kept = peak(lambda: [line.split(",") for line in data.decode().split("\n")])

    assert peak(lambda: parse_table(data, "codings/a.csv", list(CODINGS.columns), [])) < 0.7 * kept


WRONG = {
    "the schema": lambda row: [*row[:5], "9", ""],
    "every column of the schema": lambda _: ["", "x", "y", "", "", "9", ""],
    "the quote": lambda row: [*row[:3], "kata lain", *row[4:]],
    "the code": lambda row: [*row[:4], f"X-{row[1]}", *row[5:]],
    "the text": lambda row: [f"T-{row[1]}", *row[1:]],
    "a quote that stands everywhere": lambda row: ["O9", "", "", "s", *row[4:]],
    "a cell too many": lambda row: [*row, "x"],
    "a cell too few": lambda row: row[:3],
    "the same coding": lambda _: ["O9", "0", "5", "surat", "LAIN-ANTRE", "1", ""],
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_table_that_is_wrong_throughout_is_given_up_and_the_others_are_not(change, tiny, few_listed) -> None:
    tiny.write("codings/coder-c.csv", coded(tiny, change, 400))
    tiny.replace("interviews/T6.md", "date: 2024-03-12", "date: kemarin")
    found = check_study(tiny.open()).faults

    of_table = [fault for fault in found if fault.file == "codings/coder-c.csv"]
    assert len(of_table) == few_listed + 1
    assert of_table[-1].kind == "too_many"
    assert "from here on nothing was looked at" in of_table[-1].problem
    assert [fault.kind for fault in found if fault.file == "interviews/T6.md"] == ["bad_value"]


def record(row: Iterable[str]) -> str:
    return ",".join(row) + "\n"


OTHERS = {
    "informants.csv": lambda n: record([f"X-{n}", "tidak-ada", "main", "staf", "", "", "", "", "yes", ""]),
    "services.csv": lambda n: record([f"R-{n}", "legalisasi", "2024-03-12T09:15", "2024-03-12T09:05", "", ""]),
    "attendance.csv": lambda n: record(["2024-03-12", f"E-{n}", "present", "16:00", "07:30"]),
    "claims.csv": lambda n: record([f"K{n}", "finding", "mutu", "t", "code=TIDAK-ADA", "", ""]),
    "memos.csv": lambda n: record([f"m{n}", "2024-03-12", "coder-a", "code", "TIDAK-ADA", "process", "t"]),
    "satisfaction.csv": lambda _: record(["Q-1", "2024-03-12", *[""] * 9]),
    "interviews/T1.md": lambda _: "A-7: ya\n",
    "interviews/T2.md": lambda _: "",
}


@pytest.mark.parametrize("file", OTHERS)
def test_no_file_lists_more_faults_than_are_read(file: str, tiny, few_listed) -> None:
    if file == "interviews/T2.md":
        tiny.replace(file, "---\n", "---\n" + "tanpa titik dua\n" * 100)
    elif file.endswith(".md"):
        tiny.write(file, tiny.read(file) + "".join(OTHERS[file](n) for n in range(100)))
    else:
        columns = ",".join(map(str, TABLES[file.removesuffix(".csv")].columns))
        there = tiny.read(file) if (tiny.raw / file).is_file() else columns + "\n"
        tiny.write(file, there + "".join(OTHERS[file](n) for n in range(100)))
    counts = Counter(fault.file for fault in check_study(tiny.open()).faults)

    assert counts[file] == few_listed + 1


def test_a_wrong_table_is_held_against_its_schema_piece_by_piece_and_not_to_its_end(tiny, few_listed) -> None:
    frame = parse_table(coded(tiny, WRONG["every column of the schema"], 400).encode(), "a.csv", None, [])

    assert few_listed < len(validate_table(frame, CODINGS, "a.csv")) <= few_listed + 50 * len(CODINGS.columns)


def test_without_the_bound_every_fault_is_kept(tiny) -> None:
    frame = parse_table(coded(tiny, WRONG["every column of the schema"]).encode(), "a.csv", None, [])

    assert len(validate_table(frame, CODINGS, "a.csv")) > 10_000


def test_a_table_of_more_rows_than_a_sheet_can_hold_is_refused_at_its_row(tiny, monkeypatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 100)
    faults = Faults()

    assert parse_table(coded(tiny).encode(), "a.csv", None, faults) is None
    assert [(fault.kind, fault.row) for fault in faults] == [("too_large", 102)]
