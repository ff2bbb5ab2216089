"""The coding room as a widget of Jupyter: the front end's files, and the talk with them.

Owns what ipywidgets needs to know; what is asked and answered is in ``conversation.py``, what is done in ``room.py``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import anywidget
from traitlets import Dict, Unicode

from kinerja_study.coding.conversation import Buffer, Conversation
from kinerja_study.errors import StudyError
from kinerja_study.study import Study

FOLDER = Path(__file__).parent
PARTS = ("positions", "elements", "transcript", "form", "codebook", "compare", "panels", "arrival", "room")
"""The files of the front end, in the order in which they make one module."""


class RoomWidget(anywidget.AnyWidget):
    """The room, shown where a cell ends with it."""

    _esm = "\n".join((FOLDER / f"static/{part}.js").read_text("utf-8") for part in PARTS)
    _css = (FOLDER / "static/room.css").read_text("utf-8")
    language = Unicode().tag(sync=True)
    words = Dict().tag(sync=True)

    def __init__(self, conversation: Conversation) -> None:
        try:
            language = conversation.study.language
        except StudyError:  # which the room shows, when it asks
            language = conversation.language
        words = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))[language]
        super().__init__(language=language, words=words)
        self._conversation = conversation
        self.on_msg(self._hear)

    def _hear(self, _widget: Any, asked: dict[str, Any], sent: Sequence[Buffer] | None) -> None:
        if asked.get("call") == "run":
            # It takes a while; whoever codes goes on coding.
            Thread(target=self._reply, args=(asked,), daemon=True).start()
        else:
            self._reply(asked, sent or ())

    def _reply(self, asked: dict[str, Any], sent: Sequence[Buffer] = ()) -> None:
        message, buffers = self._conversation.answer(asked, sent)
        self.send(message, buffers)


def open_room(study: Study | str, *, coder: str | None = None, language: str | None = None) -> RoomWidget:
    """Return the room of a study, for a cell to show.

    Parameters
    ----------
    study : Study or str
        The study that is coded, or its id: faults of its study.toml are shown in the room.
    coder : str, optional
        Who codes; asked in the room where it is not given.
    language : {"id", "en"}, optional
        Of the room; by default the study's.
    """
    return RoomWidget(Conversation(study, coder, language))
