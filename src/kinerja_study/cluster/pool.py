"""Processes of this machine, each running one study after another.

Owns their life: one that dies costs its study one retry and no other study anything, and none outlives this process.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kinerja_study.cluster.jobs import Job
from kinerja_study.cluster.parcels import Delivery, Parcel, run_parcel
from kinerja_study.errors import StudyError, WorkerError


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class LocalPool:
    """A bounded number of processes.

    Parameters
    ----------
    folder : Path
        In which they make their temporary projects.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = threading.local()
        self._workers: list[_Worker] = []
        self._stopping = threading.Event()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[str, Delivery]]:
        """Run each study and yield what came of it, as it comes."""
        threads = ThreadPoolExecutor(max(1, min(len(jobs), count_cores())), thread_name_prefix="study")
        try:
            futures = {threads.submit(self._run, job): job for job in jobs}
            for done in as_completed(futures):
                yield futures[done].study, done.result()
        finally:
            # Also when nobody wants the rest: an interrupt ends the processes, and their threads with them.
            self._stopping.set()
            for worker in self._workers:
                worker.end()
            for worker in self._workers:
                worker.stop()
            threads.shutdown(cancel_futures=True)

    def _run(self, job: Job) -> Delivery:
        # One thread has one process; it waits here for its answer.
        try:
            parcel = job.pack()
        except StudyError as error:
            return Delivery(error=error)
        for _ in range(2):
            if self._stopping.is_set():
                break
            worker: _Worker | None = getattr(self._own, "worker", None)
            if worker is None:
                worker = self._own.worker = _Worker(self._folder)
                self._workers.append(worker)
                if self._stopping.is_set():
                    worker.end()
            try:
                return worker.run(parcel)
            except (EOFError, OSError):
                worker.stop()
                self._own.worker = None
        return Delivery(error=WorkerError(job.study, LOST, LOST_CURE))


LOST = "its process was killed, and killed again when it was run anew (out of memory?)"
LOST_CURE = "Free some memory, or run this study by itself."


class _Worker:
    def __init__(self, folder: Path) -> None:
        # Not forked: threads and sockets of this process are none of a worker's business.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, folder), daemon=True)
        self._process.start()
        # Only the worker holds that end, so that its death is heard here.
        theirs.close()

    def run(self, parcel: Parcel) -> Delivery:
        self._connection.send(parcel)
        delivery: Delivery = self._connection.recv()
        return delivery

    def end(self) -> None:
        self._process.terminate()

    def stop(self) -> None:
        self.end()
        self._process.join(timeout=15)
        if self._process.is_alive():
            self._process.kill()


def _serve(connection: Connection, folder: Path) -> None:
    # Ctrl-C reaches every process of the terminal; here, only the one that was started by a person answers to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError):
        while True:
            connection.send(run_parcel(connection.recv(), folder))


def _leave(*_: Any) -> None:
    # Once: a second word would fall into the clearing up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
