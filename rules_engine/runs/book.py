"""The rules in force, and those that older runs are pinned to."""

from __future__ import annotations

from collections.abc import Sequence

from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.compile import rule_from_document
from rules_engine.ruleset.demand import needed_resources
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.model import Rule
from rules_engine.store.store import Store
from rules_engine.timing.triggers import TimedRules


class RuleBook:
    """What the engine asks of the rules."""

    def __init__(self, rules: Sequence[Rule], store: Store) -> None:
        self._store = store
        self._by_digest = {rule.digest: rule for rule in rules}
        self.ids = frozenset(rule.id for rule in rules)
        self.index = RuleIndex(rules)
        self.timed = TimedRules.of(rules)
        self.resources = needed_resources(rules)

    def pinned(self, digest: str) -> Rule:
        """The rule as it was when a run began; raises RulesEngineError where no one knows it any more."""
        if digest not in self._by_digest:
            document = self._store.document(digest)
            if document is None:
                raise RulesEngineError(f"the store has no rule with digest {digest}")
            self._by_digest[digest] = rule_from_document(document)
        return self._by_digest[digest]
