"""The cases of a project as informants of a study, as far as their variables say what a row needs.

Owns the columns of informants.csv and what stands where nothing was said; no text is read for it.
"""

from __future__ import annotations

from kinerja_study.collection.schemas import INFORMANTS
from kinerja_study.collection.tables import parse_table, validate_table
from kinerja_study.exchange.refi_qda.arrival import Arrival, Names, canonical_lines, write_table
from kinerja_study.exchange.refi_qda.project import Case, Project

GROUP = "informan"
_UNSAID = {"kind": "main", "role": "?", "consent": "no_quote"}
_ALIASES = {
    "role": ("peran", "jabatan", "position"),
    "group": ("kelompok",),
    "sex": ("gender", "jenis kelamin"),
    "age_band": ("age", "usia", "umur"),
    "years_of_service": ("masa kerja",),
    "consent": ("persetujuan",),
}
_SEXES = {"male": "L", "female": "P", "laki-laki": "L", "perempuan": "P", "m": "L", "f": "P"}


def build_informants(project: Project, arrival: Arrival) -> list[dict[str, str]]:
    """Return the rows of informants.csv; a variable that has no column, or no value that it can hold, is told."""
    rows: list[dict[str, str]] = []
    names = Names(["P"])
    unsaid = 0
    for case in project.cases:
        made = names.make_id(case.name, "INF")
        arrival.rename("cases", case.name, made)
        said = _cells(case, made, arrival)
        unsaid += "consent" not in said
        rows.append({"informant_id": made, "group": GROUP, **_UNSAID, **said})
    frame = parse_table(write_table(INFORMANTS.columns, rows).encode(), "", list(INFORMANTS.columns), [])
    assert frame is not None  # noqa: S101 - just written
    for fault in validate_table(frame, INFORMANTS, ""):
        if fault.kind == "bad_value" and fault.row is not None and fault.column is not None:
            row = rows[fault.row - 2]
            arrival.variables.append((row["informant_id"], fault.column, fault.value or ""))
            unsaid += fault.column == "consent"
            row[fault.column] = _UNSAID.get(fault.column, "")
    if unsaid:
        words = "'no_quote', counted and never quoted, until you say otherwise in informants.csv"
        arrival.remarks.append(f"informants whose consent the project does not say: {words}: {unsaid}")
    arrival.taken["cases"] = len(rows)
    return rows


def _cells(case: Case, made: str, arrival: Arrival) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in case.variables.items():
        column = _column_of(name)
        if column is None or column in cells:
            arrival.variables.append((made, name, value))
        elif value.strip():
            cells[column] = _SEXES.get(value.casefold(), value) if column == "sex" else canonical_lines(value).strip()
    return cells


def _column_of(variable: str) -> str | None:
    name = variable.strip().casefold()
    columns = [str(column) for column in INFORMANTS.columns if column != "informant_id"]
    return next((column for column in columns if name == column or name in _ALIASES.get(column, ())), None)
