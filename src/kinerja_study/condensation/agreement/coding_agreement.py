"""How far coders agree on each code, and on the magnitudes of each focus.

Owns the tables of units and coders that a study's codings make, and the jackknife over its texts; the formulas are in
the modules beside it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from kinerja_study.condensation.agreement.coded_turns import CodedTurns
from kinerja_study.condensation.agreement.coefficients import compute_coefficient
from kinerja_study.condensation.agreement.ratings import MISSING, NO_OVERLAP, ONE_CODER, Agreement, Ratings
from kinerja_study.condensation.agreement.unitizing import Places, compute_binary

OF_CODES = ("percent_agreement", "kappa_conger", "gwet_ac1", "alpha_nominal")
OF_FOCI = ("percent_agreement", "alpha_ordinal")
ON_SPANS = "u_alpha_binary"


def compute_coding_agreement(coded: CodedTurns, codebook: pd.DataFrame) -> pd.DataFrame:
    """Compute the agreement of the coders, code by code and focus by focus.

    Parameters
    ----------
    coded : CodedTurns
        The codings on their turns.
    codebook : DataFrame
        With ``code`` and ``focus``.

    Returns
    -------
    DataFrame
        ``scope`` ("code" or "focus"), ``id, coefficient, value, low, high, reason, interval``, ``n``, the turns that
        two coders judged, and ``count``, those of them where a coder used the code or focus. A code is judged in each
        turn: used or not; a focus where a coder gave it magnitudes: their mean, ordinal. ``u_alpha_binary`` is on the
        marked words, in the texts that all coders coded. ``low`` and ``high`` are of a jackknife over the texts.
    """
    rows: list[dict[str, object]] = []
    continuum = _lay_out(coded)
    for code in codebook["code"]:
        presence = build_presence(coded, code)
        used = (presence.codes == 1).any(axis=1) & (presence.judgements >= 2)
        facts = {"n": int((presence.judgements >= 2).sum()), "count": int(used.sum())}
        for name in OF_CODES:
            rows.append(_row("code", code, name, compute_coefficient(presence, name), facts))
        rows.append(_row("code", code, ON_SPANS, _on_spans(coded, code, continuum), facts))
    for focus in codebook["focus"].drop_duplicates():
        magnitudes = build_magnitudes(coded, focus)
        heard = (magnitudes.judgements >= 1) & (coded.covered[coded.spoken].sum(axis=1) >= 2)
        facts = {"n": int((magnitudes.judgements >= 2).sum()), "count": int(heard.sum())}
        for name in OF_FOCI:
            found = compute_coefficient(magnitudes, name)
            if found.reason == ONE_CODER and len(coded.coders) > 1:
                # Others coded too, but gave the focus no magnitude.
                found = Agreement(value=None, reason=NO_OVERLAP)
            rows.append(_row("focus", focus, name, found, facts))
    return pd.DataFrame(rows)


def build_presence(coded: CodedTurns, code: str) -> Ratings:
    """Return per informant's turn and coder whether the code was used: 1 or 0, missing in texts not coded."""
    table = np.where(coded.covered, 0, MISSING).astype(np.int32)
    own = coded.of("code", code)
    table[own["unit"], own["place"]] = 1
    return _ratings(coded, table, np.array([0.0, 1.0]))


def build_magnitudes(coded: CodedTurns, focus: str) -> Ratings:
    """Return per informant's turn and coder the mean magnitude of the focus, in -2..2; missing where none was given."""
    means = coded.of("focus", focus).groupby(["unit", "place"])["magnitude"].mean()
    values, places = np.unique(means.to_numpy(dtype=np.float64), return_inverse=True)
    table = np.full(coded.covered.shape, MISSING, dtype=np.int32)
    table[means.index.get_level_values("unit"), means.index.get_level_values("place")] = places
    return _ratings(coded, table, values)


def _ratings(coded: CodedTurns, table: np.ndarray, scores: np.ndarray) -> Ratings:
    texts = np.unique(coded.turns["document_id"].to_numpy(dtype=str), return_inverse=True)[1]
    return Ratings(
        codes=table[coded.spoken],
        categories=tuple(float(score) for score in scores),
        scores=scores,
        coders=coded.coders,
        clusters=texts[coded.spoken],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Continuum:
    # The informants' turns of the texts that all coded, one after the other: how far each has moved, by its unit, and
    # where each text ends.
    shift: pd.Series
    ends: Places


def _lay_out(coded: CodedTurns) -> _Continuum:
    turns = coded.turns[coded.spoken & coded.covered.all(axis=1)]
    ends = (turns["end"] - turns["start"]).cumsum()
    of_texts = ends.groupby(turns["document_id"], sort=False).last()
    return _Continuum(shift=ends - turns["end"], ends=of_texts.to_numpy(dtype=np.int64))


def _on_spans(coded: CodedTurns, code: str, continuum: _Continuum) -> Agreement:
    if len(coded.coders) < 2:
        return Agreement(value=None, reason=ONE_CODER)
    if not len(continuum.ends):
        return Agreement(value=None, reason=NO_OVERLAP)
    own = coded.of("code", code)
    own = own[own["unit"].isin(continuum.shift.index)]
    moved = own["unit"].map(continuum.shift).astype("int64")
    return compute_binary(_merge(own["coder"], own["start"] + moved, own["end"] + moved), continuum.ends, coded.coders)


def _merge(coders: pd.Series, starts: pd.Series, ends: pd.Series) -> pd.DataFrame:
    # Overlapping spans of one coder under one code mark one stretch.
    kept: list[tuple[str, int, int]] = []
    for coder, start, end in sorted(zip(coders, starts, ends, strict=True)):
        if kept and kept[-1][0] == coder and start < kept[-1][2]:
            kept[-1] = (coder, kept[-1][1], max(end, kept[-1][2]))
        else:
            kept.append((coder, start, end))
    return pd.DataFrame(kept, columns=["coder", "start", "end"])


def _row(scope: str, identity: str, name: str, agreement: Agreement, facts: dict[str, int]) -> dict[str, object]:
    found = asdict(agreement)
    numbers = {key: None if found[key] is None else round(found[key], 6) for key in ("value", "low", "high")}
    texts = {"reason": agreement.reason or "", "interval": agreement.interval}
    return {"scope": scope, "id": identity, "coefficient": name, **numbers, **texts, **facts}
