"""Executing one notebook by papermill, and what it leaves without a trace of when and where it ran.

Owns the engine with its progress call, the moment from which a notebook saves nothing more, and the removal of what
differs between two equal runs; knows no study.
"""

from __future__ import annotations

import ast
import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from kinerja_study.errors import NotebookError
from kinerja_study.reproduction.installing import write_file
from kinerja_study.reproduction.kernels import LocalKernelManager
from kinerja_study.reproduction.watchdog import Call, OutOfTimeError

ENGINE = "kinerja"
CELL_SECONDS = 900
"""A cell that runs longer hangs."""
NOTEBOOK_SECONDS = 3600
"""So does a notebook, whatever it is that hangs."""

MEMORY_CURE = "Free some memory and run again."
HANG_CURE = "Open the notebook ('kinerja lab') and see what it waits for."

OnCell = Callable[[int, int], None]


class ProgressEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's own engine, telling at each cell which one it is and of how many, and writing at the end only."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook; ``on_cell`` is called with the cell's number and their count.

        ``saved`` is set when the last cell that saves something has run.
        """
        on_cell: OnCell = options.pop("on_cell")
        saved: Event = options.pop("saved")
        start, cells = nb_man.cell_start, nb_man.nb.cells
        last = max((number for number, cell in enumerate(cells) if saves(cell)), default=len(cells))

        def cell_start(cell: Any, cell_index: int | None = None, **rest: Any) -> None:
            number = cell_index or 0
            if number > last:
                saved.set()
            on_cell(number + 1, len(cells))
            start(cell, cell_index, **rest)

        # The notebook is written once, when it has ended, however it has: not before and after each cell.
        save, nb_man.save = nb_man.save, lambda **_: None
        nb_man.cell_start = cell_start
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            nb_man.save = save


papermill_engines.register(ENGINE, ProgressEngine)
# What it logs of a dead kernel is told by the error; without a handler it would stand on the terminal twice.
logging.getLogger("papermill").addHandler(logging.NullHandler())


def saves(cell: Mapping[str, Any]) -> bool:
    """Tell whether a cell of a notebook calls something that saves: ``study.save(...)`` or ``save_...(...)``."""
    if cell["cell_type"] != "code":
        return False
    try:
        tree = ast.parse("".join(cell["source"]))
    except SyntaxError:
        return True  # it will say so itself; until then, nobody knows
    called = [ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(name == "save" or name.startswith("save_") for name in called)


class Execution:
    """A notebook that is being executed, in its own folder, and is written, free of traces, to the target.

    Parameters
    ----------
    source, target : Path
        The notebook, and where it is written.
    parameters : mapping
        Of the notebook.
    on_cell : callable
        Told of each cell.
    kernel : LocalKernelManager, optional
        A fresh one, which is stopped afterwards; without it, one is started.
    """

    def __init__(
        self,
        source: Path,
        target: Path,
        parameters: Mapping[str, Any],
        on_cell: OnCell = lambda _cell, _of: None,
        kernel: LocalKernelManager | None = None,
    ) -> None:
        self._source, self._target = source, target
        self._saved = Event()
        self._kernel = own = kernel or LocalKernelManager(source.parent)

        def execute() -> None:
            loop = ensure_event_loop()
            try:
                papermill.execute_notebook(
                    str(source),
                    str(target),
                    parameters=dict(parameters),
                    engine_name=ENGINE,
                    kernel_name="python3",
                    progress_bar=False,
                    log_output=False,
                    execution_timeout=CELL_SECONDS,
                    km=own,
                    shutdown_kernel="immediate",
                    on_cell=on_cell,
                    saved=self._saved,
                )
            finally:
                own.close()
                loop.close()

        self._call = Call(execute, own.kill, ended=self._saved.set)

    def wait_until_saved(self) -> None:
        """Wait until the notebook has saved all that it will save, or has ended in whatever way.

        What it still does then comes after what the next one does.
        """
        # What goes wrong is told in its turn: the notebook that fails first in their order is the one to be named.
        with contextlib.suppress(Exception):
            self._call.result(NOTEBOOK_SECONDS, early=self._saved)
        self._kernel.give_way()

    @property
    def failed(self) -> bool:
        """Whether it has ended in any other way than by running to its end."""
        return self._call.failed

    def stop(self) -> None:
        """End it."""
        self._call.stop()

    def finish(self) -> None:
        """Wait until it has ended.

        Raises
        ------
        NotebookError
            A cell raised, hung, or its kernel died; what ran so far is at the target.
        """
        source, target = self._source, self._target
        try:
            self._call.result(NOTEBOOK_SECONDS)
        except PapermillExecutionError as error:
            raise NotebookError(
                source.name, _source_number(target, error.exec_count or 0), error.source,
                f"{error.ename}: {error.evalue}",
                MEMORY_CURE if error.ename == "MemoryError"
                else "If it names a file of the study, mend it there; otherwise open the notebook ('kinerja lab').",
            ) from error  # fmt: skip
        except (OutOfTimeError, CellTimeoutError, RuntimeError) as error:
            # nbclient raises a plain RuntimeError, too, when a kernel dies early or never answers.
            number, cell = _running_cell(target)
            if isinstance(error, OutOfTimeError):
                reason, cure = f"it took longer than {NOTEBOOK_SECONDS} s", HANG_CURE
            elif isinstance(error, CellTimeoutError):
                reason, cure = f"the cell ran longer than {CELL_SECONDS} s", HANG_CURE
            else:
                died = isinstance(error, DeadKernelError)
                reason, cure = "its kernel died (out of memory?)" if died else str(error), MEMORY_CURE
            raise NotebookError(source.name, number, cell, reason, cure) from error
        strip_traces(target)


def execute_notebook(
    source: Path, target: Path, parameters: Mapping[str, Any], kernel: LocalKernelManager | None = None
) -> None:
    """Execute a notebook and wait for its end; see :class:`Execution`, which has the parameters and the errors."""
    Execution(source, target, parameters, kernel=kernel).finish()


def strip_traces(path: Path) -> None:
    """Remove from an executed notebook all that differs between two runs of the same notebook on the same data."""
    notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))  # papermill has just validated it
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.metadata.pop("execution", None)
        cell.metadata.pop("papermill", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        elif "id" not in cell:
            cell["id"] = f"cell-{number}"
    write_file(path, f"{nbformat.v4.writes(notebook)}\n".encode())


def _running_cell(path: Path) -> tuple[int, str]:
    # The last code cell that was begun.
    try:
        cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    except (OSError, ValueError):
        return 0, ""
    # Papermill calls every cell completed when it gives up; only those that it began have a time.
    begun = [n for n, c in enumerate(cells, start=1) if c.metadata.get("papermill", {}).get("start_time")]
    return (_source_number(path, begun[-1]), cells[begun[-1] - 1].source) if begun else (0, "")


def _source_number(path: Path, executed: int) -> int:
    # As the notebook's author counts: the injected parameters are no cell of the source.
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    return sum("injected-parameters" not in c.metadata.get("tags", []) for c in cells[:executed])
