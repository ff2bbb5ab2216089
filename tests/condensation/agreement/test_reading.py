"""Tables of ratings as others keep them: read as they are, or refused with row, column and cure."""

from __future__ import annotations

import io
import pickle

import openpyxl
import pytest

from kinerja_study.condensation.agreement.reading import RatingsError, read_ratings, read_segments


def faults(text: str | bytes, **how: object) -> list[tuple[str, int | None, str | None, str | None]]:
    data = text if isinstance(text, bytes) else text.encode()
    read = read_segments if text[:5] in ("coder", b"coder") else read_ratings
    with pytest.raises(RatingsError) as caught:
        read(data, "r.csv", **how)  # type: ignore[arg-type]
    assert str(caught.value).startswith("r.csv")
    assert "study" not in str(caught.value)
    return [(fault.kind, fault.row, fault.column, fault.value) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        "unit,A,B\nu1,1,2\nu2,,3\n",
        "\ufeffunit;A;B\r\nu1;1;2\r\nu2;;3\r\n",
        "unit\tA\tB\n\nu1\t1\t2\nu2\t \t3\n",
        '"unit","A","B"\n"u1","1","2"\n"u2","","3,0"\n',
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(text: str) -> None:
    ratings = read_ratings(text.encode(), "r.csv")
    assert ratings.coders == ("A", "B")
    assert ratings.categories == (1.0, 2.0, 3.0)
    assert ratings.codes.tolist() == [[0, 1], [-1, 2]]


def test_a_workbook_is_read_like_a_table() -> None:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (["unit", "A", "B"], [1, 1.5, "x"], [2, None, "y"]):
        book.active.append(row)
    book.save(buffer)
    ratings = read_ratings(buffer.getvalue(), "r.xlsx")
    assert ratings.categories == ("1.5", "x", "y")
    assert ratings.scores is None


def test_numbers_are_ordered_as_numbers_and_texts_have_no_order() -> None:
    assert read_ratings(b"unit;A\n1;10\n2;9\n3;-1,5\n", "r.csv").categories == (-1.5, 9.0, 10.0)
    mixed = read_ratings(b"unit,A\n1,10\n2,9\n3,x\n", "r.csv")
    assert (mixed.categories, mixed.scores) == (("10", "9", "x"), None)


def test_a_text_where_the_level_needs_a_number_is_named_once_at_its_first_place() -> None:
    table = "unit,A,B\nu1,1,n/a\nu2,n/a,2\nu3,tiga,3\n"
    for level in ("ordinal", "interval", "ratio"):
        assert faults(table, level=level) == [("no_number", 2, "B", "n/a"), ("no_number", 4, "A", "tiga")]
    assert read_ratings(table.encode(), "r.csv", "nominal").categories == ("1", "2", "3", "n/a", "tiga")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("empty_file", None, None, None)]),
        ("unit\nu1\n", [("no_ratings", None, None, None)]),
        ("unit,A,B\n", [("no_ratings", None, None, None)]),
        ("unit,A,A\nu1,1,1\n", [("duplicate_column", 1, None, "A")]),
        ("unit,A,,B\nu1,1,,1\n", [("unnamed_column", 1, None, None)]),
        ("unit,A,B\nu1,1,1\nu2,1\n", [("ragged_row", 3, None, None)]),
        ("unit,A,B\nu1,1,1,1\n", [("ragged_row", 2, None, None)]),
        ("unit,A,B\nu1,1,1\nu1,1,2\n,1,2\n", [("unit", 3, "unit", "u1"), ("unit", 4, "unit", None)]),
        (b"unit,A\nu1,\xe9\n", [("encoding", 2, None, "byte 0xe9")]),
        ('unit,A\nu1,"x\n', [("csv", 2, None, None)]),
        ("coder,start,end,code\n", [("no_ratings", None, None, None)]),
        ("coder,from,end,code\nA,1,2,x\n", [("unknown_column", 1, None, "from"), ("missing_column", 1, "start", None)]),
        ("coder,start,end,code\n,1,2,\n", [("empty_cell", 2, "coder", None), ("empty_cell", 2, "code", None)]),
        ("coder,start,end,code\nA,-1,2.5,x\n", [("no_position", 2, "start", "-1"), ("no_position", 2, "end", "2.5")]),
        ("coder,start,end,code\nA,2,2,x\n", [("empty_segment", 2, "end", "2")]),
        ("coder,start,end,code\nA,5,9,x\nB,1,2,x\nA,1,6,y\n", [("overlap", 2, "start", "5")]),
        ("coder,start,end,code\nA,0,9,x\nA,1,2,x\nA,4,6,y\n",
         [("overlap", 3, "start", "1"), ("overlap", 4, "start", "4")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_place(text: str | bytes, expected: list[object]) -> None:
    assert faults(text) == expected


def test_segments_of_one_coder_may_touch_and_of_two_overlap() -> None:
    table = b"code;coder;end;start\nx;A;4;0\ny;A;6;4\nx;B;5;1\n"
    segments, length = read_segments(table, "r.csv")
    assert (len(segments), length) == (3, 6)
    assert read_segments(table, "r.csv", 10)[1] == 10


def test_a_segment_beyond_the_length_is_named() -> None:
    assert faults("coder,start,end,code\nA,1,5,x\nB,1,4,x\n", length=4) == [("outside", 2, "end", "5")]


def test_the_error_survives_the_way_between_processes() -> None:
    with pytest.raises(RatingsError) as caught:
        read_ratings(b"unit\n", "r.csv")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own
