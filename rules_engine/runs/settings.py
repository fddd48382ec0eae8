"""What the configuration says about writing and about holding back, as plain data.

It stands here, below the configuration, because the engine reads it and the configuration only fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from rules_engine.polling.vanished import VanishLimits

OnUnknown: TypeAlias = Literal["resend", "park"]
"""What becomes of a create whose answer was lost and whose effect nobody has seen after quiescence."""

CREATES: Final = ("create_task", "create_lead", "create_note")
"""The actions that can leave a second object behind when they are repeated."""

DEFAULT_ON_UNKNOWN: Final[Mapping[str, OnUnknown]] = MappingProxyType(
    {"create_task": "resend", "create_note": "park"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePolicy:
    """How writes are signed, and what happens to one whose answer was lost."""

    quiescence: timedelta = timedelta(minutes=10)
    """How long an unknown write is looked for before the policy decides; see faults.md, section C."""
    signature: bool = True
    """Whether created tasks, notes and leads end with the line `— RULE-ID · MARK`."""
    on_unknown: Mapping[str, OnUnknown] = field(default_factory=lambda: DEFAULT_ON_UNKNOWN)
    """Per creating action; one that is not named is parked."""

    def when_unknown(self, action: str) -> OnUnknown:
        """What to do with `action` after quiescence; without its signature nothing can be resent safely."""
        if not self.signature:
            return "park"
        return self.on_unknown.get(action, "park")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where `notify` and `webhook` send to. Its address and its secret are in no repr: both may let others in."""

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    """What messages are signed with (Standard Webhooks, `whsec_…` or base64); None: they are not signed."""
    private: bool = False
    """Whether it may stand at an address that is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """How much may happen without a person saying yes."""

    runs_per_poll: int = 50
    """More new runs of one rule than this in one poll are held."""
    destructive_per_poll: int = 5
    """The same for rules that delete or archive."""
    max_depth: int = 3
    """How many rules may stand behind an event that still triggers one."""
    vanished_count: int = 5
    vanished_share: float = 0.10
    """More objects than the count that vanish at once, and are more than this share of their list, are held."""
    confirmations_per_look: int = 10
    """Reads by id that one look at a list may spend on what it does not show any more."""
    looks_without_id: int = 3
    """Looks in a row that must miss what can't be read by id before it counts as gone."""
    workspace_overlap: float = 0.50
    """The share of known projects, people and leads that must still be there, lest the key lead to another workspace."""

    @property
    def vanish_limits(self) -> VanishLimits:
        """What it takes to believe that objects are gone."""
        return VanishLimits(
            count=self.vanished_count,
            share=self.vanished_share,
            confirmations=self.confirmations_per_look,
            looks=self.looks_without_id,
        )
