"""From events to runs: which rules take an event, and why the others do not.

The order is fixed: the trigger fits, then the condition is judged, then once_per and the cooldown are spent, so
that a refused condition spends nothing. All that comes of it is a value; the caller commits it together with the
events, so that a run can neither be lost nor begun twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rules_engine.calendar import Calendar
from rules_engine.errors import StoreError
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.conditions import judge
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.matching import mismatch
from rules_engine.ruleset.model import Rule, Trigger
from rules_engine.ruleset.templates import TemplateError
from rules_engine.runs.identity import run_id
from rules_engine.runs.scope import evaluate_vars, needs_vars, project_of, scope_of, template_env, unpacked
from rules_engine.runs.settings import Guards
from rules_engine.store.records import Cause, Decision, Event, JsonObject, Run, RunStatus, Spent
from rules_engine.store.store import Store


@dataclass(slots=True)
class Reaction:
    """What came of some events: to be committed with them."""

    runs: list[Run] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    documents: dict[str, tuple[str, JsonObject]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Refusal:
    verdict: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactor:
    """What deciding about events needs."""

    account: str
    index: RuleIndex
    store: Store
    calendar: Calendar
    guards: Guards

    def react(self, events: Iterable[Event], snapshot: Snapshot, now: datetime) -> Reaction:
        """Decide, for each event, which rules take it."""
        reaction = Reaction()
        rules: dict[str, Rule] = {}
        for event in events:
            for rule, triggers in _by_rule(self.index.candidates(event)):
                rules[rule.id] = rule
                refusal = self._consider(rule, triggers, event, snapshot, now, reaction)
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
        reaction.runs = _held_back(reaction.runs, rules, self.guards)
        return reaction

    def _consider(
        self,
        rule: Rule,
        triggers: Sequence[Trigger],
        event: Event,
        snapshot: Snapshot,
        now: datetime,
        reaction: Reaction,
    ) -> _Refusal | None:
        """Add the run that the rule begins with this event, or say why it begins none."""
        project = project_of(event, snapshot)
        misfits = [mismatch(trigger, event, project=project) for trigger in triggers]
        if None not in misfits:
            return _Refusal("trigger", "; or ".join(reason for reason in misfits if reason))
        refusal = self._own_change(rule, event)
        if refusal is not None:
            return refusal
        run = run_id(self.account, rule.id, event.id)
        try:
            refusal, keys = self._judge(rule, event, snapshot, now, run)
        except TemplateError as error:
            return _Refusal("error", str(error))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one rule must not stop the others
            return _Refusal("error", f"unexpected {type(error).__name__}: {error}")
        refusal = refusal or self._already_spent(rule, keys, reaction, now)
        if refusal is not None:
            return refusal
        reaction.spent.extend(keys)
        reaction.documents[rule.digest] = (rule.id, rule.document)
        reaction.runs.append(_new_run(run, rule, event, now))
        return None

    def _own_change(self, rule: Rule, event: Event) -> _Refusal | None:
        if event.cause is Cause.EXTERNAL:
            return None
        if event.cause is Cause.SELF and not rule.triggered_by_rules:
            return _Refusal(
                "self", f"rule {event.cause_rule} made this change, and triggered_by_rules is false"
            )
        if event.depth >= self.guards.max_depth:
            return _Refusal(
                "depth", f"{event.depth} rules stand behind this change already (guards.max_depth)"
            )
        return None

    def _judge(
        self, rule: Rule, event: Event, snapshot: Snapshot, now: datetime, run: str
    ) -> tuple[_Refusal | None, list[Spent]]:
        """Judge the condition and work out the keys that the run would spend; raises TemplateError."""
        env = template_env(snapshot, self.calendar, now)
        values = evaluate_vars(rule, event, snapshot, now=now, env=env) if needs_vars(rule) else {}
        scope = scope_of(event, snapshot, now, unpacked(values))
        if rule.condition is not None:
            verdict = judge(rule.condition, scope, env)
            if verdict.error is not None:
                return _Refusal("error", verdict.error), []
            if not verdict.holds:
                return _Refusal("condition", verdict.detail), []
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
    ) -> _Refusal | None:
        for wanted in keys:
            earlier = _spent_here(reaction, wanted) or self.store.spent(
                self.account, rule.id, wanted.kind, wanted.key
            )
            if earlier is None or earlier.run_id == wanted.run_id:
                continue
            period = rule.cooldown if wanted.kind == "cooldown" else _once_every(rule)
            if period is None or now < earlier.at + period:
                return _Refusal(
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


def _new_run(run: str, rule: Rule, event: Event, now: datetime) -> Run:
    return Run(
        id=run,
        rule_id=rule.id,
        rule_digest=rule.digest,
        event_id=event.id,
        status=RunStatus.PENDING,
        mode=rule.mode.value,
        depth=event.depth,
        created_at=now,
    )


def _held_back(runs: list[Run], rules: Mapping[str, Rule], guards: Guards) -> list[Run]:
    """All runs of a rule are held when one poll would start too many of them; nothing is dropped."""
    counts = Counter(run.rule_id for run in runs)
    most = {
        rule_id: guards.destructive_per_poll if rules[rule_id].allow_destructive else guards.runs_per_poll
        for rule_id in counts
    }
    return [
        replace(
            run,
            status=RunStatus.HELD,
            error=f"{counts[run.rule_id]} runs of this rule in one poll, more than {most[run.rule_id]} (guards)",
        )
        if counts[run.rule_id] > most[run.rule_id]
        else run
        for run in runs
    ]
