from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from kinerja_study.presentation.wording import Wording, lower_first, upper_first, write_magnitude

INDONESIAN, ENGLISH = Wording("id"), Wording("en")


@pytest.mark.parametrize(
    ("value", "digits", "indonesian", "english"),
    [
        (65.0, 2, "65,00", "65.00"),
        (81.25, None, "81,25", "81.25"),
        (85.0, None, "85", "85"),
        (0.5, None, "0,5", "0.5"),
        (1234.5, None, "1.234,5", "1,234.5"),
        (1234.5, 0, "1.234", "1,234"),
        (-0.25, 2, "-0,25", "-0.25"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    value: float, digits: int | None, indonesian: str, english: str
) -> None:
    assert INDONESIAN.number(value, digits) == indonesian
    assert ENGLISH.number(value, digits) == english


def test_dates_are_written_out() -> None:
    assert INDONESIAN.date("2018-03-12") == "12 Maret 2018"
    assert ENGLISH.date("2018-03-12") == "12 March 2018"
    assert INDONESIAN.date("2024-02-29") == "29 Februari 2024"


def test_shares_are_written_in_percent_with_at_most_one_decimal() -> None:
    assert INDONESIAN.percent(0.8125).replace(" ", "") == "81,2%"
    assert ENGLISH.percent(1.0).replace(" ", "") == "100%"


def test_counts_are_words_up_to_ten_and_digits_beyond() -> None:
    assert [INDONESIAN.words(n) for n in (0, 1, 10, 11, 1000)] == ["nol", "satu", "sepuluh", "11", "1.000"]
    assert [ENGLISH.words(n) for n in (0, 10, 11)] == ["zero", "ten", "11"]


def test_items_are_listed_with_the_conjunction_of_the_language() -> None:
    assert [INDONESIAN.listed(items) for items in ([], ["a"], ["a", "b"])] == ["", "a", "a dan b"]
    assert INDONESIAN.listed(["a", "b", "c"]).replace(",", "") == "a b dan c"
    assert ENGLISH.listed(["a", "b"]) == "a and b"


def test_magnitude_has_its_sign_and_a_real_minus() -> None:
    assert [write_magnitude(m) for m in (-2, 0, 1)] == ["\u22122", "0", "+1"]


def test_label_stands_in_a_sentence_without_capital_but_an_abbreviation_keeps_its_own() -> None:
    assert (lower_first("Mutu kerja"), lower_first("SKM"), lower_first("KTP dan KK")) == (
        "mutu kerja",
        "SKM",
        "KTP dan KK",
    )
    assert (lower_first(""), upper_first(""), upper_first("sediakan genset")) == ("", "", "Sediakan genset")


def test_sentence_with_a_missing_value_or_an_unknown_key_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        INDONESIAN.say("verdict.plain", focus="Mutu", level="baik")
    with pytest.raises(KeyError):
        INDONESIAN.say("verdict.unknown")
    assert INDONESIAN.has("verdict.plain")
    assert not INDONESIAN.has("verdict.unknown")


def test_text_from_the_field_is_never_taken_for_a_template() -> None:
    said = INDONESIAN.say("verdict.plain", focus="{{ 7 * 7 }} {% raw %}", level="baik", score=80.0)
    assert "{{ 7 * 7 }} {% raw %}" in said
    assert "49" not in said


def test_sentence_is_one_line_without_double_spaces() -> None:
    said = INDONESIAN.say("verdict.plain", focus="Mutu\n  kerja", level="baik", score=80.0)
    assert "Mutu kerja" in said
    assert said == " ".join(said.split())
