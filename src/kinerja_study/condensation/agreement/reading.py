"""Tables of ratings and of marked segments as others keep them: any columns, as spreadsheets write them.

Owns what is wrong with such a table, said with row and column; computes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from kinerja_study.collection.tables import parse_table
from kinerja_study.condensation.agreement.alpha import Level
from kinerja_study.condensation.agreement.ratings import NUMBER, Ratings, build_ratings
from kinerja_study.errors import Fault, RawDataError, suggest

POSITION = re.compile(r"\d{1,12}", re.ASCII)
SEGMENT_COLUMNS = ("coder", "start", "end", "code")


class RatingsError(RawDataError):
    """A table of ratings, or of segments, has faults, all of them at once."""

    def __str__(self) -> str:
        """Return every fault; there is no study that it belongs to."""
        return "\n".join(str(fault) for fault in self.faults)


def read_ratings(data: bytes, file: str, level: Level | None = None, order: Sequence[str] | None = None) -> Ratings:
    """Read a table whose first column is the unit's id, and every other a coder.

    Parameters
    ----------
    data : bytes
        A .csv or .xlsx file.
    file : str
        Its name, for messages; it tells the kind.
    level : {"nominal", "ordinal", "interval", "ratio"}, optional
        What the values must allow: all but nominal need numbers, or an order.
    order : sequence of str, optional
        Every value there is, from the lowest to the highest; their scores are their ranks.

    Raises
    ------
    RatingsError
        The table cannot be read, names a unit twice or not at all, has no unit or no coder, or holds a text where a
        number is needed, or a value that is not in the order.
    """
    faults: list[Fault] = []
    table = parse_table(data, file, None, faults)
    if table is not None and not faults:
        faults += _rating_faults(table, file, needs_numbers=level not in (None, "nominal"), order=order)
    if table is None or faults:
        raise RatingsError(file, faults)
    return build_ratings(table.iloc[:, 1:], categories=order)


def _rating_faults(
    table: pd.DataFrame, file: str, *, needs_numbers: bool, order: Sequence[str] | None
) -> Iterator[Fault]:
    names = [str(name) for name in table.columns]
    for place, name in enumerate(names, start=1):
        if not name:
            cure = "Write the coder's name there; the first column is the unit's id."
            problem = f"column {place} has no name"
            yield Fault(kind="unnamed_column", problem=problem, cure=cure, file=file, row=1)
    if len(names) < 2 or table.empty:
        problem = "there is no column of a coder" if len(names) < 2 else "there is no unit"
        cure = "The first row names the columns: the unit's id, then a coder each; every further row is a unit."
        yield Fault(kind="no_ratings", problem=problem, cure=cure, file=file)
        return
    units = table.iloc[:, 0]
    for row, unit in units[(units == "") | units.duplicated()].items():
        problem = f"the unit stands in row {units[units == unit].index[0]} already" if unit else "the unit has no id"
        cure = "Give each unit one row, and an id of its own."
        yield _fault("unit", problem, cure, file, row, names[0], unit)
    if not needs_numbers and order is None:
        return
    # Each wrong value once, at its first place.
    seen = {""}
    for row, cells in zip(table.index, table.iloc[:, 1:].to_numpy(dtype=str), strict=True):
        for column, value in zip(names[1:], cells, strict=True):
            if value in seen or (value in order if order is not None else NUMBER.fullmatch(value)):
                continue
            seen.add(value)
            if order is not None:
                cure = f"{suggest(value, order)}Correct it, leave it blank, or name every value with --order."
                yield _fault("not_in_order", "the value is not in the order", cure, file, row, column, value)
            else:
                cure = "Correct it or leave it blank; values that are no numbers go with --level nominal, or --order."
                yield _fault("no_number", "the level needs a number", cure, file, row, column, value)


def read_segments(data: bytes, file: str, length: int | None = None) -> tuple[pd.DataFrame, int]:
    """Read a table of what each coder marked, ``coder, start, end, code``, half-open.

    Parameters
    ----------
    data : bytes
        A .csv or .xlsx file.
    file : str
        Its name, for messages; it tells the kind.
    length : int, optional
        Of the continuum; by default the largest end.

    Returns
    -------
    segments : DataFrame, shape (n_segments, 4)
    length : int

    Raises
    ------
    RatingsError
        The table cannot be read, a position is no whole number, a segment is empty or leaves the continuum, or two of
        one coder overlap.
    """
    faults: list[Fault] = []
    table = parse_table(data, file, SEGMENT_COLUMNS, faults)
    if table is not None and not faults:
        faults += _segment_faults(table, file, length)
    if table is None or faults:
        raise RatingsError(file, faults)
    segments = table.astype({"start": "int64", "end": "int64"})
    return segments, int(segments["end"].max()) if length is None else length


def _segment_faults(table: pd.DataFrame, file: str, length: int | None) -> Iterator[Fault]:
    if table.empty:
        cure = "Write a row for each segment that a coder marked."
        yield Fault(kind="no_ratings", problem="there is no segment", cure=cure, file=file)
    before: dict[str, tuple[int, Any]] = {}
    sound = []
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        found = list(_cell_faults({str(name): str(cell) for name, cell in cells.items()}, file, row, length))
        yield from found
        if not found:
            sound.append((int(cells["start"]), int(cells["end"]), str(cells["coder"]), row))
    for start, end, coder, row in sorted(sound):
        last, previous = before.get(coder, (0, None))
        if start < last:
            problem = f"the segment overlaps that of {coder} in row {previous}"
            cure = "Segments of one coder must not overlap: take one code, or one family of codes, at a time."
            yield _fault("overlap", problem, cure, file, row, "start", str(start))
        before[coder] = max((last, previous), (end, row), key=lambda item: item[0])


def _cell_faults(cells: Mapping[str, str], file: str, row: int, length: int | None) -> Iterator[Fault]:
    for column in ("coder", "code"):
        if not cells[column]:
            yield _fault("empty_cell", "the cell is empty", "Say who marked it, and as what.", file, row, column, "")
    wrong = [column for column in ("start", "end") if not POSITION.fullmatch(cells[column])]
    for column in wrong:
        cure = "Positions are counted from 0 in whole units, as characters or seconds."
        yield _fault("no_position", "no whole number", cure, file, row, column, cells[column])
    if wrong:
        return
    if int(cells["start"]) >= int(cells["end"]):
        cure = "A segment runs from start up to, not including, end."
        yield _fault("empty_segment", f"not after the start, {cells['start']}", cure, file, row, "end", cells["end"])
    elif length is not None and int(cells["end"]) > length:
        cure = "Correct the row, or give the whole length of the continuum by --length."
        yield _fault("outside", f"beyond the length of {length}", cure, file, row, "end", cells["end"])


def _fault(kind: str, problem: str, cure: str, file: str, row: Any, column: Any, value: Any) -> Fault:
    return Fault(
        kind=kind, problem=problem, cure=cure, file=file, row=int(row), column=str(column), value=str(value) or None
    )
