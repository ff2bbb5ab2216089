"""Differences: what counts as the same, and the place of the first difference for each kind of file."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import matplotlib.image
import nbformat
import numpy as np
import pytest

from kinerja_study.reproduction.differences import MISSING, Difference, compare

TABLE = "code,cases,mean\nA,3,0.25\nB,5,0.5\nC,1,-1.0\n"
PAGE = (
    "<html><head><style>p{}</style></head><body><h2>Hasil</h2><p>Mutu <b>cukup</b> baik.</p>"
    '<h2>Gambar</h2><svg viewBox="0 0 10 10"><path d="M1.50 2L3 4"/><text>Mutu 3.5</text></svg></body></html>'
)
FINDINGS: dict[str, Any] = {"study": "kota", "foci": [{"id": "mutu", "score": 58.3, "cases": 3, "verdict": None}]}


def test_same_bytes_are_the_same_whatever_they_are() -> None:
    assert compare("x.json", b"\xff not json", b"\xff not json") is None


@pytest.mark.parametrize(
    ("old", "new", "place", "was", "now"),
    [
        ("B,5", "B,4", "row 3 (B), column cases", "5", "4"),
        ("B,5", "D,5", "row 3 (B), column code", "B", "D"),
        ("cases", "kasus", "row 1, heading of column 2", "cases", "kasus"),
        ("B,5,0.5\n", "", "row 3: the row is missing", "B,5,0.5", MISSING),
        ("C,1,-1.0\n", "", "row 4: the row is missing", "C,1,-1.0", MISSING),
        ("B,5", "AB,1,2.0\nB,5", "row 3: a row more", MISSING, "AB,1,2.0"),
        ("C,1,-1.0\n", "C,1,-1.0\nD,1,1.0\n", "row 5: a row more", MISSING, "D,1,1.0"),
        ("A,3,0.25\nB,5,0.5\n", "B,5,0.5\nA,3,0.25\n", "row 2: the same rows in another order, column code", "A", "B"),
        ("B,5,0.5", "B,5", "row 3 (B), column mean", "0.5", MISSING),
        # A number is never taken for another one that is written otherwise, unless both were computed.
        ("B,5,", "B,05,", "row 3 (B), column cases", "5", "05"),
        ("0.25", "0.2501", "row 2 (A), column mean", "0.25", "0.2501"),
        ("0.25", "nan", "row 2 (A), column mean", "0.25", "nan"),
    ],
)
def test_difference_of_a_table_is_named_by_row_and_column(old: str, new: str, place: str, was: str, now: str) -> None:
    assert compare("t.csv", TABLE.encode(), TABLE.replace(old, new, 1).encode()) == Difference(place, was, now)


@pytest.mark.parametrize("changed", ["0.25000000000000006", "2.5e-1", "0.250"])
def test_last_digits_of_a_computed_number_are_no_difference(changed: str) -> None:
    assert compare("t.csv", TABLE.encode(), TABLE.replace("0.25", changed).encode()) is None


@pytest.mark.parametrize(
    ("changes", "place", "was", "now"),
    [
        ({"score": 58.4}, "foci[mutu].score", "58.3", "58.4"),
        ({"cases": 4}, "foci[mutu].cases", "3", "4"),
        ({"verdict": "baik"}, "foci[mutu].verdict", MISSING, '"baik"'),
        ({"id": "kerja"}, "foci[mutu].id", '"mutu"', '"kerja"'),
        ({"more": [1]}, "foci[mutu].more", MISSING, "[1]"),
    ],
)
def test_difference_of_findings_is_named_by_its_path(changes: dict[str, Any], place: str, was: str, now: str) -> None:
    changed = {**FINDINGS, "foci": [FINDINGS["foci"][0] | changes]}
    assert compare("f.json", json.dumps(FINDINGS).encode(), json.dumps(changed).encode()) == Difference(place, was, now)


def test_computed_number_of_findings_may_differ_in_its_last_digits_and_spaces_do_not_count() -> None:
    changed = {**FINDINGS, "foci": [FINDINGS["foci"][0] | {"score": 58.3 + 1e-13}]}
    assert compare("f.json", json.dumps(FINDINGS).encode(), json.dumps(changed, indent=2).encode()) is None


def test_order_of_keys_is_a_difference() -> None:
    found = compare("f.json", b'{"a": 1, "b": 2}', b'{"b": 2, "a": 1}')
    assert found == Difference("the whole: order of the keys", "a, b", "b, a")


@pytest.mark.parametrize(
    ("old", "new", "place", "was", "now"),
    [
        ("cukup", "sangat", "under the heading 'Hasil'", "cukup", "sangat"),
        ("p{}", "p{color:red}", "before the first heading", "p{}", "p{color:red}"),
        ("<b>cukup</b>", "<i>cukup</i>", "under the heading 'Hasil'", "<b>", "<i>"),
        ("Gambar", "Bagan", "under the heading 'Gambar'", "Gambar", "Bagan"),
        # A number that is read counts to the last digit, in a drawing as well.
        ("Mutu 3.5", "Mutu 3.501", "under the heading 'Gambar'", "Mutu 3.5", "Mutu 3.501"),
        ("M1.50 2", "M1.60 2", "under the heading 'Gambar'", '<path d="M1.50 2L3 4">', '<path d="M1.60 2L3 4">'),
    ],
)
def test_difference_of_a_page_is_named_by_the_heading_above(old: str, new: str, place: str, was: str, now: str) -> None:
    found = compare("laporan.html", PAGE.encode(), PAGE.replace(old, new).encode())
    assert found == Difference(place, was, now)


def test_point_of_a_drawing_may_move_by_less_than_a_hair() -> None:
    assert compare("laporan.html", PAGE.encode(), PAGE.replace("M1.50 2", "M1.505 2").encode()) is None


def notebook(source: str, kind: str, shown: str) -> bytes:
    output = nbformat.v4.new_output("display_data", data={kind: shown})
    return nbformat.writes(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, outputs=[output], id="a")])
    ).encode()


def draw(colour: float) -> str:
    pixels, buffer = np.zeros((2, 3, 3)), io.BytesIO()
    pixels[1, 2] = colour
    matplotlib.image.imsave(buffer, pixels, format="png", pil_kwargs={"compress_level": int(colour > 0)})
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    ("was", "now", "place"),
    [
        (("x = 1\ny = 2", "text/plain", "1"), ("x = 1\ny = 3", "text/plain", "1"), "cell 1, line 2"),
        (("x", "text/plain", "a\nb"), ("x", "text/plain", "a\nc"), "cell 1, output 1 as text/plain, line 2"),
        (("x", "text/html", PAGE), ("x", "text/html", PAGE.replace("cukup", "tidak")),
         "cell 1, output 1 as text/html, under the heading 'Hasil'"),
        (("x", "image/png", draw(0)), ("x", "image/png", draw(0.5)),
         "cell 1, output 1 as image/png, pixel 3 of line 2"),
        (("x", "text/csv", "a"), ("x", "text/csv", "b"), "cell 1, output 1, data.text/csv[0]"),
    ],
)  # fmt: skip
def test_difference_of_a_notebook_is_named_by_cell_and_output(
    was: tuple[str, str, str], now: tuple[str, str, str], place: str
) -> None:
    found = compare("n.ipynb", notebook(*was), notebook(*now))
    assert found is not None
    assert found.place == place


def test_pixels_that_nobody_could_tell_apart_are_no_difference() -> None:
    was, now = (notebook("x", "image/png", draw(colour)) for colour in (0.0, 0.004))
    assert was != now
    assert compare("n.ipynb", was, now) is None


def test_text_is_compared_by_lines_and_shows_what_stands_around_the_first_difference() -> None:
    long = "kata " * 100
    found = compare("site.md", f"satu\n{long}X{long}".encode(), f"satu\n{long}Y{long}".encode())
    assert found is not None
    assert found.place == "line 2"
    assert found.was == f"…{('kata ' * 8)}X{('kata ' * 8)[:39]}…"
    assert len(found.now) < 90


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.html", "x.ipynb", "x.png", "x.md", "x.unknown"])
def test_what_is_not_what_its_name_says_differs_by_a_byte(name: str) -> None:
    found = compare(name, b"\xff\x00\x01", b"\xff\x00\x02")
    assert found == Difference("byte 3", r"'\x01'", r"'\x02'")


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.ipynb", "x.html"])
def test_output_that_has_become_empty_is_a_difference(name: str) -> None:
    assert compare(name, TABLE.encode(), b"") is not None
