"""Reads the actions that a test expects, held against the table of actions: what can't be sent can't be expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.dashtrack.resources import Kind
from rules_engine.foresight.rule_tests.grammar import CONTAINS, EXPECTED_KEYS
from rules_engine.foresight.rule_tests.model import Expected
from rules_engine.foresight.rule_tests.read_things import check_date
from rules_engine.ruleset.actions import ACTIONS, Action, Parameter, Role
from rules_engine.ruleset.checks.report import Report, expect, near_key, shown, type_name, unknown_keys
from rules_engine.ruleset.checks.words import check_word
from rules_engine.ruleset.compile import action_params
from rules_engine.ruleset.grammar import CONTROL
from rules_engine.ruleset.yaml_places import Path


def read_expected(report: Report, written: Any, path: Path, *, exactly: bool) -> tuple[Expected, ...]:
    """The expected actions."""
    if not isinstance(written, list):
        message = f"{path[-1]} is {type_name(written)}; it takes a list of actions"
        report.error(
            "RE122", message, path, key=written is None, advice="write [] where nothing is to be done"
        )
        return ()
    found = [_expected(report, entry, (*path, n), exactly=exactly) for n, entry in enumerate(written)]
    return tuple(one for one in found if one is not None)


def _expected(report: Report, entry: Any, path: Path, *, exactly: bool) -> Expected | None:
    if not isinstance(entry, dict):
        advice = "write `- create_task: {…}`"
        report.error("RE122", f"an action is {type_name(entry)}; it takes a mapping", path, advice=advice)
        return None
    names = [name for name in entry if name in ACTIONS]
    for name in entry:
        if name not in ACTIONS and name not in EXPECTED_KEYS:
            _unknown_action(report, name, (*path, name))
    if len(names) != 1:
        if len(names) > 1:
            advice = "begin each action with `- `"
            report.error("RE123", f"one entry has {' and '.join(names)}", path, advice=advice)
        return None
    name = names[0]
    here = (*path, name)
    own = entry.get("exactly", exactly)
    expect(report, own, bool, (*path, "exactly"), "true or false")
    action, written = ACTIONS[name], entry[name]
    if written is not None and action.scalar is None and not expect(report, written, dict, here, "a mapping"):
        return None
    fields = action_params(name, written)
    for field, value in fields.items():
        _check_field(report, action, field, value, here if fields is not written else (*here, field))
    return Expected(action=name, fields=fields, exactly=own is True, path=here)


def _unknown_action(report: Report, name: str, path: Path) -> None:
    if name in CONTROL:
        advice = "only what is done is compared; let time pass with `advance` among the steps"
        report.error("RE140", f"{name} is no action, and nothing that is sent", path, key=True, advice=advice)
        return
    near = near_key(name, (*ACTIONS, *EXPECTED_KEYS))
    advice = "" if near else f"there is: {', '.join(ACTIONS)}"
    report.error("RE140", f"there is no action {shown(name)}", path, key=True, suggestion=near, advice=advice)


def _check_field(report: Report, action: Action, name: str, value: Any, path: Path) -> None:
    known = {each.name: each for each in action.parameters if each.role is not Role.UNLESS_EXISTS}
    parameter = known.get(name)
    if parameter is None:
        near = near_key(name, known)
        advice = "" if near else f"there is: {', '.join(known)}"
        if action.parameter(name) is not None:
            advice = f"{name} is not sent: leave it out"
        message = f"{action.name} sends no {shown(name)}"
        report.error("RE141", message, path, key=True, suggestion=near, advice=advice)
    elif isinstance(value, dict) and parameter.role is not Role.DATA:
        _check_form(report, parameter, value, path)
    else:
        _check_value(report, parameter, value, path)


def _check_form(report: Report, parameter: Parameter, value: Mapping[str, Any], path: Path) -> None:
    """`{contains: …}` of a text, `{add: …, remove: …}` of what is merged."""
    forms = [CONTAINS] if parameter.kind in {Kind.TEXT, Kind.LONG_TEXT} else []
    forms += ["add", "remove"] if parameter.mergeable else []
    if not forms:
        report.error("RE122", f"{parameter.name} is a mapping; it takes a plain value", path)
        return
    unknown_keys(report, value, path, known=forms, what=parameter.name)
    for name, inner in value.items():
        if name == CONTAINS:
            expect(report, inner, str, (*path, name), "a part of the text")
        elif name in forms:
            _check_value(report, parameter, inner, (*path, name))


def _check_value(report: Report, parameter: Parameter, value: Any, path: Path) -> None:
    for item, here in _each(value, path):
        if parameter.vocabulary:
            check_word(report, parameter, item, here, closed=True)
        elif parameter.kind in {Kind.DATETIME, Kind.DATE} and isinstance(item, str):
            check_date(report, parameter.name, item, here)


def _each(value: Any, path: Path) -> list[tuple[Any, Path]]:
    if isinstance(value, list):
        return [(item, (*path, index)) for index, item in enumerate(value)]
    return [(value, path)]
