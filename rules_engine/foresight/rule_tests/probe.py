"""Watches which parts of rules tests reach, without the engine knowing: conditions are wrapped, branches are recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules_engine.foresight.rule_tests.record import Recorder
from rules_engine.ruleset.model import (
    All,
    AnyOf,
    Branch,
    Choose,
    Condition,
    Expression,
    ForEach,
    Not,
    Rule,
    Step,
    WaitFor,
)
from rules_engine.ruleset.templates import Template

Part = tuple[str, str]
"""A part of a rule: the rule's id, and the path of an expression, or of a branch."""


@dataclass(slots=True)
class Probe:
    """What was reached, over any number of tests."""

    judged: dict[Part, set[bool]] = field(default_factory=dict)
    """Per expression, how it was judged."""
    taken: set[Part] = field(default_factory=set)
    """The branches that were taken."""
    ran: set[str] = field(default_factory=set)
    """The rules that ran."""

    def watched(self, rule: Rule) -> Rule:
        """The same rule, whose conditions tell this probe how they were judged."""
        on_error = rule.on_error
        return replace(
            rule,
            condition=self._condition(rule.id, "", rule.condition),
            steps=self._block(rule.id, rule.steps, ""),
            on_error=self._block(rule.id, on_error, "error.") if isinstance(on_error, tuple) else on_error,
        )

    def note(self, recorder: Recorder) -> None:
        """Take in what one test has shown."""
        self.ran.update(run.rule_id for run in recorder.runs.values())
        for run, step in recorder.steps:
            taken = (step.body or {}).get("branch") if step.action == "choose" else None
            if taken is not None:
                self.taken.add((run.rule_id, f"{without_turns(step.key)}.{taken}"))

    def _block(self, rule_id: str, steps: tuple[Step, ...], prefix: str) -> tuple[Step, ...]:
        return tuple(self._step(rule_id, step, prefix + step.key) for step in steps)

    def _step(self, rule_id: str, step: Step, key: str) -> Step:
        match step:
            case Choose(branches=branches):
                watched = (self._branch(rule_id, one, f"{key}.{n}") for n, one in enumerate(branches))
                return replace(step, branches=tuple(watched))
            case ForEach(steps=steps):
                return replace(step, steps=self._block(rule_id, steps, f"{key}."))
            case WaitFor(on_timeout=steps):
                return replace(step, on_timeout=self._block(rule_id, steps, f"{key}.timeout."))
        return step

    def _branch(self, rule_id: str, branch: Branch, key: str) -> Branch:
        return replace(
            branch,
            condition=self._condition(rule_id, f"{key} ", branch.condition),
            steps=self._block(rule_id, branch.steps, f"{key}."),
        )

    def _condition(self, rule_id: str, prefix: str, condition: Condition | None) -> Condition | None:
        return None if condition is None else self._watched_part(rule_id, prefix, condition)

    def _watched_part(self, rule_id: str, prefix: str, condition: Condition) -> Condition:
        match condition:
            case Expression(template=template, path=path):
                seen = self.judged.setdefault((rule_id, prefix + path), set())
                return replace(condition, template=_told(template, seen))
            case All(parts=parts):
                return All(tuple(self._watched_part(rule_id, prefix, part) for part in parts))
            case AnyOf(parts=parts):
                return AnyOf(tuple(self._watched_part(rule_id, prefix, part) for part in parts))
            case Not(part=part):
                return Not(self._watched_part(rule_id, prefix, part))


def _told(template: Template, seen: set[bool]) -> Template:
    """The template, which adds to `seen` whether what it gave was true."""
    run = template.run

    def telling(state: Any) -> Any:
        value = run(state)
        seen.add(bool(value))
        return value

    return replace(template, run=telling)


def without_turns(key: str) -> str:
    """The path of a step in its rule, whichever item of a foreach it was for: `3[4].0` is `3.0`."""
    outside = (part.partition("]")[2] if n else part for n, part in enumerate(key.split("[")))
    return "".join(outside)


def expressions(rule: Rule) -> Iterator[tuple[str, Expression, Step | None]]:
    """Every expression of a rule's conditions with its path as the probe knows it, and the choose that it stands in."""
    for expression in _parts(rule.condition):
        yield expression.path, expression, None
    for key, choose in chooses(rule):
        for n, branch in enumerate(choose.branches):
            for expression in _parts(branch.condition):
                yield f"{key}.{n} {expression.path}", expression, choose


def chooses(rule: Rule) -> Iterator[tuple[str, Choose]]:
    """Every `choose` of a rule with its path."""
    yield from _chooses(rule.steps, "")
    if isinstance(rule.on_error, tuple):
        yield from _chooses(rule.on_error, "error.")


def _chooses(steps: tuple[Step, ...], prefix: str) -> Iterator[tuple[str, Choose]]:
    for step in steps:
        key = prefix + step.key
        if isinstance(step, Choose):
            yield key, step
        for inner, block in _blocks(step, key).items():
            yield from _chooses(block, inner)


def _blocks(step: Step, key: str) -> Mapping[str, tuple[Step, ...]]:
    match step:
        case Choose(branches=branches):
            return {f"{key}.{n}.": branch.steps for n, branch in enumerate(branches)}
        case ForEach(steps=steps):
            return {f"{key}.": steps}
        case WaitFor(on_timeout=steps):
            return {f"{key}.timeout.": steps}
    return {}


def _parts(condition: Condition | None) -> Iterator[Expression]:
    match condition:
        case Expression():
            yield condition
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _parts(part)
        case Not(part=part):
            yield from _parts(part)
