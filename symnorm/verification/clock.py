"""A wall clock that a caller's function cannot ignore.

In the main thread a timer signal interrupts even a loop that never returns. Elsewhere, or where a timer is already in
use, the work runs in a thread of its own that is given up when time runs out.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")


class OutOfTime(BaseException):
    """Raised inside the work when time is up; no `except Exception` of a caller's function holds it."""


class Clock:
    """Seconds that are left, and whether a timer watches over them."""

    __slots__ = ("end", "timed")

    def __init__(self, seconds: float) -> None:
        self.end, self.timed = time.monotonic() + seconds, False

    def left(self) -> float:
        return self.end - time.monotonic()

    def check(self) -> None:
        if self.left() <= 0:
            raise OutOfTime

    def shorten(self, seconds: float) -> None:
        """Leave no more than this many seconds from now."""
        self.end = min(self.end, time.monotonic() + seconds)
        if self.timed:
            signal.setitimer(signal.ITIMER_REAL, max(self.left(), 1e-3), 0.5)


def within(clock: Clock, work: Callable[[], T]) -> T:
    """The value of work(); raises OutOfTime when that takes longer than the clock has left."""
    if _timer_is_free():
        clock.timed = True
        return _by_signal(clock.left(), work)
    return _by_thread(clock.left(), work)


def _timer_is_free() -> bool:
    return (hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
            and signal.getitimer(signal.ITIMER_REAL)[0] == 0.0
            and signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, signal.SIG_IGN))


def _by_signal(seconds: float, work: Callable[[], T]) -> T:
    armed = True

    def ring(number: int, frame: FrameType | None) -> None:
        if armed:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
    try:
        return work()
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _by_thread(seconds: float, work: Callable[[], T]) -> T:
    outcome: list[T] = []
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive() and thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(OutOfTime))
        raise OutOfTime
    if trouble:
        raise trouble[0]
    return outcome[0]
