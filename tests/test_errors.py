"""Messages: what is wrong, where, and what to do; errors that survive the way between processes."""

from __future__ import annotations

import pickle

import pytest

from kinerja_study.errors import (
    Fault,
    MissingStageError,
    NotebookError,
    PrivacyError,
    RawDataError,
    StudyError,
    UnknownParameterError,
    UnknownStudyError,
    nearest,
    suggest,
)

FAULT = Fault(
    kind="unknown_code", problem="the code is not in the codebook", cure="Correct the row.",
    file="codings/coder-a.csv", row=41, column="code", value="HAM-LISTRK",
)  # fmt: skip

ERRORS = [
    RawDataError("tiny", [FAULT]),
    UnknownStudyError("tni", ["tiny"]),
    UnknownParameterError("agregate", "mean", ["aggregate"], True),
    MissingStageError("segments.csv", "tiny"),
    NotebookError("1.ipynb", 3, "x = 1", "NameError: y", "Run it again."),
    PrivacyError([("e-mail address", "kirim ke ████")]),
]


def test_fault_is_said_with_file_row_column_value_and_cure():
    assert str(FAULT) == (
        "codings/coder-a.csv, row 41, column code: the code is not in the codebook (value: 'HAM-LISTRK').\n"
        "    Correct the row."
    )


def test_fault_without_row_column_and_value_names_the_file_only():
    fault = Fault(kind="missing_file", problem="the file is missing", cure="Add it.", file="codebook.csv")
    assert str(fault) == "codebook.csv: the file is missing.\n    Add it."


def test_long_value_is_cut_so_that_the_message_stays_readable():
    said = str(Fault(kind="k", problem="p", cure="c", file="f", value="a" * 5000))
    assert len(said) < 200
    assert "aaa...'" in said


def test_control_characters_of_a_file_do_not_reach_the_terminal():
    said = str(Fault(kind="k", problem="p", cure="c", file="f", value="\x1b[2Jhapus\a"))
    assert "\x1b" not in said
    assert "\a" not in said
    assert "hapus" in said


def test_raw_data_error_counts_and_lists_every_fault():
    other = Fault(kind="k", problem="lain", cure="Ubah.", file="claims.csv", row=2)
    assert str(RawDataError("tiny", [FAULT])).startswith("1 fault in study 'tiny':")
    said = str(RawDataError("tiny", [FAULT, other]))
    assert said.startswith("2 faults in study 'tiny':")
    assert str(FAULT) in said
    assert str(other) in said


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_every_error_survives_pickling_with_its_fields_and_text(error: StudyError):
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("HAM-LISTRK", "HAM-LISTRIK"),
        ("ham-tunda", "HAM-TUNDA"),
        ("HAM_TUNDA", "HAM-TUNDA"),
        ("xyz", None),
        ("", None),
    ],
)
def test_nearest_word_is_found_whatever_its_case_or_not_at_all(word: str, found: str | None):
    assert nearest(word, ["HAM-LISTRIK", "HAM-TUNDA", "MUTU"]) == found


def test_no_suggestion_is_made_where_nothing_is_near():
    assert suggest("xyz", ["mean", "median"]) == ""
    assert suggest("medan", ["mean", "median"]) == "Nearest: 'median'. "


def test_unknown_study_names_the_nearest_and_how_to_make_one():
    said = str(UnknownStudyError("balikpapan-kta", ["balikpapan-kota", "tiny"]))
    assert "balikpapan-kota, tiny" in said
    assert "Nearest: 'balikpapan-kota'" in said
    assert "kinerja new" in said


def test_unknown_parameter_and_bad_value_are_told_apart():
    assert "Nearest: 'aggregate'" in str(UnknownParameterError("agregate", "mean", ["aggregate", "weights"], True))
    said = str(UnknownParameterError("aggregate", "modus", ["mean", "median"], False))
    assert "aggregate cannot be 'modus'" in said
    assert "Allowed: mean, median" in said
