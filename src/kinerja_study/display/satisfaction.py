"""The index of the satisfaction survey (SKM).

Owns the weights and the rounding before banding; reads no answers.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from kinerja_study.definition import ELEMENTS, SkmWeight


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
