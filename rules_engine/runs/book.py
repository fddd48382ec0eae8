"""The rules in force, and those that older runs are pinned to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from rules_engine.errors import RulesEngineError
from rules_engine.ruleset.compile import rule_from_document
from rules_engine.ruleset.demand import Need, needs_of
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.model import Mode, Rule
from rules_engine.store.store import Store
from rules_engine.timing.triggers import TimedRules


class UnreadableRule(RulesEngineError):
    """The rule that a run is pinned to can't be made of what the store keeps of it, by this version."""

    advice = (
        "Look at what it has done. `runs retry` tries again, with a version that can; `runs cancel` ends it."
    )


class OfRule(Protocol):
    """A run, or what runs have in common: whose rule it is, and in which mode it began."""

    @property
    def rule_id(self) -> str:
        """The rule's id."""

    @property
    def mode(self) -> str:
        """The mode in which it began."""


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

    def needs_with(self, digests: Iterable[str]) -> tuple[Need, ...]:
        """What the rules need to be polled, and with it what runs need that are pinned to an earlier text."""
        earlier = []
        for digest in sorted(set(digests) - self._current):
            with suppress(UnreadableRule):  # its run says so when its turn comes
                earlier.append(self.pinned(digest))
        return (*self.needs, *needs_of(earlier))

    def why_over(self, run: OfRule) -> str | None:
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
        """The rule as it was when a run began; raises UnreadableRule where it can't be had any more."""
        if digest not in self._by_digest:
            document = self._store.document(digest)
            if document is None:
                raise UnreadableRule("the store no longer has the rule as it was when this run began")
            self._by_digest[digest] = _rebuilt(document)
        return self._by_digest[digest]


def _rebuilt(document: Mapping[str, Any]) -> Rule:
    try:
        return rule_from_document(document)
    except (
        Exception
    ) as error:  # an older version took it, with a grammar of its own: whatever is wrong with it now
        raise UnreadableRule(
            "this version can't read the rule as it was when this run began: "
            f"{type(error).__name__}: {str(error).rstrip('.')}"
        ) from error
