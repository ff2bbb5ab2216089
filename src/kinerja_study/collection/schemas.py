"""The columns of every table of a study and what may stand in them.

Owns the schemas of docs/data-format.md that one table alone can decide; references between files are held
elsewhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pandas as pd
import pandera.pandas as pa

from kinerja_study.definition import ELEMENTS, ID


def is_number(text: str) -> bool:
    """Tell whether a text is a number, with a decimal point or, as an Indonesian spreadsheet writes it, a comma."""
    return re.fullmatch(r"[+-]?[0-9]{1,12}([.,][0-9]{1,12})?", text) is not None


def is_date(text: str) -> bool:
    """Tell whether a text is a date such as ``2018-03-12``."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and _parses(dt.date.fromisoformat, text)


def is_time(text: str) -> bool:
    """Tell whether a text is a time such as ``07:30``."""
    return re.fullmatch(r"\d\d:\d\d", text) is not None and _parses(dt.time.fromisoformat, text)


def is_timestamp(text: str) -> bool:
    """Tell whether a text is a timestamp such as ``2018-03-12T09:15``."""
    shape = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", text)
    return shape is not None and _parses(dt.datetime.fromisoformat, text)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _column(test: Callable[[str], bool], expected: str, *, optional: bool = False) -> pa.Column:
    # Every table arrives as text: the schema tests what it says, the loader converts what has passed.
    # Each different value is tested once: a table may have a million rows.
    def sound(values: pd.Series) -> pd.Series:
        return values.isin([text for text in values.unique() if (optional and not text) or test(text)])

    return pa.Column(str, pa.Check(sound, error=expected))


def _one_of(*options: str, optional: bool = False) -> pa.Column:
    return _column(lambda text: text in options, f"one of: {', '.join(options)}", optional=optional)


def _id() -> pa.Column:
    return _column(lambda text: ID.fullmatch(text) is not None, "an id of letters, digits, '-', '_', '.'")


def _text(*, optional: bool = False) -> pa.Column:
    return _column(bool, "a text", optional=optional)


def _name() -> pa.Column:
    # A coder is called as the file of his codings, which is no id.
    return _column(lambda t: re.fullmatch(r"\S+", t) is not None, "a name without spaces")


def _whole(*, optional: bool = False) -> pa.Column:
    return _column(lambda t: re.fullmatch(r"\d{1,12}", t) is not None, "a whole number from 0", optional=optional)


def _magnitude() -> pa.Column:
    return _column(lambda t: re.fullmatch(r"-[12]|\+?[012]", t) is not None, "-2, -1, 0, 1 or 2", optional=True)


def _day() -> pa.Column:
    return _column(is_date, "a date as 2018-03-12")


INFORMANTS = pa.DataFrameSchema(
    {
        "informant_id": _id(),
        "group": _text(),
        "kind": _one_of("key", "main", "additional"),
        "role": _text(),
        "unit": _text(optional=True),
        "sex": _one_of("L", "P", optional=True),
        "age_band": _text(optional=True),
        "years_of_service": _column(is_number, "a number", optional=True),
        "consent": _one_of("yes", "no_quote", "no"),
        "consent_date": _column(is_date, "a date as 2018-03-12", optional=True),
    },
    unique=["informant_id"],
)

CODEBOOK = pa.DataFrameSchema(
    {
        "code": _id(),
        "focus": _text(),
        "label": _text(),
        "definition": _text(),
        "include": _text(optional=True),
        "exclude": _text(optional=True),
        "direction": _one_of("+", "-", "+/-", "0"),
        "origin": _one_of("deductive", "inductive"),
        "cues_for": _text(optional=True),
        "cues_against": _text(optional=True),
        "recommendation": _text(optional=True),
    },
    unique=["code"],
)

CODINGS = pa.DataFrameSchema(
    {
        "document_id": _text(),
        "start": _whole(optional=True),
        "end": _whole(optional=True),
        "quote": _text(),
        "code": _text(),
        "magnitude": _magnitude(),
        "memo": _text(optional=True),
    }
)

SERVICES = pa.DataFrameSchema(
    {
        "request_id": _id(),
        "service": _id(),
        "received_at": _column(is_timestamp, "a timestamp as 2018-03-12T09:15"),
        "completed_at": _column(is_timestamp, "a timestamp as 2018-03-12T09:15", optional=True),
        "officer_id": _column(lambda t: ID.fullmatch(t) is not None, "an id without spaces", optional=True),
        "waited_for_signature": _column(
            lambda t: t.lower() in ("true", "false", "1", "0"), "true or false", optional=True
        ),
    },
    unique=["request_id"],
)

ATTENDANCE = pa.DataFrameSchema(
    {
        "date": _day(),
        "employee_id": _id(),
        "status": _one_of("present", "sick", "leave", "duty", "absent"),
        "time_in": _column(is_time, "a time as 07:30", optional=True),
        "time_out": _column(is_time, "a time as 16:00", optional=True),
    },
    unique=["date", "employee_id"],
)

SATISFACTION = pa.DataFrameSchema(
    {
        "respondent_id": _id(),
        "date": _day(),
        **{
            element: _column(lambda t: t in ("1", "2", "3", "4"), "1, 2, 3, 4 or empty", optional=True)
            for element in ELEMENTS
        },
    },
    unique=["respondent_id"],
)

EVENTS = pa.DataFrameSchema(
    {
        "date": _day(),
        "kind": _one_of("power_cut", "leader_away", "training", "other"),
        "start": _column(lambda t: is_time(t) or is_timestamp(t), "a time as 07:30", optional=True),
        "end": _column(lambda t: is_time(t) or is_timestamp(t), "a time as 16:00", optional=True),
        "note": _text(optional=True),
    }
)

SECTIONS = ("abstract", "overview", "method", "definition", "finding", "conclusion", "recommendation")

CLAIMS = pa.DataFrameSchema(
    {
        "id": _id(),
        "section": _one_of(*SECTIONS),
        "focus": _text(optional=True),
        "text": _text(),
        "asserts": _text(optional=True),
        "rests_on": _text(optional=True),
        "cites": _text(optional=True),
    },
    unique=["id"],
)

DECISIONS = pa.DataFrameSchema(
    {
        "date": _day(),
        "decided_by": _name(),
        "document_id": _text(),
        "start": _whole(),
        "end": _whole(),
        "code": _text(),
        "magnitude": _magnitude(),
        "outcome": _one_of("kept", "dropped", "changed"),
        "coders": _text(optional=True),
        "reason": _text(),
    }
)

CODEBOOK_CHANGES = pa.DataFrameSchema(
    {
        "date": _day(),
        "coder": _name(),
        "act": _one_of("new", "define", "rename", "merge", "split", "retire"),
        "code": _id(),
        "into": _text(optional=True),
        "codings": _whole(optional=True),
        "reason": _text(),
    }
)

HEADINGS = ("raw_data", "reduction", "synthesis", "process", "intentions", "instrument")
"""The six classes of Halpern's audit trail, as Lincoln and Guba (1985, p. 319) list them."""

MEMOS = pa.DataFrameSchema(
    {
        "memo_id": _name(),
        "date": _day(),
        "coder": _name(),
        "about": _one_of("study", "document", "code", "coding"),
        "target": _text(optional=True),
        "heading": _one_of(*HEADINGS),
        "text": _text(),
    },
    unique=["memo_id"],
)

TABLES = {
    "informants": INFORMANTS,
    "codebook": CODEBOOK,
    "services": SERVICES,
    "attendance": ATTENDANCE,
    "satisfaction": SATISFACTION,
    "events": EVENTS,
    "claims": CLAIMS,
    "decisions": DECISIONS,
    "codebook_changes": CODEBOOK_CHANGES,
    "memos": MEMOS,
}
"""The tables beside study.toml, by file name without its ending; codings have :data:`CODINGS`, one file a coder."""

REQUIRED = ("informants", "codebook")
