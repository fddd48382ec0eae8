"""Every action of the language can be carried out, and steps that only lead the way are shown to nobody."""

from __future__ import annotations

from rules_engine.ruleset.actions import ACTIONS
from rules_engine.runs.actions.table import PLANNED_ACTIONS, action_resource
from rules_engine.runs.steps import is_shown
from rules_engine.store.records import Step, StepStatus


def test_the_language_and_the_executor_know_the_same_actions():
    assert frozenset(ACTIONS) == PLANNED_ACTIONS


def test_an_action_writes_the_resource_that_the_language_says():
    assert {name: row.resource for name, row in ACTIONS.items()} == {
        name: resource.name if (resource := action_resource(name)) else None for name in PLANNED_ACTIONS
    }


def test_steps_that_only_lead_the_way_are_shown_only_where_they_failed():
    def step(action, status):
        return Step(run_id="r", n=1, key="0", action=action, status=status)

    shown = {
        action
        for action in (*ACTIONS, "choose", "foreach", "set", "delay", "wait_for", "stop")
        if is_shown(step(action, StepStatus.DONE))
    }
    assert shown == {*ACTIONS, "delay", "wait_for", "stop"}
    assert is_shown(step("choose", StepStatus.FAILED))
