"""The state machine of a run, as one table: where it stands, what happens, where it stands then."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from rules_engine.store.records import RunStatus


class Move(StrEnum):
    """What can happen to a run."""

    BEGIN = "begin"
    """The engine takes it up."""
    WAIT = "wait"
    """It can't go on yet: a limit, no network, an answer that was lost."""
    FINISH = "finish"
    PLAN = "plan"
    """All its steps were planned and nothing was sent."""
    FAIL = "fail"
    PARK = "park"
    """Only a person can say whether its write took effect."""
    APPROVE = "approve"
    DISCARD = "discard"
    """A person says that what a guard holds is not to happen."""
    RETRY = "retry"
    CANCEL = "cancel"


_S = RunStatus
MOVES: Mapping[tuple[RunStatus, Move], RunStatus] = {
    (_S.PENDING, Move.BEGIN): _S.RUNNING,
    (_S.WAITING, Move.BEGIN): _S.RUNNING,
    (_S.RUNNING, Move.BEGIN): _S.RUNNING,  # taken up again after a crash
    (_S.RUNNING, Move.WAIT): _S.WAITING,
    (_S.RUNNING, Move.FINISH): _S.DONE,
    (_S.RUNNING, Move.PLAN): _S.PLANNED,
    (_S.RUNNING, Move.FAIL): _S.FAILED,
    (_S.RUNNING, Move.PARK): _S.PARKED,
    (_S.HELD, Move.APPROVE): _S.PENDING,
    (_S.HELD, Move.DISCARD): _S.CANCELLED,
    (_S.FAILED, Move.RETRY): _S.PENDING,
    (_S.PARKED, Move.RETRY): _S.PENDING,
    (_S.PENDING, Move.CANCEL): _S.CANCELLED,
    (_S.WAITING, Move.CANCEL): _S.CANCELLED,
    (_S.HELD, Move.CANCEL): _S.CANCELLED,
    (_S.FAILED, Move.CANCEL): _S.CANCELLED,
    (_S.PARKED, Move.CANCEL): _S.CANCELLED,
}

OPEN = (_S.PENDING, _S.RUNNING, _S.WAITING)
"""Runs that the engine still has to do something about."""


def after(status: RunStatus, move: Move) -> RunStatus:
    """Where a run stands after a move; raises ValueError for a move that it can't make."""
    try:
        return MOVES[status, move]
    except KeyError:
        raise ValueError(f"a run that is {status.value} can't {move.value}") from None


def allowed_from(move: Move) -> tuple[RunStatus, ...]:
    """The states in which a run can make the move."""
    return tuple(status for status, possible in MOVES if possible is move)
