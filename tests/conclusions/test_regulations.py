"""The registry of regulations: how a citation is read, and when each was in force."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.collection.privacy import find_private
from kinerja_study.conclusions.regulations import (
    REGULATIONS,
    find_by_title,
    find_regulation,
    find_successors,
    find_title,
    parse_citation,
)
from kinerja_study.definition import Period


def period(start: str, end: str) -> Period:
    return Period(start=dt.date.fromisoformat(start), end=dt.date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "PermenPAN-RB 38/2012",
        "Permenpan 38/2012",
        "PermenPANRB No. 38 Tahun 2012",
        "permenpan rb nomor 038/2012",
        "Peraturan Menteri PAN dan RB Nomor 38 Tahun 2012",
        "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 38 Tahun 2012 tentang Pedoman",
        " PermenPAN-RB 38/2012 ",
    ],
)
def test_one_regulation_is_found_however_it_is_written(text: str):
    assert parse_citation(text) == "PermenPAN-RB 38/2012"
    found = find_regulation(text)
    assert found is not None
    assert found.id == "PermenPAN-RB 38/2012"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Undang-Undang Nomor 43 Tahun 1999", "UU 43/1999"),
        ("UU RI No. 5 Tahun 2014 tentang Aparatur Sipil Negara", "UU 5/2014"),
        ("PP 10/1979", "PP 10/1979"),
        ("Peraturan Pemerintah Nomor 53 Tahun 2010", "PP 53/2010"),
        ("Keputusan Presiden Nomor 68 Tahun 1995", "Keppres 68/1995"),
        ("Perpres 21/2023", "Perpres 21/2023"),
        ("Inpres 7/1999", "Inpres 7/1999"),
    ],
)
def test_every_kind_of_regulation_is_read_in_full_and_short(text: str, expected: str):
    assert parse_citation(text) == expected


@pytest.mark.parametrize(
    "text",
    # The article writes "Instruksi Presiden Nomor & tahun 1999"; a mayor's decree is no national regulation.
    ["Instruksi Presiden Nomor & tahun 1999", "SK Walikota 188.45-325/2012", "Permendagri 5/2012", "UU 43", "", "UU"],
)
def test_what_names_no_national_regulation_with_number_and_year_is_not_read(text: str):
    assert parse_citation(text) is None
    assert find_regulation(text) is None


def test_regulation_that_the_registry_lacks_is_read_and_not_found():
    assert parse_citation("PP 1/1900") == "PP 1/1900"
    assert find_regulation("PP 1/1900") is None


@given(st.text(max_size=40) | st.from_regex(r"(UU|PP|Permenpan) ?\d{0,3}[/ ]\d{0,4}"))
def test_no_citation_stops_the_reading(text: str):
    found = parse_citation(text)
    assert found is None or re.fullmatch(r"[A-Za-z-]+ \d+/\d{4}", found)


@pytest.mark.parametrize(
    ("cited", "start", "end", "expected"),
    [
        # Superseded by 1/2015, and so out of force for field work of 2018; in 2015 it may still have been.
        ("PermenPAN-RB 38/2012", "2018-02-05", "2018-04-27", False),
        ("PermenPAN-RB 38/2012", "2015-06-01", "2015-07-01", True),
        ("PermenPAN-RB 38/2012", "2011-01-01", "2011-12-31", False),
        # Until 31 August 2021, that day included
        ("PP 53/2010", "2021-08-31", "2021-09-30", True),
        ("PP 53/2010", "2021-09-01", "2021-09-30", False),
        ("PP 94/2021", "2021-08-01", "2021-08-30", False),
        ("PP 94/2021", "2021-08-01", "2021-08-31", True),
        # In force from 2014 on, whatever the year in its name
        ("PP 46/2011", "2013-01-01", "2013-12-31", False),
        ("Perpres 21/2023", "2018-02-05", "2018-04-27", False),
        ("Keppres 68/1995", "2018-02-05", "2018-04-27", True),
        ("UU 27/2022", "2024-03-04", "2024-03-22", True),
    ],
)
def test_regulation_is_in_force_on_some_day_of_the_period_or_not(cited: str, start: str, end: str, *, expected: bool):
    regulation = find_regulation(cited)
    assert regulation is not None
    assert regulation.in_force(period(start, end)) is expected


def test_chain_of_guidelines_for_units_ends_with_the_one_in_force():
    first = find_regulation("Permenpan 7/2010")
    assert first is not None
    assert [r.id.split()[1] for r in find_successors(first)] == ["38/2012", "1/2015", "17/2017", "29/2022"]


def test_every_successor_is_in_the_registry_and_begins_after_what_it_replaced():
    ids = [regulation.id for regulation in REGULATIONS]
    assert len(set(ids)) == len(ids)
    for regulation in REGULATIONS:
        assert parse_citation(regulation.id) == regulation.id
        assert bool(regulation.until) == bool(regulation.replaced_by)
        for successor in find_successors(regulation)[:1]:
            assert successor.start[:4] >= regulation.start[:4]


def test_what_was_seen_nowhere_is_marked_and_every_other_entry_names_its_source():
    unverified = {regulation.id: regulation.unverified for regulation in REGULATIONS if not regulation.verified}
    assert unverified["PermenPAN-RB 38/2012"] == ("until", "replaced_by")
    assert "id" in unverified["Inpres 7/1999"]
    assert "PP 53/2010" not in unverified
    fields = {"id", "title", "start", "until", "replaced_by"}
    assert all(set(names) <= fields for names in unverified.values())
    assert all("." in regulation.source or regulation.id in unverified for regulation in REGULATIONS)


def test_title_is_found_after_tentang_whatever_its_case_and_abbreviation():
    assert find_title("UU 43/1999 'tentang PENILAIAN pelaksanaan pekerjaan PNS', termasuk risiko") == (
        "Penilaian Pelaksanaan Pekerjaan Pegawai Negeri Sipil"
    )
    assert find_title("Penilaian pelaksanaan pekerjaan PNS") is None
    assert find_title("PP tentang disiplin kerja") is None


def test_title_that_two_regulations_share_belongs_to_both_and_that_of_a_law_to_its_amendment():
    assert {r.id for r in find_by_title("Disiplin Pegawai Negeri Sipil")} == {"PP 53/2010", "PP 94/2021"}
    assert [r.id for r in find_by_title("Pokok-Pokok Kepegawaian")] == ["UU 43/1999"]


def test_no_source_looks_like_a_number_that_the_report_must_not_show():
    shown = " ".join(f"{r.id} {r.title} {r.start} {r.until} {r.source}" for r in REGULATIONS)
    assert find_private(shown, []) == []
    assert find_private(f"{shown} 0812-3456-7890", []) != []
