"""Tables of a study that is there, as far as they can be read.

Owns which of the two endings a table has; a fault in one is another's to tell.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kinerja_study.collection.schemas import TABLES
from kinerja_study.collection.tables import parse_table


def read_table(files: Mapping[str, bytes], stem: str) -> pd.DataFrame | None:
    """Return a table of a study's files, or None where it is not there or cannot be read."""
    name = next((name for name in (f"{stem}.csv", f"{stem}.xlsx") if name in files), None)
    return None if name is None else parse_table(files[name], name, list(TABLES[stem].columns), [])


def read_column(files: Mapping[str, bytes], stem: str, column: str) -> list[str]:
    """Return a column of such a table, nothing where there is none."""
    frame = read_table(files, stem)
    return [] if frame is None else list(frame[column])
