"""A mistake of our own, or data that nobody foresaw, costs one step or one feed, never the worker."""

from __future__ import annotations

import pytest

from rules_engine.errors import StoreError
from rules_engine.polling import poll
from rules_engine.runs import writing
from rules_engine.runs.actions.table import plan_write
from rules_engine.store.records import RunStatus

RULES = """
  - {id: first, when: lead.created, then: [{create_task: {project: Sales, name: First}}]}
  - {id: second, when: lead.created, then: [{create_task: {project: Sales, name: Second}}]}
"""


def test_a_step_that_breaks_in_planning_fails_alone(rig, monkeypatch):
    rig.use(RULES).tick()
    rig.state.add("lead", name="Mill", status="Chaser")

    def explode(action, params, planning):
        if params["name"] == "First":
            raise ZeroDivisionError("our own mistake")
        return plan_write(action, params, planning)

    monkeypatch.setattr(writing, "plan_write", explode)
    rig.tick()

    assert {run.rule_id: run.status for run in rig.runs()} == {
        "first": RunStatus.FAILED,
        "second": RunStatus.DONE,
    }
    assert "ZeroDivisionError: our own mistake" in rig.runs()[0].error


def test_a_feed_that_breaks_in_the_comparison_fails_alone_and_is_read_again(rig, monkeypatch):
    rig.use(RULES).tick()
    rig.state.add("lead", name="Mill", status="Chaser")

    def explode(look, known, items):
        raise OverflowError("nobody foresaw it")

    with monkeypatch.context() as patch:
        patch.setattr(poll, "diff_feed", explode)
        report = rig.tick()

    assert [feed.key for feed in report.failed] == ["lead"]
    assert "OverflowError" in report.failed[0].error
    assert rig.events() == []
    rig.tick()
    assert [run.status for run in rig.runs()] == [RunStatus.DONE] * 2


@pytest.mark.parametrize(("module", "name"), [(writing, "plan_write"), (poll, "diff_feed")])
def test_trouble_with_the_store_still_stops_everything(rig, monkeypatch, module, name):
    rig.use(RULES).tick()
    rig.state.add("lead", name="Mill", status="Chaser")

    def explode(*args):
        raise StoreError("the disk is full")

    monkeypatch.setattr(module, name, explode)

    with pytest.raises(StoreError, match="the disk is full"):
        rig.tick()
