"""How far a run is, on a terminal; nothing where there is none."""

from __future__ import annotations

import os
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def progress_bar(console: Console) -> Progress:
    """Return a bar with what is at work before it; it shows nothing where there is no terminal, or in CI."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[cell]}"), TimeElapsedColumn(),
        console=console, disable=not console.is_terminal or bool(os.environ.get("CI")),
    )  # fmt: skip


class NotebookProgress:
    """A line a notebook while it runs."""

    def __init__(self, console: Console, study: str) -> None:
        self._progress = progress_bar(console)
        self._study = study
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> NotebookProgress:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, notebook: str, cell: int, of: int) -> None:
        """Show that a notebook is at a cell; cell 0 says that it is unchanged."""
        if notebook not in self._tasks:
            label = f"{self._study} · {notebook}"
            self._tasks[notebook] = self._progress.add_task(label, total=of or 1, cell="")
        shown = f"cell {cell}/{of}" if of else "unchanged"
        self._progress.update(self._tasks[notebook], completed=cell if of else 1, cell=shown)
