"""The judge of the kills: it sees what is missing, done twice, done wrongly or told falsely, and nothing else."""

from __future__ import annotations

import json

import pytest
from chaos_judge import judge, judge_events, judge_files, judge_limits
from chaos_scenario import Edit

CALL = Edit(
    number=1001,
    kind="call",
    object_id="lead-1",
    effects=(("task", "Call 1001"), ("note", "Called 1001")),
    messages=(("value", "1001"),),
)
MESSAGE = ("msg_1", b'{"value": "1001"}')


class Store:
    """What the store's file says, said by a test."""

    def __init__(self, *, events=(), parked="", integrity="ok"):
        self._events, self._parked, self._integrity = list(events), parked, integrity

    def events(self):
        return self._events

    def parked(self):
        return self._parked

    def integrity(self):
        return self._integrity


def created(resource, n=1, **fields):
    """An effect that came over the API."""
    return {
        "n": n, "kind": "effect", "by": "api", "request": 0, "resource": resource, "id": f"{resource}-{n}",
        "action": "created", "before": None, "after": fields,
    }  # fmt: skip


WELL = [created("task", 1, name="Call 1001"), created("note", 2, notes="Called 1001 with task-1\n— call · X")]


def verdict(history, messages=(MESSAGE,), parked=""):
    return judge([CALL], history, messages=messages, store=Store(parked=parked))


def test_what_had_to_come_about_and_did_is_well():
    assert verdict(WELL).is_well


def test_an_effect_that_is_not_there_is_missing():
    assert verdict(WELL[:1]).in_words() == ["I2 note 'Called 1001' is missing"]


def test_an_effect_that_is_there_twice_is_doubled():
    again = [*WELL, created("task", 3, name="Call 1001")]
    assert verdict(again).in_words() == ["I1 task 'Call 1001' is there 1 times too often"]


def test_an_effect_that_nobody_wanted_is_no_less_than_a_double():
    assert not verdict([*WELL, created("task", 3, name="Call 999")]).is_well


def test_a_parked_effect_is_no_loss_since_a_person_is_asked():
    found = verdict(WELL[:1], parked='[{"body": {"notes": "Called 1001"}}]')
    assert found.is_well
    assert found.parked == 1


def test_a_message_may_come_again_under_its_id_and_under_no_other():
    assert verdict(WELL, messages=[MESSAGE, MESSAGE]).is_well
    assert not verdict(WELL, messages=[MESSAGE, ("msg_2", MESSAGE[1])]).is_well
    assert not verdict(WELL, messages=[MESSAGE, ("msg_1", b'{"value": "1001", "more": "1"}')]).is_well
    assert verdict(WELL, messages=[]).in_words() == ["I2 value '1001' is missing"]


@pytest.mark.parametrize(
    ("to", "true"), [("Closed", True), ("closed", True), ("Chaser", False), ("Won", False)]
)
def test_an_event_tells_of_a_change_that_happened(to, true):
    effect = {
        "n": 1, "kind": "effect", "resource": "lead", "id": "lead-1", "action": "updated",
        "before": {"status": "Chaser"}, "after": {"status": "Closed"},
    }  # fmt: skip
    event = {
        "id": "e-1", "resource": "lead", "object_id": "lead-1",
        "changes": json.dumps({"status": {"from": "Chaser", "to": to}}),
    }  # fmt: skip
    assert (judge_events([effect], Store(events=[event])) == []) is true


def test_one_change_bears_one_event():
    effect = {
        "n": 1, "kind": "effect", "resource": "lead", "id": "lead-1", "action": "updated",
        "before": {"status": "Chaser"}, "after": {"status": "Closed"},
    }  # fmt: skip
    event = {
        "id": "e-1", "resource": "lead", "object_id": "lead-1",
        "changes": json.dumps({"status": {"from": "Chaser", "to": "Closed"}}),
    }  # fmt: skip
    assert judge_events([effect], Store(events=[event, {**event, "id": "e-2"}])) != []


def test_a_key_in_a_file_and_a_damaged_store_are_seen(tmp_path):
    assert judge_files(tmp_path, Store(), "dt_secret") == []
    (tmp_path / "life-1.err").write_text("Authorization: Bearer dt_secret")
    assert judge_files(tmp_path, Store(), "dt_secret") == ["I6 the key is in life-1.err"]
    assert judge_files(tmp_path, Store(integrity="row 7 missing"), "dt_other") != []


def test_a_429_is_ours_unless_a_fault_made_it():
    request = {"n": 1, "kind": "request", "status": 429, "fault": None}
    assert judge_limits([request]) == ["I5 request 1 met the limit"]
    assert judge_limits([{**request, "fault": "status"}, {**request, "status": 200}]) == []
