"""Starts the ordinary program again and again, each time in a process of its own that can be killed.

A start from nothing takes most of a second, nearly all of it imports. This process imports once and forks for each
life; it has no threads, and everything that the program opens is opened after the fork. It reads one JSON document a
line from stdin and answers each with two: the new process's id, and how it ended.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any

import rules_engine.store.store  # noqa: F401 - what every life needs is imported once
from rules_engine.cli import check, run  # noqa: F401 - the same
from rules_engine.cli.main import main


def serve() -> None:
    """Start lives until stdin ends."""
    while line := sys.stdin.readline():
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(order)
        code = _wait(pid)
        _say({"code": code, "at": time.monotonic()})


def _wait(pid: int) -> int:
    """Wait for its end; when the rig is gone meanwhile, end it, so that nothing is left behind."""
    descriptor = os.pidfd_open(pid)
    ended: list[Any] = []
    try:
        _say({"pid": pid})
        ended, _, _ = select.select([descriptor, sys.stdin], [], [])
    finally:
        if descriptor not in ended:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(descriptor)
    return os.waitstatus_to_exitcode(status)


def _say(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def _live(order: dict[str, Any]) -> None:
    """One life of the program, as if it had been started from a shell."""
    os.chdir(order["folder"])
    os.environ.update(order["environ"])
    for number, path in enumerate(("/dev/null", order["out"], order["err"])):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    if "points" in order:
        from chaos_seams import CROSSINGS

        CROSSINGS.begin(**order["points"])
    code = 70
    try:
        code = _program(order["argv"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _program(argv: list[str]) -> int:
    if argv[0] == "naive":
        from chaos_naive import main as naive

        return naive(argv[1:])
    return main(argv)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    from chaos_clock import FastClock
    from chaos_planted import PLANTED
    from chaos_seams import install

    if sys.argv[3]:
        PLANTED[sys.argv[3]]()
    install(FastClock(rate=float(sys.argv[1]), zero=float(sys.argv[2])))
    serve()
