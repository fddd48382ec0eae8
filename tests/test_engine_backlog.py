"""A long backlog: moved on in order, a part in each tick, and never in memory as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules_engine import engine as engine_module
from rules_engine.store import read_backlog
from rules_engine.store.records import Batch, RunStatus

RULES = """
  - {id: one, when: lead.created, then: [{log: "one {{ lead.name }}"}]}
  - {id: other, when: lead.created, then: [{log: "other {{ lead.name }}"}]}
"""


@pytest.fixture
def small(monkeypatch):
    """Pages and ticks so small that a test can fill several."""
    monkeypatch.setattr(read_backlog, "PAGE", 4)
    monkeypatch.setattr(engine_module, "MOST_RUNS", 10)


@pytest.fixture
def queued(rig, small):
    """26 runs of two rules that wait to begin, as after a person has approved them."""
    rig.settings = replace(rig.settings, guards=replace(rig.settings.guards, runs_per_poll=5))
    rig.use(RULES)
    rig.tick()
    for number in range(13):
        rig.state.add("lead", name=f"{number:02}", status="Chaser")
    report = rig.tick()
    assert [run.status for run in report.runs] == [RunStatus.HELD] * 26
    for run in rig.runs():
        rig.store.move_run(run.id, to=RunStatus.PENDING, allowed=[RunStatus.HELD])
    return rig


def said(rig):
    return [text for _, text in rig.listener.said_texts]


def test_each_tick_takes_a_part_of_it_and_the_next_one_is_due_at_once(queued):
    engine = queued.engine()
    reports = [engine.tick(look=False) for _ in range(4)]
    assert [len(report.runs) for report in reports] == [10, 10, 6, 0]
    assert [report.more for report in reports] == [True, True, False, False]
    assert {run.status for run in queued.runs()} == {RunStatus.DONE}
    assert engine.next_due() is None


def test_the_next_tick_of_a_backlog_is_due_now(queued):
    engine = queued.engine()
    engine.tick(look=False)
    assert engine.next_due() == queued.clock.now()


def test_it_is_moved_on_in_the_order_in_which_it_began(queued):
    began = [run.id for run in queued.runs()]
    engine = queued.engine()
    moved = [run.id for _ in range(3) for run in engine.tick(look=False).runs]
    assert moved == began
    for rule in ("one", "other"):
        of_rule = [text for text in said(queued) if text.startswith(rule)]
        assert of_rule == sorted(of_rule)
        assert len(of_rule) == 13


def test_another_process_goes_on_with_what_one_has_left(queued):
    queued.engine().tick(look=False)
    queued.engine().tick(look=False)
    queued.engine().tick(look=False)
    assert len(said(queued)) == len(set(said(queued))) == 26


def test_what_waits_for_an_event_does_not_keep_others_from_their_turn(rig, small):
    rig.use("""
  - {id: waits, when: lead.created, then: [{wait_for: {event: lead.status_changed}}, {log: "came"}]}
  - {id: after, when: lead.value_changed, then: [{log: "value"}]}
""")
    rig.tick()
    leads = [rig.state.add("lead", name=str(number), status="Chaser")["id"] for number in range(30)]
    engine = rig.engine()
    while engine.tick().more:
        pass
    rig.state.edit("lead", leads[0], value=5)
    rig.state.edit("lead", leads[29], status="Closed")
    report = engine.tick()
    assert sorted(said(rig)) == ["came", "value"]
    assert not report.more


def test_the_runs_of_a_removed_rule_are_cancelled_however_many_there_are(queued):
    queued.use('  - {id: other, when: lead.created, then: [{log: "other {{ lead.name }}"}]}')
    engine = queued.engine()
    while engine.tick(look=False).more:
        pass
    by_rule = {(run.rule_id, run.status) for run in queued.runs()}
    assert by_rule == {("one", RunStatus.CANCELLED), ("other", RunStatus.DONE)}


# -- runs that can't be carried out ------------------------------------------------------------------------


def test_a_run_whose_rule_this_version_can_not_read_fails_visibly_and_the_others_go_on(queued):
    (first, *_) = queued.runs()
    broken = {"id": "one", "when": "lead.created", "if": "lead.value >>> 5", "then": [{"log": "x"}]}
    queued.store.commit(
        "default",
        Batch(documents={"d-old": ("one", broken)}, runs=[replace(first, rule_digest="d-old")]),
    )
    engine = queued.engine()
    while engine.tick().more:
        pass
    after = {run.id: run for run in queued.runs()}
    assert after[first.id].status is RunStatus.FAILED
    assert "can't read the rule as it was when this run began" in after[first.id].error
    assert "runs retry" in after[first.id].error
    assert sum(run.status is RunStatus.DONE for run in after.values()) == 25


def test_such_a_run_is_parked_where_a_request_of_it_may_have_taken_effect(rig):
    rig.use('  - {id: writes, when: lead.created, then: [{create_task: {project: Sales, name: "T"}}]}')
    rig.tick()
    rig.state.fault("drop_after", match_method="POST", match_path="/tasks$")
    rig.state.fault("status", match_method="GET", match_path="/tasks$", times=None, status=503)
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    (run,) = rig.runs()
    assert run.status is RunStatus.WAITING
    rig.store.commit("default", Batch(runs=[replace(run, rule_digest="nobody-knows")]))
    rig.tick()
    (run,) = rig.runs()
    assert run.status is RunStatus.PARKED
    assert [step.status.value for step in rig.steps()] == ["parked"]
    assert len(rig.writes()) == 1


# -- a rule that changes while a run of it waits -------------------------------------------------------------

DELAYED = """
  - id: chase
    name: Chase
    when: lead.created
    then: [{delay: 2 days}, {log: "as it was"}]
"""


@pytest.mark.parametrize(
    ("change", "status", "heard", "why"),
    [
        (
            lambda _: '  - {id: x, when: lead.deleted, then: [{log: "x"}]}',
            "cancelled",
            [],
            "its rule was removed",
        ),
        (lambda text: text.replace("as it was", "new"), "done", ["as it was"], ""),
        (lambda text: text.replace("name: Chase", "name: Hunt"), "done", ["as it was"], ""),
        (lambda text: text.replace("id: chase", "id: hunt"), "cancelled", [], "its rule was removed"),
        (lambda text: text.replace("name:", "mode: off\n    name:"), "cancelled", [], "its rule is off"),
        (
            lambda text: text.replace("name:", "mode: shadow\n    name:"),
            "cancelled",
            [],
            "its rule is in shadow now, and sends nothing",
        ),
    ],
    ids=["deleted", "edited", "renamed", "given another id", "switched off", "put in shadow"],
)
def test_a_delayed_run_whose_rule_is(rig, change, status, heard, why):
    rig.use(DELAYED)
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.use(change(DELAYED))
    rig.tick(after=timedelta(days=1))
    rig.tick(after=timedelta(days=1))
    (run,) = rig.runs()
    assert (run.status.value, said(rig), run.error) == (status, heard, why)


def test_a_delayed_run_that_fell_due_while_no_worker_ran_goes_on_once_late(rig):
    rig.use(DELAYED)
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    rig.tick(after=timedelta(days=9))
    assert said(rig) == ["as it was"]
    rig.tick(after=timedelta(days=9))
    assert said(rig) == ["as it was"]
