"""Problems that no single rule has: cycles of rules, and events that wait for somebody to emit them."""

from __future__ import annotations

from collections.abc import Iterable

from rules_engine.events.special import is_custom
from rules_engine.ruleset.graph import Cycle, Graph
from rules_engine.ruleset.model import Rule
from rules_engine.ruleset.problems import Problem, Severity
from rules_engine.suggest import nearest


def problem_of(cycle: Cycle, at: Rule | None = None) -> Problem:
    """What to tell of a cycle, at one of its rules: an error where nothing ends it, else a note."""
    rule = at if at is not None else cycle.rules[0]
    if cycle.open:
        return Problem(
            code="RE163",
            message=f"these rules start each other without end: {_from(cycle, rule)}",
            place=rule.place,
            rule=rule.id,
            advice="narrow a trigger by from, to or where, or leave out one `triggered_by_rules: true`",
        )
    return Problem(
        code="RE164",
        severity=Severity.NOTE,
        message=f"a cycle, which triggered_by_rules keeps closed: {_from(cycle, rule)}",
        place=rule.place,
        rule=rule.id,
    )


def _from(cycle: Cycle, rule: Rule) -> str:
    """The cycle's path, beginning at the rule."""
    start = next(n for n, each in enumerate(cycle.rules) if each.id == rule.id)
    return str(Cycle(edges=cycle.edges[start:] + cycle.edges[:start]))


def notes_across(graph: Graph) -> Iterable[Problem]:
    """Everything that is worth telling of the rules together, but for open cycles, which are errors."""
    yield from (problem_of(cycle) for cycle in graph.cycles() if not cycle.open)
    if not graph.complete:
        yield Problem(
            code="RE165",
            severity=Severity.NOTE,
            message="the rules are too many and too different to look for every cycle",
            place=graph.rules[0].place,
            advice="a chain of rules ends at guards.max_depth all the same",
        )
    emitted = {name for effects in graph.effects.values() for name in effects.emits}
    for rule in graph.rules:
        if rule.id in graph.effects:
            yield from _unheard(rule, emitted)


def _unheard(rule: Rule, emitted: set[str]) -> Iterable[Problem]:
    """The events that the rule waits for and no rule emits."""
    for trigger in rule.triggers:
        for event in trigger.events:
            if is_custom(event) and event not in emitted:
                yield Problem(
                    code="RE134",
                    severity=Severity.WARNING,
                    message=f"no rule emits {event}, so the trigger never matches",
                    place=trigger.place or rule.place,
                    suggestion=nearest(event, emitted, cutoff=0.8),
                    rule=rule.id,
                )
