"""What a table of ratings, or of marked segments, answers as a whole: each coefficient by its name.

Owns the answer that a program reads; the command line shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kinerja_study.condensation.agreement.alpha import Level
from kinerja_study.condensation.agreement.coefficients import compute_agreement
from kinerja_study.condensation.agreement.ratings import Agreement
from kinerja_study.condensation.agreement.reading import read_ratings, read_segments
from kinerja_study.condensation.agreement.unitizing import compute_unitizing

DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Coefficients by name, each one number or one for each code.

    ``units`` are rows of ratings, or segments; ``coders`` the columns, or those who marked something.
    """

    units: int
    coders: int
    coefficients: dict[str, Agreement | dict[str, Agreement]]

    def as_dict(self) -> dict[str, Any]:
        """Return the answer for ``--json``: of each name ``value, low, high, reason``.

        What is computed by code holds its values, and the reasons of those without one, by code.
        """
        return {"units": self.units, "coders": self.coders} | {
            "coefficients": {name: _as_dict(found) for name, found in self.coefficients.items()}
        }

    def rows(self) -> list[tuple[str, Agreement]]:
        """Return every number under a name of its own."""
        flat: list[tuple[str, Agreement]] = []
        for name, found in self.coefficients.items():
            flat += [(name, found)] if isinstance(found, Agreement) else [(f"{name} {c}", a) for c, a in found.items()]
        return flat


def answer_ratings(data: bytes, file: str, level: Level | None = None, order: Sequence[str] | None = None) -> Answer:
    """Answer a table of units x coders; raises like :func:`~.reading.read_ratings`.

    Values in a declared order are ordinal unless the level says that their steps are equal.
    """
    level = level or ("ordinal" if order is not None else None)
    ratings = read_ratings(data, file, level, order)
    units, coders = ratings.codes.shape
    return Answer(units=units, coders=coders, coefficients={**compute_agreement(ratings, level)})


def answer_segments(data: bytes, file: str, length: int | None = None) -> Answer:
    """Answer a table of marked segments; raises like :func:`~.reading.read_segments`."""
    segments, whole = read_segments(data, file, length)
    found = compute_unitizing(segments, whole)
    return Answer(
        units=len(segments),
        coders=segments["coder"].nunique(),
        coefficients={
            "u_alpha_nominal": found.nominal,
            "u_alpha_binary": found.binary,
            "cu_alpha_nominal": found.codes_given_units,
            "ku_alpha": found.by_code,
            "coverage": {code: Agreement(value=share) for code, share in found.coverage.items()},
        },
    )


def _as_dict(found: Agreement | dict[str, Agreement]) -> dict[str, Any]:
    if isinstance(found, Agreement):
        numbers = {"value": found.value, "low": found.low, "high": found.high}
        return {name: _rounded(number) for name, number in numbers.items()} | {"reason": found.reason}
    reasons = {code: each.reason for code, each in found.items() if each.value is None}
    values = {code: _rounded(each.value) for code, each in found.items()}
    return {"value": values, "low": None, "high": None, "reason": reasons or None}


def _rounded(number: float | None) -> float | None:
    # Adding zero makes -0.0 a plain one.
    return None if number is None else round(number, DIGITS) + 0.0
