"""One run on its way: what it is, what is recorded of its steps, and what this advance of it has come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rules_engine.ruleset.model import Mode, Rule
from rules_engine.runs.hop import Hop, PlanHop
from rules_engine.store.records import Event, Run, Step, StepStatus
from rules_engine.store.rows import from_time


@dataclass(slots=True, kw_only=True)
class Course:
    """One run on its way."""

    begun: Run
    """As it was when this advance began."""
    run: Run
    rule: Rule
    event: Event
    is_plan: bool
    """Whether nothing is to be sent."""
    records: dict[str, Step] = field(default_factory=dict)
    """What is known of each step, by its full path."""
    unsaved: list[Step] = field(default_factory=list)
    """Decisions without an effect of their own; they are committed with the next thing that is."""
    until: datetime | None = None
    """When a step that can't go on now may be tried again."""
    later: datetime | None = None
    """In a plan: the moment at which the delays that were passed over would be behind it."""
    touched: bool = False
    """Whether anything was committed."""

    def keep(self, records: Iterable[Step]) -> None:
        """Know these records from here on."""
        for record in records:
            self.records[record.key] = record
            if record.status is StepStatus.PLANNED and record.action in {"delay", "wait_for"}:
                self.later = from_time((record.body or {}).get("until")) or self.later

    def now(self, present: datetime) -> datetime:
        """The moment that templates see."""
        return present if self.later is None else max(present, self.later)


def is_plan(rule: Rule, hop: Hop) -> bool:
    """Whether a run of the rule is only a plan: a dry run, or a rule in shadow mode."""
    return rule.mode is Mode.SHADOW or isinstance(hop, PlanHop)
