"""Checks of one action: what it takes, and what it needs of the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.ruleset.actions import Action, Verb, is_destructive
from rules_engine.ruleset.checks.names import Names
from rules_engine.ruleset.checks.parameter import check_parameters
from rules_engine.ruleset.checks.report import Report, type_name
from rules_engine.ruleset.checks.trigger import Triggers
from rules_engine.ruleset.compile_steps import action_params
from rules_engine.ruleset.event_names import has_project, is_object_gone, resource_of
from rules_engine.ruleset.grammar import RESERVED_NAMES
from rules_engine.ruleset.lookups import FUNCTIONS
from rules_engine.ruleset.yaml_places import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What of the rule its actions depend on."""

    triggers: Triggers
    allow_destructive: bool


def check_action(
    report: Report, action: Action, written: Any, path: Path, names: Names, around: Surroundings
) -> None:
    """Check one action as it is written: its parameters, and what it needs of the rule."""
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
        others = [event for event in events if _resource_name(event) != action.resource]
        gone = [event for event in events if is_object_gone(event) and event not in others]
        advice = f"give the id of the {action.resource}"
        if others:
            message = f"{action.name} has no id, and {_object_of(others[0])} is no {action.resource}"
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
            message = f"{action.name} has no project, and {_object_of(without[0])} stands in none"
            report.error("RE145", message, path, key=not params, advice="write `project: NAME`")


def _resource_name(event: str) -> str | None:
    resource = resource_of(event)
    return resource.name if resource is not None else None


def _object_of(event: str) -> str:
    return f"the object of {event}" if resource_of(event) is not None else "what starts the rule"


def check_name(report: Report, name: str, path: Path, names: Names, *, key: bool = False) -> None:
    """Note a name for a variable or a result that means something already."""
    own_objects = {resource.name for resource in names.changes}
    if name in RESERVED_NAMES or name in own_objects or name in FUNCTIONS or name in names.variables:
        report.error("RE147", f"{name} means something already", path, key=key, advice="take another name")
