"""The codings of several coders laid on the turns, which were fixed before anyone coded.

Owns which turns are units and which coder has coded which text; compares nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kinerja_study.condensation.agreement.ratings import Truths

CONSENSUS = "consensus"
"""Name of the adjudicated codings, which are no coder of their own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodedTurns:
    """What each coder did with each turn that is evidence.

    Parameters
    ----------
    turns : DataFrame, shape (n_turns, 10)
        Turns of informants and whole observations and documents, in the order of the texts; the index counts them.
    codings : DataFrame
        Codings of all coders with ``unit``, the turn that each lies in.
    coders : tuple of str
        Those who coded by themselves, in alphabetical order.
    covered : ndarray of bool, shape (n_turns, n_coders)
        Whether the coder has coded anything in the turn's text. What a coder has not coded at all he may not have
        read: there he is missing, not silent.
    """

    turns: pd.DataFrame
    codings: pd.DataFrame
    coders: tuple[str, ...]
    covered: Truths

    @property
    def spoken(self) -> Truths:
        """Which turns are informants', shape (n_turns,): the units of agreement."""
        return self.turns["speaker"].ne("").to_numpy(dtype=bool)

    def of(self, column: str, value: str) -> pd.DataFrame:
        """Return the codings of the coders, without the consensus, under one code or focus, with ``place``."""
        own = self.codings[self.codings[column].eq(value) & self.codings["coder"].isin(self.coders)]
        return own.assign(place=own["coder"].map(self.coders.index).astype("int64"))

    def adjudicated(self) -> set[str]:
        """Return the ids of the texts that the consensus codes."""
        return set(self.codings.loc[self.codings["coder"].eq(CONSENSUS), "document_id"])


def build_coded_turns(codings: pd.DataFrame, turns: pd.DataFrame, informants: pd.DataFrame) -> CodedTurns:
    """Lay codings on turns.

    Parameters
    ----------
    codings : DataFrame, shape (n_codings, 13)
        Checked codings of all coders: each lies within one turn.
    turns : DataFrame, shape (n_turns, 9)
        Turns of all texts.
    informants : DataFrame
        With ``informant_id`` and ``consent``; turns of those who gave none are no units.
    """
    refused = set(informants.loc[informants["consent"].eq("no"), "informant_id"])
    evidence = turns[turns["case_id"].ne("") & ~turns["case_id"].isin(refused)]
    units = evidence.sort_values(["document_id", "start"], ignore_index=True)
    units = units.assign(unit=np.arange(len(units)))
    by_start = units[["document_id", "start", "unit"]].sort_values("start", kind="stable")
    located = pd.merge_asof(codings.sort_values("start", kind="stable"), by_start, on="start", by="document_id")
    located = located.sort_values(["unit", "start", "end", "code", "coder"], ignore_index=True)
    coders = tuple(sorted(set(codings["coder"]) - {CONSENSUS}))
    return CodedTurns(turns=units, codings=located, coders=coders, covered=_cover(units, codings, coders))


def list_unread(coded: CodedTurns) -> pd.DataFrame:
    """List the texts that a coder has not coded at all and another has: there that coder is missing.

    Returns
    -------
    DataFrame
        ``coder, document_id``.
    """
    texts = coded.turns["document_id"].to_numpy(dtype=str)
    coded_by = [set(texts[own]) for own in coded.covered.T]
    somebody = set().union(*coded_by)
    rows = [(c, t) for c, own in zip(coded.coders, coded_by, strict=True) for t in sorted(somebody - own)]
    return pd.DataFrame(rows, columns=["coder", "document_id"])


def _cover(units: pd.DataFrame, codings: pd.DataFrame, coders: Sequence[str]) -> Truths:
    covered = np.zeros((len(units), len(coders)), dtype=bool)
    for place, coder in enumerate(coders):
        coded = set(codings.loc[codings["coder"].eq(coder), "document_id"])
        covered[:, place] = units["document_id"].isin(coded).to_numpy(dtype=bool)
    return covered
