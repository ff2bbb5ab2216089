"""Two versions of an output held against each other, by the kind of file, to the place where they first differ.

Owns what counts as the same: equal bytes, or what no reader could tell apart (the last digits of a computed number, a
point of a drawing moved by less than a hair). Reads no study and writes nothing.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Any

import lxml.etree
import lxml.html

RELATIVE, ABSOLUTE = 1e-9, 1e-12
"""How far two computed numbers may be apart, as parts of the larger one and near 0."""

IN_DRAWINGS = 0.01
"""How far a coordinate of a drawing may move, in its own units (points)."""

IN_PIXELS = 2 / 255
"""How far the colour of a pixel may move, of 1."""

MISSING = "(nothing)"
AROUND = 40

UNREADABLE = (
    ValueError, LookupError, TypeError, AttributeError, OSError, SyntaxError, RecursionError,
    csv.Error, lxml.etree.LxmlError,
)  # fmt: skip
"""What the readers of these kinds of file raise on one that is not what its name says."""

_DECIMAL = re.compile(r"-?\d+\.\d+(?:[eE][+-]?\d+)?|-?\d+[eE][+-]?\d+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two versions of a file first differ, and what stands there in each."""

    place: str
    was: str
    now: str


def compare(name: str, was: bytes, now: bytes) -> Difference | None:
    r"""Return the first difference between two versions of a file, as a person would point at it.

    Parameters
    ----------
    name : str
        Of the file; its ending says how it is read.
    was, now : bytes
        The reference, and what is held against it.

    Returns
    -------
    Difference or None
        None when they are the same, or differ by less than the tolerance for their kind.

    Examples
    --------
    >>> compare("codes.csv", b"code,cases\nA,3\nB,5\n", b"code,cases\nA,3\nB,4\n")
    Difference(place='row 3 (B), column cases', was='5', now='4')
    >>> compare("scores.csv", b"focus,score\nA,0.30000000000000004\n", b"focus,score\nA,0.3\n")
    """
    if was == now:
        return None
    reader = READERS.get(PurePosixPath(name).suffix, _compare_bytes)
    try:
        return reader(was, now)
    except UNREADABLE:
        # One of them is not what its name says: the place is then no more than a byte.
        return _compare_bytes(was, now)


def _compare_bytes(was: bytes, now: bytes) -> Difference:
    place = next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    return Difference(f"byte {place + 1}", *_shown(*(repr(data[place : place + 16])[1:] for data in (was, now))))


def _compare_text(was: bytes, now: bytes) -> Difference | None:
    return _first_line(was.decode("utf-8"), now.decode("utf-8"))


def _first_line(was: str, now: str) -> Difference | None:
    for number, (a, b) in enumerate(zip_longest(was.split("\n"), now.split("\n")), start=1):
        if a != b:
            return Difference(f"line {number}", *_shown(a, b))
    return None


def _compare_table(was: bytes, now: bytes) -> Difference | None:
    (old_heading, *old), (heading, *new) = (
        list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)) for data in (was, now)
    )
    for number, (a, b) in enumerate(zip_longest(old_heading, heading), start=1):
        if a != b:
            return Difference(f"row 1, heading of column {number}", *_shown(a, b))
    place = next((n for n, (a, b) in enumerate(zip_longest(old, new)) if not _same_row(a, b)), None)
    if place is None:
        return None
    before, after = (rows[place] if place < len(rows) else None for rows in (old, new))
    row = f"row {place + 2}"
    if len(old) == len(new) and sorted(old) == sorted(new):
        return Difference(
            f"{row}: the same rows in another order, column {heading[0]}", *_shown(_key(before), _key(after))
        )
    if after is None or (len(new) < len(old) and before not in new):
        return Difference(f"{row}: the row is missing", *_shown(",".join(before or ()), None))
    if before is None or (len(new) > len(old) and after not in old):
        return Difference(f"{row}: a row more", *_shown(None, ",".join(after)))
    for column, a, b in zip_longest(heading, before, after):
        if not _same_value(a, b):
            return Difference(f"{row} ({_key(before)}), column {column}", *_shown(a, b))
    return None


def _key(row: Sequence[str] | None) -> str:
    return (row or [""])[0]


def _same_row(was: Sequence[str] | None, now: Sequence[str] | None) -> bool:
    if was is None or now is None or len(was) != len(now):
        return False
    return all(_same_value(a, b) for a, b in zip(was, now, strict=True))


def _same_value(was: str | None, now: str | None) -> bool:
    # An id such as 007 or 1.2.3 is no number, nor is a count: only what was computed may differ in its last digits.
    if was == now:
        return True
    if was is None or now is None or not (_DECIMAL.fullmatch(was) or _DECIMAL.fullmatch(now)):
        return False
    return bool(_NUMBER.fullmatch(was) and _NUMBER.fullmatch(now)) and _close(float(was), float(now))


def _close(was: float, now: float) -> bool:
    return math.isclose(was, now, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _compare_json(was: bytes, now: bytes) -> Difference | None:
    return _first_value(json.loads(was), json.loads(now), "")


def _first_value(was: Any, now: Any, path: str) -> Difference | None:
    pairs: Iterator[tuple[str, Any, Any]]
    if isinstance(was, dict) and isinstance(now, dict):
        pairs = (
            (f"{path}.{key}".lstrip("."), was.get(key), now.get(key)) for key in [*was, *(now.keys() - was.keys())]
        )
        if list(was) != list(now) and was.keys() == now.keys():
            return Difference(f"{path or 'the whole'}: order of the keys", *_shown(", ".join(was), ", ".join(now)))
    elif isinstance(was, list) and isinstance(now, list):
        pairs = ((f"{path}[{_name(a, b, n)}]", a, b) for n, (a, b) in enumerate(zip_longest(was, now)))
    else:
        numbers = isinstance(was, float) or isinstance(now, float)
        if was == now or (
            numbers and isinstance(was, int | float) and isinstance(now, int | float) and _close(was, now)
        ):
            return None
        texts = (None if value is None else json.dumps(value, ensure_ascii=False) for value in (was, now))
        return Difference(path or "the whole", *_shown(*texts))
    return next((found for place, a, b in pairs if (found := _first_value(a, b, place))), None)


def _name(was: Any, now: Any, place: int) -> str:
    # A thing with an id is called by it.
    for thing in (was, now):
        for key in ("id", "code", "coding_id"):
            if isinstance(thing, dict) and isinstance(thing.get(key), str):
                return str(thing[key])
    return str(place)


def _compare_page(was: bytes, now: bytes) -> Difference | None:
    pages = (_pieces(lxml.html.document_fromstring(data.decode("utf-8"))) for data in (was, now))
    heading = ""
    for before, after in zip_longest(*pages):
        if before is None or after is None or not _same_piece(before, after):
            place = f"under the heading {heading!r}" if heading else "before the first heading"
            return Difference(place, *_shown(*(piece and piece[1] for piece in (before, after))))
        heading = before[2] or heading
    return None


def _pieces(root: Any) -> Iterator[tuple[bool, str, str]]:
    # Start tags and texts in the order of the page: whether in a drawing, what it is, and the heading that it begins.
    drawings = 0
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if not isinstance(element.tag, str):
            yield False, str(element.text), ""
        elif event == "start":
            drawings += element.tag == "svg"
            is_heading = re.fullmatch("h[1-6]", element.tag) is not None
            heading = " ".join(element.text_content().split()) if is_heading else ""
            attributes = "".join(f' {name}="{value}"' for name, value in element.attrib.items())
            yield drawings > 0, f"<{element.tag}{attributes}>", heading
            if element.text:
                yield False, element.text, ""
        else:
            drawings -= element.tag == "svg"
        if event != "start" and element.tail:
            yield False, element.tail, ""


def _same_piece(was: tuple[bool, str, str], now: tuple[bool, str, str]) -> bool:
    if was[1] == now[1]:
        return True
    if not (was[0] and now[0]) or _NUMBER.sub("0", was[1]) != _NUMBER.sub("0", now[1]):
        return False
    pairs = zip(_NUMBER.findall(was[1]), _NUMBER.findall(now[1]), strict=True)
    return all(abs(float(a) - float(b)) <= IN_DRAWINGS for a, b in pairs)


def _compare_pixels(was: bytes, now: bytes) -> Difference | None:
    import numpy as np
    from matplotlib.image import imread

    before, after = (np.asarray(imread(io.BytesIO(data))) for data in (was, now))
    if before.shape != after.shape:
        return Difference("size in pixels", *(" x ".join(map(str, image.shape[1::-1])) for image in (before, after)))
    far = np.argwhere(np.abs(before - after) > IN_PIXELS)
    if not len(far):
        return None
    row, column = (int(n) for n in far[0][:2])
    colours = (str(np.round(image[row, column], 3).tolist()) for image in (before, after))
    return Difference(f"pixel {column + 1} of line {row + 1}", *colours)


def _compare_notebook(was: bytes, now: bytes) -> Difference | None:
    before, after = json.loads(was), json.loads(now)
    for number, (a, b) in enumerate(zip_longest(before["cells"], after["cells"]), start=1):
        if a is None or b is None:
            return Difference(f"cell {number}", *(MISSING if cell is None else "a cell" for cell in (a, b)))
        found = _first_line(*("".join(cell["source"]) for cell in (a, b))) or _first_output(a, b)
        if found:
            return Difference(f"cell {number}, {found.place}", found.was, found.now)
    return _first_value(_without_outputs(before), _without_outputs(after), "")


def _first_output(was: Mapping[str, Any], now: Mapping[str, Any]) -> Difference | None:
    for number, (a, b) in enumerate(zip_longest(was.get("outputs", []), now.get("outputs", [])), start=1):
        shown = {kind for output in (a, b) if output for kind in output.get("data", {})}
        for kind in sorted(shown & KINDS.keys()):
            texts = ("".join((output or {}).get("data", {}).get(kind, "")) for output in (a, b))
            ending = KINDS[kind]
            found = compare(ending, *(_decoded(text, ending) for text in texts))
            if found:
                return Difference(f"output {number} as {kind}, {found.place}", found.was, found.now)
        found = _first_value(_without(a, KINDS), _without(b, KINDS), "")
        if found:
            return Difference(f"output {number}, {found.place}", found.was, found.now)
    return None


def _decoded(text: str, ending: str) -> bytes:
    return base64.b64decode(text) if ending.endswith(".png") else text.encode()


def _without(output: Mapping[str, Any] | None, kinds: Mapping[str, str]) -> Any:
    if output is None:
        return None
    rest = {kind: shown for kind, shown in output.get("data", {}).items() if kind not in kinds}
    return {**output, "data": rest} if "data" in output else output


def _without_outputs(notebook: Mapping[str, Any]) -> dict[str, Any]:
    return {**notebook, "cells": [{k: v for k, v in cell.items() if k != "outputs"} for cell in notebook["cells"]]}


def _shown(was: str | None, now: str | None) -> tuple[str, str]:
    # A value may be a whole answer: what is shown is what stands around the first letter that differs.
    if was is None or now is None:
        return tuple(MISSING if text is None else _cut(text, 0) for text in (was, now))  # type: ignore[return-value]
    first = next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    start = max(0, first - AROUND) if max(len(was), len(now)) > 2 * AROUND else 0
    return _cut(was, start), _cut(now, start)


def _cut(text: str, start: int) -> str:
    end = start + 2 * AROUND
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


READERS: dict[str, Callable[[bytes, bytes], Difference | None]] = {
    ".csv": _compare_table,
    ".html": _compare_page,
    ".ipynb": _compare_notebook,
    ".json": _compare_json,
    ".md": _compare_text,
    ".png": _compare_pixels,
    ".svg": _compare_page,
    ".txt": _compare_text,
}
"""How each kind of file is compared once its bytes differ; any other kind differs where its bytes do."""

KINDS = {
    "application/json": "x.json",
    "image/png": "x.png",
    "image/svg+xml": "x.svg",
    "text/html": "x.html",
    "text/plain": "x.txt",
}
"""What a notebook shows, and the name of a file that is read alike."""
