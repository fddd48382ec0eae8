"""The demo's stage: a real sandbox over HTTP, a real worker in a thread of its own, and somebody who narrates."""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import httpx

from rules_engine.assembly import build_engine, connect
from rules_engine.calendar import Calendar
from rules_engine.cli.demo_story import Expectation, Item, Scene, the_day
from rules_engine.cli.output import printable, table
from rules_engine.cli.packaged import packaged
from rules_engine.cli.shapes import changes_text, object_name
from rules_engine.clock import SystemClock
from rules_engine.config import AccountConfig, Config, KeyFromEnv
from rules_engine.dashtrack.key import Key
from rules_engine.engine import Engine, TickReport
from rules_engine.events.catalogue import main_type
from rules_engine.ruleset.load import load_rules
from rules_engine.runs.observer import Observer
from rules_engine.runs.settings import Guards, WritePolicy
from rules_engine.sandbox import RunningSandbox, running_sandbox
from rules_engine.seat import Seat
from rules_engine.store.records import Decision, Event, Feed, Run, Step, StepStatus
from rules_engine.store.store import Store
from rules_engine.worker import Worker

_INTERVAL = timedelta(seconds=0.3)
_PATIENCE = 15.0
"""Seconds that one scene may take."""
_LOOKS_OF_QUIET = 2


class Narration(Observer):
    """Prints what the engine does, as it does it."""

    def __init__(self) -> None:
        self.baseline = 0
        self.requests: list[Step] = []

    def baseline_taken(self, feed: Feed, count: int) -> None:  # noqa: ARG002 - the sum is what the demo shows
        """Count what was there when the day began."""
        self.baseline += count

    def event_seen(self, event: Event) -> None:
        """Show the change."""
        by = "   (the engine's own change)" if event.cause_rule else ""
        _print(f"        ~ {main_type(event.types)}: {object_name(event)}  {changes_text(event)}{by}", "cyan")

    def decision_made(self, decision: Decision) -> None:
        """Show why a rule did not act, where that is worth a line."""
        if decision.verdict in {"condition", "error"}:
            _print(f"        · {decision.rule_id} does nothing: {decision.detail}", "yellow")

    def run_created(self, run: Run) -> None:
        """Show the rule."""
        _print(f"        → rule {run.rule_id}", "magenta")

    def step_moved(self, run: Run, step: Step) -> None:  # noqa: ARG002 - the rule was named before
        """Show the request and its answer."""
        if step.method is None or step.status is StepStatus.SENT:
            return
        self.requests.append(step)
        answer = step.response_status if step.response_status is not None else step.error
        _print(f"          {step.method} {step.path}  {_gist(step)}  → {answer}", "green")


def _gist(step: Step) -> str:
    body = step.body or {}
    shown = (
        body.get("name") or body.get("title") or ", ".join(f"{name}={value}" for name, value in body.items())
    )
    return f"“{shown}”" if shown else ""


def _print(line: str, colour: str | None = None, *, bold: bool = False) -> None:
    click.secho(printable(line, keep="\n"), fg=colour, bold=bold)


class Staff:
    """The people of the story: they act through the API, with a key of their own."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._state = sandbox.state
        self._state.add_key("dt_people", plan="enterprise")
        self._http = httpx.Client(
            base_url=sandbox.base_url, headers={"Authorization": "Bearer dt_people"}, trust_env=False
        )
        self._projects = {project["name"]: project["id"] for project in self._state.all("project")}

    def close(self) -> None:
        """End their connections."""
        self._http.close()

    def patch(self, path: str, **fields: Any) -> Item:
        """Change an object through the API."""
        return self._answer(self._http.patch(path, json=fields))

    def post(self, path: str, **fields: Any) -> Item:
        """Create an object through the API."""
        return self._answer(self._http.post(path, json=fields))

    def archive(self, path: str) -> None:
        """Archive a project through the API."""
        self._http.delete(path).raise_for_status()

    def aside(self, resource: str, object_id: str | None, **fields: Any) -> Item:
        """Do what the API can't: log hours, approve a holiday."""
        if object_id is None:
            return self._state.add(resource, **fields)
        return self._state.edit(resource, object_id, **fields)

    def find(self, resource: str, **fields: Any) -> Item:
        """The first object with these fields."""
        return self._state.all(resource, **fields)[0]

    def listed(self, path: str) -> Sequence[Item]:
        """A list of the API; `tasks` alone means those of every project that is not archived."""
        if path != "tasks":
            return self._list(path)
        return [
            task
            for project in self._list("/projects")
            for task in self._list(f"/projects/{project['id']}/tasks")
        ]

    def project(self, name: str) -> str:
        """A project's id."""
        return str(self._projects[name])

    def today(self) -> str:
        """The date, as the API writes it."""
        return datetime.now(UTC).date().isoformat()

    def matches(self, expectation: Expectation) -> int:
        """How many objects of the API fit the expectation."""
        path = expectation.path
        for name, project_id in self._projects.items():
            path = path.replace(f"{{{name}}}", project_id)
        return sum(1 for item in self._list(path) if expectation.fits(item))

    def _list(self, path: str) -> list[Item]:
        answer = self._answer(self._http.get(path))
        return next(value for value in answer.values() if isinstance(value, list))

    @staticmethod
    def _answer(response: httpx.Response) -> Mapping[str, Any]:
        response.raise_for_status()
        answer: Mapping[str, Any] = response.json()
        return answer


@dataclass(slots=True)
class _Looks:
    """Counts the worker's looks, so that the story can wait for one without guessing at time."""

    count: int = 0
    changed: threading.Condition = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.changed = threading.Condition()

    def note(self, _seat: Seat, _report: TickReport) -> None:
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def wait(self, looks: int) -> bool:
        with self.changed:
            goal = self.count + looks
            return self.changed.wait_for(lambda: self.count >= goal, timeout=_PATIENCE)


def play(*, keep: bool) -> int:
    """Play the day; 0 only if everything that was expected is there, exactly once."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="rules-engine-demo-"))
    try:
        with running_sandbox(seed="agency", plan="enterprise", control=False) as sandbox:
            outcome = _play_on(sandbox, folder)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    _print(f"\nThat took {time.monotonic() - began:.1f} seconds.")
    if keep:
        _print(f"The store is in {folder}: `rules-engine runs --store sqlite:///{folder}/demo.db`")
    return outcome


def _play_on(sandbox: RunningSandbox, folder: Path) -> int:
    rules = packaged("rules")
    _print("A local Dashtrack is running, with an agency's projects, tasks and leads in it.", bold=True)
    _print(f"The rules are the starter set in {rules}.\n")
    narration = Narration()
    staff = Staff(sandbox)
    try:
        with _worker(sandbox, folder, rules, narration) as looks:
            looks.wait(1)
            _print(f"The first look has taken in {narration.baseline} objects, silently. The day begins.\n")
            results = [(scene, _play_scene(scene, staff, looks)) for scene in the_day(staff)]
        return _summary(results, narration)
    finally:
        staff.close()


@contextmanager
def _worker(sandbox: RunningSandbox, folder: Path, rules: Path, narration: Narration) -> Iterator[_Looks]:
    store = Store.open(f"sqlite:///{folder}/demo.db")
    clock, rng = SystemClock(), random.Random()  # noqa: S311 - jitter is no secret
    stop, wake, looks = threading.Event(), threading.Event(), _Looks()
    config = _config(sandbox, folder, rules)
    (account,) = config.accounts
    connection = connect(account, Key(sandbox.key), store=store, clock=clock, rng=rng)
    engine: Engine = build_engine(
        config,
        account,
        connection=connection,
        rules=load_rules(rules).ruleset.rules,
        store=store,
        clock=clock,
        observer=narration,
        should_stop=stop.is_set,
    )
    seat = Seat(engine=engine, interval=_INTERVAL.total_seconds(), refresh=lambda: None)
    worker = Worker([seat], clock=clock, rng=rng, stop=stop, wake=wake, on_tick=looks.note)
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    try:
        yield looks
    finally:
        stop.set()
        wake.set()
        thread.join()
        connection.client.close()
        store.close()


def _config(sandbox: RunningSandbox, folder: Path, rules: Path) -> Config:
    account = AccountConfig(
        name="default",
        base_url=sandbox.base_url,
        key_source=KeyFromEnv("DASHTRACK_API_KEY"),
        rules=rules,
        requests_per_hour=None,
    )
    return Config(
        file=None,
        store=f"sqlite:///{folder}/demo.db",
        poll_interval=_INTERVAL,
        writes=WritePolicy(),
        guards=Guards(),
        calendar=Calendar(),
        retention=timedelta(days=90),
        accounts=(account,),
    )


def _play_scene(scene: Scene, staff: Staff, looks: _Looks) -> list[tuple[Expectation, int]]:
    """Let it happen, and wait until the engine has done what is expected, or has had every chance to."""
    _print(f"{scene.at}  {scene.what}", bold=True)
    scene.act(staff)
    deadline = time.monotonic() + _PATIENCE
    looks.wait(_LOOKS_OF_QUIET)
    while time.monotonic() < deadline and any(not staff.matches(expected) for expected in scene.expect):
        looks.wait(1)
    _print("")
    return [(expected, staff.matches(expected)) for expected in scene.expect]


def _summary(results: list[tuple[Scene, list[tuple[Expectation, int]]]], narration: Narration) -> int:
    rows = []
    for scene, found in results:
        for expected, count in found:
            rows.append(
                (scene.at, expected.rule, expected.what, "yes" if count == 1 else f"NO: found {count} times")
            )
        if not found:
            rows.append((scene.at, "none", "nothing, since the condition does not hold", "yes"))
    table(("time", "rule", "brought about", "found in the sandbox"), rows)
    counts = [count for _, found in results for _, count in found]
    goals, wrong = len(counts), sum(count != 1 for count in counts)
    surplus = len(narration.requests) - goals
    _print("")
    if wrong or surplus:
        _print(
            f"{wrong} of {goals} are not as they should be, and {surplus} requests too many were sent.",
            "red",
        )
        return 1
    _print(
        f"All {goals} are there, each exactly once, with {len(narration.requests)} requests.",
        "green",
        bold=True,
    )
    return 0
