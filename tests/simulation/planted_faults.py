"""Mistakes that an engine could have, each one guard taken out: what the simulation must find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import rules_engine.polling.diff
import rules_engine.polling.poll
import rules_engine.runs.ledger
import rules_engine.runs.ownership
import rules_engine.runs.reconcile
import rules_engine.runs.writing
from rules_engine.dashtrack.budget import Budget
from rules_engine.polling.poll import Poller
from rules_engine.polling.vanished import Confirmation, Verdict
from rules_engine.runs.effects import Effects
from rules_engine.runs.reconcile import Resolution
from rules_engine.store.store import Store

Swap = tuple[Any, str, Any]
"""Where, what, and what stands in its place."""

_resolve = rules_engine.runs.reconcile.resolve
_look = Poller._look
_commit = Store.commit


def _split_commit(store: Store, account: str, batch: Any) -> None:
    _commit(store, account, replace(batch, events=(), new_runs=(), runs=(), steps=()))
    store.fuse.passing("committed")
    _commit(store, account, replace(batch, objects=(), feeds=()))


def _hasty(suspect: Any, finding: Any, **asked: Any) -> Resolution:
    decided = _resolve(suspect, finding, **asked)
    return Resolution.RESEND if decided in {Resolution.WAIT, Resolution.WAIT_COUNTED} else decided


PLANTED: dict[str, Callable[[], list[Swap]]] = {
    "no intent before the request": lambda: [(rules_engine.runs.ledger, "announce", lambda *_: None)],
    "no write-through": lambda: [
        (rules_engine.runs.ledger, "effects_of", lambda _write, answer, **_: Effects(result=answer))
    ],
    "no confirmation by id": lambda: [(Poller, "_confirm", lambda *_: Confirmation(Verdict.GONE))],
    "no mark": lambda: [
        (rules_engine.runs.reconcile, "mark_in", lambda _: None),
        (rules_engine.runs.ownership, "mark_in", lambda _: None),
    ],
    "no canonical form": lambda: [
        (rules_engine.polling.diff, "canonical", lambda _kind, value, **_: repr(value))
    ],
    "no silence at the first look": lambda: [
        (Poller, "_look", lambda *asked: replace(_look(*asked), baseline=False))
    ],
    "no fence": lambda: [(rules_engine.polling.diff, "_fence_stands", lambda *_: False)],
    "no quiescence": lambda: [(rules_engine.runs.writing, "resolve", _hasty)],
    "snapshot and events in two transactions": lambda: [(Store, "commit", _split_commit)],
    "no budget": lambda: [(Budget, "acquire", lambda budget, _: _count(budget))],
}


def _count(budget: Budget) -> None:
    budget._under_way += 1
