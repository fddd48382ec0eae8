"""From an action's name to the function that plans it: a new action is one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules_engine.dashtrack.resources import LEAD, NOTE, PROJECT, TASK, Resource
from rules_engine.runs.actions.change import plan_delete, plan_update
from rules_engine.runs.actions.create import plan_create
from rules_engine.runs.actions.outward import plan_emit, plan_log, plan_notify, plan_webhook
from rules_engine.runs.actions.planned import Deliver, Emit, Nothing, Planning, Say, Write

_Plan = Callable[[Resource, Mapping[str, Any], Planning], Write | Nothing]

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

_OUTWARD: Mapping[str, Callable[[Mapping[str, Any]], Say | Emit | Deliver]] = {
    "log": plan_log,
    "emit": plan_emit,
    "notify": plan_notify,
    "webhook": plan_webhook,
}

PLANNED_ACTIONS = frozenset({*_API_ACTIONS, *_OUTWARD})
"""Every action that can be planned; a test holds it to the rule language's table."""


def plan_write(action: str, params: Mapping[str, Any], planning: Planning) -> Write | Nothing:
    """What an action on the API comes to; raises StepProblem, and what a fresh read raises."""
    plan, resource = _API_ACTIONS[action]
    return plan(resource, params, planning)


def plan_outward(action: str, params: Mapping[str, Any]) -> Say | Emit | Deliver:
    """What an action beyond the API comes to; raises StepProblem."""
    return _OUTWARD[action](params)


def action_resource(action: str) -> Resource | None:
    """The resource that an action writes; None for one that writes nothing on the API."""
    row = _API_ACTIONS.get(action)
    return row[1] if row is not None else None
