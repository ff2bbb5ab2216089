"""How far coders agree on each code, and on the magnitudes of each focus.

Owns the tables of units and coders that a study's codings make, and the jackknife over its texts; the formulas are in
the modules beside it.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from kinerja_study.condensation.agreement.coded_turns import CodedTurns
from kinerja_study.condensation.agreement.coefficients import compute_coefficient
from kinerja_study.condensation.agreement.intervals import jackknife
from kinerja_study.condensation.agreement.ratings import MISSING, NO_OVERLAP, ONE_CODER, Agreement, Ratings
from kinerja_study.condensation.agreement.unitizing import compute_unitizing

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
    for code in codebook["code"]:
        presence = build_presence(coded, code)
        used = (presence.codes == 1).any(axis=1) & (presence.judgements >= 2)
        facts = {"n": int((presence.judgements >= 2).sum()), "count": int(used.sum())}
        for name in OF_CODES:
            rows.append(_row("code", code, name, compute_coefficient(presence, name), facts))
        rows.append(_row("code", code, ON_SPANS, _on_spans(coded, code), facts))
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


def _on_spans(coded: CodedTurns, code: str) -> Agreement:
    # The informants' turns of the texts that all coded, one after the other, are the continuum.
    if len(coded.coders) < 2:
        return Agreement(value=None, reason=ONE_CODER)
    turns = coded.turns[coded.spoken & coded.covered.all(axis=1)]
    lengths = (turns["end"] - turns["start"]).groupby(turns["document_id"]).sum()
    if lengths.empty:
        return Agreement(value=None, reason=NO_OVERLAP)
    shift = (turns["end"] - turns["start"]).groupby(turns["document_id"]).cumsum() - turns["end"]
    own = coded.of("code", code)
    own = own[own["unit"].isin(turns.index)]
    moved = own["unit"].map(shift).astype("int64")
    spans = _merge(own.assign(start=own["start"] + moved, end=own["end"] + moved))

    def alpha(texts: list[str]) -> Agreement:
        offsets = lengths[texts].cumsum() - lengths[texts]
        kept = spans[spans["document_id"].isin(texts)]
        moved = kept["document_id"].map(offsets).astype("int64")
        placed = kept.assign(start=kept["start"] + moved, end=kept["end"] + moved)
        return compute_unitizing(placed, int(lengths[texts].sum()), coded.coders).binary

    texts = list(lengths.index)
    whole = alpha(texts)
    if whole.value is None:
        return whole
    return jackknife(whole, [alpha([other for other in texts if other != text]).value for text in texts])


def _merge(spans: pd.DataFrame) -> pd.DataFrame:
    # Overlapping spans of one coder under one code mark one stretch.
    kept: list[dict[str, object]] = []
    for (text, coder), own in spans.sort_values("start").groupby(["document_id", "coder"], sort=True):
        end = -1
        for start, last in zip(own["start"], own["end"], strict=True):
            if start < end:
                kept[-1]["end"] = end = max(end, last)
            else:
                kept.append({"document_id": text, "coder": coder, "start": start, "end": last, "code": "marked"})
                end = last
    return pd.DataFrame(kept, columns=["document_id", "coder", "start", "end", "code"])


def _row(scope: str, identity: str, name: str, agreement: Agreement, facts: dict[str, int]) -> dict[str, object]:
    found = asdict(agreement)
    numbers = {key: None if found[key] is None else round(found[key], 6) for key in ("value", "low", "high")}
    texts = {"reason": agreement.reason or "", "interval": agreement.interval}
    return {"scope": scope, "id": identity, "coefficient": name, **numbers, **texts, **facts}
