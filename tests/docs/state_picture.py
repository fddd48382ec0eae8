"""Draws the state machine of a run as a mermaid diagram, from the very table that the engine uses."""

from __future__ import annotations

from rules_engine.runs.states import MOVES
from rules_engine.store.records import RunStatus

FIRST = (RunStatus.PENDING, RunStatus.HELD)
"""Where a run begins: an event starts it, or a guard holds it."""


def state_picture():
    """The diagram's source."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {status.value}" for status in FIRST]
    lines += [
        f"    {before.value} --> {after.value}: {move.value}" for (before, move), after in MOVES.items()
    ]
    left = {before for before, _ in MOVES}
    lines += [f"    {status.value} --> [*]" for status in RunStatus if status not in left]
    return "\n".join(lines) + "\n"
