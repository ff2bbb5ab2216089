"""Claims that are to be held against the data, and what each asserts.

Owns the reading of ``asserts``; whether a claim holds is decided in ``conclusions``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from kinerja_study.errors import Fault, suggest

FILE = "claims"
KINDS = ("verdict", "code", "hinders", "supports", "indicator", "recommends", "foci")
OPERATORS = ("<=", ">=", "==", "<", ">", "=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a claim asserts: a kind, what it is about, and for an indicator a comparison."""

    kind: str
    targets: tuple[str, ...]
    operator: str = ""
    number: float = 0.0


def parse_assertion(text: str) -> Assertion | None:
    """Read an ``asserts`` cell.

    Returns
    -------
    Assertion or None
        None when it cannot be read.

    Examples
    --------
    >>> parse_assertion("indicator=tepat_waktu>=0,85").number
    0.85
    >>> parse_assertion("foci=kualitas;kemampuan").targets
    ('kualitas', 'kemampuan')
    """
    kind, equals, rest = (part.strip() for part in text.partition("="))
    if not equals or kind not in KINDS or not rest:
        return None
    if kind == "foci":
        return Assertion(kind=kind, targets=tuple(part.strip() for part in rest.split(";") if part.strip()))
    if kind != "indicator":
        return Assertion(kind=kind, targets=(rest,))
    found = re.fullmatch(r"([A-Za-z0-9._-]+)\s*(<=|>=|==|<|>|=)\s*([+-]?\d+(?:[.,]\d+)?)", rest)
    if found is None:
        return None
    number = float(found.group(3).replace(",", "."))
    return Assertion(kind=kind, targets=(found.group(1),), operator=found.group(2), number=number)


def split_ids(text: str) -> list[str]:
    """Return the parts of a ``;``-separated cell."""
    return [part.strip() for part in text.split(";") if part.strip()]


def check_claims(
    claims: pd.DataFrame,
    file: str,
    *,
    foci: Collection[str],
    levels: Collection[str],
    codes: Collection[str],
    indicators: Collection[str],
) -> Iterator[Fault]:
    """Yield a fault for each claim that refers to what is not there."""
    ids = set(claims["id"])
    known = {"code": codes, "hinders": codes, "supports": codes, "recommends": codes, "verdict": levels,
             "indicator": indicators, "foci": foci}  # fmt: skip
    for row, claim in zip(claims.index.astype(int), claims.to_dict("records"), strict=True):
        if claim["focus"] and claim["focus"] not in foci:
            yield _unknown("focus", claim["focus"], foci, file, row)
        yield from (_unknown("rests_on", i, ids, file, row) for i in split_ids(claim["rests_on"]) if i not in ids)
        if not claim["asserts"]:
            continue
        assertion = parse_assertion(claim["asserts"])
        if assertion is None:
            cure = (
                "Write verdict=<level>, code=<code>, hinders=<code>, supports=<code>, recommends=<code>, "
                "indicator=<id><op><number> or foci=<id>;<id>, or leave it empty."
            )
            yield Fault(kind="bad_assertion", problem="what the claim asserts cannot be read", cure=cure, file=file,
                        row=row, column="asserts", value=claim["asserts"])  # fmt: skip
            continue
        options = known[assertion.kind]
        yield from (
            _unknown("asserts", target, options, file, row) for target in assertion.targets if target not in options
        )
        if assertion.kind == "verdict" and not claim["focus"]:
            cure = "Name the focus whose verdict is meant."
            yield Fault(kind="missing_focus", problem="a verdict is asserted of no focus", cure=cure, file=file,
                        row=row, column="focus")  # fmt: skip


def _unknown(column: str, value: str, known: Iterable[str], file: str, row: int) -> Fault:
    options = sorted(known)
    cure = f"{suggest(value, options)}Known: {', '.join(options[:60])}."
    return Fault(kind="unknown_reference", problem="refers to what is not there", cure=cure, file=file, row=row,
                 column=column, value=value)  # fmt: skip
