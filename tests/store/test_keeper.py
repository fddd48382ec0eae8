"""Claims that are kept: renewed while they are needed, waited for where they may lapse, given back at the end."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from rules_engine.store.errors import ClaimHeld, ClaimLost
from rules_engine.store.keeper import Keeper, holder_name
from rules_engine.store.records import Batch

SHORT = timedelta(seconds=0.6)
LONG = timedelta(seconds=60)


def keeper(store, *, lease=SHORT):
    return Keeper(store, holder=holder_name(), lease=lease)


def in_turn(keeping, waited=None):
    heard = waited if waited is not None else []
    return keeping.take_in_turn("a", stop=threading.Event(), on_wait=heard.append)


def test_a_claim_outlives_its_lease_while_it_is_kept(store):
    with keeper(store) as keeping:
        claim = keeping.take("a")
        threading.Event().wait(2 * SHORT.total_seconds())
        assert store.holds_claim(claim)
    assert not store.holds_claim(claim)


def test_the_next_one_takes_over_when_a_claim_is_no_longer_kept(opened):
    dead = opened().claim("a", holder="dead", lease=SHORT)
    waited = []
    with keeper(opened()) as keeping:
        claim = in_turn(keeping, waited)
    assert claim.fence == dead.fence + 1
    assert ["dead" in str(held) for held in waited] == [True]


def test_the_next_one_is_refused_when_the_claim_is_kept(opened):
    with keeper(opened()) as living, keeper(opened()) as late:
        living.take("a")
        with pytest.raises(ClaimHeld, match="pid"):
            in_turn(late)


def test_who_is_told_to_stop_does_not_wait(opened):
    opened().claim("a", holder="other", lease=LONG)
    stop = threading.Event()
    with keeper(opened()) as keeping, pytest.raises(ClaimHeld):
        keeping.take_in_turn("a", stop=stop, on_wait=lambda _: stop.set())


def test_a_claim_that_was_lost_is_not_renewed_and_what_is_written_under_it_fails(opened):
    first, second = opened(), opened()
    with keeper(first) as keeping:
        claim = keeping.take("a")
        first.release(claim)
        following = second.claim("a", holder="next", lease=LONG)
        threading.Event().wait(SHORT.total_seconds())
        with pytest.raises(ClaimLost):
            first.under(claim).commit("a", Batch())
    assert second.holds_claim(following), "the end of the first one takes nothing from it"


def test_no_two_processes_have_the_same_name():
    assert holder_name() != holder_name()
