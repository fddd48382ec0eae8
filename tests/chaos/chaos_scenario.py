"""What somebody does in Dashtrack, and what has to come of it, each change with a number that is in all its effects.

Every change touches an object that nobody else touches in the same round and stays until the round is over, so it
lasts from one look to the next. What must come of it is said here in plain words, without a line of the engine's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

RULES = """version: 1
rules:
  - id: call
    when: lead.value_changed
    then:
      - create_task: {project: Sales, name: "Call {{ lead.value }}", priority: high}
        as: made
      - create_note: {project: Sales, notes: "Called {{ lead.value }} with {{ made.id }}"}
      - webhook: {to: deals, data: {value: "{{ lead.value }}"}}
  - id: tag
    when: lead.status_changed
    then:
      - update_lead: {tags: {add: [chase up], remove: [deliberating]}}
      - update_lead: {source: "by {{ lead.company }}"}
  - id: held
    when: {event: lead.rep_changed, for: 40 seconds}
    then: [{create_note: {project: Web, notes: "Held {{ lead.rep }}"}}]
  - id: fan
    when: task.renamed
    if: "'Fan' in task.name"
    then: [{foreach: {in: [a, b, c], then: [{create_task: {project: Web, name: "{{ task.name }} {{ item }}"}}]}}]
  - id: seen
    when: task.created
    triggered_by_rules: true
    if: "'Fan' in task.name"
    then: [{update_task: {task_list: "Seen {{ task.name }}"}}]
  - id: later
    when: task.moved
    if: "'Later' in (task.task_list | default(''))"
    then: [{delay: 40 seconds}, {create_note: {project: Sales, notes: "{{ task.task_list }}"}}]
  - id: describe
    when: {event: task.updated, changed: description}
    then: [{emit: {event: custom.described, data: {text: "{{ task.description }}"}}}]
  - id: described
    when: custom.described
    then: [{create_task: {project: Web, name: "{{ event.data.text }}"}}]
  - id: sweep
    when: task.renamed
    allow_destructive: true
    if: "'Sweep' in task.name"
    then: [{delete_task: {}}]
  - id: gone
    when: lead.deleted
    then: [{create_note: {project: Web, notes: "Gone {{ lead.name }}"}}]
  - id: broken
    when: {event: project.updated, changed: description}
    then: [{log: "{{ 1 / 0 }}"}]
  - id: alarm
    when: engine.run_failed
    then: [{create_note: {project: Web, notes: "Failed {{ event.data.event }}"}}]
"""
DOOMED = """  - id: doomed
    when: task.priority_changed
    then: [{delay: 30 days}, {create_note: {project: Web, notes: "This rule is gone"}}]
  - id: yearly
    when: {schedule: "0 0 1 1 *"}
    then: [{create_note: {project: Web, notes: "This rule is gone too"}}]
"""
"""Rules that are there in one round and gone in the next, with a run that waits and a schedule."""

CONFIGURATION = """poll: {interval: 0.1 seconds}
writes: {quiescence: 60 seconds, on_unknown: {create_task: resend, create_note: resend, create_lead: resend}}
guards: {runs_per_poll: 500, destructive_per_poll: 500}
endpoints: {deals: {url: "RECEIVER"}}
"""

LONG_AGO = {"created_at": "2026-01-01T09:00:00.000Z", "updated_at": "2026-01-01T09:00:00.000Z"}
LEADS = 12
TASKS = 16

Key = tuple[str, str]
"""An effect: what kind it is, and the text or id that tells it from every other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change by somebody else, with all that must come of it."""

    number: int
    kind: str
    object_id: str
    effects: tuple[Key, ...]
    """Each must be in the world exactly once."""
    messages: tuple[Key, ...] = ()
    """Each must arrive, always under the same id."""


@dataclass(slots=True)
class Somebody:
    """Edits the sandbox's objects; every edit has a number of its own."""

    state: Any
    rng: random.Random
    last: int = 1000
    sales: str = ""
    web: str = ""

    def settle_in(self) -> None:
        """What is there before the engine looks for the first time."""
        self.sales = self.state.add("project", name="Sales", **LONG_AGO)["id"]
        self.web = self.state.add("project", name="Web", description="0", **LONG_AGO)["id"]
        for number in range(LEADS):
            self.state.add("lead", name=f"Lead {number}", status="New", value=1, rep="Nobody", **LONG_AGO)
        for number in range(TASKS):
            self.state.add("task", project_id=self.sales, name=f"Task {number}", **LONG_AGO)

    def edits(self, kinds: list[str]) -> list[Edit]:
        """Make one change of each of these kinds, each to an object of its own."""
        leads = [one["id"] for one in self.state.all("lead") if one["name"].startswith("Lead")]
        tasks = [one["id"] for one in self.state.all("task") if one["name"].startswith("Task")]
        self.rng.shuffle(leads)
        self.rng.shuffle(tasks)
        made = []
        for kind in kinds:
            self.last += 1
            make = EDITS[kind]
            pool = leads if kind in _OF_LEADS else tasks
            target = self.web if kind == "broken" else pool.pop()
            made.append(make(self, target, self.last))
        self._refill(leads, tasks)
        return made

    def raise_priority(self) -> None:
        """What lets the doomed rule begin a run."""
        task = next(one for one in self.state.all("task") if one["name"].startswith("Task"))
        self.state.edit("task", task["id"], priority="low" if task["priority"] == "High" else "high")

    def _refill(self, leads: list[str], tasks: list[str]) -> None:
        """New objects in place of used ones; no rule waits for such."""
        for _ in range(max(0, LEADS // 2 - len(leads))):
            self.last += 1
            self.state.add("lead", name=f"Lead {self.last}", status="New", value=1, rep="Nobody")
        for _ in range(max(0, TASKS // 2 - len(tasks))):
            self.last += 1
            self.state.add("task", project_id=self.sales, name=f"Task {self.last}")


def _call(somebody: Somebody, lead: str, n: int) -> Edit:
    somebody.state.edit("lead", lead, value=n)
    effects = (("task", f"Call {n}"), ("note", f"Called {n}"))
    return Edit(number=n, kind="call", object_id=lead, effects=effects, messages=(("value", str(n)),))


def _tag(somebody: Somebody, lead: str, n: int) -> Edit:
    status = somebody.state.get("lead", lead)["status"]
    new = "Chaser" if status.casefold() != "chaser" else "Closed"
    somebody.state.edit("lead", lead, status=new, company=str(n), tags=["Deliberating", "Stuck"])
    return Edit(
        number=n, kind="tag", object_id=lead, effects=(("source", f"by {n}"), ("tags", f"{lead} {n}"))
    )


def _hold(somebody: Somebody, lead: str, n: int) -> Edit:
    somebody.state.edit("lead", lead, rep=f"Rep {n}")
    return Edit(number=n, kind="hold", object_id=lead, effects=(("note", f"Held Rep {n}"),))


def _gone(somebody: Somebody, lead: str, n: int) -> Edit:
    name = somebody.state.remove("lead", lead)["name"]
    return Edit(number=n, kind="gone", object_id=lead, effects=(("note", f"Gone {name}"),))


def _fan(somebody: Somebody, task: str, n: int) -> Edit:
    somebody.state.edit("task", task, name=f"Fan {n}")
    made = tuple(("task", f"Fan {n} {letter}") for letter in "abc")
    seen = tuple(("list", f"Seen Fan {n} {letter}") for letter in "abc")
    return Edit(number=n, kind="fan", object_id=task, effects=made + seen)


def _later(somebody: Somebody, task: str, n: int) -> Edit:
    somebody.state.edit("task", task, task_list=f"Later {n}")
    return Edit(number=n, kind="later", object_id=task, effects=(("note", f"Later {n}"),))


def _describe(somebody: Somebody, task: str, n: int) -> Edit:
    somebody.state.edit("task", task, description=f"Described {n}")
    return Edit(number=n, kind="describe", object_id=task, effects=(("task", f"Described {n}"),))


def _sweep(somebody: Somebody, task: str, n: int) -> Edit:
    somebody.state.edit("task", task, name=f"Sweep {n}")
    return Edit(number=n, kind="sweep", object_id=task, effects=(("gone", task),))


def _broken(somebody: Somebody, project: str, n: int) -> Edit:
    somebody.state.edit("project", project, description=str(n))
    return Edit(number=n, kind="broken", object_id=project, effects=(("failure", str(n)),))


EDITS: Mapping[str, Callable[[Somebody, str, int], Edit]] = {
    "call": _call,
    "tag": _tag,
    "hold": _hold,
    "gone": _gone,
    "fan": _fan,
    "later": _later,
    "describe": _describe,
    "sweep": _sweep,
    "broken": _broken,
}
_OF_LEADS = {"call", "tag", "hold", "gone"}

Fault = tuple[str, Mapping[str, Any]]
"""A fault of the sandbox's, and its options."""

FAULTS: tuple[Fault, ...] = (
    ("drop", {"match_method": "POST"}),
    ("drop", {"match_method": "PATCH"}),
    ("drop_after", {"match_method": "POST"}),
    ("drop_after", {"match_method": "PATCH"}),
    ("drop_after", {"match_method": "DELETE"}),
    ("cut", {"match_method": "POST"}),
    ("status", {"status": 500, "match_method": "POST", "after": True}),
    ("status", {"status": 502, "match_method": "POST"}),
    ("status", {"status": 503, "match_method": "PATCH", "after": True}),
    ("status", {"status": 503, "match_method": "GET", "times": 3}),
    ("status", {"status": 429, "headers": {"X-RateLimit-Reset": "1"}, "times": 2}),
    ("drop", {"match_method": "GET", "times": 2}),
    ("html", {"match_method": "GET", "times": 2}),
    ("html", {"match_method": "POST", "after": True}),
    ("delay", {"seconds": 0.1, "match_method": "POST"}),
    ("delay", {"seconds": 0.1, "match_method": "POST", "after": True}),
    ("delay", {"seconds": 0.1, "match_method": "GET", "times": 3}),
    ("cut", {"match_method": "GET", "times": 2}),
    ("empty_list", {"times": 4}),
    ("halved_list", {"times": 4}),
    ("lag", {"seconds": 20}),
)
"""The sandbox's faults, one of which may be on while lives end."""
