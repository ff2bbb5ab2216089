"""The index of the satisfaction survey (SKM), and whether a published one recomputes.

Owns the weights, the rounding before banding and the comparison with a printed index; reads no answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from kinerja_study.definition import ELEMENTS, SKM_WEIGHTS, SkmWeight


def compute_satisfaction_index(elements: pd.DataFrame, weight: SkmWeight = "1/9") -> float | None:
    """Return the SKM index: the weighted sum of the nine elements times 25, two decimals.

    Parameters
    ----------
    elements : DataFrame, shape (9, ...)
        With a column ``mean``, each in 1..4.
    weight : {"1/9", "0.111"}
        Of each element. A perfect office scores 100 by 1/9, and 99.90 by the rounded weight that is also in use.

    Returns
    -------
    float or None
        In 25..100; None when an element has no answer, since eight elements make no index. Rounded half up before it
        is read on bands, which have two decimals: 64.995 would lie in none of them.

    References
    ----------
    .. [1] Permenpan-RB 14/2017.

    Examples
    --------
    Bantul's published table of 2023 (Dinas Pertanahan dan Tata Ruang), printed with 87.28:

    >>> means = [3.31, 3.35, 3.49, 3.93, 3.45, 3.39, 3.39, 3.76, 3.35]
    >>> compute_satisfaction_index(pd.DataFrame({"mean": means}))
    87.28
    >>> compute_satisfaction_index(pd.DataFrame({"mean": means}), "0.111")
    87.19
    """
    if elements.empty or elements["mean"].isna().any():
        return None
    total = sum((Decimal(str(mean)) for mean in elements["mean"]), Decimal(0)) * 25
    index = total / len(ELEMENTS) if weight == "1/9" else total * Decimal(weight)
    return float(index.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """A printed index beside what its element means give.

    ``by_weight`` is the index by each weight, None where it cannot be computed; ``matching`` the weights that give
    the printed one; ``missing`` the elements of the survey that the table lacks, ``foreign`` its rows that are none.
    """

    printed: float
    by_weight: dict[SkmWeight, float | None]
    matching: tuple[SkmWeight, ...]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def recomputes(self) -> bool:
        """Whether any weight gives the printed index."""
        return bool(self.matching)


def recompute_index(means: Mapping[str, float], printed: float) -> Recomputation:
    """Compute the index of a published table again and hold it against the printed one.

    Parameters
    ----------
    means : mapping of str to float
        Element means by name, in 1..4. Offices number the elements differently, so that only names count; a table of
        nine rows is computed even if one is not an element of the survey, and that row is named.
    printed : float
        The index as published, two decimals.

    Examples
    --------
    >>> recompute_index(dict.fromkeys(ELEMENTS, 4.0), 99.9).matching
    ('0.111',)
    """
    nine = len(means) == len(ELEMENTS)
    frame = pd.DataFrame({"mean": list(means.values()) if nine else []})
    by_weight = {weight: compute_satisfaction_index(frame, weight) for weight in SKM_WEIGHTS}
    return Recomputation(
        printed=printed,
        by_weight=by_weight,
        matching=tuple(weight for weight, index in by_weight.items() if index == round(printed, 2)),
        missing=tuple(element for element in ELEMENTS if element not in means),
        foreign=tuple(name for name in means if name not in ELEMENTS),
    )
