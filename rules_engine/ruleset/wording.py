"""Values of fields in the words of a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_LONGEST_VALUE = 60


def listed(values: Iterable[Any], joint: str = ", ") -> str:
    """Values as a person would list them."""
    return joint.join(shown(value) for value in values)


def shown(value: Any) -> str:
    """A field's value in a message, cut where it is long."""
    if isinstance(value, (list, tuple)):
        text = listed(value) or "none"
    elif value is None:
        text = "null"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value) or "empty"
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
