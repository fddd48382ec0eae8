"""A write, and the four things that can have become of it.

The difference that matters is between `NotSent` and `Unknown`: only the first may be sent again without looking
whether the write took effect (see the fault matrix, section C). So `NotSent` is said only where it is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRequest:
    """A request that changes something."""

    method: str
    """POST, PATCH or DELETE."""
    path: str
    """Without `/api/v1`, ids percent-encoded; `operations.item_path` and its sisters make it."""
    body: Mapping[str, Any] | None = None
    """Plain JSON data; None for no body."""


@dataclass(frozen=True, slots=True)
class Done:
    """It took effect."""

    status: int
    object: dict[str, Any] | None
    """The object as Dashtrack answered it; None where the answer shows none (a delete). A create has one."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """It was refused and had no effect; the same request would be refused again."""

    status: int | None
    """None when the client itself refused it: no such operation, or a body that is not JSON."""
    message: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It had no effect, for certain: it may be sent again."""

    reason: str
    until: datetime | None = None
    """Not before this moment, where one is known."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have taken effect: look before anything else."""

    reason: str
    status: int | None = None
    """The status, where the answer came that far."""


Outcome: TypeAlias = Done | Rejected | NotSent | Unknown
