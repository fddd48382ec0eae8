"""The rig: one account's engine on a real sandbox over HTTP, a real store, and a clock that tests move."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

import pytest

from rules_engine.calendar import Calendar
from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.key import Key
from rules_engine.engine import Engine, EngineSettings
from rules_engine.foresight.dry_run import dry_run_of
from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.compile import TemplateCache
from rules_engine.ruleset.problems import render
from rules_engine.ruleset.yaml_source import parse_yaml
from rules_engine.runs.book import RuleBook
from rules_engine.runs.observer import Observer
from rules_engine.runs.settings import Guards, WritePolicy
from rules_engine.sandbox import running_sandbox
from rules_engine.store.store import Store

os.environ.pop("COLUMNS", None)
"""readline, which pytest loads, sets it for the workers of xdist: tables would wrap as on a terminal."""

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def rules_from(text):
    """The rules of a file's text; a mistake in a test's rules fails the test."""
    checked = check_source(parse_yaml(f"version: 1\nrules:\n{text}".encode(), "test.yaml"), TemplateCache())
    errors = [render(problem) for problem in checked.problems if problem.severity == "error"]
    assert not errors, "\n".join(errors)
    return checked.rules


class Listener(Observer):
    """Keeps what it hears."""

    def __init__(self):
        self.failed = []
        self.decisions = []
        self.said_texts = []
        self.held = []
        self.accounts_held = []

    def feed_failed(self, feed, *, repeated):
        self.failed.append((feed.key, feed.error, repeated))

    def decision_made(self, decision):
        self.decisions.append(decision)

    def said(self, run, text):
        self.said_texts.append((run.rule_id, text))

    def deletions_held(self, hold):
        self.held.append(hold)

    def account_held(self, hold):
        self.accounts_held.append(hold)


class Rig:
    """One account on a sandbox."""

    account = "default"

    def __init__(self, sandbox, store_url, clock):
        self.sandbox = sandbox
        self.state = sandbox.state
        self.clock = clock
        self.store = Store.open(store_url)
        self.listener = Listener()
        self.settings = EngineSettings(policy=WritePolicy(), guards=Guards(), calendar=Calendar())
        self.stopping = False
        self.key_name = ""
        self.rules = ()
        self.client = self._client()

    def _client(self):
        budget = Budget(self.clock)
        key = Key(self.sandbox.key)
        return Dashtrack(self.sandbox.base_url, key, clock=self.clock, budget=budget, random=random.Random(1))

    def close(self):
        self.client.close()
        self.store.close()

    def use(self, text, **changes):
        """Take these rules from here on."""
        self.rules = rules_from(text)
        for name, value in changes.items():
            setattr(self, name, value)
        return self

    def engine(self, *, store=None, hop=None):
        store = store or self.store
        return Engine(
            account=self.account,
            store=store,
            client=self.client,
            hop=hop or self.client,
            book=RuleBook(self.rules, store),
            settings=self.settings,
            clock=self.clock,
            observer=self.listener,
            should_stop=lambda: self.stopping,
            key_name=self.key_name,
        )

    def tick(self, *, after=timedelta(minutes=5)):
        """Let time pass, then tick."""
        self.clock.advance(after.total_seconds())
        return self.engine().tick()

    def dry_tick(self):
        """What the next tick would do: the report, and its runs with their steps."""
        dry = dry_run_of(self.store)
        report = self.engine(store=dry.store, hop=dry.hop).tick()
        shown = [(run, dry.store.steps(run.id)) for run in report.runs]
        dry.store.close()
        return report, shown

    def events(self):
        return [event for _, event in self.store.events(self.account)]

    def runs(self):
        return self.store.runs(self.account)

    def steps(self):
        return [step for run in self.runs() for step in self.store.steps(run.id)]

    def writes(self):
        """The requests that would change something, as the sandbox saw them: (method, path, body)."""
        return [
            (one["method"], one["path"].removeprefix("/api/v1"), one["body"])
            for one in self.state.requests()
            if one["method"] != "GET"
        ]


@pytest.fixture(scope="session")
def postgres_server():
    """A real PostgreSQL server, one for all tests; each takes a database of its own (`postgres_url`)."""
    from postgres_server import NoServer, PostgresServer

    try:
        server = PostgresServer.new()
        try:
            yield server.start()
        finally:
            server.remove()
    except NoServer as error:
        if os.environ.get("RULES_ENGINE_TEST_POSTGRES") == "required":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def postgres_url(postgres_server):
    """The URL of a store in an empty database."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def store_url(request, tmp_path):
    """The URL of a store that is not there yet: a SQLite file, or what the test's parameter says.

    `@pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)` runs a test on both databases.
    """
    if getattr(request, "param", "sqlite") == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path}/state.db"


@pytest.fixture
def make_rig(store_url):
    """A function that makes rigs; `seed` and `plan` are the sandbox's, and with `one_clock` it goes by the rig's."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def make(*, seed="empty", plan="enterprise", one_clock=False):
            clock = ManualClock(START)
            sandbox = stack.enter_context(
                running_sandbox(seed=seed, plan=plan, clock=clock if one_clock else None)
            )
            rig = Rig(sandbox, store_url, clock)
            stack.callback(rig.close)
            return rig

        yield make


@pytest.fixture
def rig(make_rig):
    """One account on an empty sandbox (which has Ada Byron) with a project Sales, a project Web and another member."""
    made = make_rig()
    made.sales = made.state.add("project", name="Sales")["id"]
    made.web = made.state.add("project", name="Web")["id"]
    (ada,) = made.state.all("member")
    made.ada = ada["id"]
    made.bob = made.state.add("member", name="Bob Stone", email="bob@example.com", role="designer")["id"]
    return made
