"""Small hooks through which logs, the demo and the command line hear what happens; by default they do nothing."""

from __future__ import annotations

from collections.abc import Sequence

from rules_engine.store.records import Decision, Event, Feed, Hold, Run, Step


class Observer:
    """Hears what the engine does. Every hook's default does nothing."""

    def baseline_taken(self, feed: Feed, count: int) -> None:
        """A feed was read for the first time; its objects are no events."""

    def event_seen(self, event: Event) -> None:
        """An event is in the store."""

    def decision_made(self, decision: Decision) -> None:
        """A rule did not take an event that its trigger names."""

    def run_created(self, run: Run) -> None:
        """A rule took an event; the run is in the store."""

    def step_moved(self, run: Run, step: Step) -> None:
        """A step has an outcome, or its outcome is not known."""

    def said(self, run: Run, text: str) -> None:
        """A rule's `log` action."""

    def run_moved(self, run: Run) -> None:
        """A run came to rest: done, failed, parked, waiting, planned."""

    def feed_failed(self, feed: Feed, *, repeated: bool) -> None:
        """A feed could not be read or its answer not be trusted; `repeated` when that was known before."""

    def feed_recovered(self, feed: Feed) -> None:
        """A feed that could not be read is fine again."""

    def deletions_held(self, hold: Hold) -> None:
        """Many objects vanished at once and wait for a person."""

    def account_held(self, hold: Hold) -> None:
        """The whole account stands still and waits for a person."""

    def feeds_left(self, keys: Sequence[str], reason: str) -> None:
        """The budget ended before these feeds could be read."""
