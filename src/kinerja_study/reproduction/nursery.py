"""A process that imports what the notebooks need, once for all, and from which their kernels are forked.

Owns that process and the handle of a kernel forked from it. Each kernel is a process of its own that starts where the
imports end; no notebook ever runs in the nursery, so that no kernel can see what another has done. On systems without
file descriptors of processes (any but Linux) kernels are started in the ordinary way.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

AVAILABLE = sys.platform == "linux"


class Nursery:
    """The driver's side: starts the process, and has it fork a kernel when asked.

    Parameters
    ----------
    environment : mapping of str to str
        Of the nursery and of its kernels.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        # As ipykernel does: the folder in which the driver was started is no place to import from. A session of its
        # own: an interrupt of the terminal is the driver's to answer.
        command = [
            sys.executable,
            "-c",
            f"import sys; del sys.path[0]; from {__name__} import serve; serve()",
        ]
        self._process = subprocess.Popen(  # noqa: S603 (this module itself)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environment), start_new_session=True
        )
        self._asking = Lock()

    def fork(self, command: Sequence[str], folder: Path, imports: Sequence[str] = ()) -> ForkedKernel:
        """Fork a kernel.

        Parameters
        ----------
        command : sequence of str
            As a kernel is started: what follows the name of its module is passed to it.
        folder : Path
            In which it works.
        imports : sequence of str
            Statements that are executed first, for this kernel and all that follow. One that fails is left to the
            notebook that holds it, which tells it better.

        Raises
        ------
        OSError
            The nursery has died.
        """
        arguments = list(command)[list(command).index("ipykernel_launcher") + 1 :]
        asked = json.dumps([arguments, str(folder), list(imports)]).encode() + b"\n"
        with self._asking:
            if self._process.stdin is None or self._process.stdout is None:
                raise BrokenPipeError
            self._process.stdin.write(asked)
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer:
            raise BrokenPipeError
        return ForkedKernel(int(answer))

    def close(self) -> None:
        """End the nursery; kernels that are still there end with it, as they do with any parent."""
        with contextlib.suppress(OSError):
            self._process.communicate()


class ForkedKernel:
    """A kernel's process as :class:`subprocess.Popen` would show it, though another process is its parent."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)  # not the number, which another process may get
        self._ended = False

    def poll(self) -> int | None:
        """Return None while it runs, else 0: how it ended, only its parent knows."""
        if not self._ended and select.select([self._handle], [], [], 0)[0]:
            self._ended = True
            os.close(self._handle)
        return 0 if self._ended else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            It has not within so many seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired("ipykernel", timeout or 0.0)
            select.select([self._handle], [], [], left)
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def serve() -> None:
    """Fork a kernel for each line of standard input, once what it asks for is imported, and answer with its number."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a kernel ended: none stays behind as a zombie
    importlib.import_module("ipykernel.kernelapp")
    answers = os.dup(1)
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        arguments, folder, imports = json.loads(line)
        before = len(sys.modules)
        for statement in imports:
            with contextlib.suppress(Exception):
                exec(statement, {})  # noqa: S102 (an import of this package, as a notebook has it)
        if len(sys.modules) > before:
            gc.collect()
            gc.freeze()  # what is there stays where it is, and in memory once
        pid = os.fork()
        if not pid:
            os.close(answers)
            become_kernel(arguments, folder)
        os.write(answers, b"%d\n" % pid)


def become_kernel(arguments: Sequence[str], folder: str) -> None:
    """Go on as a kernel in a folder, as ``python -m ipykernel_launcher`` does."""
    from ipykernel.kernelapp import IPKernelApp

    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    # With whom it ends; ipykernel has read the variable of that name already, when it was imported.
    os.environ["JPY_PARENT_PID"] = parent = str(os.getppid())
    sys.argv = ["ipykernel_launcher", *arguments, f"--IPKernelApp.parent_handle={parent}"]
    IPKernelApp.launch_instance()
    os._exit(0)
