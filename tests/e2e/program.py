"""The real program in a process of its own, in a folder of its own; everything it prints is searched for secrets."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

PROGRAM = Path(sys.executable).with_name("rules-engine")
COMMAND = [str(PROGRAM)] if PROGRAM.exists() else [sys.executable, "-m", "rules_engine.cli.main"]
KEY = "dt_canary_0123456789abcdef"
"""Accepted by the sandboxes of these tests; nothing that the program prints may hold it."""
FOREVER = 60.0


def checked(text: str) -> str:
    """What the program printed, if it has neither a secret nor a traceback."""
    assert "canary" not in text, f"the key is shown:\n{text}"
    assert "Traceback" not in text, text
    assert "something unexpected" not in text, text
    return text


@dataclass(frozen=True)
class Done:
    """A program that ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def json(self):
        return json.loads(self.out)


class Program:
    """Starts the program in one folder, with an environment that knows only what a test says."""

    def __init__(self, folder: Path, **environ: str):
        self.folder = folder
        self.environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DASHTRACK_", "RULES_ENGINE_"))
        } | environ
        self._live: list[Live] = []

    def rules(self, text: str, name: str = "rules/rules.yaml") -> Path:
        """Write a file of rules, given as the items of `rules:`."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"version: 1\nrules:\n{text}", encoding="utf-8")
        return path

    def __call__(self, *args: object, code: int | None = 0, **how) -> Done:
        """Run it to its end; `code` is the exit code that is expected (None: any)."""
        started = time.monotonic()
        how.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(
            [*COMMAND, *map(str, args)],
            cwd=self.folder,
            env=self.environ | how.pop("environ", {}),
            capture_output=True,
            check=False,
            timeout=FOREVER,
            **how,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        if code is not None:
            assert done.returncode == code, f"exit {done.returncode}, not {code}\n{out}\n{err}"
        return Done(done.returncode, checked(out), checked(err), time.monotonic() - started)

    def here(self, *args: object, code: int | None = 0, environ: dict[str, str] | None = None) -> Done:
        """Call it in this very process, which takes a tenth of the time: for what a test does beside its point."""
        from rules_engine.cli.main import main

        before, out, err = Path.cwd(), io.StringIO(), io.StringIO()
        started = time.monotonic()
        os.chdir(self.folder)
        try:
            with (
                mock.patch.dict(os.environ, self.environ | (environ or {}), clear=True),
                redirect_stdout(out),
                redirect_stderr(err),
            ):
                found = main([*map(str, args)])
        finally:
            os.chdir(before)
        done = Done(found, checked(out.getvalue()), checked(err.getvalue()), time.monotonic() - started)
        assert code is None or found == code, f"exit {found}, not {code}\n{done.out}\n{done.err}"
        return done

    def start(
        self, *args: object, environ: dict[str, str] | None = None, stdout: int = subprocess.PIPE
    ) -> Live:
        """Start it and go on; it is ended with the test."""
        process = subprocess.Popen(
            [*COMMAND, *map(str, args)],
            cwd=self.folder,
            env=self.environ | (environ or {}),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        live = Live(process)
        self._live.append(live)
        return live

    def close(self):
        for live in self._live:
            live.close()


class Live:
    """A program that is running."""

    def __init__(self, process: subprocess.Popen[str]):
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [
            threading.Thread(target=_keep_lines, args=pair, daemon=True)
            for pair in ((process.stdout, self.out), (process.stderr, self.err))
            if pair[0] is not None
        ]
        for reader in self._readers:
            reader.start()

    def said(self, pattern: str) -> list[str]:
        """The lines on stderr that the pattern is in."""
        return [line for line in list(self.err) if re.search(pattern, line)]

    def wait_for(self, pattern: str, *, times: int = 1, seconds: float = 15.0) -> list[str]:
        """Wait until so many lines on stderr have the pattern."""
        until(
            lambda: len(self.said(pattern)) >= times,
            seconds,
            lambda: f"{times} times {pattern!r} in\n{''.join(self.err)}",
        )
        return self.said(pattern)

    def send(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def end(self, *, code: int | None = 0, seconds: float = 5.0) -> float:
        """Wait for its end; gives the seconds that it took."""
        started = time.monotonic()
        found = self.process.wait(seconds)
        took = time.monotonic() - started
        for reader in self._readers:
            reader.join(5)
        if code is not None:
            assert found == code, f"exit {found}, not {code}\n{''.join(self.err)}"
        return took

    def stop(self, number: int = signal.SIGTERM, *, code: int | None = 0) -> float:
        """Ask it to end, and wait for that."""
        self.send(number)
        return self.end(code=code)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for reader in self._readers:
            reader.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        checked("".join(self.out))
        checked("".join(self.err))


def _keep_lines(stream, lines):
    for line in stream:
        lines.append(line)


def until(holds, seconds: float = 10.0, message=lambda: "it never came true"):
    """Wait until something holds; gives what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < deadline, message()
        time.sleep(0.02)
