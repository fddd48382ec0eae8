"""From events to runs: which rules take an event, and why the others do not.

The order is fixed: the trigger fits, then the condition is judged, then once_per and the cooldown are spent, so
that a refused condition spends nothing. All that comes of it is a value; the caller commits it together with the
events, so that a run can neither be lost nor begun twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rules_engine.calendar import Calendar, CalendarError
from rules_engine.errors import StoreError
from rules_engine.events.special import SPECIAL_RESOURCES
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.conditions import judge
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.matching import mismatch
from rules_engine.ruleset.model import Rule, Trigger
from rules_engine.ruleset.templates import TemplateError
from rules_engine.runs.arming import CROSSED, Arming, crossing_key
from rules_engine.runs.identity import run_id
from rules_engine.runs.reaction import Reaction
from rules_engine.runs.scope import evaluate_vars, needs_vars, project_of, scope_of, template_env, unpacked
from rules_engine.runs.settings import Guards
from rules_engine.store.records import (
    Cause,
    Decision,
    Event,
    Fact,
    Feed,
    JsonObject,
    Run,
    RunStatus,
    Spent,
    StoredObject,
)
from rules_engine.store.store import Store
from rules_engine.timing.crossing import crossing_misfit
from rules_engine.timing.measures import measure
from rules_engine.timing.triggers import TimedRules, TimedTrigger, measured_types


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule does not take an event: a verdict (as a decision has it) and the words for it."""

    verdict: str
    detail: str


def refuse(reaction: Reaction, rule: Rule, event: Event, refusal: Refusal | None, now: datetime) -> None:
    """Keep a refusal in sight, where there is one."""
    if refusal is not None:
        reaction.decisions.append(
            Decision(
                rule_id=rule.id,
                event_id=event.id,
                at=now,
                verdict=refusal.verdict,
                detail=refusal.detail,
            )
        )


def as_timed(event: Event, timed: JsonObject | None) -> Event:
    """The event with its object as it was when a timer's time was up, for a run that a timer began."""
    now = (timed or {}).get("object")
    return event if now is None else replace(event, after=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactor:
    """What deciding about events needs."""

    account: str
    index: RuleIndex
    timed: TimedRules
    store: Store
    calendar: Calendar
    guards: Guards

    @property
    def arming(self) -> Arming:
        """What sets and cancels timers."""
        return Arming(account=self.account, store=self.store, rules=self.timed, calendar=self.calendar)

    def react(
        self,
        events: Sequence[Event],
        snapshot: Snapshot,
        now: datetime,
        *,
        objects: Iterable[StoredObject] = (),
        feeds: Iterable[Feed] = (),
        reaction: Reaction | None = None,
    ) -> Reaction:
        """Decide, for each event and what follows from them all, which rules take it; plan the objects' timers.

        `objects` are more of them than the events tell of, and `feeds` what is not in the store yet. What comes of it
        is added to `reaction`, where there is one.
        """
        reaction = reaction if reaction is not None else Reaction()
        measured = measure(self.account, self.timed, events, snapshot, calendar=self.calendar, now=now)
        reaction.events += [event for event in measured if self.store.event(event.id) is None]
        touched = {(stored.resource, stored.object_id): stored for stored in objects}
        for event in events:
            stored = snapshot.stored(event.resource, event.object_id)
            if stored is not None:
                touched[event.resource, event.object_id] = stored
        self.arming.for_objects(touched.values(), snapshot, now, reaction, feeds=feeds)
        for event in [*events, *reaction.events]:
            for rule, triggers in _by_rule(self.index.candidates(event)):
                refusal = self._consider(rule, triggers, event, snapshot, now, reaction)
                refuse(reaction, rule, event, refusal, now)
        reaction.hold_back(self.timed.rules, self.guards)
        return reaction

    def _consider(
        self,
        rule: Rule,
        triggers: Sequence[Trigger],
        event: Event,
        snapshot: Snapshot,
        now: datetime,
        reaction: Reaction,
    ) -> Refusal | None:
        """Begin a run of the rule with this event or wait for its state to last, or say why neither."""
        project = project_of(event, snapshot)
        misfits = [self._misfit(rule, trigger, event, project, now, reaction) for trigger in triggers]
        if None not in misfits:
            return Refusal("trigger", "; or ".join(reason for reason in misfits if reason))
        refusal = self._own_change(rule, event)
        if refusal is not None:
            return refusal
        fitting = [trigger for trigger, misfit in zip(triggers, misfits, strict=True) if misfit is None]
        if any(trigger.for_ is None for trigger in fitting):
            return self.begin(rule, event, snapshot, now, reaction)
        try:
            for trigger in fitting:
                self.arming.hold(TimedTrigger(rule, trigger), event, now, reaction)
        except CalendarError as error:
            return Refusal("error", str(error))
        return None

    def _misfit(
        self,
        rule: Rule,
        trigger: Trigger,
        event: Event,
        project: Mapping[str, Any] | None,
        now: datetime,
        reaction: Reaction,
    ) -> str | None:
        """Why the trigger does not fit; a number that crosses its threshold is also remembered."""
        if trigger.crosses is None or measured_types(trigger):
            return mismatch(trigger, event, project)
        key = crossing_key(rule.id, trigger.digest, event)
        was_up = self.store.fact(self.account, CROSSED, key)
        misfit, is_up = crossing_misfit(trigger, event, project, up=was_up is not None)
        if is_up and was_up is None:
            reaction.facts.append(Fact(kind=CROSSED, key=key, at=now))
        elif was_up is not None and not is_up:
            reaction.forgotten.append(was_up)
        return misfit

    def begin(
        self,
        rule: Rule,
        event: Event,
        snapshot: Snapshot,
        now: datetime,
        reaction: Reaction,
        *,
        timed: JsonObject | None = None,
    ) -> Refusal | None:
        """Add the run that the rule begins with this event, or say why it begins none; `timed` is the run's own."""
        run = run_id(self.account, rule.id, event.id)
        if timed is not None and (
            any(one.id == run for one in reaction.runs) or self.store.run(run) is not None
        ):
            return None  # another trigger of the rule has begun it
        try:
            refusal, keys = self._judge(rule, as_timed(event, timed), snapshot, now, run)
        except TemplateError as error:
            return Refusal("error", str(error))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one rule must not stop the others
            return Refusal("error", f"unexpected {type(error).__name__}: {error}")
        refusal = refusal or self._already_spent(rule, keys, reaction, now)
        if refusal is not None:
            return refusal
        reaction.spent.extend(keys)
        reaction.documents[rule.digest] = (rule.id, rule.document)
        reaction.runs.append(_new_run(run, rule, event, now, timed))
        return None

    def _own_change(self, rule: Rule, event: Event) -> Refusal | None:
        if event.cause is Cause.EXTERNAL:
            return None
        special = event.resource in SPECIAL_RESOURCES
        if event.cause is Cause.SELF and not rule.triggered_by_rules and not special:
            return Refusal(
                "self", f"rule {event.cause_rule} made this change, and triggered_by_rules is false"
            )
        if event.depth >= self.guards.max_depth:
            return Refusal(
                "depth", f"{event.depth} rules stand behind this change already (guards.max_depth)"
            )
        return None

    def _judge(
        self, rule: Rule, event: Event, snapshot: Snapshot, now: datetime, run: str
    ) -> tuple[Refusal | None, list[Spent]]:
        """Judge the condition and work out the keys that the run would spend; raises TemplateError."""
        env = template_env(snapshot, self.calendar, now)
        values = evaluate_vars(rule, event, snapshot, now=now, env=env) if needs_vars(rule) else {}
        scope = scope_of(event, snapshot, now, unpacked(values))
        if rule.condition is not None:
            verdict = judge(rule.condition, scope, env)
            if verdict.error is not None:
                return Refusal("error", verdict.error), []
            if not verdict.holds:
                return Refusal("condition", verdict.detail), []
        keys = []
        if rule.once_per is not None:
            key = str(rule.once_per.key.evaluate(scope, env))
            keys.append(Spent(rule_id=rule.id, kind="once_per", key=key, at=now, run_id=run))
        if rule.cooldown is not None:
            key = f"{event.resource}/{event.object_id}"
            keys.append(Spent(rule_id=rule.id, kind="cooldown", key=key, at=now, run_id=run))
        return None, keys

    def _already_spent(
        self, rule: Rule, keys: Sequence[Spent], reaction: Reaction, now: datetime
    ) -> Refusal | None:
        for wanted in keys:
            earlier = _spent_here(reaction, wanted) or self.store.spent(
                self.account, rule.id, wanted.kind, wanted.key
            )
            if earlier is None or earlier.run_id == wanted.run_id:
                continue
            period = rule.cooldown if wanted.kind == "cooldown" else _once_every(rule)
            if period is None or now < earlier.at + period:
                return Refusal(
                    wanted.kind, f"{wanted.key} was used up at {earlier.at.isoformat()} by {earlier.run_id}"
                )
        return None


def _once_every(rule: Rule) -> timedelta | None:
    return rule.once_per.every if rule.once_per is not None else None


def _by_rule(candidates: Iterable[tuple[Rule, Trigger]]) -> list[tuple[Rule, list[Trigger]]]:
    grouped: dict[str, tuple[Rule, list[Trigger]]] = {}
    for rule, trigger in candidates:
        grouped.setdefault(rule.id, (rule, []))[1].append(trigger)
    return list(grouped.values())


def _spent_here(reaction: Reaction, wanted: Spent) -> Spent | None:
    return next(
        (
            one
            for one in reaction.spent
            if (one.rule_id, one.kind, one.key) == (wanted.rule_id, wanted.kind, wanted.key)
        ),
        None,
    )


def _new_run(run: str, rule: Rule, event: Event, now: datetime, timed: JsonObject | None) -> Run:
    return Run(
        id=run,
        rule_id=rule.id,
        rule_digest=rule.digest,
        event_id=event.id,
        status=RunStatus.PENDING,
        mode=rule.mode.value,
        depth=event.depth,
        created_at=now,
        timed=timed,
    )
