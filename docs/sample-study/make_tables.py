"""Make the four tables of the synthetic sample study by simulating three months of a district office.

The tables are a by-product of the simulation: people come to work or do not, visitors hand in papers, officers work
through their piles, files wait for a signature. What the study's texts tell holds here too, from the empty generator
to the widow's letter. Nothing knows a verdict scale: whether the office keeps its standards is for the
analysis to find.

Run ``python docs/sample-study/make_tables.py`` from anywhere. It reads the calendar, hours and standards in study.toml
and writes attendance.csv, events.csv, satisfaction.csv and services.csv beside it, the same bytes on every run.
(A new NumPy may draw other numbers from the same seed, see NEP 19; the locked version decides.)
"""

from __future__ import annotations

import csv
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SEED = 2018
STUDY = Path(__file__).resolve().parents[2] / "data" / "raw" / "balikpapan-kota"

Mask = npt.NDArray[np.bool_]


# --------------------------------------------------------------------------------------------------------------------
# The office: its services, its people, its events


@dataclass(frozen=True)
class Service:
    """How one kind of request is handled.

    Attributes
    ----------
    desk : int
        The counter (loket) that receives it.
    share : float
        Its share of all visitors.
    hands_on : float
        Median minutes that an officer of ordinary pace works on it. Queue and signature come on top.
    needs_computer : bool
        False for what is stamped or, at need, written by hand, and so goes on in a power cut.
    incomplete : float
        Chance that a paper turns out to be missing after the file was accepted.
    outside : float
        Median working minutes of a check outside the office (kelurahan, polsek); 0 for none.
    to_camat : float
        Chance that the camat must sign; all else is signed by a section head or the secretary.
    secretary_may : bool
        Whether the decree lets the secretary sign for an absent camat.
    """

    desk: int
    share: float
    hands_on: float
    needs_computer: bool = True
    incomplete: float = 0.0
    outside: float = 0.0
    to_camat: float = 0.0
    secretary_may: bool = False


SERVICES = {
    "legalisasi": Service(desk=1, share=0.23, hands_on=5, needs_computer=False),
    "pengantar_skck": Service(desk=1, share=0.18, hands_on=9, needs_computer=False, incomplete=0.015),
    "sktm": Service(desk=1, share=0.14, hands_on=14, incomplete=0.02),
    "keterangan_domisili_usaha": Service(desk=2, share=0.09, hands_on=24, incomplete=0.04),
    "pengantar_pindah": Service(desk=2, share=0.14, hands_on=27, incomplete=0.04),
    "dispensasi_nikah": Service(desk=3, share=0.07, hands_on=30, incomplete=0.06, to_camat=1.0, secretary_may=True),
    "rekomendasi_izin_keramaian": Service(
        desk=3, share=0.06, hands_on=40, incomplete=0.06, outside=90, to_camat=0.55, secretary_may=True
    ),
    "keterangan_ahli_waris": Service(desk=3, share=0.09, hands_on=70, incomplete=0.10, outside=240, to_camat=1.0),
}


@dataclass(frozen=True)
class Person:
    """One employee, as far as the registers know.

    Attributes
    ----------
    late : float
        Chance to clock in after the official start.
    early_friday : float
        Chance to leave early on a Friday; on other days a fifth of it.
    skips : int
        Days absent without leave in the period.
    pace : float
        Multiplies hands-on minutes at the counter: 1 is ordinary, less is faster.
    first_year : bool
        New in the office: a third slower at the start of the period, at `pace` by its end, and without leave.
    """

    late: float = 0.025
    early_friday: float = 0.04
    skips: int = 0
    pace: float = 1.0
    first_year: bool = False


# Numbers are places in the attendance list: leaders, then civil servants, then contract staff from PEG-22.
STAFF = {f"PEG-{number:02d}": Person() for number in range(1, 29)} | {
    "PEG-10": Person(late=0.55),
    "PEG-12": Person(pace=1.05),
    "PEG-13": Person(late=0.45),
    "PEG-14": Person(late=0.01, pace=0.6),  # quick, so the colleagues leave the pile to this desk
    "PEG-17": Person(late=0.0, pace=1.15, first_year=True),
    "PEG-18": Person(early_friday=0.20),
    "PEG-19": Person(late=0.35, pace=1.15),
    "PEG-22": Person(early_friday=0.25),
    "PEG-23": Person(pace=1.1),
    "PEG-24": Person(late=0.60, early_friday=0.35, skips=5),
    "PEG-26": Person(pace=1.3),
    "PEG-27": Person(late=0.35, skips=4),
}
CAMAT, SECRETARY = "PEG-01", "PEG-02"
SECTION_HEADS = ["PEG-05", "PEG-06", "PEG-07", "PEG-08"]
SIGNERS = {1: "PEG-06", 2: "PEG-05", 3: SECRETARY}  # who signs for a desk what does not wait for the camat
AT_DESK = {1: ["PEG-14", "PEG-19"], 2: ["PEG-21", "PEG-17"], 3: ["PEG-12"]}
RELIEF = ["PEG-23", "PEG-26"]
COUNTER_STAFF = sorted(sum(AT_DESK.values(), RELIEF))


@dataclass(frozen=True)
class Event:
    """A dated event; without times it fills the day."""

    day: date
    kind: str
    start: str
    end: str
    note: str


APPLICATION_CHANGED, HEAVY_RAIN = date(2018, 4, 2), date(2018, 4, 10)
TRIPS = [
    (date(2018, 2, 13), 3, "dinas luar kota"),
    (date(2018, 2, 27), 2, "rapat di luar kota"),
    (date(2018, 3, 6), 3, "dinas luar kota"),
    (date(2018, 3, 20), 3, "rapat koordinasi di ibu kota provinsi"),
    (date(2018, 4, 3), 3, "rapat di luar kota"),
    (date(2018, 4, 17), 2, "dinas luar kota"),
]
SINGLE_EVENTS = [
    Event(date(2018, 2, 7), "other", "09:00", "14:00", "Musrenbang kecamatan di aula"),
    Event(date(2018, 2, 19), "other", "08:15", "09:30", "Rapat evaluasi bulanan"),
    Event(date(2018, 2, 21), "power_cut", "09:30", "12:00", "Listrik padam, genset jalan sampai solarnya habis"),
    Event(date(2018, 3, 1), "other", "", "", "Layanan jemput bola di balai RT, sampai sore"),
    Event(date(2018, 3, 14), "power_cut", "10:00", "15:00", "Listrik padam, tangki genset kosong"),
    Event(date(2018, 3, 19), "other", "08:15", "09:40", "Rapat evaluasi bulanan"),
    Event(date(2018, 3, 23), "other", "10:00", "11:00", "Kunjungan bank daerah, rekening gaji pegawai"),
    Event(date(2018, 3, 27), "power_cut", "13:15", "15:30", "Listrik padam, genset jalan setelah dua puluh menit"),
    Event(APPLICATION_CHANGED, "other", "", "", "Aplikasi loket versi baru mulai dipakai"),
    Event(HEAVY_RAIN, "other", "05:30", "08:30", "Hujan lebat sejak subuh, jalan ke kantor tergenang"),
    Event(date(2018, 4, 11), "power_cut", "08:20", "11:00", "Listrik padam, genset hanya untuk server"),
    Event(date(2018, 4, 23), "power_cut", "10:40", "11:30", "Listrik padam"),
]
# In two of the power cuts the generator fed the counters for a time.
GENERATOR_RAN = [("2018-02-21T09:40", "2018-02-21T11:30"), ("2018-03-27T13:35", "2018-03-27T15:30")]


def list_events() -> list[Event]:
    """Return the events of the period, in order of time."""
    away = [
        Event(first + timedelta(days=n), "leader_away", "", "", f"Camat {reason}, hari ke-{n + 1} dari {length}")
        for first, length, reason in TRIPS
        for n in range(length)
    ]
    training = [
        Event(date(2018, 3, day), "training", "", "", "Bimtek aplikasi pelayanan di balai kota, tujuh pegawai")
        for day in range(12, 17)
    ]
    return sorted(away + training + SINGLE_EVENTS, key=lambda event: (event.day, event.start, event.kind))


# --------------------------------------------------------------------------------------------------------------------
# What the texts tell, and the registers must not deny

# Letter D04 counts one employee's February: seven times late, twice without clocking out. It is dated 8 March.
WARNED, WARNING_LETTER = "PEG-10", date(2018, 3, 8)
# Clock times on record; "" is a forgotten clock-out, None is left to chance.
CLOCKED: dict[tuple[str, date], tuple[str | None, str | None]] = {
    (WARNED, date(2018, 2, 5)): ("07:52", None),
    (WARNED, date(2018, 2, 7)): ("07:41", None),
    (WARNED, date(2018, 2, 9)): (None, ""),
    (WARNED, date(2018, 2, 12)): ("08:14", None),
    (WARNED, date(2018, 2, 15)): ("07:38", None),
    (WARNED, date(2018, 2, 20)): ("08:39", None),
    (WARNED, date(2018, 2, 22)): ("07:49", None),
    (WARNED, date(2018, 2, 23)): (None, ""),
    (WARNED, date(2018, 2, 26)): ("08:06", None),
    (CAMAT, date(2018, 2, 26)): ("07:24", None),  # O01: leads the assembly
    (CAMAT, date(2018, 3, 14)): ("07:28", ""),  # O02: left for a meeting at half past ten
    ("PEG-13", date(2018, 3, 21)): ("07:49", None),  # O03: four at the clock
    ("PEG-19", date(2018, 3, 21)): ("07:50", None),
    ("PEG-24", date(2018, 3, 21)): ("07:50", None),
    ("PEG-27", date(2018, 3, 21)): ("07:51", None),
    ("PEG-24", date(2018, 4, 6)): (None, ""),  # O04: left with a helmet, did not come back
}
TRAINED = dict.fromkeys(["PEG-11", "PEG-12", "PEG-16", "PEG-17", "PEG-19", "PEG-21"], range(12, 17)) | {
    "PEG-09": range(12, 14),  # two days, then replaced
    "PEG-13": range(14, 17),
}
# Absences that are known beforehand; the many short ones are drawn.
KNOWN_ABSENCES = [
    ("PEG-15", "sick", date(2018, 2, 26), date(2018, 3, 7)),
    ("PEG-18", "duty", date(2018, 3, 1), date(2018, 3, 1)),  # the mobile service
    ("PEG-28", "duty", date(2018, 3, 1), date(2018, 3, 1)),
    ("PEG-25", "duty", date(2018, 3, 20), date(2018, 3, 22)),  # D05: travels with the camat
    ("PEG-20", "leave", date(2018, 3, 19), date(2018, 4, 27)),  # maternity
]
# Days on which an interview or an observation meets somebody in the office.
MET = {
    SECRETARY: [date(2018, 2, 20), date(2018, 3, 8), date(2018, 3, 19), date(2018, 4, 12)],
    "PEG-03": [date(2018, 2, 19), date(2018, 2, 22), date(2018, 3, 19), date(2018, 3, 28)],
    "PEG-05": [date(2018, 2, 27), date(2018, 3, 1)],
    "PEG-06": [date(2018, 3, 14), date(2018, 3, 19), date(2018, 3, 20), date(2018, 3, 21)],
    "PEG-07": [date(2018, 4, 6)],
    "PEG-09": [date(2018, 3, 14), date(2018, 4, 2), date(2018, 4, 6)],
    "PEG-14": [date(2018, 2, day) for day in (15, 26)] + [date(2018, 3, day) for day in (5, 12, 14, 21, 22)],
    "PEG-17": [date(2018, 2, 6), date(2018, 3, 27), date(2018, 3, 28), date(2018, 4, 2), date(2018, 4, 6)],
    "PEG-21": [date(2018, 2, 26)],
    "PEG-23": [date(2018, 2, 26), date(2018, 4, 19)],
}
# When leaders can sign nothing: all of them in the hall, or the camat at a meeting elsewhere (O02, W12).
LEADERS_MEET = [
    ("2018-02-07T09:00", "2018-02-07T14:00"),
    ("2018-02-19T08:15", "2018-02-19T09:30"),
    ("2018-03-19T08:15", "2018-03-19T09:40"),
]
CAMAT_OUT = [
    ("2018-03-14T10:30", "2018-03-14T16:00"),
    ("2018-03-19T08:15", "2018-03-19T16:00"),
    ("2018-04-27T07:30", "2018-04-27T16:30"),  # at the city hall on the last day
]
# On the first trip the secretary was asked for two signatures (W02): those of the two dispensations told of below.
SECRETARY_HARDLY_ASKED = {date(2018, 2, 13), date(2018, 2, 14), date(2018, 2, 15)}
# A desk without anybody: late openings as observed (O01, O03, O04), and the note in the suggestion box.
UNMANNED = [
    (1, "2018-02-26T07:30", "2018-02-26T08:02"),
    (2, "2018-02-26T07:30", "2018-02-26T08:02"),
    (3, "2018-02-26T07:30", "2018-02-26T08:02"),
    (3, "2018-02-26T08:20", "2018-02-26T08:35"),
    (3, "2018-02-26T08:50", "2018-02-26T09:05"),
    (2, "2018-02-26T13:00", "2018-02-26T14:30"),
    (1, "2018-03-21T07:30", "2018-03-21T07:38"),
    (2, "2018-03-21T07:30", "2018-03-21T08:05"),
    (3, "2018-03-21T07:30", "2018-03-21T08:22"),
    (1, "2018-04-06T13:00", "2018-04-06T13:04"),
    (2, "2018-04-06T13:00", "2018-04-06T13:20"),
    (3, "2018-04-06T13:00", "2018-04-06T13:45"),
]
# Visits told of: arrival, service, and when it was done if that is told too.
TOLD_VISITS = [
    ("2018-02-08T09:10", "pengantar_pindah", "2018-02-08T10:09"),  # W14
    ("2018-02-12T08:50", "keterangan_domisili_usaha", "2018-02-12T09:57"),  # W11
    ("2018-02-13T10:20", "dispensasi_nikah", "2018-02-13T14:46"),  # W02
    ("2018-02-14T14:00", "rekomendasi_izin_keramaian", ""),  # W11
    ("2018-02-15T08:35", "dispensasi_nikah", "2018-02-15T10:58"),  # W02
    ("2018-02-15T10:40", "rekomendasi_izin_keramaian", "2018-02-20T14:35"),  # W02: lay on a desk until she was called
    ("2018-02-26T08:02", "legalisasi", "2018-02-26T08:07"),  # O01: nine from 8.05 to 8.45
    ("2018-02-26T08:05", "legalisasi", "2018-02-26T08:11"),
    ("2018-02-26T08:08", "pengantar_skck", "2018-02-26T08:17"),
    ("2018-02-26T08:13", "legalisasi", "2018-02-26T08:20"),
    ("2018-02-26T08:16", "sktm", "2018-02-26T08:28"),
    ("2018-02-26T08:24", "legalisasi", "2018-02-26T08:31"),
    ("2018-02-26T08:28", "legalisasi", "2018-02-26T08:35"),
    ("2018-02-26T08:30", "pengantar_skck", "2018-02-26T08:40"),
    ("2018-02-26T08:37", "legalisasi", "2018-02-26T08:45"),
    ("2018-02-26T14:35", "keterangan_domisili_usaha", "2018-02-26T15:20"),  # W14
    ("2018-02-27T08:32", "keterangan_domisili_usaha", "2018-02-27T11:30"),  # W05: hunting for his own signature
    ("2018-03-12T08:44", "keterangan_ahli_waris", "2018-03-23T10:47"),  # W12
    ("2018-03-14T10:17", "legalisasi", "2018-03-14T10:38"),  # O02: five and two by hand before noon
    ("2018-03-14T10:24", "legalisasi", "2018-03-14T10:47"),
    ("2018-03-14T10:31", "pengantar_skck", "2018-03-14T11:02"),
    ("2018-03-14T10:49", "legalisasi", "2018-03-14T11:12"),
    ("2018-03-14T11:05", "pengantar_skck", "2018-03-14T11:38"),
    ("2018-03-14T11:14", "legalisasi", "2018-03-14T11:27"),
    ("2018-03-14T11:31", "legalisasi", "2018-03-14T11:49"),
    ("2018-03-14T14:02", "legalisasi", "2018-03-14T14:16"),  # and two more
    ("2018-03-14T14:19", "legalisasi", "2018-03-14T14:37"),
    ("2018-03-21T09:15", "dispensasi_nikah", "2018-03-21T10:50"),  # O03, W15
    ("2018-03-21T11:12", "legalisasi", "2018-03-21T11:34"),  # O03: seven in the queue, gone by 11.52
    ("2018-03-21T11:15", "legalisasi", "2018-03-21T11:36"),
    ("2018-03-21T11:18", "pengantar_skck", "2018-03-21T11:40"),
    ("2018-03-21T11:20", "legalisasi", "2018-03-21T11:42"),
    ("2018-03-21T11:22", "legalisasi", "2018-03-21T11:45"),
    ("2018-03-21T11:25", "pengantar_skck", "2018-03-21T11:49"),
    ("2018-03-21T11:28", "legalisasi", "2018-03-21T11:52"),
    ("2018-03-27T13:05", "keterangan_domisili_usaha", "2018-03-27T13:58"),  # W09: typed into a telephone in the dark
    ("2018-03-27T13:17", "pengantar_pindah", "2018-03-27T14:04"),
    ("2018-03-27T13:22", "pengantar_pindah", "2018-03-27T14:12"),
    ("2018-03-27T13:28", "keterangan_domisili_usaha", "2018-03-27T14:19"),
    ("2018-04-06T14:50", "sktm", "2018-04-06T15:08"),  # O04
    ("2018-04-06T16:12", "legalisasi", "2018-04-06T16:21"),
]
# Where an observer counted, nobody else came: desk, from, to.
COUNTED = [
    (1, "2018-02-26T07:30", "2018-02-26T08:45"),
    *((desk, "2018-03-14T09:40", "2018-03-14T15:20") for desk in AT_DESK),
    (1, "2018-03-21T11:05", "2018-03-21T12:00"),
    (2, "2018-03-27T13:00", "2018-03-27T13:35"),
    *((desk, "2018-04-06T14:36", "2018-04-06T16:30") for desk in AT_DESK),
]


# --------------------------------------------------------------------------------------------------------------------
# The calendar


class Calendar:
    """The working minutes of the period, laid end to end.

    Everything in the office is counted on this axis, so that lunch, nights, weekends and holidays vanish and work left
    at closing time goes on by itself the next working day.

    Parameters
    ----------
    study : dict
        The parsed study.toml.

    Attributes
    ----------
    days : list of date
        The working days.
    minutes : list of datetime
        Every working minute; a position is an index into it.
    """

    def __init__(self, study: dict[str, Any]) -> None:
        period = study["study"]["period"]
        length = (period["end"] - period["start"]).days + 1
        dates = [period["start"] + timedelta(days=n) for n in range(length)]
        self.holidays: set[date] = set(study["holidays"]["dates"])
        self._hours = {
            weekday: [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans]
            for weekday, spans in study["hours"].items()
        }
        self.days = [day for day in dates if day not in self.holidays and self._spans(day)]
        self.minutes: list[datetime] = []
        for day in self.days:
            for start, end in self._spans(day):
                begin, stop = datetime.combine(day, start), datetime.combine(day, end)
                self.minutes += [begin + timedelta(minutes=n) for n in range((stop - begin) // timedelta(minutes=1))]

    def _spans(self, day: date) -> list[tuple[time, time]]:
        return self._hours.get(day.strftime("%A").lower(), [])

    def opening(self, day: date) -> datetime:
        """Official start of a working day."""
        return datetime.combine(day, self._spans(day)[0][0])

    def closing(self, day: date) -> datetime:
        """Official end of a working day."""
        return datetime.combine(day, self._spans(day)[-1][1])

    def sessions(self, day: date) -> list[tuple[datetime, datetime]]:
        """Start and end of the day's stretches of work, before and after lunch."""
        return [(datetime.combine(day, start), datetime.combine(day, end)) for start, end in self._spans(day)]

    def position(self, when: datetime) -> int:
        """Position of the first working minute at or after `when`."""
        return bisect_left(self.minutes, when)

    def span(self, start: datetime, end: datetime) -> slice:
        """Positions of the working minutes in the half-open time from `start` to `end`."""
        return slice(self.position(start), self.position(end))

    def written(self, start: str, end: str) -> slice:
        """Positions of the working minutes between two written timestamps."""
        return self.span(datetime.fromisoformat(start), datetime.fromisoformat(end))

    def whole_day(self, day: date) -> slice:
        """Positions of one working day."""
        return self.span(self.opening(day), self.closing(day))

    def ended(self, position: int) -> datetime:
        """Clock time at the end of the minute before `position`: a file ended at noon is not ended at one o'clock."""
        return self.minutes[position - 1] + timedelta(minutes=1)

    def eve_of_holiday(self, day: date) -> bool:
        """Whether the office is closed for a holiday the next day."""
        return day + timedelta(days=1) in self.holidays

    def none(self) -> Mask:
        """Return an empty mask over all working minutes."""
        return np.zeros(len(self.minutes), dtype=bool)


def draw_minutes(rng: np.random.Generator, median: float, sigma: float = 0.4) -> int:
    """Draw a duration: most near the median, a few much longer, never under a minute."""
    return max(1, round(float(rng.lognormal(np.log(median), sigma))))


# --------------------------------------------------------------------------------------------------------------------
# Attendance


@dataclass
class Workday:
    """One row of the attendance register; the clock times only of who was present."""

    day: date
    employee: str
    status: str = "present"
    time_in: datetime | None = None
    time_out: datetime | None = None


def draw_statuses(calendar: Calendar, events: Sequence[Event], rng: np.random.Generator) -> dict[str, list[str]]:
    """Decide who is where on each working day.

    Returns
    -------
    dict of str to list of str
        Status per employee, one a working day. What is fixed beforehand (orders, long absences) is never overwritten,
        and a leave is refused where it would leave a counter to nobody.
    """
    days = calendar.days
    away, training = ({event.day for event in events if event.kind == kind} for kind in ("leader_away", "training"))
    statuses = {employee: ["present"] * len(days) for employee in STAFF}

    def mark(employee: str, status: str, first: int, length: int, closed: Iterable[date] = ()) -> None:
        for n in range(first, min(first + length, len(days))):
            if statuses[employee][n] == "present" and days[n] not in closed:
                statuses[employee][n] = status

    for n, day in enumerate(days):
        if day in away:
            mark(CAMAT, "duty", n, 1)
        for employee, dates in TRAINED.items():
            if day in training and day.day in dates:
                mark(employee, "duty", n, 1)
        for employee, status, start, end in KNOWN_ABSENCES:
            if start <= day <= end:
                mark(employee, status, n, 1)

    long_weekends = {day + timedelta(days=shift) for day in calendar.holidays for shift in (-2, -1, 1, 2, 3)}
    wished = np.array([4.0 if day in long_weekends else 1.0 for day in days])
    tempting = np.array([3.0 if day.weekday() in (0, 4) else 1.0 for day in days])  # to prolong a weekend
    for employee, person in STAFF.items():
        if employee == CAMAT:
            continue  # the calendar of events already says when he is not there
        here = {*MET.get(employee, ()), *(day for name, day in CLOCKED if name == employee)}
        if employee == SECRETARY:
            here |= away
        if employee == WARNED:
            here |= {day for day in days if day.month == 2}
        if employee in RELIEF:
            here |= training
        colleagues = {name for names in AT_DESK.values() if employee in names for name in names} - {employee}
        leaves = 0 if person.first_year else rng.poisson(0.8)  # annual leave is earned by a year of service
        for _ in range(leaves):
            first, length = int(rng.choice(len(days), p=wished / wished.sum())), int(rng.integers(2, 6))
            refused = {day for n, day in enumerate(days) if any(statuses[name][n] == "leave" for name in colleagues)}
            mark(employee, "leave", first, length, here | refused | training)
        for _ in range(rng.poisson(0.7)):
            mark(employee, "sick", int(rng.integers(len(days))), int(min(rng.geometric(0.4), 6)), here)
        if employee not in COUNTER_STAFF:
            for _ in range(rng.poisson(1.6)):  # field visits and errands at the city hall
                mark(employee, "duty", int(rng.integers(len(days))), int(rng.integers(1, 3)), here)
        for n in rng.choice(len(days), size=person.skips, replace=False, p=tempting / tempting.sum()):
            mark(employee, "absent", int(n), 1, here)
    return statuses


def draw_clock(
    calendar: Calendar, employee: str, day: date, rng: np.random.Generator
) -> tuple[datetime, datetime | None]:
    """Draw when a present employee clocked in and out; out is None when it was forgotten."""
    late, forgets = STAFF[employee].late, 0.022
    if employee == WARNED and day.month == 2:
        late = forgets = 0.0  # all there was is on record
    elif employee == WARNED and day > WARNING_LETTER:
        late = 0.08
    if day.weekday() == 0:
        late = min(0.9, late * 1.6)
    if day == HEAVY_RAIN:
        late = max(late, 0.35)
    time_in = calendar.opening(day)
    if rng.random() < late:
        time_in += timedelta(minutes=min(150, draw_minutes(rng, 15, 0.8)))
    else:
        time_in -= timedelta(minutes=min(40, int(rng.gamma(2.2, 6.0))))

    early = STAFF[employee].early_friday * (1.0 if day.weekday() == 4 else 0.2)
    time_out: datetime | None = calendar.closing(day) + timedelta(minutes=min(75, int(rng.gamma(1.6, 6.0))))
    if rng.random() < early:
        time_out = calendar.closing(day) - timedelta(minutes=int(rng.integers(20, 150)))
    if rng.random() < forgets:
        time_out = None

    clocked_in, clocked_out = CLOCKED.get((employee, day), (None, None))
    if clocked_in is not None:
        time_in = datetime.combine(day, time.fromisoformat(clocked_in))
    return time_in, None if clocked_out == "" else time_out


def simulate_attendance(calendar: Calendar, events: Sequence[Event], rng: np.random.Generator) -> list[Workday]:
    """Return the attendance register, by day and employee."""
    statuses = draw_statuses(calendar, events, rng)
    register = []
    for n, day in enumerate(calendar.days):
        for employee in STAFF:
            row = Workday(day, employee, statuses[employee][n])
            if row.status == "present":
                row.time_in, row.time_out = draw_clock(calendar, employee, day, rng)
            register.append(row)
    return register


def presence(calendar: Calendar, register: Iterable[Workday]) -> dict[str, Mask]:
    """Return, per employee, the working minutes between clocking in and out."""
    masks = {employee: calendar.none() for employee in STAFF}
    for row in register:
        if row.time_in is not None:
            masks[row.employee][calendar.span(row.time_in, row.time_out or calendar.closing(row.day))] = True
    return masks


# --------------------------------------------------------------------------------------------------------------------
# Requests


@dataclass
class Request:
    """One row of the service register, on the axis of working minutes; `completed` is None while it is open."""

    service: str
    received: int
    officer: str
    waits: bool
    completed: int | None = None


def draw_arrival(calendar: Calendar, day: date, rng: np.random.Generator) -> datetime:
    """Draw when a visitor comes: early in the morning for the most part, Mondays most of all."""
    morning, afternoon = calendar.sessions(day)
    if rng.random() < (0.8 if day.weekday() == 0 else 0.68):
        (start, end), share = morning, rng.beta(1.7, 3.0)
    else:
        (start, end), share = afternoon, 0.9 * rng.beta(1.2, 2.0)
    return start + timedelta(minutes=int(share * ((end - start) // timedelta(minutes=1))))


@dataclass(frozen=True, order=True)
class Visit:
    """A visitor with a request; `completed` only where a text tells when it was done."""

    arrival: datetime
    service: str
    told: bool = False
    completed: datetime | None = field(default=None, compare=False)


def draw_visits(calendar: Calendar, power: Mask, rng: np.random.Generator) -> list[Visit]:
    """Draw who comes when, and for which service.

    Returns
    -------
    list of Visit
        In order of arrival, the visits that are told of among them. Most of those who come into a power cut for
        something that needs a computer are sent home and are back early the next working day.
    """
    crowd = {0: 1.4, 1: 1.05, 2: 1.0, 3: 0.95, 4: 0.75}
    names, moment = list(SERVICES), datetime.fromisoformat
    shares = np.array([service.share for service in SERVICES.values()])
    visits = [
        Visit(moment(arrival), name, told=True, completed=moment(done) if done else None)
        for arrival, name, done in TOLD_VISITS
    ]
    for n, day in enumerate(calendar.days):
        expected = 10.4 * crowd[day.weekday()] * (1.5 if calendar.eve_of_holiday(day) else 1.0)
        for _ in range(rng.poisson(expected)):
            name = names[rng.choice(len(names), p=shares / shares.sum())]
            arrival = draw_arrival(calendar, day, rng)
            dark = SERVICES[name].needs_computer and not power[calendar.position(arrival)]
            if dark and rng.random() < 0.6 and n + 1 < len(calendar.days):
                arrival = calendar.opening(calendar.days[n + 1]) + timedelta(minutes=int(rng.integers(15, 120)))
            here = SERVICES[name].desk
            if not any(desk == here and start <= arrival.isoformat() < end for desk, start, end in COUNTED):
                visits.append(Visit(arrival, name))
    return sorted(visits)


class Counters:
    """The three counters: who sits there, and which minutes of theirs are still free.

    Parameters
    ----------
    calendar : Calendar
    present : dict of str to ndarray of bool
        Minutes in which each employee is in the office.
    power : ndarray of bool
        Minutes with electricity.
    rng : numpy.random.Generator
    """

    def __init__(self, calendar: Calendar, present: dict[str, Mask], power: Mask, rng: np.random.Generator) -> None:
        self._calendar = calendar
        self._power = power
        self._at_desk = {officer: present[officer].copy() for officer in COUNTER_STAFF}
        for day in calendar.days:
            hours = calendar.whole_day(day)
            # Copies, the telephone, a guest of the section head: as many on any day, so the fewer officers there are,
            # the more each is called away.
            there = [officer for officer in COUNTER_STAFF if present[officer][hours].any()]
            for _ in range(rng.poisson(9)):
                called = int(rng.integers(hours.start, hours.stop))
                self._at_desk[there[rng.integers(len(there))]][called : called + draw_minutes(rng, 20, 0.5)] = False
            if day.weekday() == 0:  # nobody is served before the assembly is over
                for officer in COUNTER_STAFF:
                    self._at_desk[officer][hours.start : hours.start + 30] = False
        self._free = {officer: mask.copy() for officer, mask in self._at_desk.items()}
        self._manned = {desk: ~calendar.none() for desk in AT_DESK}
        for desk, start, end in UNMANNED:
            self._manned[desk][calendar.written(start, end)] = False
        self._next_number = dict.fromkeys(AT_DESK, 0)

    def _able(self, desk: int, day: date) -> tuple[list[str], list[str]]:
        """Return who serves a desk, the one on the roster first, and who steps in when none of these is there."""
        team = AT_DESK[desk][::-1] if day.weekday() in (1, 3) else AT_DESK[desk].copy()
        if desk == 3:
            team += AT_DESK[1]  # the one officer of desk 3 is relieved from desk 1
        team += RELIEF
        return team, [name for name in COUNTER_STAFF if name not in team]

    def receive(self, service: Service, arrival: datetime) -> tuple[int, str] | None:
        """Accept a visitor's papers.

        Returns
        -------
        (int, str) or None
            The minute of acceptance and the officer, who is at the desk in that minute; None when nobody is left to
            accept anything until the end of the period.
        """
        earliest = max(self._calendar.position(arrival), self._next_number[service.desk])
        team, others = self._able(service.desk, arrival.date())
        anyone = np.logical_or.reduce([self._at_desk[name] for name in team + others])
        open_minutes = np.flatnonzero((anyone & self._manned[service.desk])[earliest:])
        if not len(open_minutes):
            return None
        received = earliest + int(open_minutes[0])
        self._next_number[service.desk] = received + 2  # papers are looked over before the next visitor is called
        team, others = self._able(service.desk, self._calendar.minutes[received].date())
        there = [name for name in team if self._at_desk[name][received]]
        there = there or [name for name in others if self._at_desk[name][received]]
        piles = [self._pile(name, received) for name in there]
        # The first in line takes it, unless the pile before that officer is plainly too high.
        bearable = [name for name, pile in zip(there, piles, strict=True) if pile < 20]
        return received, bearable[0] if bearable else there[int(np.argmin(piles))]

    def _pile(self, officer: str, now: int) -> int:
        """Minutes of the officer's next hour that are already spoken for."""
        return int((self._at_desk[officer] & ~self._free[officer])[now : now + 60].sum())

    def work(self, service: Service, officer: str, start: int, minutes: int) -> int | None:
        """Work on a file in the officer's next free minutes.

        Files lie on the desk overnight: if the officer is not there the next day, whoever is takes them on.

        Returns
        -------
        int or None
            The position after the last minute of work; None when the period ends before.
        """
        usable = self._power if service.needs_computer else np.ones_like(self._power)
        for day in self._calendar.days:
            hours = self._calendar.whole_day(day)
            if hours.stop <= start:
                continue
            team, others = self._able(service.desk, day)
            hands = [name for name in (officer, *team, *others) if self._at_desk[name][hours].any()]
            if not hands:
                continue
            begin = max(start, hours.start)
            taken = begin + np.flatnonzero((self._free[hands[0]] & usable)[begin : hours.stop])[:minutes]
            self._free[hands[0]][taken] = False
            minutes -= len(taken)
            if not minutes:
                return int(taken[-1]) + 1
        return None


def leaders_free(calendar: Calendar, present: dict[str, Mask]) -> dict[str, Mask]:
    """Return, per leader, the minutes in the office and in none of the meetings that are known."""
    free = {name: present[name].copy() for name in sorted({CAMAT, SECRETARY, *SECTION_HEADS})}
    for start, end in CAMAT_OUT:
        free[CAMAT][calendar.written(start, end)] = False
    for start, end in LEADERS_MEET:
        for mask in free.values():
            mask[calendar.written(start, end)] = False
    return free


def desk_signers(calendar: Calendar, free: dict[str, Mask], rng: np.random.Generator) -> dict[int, Mask]:
    """Return, per desk, the minutes in which somebody can sign what does not wait for the camat.

    That is the one named in SIGNERS or the secretary; on a day when both are missing, any section head. Each has a
    small meeting of an hour or two every other day.
    """
    able = {name: mask.copy() for name, mask in free.items()}
    for day in calendar.days:
        hours = calendar.whole_day(day)
        for mask in able.values():
            for _ in range(rng.poisson(0.5)):
                start = int(rng.integers(hours.start, hours.stop))
                mask[start : start + draw_minutes(rng, 70, 0.4)] = False
    signers = {desk: able[name] | able[SECRETARY] for desk, name in SIGNERS.items()}
    anyone = np.logical_or.reduce([able[name] for name in SECTION_HEADS])
    for day in calendar.days:
        hours = calendar.whole_day(day)
        for mask in signers.values():
            if not mask[hours].any():
                mask[hours] = anyone[hours]
    return signers


def sign_folders(
    calendar: Calendar,
    free: dict[str, Mask],
    waiting: list[tuple[int, Request]],
    rng: np.random.Generator,
) -> None:
    """Let the camat, or the secretary for him, sign what waits; sets ``completed`` of the requests signed.

    Parameters
    ----------
    calendar : Calendar
    free : dict of str to ndarray of bool
        Minutes in which each leader can be reached.
    waiting : list of (int, Request)
        Requests with the minute from which they lie in the signature folder.
    rng : numpy.random.Generator

    Notes
    -----
    The folder goes in twice a day. The camat signs a handful at a time and is often called to the city hall, so the
    pile of a trip takes some days to go down. While he is away the secretary may sign some kinds, but many at the
    counters do not know it and carry only part of the files upstairs.
    """
    pile = sorted(waiting, key=lambda item: item[0])
    for day in calendar.days:
        hours = calendar.whole_day(day)
        camat_here = bool(free[CAMAT][hours].any())
        for at in (time(10, 30), time(14, 30)):
            moment = calendar.position(datetime.combine(day, at)) + int(rng.integers(-25, 26))
            called_out = rng.random() < 0.3
            if camat_here and (called_out or not free[CAMAT][moment]):
                continue
            ready = [item for item in pile if item[0] <= moment]
            if not camat_here:
                part = 0.0 if day in SECRETARY_HARDLY_ASKED else 0.4
                carried = [item for item in ready if SERVICES[item[1].service].secretary_may and rng.random() < part]
                ready = carried if free[SECRETARY][moment] else []
            for place, item in enumerate(ready[:5], start=1):
                item[1].completed = min(moment + 3 * place + int(rng.integers(2, 12)), hours.stop)
                pile.remove(item)


def light(calendar: Calendar, events: Iterable[Event]) -> Mask:
    """Return the working minutes with electricity at the counters."""
    power = ~calendar.none()
    for event in events:
        if event.kind == "power_cut":
            power[calendar.written(f"{event.day}T{event.start}", f"{event.day}T{event.end}")] = False
    for start, end in GENERATOR_RAN:
        power[calendar.written(start, end)] = True
    return power


def draw_paperwork(calendar: Calendar, request: Request, rng: np.random.Generator) -> tuple[int, int] | None:
    """Draw how a request goes before it is ready to be signed.

    Returns
    -------
    (int, int) or None
        The minute from which the officer can work on it, and the minutes of work; None when a paper is missing and
        its owner never brings it.
    """
    service, person = SERVICES[request.service], STAFF[request.officer]
    pace = person.pace
    if person.first_year:
        pace *= 1 + (1 - request.received / len(calendar.minutes)) / 3
    if request.officer not in AT_DESK[service.desk] + RELIEF:
        pace *= 1.3  # another desk's work
    since_change = calendar.minutes[request.received].date() - APPLICATION_CHANGED
    if service.needs_computer and timedelta(0) <= since_change < timedelta(days=14):
        pace *= 1.3  # typed into the application and the old register
    minutes = draw_minutes(rng, service.hands_on * pace)
    if service.needs_computer and rng.random() < 0.05 * pace:
        minutes *= 2  # a wrong letter or a jammed printer: typed and printed again
    start = request.received
    if rng.random() < service.incomplete:
        if rng.random() < 0.5:
            return None
        start += draw_minutes(rng, 700, 0.7)
    if service.outside:
        start += draw_minutes(rng, service.outside, 0.6)
    return start, minutes


def simulate_requests(
    calendar: Calendar, events: Sequence[Event], present: dict[str, Mask], rng: np.random.Generator
) -> list[Request]:
    """Serve the public for the whole period.

    Returns
    -------
    list of Request
        In order of receipt. Open at the end are files whose owner never brought the missing paper and files that the
        end of the period overtook.
    """
    power = light(calendar, events)
    counters = Counters(calendar, present, power, rng)
    free = leaders_free(calendar, present)
    signers = desk_signers(calendar, free, rng)
    requests: list[Request] = []
    folder: list[tuple[int, Request]] = []

    for visit in draw_visits(calendar, power, rng):
        service = SERVICES[visit.service]
        accepted = counters.receive(service, visit.arrival)
        if accepted is None:
            continue
        waits = service.to_camat > 0 if visit.told else bool(rng.random() < service.to_camat)
        request = Request(visit.service, *accepted, waits)
        requests.append(request)
        if visit.completed is not None:
            request.completed = calendar.position(visit.completed)
            continue
        paperwork = draw_paperwork(calendar, request, rng)
        done = counters.work(service, request.officer, *paperwork) if paperwork else None
        if done is None:
            continue
        if rng.random() < 0.015:
            done += draw_minutes(rng, 150, 0.6)  # slipped under another file
        if request.waits:
            folder.append((done, request))
            continue
        done += draw_minutes(rng, 2, 0.5)  # carried over to the section head
        able = done + np.flatnonzero(signers[service.desk][done:])[:2]  # read in one minute, signed in the next
        signers[service.desk][able] = False
        request.completed = int(able[-1]) + 1 if len(able) else None
    sign_folders(calendar, free, folder, rng)
    return sorted(requests, key=lambda request: request.received)


# --------------------------------------------------------------------------------------------------------------------
# Satisfaction

RESPONDENTS = 74
ELEMENTS = {
    "persyaratan": 3.15,
    "prosedur": 3.05,
    "waktu": 2.85,
    "biaya": 3.8,
    "produk": 3.1,
    "kompetensi": 3.15,
    "perilaku": 2.9,
    "sarana": 2.7,
    "pengaduan": 2.5,
}  # what the ordinary visitor thinks of each element, in the order of the questionnaire, on 1 to 4


@dataclass
class Response:
    """One questionnaire; None is a question left empty."""

    day: date
    answers: dict[str, int | None]


def draw_answers(shift: dict[str, float], rng: np.random.Generator) -> dict[str, int | None]:
    """Draw one respondent's answers; `shift` says by how much this visit moves the opinion of an element."""
    mood = rng.normal(0.0, 0.42)  # in all nine answers, which is why they go together
    if rng.random() < 0.06:  # the same box all the way down
        return dict.fromkeys(ELEMENTS, int(np.clip(np.rint(3.0 + mood), 1, 4)))
    opinions = {name: mean + mood + shift.get(name, 0.0) + rng.normal(0.0, 0.5) for name, mean in ELEMENTS.items()}
    answers: dict[str, int | None] = {name: int(np.clip(np.rint(value), 1, 4)) for name, value in opinions.items()}
    # Few have ever complained, so many do not know what to answer; some stop before the end of the form.
    gives_up = rng.random() < 0.04
    for name in ELEMENTS:
        if rng.random() < (0.2 if name == "pengaduan" else 0.012) or (gives_up and name in ("sarana", "pengaduan")):
            answers[name] = None
    return answers


def simulate_satisfaction(
    calendar: Calendar,
    events: Sequence[Event],
    requests: Sequence[Request],
    standard: dict[str, int],
    rng: np.random.Generator,
) -> list[Response]:
    """Ask some of the visitors who handed in a request, on the day they did; `standard` is in working minutes."""
    away, dark = ({event.day for event in events if event.kind == kind} for kind in ("leader_away", "power_cut"))
    responses = []
    for n in sorted(rng.choice(len(requests), size=RESPONDENTS, replace=False)):
        request = requests[n]
        day = calendar.minutes[request.received].date()
        took = len(calendar.minutes) if request.completed is None else request.completed - request.received
        shift = {"waktu": 0.0, "sarana": 0.0}
        if day in away | dark:
            shift["waktu"] -= 0.5
        if took > standard[request.service]:
            shift["waktu"] -= 0.4
        if day in dark:
            shift["sarana"] -= 0.4
        responses.append(Response(day, draw_answers(shift, rng)))
    return responses


# --------------------------------------------------------------------------------------------------------------------
# The tables


def clock(when: datetime | None) -> str:
    """Write a time of day as a cell; nothing for None."""
    return "" if when is None else f"{when:%H:%M}"


def stamp(when: datetime | None) -> str:
    """Write a point in time as a cell, to the minute; nothing for None."""
    return "" if when is None else f"{when:%Y-%m-%dT%H:%M}"


def save_table(name: str, header: str, rows: Iterable[Sequence[object]]) -> None:
    """Write a table of the study: UTF-8, commas, LF; None is an empty cell."""
    with (STUDY / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.replace(",", " ").split())
        writer.writerows(rows)


def main() -> None:
    """Simulate the office and write its tables.

    Raises
    ------
    ValueError
        If study.toml declares other services than are simulated here.
    """
    study = tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))
    standard = study["services"]["standard_minutes"]
    if set(standard) != set(SERVICES):
        differing = ", ".join(sorted(set(standard) ^ set(SERVICES)))
        message = f"Only one of study.toml and SERVICES has: {differing}. Give both the same services."
        raise ValueError(message)

    # A stream of chance per table: a change to one does not reshuffle the draws of the others.
    for_attendance, for_requests, for_satisfaction = (
        np.random.default_rng(seed) for seed in np.random.SeedSequence(SEED).spawn(3)
    )
    calendar = Calendar(study)
    events = list_events()
    register = simulate_attendance(calendar, events, for_attendance)
    requests = simulate_requests(calendar, events, presence(calendar, register), for_requests)
    responses = simulate_satisfaction(calendar, events, requests, standard, for_satisfaction)

    save_table(
        "events.csv",
        "date, kind, start, end, note",
        ((event.day, event.kind, event.start, event.end, event.note) for event in events),
    )
    save_table(
        "attendance.csv",
        "date, employee_id, status, time_in, time_out",
        ((row.day, row.employee, row.status, clock(row.time_in), clock(row.time_out)) for row in register),
    )
    save_table(
        "services.csv",
        "request_id, service, received_at, completed_at, officer_id, waited_for_signature",
        (
            (
                f"REQ-{number:03d}",
                request.service,
                stamp(calendar.minutes[request.received]),
                stamp(None if request.completed is None else calendar.ended(request.completed)),
                request.officer,
                str(request.waits).lower(),
            )
            for number, request in enumerate(requests, start=1)
        ),
    )
    save_table(
        "satisfaction.csv",
        "respondent_id, date, " + ", ".join(ELEMENTS),
        (
            (f"R-{number:03d}", response.day, *response.answers.values())
            for number, response in enumerate(responses, start=1)
        ),
    )


if __name__ == "__main__":
    main()
