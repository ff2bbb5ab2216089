"""A call that may not take longer than it may, and can be interrupted at any moment.

Owns the waiting for it; what is called, and how it is stopped, is the caller's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

GRACE_SECONDS = 10
"""How long a call that was stopped may take to end; then it is left to itself."""


class OutOfTimeError(Exception):
    """The call took too long and was stopped."""


class Call(Generic[T]):
    """A call in a thread of its own, so that the one who waits for it hears signals and looks at the clock.

    Parameters
    ----------
    call : callable
        What is called, at once.
    stop : callable
        Ends the call from outside.
    ended : callable
        Called in that thread when the outcome is there.
    """

    def __init__(
        self, call: Callable[[], T], stop: Callable[[], None], ended: Callable[[], None] = lambda: None
    ) -> None:
        self._outcome: Future[T] = Future()
        self._outcome.add_done_callback(lambda _: ended())
        self._stop = stop
        self._began = time.monotonic()
        self._late = False

        def work() -> None:
            try:
                self._outcome.set_result(call())
            except BaseException as error:
                self._outcome.set_exception(error)

        Thread(target=work, name="call", daemon=True).start()

    def result(self, seconds: float, *, early: Event | None = None) -> T | None:
        """Wait for what it returns, and return that.

        Parameters
        ----------
        seconds : float
            Of wall-clock time that it may take from its beginning.
        early : Event, optional
            Ends the waiting, too, which then returns None; the call goes on.

        Raises
        ------
        OutOfTimeError
            It took too long, and was stopped.
        """
        end = self._began + seconds
        try:
            while not self._outcome.done() and time.monotonic() < end:
                # In short slices: not every system lets a signal end a long wait.
                left = min(1.0, max(0.0, end - time.monotonic()))
                if early is None:
                    wait([self._outcome], timeout=left)
                elif early.wait(left):
                    return None
        except BaseException:
            self.stop()
            raise
        if not self._outcome.done():
            self._late = True
            self.stop()
        if self._late:
            raise OutOfTimeError
        return self._outcome.result()

    @property
    def failed(self) -> bool:
        """Whether it has ended with an error."""
        return self._outcome.done() and self._outcome.exception() is not None

    def stop(self) -> None:
        """Stop it, unless it is done, and wait a moment for it to end."""
        if not self._outcome.done():
            self._stop()
            wait([self._outcome], timeout=GRACE_SECONDS)
