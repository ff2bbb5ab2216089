"""The codes of a project as codes, foci and magnitudes of a study.

Owns which code is which; knows nothing of codings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kinerja_study.collection.schemas import CODEBOOK
from kinerja_study.collection.tables import parse_table, validate_table
from kinerja_study.exchange.refi_qda.arrival import Arrival, Names, one_line, write_table
from kinerja_study.exchange.refi_qda.codes import parse_description, split_magnitude
from kinerja_study.exchange.refi_qda.project import Code, Project
from kinerja_study.exchange.refi_qda.template import GENERAL

DEEPEST, LONGEST_LABEL = 256, 1000
"""Levels of codes, and characters of a label that is made of the names of several."""

KINDS = ("rated", "obstacles", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a code of a project is in the study: a code, and a magnitude where it is the sub-code for one."""

    code: str
    magnitude: str = ""


def name_codes(project: Project, known: Collection[str], used: Collection[str], arrival: Arrival) -> dict[str, Named]:
    """Return what each code is, by its id in the project; one that only holds others is none.

    Parameters
    ----------
    project : Project
        As read.
    known : collection of str
        Codes of the study that is there.
    used : collection of str
        Ids of codes that something is coded with.
    arrival : Arrival
        Filled in.
    """
    by_name = {code.name: code for code in project.codes}
    names: dict[str, Named] = {}
    magnitudes = [(code, *split_magnitude(code.name)) for code in project.codes]
    magnitudes = [(code, base, magnitude) for code, base, magnitude in magnitudes if magnitude and base in by_name]
    sub_codes = {code.guid for code, _, _ in magnitudes}
    ids = Names()
    for code in project.codes:
        if code.guid in sub_codes or not (code.codable or code.guid in used):
            continue
        made = ids.take(code.name) if code.name in known else ids.make_id(code.name, "code")
        names[code.guid] = Named(code=made)
        arrival.rename("codes", code.name, made)
    above = {code.guid: code for code in project.codes}
    for code, base, magnitude in magnitudes:
        parent = above.get(code.parent)
        owner = parent if parent is not None and parent.name == base else by_name[base]
        if owner.guid in names:
            names[code.guid] = Named(code=names[owner.guid].code, magnitude=magnitude)
    arrival.taken["codes"] = sum(not named.magnitude for named in names.values())
    return names


def build_codebook(
    project: Project, names: Mapping[str, Named], arrival: Arrival
) -> tuple[dict[str, tuple[str, str]], str]:
    """Return the foci, each with label and kind, and codebook.csv.

    A focus is what stands at the top; levels between it and a code are in the code's label.
    """
    codes = [code for code in project.codes if code.guid in names and not names[code.guid].magnitude]
    parents = {code.parent for code in codes}
    foci: dict[str, tuple[str, str]] = {}
    ids = Names()
    of_top: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    undefined = undirected = deep = 0
    above = {code.guid: code for code in project.codes}
    for code in codes:
        path = _path(code, above)
        top = path[0]
        if top.guid not in of_top:
            alone = top is code and top.guid not in parents
            if alone and GENERAL not in foci:
                ids.take(GENERAL)
            of_top[top.guid] = GENERAL if alone else ids.make_id(top.name, "focus")
            foci.setdefault(of_top[top.guid], ("", "open") if alone else _label_and_kind(top))
        cells = parse_description(code.description)
        label = " / ".join(one_line(part.name) for part in path[1:] or path) or names[code.guid].code
        label = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        deep += len(path) > 2
        undefined += "definition" not in cells
        undirected += "direction" not in cells
        rows.append(
            {"label": label, "definition": label, "direction": "0", "origin": "inductive", **cells,
             "code": names[code.guid].code, "focus": of_top[top.guid]}
        )  # fmt: skip
    for count, words in (
        (undefined, "without a description: the name stands as the definition"),
        (undirected, "without a direction: '0', neutral, until you say otherwise in codebook.csv"),
        (deep, "deeper than one level below a focus: the levels between are in the label"),
    ):
        if count:
            arrival.remarks.append(f"codes {words}: {count}")
    return foci, _mended(rows)


def _mended(rows: list[dict[str, str]]) -> str:
    # A description may have been changed in another program so that a key no longer holds.
    table = write_table(CODEBOOK.columns, rows)
    frame = parse_table(table.encode(), "codebook.csv", list(CODEBOOK.columns), [])
    assert frame is not None  # noqa: S101 - just written
    for fault in validate_table(frame, CODEBOOK, ""):
        if fault.kind == "bad_value" and fault.row is not None and fault.column in ("direction", "origin"):
            rows[fault.row - 2][fault.column] = {"direction": "0", "origin": "inductive"}[fault.column]
    return write_table(CODEBOOK.columns, rows)


def _label_and_kind(top: Code) -> tuple[str, str]:
    said = {} if top.codable else parse_description(top.description, ("label", "kind"))
    kind = said.get("kind", "")
    return one_line(said.get("label", top.name)), kind if kind in KINDS else "open"


def _path(code: Code, above: Mapping[str, Code]) -> list[Code]:
    # In a database they may run in a circle.
    path = {code.guid: code}
    while (parent := above.get(code.parent)) is not None and parent.guid not in path and len(path) < DEEPEST:
        path[parent.guid] = code = parent
    return list(path.values())[::-1]
