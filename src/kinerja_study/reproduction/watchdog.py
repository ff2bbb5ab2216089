"""A call that may not take longer than it may, and can be interrupted at any moment.

Owns the waiting for it; what is called, and how it is stopped, is the caller's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

GRACE_SECONDS = 10
"""How long a call that was stopped may take to end; then it is left to itself."""


class OutOfTimeError(Exception):
    """The call took too long and was stopped."""


def call_within(seconds: float, call: Callable[[], T], stop: Callable[[], None]) -> T:
    """Call a function in a thread of its own, so that the one who waits for it hears signals and looks at the clock.

    Parameters
    ----------
    seconds : float
        Of wall-clock time that it may take.
    call : callable
        What is called.
    stop : callable
        Ends the call from outside, when it takes too long or the waiting is interrupted.

    Raises
    ------
    OutOfTimeError
        It took too long.
    """
    outcome: Future[T] = Future()

    def work() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:
            outcome.set_exception(error)

    end = time.monotonic() + seconds
    Thread(target=work, name="call", daemon=True).start()
    try:
        while not outcome.done() and time.monotonic() < end:
            # In short slices: not every system lets a signal end a long wait.
            wait([outcome], timeout=min(1.0, max(0.0, end - time.monotonic())))
        if not outcome.done():
            raise OutOfTimeError
    finally:
        if not outcome.done():
            stop()
            wait([outcome], timeout=GRACE_SECONDS)
    return outcome.result()
