"""Writing the place of a quote back: exactly the moved rows, and every other byte as its owner wrote it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import openpyxl
import pandas as pd
from hypothesis import assume, example, given
from hypothesis import strategies as st
from openpyxl.styles import Font

from kinerja_study.collection.codings import Anchor, Sources, anchor_codings
from kinerja_study.collection.documents import parse_document
from kinerja_study.collection.reanchoring import write_anchors
from kinerja_study.collection.schemas import CODINGS
from kinerja_study.collection.tables import parse_table
from kinerja_study.errors import Fault

FILE = "codings/consensus.csv"
COLUMNS = list(CODINGS.columns)
WORDS = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam"]
TEXT = "nol. satu. dua. tiga. empat. lima. enam. kembar kembar"
NOTE = f"---\nid: O1\nkind: observation\ndate: 2024-03-04\n---\n{TEXT}"


def anchor(row: int, start: int, end: int) -> Anchor:
    return Anchor(file=FILE, row=row, start=start, end=end)


def sources() -> Sources:
    document = parse_document(NOTE.encode(), "observations/O1.md", [], [])
    assert document is not None
    return Sources(
        documents={"O1": document},
        informants=pd.DataFrame({"informant_id": [], "consent": []}),
        codebook=pd.DataFrame([("K", "mutu", "+")], columns=["code", "focus", "direction"]),
        groups={"O1": "amatan"},
        techniques={"amatan": "observation"},
    )


def anchors_of(data: bytes, file: str = FILE) -> tuple[list[Anchor], list[Fault]]:
    faults: list[Fault] = []
    table = parse_table(data, file, COLUMNS, faults)
    assert table is not None, faults
    _, found, anchors = anchor_codings(table, "consensus", file, sources())
    return anchors, faults + found


def test_two_cells_of_the_row_change_and_nothing_else():
    data = b"document_id,start,end,quote,code,magnitude,memo\r\nO1,1,4,satu,K,,a\r\nO1,,,dua,K,,\r\n"
    assert write_anchors(data, FILE, [anchor(2, 5, 9), anchor(3, 11, 14)]) == (
        b"document_id,start,end,quote,code,magnitude,memo\r\nO1,5,9,satu,K,,a\r\nO1,11,14,dua,K,,\r\n"
    )


def test_mark_separator_quotes_blank_rows_and_missing_last_line_end_stay():
    data = '\ufeff"memo";"quote";start ; "end ";document_id\r\n\r\n"a\r\n""b"";c";"satu";"7";8;O1\r\n;;;;\r\nx;dua;;;O1'
    # The heading is row 1, the blank line row 2, the row with a line break within a cell row 3.
    assert write_anchors(data.encode(), FILE, [anchor(3, 5, 9), anchor(5, 11, 14)]).decode() == data.replace(
        '"7";8;O1', "5;9;O1"
    ).replace("x;dua;;;O1", "x;dua;11;14;O1")


def test_single_quotation_mark_within_a_cell_does_not_swallow_the_rows_below():
    data = b'document_id,start,end,quote,code\nO1,,,layar 5" rusak,K\nO1,,,dua,K\nO1,,,tiga "3,K\n'
    assert write_anchors(data, FILE, [anchor(3, 11, 14)]) == data.replace(b"O1,,,dua", b"O1,11,14,dua")


def test_lines_of_an_old_mac_are_counted_and_kept():
    data = b'quote;start;end;memo\rsatu;;;"a, b, c, d, e, f, g, h, i, j, k, l"\rdua;;;\r'
    assert write_anchors(data, FILE, [anchor(3, 11, 14)]) == data.replace(b"dua;;;", b"dua;11;14;")


def test_no_anchor_leaves_the_file_as_it_is():
    data = '\ufeffa;b\r\n\r\n "x"; y\n"""";\'\''.encode()
    assert write_anchors(data, FILE, []) == data


def test_workbook_gets_the_two_numbers_and_keeps_its_other_cells_and_sheets():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["quote", " end ", "start", "document_id", "memo"],
        ["satu", 4, 1, "O1", "a"],
        ["dua", None, None, "O1", 7],
    ):
        sheet.append(row)
    sheet["A2"].font = Font(bold=True)
    sheet.column_dimensions["A"].width = 40
    book.create_sheet("Catatan").append(["jangan hilang"])
    buffer = io.BytesIO()
    book.save(buffer)
    written = openpyxl.load_workbook(
        io.BytesIO(write_anchors(buffer.getvalue(), "codings/a.xlsx", [anchor(3, 11, 14)]))
    )
    assert written.sheetnames == [sheet.title, "Catatan"]
    again = written[sheet.title]
    assert [[c.value for c in row] for row in again.iter_rows()] == [
        ["quote", " end ", "start", "document_id", "memo"],
        ["satu", 4, 1, "O1", "a"],
        ["dua", 14, 11, "O1", 7],
    ]
    assert again["A2"].font.bold
    assert again.column_dimensions["A"].width == 40
    assert written["Catatan"]["A1"].value == "jangan hilang"


@dataclass
class Sheet:
    """A coder's table as some spreadsheet writes it; ``expected`` is the same with the places written in."""

    separator: str
    newline: str
    mark: bool
    final: bool
    columns: list[str]
    quoted: list[bool]
    rows: list[dict[str, str] | None] = field(default_factory=list)

    def render(self, places: dict[int, tuple[int, int]]) -> bytes:
        flags = iter(self.quoted * 200)
        records = [self.separator.join(self._cell(name, next(flags)) for name in self.columns)]
        for number, row in enumerate(self.rows, start=2):
            if row is None:
                records.append(self.separator * (len(self.columns) - 1))
                continue
            place = dict(zip(("start", "end"), map(str, places[number]), strict=True)) if number in places else {}
            cells = []
            for name in self.columns:
                flag = next(flags)
                cells.append(place[name] if name in place else self._cell(row[name], flag))
            records.append(self.separator.join(cells))
        text = self.newline.join(records) + (self.newline if self.final else "")
        return text.encode("utf-8-sig" if self.mark else "utf-8")

    def _cell(self, text: str, quoted: bool) -> str:
        must = any(c in text for c in (self.separator, "\n", "\r")) or text.startswith('"')
        return '"' + text.replace('"', '""') + '"' if quoted or must else text


def row_of(quote: str, start: object, end: object, memo: str) -> dict[str, str]:
    place = {"document_id": "O1", "start": str(start), "end": str(end)}
    return {**place, "quote": quote, "code": "K", "magnitude": "", "memo": memo}


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Sheet, dict[int, tuple[int, int]]]:
    sheet = Sheet(
        separator=draw(st.sampled_from(",;\t")),
        newline=draw(st.sampled_from(["\n", "\r\n"])),
        mark=draw(st.booleans()),
        final=draw(st.booleans()),
        columns=draw(st.permutations(COLUMNS)),
        quoted=draw(st.lists(st.booleans(), min_size=1, max_size=9)),
    )
    places = {}
    words = draw(st.permutations([*WORDS, "kembar"]))
    states = st.sampled_from(["right", "moved", "outside", "empty", "blank"])
    memos = st.text(st.sampled_from("ab ,;\t\"'\n\u00e9\U0001f600e\u0301"), max_size=6)
    for word, state in zip(words, draw(st.lists(states, max_size=8)), strict=False):
        if state == "blank":
            sheet.rows.append(None)
            continue
        at = TEXT.index(word)
        start, end = {
            "right": (at, at + len(word)),
            "moved": (at + 1, at + 1 + len(word)),
            "outside": (900, 904),
            "empty": ("", ""),
        }[state]
        sheet.rows.append(row_of(word, start, end, draw(memos)))
        if state != "right" and word != "kembar":
            places[len(sheet.rows) + 1] = (at, at + len(word))
    return sheet, places


@given(sheets())
@example(
    (
        Sheet(";", "\r\n", True, False, COLUMNS, [False], [row_of("dua", "", "", '5"'), row_of("tiga", 1, 2, "")]),
        {2: (11, 14), 3: (16, 20)},
    )
)
def test_exactly_the_moved_unique_quotes_are_anchored_and_every_other_byte_stays(
    drawn: tuple[Sheet, dict[int, tuple[int, int]]],
):
    sheet, places = drawn
    data = sheet.render({})
    assume(data.decode("utf-8-sig").split(sheet.newline)[0].count(sheet.separator) == 6)
    anchors, _ = anchors_of(data)
    assert {a.row: (a.start, a.end) for a in anchors} == places
    written = write_anchors(data, FILE, anchors)
    assert written == sheet.render(places)
    again, faults = anchors_of(written)
    assert not again
    assert {f.kind for f in faults} <= {"quote_mismatch", "span_outside", "quote_not_placed"}
    assert all(f.value == "kembar" or f.kind == "span_outside" for f in faults)


def test_unique_quote_of_a_workbook_is_found_written_and_found_right():
    book = openpyxl.Workbook()
    for row in (COLUMNS, ["O1", 1, 4, "satu", "K", None, None], ["O1", None, None, "kembar", "K", None, None]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    anchors, faults = anchors_of(buffer.getvalue(), "codings/a.xlsx")
    assert [(a.row, a.start, a.end) for a in anchors] == [(2, 5, 9)]
    assert {f.kind for f in faults} == {"quote_mismatch", "quote_not_placed"}
    again, faults = anchors_of(write_anchors(buffer.getvalue(), "codings/a.xlsx", anchors), "codings/a.xlsx")
    assert not again
    assert [f.row for f in faults] == [3]
