"""How a command that works until it is told to stop ends: at once when it can, within seconds in any case."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType

import structlog

SECONDS_TO_END = 4.0
"""How long work may go on after the signal to stop; what it leaves half done, the next start takes up."""

SIGNALLED = 128
"""Added to the signal's number: the exit code of a command that a signal cut short, as shells have it."""


class Ending:
    """The signals that end a command, and the work that they end."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.wake = threading.Event()
        """Set whenever a sleep should be cut short: by `stop` too."""
        self.signalled: int | None = None
        """The signal that came."""

    def signals(self) -> ExitStack:
        """SIGTERM and Ctrl-C set `stop` until the end of the `with`."""
        stack = ExitStack()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.signal(number, self._on_signal)
            stack.callback(signal.signal, number, before)
        return stack

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.signalled = number
        self.stop.set()
        self.wake.set()

    def in_background(self, work: Callable[[], None], *, exit_code: int | None = None) -> None:
        """Do the work in a thread of its own, so that a request that hangs can't outlast a signal to stop.

        When it can't be waited for, the process ends with `exit_code`, or as one that was ended by the signal.
        """
        failure: list[BaseException] = []
        thread = threading.Thread(target=_keeping_errors, args=(work, failure), name="worker", daemon=True)
        thread.start()
        while thread.is_alive() and not self.stop.is_set():
            thread.join(0.1)
        if self.stop.is_set():
            thread.join(SECONDS_TO_END)
        if thread.is_alive():
            _leave_at_once(SIGNALLED + (self.signalled or 0) if exit_code is None else exit_code)
        if failure:
            raise failure[0]


def _keeping_errors(work: Callable[[], None], failure: list[BaseException]) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - it is raised again in the main thread, which knows the exit codes
        failure.append(error)


def _leave_at_once(code: int) -> None:
    """End although a request is still under way: its intent is in the store, so the next start looks for it."""
    structlog.get_logger().warning(
        "stopped in the middle of a request; the next start looks what became of it"
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
