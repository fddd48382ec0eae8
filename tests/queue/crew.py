"""A crew: several real workers over many accounts, on a real PostgreSQL and a sandbox, and a judge of what they did.

All accounts look at one lead, whose value is the number of the round; each account's rule answers a new value with a
task of its own. So in each round every account owes exactly one task, and the sandbox's history tells who paid.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from rules_engine.sandbox import running_sandbox

COMMAND = [sys.executable, "-m", "rules_engine.cli.main", "worker"]
RULE = """version: 1
rules:
  - id: answer
    when: {{event: lead.updated}}
    then: [{{create_task: {{project: Sales, name: "{account} {{{{ lead.value | int }}}}"}}}}]
"""
SETTINGS = """poll: {{interval: {interval} seconds}}
workers: {{lease: {lease} seconds}}
writes: {{quiescence: 1 second}}
accounts:
"""
ACCOUNT = "  - {{name: {name}, key: {{env: CREW_KEY}}, rules: rules/{name}.yaml}}\n"
LATE = 1.5
"""How many leases an account of a worker that died may wait before another one claims it: the stated time."""


@dataclass
class Crew:
    """Workers over accounts; the accounts are a001, a002 …"""

    server: object
    folder: Path
    accounts: int
    interval: float = 1.0
    lease: float = 3.0
    workers: list[subprocess.Popen] = field(default_factory=list)
    round: int = 0

    def __post_init__(self):
        self._stack = ExitStack()
        self.sandbox = self._stack.enter_context(running_sandbox())
        self.url = self.server.new_database()
        self.database = self.url.partition(":///")[2].partition("?")[0]
        self.names = [f"a{number:03}" for number in range(1, self.accounts + 1)]
        self.sandbox.state.add("project", name="Sales")
        self.lead = self.sandbox.state.add("lead", name="Mill", status="Chaser", value=0)["id"]
        (self.folder / "rules").mkdir()
        for name in self.names:
            (self.folder / f"rules/{name}.yaml").write_text(RULE.format(account=name))
        self.configure(self.names)
        self.log = (self.folder / "workers.log").open("ab")

    def configure(self, names):
        """Write the configuration, with these accounts."""
        text = SETTINGS.format(interval=self.interval, lease=self.lease)
        (self.folder / "rules-engine.yaml").write_text(text + "".join(ACCOUNT.format(name=n) for n in names))

    def start(self, count=1, **environ):
        """Start so many workers."""
        for _ in range(count):
            self.workers.append(
                subprocess.Popen(
                    COMMAND,
                    cwd=self.folder,
                    env={**self.environ, **environ},
                    stdout=self.log,
                    stderr=self.log,
                )
            )
        return self.workers[-1]

    @property
    def environ(self):
        """Of a program that works on these accounts."""
        return {
            **os.environ,
            "CREW_KEY": self.sandbox.key,
            "DASHTRACK_BASE_URL": self.sandbox.base_url,
            "RULES_ENGINE_STORE": self.url,
        }

    def kill(self, worker):
        """kill -9."""
        worker.kill()
        worker.wait()
        self.workers.remove(worker)

    def close(self):
        for worker in self.workers:
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait()
        self.log.close()
        self._stack.close()

    def said(self):
        return (self.folder / "workers.log").read_text()

    # -- the queue and the store, as the database shows them -------------------------------------------

    def ask(self, query):
        """Rows; none while the tables are not there yet."""
        with suppress(psycopg.errors.UndefinedTable), self.server.connect(self.database) as connection:
            return connection.execute(query).fetchall()
        return []

    def fences(self):
        """Per account, how often it was claimed."""
        return dict(self.ask("SELECT account, fence FROM rules_engine.claims"))

    def until_all_are_ticked(self, seconds):
        """Wait until every account was claimed once more than now; gives the seconds that it took."""
        before = self.fences()
        started = time.monotonic()
        until(lambda: self.all_past(before), seconds)
        return time.monotonic() - started

    def all_past(self, before):
        now = self.fences()
        return all(now.get(name, 0) > before.get(name, 0) for name in self.names)

    # -- rounds -----------------------------------------------------------------------------------------

    def baseline(self, seconds=120):
        """Wait until every account has looked once."""
        until(
            lambda: (
                len(self.ask("SELECT 1 FROM rules_engine.feeds WHERE resource = 'lead'")) == self.accounts
            ),
            seconds,
        )

    def edit(self):
        """Begin the next round: every account owes a task."""
        self.round += 1
        self.sandbox.state.edit("lead", self.lead, value=self.round)

    def finish(self, seconds):
        """Wait until the round's tasks are there; gives the seconds that it took."""
        started = time.monotonic()
        until(lambda: sum(name.endswith(f" {self.round}") for name in self.tasks()) >= self.accounts, seconds)
        return time.monotonic() - started

    def tasks(self):
        """How often each task was made."""
        return Counter(task["name"] for task in self.sandbox.state.all("task"))

    def judge(self):
        """(missing, made twice), over all rounds."""
        made = self.tasks()
        owed = [f"{name} {number}" for name in self.names for number in range(1, self.round + 1)]
        return [each for each in owed if not made[each]], [each for each, count in made.items() if count > 1]


def until(holds, seconds):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


@dataclass
class Struck:
    """What was done to a crew, and what came of it."""

    blow: str
    ticked_again: float | None
    """Seconds from the blow until every account was ticked again."""
    answered: float
    """Seconds from the change until every account had answered it."""


def kill_9(crew, rng):
    crew.kill(rng.choice(crew.workers))
    took = crew.until_all_are_ticked(60 + 10 * crew.lease)
    crew.start()
    return took


def stand_still(crew, rng):
    """SIGSTOP for two leases, then SIGCONT."""
    worker = rng.choice(crew.workers)
    worker.send_signal(signal.SIGSTOP)
    try:
        took = crew.until_all_are_ticked(60 + 10 * crew.lease)
        time.sleep(max(2 * crew.lease - took, 0))
    finally:
        worker.send_signal(signal.SIGCONT)
    return took


def end_well(crew, _rng):
    """SIGTERM to the oldest, and another one in its place."""
    worker = crew.workers[0]
    crew.start()
    worker.send_signal(signal.SIGTERM)
    started = time.monotonic()
    code = worker.wait(10)
    crew.workers.remove(worker)
    assert code == 0, code
    return time.monotonic() - started


def restart_server(crew, _rng):
    crew.server.restart()
    return crew.until_all_are_ticked(60 + 10 * crew.lease)


def crash_server(crew, _rng):
    crew.server.restart(signal.SIGQUIT)
    return crew.until_all_are_ticked(60 + 10 * crew.lease)


BLOWS = {
    "none": lambda _crew, _rng: None,
    "kill -9": kill_9,
    "SIGSTOP past the lease": stand_still,
    "SIGTERM": end_well,
    "PostgreSQL restarted": restart_server,
    "PostgreSQL crashed": crash_server,
}


def play(crew, blow, rng):
    """One round: a change, a blow somewhere in the middle of the answers, and all answers."""
    started = time.monotonic()
    crew.edit()
    time.sleep(rng.uniform(0, 1.2 * crew.interval))
    took = BLOWS[blow](crew, rng)
    crew.finish(120 + 10 * crew.lease)
    return Struck(blow, took, time.monotonic() - started)


def make_rng(seed):
    return random.Random(seed)
