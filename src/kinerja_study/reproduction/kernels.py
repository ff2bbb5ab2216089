"""Kernels for one notebook each, started and warmed while another notebook runs.

Owns the life of a kernel. A kernel is never used twice, so that no notebook can see what another has done; what a
warm one has seen before is the notebook's own imports, silently, so that nothing in the notebook tells of it.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any, Self

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop

from kinerja_study.reproduction.nursery import AVAILABLE, Nursery
from kinerja_study.reproduction.stages import kernel_environment

START_SECONDS = 120
LATER = 10
"""By how much a process is nicer to others when nobody waits for it."""


class LocalKernelClient(AsyncKernelClient):
    """A client that is ready when the kernel says so, not when the kernel has been silent for a while."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask the kernel for its name until both the answer and its being idle arrive: then both channels are open."""
        until = time.monotonic() + (timeout or START_SECONDS)
        while time.monotonic() < until and await self._async_is_alive():
            asked = self.kernel_info()
            with contextlib.suppress(Empty):
                while (await self.shell_channel.get_msg(timeout=1))["parent_header"].get("msg_id") != asked:
                    continue
                while True:
                    said = await self.iopub_channel.get_msg(timeout=0.2)
                    own = said["parent_header"].get("msg_id") == asked
                    if own and said["content"].get("execution_state") == "idle":
                        return
        problem = f"the kernel did not answer within {timeout or START_SECONDS} s"
        raise RuntimeError(problem)


class LocalKernelManager(AsyncKernelManager):
    """A kernel reached over a socket file where the system has them: nobody else can listen, no port can clash.

    Parameters
    ----------
    folder : Path
        In which it works.
    nursery : Nursery, optional
        From which it is forked; without one it is started.
    imports : sequence of str
        Statements that the nursery has executed before.
    """

    def __init__(self, folder: Path, nursery: Nursery | None = None, imports: Sequence[str] = ()) -> None:
        super().__init__(client_class=f"{__name__}.LocalKernelClient", kernel_name="python3")
        self._folder = folder
        self._nursery = nursery
        self._imports = imports
        # A folder of its own for each kernel: sockets are named alike, and must not meet. Its path must be short.
        self._sockets = tempfile.mkdtemp(prefix="kinerja-")
        if os.name == "posix":
            self.transport = "ipc"
            self.ip = f"{self._sockets}/k"
        self._given: list[Any] = []

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Return the command that starts the kernel, which keeps to itself what is no error."""
        # A kernel that outlives an interrupted run by a moment says so, and would say it on the person's terminal.
        return [*super().format_kernel_cmd(extra_arguments), "--log-level=ERROR"]

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start it in its folder, in the environment of every kernel."""
        given = {"env": kernel_environment(), "cwd": str(self._folder), **options}
        await self._async_start_kernel(**given)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        if self._nursery is None or self.provisioner is None:
            return await super()._async_launch_kernel(kernel_cmd, **options)
        kernel = self._nursery.fork(kernel_cmd, self._folder, self._imports)
        own: Any = self.provisioner
        own.process, own.pid, own.pgid = kernel, kernel.pid, kernel.pid
        self._reconcile_connection_info(own.connection_info)
        return None

    async def _async_kill_kernel(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 (as inherited)
        # Waited for here, where its end is heard; jupyter_client would look every tenth of a second.
        self.kill()
        if process := getattr(self.provisioner, "process", None):
            process.wait(timeout=5)
        await super()._async_kill_kernel(restart=restart)

    def client(self, **options: Any) -> Any:
        """Return a client, remembered so that its channels can be closed with the kernel."""
        self._given.append(super().client(**options))
        return self._given[-1]

    def kill(self) -> None:
        """End the kernel's process from any thread; whoever waits for its answer learns that it has died."""
        process = getattr(self.provisioner, "process", None)
        if process is not None:
            process.kill()

    def give_way(self) -> None:
        """Let those go first for whom somebody waits, where the system knows of it."""
        process = getattr(self.provisioner, "process", None)
        if process is not None and process.poll() is None and hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, LATER)

    def close(self) -> None:
        """Stop the kernel at once and close every channel to it."""
        for client in self._given:
            client.stop_channels()
        if self.has_kernel:
            ensure_event_loop().run_until_complete(self.shutdown_kernel(now=True))
        shutil.rmtree(self._sockets, ignore_errors=True)


class KernelPool:
    """Hands out one fresh kernel a notebook, which works in its folder, the next one being made ready meanwhile."""

    def __init__(self) -> None:
        self._nursery = Nursery(kernel_environment()) if AVAILABLE else None
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kernel")
        self._ready: dict[Path, Future[LocalKernelManager]] = {}

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what was made ready and never taken."""
        for waiting in self._ready.values():
            with contextlib.suppress(Exception):
                waiting.result().close()
        self._maker.shutdown()
        if self._nursery:
            self._nursery.close()

    def prepare(self, notebook: Path) -> None:
        """Begin to make a kernel ready for a notebook."""
        if notebook not in self._ready:
            self._ready[notebook] = self._maker.submit(_warm_kernel, notebook, self._nursery)

    def take(self, notebook: Path) -> LocalKernelManager | None:
        """Return the kernel for a notebook; None when it could not be made ready, and a cold one will do."""
        self.prepare(notebook)
        try:
            return self._ready.pop(notebook).result()
        except Exception:  # whatever is wrong with the warm kernel, a cold one tells it better
            return None


def read_imports(notebook: Path) -> list[str]:
    """Return the import statements of a notebook's code cells, in their order."""
    cells = json.loads(notebook.read_bytes())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [ast.unparse(node) for node in ast.parse(code).body if isinstance(node, ast.Import | ast.ImportFrom)]


def _warm_kernel(notebook: Path, nursery: Nursery | None) -> LocalKernelManager:
    imports = read_imports(notebook)
    # Only the package is known to start nothing when it is imported, so that a process that has it can be forked.
    own = [statement for statement in imports if statement.startswith(f"from {__name__.partition('.')[0]}")]
    manager = LocalKernelManager(notebook.parent, nursery, own)
    client, loop = BlockingKernelClient(), ensure_event_loop()
    try:
        # As nbclient does: what is executed here is no part of the history of the person whose machine it is.
        extra = ["--HistoryManager.hist_file=:memory:"]
        loop.run_until_complete(manager.start_kernel(extra_arguments=extra))
        client.load_connection_file(manager.connection_file)
        client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        # The request waits in the socket until the kernel is there to answer it.
        client.execute("\n".join(imports), silent=True, store_history=False, allow_stdin=False)
        _wait_for_answer(client, lambda: loop.run_until_complete(manager.is_alive()))
    except Exception:
        manager.close()
        raise
    finally:
        client.stop_channels()
        loop.close()
    return manager


def _wait_for_answer(client: BlockingKernelClient, is_alive: Callable[[], bool]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and is_alive():
        with contextlib.suppress(Empty):
            client.get_shell_msg(timeout=1)
            return
    problem = "the kernel did not answer"
    raise RuntimeError(problem)
