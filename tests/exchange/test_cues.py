"""Cues in Indonesian words: what stands there, in which direction, in which clause."""

from __future__ import annotations

import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange import cues as module
from kinerja_study.exchange.cues import Cues, split_clauses

CUES = Cues(
    [
        {"code": "RAMAH", "cues_for": "ramah; dilayani dengan senyum", "cues_against": "kurang ramah; jutek"},
        {"code": "WAKTU", "cues_for": "tepat waktu", "cues_against": "terlambat; berhari-hari"},
        {"code": "KOSONG", "cues_for": "", "cues_against": " ; "},
    ]
)


def found(text: str) -> list[tuple[str, str, int]]:
    return [(text[hit.start : hit.end], hit.code, hit.magnitude) for hit in CUES.find(text)]


@pytest.mark.parametrize(
    ("text", "magnitude"),
    [
        ("Petugasnya ramah.", 1),
        ("Petugasnya jutek.", -1),
        ("Petugasnya tidak ramah.", -1),
        ("Petugasnya bukan orang yang ramah.", -1),
        ("Petugasnya belum begitu ramah.", -1),
        ("Jangan jutek.", 1),
        ("Tanpa ramah tamah.", -1),
        ("Ndak ramah.", -1),
        ("Petugasnya kurang ramah.", -1),
        ("Tidak kurang ramah.", 1),
        ("Bukan tidak ramah.", 1),
        ("Tidak hanya ramah.", 1),
        ("Tidak ada yang bilang bahwa di sana ramah.", 1),
        ("Kadang ramah kadang jutek.", 0),
        ("Dilayani selalu dengan senyum.", 1),
        ("Melayani dengan senyum.", 1),
    ],
)
def test_a_negation_within_reach_turns_a_cue(text: str, magnitude: int) -> None:
    assert [hit[1:] for hit in found(text)] == [("RAMAH", magnitude)]


def test_a_contrast_parts_what_is_said() -> None:
    assert found("Ramah, tetapi terlambat; padahal dulu tepat waktu. Meskipun jutek, selalu tepat waktu.") == [
        ("Ramah", "RAMAH", 1),
        ("tetapi terlambat", "WAKTU", -1),
        ("padahal dulu tepat waktu", "WAKTU", 1),
        ("Meskipun jutek", "RAMAH", -1),
        ("selalu tepat waktu", "WAKTU", 1),
    ]


def test_a_negation_does_not_reach_over_a_contrast() -> None:
    assert found("Tidak, tapi ramah.") == [("tapi ramah", "RAMAH", 1)]


def test_words_of_a_cue_stand_near_each_other_and_in_order() -> None:
    assert found("Waktu itu tepat.") == []
    assert found("Tepat sekali pada waktu.") == [("Tepat sekali pada waktu", "WAKTU", 1)]
    assert found("Tepat di depan kantor itu waktu.") == []


def test_a_word_alone_and_a_doubled_word_stand_as_they_are() -> None:
    assert found("Keramahan sehari, hari ini.") == []
    assert found("Sudah berhari-hari.") == [("Sudah berhari-hari", "WAKTU", -1)]


@given(st.text())
def test_clauses_are_in_order_and_hold_every_word(text: str) -> None:
    spans = split_clauses(text)

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    words = "".join(c for c in text if c.isalnum())
    assert "".join(c for start, end in spans for c in text[start:end] if c.isalnum()) == words


def test_without_the_stemmer_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    module._stemmer.cache_clear()
    module._stem.cache_clear()
    monkeypatch.setitem(sys.modules, "Sastrawi.Stemmer.StemmerFactory", None)
    with pytest.raises(ExchangeError, match=r"PySastrawi: the package is not installed(?s:.*)pip install"):
        Cues([{"code": "A", "cues_for": "tepat waktu", "cues_against": ""}])
    module._stemmer.cache_clear()
