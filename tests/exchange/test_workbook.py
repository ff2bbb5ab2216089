"""A table as a workbook: the same cells back, nothing in it that acts, the same bytes each time."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kinerja_study.collection.tables import parse_table
from kinerja_study.errors import ExchangeError
from kinerja_study.exchange import workbook
from kinerja_study.exchange.workbook import _build, export_tables


@pytest.fixture
def back(tiny: Any, tmp_path: Path) -> Any:
    """Write cells as the raw table events.csv, export it, and return the sheet and the file."""

    def exporting(text: str) -> tuple[Any, Path]:
        tiny.write("events.csv", text)
        path = tmp_path / "keluar.xlsx"
        export_tables(tiny.open(), path, "events")
        return load_workbook(path).active, path

    return exporting


DANGEROUS = ["=1+1", "=cmd|'/c calc'!A0", "+62", "-2", "@SUM(A1)", "#REF!", "TRUE", "2018-03-12", "007", "1e5"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_a_spreadsheet_would_act_on_or_change_is_text(text: str, back: Any) -> None:
    sheet, path = back(f'date,note\n2024-03-05,"{text}"\n')

    assert (sheet["B2"].value, sheet["B2"].data_type) == (text, "s")
    assert sheet["B2"].quotePrefix == (text[0] in "=+-@")
    with zipfile.ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_tab_before_a_formula_does_not_hide_it(back: Any) -> None:
    sheet, _ = back('date,quote\n2024-03-05,"\t=1+1"\n')
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B2"].quotePrefix) == ("\t=1+1", "s", True)


def test_numbers_are_numbers_where_the_column_holds_them_and_read_back_as_written(back: Any) -> None:
    sheet, _ = back("date,minutes\na,15\nb,2.5\nc,007\nd,nan\ne,1.0\n")
    assert [cell.value for cell in sheet["B"]] == ["minutes", 15, 2.5, "007", "nan", "1.0"]


def test_the_heading_is_frozen_filtered_and_bold_and_columns_have_widths(back: Any) -> None:
    sheet, _ = back(f"date,note\n2024-03-05,{'panjang ' * 40}\n")

    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold) == ("A2", "A1:B2", True)
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (11, 60)


def test_the_same_table_gives_the_same_bytes_at_any_time(tiny: Any, tmp_path: Path, monkeypatch: Any) -> None:
    export_tables(tiny.open(), tmp_path / "a.xlsx")
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2e9))
    time.sleep(1.1)  # openpyxl writes the second at which it saves
    export_tables(tiny.open(), tmp_path / "b.xlsx")

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert b"1980-01-01T00:00:00Z" in zipfile.ZipFile(tmp_path / "a.xlsx").read("docProps/core.xml")


def test_all_tables_are_sheets_and_one_can_be_named(tiny: Any, tmp_path: Path) -> None:
    tiny.open().save("segments.csv", "id,n\na,1\n")
    tiny.open().save("informants.csv", "id\na\n")
    path = tmp_path / "keluar.xlsx"
    names = export_tables(tiny.open(), path)

    assert names[-2:] == ["processed/informants", "processed/segments"]
    assert load_workbook(path).sheetnames == [name.replace("/", " ") for name in names]
    assert export_tables(tiny.open(), path, "segments") == ["processed/segments"]
    assert export_tables(tiny.open(), path, "informants") == ["informants"]
    assert export_tables(tiny.open(), path, "processed/informants.csv") == ["processed/informants"]
    with pytest.raises(ExchangeError, match="Nearest: 'codebook'"):
        export_tables(tiny.open(), path, "codebok")


@pytest.mark.parametrize(
    ("cell", "said"), [("a\x01b", "'.x01'"), ("x" * 32_768, "over 32,767"), ("_x0041_", "_x0041_")]
)
def test_a_cell_that_a_spreadsheet_would_change_is_refused_with_its_row(
    cell: str, said: str, back: Any, tmp_path
) -> None:
    with pytest.raises(ExchangeError, match=f"events, row 3: a cell has .*{said}"):
        back(f"date,note\na,b\nc,{cell}\n")
    assert not [*tmp_path.glob("*keluar*")]


def test_a_table_of_more_rows_than_a_sheet_holds_is_refused(back: Any, monkeypatch: Any, tmp_path: Path) -> None:
    rows = "date,note\n" + "a,b\n" * 4
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    back(rows)
    with pytest.raises(ExchangeError, match=r"events has 5 rows below its heading, and a sheet 4"):
        back(rows + "a,b\n")


def test_a_million_rows_would_be_written_without_holding_their_sheet(tiny: Any, tmp_path: Path) -> None:
    export_tables(tiny.open(), tmp_path / "a.xlsx", "events")
    row = "2024-03-12,E-1234,present,07:30,16:00\n"
    tiny.write("attendance.csv", "date,employee_id,status,time_in,time_out\n" + row * 4_000)
    study = tiny.open()
    tracemalloc.start()
    export_tables(study, tmp_path / "a.xlsx", "attendance")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert peak < archive.getinfo("xl/worksheets/sheet1.xml").file_size


some_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n", exclude_characters="\ufffe\uffff"),
    max_size=12,
).filter(lambda text: "_x" not in text)


@given(rows=st.lists(st.tuples(st.just("1"), some_text, some_text), max_size=4))
def test_any_cell_reads_back_as_it_was(rows: list[tuple[str, str, str]]) -> None:
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["start", "quote", "memo"], dtype="str", index=range(2, len(rows) + 2))
    first: list[Any] = []
    once = parse_table(_build({"x": frame}, "x.xlsx"), "x.xlsx", None, first)
    assert once is not None
    twice = parse_table(_build({"x": once}, "x.xlsx"), "x.xlsx", None, first)
    assert twice is not None
    assert not first
    import unicodedata

    meant = [["1", *(unicodedata.normalize("NFC", cell) for cell in (quote, memo))] for _, quote, memo in rows]
    assert once.to_numpy().tolist() == [[a, b, c.strip()] for a, b, c in meant]
    assert twice.to_numpy().tolist() == once.to_numpy().tolist()


def test_the_workbook_is_read_as_the_raw_table_that_it_was(tiny: Any, tmp_path: Path) -> None:
    for name in ("informants", "codings/consensus", "services", "satisfaction", "claims"):
        export_tables(tiny.open(), tmp_path / "x.xlsx", name)
        was = parse_table((tiny.raw / f"{name}.csv").read_bytes(), "x.csv", None, [])
        now = parse_table((tmp_path / "x.xlsx").read_bytes(), "x.xlsx", None, [])
        assert was is not None
        assert now is not None
        assert now.to_dict("list") == was.to_dict("list")
    assert io.BytesIO((tmp_path / "x.xlsx").read_bytes()).read(2) == b"PK"
