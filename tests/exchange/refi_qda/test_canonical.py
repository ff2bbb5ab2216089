"""Stored text made canonical: every position stays on its character."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.exchange.refi_qda.canonical import Canonical

TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab \r\n\0\u0301\u0327é\u1100\u1161\u11a8\U0001f600\u09c7\u09be"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)  # fmt: skip


def plainly(stored: str) -> str:
    return unicodedata.normalize("NFC", stored.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))


@given(TRICKY)
def test_canonical_text_is_what_a_study_reads(stored: str) -> None:
    assert Canonical(stored).text == plainly(stored)


@given(TRICKY, st.data())
def test_a_position_keeps_what_stands_before_it_or_widens_to_a_whole_character(stored: str, data) -> None:
    at = data.draw(st.integers(0, len(stored)))
    made = Canonical(stored)
    start, end = made.position(at), made.position(at, end=True)

    assert 0 <= start <= end <= len(made.text)
    if plainly(stored[:at]) + plainly(stored[at:]) == made.text and stored[at - 1 : at + 1] != "\r\n":
        assert made.text[:start] == plainly(stored[:at])
        assert start == end


@given(TRICKY)
def test_positions_never_run_backwards(stored: str) -> None:
    made = Canonical(stored)

    starts = [made.position(n) for n in range(len(stored) + 1)]

    assert starts == sorted(starts)
