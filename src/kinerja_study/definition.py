"""What a study declares in study.toml: foci, groups, scale, rules, hours, indicators.

Owns the model of that file, its rules and their defaults; knows nothing of the other files, nor how it is read.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    field_validator,
    model_validator,
)

from kinerja_study.errors import suggest

FILE = "study.toml"
ELEMENTS = (
    "persyaratan",
    "prosedur",
    "waktu",
    "biaya",
    "produk",
    "kompetensi",
    "perilaku",
    "sarana",
    "pengaduan",
)
"""The nine elements of the satisfaction survey (PermenPAN-RB 14/2017), by name: their numbers differ by office."""

MEASURES = ("share_within_standard", "share_present_on_time", "skm_index", *(f"skm_element:{e}" for e in ELEMENTS))
SkmWeight = Literal["1/9", "0.111"]
SKM_WEIGHTS: tuple[SkmWeight, ...] = ("1/9", "0.111")
LOWEST = {"share_within_standard": 0.0, "share_present_on_time": 0.0, "skm_index": 25.0, "skm_element": 1.0}
"""The lowest value of each measure, which the lowest band must reach."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TECHNIQUES = ("interview", "observation", "document", "record")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _identifier(value: str) -> str:
    if not ID.fullmatch(value):
        problem = "an id consists of letters, digits, '-', '_' and '.', without spaces"
        raise ValueError(problem)
    return value


def _measure(value: str) -> str:
    if value not in MEASURES:
        problem = f"{suggest(value, MEASURES)}A measure is one of: {', '.join(MEASURES)}"
        raise ValueError(problem)
    return value


Identifier = Annotated[str, AfterValidator(_identifier)]
# A number in quotes is a mistake to be told, and true is no number.
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Label = dict[str, str]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Labelled(_Section):
    id: Identifier
    label: Label = Field(default_factory=dict)

    def name(self, language: str) -> str:
        """Return the label in a language, else in any, else the id in words."""
        return self.label.get(language) or next(iter(self.label.values()), self.id.replace("_", " "))


class Period(_Section):
    """First and last day of the field work, both included."""

    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            problem = f"the period ends ({self.end}) before it starts ({self.start})"
            raise ValueError(problem)
        return self


class About(_Section):
    """The ``[study]`` table."""

    id: Identifier
    title: str = Field(min_length=1)
    site: str = Field(min_length=1)
    period: Period
    provenance: Literal["field", "synthetic"]
    language: str = "id"
    timezone: str = "Asia/Jakarta"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            problem = f"{value!r} is no time zone; Indonesia has Asia/Jakarta, Asia/Makassar and Asia/Jayapura"
            raise ValueError(problem) from error
        return value


class Focus(_Labelled):
    """A sub-focus: rated, a list of obstacles, or open."""

    kind: Literal["rated", "obstacles", "open"]


class Group(_Labelled):
    """A source group; its weight counts among groups, ``outside`` says that it is not itself judged."""

    technique: Literal["interview", "observation", "document", "record"]
    weight: Number = Field(default=1.0, ge=0)
    outside: Flag = False

    @model_validator(mode="before")
    @classmethod
    def _records_weigh_nothing(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("technique") == "record":
            return {"weight": 0.0, **data}
        return data


class Level(_Labelled):
    """A level of the verdict scale, from its lower edge upward."""

    edge: Number = Field(alias="from")


class Scale(_Section):
    """A named verdict scale on 20..100."""

    name: str = Field(min_length=1)
    levels: tuple[Level, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _rising_from_the_bottom(self) -> Self:
        edges = [level.edge for level in self.levels]
        if any(low >= high for low, high in itertools.pairwise(edges)):
            problem = f"the edges must rise from level to level, and are {edges}"
            raise ValueError(problem)
        if edges[0] > 20 or edges[-1] > 100:
            problem = f"the scale lies on 20..100: its first edge is 20, its last at most 100; they are {edges}"
            raise ValueError(problem)
        if len({level.id for level in self.levels}) < len(self.levels):
            problem = "two levels have the same id"
            raise ValueError(problem)
        return self


SUGGESTER = "saran"
"""The coder under whose name a program suggests codings: no evidence until a person has taken them over."""


def is_suggester(coder: str) -> bool:
    """Tell whether codings of this name are a program's suggestions."""
    return coder.casefold() == SUGGESTER


def _person(value: str) -> str:
    if is_suggester(value):
        problem = "a program's suggestions are no evidence: name a person who coded, or the consensus"
        raise ValueError(problem)
    return value


Coder = Annotated[str, AfterValidator(_person)]


class Rules(_Section):
    """How codings become a verdict; see docs/method.md."""

    coder: Coder = "consensus"
    aggregate: Literal["mean", "median"] = "mean"
    weights: Literal["groups", "cases", "segments"] = "groups"
    neutral: Literal["keep", "drop"] = "keep"
    minimum_informants: Whole = Field(default=3, ge=0)
    minimum_groups: Whole = Field(default=2, ge=0)
    minimum_cases_per_group: Whole = Field(default=1, ge=1)
    require_outside: Flag = False


class Multiverse(_Section):
    """The defensible alternatives, fixed beforehand; ``edges`` are alternative lower edges of the scale."""

    aggregate: tuple[Literal["mean", "median"], ...] = ()
    weights: tuple[Literal["groups", "cases", "segments"], ...] = ()
    neutral: tuple[Literal["keep", "drop"], ...] = ()
    coder: tuple[Coder, ...] = ()
    minimum_informants: tuple[Annotated[Whole, Field(ge=0)], ...] = ()
    minimum_groups: tuple[Annotated[Whole, Field(ge=0)], ...] = ()
    minimum_cases_per_group: tuple[Annotated[Whole, Field(ge=1)], ...] = ()
    require_outside: tuple[Flag, ...] = ()
    edges: tuple[tuple[Number, ...], ...] = ()

    @model_validator(mode="after")
    def _no_alternative_twice(self) -> Self:
        twice = [name for name, values in self if len(set(values)) < len(values)]
        if twice:
            problem = f"an alternative is given twice, and would count twice: {', '.join(twice)}"
            raise ValueError(problem)
        return self


Thresholds = tuple[Number, Number, Number]


def _rising_shares(value: Thresholds) -> Thresholds:
    if not 0 < value[0] < value[1] < value[2] <= 1:
        problem = f"three shares that rise, above 0 and at most 1, and not {list(value)}"
        raise ValueError(problem)
    return value


Shares = Annotated[Thresholds, AfterValidator(_rising_shares)]


def _falling_counts(value: tuple[int, int, int]) -> tuple[int, int, int]:
    if not value[0] > value[1] > value[2] >= 1:
        problem = f"three whole numbers that fall, the last at least 1, and not {list(value)}"
        raise ValueError(problem)
    return value


Counts = Annotated[tuple[Whole, Whole, Whole], AfterValidator(_falling_counts)]


class Grading(_Section):
    """Thresholds of the grade: when a concern is minor, moderate, serious; and what is adequate.

    ``limitations`` and ``relevance``: with fewer such sources than this; ``coherence``: from this share on.
    """

    limitations: Counts = (3, 2, 1)
    coherence: Shares = (0.1, 0.25, 0.4)
    relevance: Counts = (3, 2, 1)
    adequate_informants: Whole = Field(default=5, ge=1)
    adequate_groups: Whole = Field(default=2, ge=1)
    adequate_techniques: Whole = Field(default=2, ge=1)


class Band(_Section):
    """From this value of an indicator upward, this magnitude."""

    edge: Number = Field(alias="from")
    magnitude: Literal[-2, -1, 0, 1, 2]


class Indicator(_Labelled):
    """A measure on records that becomes a case of a record group."""

    focus: str
    group: str
    measure: Annotated[str, AfterValidator(_measure)]
    bands: tuple[Band, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        edges = [band.edge for band in self.bands]
        if any(low >= high for low, high in itertools.pairwise(edges)):
            problem = f"the bands must rise without overlap, and start at {edges}"
            raise ValueError(problem)
        lowest = LOWEST[self.measure.partition(":")[0]]
        if edges[0] > lowest:
            problem = f"the bands leave a gap: from {lowest} to {edges[0]} no magnitude is declared"
            raise ValueError(problem)
        return self


class Holidays(_Section):
    """Days that are not worked whatever the weekday."""

    dates: tuple[dt.date, ...] = ()


class Services(_Section):
    """Declared service standards, in working minutes, and what the services are called."""

    standard_minutes: dict[str, Annotated[Number, Field(gt=0)]] = Field(default_factory=dict)
    label: dict[str, Label] = Field(default_factory=dict)

    def name(self, service: str, language: str) -> str:
        """Return a service's label in a language, else in any, else its id in words."""
        label = self.label.get(service, {})
        return label.get(language) or next(iter(label.values()), service.replace("_", " "))


class Satisfaction(_Section):
    """How the index of the satisfaction survey is computed: by 1/9 an element, or by the rounded 0.111."""

    weight: SkmWeight = "1/9"


class Privacy(_Section):
    """Where the private key lies, and the roles that are shown by their group only."""

    key_file: str = ""
    group_only: tuple[str, ...] = ()

    def hides(self, role: str) -> bool:
        """Tell whether a role is shown by its group because one person holds it."""
        return role.casefold() in {hidden.casefold() for hidden in self.group_only}


class StudyDefinition(_Section):
    """The whole of study.toml."""

    study: About
    foci: tuple[Focus, ...] = Field(min_length=1)
    groups: tuple[Group, ...] = Field(min_length=1)
    scale: Scale
    rules: Rules = Rules()
    multiverse: Multiverse = Multiverse(
        aggregate=("mean", "median"), weights=("groups", "cases", "segments"), neutral=("keep", "drop")
    )
    hours: dict[Weekday, tuple[tuple[str, str], ...]] = Field(default_factory=dict)
    holidays: Holidays = Holidays()
    services: Services = Services()
    satisfaction: Satisfaction = Satisfaction()
    indicators: tuple[Indicator, ...] = ()
    grade: Grading = Grading()
    privacy: Privacy = Privacy()
    reporting: dict[str, Any] = Field(default_factory=dict)

    @field_validator("hours")
    @classmethod
    def _spans_of_the_day(
        cls, value: dict[Weekday, tuple[tuple[str, str], ...]]
    ) -> dict[Weekday, tuple[tuple[str, str], ...]]:
        for weekday, spans in value.items():
            last = ""
            for start, end in spans:
                for clock in (start, end):
                    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", clock):
                        problem = f"{weekday}: {clock!r} is no time of day; write it as 07:30"
                        raise ValueError(problem)
                if not last <= start < end:
                    problem = f"{weekday}: {start}-{end} does not follow what stands before it"
                    raise ValueError(problem)
                last = end
        return value

    def group(self, group_id: str) -> Group:
        """Return a group by its id."""
        return next(group for group in self.groups if group.id == group_id)

    def focus(self, focus_id: str) -> Focus:
        """Return a focus by its id."""
        return next(focus for focus in self.foci if focus.id == focus_id)
