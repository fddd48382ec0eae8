"""Ticks of idle accounts: how many a second, and what one costs, on SQLite and on PostgreSQL.

    python benchmarks/idle_ticks.py

Real programs against the sandbox, as fast as they can; an idle tick reads one list that has not changed. The cost is the
programs' own processor time, which does not depend on how busy the machine is otherwise.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from postgres_server import PostgresServer  # noqa: E402 - it stands among the tests

from rules_engine.sandbox import running_sandbox  # noqa: E402

ACCOUNTS = 20
SECONDS = 15
RULES = "version: 1\nrules:\n  - {id: idle, when: lead.created, then: [{log: new}]}\n"


def measure(what, arguments, store, accounts, sandbox):
    """Run the program for a while; prints what it came to."""
    with tempfile.TemporaryDirectory(prefix="re-idle-") as folder:
        (Path(folder) / "rules").mkdir()
        (Path(folder) / "rules/idle.yaml").write_text(RULES)
        names = "".join(f"  - {{name: a{number}, key: {{env: IDLE_KEY}}}}\n" for number in range(accounts))
        settings = f"poll: {{interval: 0.1 seconds}}\naccounts:\n{names}"
        (Path(folder) / "rules-engine.yaml").write_text(settings)
        process = subprocess.Popen(
            [sys.executable, "-m", "rules_engine.cli.main", *arguments],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "IDLE_KEY": sandbox.key,
                "DASHTRACK_BASE_URL": sandbox.base_url,
                "RULES_ENGINE_STORE": store or "sqlite:///state.db",
            },
            stderr=subprocess.DEVNULL,
        )
        start = ticks(sandbox)
        while ticks(sandbox) < start + 2 * accounts:
            time.sleep(0.1)
        first, cpu_first, began = ticks(sandbox), cpu_of(process.pid), time.monotonic()
        time.sleep(SECONDS)
        count, cpu, took = ticks(sandbox) - first, cpu_of(process.pid) - cpu_first, time.monotonic() - began
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    print(
        f"{what}: {accounts} accounts, {count / took:.0f} ticks a second, {1000 * cpu / count:.1f} ms of processor a tick",
        flush=True,
    )


def ticks(sandbox):
    return sum(1 for one in sandbox.state.requests() if one["path"].endswith("/leads"))


def cpu_of(pid):
    """Seconds of processor that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    server = PostgresServer.new()
    try:
        server.start()
        with running_sandbox() as sandbox:
            sandbox.state.add("lead", name="Mill", status="Chaser")
            measure("run, SQLite", ["run"], None, ACCOUNTS, sandbox)
            measure("run, PostgreSQL", ["run"], server.new_database(), ACCOUNTS, sandbox)
            measure("worker, PostgreSQL", ["worker"], server.new_database(), ACCOUNTS, sandbox)
    finally:
        server.remove()
    load = os.getloadavg()[0]
    print(f"load of the machine at the end: {load:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
