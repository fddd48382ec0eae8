"""From an action's name to the function that plans it: a new action is one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules_engine.dashtrack.resources import LEAD, NOTE, PROJECT, TASK, Resource
from rules_engine.runs.actions.change import plan_delete, plan_update
from rules_engine.runs.actions.create import plan_create
from rules_engine.runs.actions.fields import as_text
from rules_engine.runs.actions.planned import Planned, Planning, Say, StepProblem

_Plan = Callable[[Resource, Mapping[str, Any], Planning], Planned]

_API_ACTIONS: Mapping[str, tuple[_Plan, Resource]] = {
    "create_task": (plan_create, TASK),
    "update_task": (plan_update, TASK),
    "delete_task": (plan_delete, TASK),
    "create_lead": (plan_create, LEAD),
    "update_lead": (plan_update, LEAD),
    "delete_lead": (plan_delete, LEAD),
    "create_note": (plan_create, NOTE),
    "update_project": (plan_update, PROJECT),
    "archive_project": (plan_delete, PROJECT),
}

PLANNED_ACTIONS = frozenset({*_API_ACTIONS, "log"})
"""Every action that can be planned; a test holds it to the rule language's table."""


def plan_action(action: str, params: Mapping[str, Any], planning: Planning) -> Planned:
    """What one action comes to; raises StepProblem, and what a fresh read raises."""
    if action == "log":
        return _plan_log(params)
    plan, resource = _API_ACTIONS[action]
    return plan(resource, params, planning)


def action_resource(action: str) -> Resource | None:
    """The resource that an action writes; None for one that writes nothing."""
    row = _API_ACTIONS.get(action)
    return row[1] if row is not None else None


def _plan_log(params: Mapping[str, Any]) -> Planned:
    text = as_text(params.get("text"))
    if text is None:
        raise StepProblem(f"log takes a text, not {params.get('text')!r}")
    return Say(text)
