"""Workers of a dask.distributed scheduler, wherever they are.

Owns which workers are fit, and what happens when one is lost; a worker runs one study at a time. The one module that
imports distributed, which comes with the extra ``[cluster]``.
"""

from __future__ import annotations

import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kinerja_study.cluster.jobs import Job
from kinerja_study.cluster.parcels import Delivery, Parcel, describe_environment, differences, run_parcel
from kinerja_study.errors import SchedulerError, StudyError, WorkerError

CONNECT_SECONDS = 10
PATIENCE_SECONDS = 30
"""How long to wait for a worker that is fit when there is none; one that died is usually started again in less."""
LOOK_SECONDS = 2
"""How often to look for workers that have come or gone."""

LOST = "the worker died, and so did the one that tried it again (out of memory?)"
LOST_CURE = "Look at the workers' logs and memory, or run this study by itself."


class Scheduler:
    """A scheduler with its workers.

    Parameters
    ----------
    address : str
        As ``tcp://10.0.0.1:8786``.
    lock : bytes
        Of requirements.lock, which a worker must fit.
    say : callable
        Told once of each worker that is refused.
    """

    def __init__(self, address: str, lock: bytes, say: Callable[[str], None]) -> None:
        self._address, self._lock, self._say = address, lock, say
        self._wanted = describe_environment(lock)
        self._fit: dict[str, bool] = {}

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[str, Delivery]]:
        """Run each study and yield what came of it, as it comes.

        Raises
        ------
        SchedulerError
            distributed is not installed, or nobody answers at the address.
        """
        try:
            import distributed
            from distributed.comm.addressing import get_address_host_port
        except ImportError as error:
            raise SchedulerError(self._address, "the extra [cluster] is not installed", EXTRA_CURE) from error
        try:
            # A client of what is no address would leave half of itself behind.
            get_address_host_port(self._address)
            self._client = distributed.Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except ValueError as error:
            raise SchedulerError(self._address, f"this is no address ({error})", ADDRESS_CURE) from error
        except OSError as error:
            raise SchedulerError(self._address, "nobody answers there", START_CURE) from error
        open_jobs = {job.study: job for job in jobs}
        problem = ""
        try:
            for study, delivery in self._run(jobs):
                del open_jobs[study]
                yield study, delivery
        except OSError as error:
            problem = f"the connection was lost ({error})"
        finally:
            self._client.close()
        for study in open_jobs:
            said = SchedulerError(self._address, problem or "it has no worker that is fit", START_CURE)
            yield study, Delivery(error=said)

    def _run(self, jobs: Sequence[Job]) -> Iterator[tuple[str, Delivery]]:
        # Ends before all are done when there is nobody to do them.
        waiting = deque((job, 1) for job in jobs)
        running: dict[Any, tuple[Job, int, str]] = {}
        seen = time.monotonic()
        try:
            while waiting or running:
                fit = self._fit_workers()
                for address in fit - {address for _, _, address in running.values()}:
                    if not waiting:
                        break
                    job, attempt = waiting.popleft()
                    try:
                        running[self._submit(job.pack(), address)] = (job, attempt, address)
                    except StudyError as error:
                        yield job.study, Delivery(error=error)
                if running:
                    seen = time.monotonic()
                elif time.monotonic() - seen > PATIENCE_SECONDS:
                    return
                self._wait(list(running))
                present = self._fit_workers()
                for future in list(running):
                    job, attempt, address = running[future]
                    if not future.done() and address in present:
                        continue
                    del running[future]
                    delivery = self._collect(future, job)
                    if delivery is not None:
                        yield job.study, delivery
                    elif attempt == 1:
                        waiting.appendleft((job, 2))
                    else:
                        yield job.study, Delivery(error=WorkerError(job.study, LOST, LOST_CURE))
        finally:
            self._client.cancel(list(running))

    def _fit_workers(self) -> set[str]:
        present = set(self._client.scheduler_info()["workers"])
        new = sorted(present - set(self._fit))
        if new:
            found = self._client.run(describe_environment, self._lock, workers=new, on_error="return")
            for address in new:
                answer = found.get(address)
                if answer is None or isinstance(answer, OSError):
                    continue  # gone again already
                if isinstance(answer, dict):
                    said = differences(self._wanted, answer)
                else:
                    said = f"it cannot say what it has ({type(answer).__name__}: {answer})"
                self._fit[address] = not said
                if said:
                    self._say(f"worker {address} is refused: {said}.")
        return {address for address in present if self._fit.get(address)}

    def _submit(self, parcel: Parcel, address: str) -> Any:
        with warnings.catch_warnings():
            # A study is some megabytes, each sent once.
            warnings.filterwarnings("ignore", message="Sending large graph")
            return self._client.submit(_run_there, parcel, workers=[address], pure=False)

    def _wait(self, futures: list[Any]) -> None:
        from distributed import wait

        if not futures:
            time.sleep(LOOK_SECONDS)
            return
        try:
            with self._client.as_current():
                wait(futures, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return

    def _collect(self, future: Any, job: Job) -> Delivery | None:
        # None where the worker was lost: its study is to be run elsewhere.
        from distributed import KilledWorker

        if future.status == "finished":
            delivery: Delivery = future.result()
            return delivery
        if future.status == "error" and not isinstance(error := future.exception(), KilledWorker):
            return Delivery(error=WorkerError(job.study, f"{type(error).__name__}: {error}", LOST_CURE))
        future.cancel()
        return None


EXTRA_CURE = "Install requirements-dev.lock, which holds it, or the package with it: pip install -e '.[cluster]'."
ADDRESS_CURE = "Give it as 'dask scheduler' prints it: tcp://10.0.0.1:8786"
START_CURE = "Start one: 'dask scheduler', then 'dask worker ADDRESS --nthreads 1' in the same environment."


def _run_there(parcel: Parcel) -> Delivery:
    from distributed import get_worker

    # The worker's own folder: dask removes what a killed worker has left there.
    return run_parcel(parcel, Path(get_worker().local_directory))
