"""A first coding from the cues of the codebook, under the name of nobody: suggestions for a person to take over.

Owns which words are searched and what is written, and the comparison with those who coded; what a cue means is
:mod:`~kinerja_study.exchange.cues`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from kinerja_study.collection.documents import ENDINGS, FOLDERS, INTERVIEWER, parse_document
from kinerja_study.collection.field_data import check_study, load_field_data
from kinerja_study.collection.schemas import CODINGS, TABLES
from kinerja_study.collection.tables import parse_table
from kinerja_study.condensation.agreement.coded_turns import build_coded_turns
from kinerja_study.condensation.agreement.coefficients import compute_coefficient
from kinerja_study.condensation.agreement.ratings import Ratings
from kinerja_study.definition import SUGGESTER
from kinerja_study.errors import ExchangeError, RawDataError
from kinerja_study.exchange.cues import Cues
from kinerja_study.exchange.refi_qda.arrival import write_table
from kinerja_study.study import Study

FILE = f"codings/{SUGGESTER}.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Suggestions beside one coder, by informants' turns and whole texts: a code given there or not.

    ``both`` counts what both gave, ``suggested`` and ``coded`` what each did, in the texts that the coder coded;
    ``same_direction`` is the share of ``both`` with mean magnitudes of the same sign; ``alpha`` is Krippendorff's,
    nominal, over turns and codes together. None where there is nothing to divide by.
    """

    coder: str
    suggested: int
    coded: int
    both: int
    precision: float | None
    recall: float | None
    same_direction: float | None
    alpha: float | None


def suggest_codings(study: Study, *, replace: bool = False) -> list[dict[str, str]]:
    """Write ``codings/saran.csv``, and return its rows.

    Parameters
    ----------
    study : Study
        May have no codings yet; its texts, codebook and informants are without faults.
    replace : bool
        Also where the file is there and holds something else.

    Raises
    ------
    RawDataError
        Faults of the study, but for those of codings.
    ExchangeError
        The file is there and differs, or PySastrawi is not installed.
    """
    faults = [f for f in check_study(study).faults if not f.file.startswith("codings/") and f.kind != "unknown_coder"]
    if faults:
        raise RawDataError(study.id, faults)
    files = study.read_raw()
    rows = build_suggestions(files)
    data = write_table(CODINGS.columns, rows).encode()
    same = [name for name in files if str(PurePosixPath(name).with_suffix("")) == FILE.removesuffix(".csv")]
    if any(name != FILE for name in same) or (same and files[FILE] != data and not replace):
        problem = "it is there, and does not hold what would be written"
        raise ExchangeError(same[0], problem, "Give --replace if nobody has worked in it; else rename it first.")
    if same:
        study.replace_raw(FILE, data)
    else:
        study.add_raw({FILE: data})
    return rows


def build_suggestions(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Return the rows of a coder's table for the files of a study, in the order of the texts."""
    tables = {stem: _table(files, stem) for stem in ("codebook", "informants")}
    refused = set(tables["informants"].loc[tables["informants"]["consent"] == "no", "informant_id"])
    cues = Cues(tables["codebook"].to_dict("records"))
    rows = []
    for name, data in files.items():
        if name.split("/")[0] not in FOLDERS or not name.endswith(ENDINGS) or "/readme" in name.lower():
            continue
        document = parse_document(data, name, list(tables["informants"]["informant_id"]), [])
        if document is None:
            continue
        for turn in document.turns:
            if turn.speaker == INTERVIEWER or turn.speaker in refused:
                continue
            begin = turn.start + (len(turn.speaker) + 1 if turn.speaker else 0)
            for hit in cues.find(document.text[begin : turn.end]):
                start, end = begin + hit.start, begin + hit.end
                rows.append(
                    {"document_id": document.id, "start": str(start), "end": str(end),
                     "quote": document.text[start:end], "code": hit.code, "magnitude": str(hit.magnitude),
                     "memo": f"saran, belum diperiksa: {hit.grounds}"}
                )  # fmt: skip
    return sorted(rows, key=lambda row: (row["document_id"], int(row["start"]), row["code"]))


def compare_suggestions(study: Study, rows: list[dict[str, str]]) -> list[Comparison]:
    """Return how suggestions agree with each coder of the study, which has no faults."""
    data = load_field_data(study)
    frame = pd.DataFrame(rows, columns=list(CODINGS.columns))
    whole = {"start": "int64", "end": "int64", "magnitude": "float64"}
    suggested = frame[["document_id", "start", "end", "code", "magnitude"]].astype(whole).assign(coder=SUGGESTER)
    compared = []
    for coder, own in data.codings.groupby("coder", sort=True):
        pair = pd.concat([suggested, own.assign(coder="person")[list(suggested.columns)]], ignore_index=True)
        located = build_coded_turns(pair, data.turns, data.informants)
        texts = set(own["document_id"])
        means = located.codings.groupby(["coder", "unit", "code"])["magnitude"].mean()
        units = located.turns.loc[located.turns["document_id"].isin(texts), "unit"].tolist()
        ours, theirs = (_given(means, name, set(units)) for name in (SUGGESTER, "person"))
        both = sorted(ours.keys() & theirs.keys())
        same = sum(np.sign(ours[key]) == np.sign(theirs[key]) for key in both)
        judged = [[int((u, c) in given) for given in (ours, theirs)] for u in units for c in data.codebook["code"]]
        ratings = Ratings(codes=np.array(judged, dtype=np.int32).reshape(-1, 2), categories=(0.0, 1.0),
                          scores=np.array([0.0, 1.0]), coders=(SUGGESTER, "person"))  # fmt: skip
        compared.append(
            Comparison(coder=str(coder), suggested=len(ours), coded=len(theirs), both=len(both),
                       precision=_share(len(both), len(ours)), recall=_share(len(both), len(theirs)),
                       same_direction=_share(int(same), len(both)),
                       alpha=compute_coefficient(ratings, "alpha_nominal").value)
        )  # fmt: skip
    return compared


def as_dicts(compared: list[Comparison]) -> list[dict[str, Any]]:
    """Return comparisons for a program to read, shares rounded to three places."""
    return [
        {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(one).items()}
        for one in compared
    ]


def _table(files: Mapping[str, bytes], stem: str) -> pd.DataFrame:
    name = next(name for name in (f"{stem}.csv", f"{stem}.xlsx") if name in files)
    frame = parse_table(files[name], name, list(TABLES[stem].columns), [])
    assert frame is not None  # noqa: S101 - the study was checked
    return frame


def _given(means: pd.Series, coder: str, units: set[int]) -> dict[tuple[int, str], float]:
    if coder not in means.index.get_level_values("coder"):
        return {}
    return {(int(u), str(c)): float(v) for (u, c), v in means.loc[coder].items() if int(u) in units}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
