"""What must never reach an output, found as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.collection.privacy import find_private


@pytest.mark.parametrize(
    ("text", "kind", "hidden"),
    [
        ("NIP 198503122009011004 hadir", "NIP (18 digits)", "198503122009011004"),
        ("NIP. 19850312 200901 1 004", "NIP (18 digits)", "19850312 200901 1 004"),
        ("NIP.19850312 200901 1 004", "NIP (18 digits)", "19850312"),
        ("NIP: 19850312.200901.1.004", "NIP (18 digits)", "19850312"),
        ("NIK 6471051203850001", "NIK (16 digits)", "6471051203850001"),
        ("NIK.6471051203850001.", "NIK (16 digits)", "6471051203850001"),
        ("telp. 0812-3456-7890", "telephone number", "0812"),
        ("HP.081234567890", "telephone number", "0812"),
        ("WA +62 812 3456 7890", "telephone number", "812"),
        ("(6281234567890)", "telephone number", "6281"),
        ("kirim ke budi.s+x@kecamatan.go.id ya", "e-mail address", "budi.s"),
    ],
)
def test_number_or_address_of_a_person_is_found_and_masked(text: str, kind: str, hidden: str):
    hits = find_private(text, [])
    assert [found for found, _ in hits] == [kind]
    assert hidden not in hits[0][1]
    assert "████" in hits[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "PermenPAN-RB 14/2017, Keppres 68/1995",
        "2018-03-12T09:15, REQ-0812, 64.71 persen, 12.345.678 rupiah",
        "W03:412-533:KUA-HASIL:consensus",
        "0.8123456789012345 dan 20000000",
        "@kecamatan",
    ],
)
def test_what_identifies_nobody_is_left_alone(text: str):
    assert find_private(text, []) == []


def test_name_of_the_key_file_is_found_whatever_its_case_and_spaces():
    for text in ("Bu Siti Aminah datang", "kata SITI AMINAH", "Siti\n  Aminah"):
        hits = find_private(text, ["Siti Aminah", "Budi"])
        assert [kind for kind, _ in hits] == ["a name of the private key file"]
        assert "aminah" not in hits[0][1].casefold()


def test_name_within_another_word_is_no_hit_and_letters_are_no_pattern():
    assert find_private("kebudian, Budiman", ["Budi"]) == []
    assert find_private("Moch. Ali", ["Moch. Ali"])
    assert find_private("MochX Ali", ["Moch. Ali"]) == []


def test_every_name_and_every_place_is_told():
    text = "Budi bertemu Siti, lalu Budi pulang. " + "x " * 40 + "budi@x.id"
    kinds = [kind for kind, _ in find_private(text, ["Budi", "Siti", "", "A", " "])]
    assert kinds.count("a name of the private key file") == 4
    assert kinds.count("e-mail address") == 1


@given(st.integers(10**17, 10**18 - 1), st.text("abc .,:;()\n", max_size=10), st.text(" .,:;()\n", max_size=10))
def test_any_eighteen_digits_between_other_letters_are_found(number: int, before: str, after: str):
    hits = find_private(f"{before} {number}{after}", [])
    assert hits
    assert str(number) not in "".join(place for _, place in hits)
