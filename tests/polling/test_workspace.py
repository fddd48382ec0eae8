"""Whether lists are those of another workspace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules_engine.polling.workspace import Evidence, Overlap, overlap_of
from rules_engine.store.records import Presence, StoredObject

HALF = 0.5
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def known(*ids, archived=(), deleted=()):
    return {
        object_id: StoredObject(
            resource="project",
            object_id=object_id,
            project_id=None,
            revision=1,
            data={"id": object_id, "archived": object_id in archived},
            since={},
            presence=Presence.DELETED if object_id in deleted else Presence.PRESENT,
        )
        for object_id in ids
    }


def items(*ids):
    return [{"id": object_id} for object_id in ids]


@pytest.mark.parametrize(
    ("overlap", "another"),
    [
        (Overlap(known=12, shown=12, both=0), True),
        (Overlap(known=12, shown=12, both=5), True),
        (Overlap(known=12, shown=12, both=6), False),
        (Overlap(known=12, shown=0, both=0), False),
        (Overlap(known=100, shown=30, both=30), False),
        (Overlap(known=100, shown=50, both=30), False),
        (Overlap(known=10, shown=1000, both=10), False),
        (Overlap(known=2, shown=2, both=0), False),
        (Overlap(known=3, shown=2, both=0), True),
        (Overlap(known=6, shown=9, both=1), False),
        (Overlap(known=7, shown=9, both=1), True),
        (Overlap(known=0, shown=9, both=0), False),
    ],
)
def test_most_of_what_was_must_be_gone_and_most_of_what_is_be_new(overlap, another):
    assert overlap.is_another(HALF, new_key=False) is another


def test_with_a_new_key_nothing_in_common_is_enough_however_little_there_is():
    assert Overlap(known=1, shown=1, both=0).is_another(HALF, new_key=True)
    assert not Overlap(known=2, shown=2, both=1).is_another(HALF, new_key=True)


def test_no_share_at_all_turns_it_off():
    assert not Overlap(known=90, shown=90, both=0).is_another(0, new_key=True)


def test_what_is_archived_or_gone_is_not_missed_and_is_recognised():
    overlap = overlap_of(known("a", "b", "c", "d", archived="b", deleted="c"), ["a", "c", "x"])
    assert (overlap.known, overlap.shown, overlap.both) == (2, 3, 2)
    assert overlap.missed == ("d",)


def evidence(*, new_key=False, count=0):
    return Evidence(least=HALF, new_key=new_key, count=lambda _: count)


def test_a_list_that_is_doubted_is_vouched_for_by_the_others():
    seen = evidence()
    assert seen.doubts("lead", known(*"abcdef"), items("x"))
    assert seen.verdict() is not None
    assert not seen.doubts("project", known(*"klmnopq"), items(*"klmnopq"))
    assert seen.verdict() is None


def test_a_list_that_has_not_changed_by_a_byte_vouches_with_all_that_it_has():
    seen = evidence(count=7)
    seen.doubts("lead", known(*"abcdef"), items("x"))
    seen.unchanged("project")
    seen.unchanged("holiday")
    assert seen.verdict() is None
    empty = evidence(count=0)
    empty.doubts("lead", known(*"abcdef"), items("x"))
    empty.unchanged("project")
    assert empty.verdict() is not None


def test_other_lists_say_nothing_of_it():
    assert not evidence().doubts("holiday", known(*"abcdef"), items("x"))
