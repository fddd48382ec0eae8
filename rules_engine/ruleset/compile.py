"""From a rule as written (plain JSON data that the checks have passed) to the rule that the engine runs.

The same way leads back from the store: a run is pinned to its rule's document, which compiles without a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.durations import parse_duration
from rules_engine.ruleset.compile_steps import action_params, compile_steps
from rules_engine.ruleset.compile_trigger import PlaceOf, canonical_digest, compile_when, nowhere
from rules_engine.ruleset.model import Mode, OncePer, OnError, Place, Rule, Step
from rules_engine.ruleset.parts import (
    TemplateCache,
    as_list,
    compile_condition,
    compile_value,
    expression_source,
    has_markup,
)

__all__ = [
    "TemplateCache",
    "action_params",
    "as_list",
    "compile_condition",
    "compile_rule",
    "compile_value",
    "compile_when",
    "digest",
    "expression_source",
    "has_markup",
    "rule_from_document",
]

_PINNED = Place("(pinned)", 1, 1)


def rule_from_document(document: Mapping[str, Any]) -> Rule:
    """The rule that a pinned document describes."""
    return compile_rule(document, place=_PINNED, cache=TemplateCache())


def compile_rule(
    document: Mapping[str, Any],
    *,
    place: Place,
    cache: TemplateCache,
    place_of: PlaceOf = nowhere,
) -> Rule:
    """The rule of a document that the checks have found right; of another one the result is undefined.

    `place_of` tells where a part of the rule stands, by its path in the rule.
    """
    condition = document.get("if")
    cooldown, latency = document.get("cooldown"), document.get("max_latency")
    return Rule(
        id=document["id"],
        name=document.get("name", document["id"]),
        mode=Mode(document.get("mode", Mode.LIVE)),
        triggers=compile_when(document["when"], place_of),
        condition=compile_condition(condition, "if", cache) if condition is not None else None,
        vars={name: compile_value(value, cache) for name, value in document.get("vars", {}).items()},
        steps=compile_steps(document["then"], cache, place_of=place_of),
        once_per=_once_per(document["once_per"], cache) if "once_per" in document else None,
        cooldown=parse_duration(cooldown).to_timedelta() if cooldown is not None else None,
        max_latency=parse_duration(latency).to_timedelta() if latency is not None else None,
        triggered_by_rules=document.get("triggered_by_rules", False),
        on_error=_on_error(document.get("on_error", OnError.STOP), cache, place_of),
        allow_destructive=document.get("allow_destructive", False),
        document=document,
        digest=digest(document),
        place=place,
    )


def digest(document: Mapping[str, Any]) -> str:
    """A stable hash of a rule's document. The order of keys means nothing, but in `vars` and `set`, where a later value
    may build on an earlier one.
    """
    return canonical_digest(_ordered(document))


def _ordered(value: Any, *, keep: bool = False) -> Any:
    """The same data with what is ordered as lists of pairs."""
    if isinstance(value, Mapping):
        inner = {key: _ordered(each, keep=key in _ORDERED) for key, each in value.items()}
        return list(inner.items()) if keep else inner
    return [_ordered(each) for each in value] if isinstance(value, list) else value


_ORDERED = frozenset({"vars", "set"})


def _on_error(written: Any, cache: TemplateCache, place_of: PlaceOf) -> OnError | tuple[Step, ...]:
    if isinstance(written, list):
        return compile_steps(written, cache, path=("on_error",), place_of=place_of)
    return OnError(written)


def _once_per(written: Any, cache: TemplateCache) -> OncePer:
    if isinstance(written, str):
        return OncePer(key=cache.text(written))
    every = written.get("every")
    return OncePer(
        key=cache.text(written["key"]),
        every=parse_duration(every).to_timedelta() if every is not None else None,
    )
