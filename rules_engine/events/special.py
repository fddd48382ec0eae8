"""Events that no object's change makes: a schedule's moments, what rules emit, and what the engine says of itself.

They have no object of Dashtrack's: their resource is `schedule`, `custom` or `engine`, and `after` holds their data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

SCHEDULE: Final = "schedule"
CUSTOM: Final = "custom"
ENGINE: Final = "engine"
SPECIAL_RESOURCES: Final = frozenset({SCHEDULE, CUSTOM, ENGINE})

ENGINE_EVENTS: Final[Mapping[str, str]] = {
    "engine.run_failed": "A run failed.",
    "engine.run_parked": "A run was parked: a person must look at what became of its request.",
    "engine.guard_held": "A guard holds runs or deletions back until a person approves them.",
    "engine.feed_stale": "A feed could not be read well for a while.",
    "engine.budget_low": "The plan's requests do not suffice for what the rules need.",
    "engine.api_down": "Dashtrack does not answer.",
}
"""Each of the engine's own events with its summary."""

CUSTOM_PATTERN: Final = re.compile(r"custom\.[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""What an event that rules emit is called."""


def is_custom(name: str) -> bool:
    """Whether the name is one that a rule may emit."""
    return CUSTOM_PATTERN.fullmatch(name) is not None
