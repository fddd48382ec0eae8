"""Lists that lie delete nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.dashtrack.resources import LEAD, NOTE, PROJECT, TASK
from rules_engine.polling.vanished import (
    Confirmation,
    VanishLimits,
    Verdict,
    is_mass,
    judge_absent,
)
from rules_engine.store.records import Presence, StoredObject

NOW = datetime(2026, 11, 2, tzinfo=UTC)
LIMITS = VanishLimits()


def stored(number, resource=LEAD, project_id=None, looks=0):
    object_id = f"o{number}"
    return StoredObject(
        resource=resource.name,
        object_id=object_id,
        project_id=project_id,
        revision=1,
        data={"id": object_id, "name": f"Object {number}"},
        since={},
        missing_looks=looks,
    )


def gone(_resource, _object_id):
    return Confirmation(Verdict.GONE)


def there(_resource, object_id):
    return Confirmation(Verdict.THERE, {"id": object_id})


def silent(_resource, _object_id):
    return Confirmation(Verdict.NO_ANSWER)


def judge(absent, confirm=gone, *, resource=LEAD, known=30, listed=29, approved=frozenset(), limits=LIMITS):
    return judge_absent(
        resource, absent, known=known, listed=listed, confirm=confirm, approved=approved, limits=limits
    )


def test_an_object_that_a_read_by_id_says_is_gone_is_deleted():
    assert [one.object_id for one in judge([stored(1)]).deleted] == ["o1"]


def test_an_object_that_a_read_by_id_still_shows_proves_that_the_list_lies():
    vanished = judge([stored(1), stored(2)], there)
    assert vanished.list_lies
    assert not vanished.deleted


def test_without_an_answer_the_object_is_only_missing():
    vanished = judge([stored(1)], silent)
    assert not vanished.deleted
    assert vanished.missing[0].presence is Presence.MISSING


def test_an_archived_project_is_told_apart_from_a_deleted_one():
    def archived(_resource, object_id):
        return Confirmation(Verdict.THERE, {"id": object_id, "archived": True})

    vanished = judge([stored(1, PROJECT)], archived, resource=PROJECT)
    assert not vanished.deleted
    assert not vanished.list_lies
    assert vanished.found[0]["archived"] is True


def test_a_task_that_is_in_another_project_now_is_found_not_deleted():
    def moved(_resource, object_id):
        return Confirmation(Verdict.THERE, {"id": object_id, "project_id": "p2"})

    vanished = judge([stored(1, TASK, "p1")], moved, resource=TASK)
    assert vanished.found
    assert not vanished.list_lies


def test_many_deletions_at_once_wait_for_a_person():
    absent = [stored(number) for number in range(6)]
    vanished = judge(absent)
    assert not vanished.deleted
    assert set(vanished.held) == {f"o{number}" for number in range(6)}


def test_a_persons_word_lets_held_deletions_through():
    absent = [stored(number) for number in range(6)]
    vanished = judge(absent, approved=frozenset(one.object_id for one in absent))
    assert len(vanished.deleted) == 6
    assert not vanished.held


def test_one_look_asks_for_so_many_objects_and_no_more():
    asked = []

    def count(_resource, object_id):
        asked.append(object_id)
        return Confirmation(Verdict.GONE)

    judge([stored(number) for number in range(50)], count, known=1000, listed=950)
    assert len(asked) == LIMITS.confirmations


def test_an_object_without_a_read_by_id_must_be_absent_from_several_looks():
    early = judge([stored(1, NOTE, looks=LIMITS.looks - 2)], resource=NOTE)
    assert not early.deleted
    late = judge([stored(1, NOTE, looks=LIMITS.looks - 1)], resource=NOTE)
    assert late.deleted


def test_an_empty_list_never_deletes_what_can_not_be_read_by_id():
    vanished = judge([stored(1, NOTE, looks=100)], resource=NOTE, known=1, listed=0)
    assert not vanished.deleted
    assert vanished.held == ("o1",)


@pytest.mark.parametrize(
    ("vanished", "known", "mass"), [(5, 10, False), (6, 10, True), (10, 100, False), (11, 100, True)]
)
def test_mass_is_more_than_five_and_more_than_a_tenth(vanished, known, mass):
    assert is_mass(vanished, known, LIMITS) is mass


def test_the_numbers_are_those_of_the_configuration():
    absent = [stored(number) for number in range(6)]
    assert not judge(absent, limits=VanishLimits(count=6)).held
    assert not judge(absent, limits=VanishLimits(share=0.2)).held
    assert len(judge(absent, limits=VanishLimits(count=1, share=0.01)).held) == 6
    assert len(judge(absent, limits=VanishLimits(confirmations=2)).missing) == 6
    assert judge([stored(1, NOTE)], resource=NOTE, limits=VanishLimits(looks=1)).deleted


@given(st.integers(1, 40), st.integers(0, 40))
def test_no_cut_of_a_list_deletes_what_still_exists(total, cut):
    objects = [stored(number) for number in range(total)]
    absent = objects[: min(cut, total)]
    assert not judge(absent, there, known=total, listed=total - len(absent)).deleted
