"""How a project counts: found out from names and words, or refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.refi_qda.positions import LIKELY, RARE, Convention, detect, locate
from kinerja_study.exchange.refi_qda.project import Selection, Source

TEXT = "\U0001f600 Pegawai ramah.\r\nAntrean panjang.\r\n\U0001f600 Berkas selesai cepat.\r\nWarga puas sekali.\r\n"
WORDS = ("Pegawai ramah", "Antrean panjang", "Berkas selesai", "Warga puas", "sekali")


def count(text: str, convention: Convention, *, marked: bool = False) -> int:
    """Count as a program does, written without regard to how positions are found."""
    units = len(text.encode("utf-16-le")) // 2 if convention.unit == "utf16" else len(text)
    pairs, feeds = text.count("\r\n"), text.count("\n")
    if convention.newline == "1":
        units -= pairs
    elif convention.newline == "2":
        units += feeds - pairs
    return units + (marked and convention.mark)


def selected(
    text: str, passages: tuple[str, ...], convention: Convention, *, named: bool = True, marked: bool = False
) -> Source:
    selections = []
    for passage in passages:
        at = text.index(passage)
        start, end = (count(text[:n], convention, marked=marked) for n in (at, at + len(passage)))
        selections.append(Selection(start=start, end=end, name=passage if named else ""))
    return Source(guid="g", name="t", text=text, marked=marked, selections=selections)


def passages_of(source: Source) -> list[str]:
    found = detect([source])
    assert found.spans, found
    return [source.text[start:end] for start, end in found.spans[0]]


@pytest.mark.parametrize("named", [True, False], ids=["named", "without names"])
@pytest.mark.parametrize("marked", [True, False], ids=["marked", "unmarked"])
@pytest.mark.parametrize("convention", LIKELY, ids=str)
def test_every_way_of_counting_is_found_out(convention: Convention, marked: bool, named: bool) -> None:
    source = selected(TEXT, WORDS, convention, named=named, marked=marked)

    assert passages_of(source) == list(WORDS)


@pytest.mark.parametrize("convention", RARE, ids=str)
def test_line_ends_counted_as_two_though_one_character_is_stored_are_found_out(convention: Convention) -> None:
    source = selected(TEXT.replace("\r\n", "\n"), WORDS, convention)

    assert passages_of(source) == list(WORDS)


def test_counting_in_utf16_as_if_in_code_points_would_miss_the_words() -> None:
    source = selected(TEXT, WORDS, Convention(unit="utf16"))

    wrong = [source.text[start:end] for start, end in locate(source, Convention(unit="codepoints"))]

    assert wrong[0] == "egawai ramah."
    assert wrong != list(WORDS)


def test_selections_before_any_difference_leave_nothing_to_decide() -> None:
    source = selected("Pegawai ramah.\r\nAntrean panjang.", ("Pegawai", "ramah"), Convention(), named=False)

    assert detect([source]).grounds == "every usual way of counting gives the same"


def test_the_grounds_say_how_many_selections_decided_and_which_other_ways_are_the_same() -> None:
    found = detect([selected(TEXT, WORDS, Convention(unit="utf16", newline="1"))])

    assert found.convention == Convention(unit="utf16", newline="1")
    assert found.grounds.startswith("5 of 5 selections lie on the words that are their names, by the next best way 2")
    assert found.grounds.endswith("the same here: utf16,1,bom")


def test_nothing_is_guessed_where_two_ways_fit_equally() -> None:
    # The same letters a unit further: both ways give words, neither has a name.
    text = "\U0001f600 a a a a a a a a"
    source = Source(guid="g", name="t", text=text, selections=[Selection(start=n, end=n + 1) for n in (4, 6, 8)])
    source.selections += [Selection(start=n, end=n + 1) for n in (3, 5, 7)]

    found = detect([source])

    assert not found.spans
    assert {c.unit for c in found.candidates} == {"codepoints", "utf16"}


def test_positions_that_lie_on_no_words_are_not_taken() -> None:
    text = "Pegawai melayani masyarakat sejak pagi sampai siang tanpa istirahat"
    source = Source(guid="g", name="t", text=text,
                    selections=[Selection(start=n, end=n + 4) for n in (2, 10, 20, 36, 58)])  # fmt: skip

    assert not detect([source]).spans


def test_a_name_that_a_program_has_shortened_is_still_the_words() -> None:
    convention = Convention(unit="utf16")
    source = selected(TEXT, ("Antrean panjang.\r\n\U0001f600 Berkas selesai",), convention)
    source.selections[0].name = "Antrean panjang. \U0001f600 Berkas\N{HORIZONTAL ELLIPSIS}"

    assert detect([source]).convention.unit == "utf16"


def test_a_position_inside_a_character_or_beyond_the_text_is_none() -> None:
    source = Source(guid="g", name="t", text="\U0001f600a", selections=[Selection(start=1, end=3),
                                                                        Selection(start=0, end=9),
                                                                        Selection(start=3, end=2)])  # fmt: skip

    assert locate(source, Convention(unit="utf16")).tolist() == [[-1, -1], [-1, -1], [-1, -1]]


@given(
    st.text(alphabet=st.sampled_from("ab \r\n\U0001f600é"), max_size=30),
    st.sampled_from(LIKELY + RARE),
    st.booleans(),
    st.data(),
)
def test_a_position_counted_one_way_is_found_again_the_same_way(text, convention, marked, data) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    # Between the two characters of one line end there is no place when it counts 1.
    inside = [n for n in (start, end) if 0 < n < len(text) and text[n - 1 : n + 1] == "\r\n"]
    if convention.newline == "1" and inside:
        return
    places = [count(text[:n], convention, marked=marked) for n in (start, end)]
    source = Source(guid="g", name="t", text=text, marked=marked,
                    selections=[Selection(start=places[0], end=places[1])])  # fmt: skip

    assert locate(source, convention).tolist() == [[start, end]]


def test_an_undecided_project_is_refused_with_the_ways_to_choose_from(bring_in, vendor, tmp_path) -> None:
    text = "\U0001f600 a a a a a a a a"
    undecided = vendor(text=text, named=False, selections=[((n, n + 1), {"Ani": "Ramah"}) for n in (2, 3, 4, 5, 6, 7)])

    with pytest.raises(ExchangeError, match="cannot be decided") as refused:
        bring_in(undecided)

    assert "--positions codepoints,stored: 'a'" in str(refused.value) or "--positions codepoints,stored" in str(
        refused.value
    )
    assert not list((tmp_path / "data/raw").iterdir())
    chosen = bring_in(undecided, positions="utf16,stored")
    assert "as named by --positions" in chosen.said("positions:")


def test_a_counting_without_selections_has_a_span_for_each_source() -> None:
    found = detect([Source(guid="g", name="t", text="apa saja")])

    assert [span.shape for span in found.spans] == [(0, 2)]
    assert found.spans[0].dtype == np.int64
