"""What no test reached: rules that never ran, branches never taken, conditions that were never true or never false."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules_engine.foresight.rule_tests.probe import Probe, chooses, expressions
from rules_engine.ruleset.model import Place, Rule


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of so many."""

    reached: int
    of: int

    def __str__(self) -> str:
        return f"{self.reached} of {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that no test reached."""

    place: Place
    rule: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of some rules their tests reach."""

    rules: Reached
    branches: Reached
    conditions: Reached
    """Expressions that were true in one test and false in another."""
    gaps: tuple[Gap, ...]


def coverage_of(rules: Iterable[Rule], probe: Probe) -> Coverage:
    """The coverage of these rules."""
    each = sorted({(rule.place.file, rule.id): rule for rule in rules}.values(), key=lambda rule: rule.place)
    branches = [
        (rule.id, f"{key}.{n}") in probe.taken
        for rule in each
        for key, choose in chooses(rule)
        for n in range(len(choose.branches))
    ]
    conditions = [
        len(probe.judged.get((rule.id, path), ())) == len((True, False))
        for rule in each
        for path, _, _ in expressions(rule)
    ]
    return Coverage(
        rules=Reached(sum(rule.id in probe.ran for rule in each), len(each)),
        branches=Reached(sum(branches), len(branches)),
        conditions=Reached(sum(conditions), len(conditions)),
        gaps=tuple(gap for rule in each for gap in sorted(_gaps(rule, probe), key=lambda gap: gap.place)),
    )


def _gaps(rule: Rule, probe: Probe) -> Iterator[Gap]:
    """Of a rule that never ran, what lies behind its condition is not told one by one."""
    if rule.id not in probe.ran:
        yield Gap(place=rule.place, rule=rule.id, what="no test runs it")
    else:
        yield from _branch_gaps(rule, probe)
    for path, expression, choose in expressions(rule):
        seen = probe.judged.get((rule.id, path), set())
        place = choose.place if choose is not None else None
        where = f"{expression.path}: {expression.template.source}"
        if seen:
            for side in (True, False):
                if side not in seen:
                    what = f"{where} is never {str(side).lower()}"
                    yield Gap(place=place or rule.place, rule=rule.id, what=what)
        elif rule.id in probe.ran:
            yield Gap(place=place or rule.place, rule=rule.id, what=f"{where} is never judged")


def _branch_gaps(rule: Rule, probe: Probe) -> Iterator[Gap]:
    for key, choose in chooses(rule):
        for n, branch in enumerate(choose.branches):
            if (rule.id, f"{key}.{n}") not in probe.taken:
                what = f"choose[{n}]{' (else)' if branch.condition is None else ''} is never taken"
                yield Gap(place=choose.place or rule.place, rule=rule.id, what=what)
