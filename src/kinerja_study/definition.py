"""What a study declares in study.toml: foci, groups, scale, rules, hours, indicators.

Owns the model of that file and the reading of it; knows nothing of the other files.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    field_validator,
    model_validator,
)

from kinerja_study.errors import Fault, suggest

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


def parse_definition(data: bytes, folder: str) -> tuple[StudyDefinition | None, list[Fault]]:
    """Read study.toml and say everything that is wrong with it.

    Parameters
    ----------
    data : bytes
        The file as it is on disk.
    folder : str
        Name of the study's folder, which its id must equal.

    Returns
    -------
    definition : StudyDefinition or None
        None when there is a fault.
    faults : list of Fault
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        return None, [
            _fault("encoding", f"not UTF-8 at byte {error.start}", "Save the file as UTF-8 text.", None, None)
        ]
    except (ValueError, RecursionError) as error:  # also a number or a nesting beyond what Python reads
        line = re.search(r"at line (\d+)", str(error))
        row = int(line.group(1)) if line else None
        return None, [
            _fault("toml", f"not valid TOML: {error}", "Mend the line; text values stand in quotes.", None, None, row)
        ]
    try:
        definition = StudyDefinition.model_validate(table)
    except ValidationError as error:
        found = error.errors()
        # An item that is wrong is also missed in the count of its list: that is said once.
        counted = [e for e in found if e["type"] == "too_short" and any(_below(o, e) for o in found)]
        return None, [_from_pydantic(item) for item in found if item not in counted]
    if broken := list(_broken_references(definition)):
        return None, broken
    if definition.study.id != folder:
        return None, [
            _fault(
                "study_id",
                f"the study's id is not the name of its folder, '{folder}'",
                f'Write id = "{folder}", or rename the folder.',
                "study.id",
                definition.study.id,
            )
        ]
    return definition, []


def _broken_references(definition: StudyDefinition) -> Iterator[Fault]:
    # What one table says of another.
    cure = "Correct it; see docs/data-format.md."
    lists: dict[str, Sequence[Focus | Group | Indicator]] = {
        "foci": definition.foci, "groups": definition.groups, "indicators": definition.indicators,
    }  # fmt: skip
    for name, items in lists.items():
        seen: set[str] = set()
        for number, item in enumerate(items, start=1):
            if item.id in seen:
                problem = f"{name}: the id {item.id!r} is given twice"
                yield _fault("bad_value", problem, "Give each its own.", f"{name}.{number}.id", item.id)
            seen.add(item.id)
    foci = [focus.id for focus in definition.foci]
    records = [group.id for group in definition.groups if group.technique == "record"]
    for number, indicator in enumerate(definition.indicators, start=1):
        place = f"indicators.{number}"
        if indicator.focus not in foci:
            near = f"{suggest(indicator.focus, foci)}Declared are: {', '.join(foci)}."
            yield _fault("bad_value", "no such focus is declared", near, f"{place}.focus", indicator.focus)
        if indicator.group not in records:
            near = f'{suggest(indicator.group, records)}Declare it with technique = "record", or name one that has it.'
            problem = "not a group of technique 'record'"
            yield _fault("bad_value", problem, near, f"{place}.group", indicator.group)
    levels = len(definition.scale.levels)
    for number, row in enumerate(definition.multiverse.edges, start=1):
        if len(row) != levels or sorted(set(row)) != list(row) or row[0] > 20 or row[-1] > 100:
            problem = f"must be {levels} rising numbers, one a level, the first at most 20, the last at most 100"
            yield _fault("bad_value", problem, cure, f"multiverse.edges.{number}", str(list(row)))


def _fault(kind: str, problem: str, cure: str, column: str | None, value: str | None, row: int | None = None) -> Fault:
    return Fault(kind=kind, problem=problem, cure=cure, file=FILE, row=row, column=column, value=value)


def _below(error: Any, above: Any) -> bool:
    depth = len(above["loc"])
    return len(error["loc"]) > depth and error["loc"][:depth] == above["loc"]


def _from_pydantic(error: Any) -> Fault:
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"] if part != "[key]")
    if error["type"] == "extra_forbidden":
        known = _keys_beside(error["loc"])
        cure = f"{suggest(str(error['loc'][-1]), known)}Known here: {', '.join(known)}."
        return _fault("unknown_key", "unknown key", cure, place, None)
    if error["type"] == "missing":
        return _fault("missing_key", "a needed key is missing", "Add it; see docs/data-format.md.", place, None)
    shown = error["input"] if isinstance(error["input"], str | int | float | bool) else None
    cure = "Correct it; see docs/data-format.md."
    if error["type"] == "literal_error":
        options = re.findall(r"'([^']+)'", str(error["ctx"]["expected"]))
        message = f"not one of {error['ctx']['expected']}"
        cure = f"{suggest(str(shown), options)}Write one of those."
    else:
        context = error.get("ctx", {})
        worded = next((words for kind, words in _WORDED.items() if error["type"].startswith(kind)), None)
        message = worded.format_map(context) if worded else str(error["msg"]).removeprefix("Value error, ")
    return _fault("bad_value", message, cure, place or None, None if shown is None else str(shown))


_WORDED = {
    "string_type": "text is needed, in quotes",
    "string_too_short": "must not be empty",
    "float": "a number is needed, without quotes",
    "int": "a whole number is needed, without quotes",
    "bool": "true or false is needed, without quotes",
    "date": "a date is needed, as 2024-03-04, without quotes",
    "finite_number": "a finite number is needed",
    "greater_than_equal": "must be {ge:g} or more",
    "greater_than": "must be above {gt:g}",
    "too_short": "at least {min_length} needed here, and there is {actual_length}",
    "too_long": "at most {max_length} allowed here, and there are {actual_length}",
    "tuple_type": "a list in square brackets is needed",
    "dict_type": "a table of keys is needed",
    "model_type": "a table of keys is needed",
}
"""What pydantic's kinds of errors mean to someone who has never heard of it."""


def _keys_beside(loc: tuple[Any, ...]) -> list[str]:
    # Follow the location of an unknown key down the models to the one that refused it.
    model: type[BaseModel] = StudyDefinition
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        annotation = fields[part].annotation if part in fields else None
        inner = [a for a in (annotation, *getattr(annotation, "__args__", ())) if isinstance(a, type)]
        model = next((a for a in inner if issubclass(a, BaseModel)), model)
    return [info.alias or name for name, info in model.model_fields.items()]
