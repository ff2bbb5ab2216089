"""From rows of cells to a table of the report: its caption, its headings in words, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from kinerja_study.presentation.blocks import Cell, Table
from kinerja_study.presentation.material import Material


def tabled(
    material: Material,
    identity: str,
    caption: str,
    headings: Iterable[str],
    rows: Iterable[tuple[Cell, ...]],
    *,
    under: str = "heading.",
    source: Literal["texts", "records", ""] = "texts",
    note: str = "",
) -> Table:
    """Return a table.

    Parameters
    ----------
    material : Material
        Of the study.
    identity : str
        Id of the table on the page.
    caption : str
        Above it.
    headings : iterable of str
        Keys of the wording, without what stands before each.
    rows : iterable of tuple of Cell
        As wide as the headings.
    under : str
        What stands before each key.
    source : {"texts", "records", ""}
        What its numbers come from; nothing where the text says it.
    note : str
        Below it.
    """
    return Table(
        id=identity,
        caption=caption,
        headings=tuple(material.wording.say(f"{under}{heading}") for heading in headings),
        rows=tuple(rows),
        source=material.table_source(source) if source else "",
        note=note,
    )
