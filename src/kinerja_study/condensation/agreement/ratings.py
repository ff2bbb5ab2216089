"""A table of units and coders as the coefficients need it, and what a coefficient answers.

Owns the coding of values as numbers, what is missing, and the reasons why there is no number; computes no coefficient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

MISSING = -1
NUMBER = re.compile(r"[+-]?(\d{1,30}([.,]\d{1,30})?|[.,]\d{1,30})([eE][+-]?\d{1,2})?", re.ASCII)
"""What is read as a number: whatever can be squared without leaving the range of numbers."""

ONE_CODER = "one coder only"
NO_OVERLAP = "no unit was judged by two coders"
NO_VARIATION = "no variation"
TWO_CODERS_ONLY = "defined for two coders only"
NEGATIVE = "a value below 0 has no ratio"
NOT_PAIRABLE = "no other coder marked anything there"
NO_SEGMENTS = "nobody marked a segment"
REASONS = (ONE_CODER, NO_OVERLAP, NO_VARIATION, TWO_CODERS_ONLY, NEGATIVE, NOT_PAIRABLE, NO_SEGMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A coefficient, or why there is none.

    ``value`` is at most 1, for chance-corrected coefficients 0 is chance; it is None with a ``reason``. ``low`` and
    ``high`` bound a 95 % interval, ``se`` is the standard error, ``interval`` names how they were made; they are None
    and empty where there are none.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    reason: str | None = None
    interval: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratings:
    """Who gave which value to which unit; what several coefficients ask of it is reckoned once.

    Parameters
    ----------
    codes : ndarray of int, shape (n_units, n_coders)
        Places in ``categories``; -1 where a coder did not judge.
    categories : tuple
        The values there are: numbers in their order, or texts.
    scores : ndarray of float, shape (n_values,), optional
        What the values measure, ascending: themselves, or their ranks in a declared order; None where they have none.
    coders : tuple of str
        Names of the columns.
    clusters : ndarray of int, shape (n_units,), optional
        To which cluster, as a document, each unit belongs.
    """

    codes: Codes
    categories: tuple[float | str, ...]
    scores: Floats | None
    coders: tuple[str, ...]
    clusters: npt.NDArray[np.int64] | None = None

    @cached_property
    def judged(self) -> Truths:
        """Where there is a value, shape (n_units, n_coders)."""
        return np.asarray(self.codes != MISSING)

    @cached_property
    def judgements(self) -> Floats:
        """How many coders judged each unit, shape (n_units,)."""
        return np.asarray(self.judged.sum(axis=1), dtype=np.float64)

    def judged_by(self, least: int) -> Ratings:
        """Return the units that at least so many coders judged."""
        keep = self.judgements >= least
        return self if keep.all() else self.rows(keep)

    def rows(self, keep: Truths) -> Ratings:
        """Return some of the units; the categories stay those of the whole."""
        clusters = None if self.clusters is None else self.clusters[keep]
        return replace(self, codes=self.codes[keep], clusters=clusters)

    def pair(self, one: int, other: int) -> Ratings:
        """Return the units that both of two coders judged, with these two alone."""
        both = self.rows(self.judged[:, one] & self.judged[:, other])
        return replace(both, codes=both.codes[:, [one, other]], coders=(self.coders[one], self.coders[other]))

    @cached_property
    def without_each(self) -> tuple[Ratings, ...]:
        """The ratings without each cluster in turn that has a unit of two coders."""
        if self.clusters is None:
            return ()
        return tuple(self.rows(self.clusters != one) for one in np.unique(self.clusters[self.judgements >= 2]))

    @cached_property
    def reason(self) -> str | None:
        """Why no coefficient can be computed, or None.

        Only units that two coders judged tell of agreement; where they hold one value there is nothing to agree on
        beyond chance.
        """
        if self.judged.any(axis=0).sum() < 2:
            return ONE_CODER
        pairable = self.judged_by(2)
        if not len(pairable.codes):
            return NO_OVERLAP
        found = pairable.codes[pairable.judged]
        return NO_VARIATION if found.min() == found.max() else None


def build_ratings(
    table: pd.DataFrame, *, categories: Sequence[float | str] | None = None, clusters: Sequence[object] | None = None
) -> Ratings:
    """Code a table of units x coders.

    Parameters
    ----------
    table : DataFrame, shape (n_units, n_coders)
        One row a unit, one column a coder; missing or blank where a coder did not judge. If every value is a number,
        also written as text, the values are numbers; else they are texts.
    categories : sequence, optional
        All values there are, in their order, also those that nobody used; by default those that occur.
    clusters : sequence, shape (n_units,), optional
        To which cluster each unit belongs.

    Returns
    -------
    Ratings
        Texts have scores only where ``categories`` gives their order.

    Raises
    ------
    ValueError
        A value is not among the given ones.

    Examples
    --------
    >>> build_ratings(pd.DataFrame({"a": ["2", "10", ""], "b": ["10", None, "2"]})).categories
    (2.0, 10.0)
    """
    cells = table.to_numpy(dtype=object).ravel()
    present = ~pd.isna(cells)
    present[present] = cells[present] != ""
    places, distinct = pd.factorize(cells[present])
    found = [str(value) for value in distinct]
    known = found if categories is None else [str(value) for value in categories]
    numeric = all(NUMBER.fullmatch(text) for text in known) and all(NUMBER.fullmatch(text) for text in found)
    own = [parse_number(text) if numeric else text for text in found]
    order: list[float | str] = [parse_number(text) if numeric else text for text in known]
    if categories is None or numeric:
        order = sorted(set(order))
    index = {value: place for place, value in enumerate(order)}
    unknown = [value for value in own if value not in index]
    if unknown:
        problem = f"{unknown[0]!r} is not among the values {order}"
        raise ValueError(problem)
    codes = np.full(len(cells), MISSING, dtype=np.int32)
    if len(own):
        codes[present] = np.array([index[value] for value in own], dtype=np.int32)[places]
    scores = np.array(order, dtype=np.float64) if numeric else None
    if not numeric and categories is not None:
        scores = np.arange(1, len(order) + 1, dtype=np.float64)
    numbered = None if clusters is None else np.unique(np.array(clusters).astype(str), return_inverse=True)[1]
    return Ratings(
        codes=codes.reshape(table.shape),
        categories=tuple(order),
        scores=scores,
        coders=tuple(str(name) for name in table.columns),
        clusters=numbered,
    )


def parse_number(text: str) -> float:
    """Return a number from text with a decimal point or comma."""
    return float(text.replace(",", "."))
