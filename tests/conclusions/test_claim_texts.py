"""What the words of a claim show by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.conclusions.claim_texts import plain_text, read_boundary, read_position, read_quantity


@pytest.mark.parametrize(
    ("text", "impossible", "has_unit"),
    [
        # Balikpapan lies at 1.0-1.5 south and 116.5-117.0 east
        ("Terletak pada 1,0°-1,5° LS dan 116,5°–117,0° BT", (), True),
        ("1,0 LS; 116,5 BT", (), False),
        ("Posisi 8,863-28,387 LS dan 12,001-53,028 BT", ("28,387 LS", "12,001 BT", "53,028 BT"), False),
        ("7° LU", ("7 LU",), True),
        ("30° BB", ("30 BB",), True),
    ],
)
def test_degrees_that_no_place_in_indonesia_has_are_named(text: str, impossible: tuple[str, ...], *, has_unit: bool):
    found = read_position(text)
    assert found is not None
    assert (found.impossible, found.has_unit) == (impossible, has_unit)


@pytest.mark.parametrize("text", ["Luas wilayah 10,218 km2", "BT", "", "12 LSM di kecamatan", "enam derajat LU"])
def test_text_without_a_position_has_none(text: str):
    assert read_position(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Batas utara: Kecamatan Balikpapan Tengah", ("utara", "Kecamatan Balikpapan Tengah")),
        ("Batas barat: Kecamatan A (sama dengan batas utara)", ("barat", "Kecamatan A")),
        ("Sebelah Selatan berbatasan dengan Selat Makassar", ("selatan", "Selat Makassar")),
        ("Keterbatasan alat: printer rusak", None),
        ("Lewat batas waktu", None),
    ],
)
def test_boundary_is_read_with_its_side(text: str, expected: tuple[str, str] | None):
    assert read_boundary(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Masih ada beberapa hambatan", (-1, "beberapa")),
        ("Faktor penghambat masih cukup banyak", (1, "cukup banyak")),
        ("Hambatannya tidak banyak", (-1, "tidak banyak")),
        ("Sebagian besar selesai", (1, "sebagian besar")),
        ("Beberapa mengeluh, banyak yang diam", None),
        ("Pegawai ramah", None),
        ("Sedikitnya lima orang", None),
    ],
)
def test_few_and_many_are_told_apart(text: str, expected: tuple[int, str] | None):
    assert read_quantity(text) == expected


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{0,3}[,.]?[0-9]{0,3} ?(LS|BT)|[Bb]atas \w* ?:.*"))
def test_no_text_stops_the_reading(text: str):
    read_position(text)
    read_boundary(text)
    read_quantity(text)


def test_plain_text_keeps_words_only():
    assert plain_text(" Mutu, BAIK!\n sekali ") == "mutu baik sekali"
