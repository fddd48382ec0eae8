"""Runs one test: the real engine on a clock that stands still, a store in memory and a Dashtrack in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Self

from rules_engine.calendar import Calendar, CalendarError
from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.key import Key
from rules_engine.dashtrack.outcomes import Done as Delivered
from rules_engine.engine import Engine, EngineSettings
from rules_engine.events.special import custom_event, engine_event, is_custom
from rules_engine.foresight.fake_dashtrack import BASE_URL, FakeDashtrack
from rules_engine.foresight.rule_tests.model import Advance, Case, Check, Edits, EmitEvent, Step
from rules_engine.foresight.rule_tests.record import Recorder
from rules_engine.foresight.rule_tests.world import BrokenTest, World
from rules_engine.polling.snapshot import Snapshot
from rules_engine.polling.writethrough import READ_LAG
from rules_engine.ruleset.model import Mode, Rule
from rules_engine.ruleset.yaml_places import Path
from rules_engine.ruleset.yaml_source import Source
from rules_engine.runs.book import RuleBook
from rules_engine.runs.react import Reactor
from rules_engine.store.records import Batch, Event, Presence, Run, RunStatus
from rules_engine.store.store import Store

MOST_MOMENTS = 1_000
"""Moments at which something falls due while one `advance` lasts."""
_LOOKS_TO_BE_GONE = 4
_A_MOMENT = timedelta(seconds=1)


class _AnyEndpoint(Sequence[str]):
    """Every name is that of an endpoint: which there are is for `check`, with the configuration."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __getitem__(self, index: object) -> str:
        raise IndexError(index)

    def __len__(self) -> int:
        return 0


class _Letterbox:
    """A post that delivers everything, nowhere."""

    names = _AnyEndpoint()

    def deliver(self, to: str, *, message_id: str, body: Mapping[str, object]) -> Delivered:  # noqa: ARG002 - nobody reads it
        """Take the message."""
        return Delivered(204, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What stood at one check of a test."""

    check: Check
    steps: slice
    """Which of the recorder's steps lie between the check before and this one."""


class Stage:
    """One test on its way. Use it in a `with`."""

    def __init__(
        self,
        case: Case,
        rules: Sequence[Rule],
        source: Source,
        *,
        calendar: Calendar,
        store: Store,
        account: str,
    ) -> None:
        """The account must be new to the store: many tests share one, which is far quicker than one for each."""
        self._case = case
        self._source = source
        self._calendar = calendar
        self._clock = ManualClock(case.now)
        self._store = store
        self._account = account
        self.dashtrack = FakeDashtrack(self._clock)
        self.recorder = Recorder()
        self._world = World(self.dashtrack, source)
        client = Dashtrack(
            BASE_URL,
            Key("dt_rule_test"),
            clock=self._clock,
            budget=Budget(self._clock),
            random=Random(0),  # noqa: S311 - it spreads pauses that nobody waits for
            transport=self.dashtrack,
        )
        self._engine = Engine(
            account=account,
            store=store,
            client=client,
            hop=client,
            book=RuleBook(in_force(case, rules), store),
            settings=EngineSettings(calendar=calendar),
            clock=self._clock,
            observer=self.recorder,
            should_stop=lambda: False,
            post=_Letterbox(),
        )
        self._emitted = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._engine.client.close()

    def play(self) -> list[Checked]:
        """Take the baseline and do every step; gives what lies between the checks. Raises BrokenTest."""
        self._world.build(self._case.given, self._case.more)
        self._engine.tick()
        checked: list[Checked] = []
        for step in self._case.steps:
            if isinstance(step, Check):
                start = checked[-1].steps.stop if checked else 0
                checked.append(Checked(check=step, steps=slice(start, len(self.recorder.steps))))
            else:
                self._do(step)
        return checked

    def _do(self, step: Step) -> None:
        match step:
            case Edits(edits=edits):
                gone = [self._world.apply(edit) for edit in edits]
                self._engine.tick()
                self._see_gone([each for each in gone if each is not None])
            case EmitEvent():
                self._emit(step)
            case Advance(duration=duration, path=path):
                try:
                    target = self._calendar.add(self._clock.now(), duration)
                except CalendarError as error:
                    raise self._broken("RE128", str(error), path) from None
                self._advance(target, path)

    # -- what is gone ------------------------------------------------------------------------------------

    def _see_gone(self, gone: Sequence[tuple[str, str]]) -> None:
        """Look until the engine takes the objects for deleted, and say yes to what it holds back, as a person would."""
        for _ in range(_LOOKS_TO_BE_GONE):
            if all(self._is_gone(*each) for each in gone):
                return
            for hold in self._store.holds(self._account):
                self._store.approve_hold(hold.id)
            self._engine.tick()
        if not all(self._is_gone(*each) for each in gone):
            # What the engine made a moment ago may be missing from a list that lags: it waits for that to be over.
            self._clock.advance(READ_LAG.total_seconds())
            self._engine.tick()

    def _is_gone(self, resource: str, object_id: str) -> bool:
        stored = self._store.object(self._account, resource, object_id)
        return stored is None or stored.presence is Presence.DELETED

    # -- events without an object ------------------------------------------------------------------------

    def _emit(self, step: EmitEvent) -> None:
        event = self._event(step)
        snapshot, now = Snapshot(self._store, self._account), self._clock.now()
        book, settings = self._engine.book, self._engine.settings
        reactor = Reactor(
            account=self._account,
            index=book.index,
            timed=book.timed,
            store=self._store,
            calendar=settings.calendar,
            guards=settings.guards,
        )
        reaction = reactor.react([event], snapshot, now)
        self._store.commit(self._account, reaction.into(Batch(events=[event])))
        self.recorder.event_seen(event)
        reaction.tell(self.recorder)
        self._engine.tick()

    def _event(self, step: EmitEvent) -> Event:
        now = self._clock.now()
        self._emitted += 1
        if not is_custom(step.event):
            subject = f"test-{self._emitted}"
            return engine_event(self._account, step.event, subject, {"subject": subject, **step.data}, at=now)
        author = Run(
            id=f"run-of-the-test-{self._emitted}",
            rule_id="the-test",
            rule_digest="",
            event_id="",
            status=RunStatus.DONE,
            mode=Mode.LIVE.value,
            depth=0,
            created_at=now,
        )
        return custom_event(self._account, step.event, step.data, author, "0", 1, now)

    # -- time --------------------------------------------------------------------------------------------

    def _advance(self, target: datetime, path: Path) -> None:
        """Go to each moment at which something falls due, then to the target."""
        for _ in range(MOST_MOMENTS):
            due = self._engine.next_due()
            moment = target if due is None else min(max(due, self._clock.now()), target)
            self._go_to(moment)
            if moment == target:
                return
        message = f"more than {MOST_MOMENTS:,} moments fall due in that time"
        raise self._broken("RE128", message, path, advice="advance by less, or test a rarer schedule")

    def _go_to(self, moment: datetime) -> None:
        """Look at that moment, as a worker that has looked every few minutes and seen nothing new."""
        self._clock.advance((moment - self._clock.now()).total_seconds())
        just_before = moment - _A_MOMENT
        feeds = [
            replace(feed, good_at=just_before)
            for feed in self._store.feeds(self._account).values()
            if feed.good_at is not None and not feed.error and feed.good_at < just_before
        ]
        if feeds:
            self._store.commit(self._account, Batch(feeds=feeds))
        self._engine.tick()

    def _broken(self, code: str, message: str, path: Path, *, advice: str = "") -> BrokenTest:
        return BrokenTest(self._source.problem(code, message, path, advice=advice))


def in_force(case: Case, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that a test is about, all of them live: what they do is the question, not whether they are let.

    One that is off takes part only where the test names it.
    """
    if case.rules:
        chosen = [rule for rule in rules if rule.id in case.rules]
    else:
        chosen = [rule for rule in rules if rule.mode is not Mode.OFF]
    return tuple(replace(rule, mode=Mode.LIVE) for rule in chosen)
