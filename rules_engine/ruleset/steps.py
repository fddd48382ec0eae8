"""Walks through the steps of a rule, blocks within blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules_engine.ruleset.model import (
    ActionStep,
    Choose,
    Condition,
    Delay,
    ForEach,
    Rule,
    SetVars,
    Step,
    Stop,
    Value,
    WaitFor,
)


def all_steps(rule: Rule) -> Iterator[Step]:
    """Every step of a rule, those of its `on_error` too, outer before inner."""
    yield from walk(rule.steps)
    if isinstance(rule.on_error, tuple):
        yield from walk(rule.on_error)


def walk(steps: Iterable[Step]) -> Iterator[Step]:
    """Every step of a block and of the blocks in it."""
    for step in steps:
        yield step
        for block in blocks_of(step):
            yield from walk(block)


def blocks_of(step: Step) -> tuple[tuple[Step, ...], ...]:
    """The blocks of steps directly inside a step."""
    match step:
        case Choose(branches=branches):
            return tuple(branch.steps for branch in branches)
        case ForEach(steps=steps):
            return (steps,)
        case WaitFor(on_timeout=steps):
            return (steps,)
    return ()


def values_of(step: Step) -> Iterator[Value]:
    """The values of the step itself, not of the blocks in it."""
    match step:
        case ActionStep(params=params):
            yield from params.values()
        case ForEach(items=value) | Delay(duration=value) | Stop(reason=value):
            yield value
        case SetVars(values=values):
            yield from values.values()


def conditions_of(step: Step) -> Iterator[Condition]:
    """The conditions of the step itself, not of the blocks in it."""
    if isinstance(step, Choose):
        for branch in step.branches:
            if branch.condition is not None:
                yield branch.condition
