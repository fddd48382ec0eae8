"""What comes of some events: one value, to be committed in the same transaction as the events themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules_engine.ruleset.model import Rule
from rules_engine.runs.observer import Observer
from rules_engine.runs.settings import Guards
from rules_engine.store.records import (
    Batch,
    Decision,
    Event,
    Fact,
    JsonObject,
    Run,
    RunStatus,
    Spent,
    Timer,
)


@dataclass(slots=True)
class Reaction:
    """What came of some events."""

    runs: list[Run] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    documents: dict[str, tuple[str, JsonObject]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    """Further events that these bring about: those by measure, those of timers."""
    timers: list[Timer] = field(default_factory=list)
    cancelled: list[Timer] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    forgotten: list[Fact] = field(default_factory=list)

    def hold_back(self, rules: Mapping[str, Rule], guards: Guards) -> None:
        """Hold all runs of a rule when too many of them would begin at once; nothing is dropped."""
        counts = Counter(run.rule_id for run in self.runs)
        for number, run in enumerate(self.runs):
            destructive = rules[run.rule_id].allow_destructive
            most = guards.destructive_per_poll if destructive else guards.runs_per_poll
            if counts[run.rule_id] > most:
                error = f"{counts[run.rule_id]} runs of this rule in one poll, more than {most} (guards)"
                self.runs[number] = replace(run, status=RunStatus.HELD, error=error)

    def into(self, batch: Batch) -> Batch:
        """The batch with all of it."""
        return replace(
            batch,
            events=[*batch.events, *self.events],
            new_runs=[*batch.new_runs, *self.runs],
            decisions=[*batch.decisions, *self.decisions],
            spent=[*batch.spent, *self.spent],
            documents={**batch.documents, **self.documents},
            timers=[*batch.timers, *self.timers],
            cancelled_timers=[*batch.cancelled_timers, *self.cancelled],
            facts=[*batch.facts, *self.facts],
            forgotten_facts=[*batch.forgotten_facts, *self.forgotten],
        )

    def tell(self, observer: Observer) -> None:
        """Say what is in the store now."""
        for event in self.events:
            observer.event_seen(event)
        for decision in self.decisions:
            observer.decision_made(decision)
        for run in self.runs:
            observer.run_created(run)
