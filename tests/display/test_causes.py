from __future__ import annotations

import pandas as pd
import pytest

from kinerja_study.display import build_causes
from kinerja_study.display.causes import CAUSE_COLUMNS, CAUSE_FOLLOWS, EFFECT_FOLLOWS, find_connectives

SPEAKER = "A-1"


def study(*turns: str, spans: dict[str, str], withheld: bool = False) -> pd.DataFrame:
    """Return the causes in turns of one text; spans are coded words, each of which occurs once, by code."""
    label, texts = f"{SPEAKER}:", [f"{SPEAKER}: {turn}\n" for turn in turns]
    whole, rows, place = "".join(texts), [], 0
    for text in texts:
        shown = "" if withheld else text
        rows.append(("T1", SPEAKER, place, place + len(text), shown))
        place += len(text)
    assert all(text.startswith(label) for text in texts)
    coded = []
    for code, words in spans.items():
        assert whole.count(words) == 1, words
        start = whole.index(words)
        coded.append((f"T1:{code}", "T1", start, start + len(words), code, SPEAKER))
    segments = pd.DataFrame(coded, columns=["coding_id", "document_id", "start", "end", "code", "case_id"])
    return build_causes(segments, pd.DataFrame(rows, columns=["document_id", "speaker", "start", "end", "text"]))


def edges(*turns: str, spans: dict[str, str], withheld: bool = False) -> list[tuple[str, str]]:
    table = study(*turns, spans=spans, withheld=withheld)
    return list(zip(table["cause"], table["effect"], strict=True))


@pytest.mark.parametrize("word", CAUSE_FOLLOWS)
def test_after_because_stands_the_cause(word: str) -> None:
    said = f"Warga pulang {word} listrik padam."
    assert edges(said, spans={"PULANG": "Warga pulang", "PADAM": "listrik padam."}) == [("PADAM", "PULANG")]


@pytest.mark.parametrize("word", EFFECT_FOLLOWS)
def test_after_therefore_stands_the_effect(word: str) -> None:
    said = f"Listrik padam, {word} warga pulang."
    assert edges(said, spans={"PADAM": "Listrik padam", "PULANG": "warga pulang."}) == [("PADAM", "PULANG")]


@pytest.mark.parametrize("word", EFFECT_FOLLOWS)
def test_therefore_at_the_beginning_joins_its_sentence_to_the_one_before(word: str) -> None:
    said = f"Listrik padam. {word.capitalize()} warga pulang."
    spans = {"PADAM": "Listrik padam.", "PULANG": f"{word.capitalize()} warga pulang."}
    assert edges(said, spans=spans) == [("PADAM", "PULANG")]


def test_because_at_the_beginning_joins_the_sides_of_the_comma_or_answers_the_sentence_before() -> None:
    comma = {"PADAM": "listrik padam", "PULANG": "warga pulang."}
    assert edges("Antre. Karena listrik padam, warga pulang.", spans=comma) == [("PADAM", "PULANG")]
    answer = {"PULANG": "Warga pulang.", "PADAM": "listrik padam."}
    assert edges("Warga pulang. Karena listrik padam.", spans=answer) == [("PADAM", "PULANG")]
    assert edges("Karena listrik padam dan warga pulang.", spans={"A": "listrik padam", "B": "warga pulang"}) == []


def test_a_coding_within_another_is_the_cause_that_the_other_tells() -> None:
    spans = {"TUNDA": "Berkas menunggu karena listrik padam.", "PADAM": "listrik padam"}
    assert edges("Berkas menunggu karena listrik padam.", spans=spans) == [("PADAM", "TUNDA")]


def test_a_coding_that_reaches_over_the_word_has_no_side_against_another_beside_it() -> None:
    spans = {"TELITI": "Suratnya salah", "SARANA": "dan menumpang karena printer rusak."}
    assert edges("Suratnya salah dan menumpang karena printer rusak.", spans=spans) == []


@pytest.mark.parametrize(
    "said",
    [
        "Listrik padam dan warga pulang.",  # no connective
        "Listrik padam. Warga pulang.",
        "Listrik padam sesudah surat jadi dan warga pulang.",  # to become
        "Listrik padam bukan karena warga pulang.",  # denied
        "Listrik padam apakah karena warga pulang?",  # asked
        "Listrik padam, sebab-akibatnya panjang, warga pulang.",  # part of a word
        "Listrik padam. Kami menunggu. Jadi antre. Warga pulang.",  # other sentences
    ],
)
def test_without_a_word_that_joins_the_two_there_is_no_edge(said: str) -> None:
    words = "warga pulang" if "warga pulang" in said else "Warga pulang"
    assert edges(said, spans={"A": "Listrik padam", "B": words}) == []


def test_no_edge_reaches_across_turns() -> None:
    spans = {"PADAM": "Listrik padam.", "PULANG": "warga pulang."}
    assert edges("Listrik padam. Jadi warga pulang.", spans=spans) == [("PADAM", "PULANG")]
    assert edges("Listrik padam.", "Jadi warga pulang.", spans=spans) == []


def test_a_connective_reaches_no_further_than_the_next() -> None:
    said = "Printer menumpang karena loket rusak, jadi petugas berjalan."
    spans = {"A": "Printer menumpang", "B": "loket rusak", "C": "petugas berjalan"}
    assert edges(said, spans=spans) == [("B", "A"), ("B", "C")]


def test_karena_itu_is_therefore_only_where_a_clause_begins_or_after_oleh() -> None:
    spans = {"A": "Warga pulang", "B": "urusan camat"}
    assert edges("Warga pulang karena itu urusan camat.", spans=spans) == [("B", "A")]
    assert edges("Warga pulang oleh karena itu urusan camat.", spans=spans) == [("A", "B")]


def test_the_same_words_or_the_same_code_are_no_pair() -> None:
    rows = [("X", 0, 12), ("X", 20, 33), ("Y", 0, 33), ("Z", 0, 33)]
    segments = pd.DataFrame(rows, columns=["code", "start", "end"])
    segments = segments.assign(coding_id=["a", "b", "c", "d"], document_id="T", case_id="A")
    turn = {"document_id": "T", "speaker": "", "start": 0, "end": 34, "text": "Warga pulang karena listrik padam."}
    for codes in (["X"], ["Y", "Z"]):
        assert build_causes(segments[segments["code"].isin(codes)], pd.DataFrame([turn])).empty


def test_withheld_turns_give_no_edge_and_nothing_keeps_the_columns() -> None:
    spans = {"PADAM": "Listrik padam", "PULANG": "warga pulang."}
    table = study("Listrik padam sehingga warga pulang.", spans=spans, withheld=True)
    assert table.empty
    assert tuple(table.columns) == CAUSE_COLUMNS


def test_an_edge_carries_both_codings_the_case_and_the_words() -> None:
    table = study(
        "Ya. Listrik padam sehingga warga pulang. Begitu.", spans={"PADAM": "Listrik padam", "PULANG": "warga pulang."}
    )
    assert table.to_dict("records") == [
        {
            "cause": "PADAM",
            "effect": "PULANG",
            "cause_coding": "T1:PADAM",
            "effect_coding": "T1:PULANG",
            "case_id": SPEAKER,
            "document_id": "T1",
            "connective": "sehingga",
            "quote": "Listrik padam sehingga warga pulang.",
        }
    ]


def test_the_label_of_the_speaker_does_not_begin_a_sentence_before() -> None:
    assert list(find_connectives(" Karena undangan.")) == []
