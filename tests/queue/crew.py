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

    def do(self, statement):
        """A statement that gives no rows."""
        with self.server.connect(self.database) as connection:
            connection.execute(statement)

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
    """What was done to a crew, and what came of it, in seconds."""

    blow: str
    after: dict[str, float] = field(default_factory=dict)
    """`ended`, `taken over` (the accounts that it had under way), `all ticked again`: from the blow on."""
    answered: float = 0.0
    """From the change until every account had answered it."""

    def __str__(self):
        after = "".join(f", {what} after {seconds:.1f} s" for what, seconds in self.after.items())
        return f"{self.blow}{after}, all answered after {self.answered:.1f} s"


def taken_over(crew, worker, struck):
    """Wait until others have claimed what the worker had under way, and then until all accounts were ticked again."""
    started, before = time.monotonic(), crew.fences()
    query = f"SELECT account, fence FROM rules_engine.claims WHERE holder LIKE 'pid {worker.pid} on %'"
    had = dict(crew.ask(query))
    patience = 120 + 10 * crew.lease + 10 * crew.interval
    if had:
        until(lambda: all(crew.fences()[name] > fence for name, fence in had.items()), patience)
        struck.after["taken over"] = time.monotonic() - started
    until(lambda: crew.all_past(before), patience)
    struck.after["all ticked again"] = time.monotonic() - started


def kill_9(crew, rng, struck):
    worker = rng.choice(crew.workers)
    crew.kill(worker)
    taken_over(crew, worker, struck)
    crew.start()


def stand_still(crew, rng, struck):
    """SIGSTOP for two leases, then SIGCONT."""
    worker = rng.choice(crew.workers)
    worker.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    try:
        taken_over(crew, worker, struck)
        time.sleep(max(2 * crew.lease - (time.monotonic() - started), 0))
    finally:
        worker.send_signal(signal.SIGCONT)


def end_well(crew, _rng, struck):
    """SIGTERM to the oldest, and another one in its place."""
    worker = crew.workers.pop(0)
    crew.start()
    started = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    code = worker.wait(60)
    struck.after["ended"] = time.monotonic() - started
    assert code == 0, code


def restart_server(crew, _rng, struck):
    _restart(crew, signal.SIGINT, struck)


def crash_server(crew, _rng, struck):
    _restart(crew, signal.SIGQUIT, struck)


def _restart(crew, how, struck):
    crew.server.restart(how)
    struck.after["all ticked again"] = crew.until_all_are_ticked(120 + 10 * crew.lease + 10 * crew.interval)


BLOWS = {
    "kill -9": kill_9,
    "SIGSTOP past the lease": stand_still,
    "SIGTERM": end_well,
    "PostgreSQL restarted": restart_server,
    "PostgreSQL crashed": crash_server,
}


def play(crew, blow, rng):
    """One round: a change, a blow somewhere in the middle of the answers, and all answers."""
    struck, started = Struck(blow), time.monotonic()
    crew.edit()
    time.sleep(rng.uniform(0, crew.interval))
    BLOWS[blow](crew, rng, struck)
    crew.finish(240 + 10 * crew.lease + 10 * crew.interval)
    struck.answered = time.monotonic() - started
    return struck


def make_rng(seed):
    return random.Random(seed)
