"""The rules in force, and those that older runs are pinned to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.compile import rule_from_document
from rules_engine.ruleset.demand import Need, needs_of
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.model import Mode, Rule
from rules_engine.store.records import Run
from rules_engine.store.store import Store
from rules_engine.timing.triggers import TimedRules


class RuleBook:
    """What the engine asks of the rules."""

    def __init__(self, rules: Sequence[Rule], store: Store) -> None:
        self._store = store
        self._by_digest = {rule.digest: rule for rule in rules}
        self._modes = {rule.id: rule.mode for rule in rules}
        self._current = frozenset(self._by_digest)
        self.index = RuleIndex(rules)
        self.timed = TimedRules.of(rules)
        self.needs = needs_of(rules)

    def needs_with(self, runs: Iterable[Run]) -> tuple[Need, ...]:
        """What the rules need to be polled, and with it what runs need that began under an earlier text."""
        earlier = {run.rule_digest for run in runs} - self._current
        return (*self.needs, *needs_of(self.pinned(digest) for digest in sorted(earlier)))

    def why_over(self, run: Run) -> str | None:
        """Why a run must not go on: its rule is no more, is off, or may only plan now; None while it may."""
        mode = self._modes.get(run.rule_id)
        if mode is None:
            return "its rule was removed"
        if mode is Mode.OFF:
            return "its rule is off"
        if mode is Mode.SHADOW and run.mode == Mode.LIVE.value:
            return "its rule is in shadow now, and sends nothing"
        return None

    def pinned(self, digest: str) -> Rule:
        """The rule as it was when a run began; raises RulesEngineError where no one knows it any more."""
        if digest not in self._by_digest:
            document = self._store.document(digest)
            if document is None:
                raise RulesEngineError(f"the store has no rule with digest {digest}")
            self._by_digest[digest] = rule_from_document(document)
        return self._by_digest[digest]
