"""Memos on the study, a document, a code or a coding.

Owns the rows of ``memos.csv`` that acts write; what a memo's own column in a coder's table holds is the coding's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kinerja_study.coding.desk import Act, Desk
from kinerja_study.coding.records import Draft
from kinerja_study.coding.refusals import CodingError
from kinerja_study.collection.schemas import HEADINGS
from kinerja_study.definition import is_suggester

FILE = "memos.csv"
ABOUT = ("study", "document", "code", "coding")


def memo(desk: Desk, act: Act) -> None:
    """Write a memo: ``about, target, heading, text``.

    With ``memo_id``, change one's own: ``text``, ``heading``; an empty text removes it.
    """
    if act.get("memo_id") is not None:
        _change(desk, act)
        return
    about = _one_of(desk, act, "about", ABOUT)
    target = _target(desk, act, about)
    numbers = [cells["memo_id"].removeprefix(f"{desk.coder}-") for _, cells in desk.draft.table(FILE).rows()]
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    cells = {
        "memo_id": f"{desk.coder}-{last + 1}",
        "date": desk.today,
        "coder": desk.coder,
        "about": about,
        "target": target,
        "heading": _one_of(desk, act, "heading", HEADINGS),
        "text": desk.word(act, "text"),
    }
    desk.draft.add(FILE, cells)
    desk.note = {"memo_id": cells["memo_id"], "about": about, "target": target}


ACTS: Mapping[str, Callable[[Desk, Act], None]] = {"memo": memo}


def follow_coding(draft: Draft, old: str, new: str | None) -> None:
    """Let memos on a coding go where it goes; where it is deleted they stay, on its document."""
    changed = {"target": new} if new is not None else {"about": "document", "target": old.split(":", 1)[0]}
    for at, cells in list(draft.table(FILE).rows()):
        if cells["about"] == "coding" and cells["target"] == old:
            draft.change(FILE, at, changed)


def follow_code(draft: Draft, old: str, new: str | None) -> None:
    """Let memos on a code go where it goes; where it is retired they stay, on the study."""
    changed = {"target": new} if new is not None else {"about": "study", "target": ""}
    for at, cells in list(draft.table(FILE).rows()):
        if cells["about"] == "code" and cells["target"] == old:
            draft.change(FILE, at, changed)


def _change(desk: Desk, act: Act) -> None:
    wanted = desk.word(act, "memo_id")
    found = [(at, cells) for at, cells in desk.draft.table(FILE).rows() if cells["memo_id"] == wanted]
    if not found or found[0][1]["coder"] != desk.coder:
        raise CodingError("memos.not_own", coder=desk.coder, memo=wanted)
    at, cells = found[0]
    desk.note = {"memo_id": wanted, "about": cells["about"], "target": cells["target"]}
    text = desk.words(act, "text") if "text" in act else cells["text"]
    if not text:
        desk.draft.remove(FILE, at)
        return
    heading = _one_of(desk, act, "heading", HEADINGS) if "heading" in act else cells["heading"]
    desk.draft.change(FILE, at, {"text": text, "heading": heading})


def _target(desk: Desk, act: Act, about: str) -> str:
    if about == "study":
        return ""
    target = desk.word(act, "target")
    if about == "document":
        return desk.text({**act, "document": target}).id
    if about == "code":
        return str(desk.code({**act, "code": target})["code"])
    for coder, codings in desk.codings.items():
        if target in codings.by_key and not is_suggester(coder):
            desk.document = codings.by_key[target].document
            return target
    raise CodingError("memos.no_coding", target=target)


def _one_of(desk: Desk, act: Act, key: str, options: Iterable[str]) -> str:
    value = desk.word(act, key)
    if value not in options:
        raise CodingError("memos.option", value, options, value=value, key=key, options=", ".join(options))
    return value
