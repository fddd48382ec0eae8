"""What carrying out steps needs, in one record: the parts of one account's tick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules_engine.calendar import Calendar
from rules_engine.clock import Clock
from rules_engine.polling.snapshot import Snapshot
from rules_engine.ruleset.templates import TemplateEnv
from rules_engine.runs.actions.planned import Reads
from rules_engine.runs.course import Course
from rules_engine.runs.hop import Hop, Post
from rules_engine.runs.interpreter import Names
from rules_engine.runs.marks import Doubts
from rules_engine.runs.observer import Observer
from rules_engine.runs.react import Reactor
from rules_engine.runs.scope import scope_of, template_env, unpacked
from rules_engine.runs.settings import WritePolicy
from rules_engine.store.records import JsonObject
from rules_engine.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The parts of one account's tick. It holds no state: the store does."""

    account: str
    store: Store
    snapshot: Snapshot
    reads: Reads
    hop: Hop
    post: Post
    reactor: Reactor
    policy: WritePolicy
    calendar: Calendar
    clock: Clock
    observer: Observer
    budget: Callable[[], JsonObject]
    """The rate budget as it is now, saved with all that is done."""
    doubts: Doubts
    """Whether the store may be older than what was done with it."""

    def reach(self, course: Course, names: Names) -> tuple[dict[str, Any], TemplateEnv]:
        """What a step's templates can reach, and the environment that they are worked out in."""
        now = course.now(self.clock.now())
        env = template_env(self.snapshot, self.calendar, now)
        variables: Mapping[str, Any] = unpacked(course.run.vars or {})
        return {**scope_of(course.event, self.snapshot, now, variables), **names}, env
