"""The store: what one transaction writes is there, what it does not write is not. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from making_records import NOW, a_run, a_step, an_event, an_object

from rules_engine.errors import StoreError
from rules_engine.runs.states import Move, allowed_from
from rules_engine.store.records import (
    Batch,
    Decision,
    Feed,
    Hold,
    Presence,
    RunStatus,
    Spent,
    StepStatus,
)
from rules_engine.store.store import Store


def test_everything_in_a_batch_comes_back_as_it_was(store):
    feed = Feed(
        resource="task", project_id="p1", baseline_at=NOW, good_at=NOW, known_fields=("id",), settled=False
    )
    fenced = an_object(fence={"name": ["old"]}, fence_until=NOW, presence=Presence.MISSING, missing_looks=2)
    step = a_step(
        StepStatus.SENT, body={"name": "x"}, sent_at=NOW, known_ids=("a", "b"), before={"status": None}
    )
    hold = Hold(id="hold-1", at=NOW, resource="lead", project_id=None, object_ids=("l1", "l2"))
    decision = Decision(rule_id="chase", event_id="e", at=NOW, verdict="condition", detail="if: no")
    spent = Spent(rule_id="chase", kind="once_per", key="l1", at=NOW, run_id="run-1")
    store.commit(
        "default",
        Batch(
            feeds=[feed],
            objects=[fenced],
            events=[an_event()],
            new_runs=[a_run()],
            steps=[step],
            decisions=[decision],
            spent=[spent],
            holds=[hold],
            documents={"d1": ("chase", {"id": "chase"})},
            budget={"limit": 100},
        ),
    )
    assert store.feeds("default") == {"task/p1": feed}
    assert store.object("default", "lead", "l1") == fenced
    assert store.event("default/lead/l1/1") == an_event()
    assert store.runs("default") == [a_run()]
    assert store.steps("run-1") == [step]
    assert store.open_steps("default") == [step]
    assert store.decisions("default", "chase") == [decision]
    assert store.spent("default", "chase", "once_per", "l1") == spent
    assert store.holds("default") == [hold]
    assert store.document("d1") == {"id": "chase"}
    assert store.budget("default") == {"limit": 100}


def test_what_is_noticed_twice_is_one_event_and_one_run(store):
    store.commit("default", Batch(events=[an_event()], new_runs=[a_run()]))
    store.commit("default", Batch(runs=[a_run(status=RunStatus.DONE)]))
    store.commit("default", Batch(events=[an_event()], new_runs=[a_run()]))
    assert len(store.events("default")) == 1
    assert [run.status for run in store.runs("default")] == [RunStatus.DONE]


def test_a_batch_that_fails_half_way_leaves_nothing_behind(store):
    broken = replace(an_event(), before={"not json": object()})
    with pytest.raises(TypeError):
        store.commit("default", Batch(objects=[an_object()], events=[broken]))
    assert store.object("default", "lead", "l1") is None


def test_a_look_whose_runs_can_not_be_written_leaves_no_event_behind(store):
    broken = replace(a_step(), body={"not json": object()})
    with pytest.raises(TypeError):
        store.commit("default", Batch(events=[an_event()], new_runs=[a_run()], steps=[broken]))
    assert store.events("default") == []


def test_accounts_do_not_see_each_other(store):
    store.commit("north", Batch(objects=[an_object()], events=[an_event()]))
    assert store.object("south", "lead", "l1") is None
    assert store.events("south") == []


def test_a_deleted_object_is_not_among_the_feeds_objects_but_keeps_its_row(store):
    store.commit("default", Batch(objects=[an_object(presence=Presence.DELETED, revision=4)]))
    assert store.objects_of_feed("default", "lead", None) == {}
    assert store.object("default", "lead", "l1").revision == 4


def test_a_run_that_was_cancelled_meanwhile_stays_cancelled(store):
    store.commit("default", Batch(new_runs=[a_run()]))
    store.move_run("run-1", to=RunStatus.CANCELLED, allowed=allowed_from(Move.CANCEL))
    store.commit("default", Batch(runs=[a_run(status=RunStatus.DONE)]))
    assert store.run("run-1").status is RunStatus.CANCELLED


def test_retrying_a_failed_run_clears_the_way_for_its_refused_steps_only(store):
    done = replace(a_step(StepStatus.DONE), key="1", n=2)
    store.commit(
        "default", Batch(new_runs=[a_run(status=RunStatus.FAILED)], steps=[a_step(StepStatus.REJECTED), done])
    )
    store.move_run("run-1", to=RunStatus.PENDING, allowed=allowed_from(Move.RETRY))
    assert [step.status for step in store.steps("run-1")] == [StepStatus.NOT_SENT, StepStatus.DONE]


def test_a_run_that_is_done_can_not_be_retried(store):
    store.commit("default", Batch(new_runs=[a_run(status=RunStatus.DONE)]))
    with pytest.raises(StoreError, match="is done, not failed or parked"):
        store.move_run("run-1", to=RunStatus.PENDING, allowed=allowed_from(Move.RETRY))


def test_pruning_forgets_what_is_old_and_finished_and_keeps_what_is_used_up(store):
    waiting = replace(a_run(2, RunStatus.WAITING), event_id="default/lead/l1/2")
    spent = Spent(rule_id="chase", kind="once_per", key="l1", at=NOW, run_id="run-1")
    store.commit(
        "default",
        Batch(
            events=[an_event(1), an_event(2)],
            new_runs=[a_run(1, RunStatus.DONE), waiting],
            steps=[a_step(StepStatus.DONE)],
            decisions=[Decision(rule_id="r", event_id="e", at=NOW, verdict="condition", detail="no")],
            spent=[spent],
        ),
    )
    store.prune("default", before=NOW)
    assert len(store.events("default")) == 2
    store.prune("default", before=NOW + timedelta(seconds=1))
    assert [event.id for _, event in store.events("default")] == ["default/lead/l1/2"]
    assert [run.id for run in store.runs("default")] == ["run-2"]
    assert store.steps("run-1") == []
    assert store.decisions("default", "r") == []
    assert store.spent("default", "chase", "once_per", "l1") == spent


def test_a_copy_in_memory_has_everything_and_gives_nothing_back(store):
    store.commit("default", Batch(objects=[an_object()]))
    copy = store.copy_in_memory()
    assert copy.instance() == store.instance()
    assert copy.object("default", "lead", "l1") is not None
    copy.commit("default", Batch(objects=[an_object("l2")]))
    assert copy.object("default", "lead", "l2") is not None
    assert store.object("default", "lead", "l2") is None
    copy.close()


def test_the_instance_is_the_same_for_ever(store, store_url):
    again = Store.open(store_url)
    assert again.instance() == store.instance()
    again.close()
