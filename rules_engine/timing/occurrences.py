"""The engine's own events: from what is wrong now and what was told before to what is news. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules_engine.store.records import Fact, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong now, and that one of the engine's own events tells of."""

    event: str
    """`engine.run_failed`."""
    subject: str
    """What it is about: a run's id, a rule's, a feed's key."""
    data: Mapping[str, Any] = field(default_factory=dict)
    run: Run | None = None
    """The run that it came of, where one did."""

    @property
    def key(self) -> str:
        """By which it is known while it lasts."""
        return f"{self.event}/{self.subject}"


@dataclass(frozen=True, slots=True)
class News:
    """What began, and what is over."""

    begun: tuple[Trouble, ...]
    over: tuple[Fact, ...]


def news(troubles: Iterable[Trouble], told: Mapping[str, Fact], judged: Collection[str]) -> News:
    """What of the present troubles was not told yet, and which of those that were told are over.

    Each is told once as long as it lasts. `judged` are the events about which anything is known now: what was told of
    the others stays as it is.
    """
    present = {trouble.key: trouble for trouble in troubles if trouble.event in judged}
    begun = tuple(trouble for key, trouble in present.items() if key not in told)
    over = tuple(fact for key, fact in told.items() if key not in present and key.partition("/")[0] in judged)
    return News(begun, over)
