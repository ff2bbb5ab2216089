"""A first coding from the cues of the codebook, under the name of nobody: suggestions for a person to take over.

Owns which words are searched and what is written; what a cue means is :mod:`~kinerja_study.exchange.cues`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import pandas as pd

from kinerja_study.collection.documents import ENDINGS, FOLDERS, INTERVIEWER, parse_document
from kinerja_study.collection.field_data import check_study
from kinerja_study.collection.schemas import CODINGS
from kinerja_study.definition import SUGGESTER
from kinerja_study.errors import ExchangeError, RawDataError
from kinerja_study.exchange.cues import Cues
from kinerja_study.exchange.refi_qda.arrival import write_table
from kinerja_study.exchange.study_tables import read_table
from kinerja_study.study import Study

FILE = f"codings/{SUGGESTER}.csv"


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


def _table(files: Mapping[str, bytes], stem: str) -> pd.DataFrame:
    frame = read_table(files, stem)
    assert frame is not None  # noqa: S101 - the study was checked
    return frame
