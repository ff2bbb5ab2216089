"""A room in the small study, under a clock that stands still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from kinerja_study.coding.holdings import OWN
from kinerja_study.coding.room import CodingRoom

NOON = dt.datetime(2024, 4, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def tiny(tiny: Any) -> Any:
    """Return the small study as it is before anything was decided, changed or noted."""
    for name in OWN:
        (tiny.raw / name).unlink(missing_ok=True)
    return tiny


@pytest.fixture
def enter(tiny: Any) -> Callable[..., CodingRoom]:
    """Return what opens a room of the small study."""
    return lambda coder="coder-a": CodingRoom.open(tiny.raw, coder, now=lambda: NOON)


@pytest.fixture
def room(enter: Callable[..., CodingRoom]) -> CodingRoom:
    return enter()


@pytest.fixture
def span(tiny: Any) -> Callable[[CodingRoom, str, str], dict[str, Any]]:
    """Return what finds words in a text, as an act names them."""

    def find(room: CodingRoom, document: str, words: str) -> dict[str, Any]:
        text = room.document(document)["text"]
        assert text.count(words) == 1
        return {"document": document, "start": text.index(words), "end": text.index(words) + len(words)}

    return find


@pytest.fixture
def files(tiny: Any) -> Callable[[], dict[str, bytes]]:
    """Return what reads every file of the study but the histories."""
    return lambda: {
        path.relative_to(tiny.raw).as_posix(): path.read_bytes()
        for path in sorted(tiny.raw.rglob("*"))
        if path.is_file() and path.parent.name != "history"
    }
