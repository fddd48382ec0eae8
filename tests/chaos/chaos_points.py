"""Every boundary between a durable step and a request, by name, with what must hold when the process dies there.

A transaction is crossed three times: `before` (nothing of it is written), `inside` (all is written, nothing is
committed), `durable` (it is committed, and nothing has come of it yet).
"""

from __future__ import annotations

from collections.abc import Mapping

MOMENTS = ("before", "inside", "durable")

_NOTHING = "nothing of it happened: the next process finds the same world and does it then"
_ALL = "all of it is there: the next process goes on behind it"

TRANSACTIONS: Mapping[str, tuple[str, str, str]] = {
    "schema": ("the store's tables are made", "there are none", "they are all there, and empty"),
    "words": (
        "words about the store itself: where it is at home",
        "the next process finds them missing, and writes them",
        _ALL,
    ),
    "look": (
        "a poll's snapshot, events, timers and new runs",
        "the next look finds the same changes",
        "each event has its run, and no change is found twice",
    ),
    "intent": (
        "a write's intent",
        "nothing was sent; the step is rendered anew",
        "whether it was sent is not known: it is looked for, and sent only after quiescence",
    ),
    "resend": (
        "the intent of a second or third attempt",
        "the first attempt is still looked for",
        "looked for anew, with the same mark",
    ),
    "posting": (
        "the intent of a message to an endpoint",
        "nothing was posted",
        "posted again with the same id",
    ),
    "outcome": (
        "what became of a step, with its effect in the snapshot",
        "the effect is found by its mark, or by reading the object, and adopted",
        "the run goes on with the next step",
    ),
    "doubt": (
        "that an answer was lost",
        "the intent has no outcome, which says the same",
        "it is looked for",
    ),
    "interrupted": (
        "that a process died between an intent and its outcome",
        "the next process notes it",
        "it is looked for; quiescence counts anew",
    ),
    "rest": ("where a run came to rest", "the run is taken up again and comes to the same", _ALL),
    "timer": (
        "what timers that are due bring about",
        "they are still due",
        "they are spent; their runs are there",
    ),
    "arming": ("what other rules mean for the timers", _NOTHING, _ALL),
    "trouble": (
        "an event of the engine's own",
        "it is told by the next process",
        "it is told once, and not again",
    ),
    "cancel": (
        "that runs end since their rule is gone",
        "the next process cancels them",
        "they never go on",
    ),
    "budget": (
        "what was spent of the rate budget",
        "the answers' headers tell it again",
        "the next process asks within it",
    ),
    "prune": ("what retention forgets", _NOTHING, _ALL),
}
"""Transaction: what it holds; what must hold when the process dies before it or inside; and after it."""

OTHERS: Mapping[str, str] = {
    "lock.before": "no lock is held",
    "lock.taken": "the kernel gives it back: the next process starts at once",
    "rules.before": "nothing was opened yet",
    "rules.read": "nothing was opened yet",
    "rules.changed": "edited rules are read again by the next process",
    "tick.before": "nothing of the tick happened",
    "read.before": "nothing was asked",
    "read.sent": "only the rate budget knows of it",
    "read.answered": "the answer is lost, and asked for again",
    "read.lost": "no answer came; it is asked for again",
    "request.before": "the intent is durable, nothing was sent: looked for, then sent",
    "request.begun": "half of the request's head was sent, so nothing was done: looked for, then sent",
    "request.sent": "the last byte was sent, no answer was read: looked for, adopted on sight",
    "answer.begun": "a part of the answer was read: looked for, adopted on sight",
    "answer.read": "the answer was read, and is not stored: looked for, adopted on sight",
    "answer.lost": "no answer came, which is not stored: looked for",
    "message.before": "nothing was posted: posted with the same id",
    "message.begun": "half of the message's head was posted: posted again with the same id",
    "message.sent": "it was posted, and no answer was read: posted again with the same id",
    "message.answered": "the answer is lost: posted again with the same id",
}

POINTS: Mapping[str, str] = {
    **{
        f"{name}.{moment}": held[2] if moment == "durable" else held[1]
        for name, held in TRANSACTIONS.items()
        for moment in MOMENTS
    },
    **OTHERS,
}
"""Every crossing: name → what must hold when the process dies there."""

CRITICAL = (
    "look.durable",
    "intent.durable",
    "request.before",
    "request.sent",
    "answer.begun",
    "answer.read",
    "outcome.inside",
    "interrupted.durable",
    "resend.durable",
    "rest.before",
)
"""Where a double or a loss would come from: these follow every other point in the chains of kills."""
