"""Upkeep of the codebook, with all codings of all coders following: new, define, rename, merge, split, retire.

Owns what each of these makes of the codebook and of every table that names a code, and ``codebook_changes.csv``.
Each is one act, so that it is undone in one step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kinerja_study.coding.agreeing import FILE as DECISIONS_FILE
from kinerja_study.coding.codings import Coding
from kinerja_study.coding.desk import CODEBOOK_FILE, Act, Desk, coder_file
from kinerja_study.coding.memos import follow_code, follow_coding
from kinerja_study.coding.refusals import CodingError
from kinerja_study.coding.suggestions import keep_mark, split_memo
from kinerja_study.collection.claims import parse_assertion, split_ids
from kinerja_study.collection.codings import DIRECTION
from kinerja_study.collection.field_data import CONSENSUS
from kinerja_study.collection.schemas import CODEBOOK
from kinerja_study.collection.tables import validate_table
from kinerja_study.definition import is_suggester

FILE = "codebook_changes.csv"
CLAIMS_FILE = "claims.csv"
FIELDS = tuple(str(column) for column in CODEBOOK.columns if column != "code")
OF_CODES = ("code", "hinders", "supports", "recommends")
"""What a claim can assert of a code."""

Becomes = Callable[[Coding], str | None]


def new_code(desk: Desk, act: Act) -> None:
    """Make a code: ``code, focus, label, definition, direction``, and any other column; ``origin`` is inductive.

    The definition says why, where no ``reason`` does.
    """
    desk.writable(CODEBOOK_FILE)
    cells = _new_cells(desk, act, {})
    _add_code(desk, cells)
    _log(desk, "new", cells["code"], "", 0, desk.words(act, "reason") or cells["definition"])


def define_code(desk: Desk, act: Act) -> None:
    """Change what a code says: ``code``, any column but it, ``reason``."""
    _open_codings(desk)
    old = _cells(desk, act, "code")
    cells = {**old, **{column: desk.words(act, column) for column in FIELDS if column in act}}
    if cells == old:
        raise CodingError("upkeep.same", code=old["code"], fields=", ".join(FIELDS))
    _check_code(desk, cells)
    reason = desk.word(act, "reason")
    count = 0
    if cells["direction"] != old["direction"]:
        # A coding without a magnitude of its own keeps what it has said so far.
        count = _recode(desk, lambda c: c.code, {old["code"]: cells["direction"]})
    desk.draft.change(CODEBOOK_FILE, _row_of(desk, old["code"]), cells)
    _log(desk, "define", old["code"], "", count, reason)


def rename_code(desk: Desk, act: Act) -> None:
    """Give a code another id: ``code, into, reason``, and ``label`` if that changes too. Claims follow."""
    _open_codings(desk)
    old, new = _cells(desk, act, "code"), desk.word(act, "into")
    if new in desk.anchoring.codes:
        raise CodingError("upkeep.there", code=new)
    cells = {**old, "code": new, **({"label": desk.word(act, "label")} if "label" in act else {})}
    _check_code(desk, cells)
    reason = desk.word(act, "reason")
    _follow_claims(desk, old["code"], new)
    count = _recode(desk, lambda c: new if c.code == old["code"] else c.code, {new: old["direction"]})
    _follow_decisions(desk, old["code"], lambda _: new)
    follow_code(desk.draft, old["code"], new)
    desk.draft.change(CODEBOOK_FILE, _row_of(desk, old["code"]), cells)
    _log(desk, "rename", old["code"], new, count, reason)


def merge_codes(desk: Desk, act: Act) -> None:
    """Make one code of several: ``codes``, ``into`` a code of the codebook, ``reason``."""
    _open_codings(desk)
    into = _cells(desk, act, "into")
    merged = [code for code in desk.listed(act, "codes") if code != into["code"]]
    olds = [_cells(desk, {**act, "code": code}, "code") for code in dict.fromkeys(merged)]
    if not olds:
        raise CodingError("upkeep.merge_one")
    reason = desk.word(act, "reason")
    for old in olds:
        _refuse_claimed(desk, old["code"])
    counts = {old["code"]: _count(desk, old["code"]) for old in olds}
    _recode(desk, lambda c: into["code"] if c.code in counts else c.code, {into["code"]: into["direction"]})
    for old in olds:
        _follow_decisions(desk, old["code"], lambda _: into["code"])
        follow_code(desk.draft, old["code"], into["code"])
        desk.draft.remove(CODEBOOK_FILE, _row_of(desk, old["code"]))
        _log(desk, "merge", old["code"], into["code"], counts[old["code"]], reason)


def split_code(desk: Desk, act: Act) -> None:
    """Make several codes of one: ``code, into, assign, otherwise, reason``.

    ``into`` lists codes, each as its cells, those missing being as the old code's, or as the id of one that is there;
    ``assign`` maps keys of codings to the code that they get, and all others get ``otherwise``, by default the first.
    The old code goes, unless ``into`` has it.
    """
    _open_codings(desk)
    old = _cells(desk, act, "code")
    given = act.get("into")
    if not isinstance(given, list) or len(given) < 2:
        raise CodingError("upkeep.split_one", code=old["code"])
    reason = desk.word(act, "reason")
    codes: dict[str, str] = {}
    for one in given:
        if isinstance(one, str):
            cells = _cells(desk, {"do": act["do"], "into": one}, "into")
        else:
            cells = _new_cells(desk, one if isinstance(one, Mapping) else {}, old)
            _add_code(desk, cells)
        codes[cells["code"]] = cells["direction"]
    assign = act.get("assign") or {}
    if not isinstance(assign, Mapping):
        raise CodingError("upkeep.assign")
    otherwise = desk.words(act, "otherwise") or next(iter(codes))
    for code in (otherwise, *assign.values()):
        if not isinstance(code, str) or code not in codes:
            raise CodingError("upkeep.not_into", str(code), codes, code=code, old=old["code"], codes=", ".join(codes))
    if old["code"] not in codes:
        _refuse_claimed(desk, old["code"])
    count = _count(desk, old["code"])
    _recode(desk, lambda c: assign.get(c.key, otherwise) if c.code == old["code"] else c.code, codes)
    if old["code"] not in codes:
        _follow_decisions(desk, old["code"], lambda key: assign.get(key, otherwise))
        follow_code(desk.draft, old["code"], otherwise)
        desk.draft.remove(CODEBOOK_FILE, _row_of(desk, old["code"]))
    _log(desk, "split", old["code"], ";".join(codes), count, reason)


def retire_code(desk: Desk, act: Act) -> None:
    """Take a code out of use: ``code, reason``; with ``delete_codings`` also where it has been given."""
    _open_codings(desk)
    old = _cells(desk, act, "code")
    reason = desk.word(act, "reason")
    _refuse_claimed(desk, old["code"])
    count = _count(desk, old["code"])
    if count and act.get("delete_codings") is not True:
        raise CodingError("upkeep.given", code=old["code"], count=count)
    _recode(desk, lambda c: None if c.code == old["code"] else c.code, {})
    follow_code(desk.draft, old["code"], None)
    desk.draft.remove(CODEBOOK_FILE, _row_of(desk, old["code"]))
    _log(desk, "retire", old["code"], "", count, reason)


ACTS: Mapping[str, Callable[[Desk, Act], None]] = {
    "new_code": new_code,
    "define_code": define_code,
    "rename_code": rename_code,
    "merge_codes": merge_codes,
    "split_code": split_code,
    "retire_code": retire_code,
}


def trace_codes(changes: Iterable[Mapping[str, str]]) -> dict[str, set[str]]:
    """Return what each code that was renamed, merged or split has become, to the end."""
    became: dict[str, set[str]] = {}
    for cells in changes:
        into = set(split_ids(cells["into"]))
        if into:
            became.setdefault(cells["code"], set()).update(into)
            for later in became.values():
                if cells["code"] in later:
                    later |= into
    return became


@dataclass(frozen=True, slots=True)
class _Move:
    at: int
    coding: Coding
    code: str | None


def _recode(desk: Desk, becomes: Becomes, directions: Mapping[str, str]) -> int:
    # Returns how many codings have changed, without suggestions; ``directions`` are those of the codes as they will be.
    count = 0
    for coder, codings in desk.codings.items():
        places: dict[tuple[object, ...], list[_Move]] = {}
        for key, coding in codings.by_key.items():
            code = becomes(coding)
            same = (coding.document, coding.start, coding.end, coding.quote, code)
            places.setdefault(same, []).append(_Move(codings.at[key], coding, code))
        gone: list[_Move] = []
        changed = 0
        for moves in places.values():
            moves.sort(key=lambda move: move.coding.code != move.code)
            kept, *rest = moves
            if kept.code is None:
                gone += moves
                continue
            rest = [move for move in rest if move.coding.code != move.code]
            gone += rest
            cells = {"code": kept.code, "memo": _folded(kept.coding, rest)}
            if kept.coding.magnitude is None and kept.code in directions:
                cells["magnitude"] = _kept_magnitude(desk, kept.coding, directions[kept.code])
            if any(kept.coding.cells[column] != cell for column, cell in cells.items()):
                desk.draft.change(coder_file(coder), kept.at, cells)
                changed += 1
                _follow(desk, kept.coding, kept.code)
        for move in sorted(gone, key=lambda move: move.at, reverse=True):
            desk.draft.remove(coder_file(coder), move.at)
            _follow(desk, move.coding, move.code)
        count += 0 if is_suggester(coder) else changed + len(gone)
    return count


def _follow(desk: Desk, coding: Coding, code: str | None) -> None:
    place, _, _ = coding.key.rsplit(":", 2)
    follow_coding(desk.draft, coding.key, None if code is None else f"{place}:{code}:{coding.coder}")


def _kept_magnitude(desk: Desk, coding: Coding, direction: str) -> str:
    before = str(desk.anchoring.codes.get(coding.code, {}).get("direction", direction))
    return "" if before == direction or before not in DIRECTION else str(DIRECTION[before])


def _folded(kept: Coding, rest: Sequence[_Move]) -> str:
    # Of two codings that become one, what the other said is kept in words.
    memo, _ = split_memo(kept.memo)
    for move in rest:
        said = " ".join(part for part in (move.coding.code, move.coding.cells["magnitude"]) if part)
        memo = f"{memo} [digabung: {said}{': ' if move.coding.memo else ''}{move.coding.memo}]".strip()
    return keep_mark(memo, kept.memo) if rest else kept.memo


def _open_codings(desk: Desk) -> None:
    # All or nothing: what cannot follow would be left with a code that is no longer there.
    desk.writable(CODEBOOK_FILE, CLAIMS_FILE, *(file for file in desk.unsound if file.startswith("codings/")))


def _cells(desk: Desk, act: Act, key: str) -> dict[str, str]:
    return {str(column): str(cell) for column, cell in desk.code(act, key).items()}


def _new_cells(desk: Desk, act: Act, old: Mapping[str, str]) -> dict[str, str]:
    act = {"do": "new_code", **act}
    cells = {**dict.fromkeys(FIELDS, ""), "origin": "inductive", **old}
    cells |= {column: desk.words(act, column) for column in FIELDS if column in act}
    cells["code"] = desk.word(act, "code")
    if any(cells["code"].casefold() == code.casefold() for code in desk.anchoring.codes):
        raise CodingError("upkeep.there", code=cells["code"])
    _check_code(desk, cells)
    return cells


def _check_code(desk: Desk, cells: Mapping[str, str]) -> None:
    frame = pd.DataFrame([cells], columns=list(CODEBOOK.columns), dtype="str")
    for fault in validate_table(frame, CODEBOOK, CODEBOOK_FILE):
        told = {"column": fault.column, "problem": fault.problem, "value": fault.value or ""}
        raise CodingError(
            "upkeep.bad_name" if fault.column == "code" else "upkeep.bad_cell", code=cells["code"], **told
        )
    foci = [focus.id for focus in desk.definition.foci]
    if cells["focus"] not in foci:
        raise CodingError("upkeep.no_focus", cells["focus"], foci, focus=cells["focus"], foci=", ".join(foci))


def _add_code(desk: Desk, cells: Mapping[str, str]) -> None:
    table = desk.draft.table(CODEBOOK_FILE)
    if any(row["code"].casefold() == cells["code"].casefold() for _, row in table.rows()):
        raise CodingError("upkeep.twice", code=cells["code"])
    same_focus = [at for at, row in table.rows() if row["focus"] == cells["focus"]]
    desk.draft.add(CODEBOOK_FILE, cells, same_focus[-1] + 1 if same_focus else None)


def _row_of(desk: Desk, code: str) -> int:
    return next(at for at, cells in desk.draft.table(CODEBOOK_FILE).rows() if cells["code"] == code)


def _count(desk: Desk, code: str) -> int:
    return sum(codings.by_code[code] for coder, codings in desk.codings.items() if not is_suggester(coder))


def _log(desk: Desk, act: str, code: str, into: str, count: int, reason: str) -> None:
    cells: dict[str, Any] = {"date": desk.today, "coder": desk.coder, "act": act, "code": code, "into": into,
                             "codings": str(count), "reason": reason}  # fmt: skip
    desk.draft.add(FILE, cells)
    desk.note = {"code": code, "into": into, "codings": count}


def _claims_on(desk: Desk, code: str) -> list[tuple[int, Mapping[str, str]]]:
    found = []
    for at, cells in desk.draft.table(CLAIMS_FILE).rows():
        assertion = parse_assertion(cells["asserts"])
        if assertion is not None and assertion.kind in OF_CODES and assertion.targets == (code,):
            found.append((at, cells))
    return found


def _follow_claims(desk: Desk, old: str, new: str) -> None:
    for at, cells in _claims_on(desk, old):
        kind = cells["asserts"].partition("=")[0].strip()
        desk.draft.change(CLAIMS_FILE, at, {"asserts": f"{kind}={new}"})


def _refuse_claimed(desk: Desk, code: str) -> None:
    # Whether a claim on a code holds of what it becomes is for a person to say.
    claims = _claims_on(desk, code)
    if claims:
        named = ", ".join(f"{cells['id']} (row {at + 1})" for at, cells in claims)
        raise CodingError("upkeep.claimed", code=code, claims=named)


def _follow_decisions(desk: Desk, old: str, becomes: Callable[[str], str]) -> None:
    # By the key of the consensus's coding, which a decision has put there.
    for at, cells in list(desk.draft.table(DECISIONS_FILE).rows()):
        if cells["code"] == old:
            key = f"{cells['document_id']}:{cells['start']}-{cells['end']}:{old}:{CONSENSUS}"
            desk.draft.change(DECISIONS_FILE, at, {"code": becomes(key)})
