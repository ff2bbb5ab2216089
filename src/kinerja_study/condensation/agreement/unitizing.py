"""Agreement on where something begins and ends: Krippendorff's family of alphas for marked stretches of a continuum.

Owns the cutting of the continuum and the four coefficients; lengths are counted in its smallest units, here code
points, and segments of one coder must not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kinerja_study.condensation.agreement.intervals import jackknife
from kinerja_study.condensation.agreement.ratings import (
    NO_SEGMENTS,
    NO_VARIATION,
    NOT_PAIRABLE,
    ONE_CODER,
    Agreement,
    Floats,
)

Places = npt.NDArray[np.int64]
GAP = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitizingAgreement:
    """The family of a continuum.

    Parameters
    ----------
    nominal : Agreement
        u-alpha: boundaries and codes together.
    binary : Agreement
        Boundaries alone: something or nothing.
    codes_given_units : Agreement
        cu-alpha: the codes where two coders marked something.
    by_code : dict of str to Agreement
        (k)u-alpha: one code there.
    coverage : dict of str to float
        Share of what is marked with a code, in [0, 1], that the others marked too, with whatever code.
    """

    nominal: Agreement
    binary: Agreement
    codes_given_units: Agreement
    by_code: dict[str, Agreement]
    coverage: dict[str, float]


def compute_unitizing(segments: pd.DataFrame, length: int, coders: Sequence[str] | None = None) -> UnitizingAgreement:
    """Return the family of alphas of segments on one continuum.

    Parameters
    ----------
    segments : DataFrame, shape (n_segments, 4)
        ``coder, start, end, code``; half-open, in whole units, ``0 <= start < end <= length``; those of one coder do
        not overlap. Segments that touch are two.
    length : int
        Of the continuum.
    coders : sequence of str, optional
        Who read it, also those who marked nothing; by default those who marked something.

    Notes
    -----
    A coincidence is a stretch that two coders marked, over the m - 1 others. What is expected excludes that a segment
    is paired with itself: its length squared, and the length of a gap. Given the units, the length that counts is the
    pairable one, the mean over the other coders of what each marked of the segment.

    References
    ----------
    .. [1] Krippendorff, Mathet, Bouvry & Widlöcher (2016), Quality & Quantity 50, 2347-2364,
       doi:10.1007/s11135-015-0266-1.
    .. [2] Krippendorff (2019), Content Analysis, 4th ed., section 12.6; the example of Fig. 12.11.

    Examples
    --------
    >>> marked = pd.DataFrame({"coder": ["A", "B"], "start": [0, 2], "end": [4, 6], "code": ["x", "x"]})
    >>> round(compute_unitizing(marked, 10).binary.value, 3)
    0.258
    """
    codes = sorted(segments["code"].astype(str).unique())
    coders = sorted(set(segments["coder"])) if coders is None else list(coders)
    reason = NO_SEGMENTS if segments.empty else ONE_CODER if len(coders) < 2 else None
    if reason is not None:
        undefined = Agreement(value=None, reason=reason)
        return UnitizingAgreement(
            nominal=undefined,
            binary=undefined,
            codes_given_units=undefined,
            by_code=dict.fromkeys(codes, undefined),
            coverage={},
        )
    cut = _cut(segments, codes, coders, np.array([length]))
    own, pairable = _lengths(cut)
    coincidences = _coincide(cut, len(codes) + 1)
    # Gaps are not units: each of their places stands for itself.
    selves, totals, marked = (cut.sum_values(part, len(codes) + 1) for part in (own**2, own, pairable**2))
    selves[GAP] = totals[GAP] = len(coders) * length - own.sum()
    apart = np.zeros((2, len(codes) + 1))
    apart[0, GAP], apart[1, 1:] = 1, 1
    given = coincidences[1:, 1:]
    return UnitizingAgreement(
        nominal=_alpha(coincidences, selves),
        binary=_alpha(apart @ coincidences @ apart.T, apart @ selves),
        codes_given_units=_alpha(given, marked[1:]),
        by_code={code: _alpha_of(place, given, marked[1:]) for place, code in enumerate(codes)},
        coverage={code: float(given[k].sum() / totals[k + 1]) for k, code in enumerate(codes)},
    )


def compute_binary(segments: pd.DataFrame, ends: Places, coders: Sequence[str]) -> Agreement:
    """Return the alpha of boundaries alone, with the interval of leaving out each part of the continuum.

    Parameters
    ----------
    segments : DataFrame, shape (n_segments, 3)
        ``coder, start, end``, as for :func:`compute_unitizing`; none reaches over the end of a part.
    ends : ndarray of int, shape (n_parts,)
        Where each part ends, ascending; the last one is the length of the continuum.
    coders : sequence of str
        Who read it, two or more.

    Notes
    -----
    What coincides and what is paired with itself are sums over the parts: without one part they are the sums less its
    own, and the continuum is cut once.

    Examples
    --------
    >>> marked = pd.DataFrame({"coder": ["A", "B"], "start": [0, 2], "end": [4, 6]})
    >>> round(compute_binary(marked, np.array([7, 10]), ["A", "B"]).value, 3)
    0.258
    """
    if segments.empty:
        return Agreement(value=None, reason=NO_SEGMENTS)
    cut = _cut(segments.assign(code=""), [""], list(coders), ends)
    starts, count = segments["start"].to_numpy(dtype=np.int64), len(ends)
    own = segments["end"].to_numpy(dtype=np.float64) - starts
    part = np.searchsorted(ends, starts, side="right")
    marked, squares = (np.bincount(part, weights=weights, minlength=count) for weights in (own, own**2))
    selves = np.column_stack([len(coders) * np.diff(ends, prepend=0) - marked, squares])
    pieces = np.searchsorted(ends, np.cumsum(cut.lengths))
    coincidences = np.zeros(count * 4)
    for row, counterpart in cut.pairs():
        cells = pieces * 4 + (row >= 0) * 2 + (counterpart >= 0)
        coincidences += np.bincount(cells, weights=cut.lengths, minlength=count * 4)
    by_part = coincidences.reshape(count, 2, 2) / (len(coders) - 1)
    total, total_selves = by_part.sum(axis=0), selves.sum(axis=0)
    left = [_alpha(total - one, total_selves - its).value for one, its in zip(by_part, selves, strict=True)]
    return jackknife(_alpha(total, total_selves), left)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cut:
    # The continuum cut at every boundary: the length of each piece, which segment of each coder lies there (-1 for
    # none), and the code of each segment, 0 being kept for gaps.
    lengths: Floats
    segments: Places
    codes: Places

    def sum_values(self, of_segments: Floats, size: int) -> Floats:
        return np.bincount(self.codes, weights=of_segments, minlength=size).astype(np.float64)

    def pairs(self) -> Iterator[tuple[Places, Places]]:
        for one, row in enumerate(self.segments):
            for other, counterpart in enumerate(self.segments):
                if one != other:
                    yield row, counterpart


def _cut(segments: pd.DataFrame, codes: list[str], coders: list[str], further: Places) -> _Cut:
    starts, ends = segments["start"].to_numpy(dtype=np.int64), segments["end"].to_numpy(dtype=np.int64)
    bounds = np.unique(np.concatenate([[0], further, starts, ends]))
    lying = np.full((len(coders), len(bounds) - 1), -1, dtype=np.int64)
    firsts, lasts = np.searchsorted(bounds, starts), np.searchsorted(bounds, ends)
    for number, (coder, first, last) in enumerate(zip(segments["coder"], firsts, lasts, strict=True)):
        lying[coders.index(coder), first:last] = number
    places = np.searchsorted(np.array(codes), segments["code"].astype(str).to_numpy(dtype=str)) + 1
    return _Cut(lengths=np.diff(bounds).astype(np.float64), segments=lying, codes=places)


def _lengths(cut: _Cut) -> tuple[Floats, Floats]:
    # Of each segment: its length, and its pairable length.
    count, others = len(cut.codes), len(cut.segments) - 1
    own, pairable = np.zeros(count), np.zeros(count)
    for row in cut.segments:
        own += np.bincount(row[row >= 0], weights=cut.lengths[row >= 0], minlength=count)
    for row, counterpart in cut.pairs():
        both = (row >= 0) & (counterpart >= 0)
        pairable += np.bincount(row[both], weights=cut.lengths[both], minlength=count) / others
    return own, pairable


def _coincide(cut: _Cut, size: int) -> Floats:
    total = np.zeros(size * size)
    for row, counterpart in cut.pairs():
        one, other = (np.where(part >= 0, cut.codes[part], GAP) for part in (row, counterpart))
        total += np.bincount(one * size + other, weights=cut.lengths, minlength=size * size)
    return total.reshape(size, size) / (len(cut.segments) - 1)


def _alpha(coincidences: Floats, selves: Floats) -> Agreement:
    totals, length = coincidences.sum(axis=1), coincidences.sum()
    if not length:
        return Agreement(value=None, reason=NOT_PAIRABLE)
    expected = (length**2 - (totals**2).sum()) / (length - selves.sum() / length)
    if not expected:
        return Agreement(value=None, reason=NO_VARIATION)
    return Agreement(value=float(1 - (length - np.trace(coincidences)) / expected))


def _alpha_of(place: int, coincidences: Floats, selves: Floats) -> Agreement:
    # Among what coincides with the code, the share that is another one, over the share expected.
    totals, length = coincidences.sum(axis=1), coincidences.sum()
    own = totals[place]
    if not own:
        return Agreement(value=None, reason=NOT_PAIRABLE)
    others = own * (length - own)
    if not others:
        return Agreement(value=None, reason=NO_VARIATION)
    expected = others / (own * length - selves[place])
    return Agreement(value=float(1 - (own - coincidences[place, place]) / own / expected))
