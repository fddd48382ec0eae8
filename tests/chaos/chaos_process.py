"""The rig's side of the launcher: one life of the program after the other, ended by a point or from outside."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from chaos_clock import FastClock

_LAUNCHER = Path(__file__).with_name("chaos_launcher.py")
_PATIENCE = 120.0
"""Seconds in which the launcher must answer; what it takes is a second, on a machine that is not busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """One crossing of one life."""

    at: float
    """On the machine's monotonic clock."""
    name: str
    died: bool


@dataclass(slots=True, kw_only=True)
class Life:
    """One process."""

    pid: int
    began: float
    folder: Path
    number: int
    code: int | None = None
    ended: float = 0.0

    @property
    def crossings(self) -> list[Crossed]:
        """What it has passed so far, in order."""
        try:
            lines = trace_file(self.folder, self.number).read_text().splitlines()
        except FileNotFoundError:
            return []
        parts = [line.split() for line in lines]
        return [Crossed(at=float(at), name=name, died=bool(rest)) for at, name, *rest in parts]

    @property
    def said(self) -> str:
        """What it printed on stderr."""
        return err_file(self.folder, self.number).read_text(errors="replace")


def trace_file(folder: Path, number: int) -> Path:
    """Where a life's crossings are written down."""
    return folder / f"life-{number}.points"


def err_file(folder: Path, number: int) -> Path:
    """Where a life's stderr goes."""
    return folder / f"life-{number}.err"


class Launcher:
    """Starts lives; use it as a context manager."""

    def __init__(self, clock: FastClock, *, planted: str = "") -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_LAUNCHER), repr(clock.rate), repr(clock.zero), planted],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("RULES_ENGINE_")},
        )
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._lives = 0
        self._life: Life | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        """End the life that is under way, and the launcher."""
        if self._life is not None and self._life.code is None:
            self.kill(self._life)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        self._process.stdout.close()

    def start(
        self, folder: Path, argv: list[str], environ: dict[str, str], *, die_at: tuple[str, int] = ("", 0)
    ) -> Life:
        """Begin a life that dies at the n-th crossing of a name, if it comes there."""
        self._lives += 1
        number = self._lives
        points = {"trace": str(trace_file(folder, number)), "name": die_at[0], "nth": die_at[1]}
        out, err = str(folder / f"life-{number}.out"), str(err_file(folder, number))
        began = time.monotonic()
        self._ask(
            {
                "folder": str(folder),
                "argv": argv,
                "environ": environ,
                "points": points,
                "out": out,
                "err": err,
            }
        )
        answer = self._answer(_PATIENCE)
        assert answer is not None, "the launcher has ended"
        self._life = Life(pid=answer["pid"], began=began, folder=folder, number=number)
        return self._life

    def wait(self, life: Life, seconds: float) -> bool:
        """Wait for its end; False when it lives on."""
        if life.code is None:
            answer = self._answer(seconds)
            if answer is None:
                return False
            life.code, life.ended = answer["code"], answer["at"]
        return True

    def kill(self, life: Life) -> None:
        """SIGKILL from outside, wherever it is."""
        self.send(life, signal.SIGKILL)
        assert self.wait(life, _PATIENCE), "a killed process did not end"

    def send(self, life: Life, number: int) -> None:
        """A signal, if it lives."""
        if life.code is None:
            with suppress(ProcessLookupError):  # it has ended by itself, and that is about to be told
                os.kill(life.pid, number)

    def _ask(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _answer(self, seconds: float) -> dict[str, Any] | None:
        try:
            return self._answers.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            return None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(json.loads(line))
        self._answers.put(None)
