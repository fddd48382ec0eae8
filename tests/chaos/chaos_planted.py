"""Mistakes that an engine could have, each one guard taken out: what the kills must bring to light."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import rules_engine.runs.ledger
import rules_engine.runs.writing
from rules_engine.runs.reconcile import Resolution

_resolve = rules_engine.runs.reconcile.resolve


def _without_intent() -> None:
    rules_engine.runs.ledger.announce = lambda *_: None


def _without_doubt() -> None:
    """A lost answer is taken for a request that was never sent."""

    def hasty(suspect: Any, finding: Any, **asked: Any) -> Resolution:
        decided = _resolve(suspect, finding, **asked)
        return Resolution.RESEND if decided in {Resolution.WAIT, Resolution.WAIT_COUNTED} else decided

    rules_engine.runs.writing.resolve = hasty


PLANTED: Mapping[str, Callable[[], None]] = {
    "no intent": _without_intent,
    "no doubt": _without_doubt,
}
