"""A number that crosses a threshold upwards, without flapping: it counts again only after it has been well below.

Pure. What has to be remembered between events is one bit for each (trigger, object): whether the number is up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rules_engine.ruleset.crossings import as_number, crossing_field
from rules_engine.ruleset.matching import mismatch
from rules_engine.ruleset.model import Trigger
from rules_engine.store.records import Event

WELL_BELOW = 0.9
"""A number is down again when it is under this share of its threshold (of one below zero: as far under it)."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """What one change of the number comes to."""

    fires: bool
    up: bool
    """Whether the number counts as being over the threshold from here on."""


def cross(threshold: float, before: float | None, after: float | None, *, up: bool) -> Crossed:
    """What a change from `before` to `after` comes to; `up` is what was remembered, None is no number.

    A number that was over the threshold before anybody watched it counts as up, so that it does not fire as if it
    had just crossed.
    """
    was_up = up or (before is not None and before >= threshold)
    if after is None or after < well_below(threshold):
        return Crossed(fires=False, up=False)
    if was_up:
        return Crossed(fires=False, up=True)
    reached = after >= threshold
    return Crossed(fires=reached, up=reached)


def well_below(threshold: float) -> float:
    """The number under which it is down again; of a threshold below zero that is further from zero."""
    return threshold - abs(threshold) * (1 - WELL_BELOW)


def crossing_misfit(
    trigger: Trigger, event: Event, project: Mapping[str, Any] | None, *, up: bool
) -> tuple[str | None, bool]:
    """Why a trigger with `crosses` does not fit (None: it does), and whether its number counts as up from here on."""
    change = event.changes.get(crossing_field(trigger, event) or "")
    if trigger.crosses is None or change is None:
        return mismatch(trigger, event, project), up
    threshold = trigger.crosses.threshold
    crossed = cross(threshold, as_number(change.get("from")), as_number(change.get("to")), up=up)
    if crossed.fires:
        return mismatch(replace(trigger, crosses=None), event, project), crossed.up
    flaps = f"it was over {threshold:g} before, and has not been well below since"
    return mismatch(trigger, event, project) or flaps, crossed.up
