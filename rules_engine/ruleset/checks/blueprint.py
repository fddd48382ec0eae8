"""Checks of blueprints: of the file itself, and of each use, whose rules are checked as if they had been written out.

A mistake inside names two places: the blueprint's line and the line that uses it; the first of the two is where it
has to be mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rules_engine.ruleset.blueprints import Library, Opened
from rules_engine.ruleset.checks.inputs import check_inputs, taken
from rules_engine.ruleset.checks.names import Thing
from rules_engine.ruleset.checks.report import (
    Report,
    StopCheckingError,
    check_choice,
    expect,
    shown,
    type_name,
    unknown_keys,
)
from rules_engine.ruleset.checks.rule import check_id, check_rule
from rules_engine.ruleset.expand import Allowance, Filled, TooLargeError, fill, named_rule
from rules_engine.ruleset.grammar import MODES, USE_KEYS
from rules_engine.ruleset.inputs import Input
from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem, Related, Severity
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import Source
from rules_engine.suggest import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """One rule that a blueprint gave."""

    document: dict[str, Any]
    index: int
    """Which of the blueprint's rules it is."""
    source: Source
    """The blueprint's file."""


class _Inside:
    """Places the problems of a blueprint's rules for one use of it."""

    def __init__(
        self, blueprint: Source, user: Source, use: Path, *, name: str, given: Mapping[str, Any]
    ) -> None:
        self._blueprint = blueprint
        self._user = user
        self._use = use
        self._name = name
        self._given = given
        self.filled: Mapping[Path, str] = {}
        """Where a value of an input stands → the input."""

    def problem(
        self,
        code: str,
        message: str,
        path: Path = (),
        *,
        key: bool = False,
        inside: tuple[str, int, int] | None = None,
        severity: Severity = Severity.ERROR,
        suggestion: str | None = None,
        advice: str = "",
        rule: str | None = None,
    ) -> Problem:
        """The problem where it has to be mended: at the value in `with`, where that is the mistake."""
        found = self._blueprint.problem(
            code,
            message,
            path,
            key=key,
            inside=inside,
            severity=severity,
            suggestion=suggestion,
            advice=advice,
            rule=f"{self._name}.{rule}" if rule else self._name,
        )
        source, rest = self._origin(path)
        if source is None:
            use = Place(self._user.file, *self._user.places.of((*self._use, "use")))
            return replace(found, related=(Related("used here", use),))
        there = self._user.problem(code, message, (*self._use, "with", source, *rest))
        place = Related("in the blueprint", found.place)
        return replace(found, place=there.place, excerpt=there.excerpt, related=(place,))

    def _origin(self, path: Path) -> tuple[str | None, Path]:
        """The input that the user gave and that stands at the path or around it, and the rest of the path."""
        for length in range(len(path), 0, -1):
            name = self.filled.get(path[:length])
            if name is not None:
                return (name, path[length:]) if name in self._given else (None, ())
        return None, ()


def check_blueprint(report: Report, document: dict[str, Any]) -> dict[str, Input]:
    """Check what a blueprint's file says beside its rules; its inputs."""
    inputs = check_inputs(report, document["inputs"], ("inputs",))
    rules = document.get("rules")
    for n, rule in enumerate(rules if isinstance(rules, list) else ()):
        path = ("rules", n)
        if not isinstance(rule, dict):
            message = f"a rule is {type_name(rule)}; it takes a mapping with id, when and then"
            report.error("RE122", message, path)
        elif "use" in rule:
            advice = "write the rule out here, or use both blueprints in the rules file"
            report.error(
                "RE180", "a blueprint can't use another one", (*path, "use"), key=True, advice=advice
            )
    return inputs


def check_use(
    report: Report, user: Source, rule: dict[str, Any], path: Path, library: Library, allowance: Allowance
) -> tuple[Expanded, ...]:
    """Check one use of a blueprint; the rules that it gives, none where something is wrong."""
    report.rule = rule["id"] if isinstance(rule.get("id"), str) else None
    before = report.errors
    unknown_keys(report, rule, path, known=USE_KEYS, what="a rule that uses a blueprint")
    if "id" in rule:
        check_id(report, rule["id"], (*path, "id"))
    else:
        report.error("RE121", "the rule has no id", path, advice=USE_KEYS["id"])
    if "description" in rule:
        expect(report, rule["description"], str, (*path, "description"), "a text")
    check_choice(report, rule, "mode", MODES, path)
    if not expect(report, rule["use"], str, (*path, "use"), "the path of a blueprint"):
        return ()
    source = _opened(report, rule["use"], library.open(user.file, rule["use"]), path)
    given = rule.get("with", {})
    if "with" in rule and not expect(report, given, dict, (*path, "with"), "a mapping of inputs to values"):
        return ()
    if source is None:
        return ()
    # A mistake of the blueprint's is there whatever the id is, and needs one for its message.
    inside = _Inside(source, user, path, name=report.rule or "?", given=given)
    try:
        allowance.count(source.data)
        with report.reading(inside):
            inputs = check_blueprint(report, source.data)
        values = _values(report, inputs, given, path) if report.errors == before else {}
        if report.errors > before:
            return ()
        filled = fill(source.data["rules"], values, allowance, ("rules",))
    except TooLargeError:
        advice = "use fewer blueprints in one file, or smaller ones"
        report.error("RE107", "what blueprints bring to this file is too much", (*path, "use"), advice=advice)
        raise StopCheckingError from None
    return _expanded(report, source, inside, rule, filled, values)


def _opened(report: Report, written: str, opened: Opened, path: Path) -> Source | None:
    """The blueprint, where it is one and its YAML is sound."""
    here = (*path, "use")
    source = opened.source
    if source is None:
        message = f"the blueprint {shown(written)} can't be used: {opened.refusal}"
        report.error("RE180", message, here, advice="a blueprint stands inside the rules folder")
        return None
    if source.problems:
        first = source.problems[0]
        message = f"the blueprint {shown(written)} can't be used: {first.message} ({first.code})"
        report.error("RE180", message, here, related=(Related("in the blueprint", first.place),))
        return None
    data = source.data
    if not isinstance(data, dict) or "inputs" not in data:
        advice = "a blueprint has `version: 1`, `inputs:` and `rules:`; without inputs, write `inputs: {}`"
        report.error("RE180", f"{shown(written)} is no blueprint: it has no inputs", here, advice=advice)
        return None
    if not isinstance(data.get("rules"), list) or not data["rules"] or data.get("version") != 1:
        message = f"the blueprint {shown(written)} can't be used: it lacks `version: 1` or has no rules"
        report.error("RE180", message, here, advice=f"run rules-engine check {opened.name}")
        return None
    return source


def _values(report: Report, inputs: Mapping[str, Input], given: dict[str, Any], path: Path) -> dict[str, Any]:
    """The value of each input."""
    here = (*path, "with") if given else path
    for name in given:
        if name not in inputs:
            near = nearest(name, inputs)
            there_is = f"there is: {', '.join(inputs)}" if inputs else "it has none"
            report.error(
                "RE181",
                f"the blueprint has no input {shown(name)}",
                (*here, name),
                key=True,
                suggestion=near,
                advice="" if near else there_is,
            )
    values: dict[str, Any] = {}
    for name, one in inputs.items():
        if name in given:
            values[name] = taken(report, name, one.type, given[name], (*here, name))
        elif one.required:
            advice = one.description or f"write `{name}:` and {_a(one)} below `with`"
            report.error("RE182", f"the input {name} is missing", here, advice=advice)
        else:
            values[name] = one.default
    return values


def _a(one: Input) -> str:
    return f"a {one.type}"


def _expanded(
    report: Report,
    source: Source,
    inside: _Inside,
    rule: dict[str, Any],
    filled: Filled,
    values: dict[str, Any],
) -> tuple[Expanded, ...]:
    """The rules of a blueprint with its inputs filled in, checked like any other."""
    inside.filled = filled.given
    before, seen = report.errors, set()
    told = {(problem.place, problem.code) for problem in report.problems}
    start = len(report.problems)
    with report.reading(inside):
        for where, name in filled.unknown.items():
            near = nearest(name, values)
            report.error("RE181", f"the blueprint has no input {shown(name)}", where, suggestion=near)
        if report.errors > before:
            return ()
        for n, document in enumerate(filled.data):
            path = ("rules", n)
            check_rule(report, document, path, given={"inputs": Thing(keys=tuple(values))})
            if report.rule is not None and report.rule in seen:
                message = f"a rule above has the id {shown(report.rule)}"
                report.error("RE126", message, (*path, "id"), advice="take another id")
            seen.add(report.rule)
    # What was said of a value when it was given need not be said again where it is used.
    report.problems[start:] = [
        problem for problem in report.problems[start:] if (problem.place, problem.code) not in told
    ]
    if report.errors > before:
        return ()
    return tuple(
        Expanded(document=named_rule(document, rule["id"], values, rule.get("mode")), index=n, source=source)
        for n, document in enumerate(filled.data)
    )
