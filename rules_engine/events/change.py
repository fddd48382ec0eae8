"""A change: one object's difference between two looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """What happened to the object."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field's value before and after; for lists whose order means nothing, what came and what went."""

    from_: Any
    to: Any
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One object's difference between two looks."""

    kind: ChangeKind
    resource: str
    object_id: str
    project_id: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    fields: Mapping[str, FieldChange] = field(default_factory=dict)
    """The fields that differ; empty unless updated."""
