"""The way through a rule's steps: which one is due next, given what those before it came to.

It is a plain walk that does nothing itself: it yields the step that is due and is sent that step's record, settled or
not. So a run that goes on after a crash, a restart or a retry walks the same way again, over what the store says of
its steps: the same branch, the same items, the same end of its delay.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.errors import RulesEngineError
from rules_engine.ruleset import model
from rules_engine.ruleset.views import view
from rules_engine.runs.actions.table import action_resource
from rules_engine.runs.scope import unpacked
from rules_engine.runs.steps import SETTLED, TROUBLED
from rules_engine.store.records import Step

MOST_STEPS = 5_000
"""Steps of one run, those of control and every turn of a `foreach` counted."""
DEEPEST = 8
"""Blocks of `choose`, `foreach` and `on_timeout` inside one another."""

Names: TypeAlias = ChainMap[str, Any]
"""What steps have named, innermost block first: results by `as`, `set`, `item` and `index`, `waited`, `error`."""


class TooManySteps(RulesEngineError):
    """The run has more steps than a run may have."""

    advice = "Go through a shorter list, or split the rule: `emit` an event and let another rule take it."


class End(Enum):
    """Where a walk came to rest."""

    THROUGH = "through"
    """All its steps are behind it."""
    STOPPED = "stopped"
    """A `stop` ended it."""
    BROKE = "broke"
    """A step failed, and the rule does not go on after that."""
    WAITS = "waits"
    """A step can't go on now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A step whose turn it is."""

    step: model.Step
    key: str
    """Its full path: "0", "1.0.2" (step 1, branch 0, step 2), "3[4].0" (item 4), "2.timeout.0", "error.0"."""
    names: Names


Walk: TypeAlias = Generator[Due, Step, End]


def walk(rule: model.Rule, resource: str) -> Walk:
    """Go through the rule's steps, and its `on_error` steps where one broke. `resource` is the event's.

    The walk ends where the record that it is sent is not settled. Raises TooManySteps.
    """
    return _Walker(rule, resource).walk()


class _Walker:
    """One walk: how many steps it has come across, and the one that broke it."""

    def __init__(self, rule: model.Rule, resource: str) -> None:
        self._rule = rule
        self._resource = resource
        self._count = 0
        self._broken: Step | None = None

    def walk(self) -> Walk:
        names: Names = ChainMap()
        goes_on = self._rule.on_error is model.OnError.CONTINUE
        end = yield from self._block(self._rule.steps, "", names, depth=0, goes_on=goes_on)
        if end is not End.BROKE or not isinstance(self._rule.on_error, tuple):
            return end
        assert self._broken is not None, "a walk breaks at a step"
        error = {"message": self._broken.error, "step": self._broken.n, "action": self._broken.action}
        inner = names.new_child({"error": error})
        after = yield from self._block(self._rule.on_error, "error.", inner, depth=1, goes_on=False)
        return End.WAITS if after is End.WAITS else End.BROKE

    def _block(
        self, steps: tuple[model.Step, ...], prefix: str, names: Names, *, depth: int, goes_on: bool
    ) -> Walk:
        if depth > DEEPEST:
            raise TooManySteps(f"step {prefix.rstrip('.')} stands more than {DEEPEST} blocks deep")
        for step in steps:
            self._count += 1
            if self._count > MOST_STEPS:
                raise TooManySteps(f"the run came to more than {MOST_STEPS:,} steps")
            key = prefix + step.key
            record = yield Due(step=step, key=key, names=names)
            if record.status in TROUBLED and not goes_on:
                self._broken = record
                return End.BROKE
            if record.status in TROUBLED:
                _name_result(step, None, names)
                continue
            if record.status not in SETTLED:
                return End.WAITS
            end = yield from self._inside(step, key, record, names, depth=depth + 1, goes_on=goes_on)
            if end is not End.THROUGH:
                return end
        return End.THROUGH

    def _inside(
        self, step: model.Step, key: str, record: Step, names: Names, *, depth: int, goes_on: bool
    ) -> Walk:
        """What a settled step opens: a branch, turns, what follows a timeout; or only names."""
        held = record.body or {}
        match step:
            case model.ActionStep():
                _name_result(step, _result(record), names)
            case model.SetVars():
                self._assign(names, unpacked(held["values"]))
            case model.Delay():
                self._name_object(record, names)
            case model.Stop():
                return End.STOPPED
            case model.Choose() if held["branch"] is not None:
                taken: int = held["branch"]
                steps, prefix = step.branches[taken].steps, f"{key}.{taken}."
                return (yield from self._block(steps, prefix, names, depth=depth, goes_on=goes_on))
            case model.ForEach():
                return (yield from self._turns(step, key, record, names, depth=depth, goes_on=goes_on))
            case model.WaitFor():
                self._name_object(record, names)
                waited = _waited(record)
                names["waited"] = waited
                if waited is None:
                    steps, prefix = step.on_timeout, f"{key}.timeout."
                    return (yield from self._block(steps, prefix, names, depth=depth, goes_on=goes_on))
        return End.THROUGH

    def _turns(
        self, step: model.ForEach, key: str, record: Step, names: Names, *, depth: int, goes_on: bool
    ) -> Walk:
        for index, item in enumerate(unpacked((record.body or {})["items"])):
            inner = names.new_child({"item": item, "index": index})
            end = yield from self._block(step.steps, f"{key}[{index}].", inner, depth=depth, goes_on=goes_on)
            if end is not End.THROUGH:
                return end
        return End.THROUGH

    def _assign(self, names: Names, values: Mapping[str, Any]) -> None:
        """A name that is there already gets the new value where it stands, so that a `foreach` can add up.

        Of the rule's own vars that is the run as a whole.
        """
        for name, value in values.items():
            fresh = names.maps[-1] if name in self._rule.vars else names.maps[0]
            home = next((known for known in names.maps if name in known), fresh)
            home[name] = value

    def _name_object(self, record: Step, names: Names) -> None:
        """After a pause the run's object is as it was at the end of that pause, wherever the pause stood."""
        data = (record.result or {}).get("object")
        if data is not None and self._resource in RESOURCES:
            names.maps[-1][self._resource] = view(self._resource, data)


def _name_result(step: model.Step, value: Any, names: Names) -> None:
    if isinstance(step, model.ActionStep) and step.as_ is not None:
        names[step.as_] = value


def _result(record: Step) -> Any:
    """A step's answer as later templates see it."""
    resource = action_resource(record.action)
    return view(resource.name, record.result) if resource is not None and record.result is not None else None


def _waited(record: Step) -> dict[str, Any] | None:
    """The event that ended a wait, as templates see it; None after a timeout."""
    waited = unpacked((record.result or {}).get("waited"))
    return {**waited, "at": datetime.fromisoformat(waited["at"])} if waited is not None else None
