"""What a test sees of the engine: what was done, in the order in which it was done, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rules_engine.dashtrack.operations import find_operation, ids_in
from rules_engine.dashtrack.resources import MEMBER, PROJECT, RESOURCES, Kind
from rules_engine.foresight.fake_dashtrack import FakeDashtrack
from rules_engine.foresight.rule_tests.world import name_of
from rules_engine.ruleset.actions import ACTIONS
from rules_engine.runs.identity import signature_line
from rules_engine.runs.observer import Observer
from rules_engine.store.records import Decision, Event, Run, RunStatus, Step, StepStatus

_ENDPOINT = "endpoint:"
"""How the path of a message to an endpoint begins."""
_ENDED_BADLY = frozenset({RunStatus.FAILED, RunStatus.PARKED, RunStatus.HELD})


@dataclass(frozen=True, slots=True)
class Named:
    """An object that a request names by its id."""

    id: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One action that was carried out, in the words of the rule language."""

    rule: str
    action: str
    fields: Mapping[str, Any]
    sent: frozenset[str]
    """The names of the fields that were sent, without what only says where."""
    before: Mapping[str, Any]
    """Of an update: the fields that were sent as they were."""


@dataclass(slots=True)
class Recorder(Observer):
    """Hears what the engine does, and keeps it."""

    steps: list[tuple[Run, Step]] = field(default_factory=list)
    """Each step that came to an end, in the order in which they did."""
    runs: dict[str, Run] = field(default_factory=dict)
    """Every run by its id, as it was last heard of."""
    decisions: list[Decision] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def step_moved(self, run: Run, step: Step) -> None:
        """A step has an outcome."""
        self.steps.append((run, step))

    def run_created(self, run: Run) -> None:
        """A rule took an event."""
        self.runs[run.id] = run

    def run_moved(self, run: Run) -> None:
        """A run came to rest."""
        self.runs[run.id] = run

    def decision_made(self, decision: Decision) -> None:
        """A rule did not take an event."""
        self.decisions.append(decision)

    def event_seen(self, event: Event) -> None:
        """An event is in the store."""
        self.events.append(event)

    @property
    def failed(self) -> list[Run]:
        """The runs that failed, were parked or are held back."""
        return [run for run in self.runs.values() if run.status in _ENDED_BADLY]


def done(run: Run, step: Step, dashtrack: FakeDashtrack) -> Done | None:
    """What a settled step has done; None where it has done nothing."""
    if step.status is not StepStatus.DONE or step.action not in ACTIONS:
        return None
    body = dict(step.body or {})
    if ACTIONS[step.action].resource is None:
        fields = _beyond(step, body)
        return Done(rule=run.rule_id, action=step.action, fields=fields, sent=frozenset(fields), before={})
    fields = _unsigned(run, step, body)
    fields = {name: _readable(step, name, value, dashtrack) for name, value in fields.items()}
    return Done(
        rule=run.rule_id,
        action=step.action,
        fields={**_where(step, dashtrack), **fields},
        sent=frozenset(fields),
        before=step.before or {},
    )


def _beyond(step: Step, body: dict[str, Any]) -> dict[str, Any]:
    """The fields of an action that is none of the API's."""
    path = step.path or ""
    if not path.startswith(_ENDPOINT):
        return body
    to = {"to": path.removeprefix(_ENDPOINT)}
    return {**to, **body} if step.action == "notify" else {**to, "data": body}


def _unsigned(run: Run, step: Step, body: dict[str, Any]) -> dict[str, Any]:
    """The body without the signature line, and without a text that consists of nothing else."""
    line = signature_line(run.rule_id, step.mark)
    plain: dict[str, Any] = {}
    for name, value in body.items():
        if not (isinstance(value, str) and step.mark and value.endswith(line)):
            plain[name] = value
        elif text := value.removesuffix(line).rstrip():
            plain[name] = text
    return plain


def _where(step: Step, dashtrack: FakeDashtrack) -> dict[str, Any]:
    """The object or the project that the request names in its path."""
    operation = find_operation(str(step.method), str(step.path))
    assert operation is not None, "what was sent is an operation of the API"
    ids = ids_in(operation, str(step.path))
    where: dict[str, Any] = {}
    for key, object_id in ids.items():
        resource = PROJECT.name if key == "project_id" else operation.resource.name
        found = dashtrack.ever(resource, object_id)
        name = name_of(found) if found is not None else object_id
        where["project" if key == "project_id" else key] = Named(object_id, name)
    return where


def _readable(step: Step, name: str, value: Any, dashtrack: FakeDashtrack) -> Any:
    """People by their names."""
    resource = ACTIONS[step.action].resource
    row = RESOURCES[str(resource)].field(name)
    if row is None or row.kind is not Kind.PEOPLE or not isinstance(value, list):
        return value
    return [_member(str(item), dashtrack) for item in value]


def _member(object_id: str, dashtrack: FakeDashtrack) -> Any:
    found = dashtrack.ever(MEMBER.name, object_id)
    return Named(object_id, str(found["name"])) if found is not None else object_id
