"""How much two values agree: 1 for the same value, less the further apart they are.

Owns the weights of weighted coefficients and the metrics of alpha, never as a matrix of all pairs of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kinerja_study.condensation.agreement.ratings import Floats

Kind = Literal["identity", "linear", "quadratic", "ordinal", "ratio"]
BLOCK = 4_000_000
"""Pairs of values that are weighed at once: 32 MB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """The weight of each pair of values, in [0, 1], computed when it is asked for.

    Parameters
    ----------
    kind : {"identity", "linear", "quadratic", "ordinal", "ratio"}
        ``identity`` 1 or 0; ``linear`` 1 - d and ``quadratic`` 1 - d^2, where d is the distance of the scores as a
        share of the largest; ``ordinal`` 1 - C(r + 1, 2) / C(q, 2), where r is the distance in ranks of q values;
        ``ratio`` 1 - ((x - y) / (x + y))^2, as a share of the largest such.
    scores : ndarray of float, shape (n_values,)
        Ascending; for ``ratio`` not below 0.

    References
    ----------
    .. [1] Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 3.
    """

    kind: Kind
    scores: Floats

    def between(self, one: npt.NDArray[np.int32], other: npt.NDArray[np.int32]) -> Floats:
        """Return the weights of pairs of values, given by their places; shapes as they broadcast."""
        if self.kind == "identity":
            return np.asarray(one == other, dtype=np.float64)
        x, y = self.scores[one], self.scores[other]
        lowest, highest = self.scores[0], self.scores[-1]
        if self.kind == "ordinal":
            steps, count = np.abs(one - other).astype(np.float64), len(self.scores)
            apart = steps * (steps + 1) / (count * (count - 1))
        elif self.kind == "ratio":
            # Of 0 and 0 the ratio is that of equals.
            both = np.where(x + y == 0, 1.0, x + y)
            apart = ((x - y) / both * (highest + lowest) / (highest - lowest)) ** 2
        else:
            apart = (np.abs(x - y) / (highest - lowest)) ** (1 if self.kind == "linear" else 2)
        return np.asarray(1 - apart)

    def times(self, shares: Floats) -> Floats:
        """Return the product of the matrix of weights with a vector, shape (n_values,)."""
        if self.kind == "identity":
            return shares
        if self.kind == "quadratic":
            d = (self.scores - self.scores.mean()) / (self.scores[-1] - self.scores[0])
            return np.asarray((1 - d**2) * shares.sum() + 2 * d * (d @ shares) - d**2 @ shares)
        places = np.arange(len(self.scores), dtype=np.int32)
        step = max(1, BLOCK // len(places))
        blocks = [places[start : start + step] for start in range(0, len(places), step)]
        return np.concatenate([self.between(block[:, None], places[None, :]) @ shares for block in blocks])
