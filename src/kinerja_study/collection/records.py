"""Faults of the record tables that lie between two cells of a row.

Owns the order of times within a record; measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kinerja_study.errors import Fault


def check_records(table: str, frame: pd.DataFrame, file: str) -> Iterator[Fault]:
    """Yield a fault for each record that ends before it starts.

    Parameters
    ----------
    table : str
        Which table it is; those without times within a row have no such fault.
    frame : DataFrame
        The rows that have passed the schema; the index is the row in the file.
    file : str
        Its path in the study.
    """
    if table == "services":
        # Timestamps of equal shape compare as text; one of the two may have seconds.
        early = frame["completed_at"].ne("") & (frame["completed_at"].str[:16] < frame["received_at"].str[:16])
        problem, cure = "completed before it was received", "Correct one of the two times."
        yield from (_fault("order", problem, cure, file, row, "completed_at", frame) for row in frame.index[early])
    if table == "attendance":
        both = frame["time_in"].ne("") & frame["time_out"].ne("")
        early = both & (frame["time_out"] < frame["time_in"])
        problem, cure = "left before coming", "Correct one of the two times."
        yield from (_fault("order", problem, cure, file, row, "time_out", frame) for row in frame.index[early])


def _fault(kind: str, problem: str, cure: str, file: str, row: int, column: str, frame: pd.DataFrame) -> Fault:
    return Fault(kind=kind, problem=problem, cure=cure, file=file, row=int(row), column=column,
                 value=str(frame.at[row, column]))  # fmt: skip
