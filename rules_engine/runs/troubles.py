"""The engine's own events, for rules that watch over it: told once when something goes wrong, and again only when it
has been well meanwhile.

Nothing is told while no rule waits for it. What had gone wrong before a rule did is history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules_engine.events.special import ENGINE_EVENTS, engine_event
from rules_engine.polling.poll import PollResult
from rules_engine.polling.snapshot import Snapshot
from rules_engine.runs.observer import Observer
from rules_engine.runs.react import Reactor
from rules_engine.runs.reaction import Reaction
from rules_engine.runs.standstill import words_of
from rules_engine.store.records import Batch, Fact, Feed, RunStatus
from rules_engine.store.store import Store
from rules_engine.timing.occurrences import Trouble, news

STALE_AFTER = timedelta(hours=1)
"""A feed that was not read well for longer than this is stale."""
TOLD = "told"
LISTENING = "listening"
"""Kinds of facts: what was told and lasts, and for which of the engine's events rules wait, since when."""

_OF_RUNS = {RunStatus.FAILED: "engine.run_failed", RunStatus.PARKED: "engine.run_parked"}
_OF_LOOKS = ("engine.feed_stale", "engine.budget_low", "engine.api_down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a look at all feeds tells of them."""

    feeds: tuple[Feed, ...]
    """Every feed that the rules need, as it is now."""
    failed: tuple[Feed, ...]
    shortage: str
    """Why the plan's requests do not suffice; empty while they do."""
    down: bool
    """Whether the API is down, as far as the look can tell."""
    stale_after: Callable[[str], float] = lambda _: 0.0
    """Seconds after which a feed of that key has been missed, where looks at it are far between."""


def health_of(
    result: PollResult,
    wanted: Collection[str],
    known: Mapping[str, Feed],
    *,
    whole: bool = True,
    shortage: str = "",
    stale_after: Callable[[str], float] = lambda _: 0.0,
) -> Health | None:
    """The health of the feeds with these keys; `known` are all feeds as they are after the look.

    None where a look that was not at the whole of them can't tell a feed that fails from an API that is down.
    """
    failed = tuple(result.failed)
    good = len(result.feeds) - len(failed)
    down = bool(failed) and good == 0
    if down and not whole and len(failed) == 1 and not result.left_because:
        return None
    if result.left and result.until is not None:
        shortage = "the plan's requests came to an end before every feed was read"
    return Health(
        feeds=tuple(known[key] for key in wanted if key in known),
        failed=failed,
        shortage=shortage,
        down=down,
        stale_after=stale_after,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """Tells one account's troubles to the rules. It holds no state: the store does."""

    account: str
    store: Store
    reactor: Reactor
    observer: Observer

    def tell(self, snapshot: Snapshot, now: datetime, health: Health | None = None) -> int:
        """Tell what is news; gives how many runs that began. Without a look, nothing is known of feeds."""
        wanted = self.reactor.index.event_types & ENGINE_EVENTS.keys()
        listening = self.store.facts(self.account, LISTENING)
        if not wanted and not listening:
            return 0
        reaction = Reaction()
        told = self.store.facts(self.account, TOLD)
        reaction.forgotten += [fact for name, fact in listening.items() if name not in wanted]
        judged = {name for name in wanted if health is not None or name not in _OF_LOOKS}
        troubles = [*self._of_runs(judged), *_of_look(health, listening, now)]
        found = news(troubles, told, {*judged, *(ENGINE_EVENTS.keys() - wanted)})
        reaction.forgotten += found.over
        events = []
        for trouble in found.begun:
            reaction.facts.append(Fact(kind=TOLD, key=trouble.key, at=now))
            if trouble.event in listening or trouble.event in _OF_LOOKS:
                data = {**trouble.data, "subject": trouble.subject}
                events.append(
                    engine_event(self.account, trouble.event, trouble.subject, data, at=now, run=trouble.run)
                )
        reaction.facts += [Fact(kind=LISTENING, key=name, at=now) for name in wanted if name not in listening]
        self.reactor.react(events, snapshot, now, reaction=reaction)
        reaction.events[:0] = events
        if reaction.facts or reaction.forgotten:
            self.store.commit(self.account, reaction.into(Batch()))
            reaction.tell(self.observer)
        return len(reaction.runs)

    def _of_runs(self, judged: Iterable[str]) -> Iterator[Trouble]:
        """Runs that failed or were parked, and what a guard holds back."""
        for status, name in _OF_RUNS.items():
            if name in judged:
                for run in self.store.runs(self.account, statuses=[status]):
                    data = {"message": run.error, "run": run.id, "rule": run.rule_id, "event": run.event_id}
                    yield Trouble(event=name, subject=run.id, data=data, run=run)
        if "engine.guard_held" in judged:
            yield from self._held()

    def _held(self) -> Iterator[Trouble]:
        for rule_id, count in self.store.count_held(self.account).items():
            first, last = self.store.ends_of_held(self.account, rule_id)
            message = f"{count} runs of rule {rule_id} wait for approval: {first.error}"
            data = {"message": message, "rule": rule_id, "count": count}
            yield Trouble(event="engine.guard_held", subject=rule_id, data=data, run=last)
        for hold in self.store.holds(self.account):
            if not hold.approved:
                message = f"{words_of(hold)}; {hold.id} waits for approval"
                data = {"message": message, "hold": hold.id, "count": len(hold.object_ids)}
                yield Trouble(event="engine.guard_held", subject=hold.id, data=data)


def _of_look(health: Health | None, listening: Mapping[str, Fact], now: datetime) -> Iterator[Trouble]:
    """What a look has shown of feeds, budget and API."""
    if health is None:
        return
    if health.down:
        yield Trouble(event="engine.api_down", subject="api", data={"message": health.failed[0].error})
    if health.shortage:
        yield Trouble(event="engine.budget_low", subject="budget", data={"message": health.shortage})
    heard = listening.get("engine.feed_stale")
    for feed in health.feeds:
        since = feed.good_at or (heard.at if heard is not None else now)
        if now - since > max(STALE_AFTER, timedelta(seconds=health.stale_after(feed.key))):
            message = (
                f"{feed.key} was last read well at {since.isoformat()}: {feed.error or 'it was left out'}"
            )
            yield Trouble(
                event="engine.feed_stale", subject=feed.key, data={"message": message, "feed": feed.key}
            )
