"""Measures the program on a sandbox of its own and prints a table: `python benchmarks/measure.py [--tasks 10000]`.

Each figure is of the real program in a process of its own: its seconds from start to exit, and its peak memory. The
floor is what it takes to parse the same answers once and do nothing with them; `pip install orjson` adds its row.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from rules_engine.sandbox import running_sandbox

PROGRAM = [sys.executable, "-m", "rules_engine.cli.main"]
RULES = "version: 1\nrules:\n  - {id: watch, when: task.deleted, then: [{log: gone}]}\n"
SHARE = 0.01


@dataclass(frozen=True)
class Measured:
    """One process."""

    seconds: float
    mebibytes: float
    out: str


def measured(command: list[str], folder: Path, environ: dict[str, str]) -> Measured:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as out:
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}")
        out.seek(0)
        return Measured(seconds, usage.ru_maxrss / 1024, out.read().decode())


def best_of(times: int, work: Callable[[], object]) -> float:
    """The fewest seconds of some calls: what disturbs a measurement only ever adds to it."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def parsers() -> dict[str, Callable[[bytes], object] | None]:
    """Ways to parse an answer; None where the library is not installed."""
    try:
        orjson = importlib.import_module("orjson").loads
    except ModuleNotFoundError:
        orjson = None
    return {"json.loads": json.loads, "msgspec.json.decode": msgspec.json.decode, "orjson.loads": orjson}


def row(what: str, *figures: str) -> None:
    print(f"{what:<44}" + "".join(f"{figure:>16}" for figure in figures))


def measure_looks(count: int) -> None:
    """The first look at many tasks, one that finds nothing new, and one at a small change."""
    with running_sandbox() as sandbox, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        (folder / "rules/watch.yaml").write_text(RULES)
        environ = os.environ | {"DASHTRACK_API_KEY": sandbox.key, "DASHTRACK_BASE_URL": sandbox.base_url}
        project = sandbox.state.add("project", name="Large")["id"]
        rows = (
            {"project_id": project, "name": f"Task {n}", "description": "Some words " * 10}
            for n in range(count)
        )
        tasks = [task["id"] for task in sandbox.state.add_many("task", rows)]

        def look(what: str) -> Measured:
            found = measured([*PROGRAM, "run", "--once"], folder, environ)
            events = measured([*PROGRAM, "events", "--json"], folder, environ)
            row(
                what,
                f"{found.seconds:.2f} s",
                f"{found.mebibytes:.0f} MiB",
                f"{len(json.loads(events.out))} events",
            )
            return found

        row(f"{count:,} tasks in one project", "seconds", "peak memory", "events so far")
        look("first look (baseline)")
        still = look("nothing changed")
        for task in tasks[: int(count * SHARE)]:
            sandbox.state.edit("task", task, status="done")
        changed = look(f"{SHARE:.0%} changed")

        headers = {"Authorization": f"Bearer {sandbox.key}"}
        urls = [f"{sandbox.base_url}/projects", f"{sandbox.base_url}/projects/{project}/tasks"]
        bodies = [httpx.get(url, headers=headers, timeout=60).content for url in urls]
        fetch = best_of(3, lambda: [httpx.get(url, headers=headers, timeout=60).content for url in urls])
    print()
    row(
        f"the same answers ({sum(map(len, bodies)) / 2**20:.1f} MiB)",
        "seconds",
        "change costs",
        "whole process",
    )
    row("fetching them from the sandbox", f"{fetch:.3f} s")
    extra = changed.seconds - still.seconds
    for title, parse in parsers().items():
        if parse is None:
            row(title, "not installed", "", "pip install orjson")
            continue
        floor = best_of(9, lambda parse=parse: [parse(body) for body in bodies])
        row(title, f"{floor:.3f} s", f"{extra / floor:.1f} times", f"{changed.seconds / floor:.1f} times")


def measure_start() -> None:
    """What it costs to ask for help, beside a Python that does nothing."""
    here, environ = Path.cwd(), dict(os.environ)
    bare = statistics.median(
        measured([sys.executable, "-c", "pass"], here, environ).seconds for _ in range(9)
    )
    asked = statistics.median(measured([*PROGRAM, "--help"], here, environ).seconds for _ in range(9))
    print()
    row("start", "seconds", "ratio", "")
    row("python -c pass", f"{bare:.3f} s", "1.0")
    row("rules-engine --help", f"{asked:.3f} s", f"{asked / bare:.1f}")


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    measure_looks(parser.parse_args().tasks)
    measure_start()


if __name__ == "__main__":
    main()
