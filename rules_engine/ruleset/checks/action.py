"""Checks of `then`: which action, what it takes, what it needs of the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES
from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.actions import ACTIONS, Action, Verb, is_destructive
from rules_engine.ruleset.checks.names import Names, has_project, is_object_gone
from rules_engine.ruleset.checks.parameter import check_parameters
from rules_engine.ruleset.checks.report import Report, near_key, not_yet, shown, type_name
from rules_engine.ruleset.checks.trigger import Triggers
from rules_engine.ruleset.compile import action_params
from rules_engine.ruleset.grammar import LATER_ACTIONS, NAME_PATTERN, RESERVED_NAMES
from rules_engine.ruleset.lookups import FUNCTIONS
from rules_engine.ruleset.yaml_places import Path
from rules_engine.suggest import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What of the rule its actions depend on."""

    triggers: Triggers
    allow_destructive: bool


def check_then(report: Report, then: Any, path: Path, names: Names, around: Surroundings) -> None:
    """Check the list of actions; `names` grows by their results."""
    if not isinstance(then, list):
        advice = "begin each action with `- `"
        report.error(
            "RE122",
            f"then is {type_name(then)}; it takes a list of actions",
            path,
            key=then is None,
            advice=advice,
        )
        return
    if not then:
        report.error("RE123", "then is an empty list", path, advice="write at least one action")
    for name in _results(then):
        names.announce(name, "it is the result of a later action")
    taken: set[str] = set()
    for index, entry in enumerate(then):
        _check_step(report, entry, (*path, index), names, around, taken)


def _results(then: list[Any]) -> list[str]:
    return [entry["as"] for entry in then if isinstance(entry, dict) and isinstance(entry.get("as"), str)]


def _check_step(
    report: Report, entry: Any, path: Path, names: Names, around: Surroundings, taken: set[str]
) -> None:
    if not isinstance(entry, dict):
        meant = (
            f"write `- {entry}: {{}}`"
            if isinstance(entry, str) and entry in ACTIONS
            else "write `- create_task: …`, or another one"
        )
        report.error("RE122", f"an action is {type_name(entry)}; it takes a mapping", path, advice=meant)
        return
    action = _action_of(report, entry, path)
    if action is not None:
        _check_action(report, action, entry[action.name], (*path, action.name), names, around)
    if "as" in entry:
        _check_as(report, entry["as"], (*path, "as"), names, taken)
        if isinstance(entry["as"], str):
            resource = (
                RESOURCES[action.resource] if action and action.resource and action.has_result else None
            )
            names.add_result(entry["as"], resource)


def _action_of(report: Report, entry: Mapping[str, Any], path: Path) -> Action | None:
    """The action of a step, where there is exactly one that is known."""
    known = [key for key in entry if key in ACTIONS]
    others = [key for key in entry if key not in ACTIONS and key != "as"]
    if len(known) > 1:
        advice = "begin each action with `- `"
        report.error(
            "RE123",
            f"one step has two actions, {' and '.join(known)}",
            (*path, known[1]),
            key=True,
            advice=advice,
        )
        return None
    for key in others:
        _note_unknown(report, key, entry, (*path, key), known)
        if known:
            return None  # its parameters may stand one level too high: nothing can be said of what it lacks
    if known:
        return ACTIONS[known[0]]
    if not others:
        report.error("RE121", "the step has no action", path, advice=f"there is: {', '.join(ACTIONS)}")
    return None


def _note_unknown(report: Report, key: str, entry: Mapping[str, Any], path: Path, known: list[str]) -> None:
    if key in LATER_ACTIONS:
        not_yet(report, f"the action {key}", path)
    elif known and ACTIONS[known[0]].parameter(key) is not None and entry[known[0]] is None:
        advice = f"indent it further than {known[0]}"
        report.error("RE120", f"{key} belongs inside {known[0]}", path, key=True, advice=advice)
    elif known:
        near = nearest(key, ("as",))
        report.error(
            "RE120",
            f"a step has no key {shown(key)}",
            path,
            key=True,
            suggestion=near,
            advice="it has an action, and `as`",
        )
    else:
        near = near_key(key, ACTIONS)
        advice = "" if near else f"there is: {', '.join(ACTIONS)}"
        report.error(
            "RE140", f"there is no action {shown(key)}", path, key=True, suggestion=near, advice=advice
        )


def _check_action(
    report: Report, action: Action, written: Any, path: Path, names: Names, around: Surroundings
) -> None:
    if (
        not isinstance(written, dict)
        and written is not None
        and (action.scalar is None or isinstance(written, list))
    ):
        wanted = "a text" if action.scalar else "a mapping of parameters"
        report.error("RE122", f"{action.name} is {type_name(written)}; it takes {wanted}", path)
        return
    params = action_params(action.name, written)
    check_parameters(report, action, params, path, names, is_scalar=not isinstance(written, dict))
    if is_destructive(action, params) and not around.allow_destructive:
        verb = "deletes" if action.verb is Verb.DELETE else "archives"
        advice = "if that is meant, write `allow_destructive: true` in the rule"
        report.error("RE146", f"{action.name} {verb}", path, key=True, advice=advice)
    _check_event_fits(report, action, params, path, around)


def _check_event_fits(
    report: Report, action: Action, params: Mapping[str, Any], path: Path, around: Surroundings
) -> None:
    """Note what the action needs and some event does not bring: an object of its own, or a project."""
    events = around.triggers.events
    if action.needs_object and "id" not in params:
        others = [event for event in events if EVENT_TYPES[event].resource != action.resource]
        gone = [event for event in events if is_object_gone(event) and event not in others]
        advice = f"give the id of the {action.resource}"
        if others:
            message = f"{action.name} has no id, and the object of {others[0]} is no {action.resource}"
            report.error("RE144", message, path, key=True, advice=advice)
        elif gone:
            report.error(
                "RE144",
                f"{action.name} has no id, and the object of {gone[0]} is gone",
                path,
                key=True,
                advice=advice,
            )
    if action.needs_project and "project" not in params:
        without = [event for event in events if not has_project(event)]
        if without:
            message = f"{action.name} has no project, and the object of {without[0]} stands in none"
            report.error("RE145", message, path, key=not params, advice="write `project: NAME`")


def _check_as(report: Report, name: Any, path: Path, names: Names, taken: set[str]) -> None:
    if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
        report.error("RE125", f"as is {type_name(name)}; a name has letters, digits and _", path)
        return
    check_name(report, name, path, names)
    if name in taken:
        report.error(
            "RE147", f"{name} names the result of an earlier action", path, advice="take another name"
        )
    taken.add(name)


def check_name(report: Report, name: str, path: Path, names: Names, *, key: bool = False) -> None:
    """Note a name for a variable or a result that means something already."""
    own_objects = {resource.name for resource in names.changes}
    if name in RESERVED_NAMES or name in own_objects or name in FUNCTIONS or name in names.variables:
        report.error("RE147", f"{name} means something already", path, key=key, advice="take another name")
