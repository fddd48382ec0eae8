"""Claims: one worker at a time for an account, and a late one can neither write nor send."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from making_records import an_object
from sqlalchemy import update

from rules_engine.store import tables as t
from rules_engine.store.errors import ClaimHeld, ClaimLost
from rules_engine.store.records import Batch
from rules_engine.store.store import Store

LEASE = timedelta(seconds=30)


def lapse(store):
    """Let every lease be over: the database's clock can't be moved, what it is compared with can."""
    with store._engine.begin() as connection:
        connection.execute(update(t.claims).values(until="2020-01-01T00:00:00.000000Z"))


def test_each_claim_has_a_greater_fence_than_the_one_before(store):
    first = store.claim("a", holder="one", lease=LEASE)
    store.release(first)
    second = store.claim("a", holder="two", lease=LEASE)
    assert second.fence == first.fence + 1
    assert store.claim("b", holder="two", lease=LEASE).fence == 1


def test_an_account_that_is_claimed_is_refused_with_the_name_of_its_holder(store):
    store.claim("a", holder="one (pid 7)", lease=LEASE)
    with pytest.raises(ClaimHeld, match=r"account a is in use by another worker \(one \(pid 7\)\)"):
        store.claim("a", holder="two", lease=LEASE)
    assert [state.holder for state in store.claims()] == ["one (pid 7)"]


def test_its_own_holder_may_claim_an_account_anew_and_its_older_claim_is_over(store):
    first = store.claim("a", holder="one", lease=LEASE)
    again = store.claim("a", holder="one", lease=LEASE)
    assert again.fence == first.fence + 1
    assert store.holds_claim(again)
    assert not store.holds_claim(first)


def test_under_a_lost_claim_nothing_is_written(store):
    late = store.claim("a", holder="late", lease=LEASE)
    store.under(late).commit("a", Batch(objects=[an_object("before")]))
    lapse(store)
    store.claim("a", holder="next", lease=LEASE)
    with pytest.raises(ClaimLost, match="late no longer has the account a"):
        store.under(late).commit("a", Batch(objects=[an_object("after")]))
    with pytest.raises(ClaimLost):
        store.under(late).put_meta({"word": "x"})
    assert set(store.objects_of_feed("a", "lead", None)) == {"before"}
    assert store.meta("word") is None


def test_a_claim_does_not_cover_another_account(store):
    claim = store.claim("a", holder="one", lease=LEASE)
    with pytest.raises(AssertionError, match="does not cover b"):
        store.under(claim).commit("b", Batch(objects=[an_object()]))
    assert store.objects_of_feed("b", "lead", None) == {}


def test_a_lapsed_lease_that_nobody_took_can_be_renewed(store):
    claim = store.claim("a", holder="one", lease=LEASE)
    lapse(store)
    assert not store.holds_claim(claim)
    store.renew(claim, LEASE)
    assert store.holds_claim(claim)


def test_a_lost_claim_can_not_be_renewed_and_giving_it_back_takes_nothing_from_the_next(store):
    late = store.claim("a", holder="late", lease=LEASE)
    lapse(store)
    following = store.claim("a", holder="next", lease=LEASE)
    with pytest.raises(ClaimLost):
        store.renew(late, LEASE)
    store.release(late)
    assert store.holds_claim(following)


def test_a_claim_that_was_given_back_does_not_hold(store):
    claim = store.claim("a", holder="one", lease=LEASE)
    store.release(claim)
    assert not store.holds_claim(claim)


def test_a_claim_does_not_hold_to_the_last_second_of_its_lease(store_url):
    """A process that stops after the check has that much time to notice nothing and send."""
    now = [0.0]
    store = Store.open(store_url, monotonic=lambda: now[0])
    claim = store.claim("a", holder="one", lease=LEASE)
    now[0] = 27.9
    assert store.holds_claim(claim)
    now[0] = 28.1
    assert not store.holds_claim(claim), "two seconds before its end"
    store.under(claim).renew(claim, LEASE)
    assert store.holds_claim(claim), "renewed by whichever copy of the store"
    store.close()


def test_a_claim_of_another_process_is_not_ours_to_send_under(opened):
    claim = opened().claim("a", holder="one", lease=LEASE)
    assert not opened().holds_claim(claim)


def test_of_many_that_claim_at_once_one_wins(opened):
    stores = [opened() for _ in range(8)]

    def try_to(number):
        try:
            return stores[number].claim("a", holder=f"w{number}", lease=LEASE)
        except ClaimHeld:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [claim for claim in pool.map(try_to, range(8)) if claim is not None]
    assert len(won) == 1
    assert won[0].fence == 1


def test_a_store_without_a_claim_writes_as_before(store):
    store.claim("a", holder="one", lease=LEASE)
    store.commit("a", Batch(objects=[an_object()]))
    assert store.object("a", "lead", "l1") is not None
