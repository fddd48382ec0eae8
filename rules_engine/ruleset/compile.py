"""From a rule as written (plain JSON data that the checks have passed) to the rule that the engine runs.

The same way leads back from the store: a run is pinned to its rule's document, which compiles without a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rules_engine.durations import parse_duration
from rules_engine.ruleset.actions import ACTIONS
from rules_engine.ruleset.model import (
    ActionStep,
    All,
    AnyOf,
    Condition,
    Expression,
    ListOf,
    Literal,
    MapOf,
    Mode,
    Not,
    OncePer,
    OnError,
    Place,
    Rule,
    Templated,
    Trigger,
    Value,
)
from rules_engine.ruleset.templates import Template, compile_expression, compile_text

_PINNED = Place("(pinned)", 1, 1)
_DIGEST_LENGTH = 32


class TemplateCache:
    """Compiles each distinct text once, however many rules of a load hold it."""

    __slots__ = ("_expressions", "_texts")

    def __init__(self) -> None:
        self._texts: dict[str, Template] = {}
        self._expressions: dict[str, Template] = {}

    def text(self, source: str) -> Template:
        """The compiled text. Raises TemplateSyntaxProblem."""
        found = self._texts.get(source)
        if found is None:
            found = self._texts[source] = compile_text(source)
        return found

    def expression(self, source: str) -> Template:
        """The compiled expression. Raises TemplateSyntaxProblem."""
        found = self._expressions.get(source)
        if found is None:
            found = self._expressions[source] = compile_expression(source)
        return found


def has_markup(text: str) -> bool:
    """Whether a text is more than what it says."""
    return "{{" in text or "{%" in text or "{#" in text


def rule_from_document(document: Mapping[str, Any]) -> Rule:
    """The rule that a pinned document describes."""
    return compile_rule(document, place=_PINNED, cache=TemplateCache())


def compile_rule(
    document: Mapping[str, Any],
    *,
    place: Place,
    cache: TemplateCache,
    step_places: tuple[Place, ...] = (),
) -> Rule:
    """The rule of a document that the checks have found right; of another one the result is undefined.

    `step_places` are those of the entries of `then`, where they are known.
    """
    condition = document.get("if")
    cooldown = document.get("cooldown")
    steps = tuple(
        _step(index, entry, step_places[index] if index < len(step_places) else None, cache)
        for index, entry in enumerate(document["then"])
    )
    return Rule(
        id=document["id"],
        name=document.get("name", document["id"]),
        mode=Mode(document.get("mode", Mode.LIVE)),
        triggers=compile_when(document["when"]),
        condition=compile_condition(condition, "if", cache) if condition is not None else None,
        vars={name: compile_value(value, cache) for name, value in document.get("vars", {}).items()},
        steps=steps,
        once_per=_once_per(document["once_per"], cache) if "once_per" in document else None,
        cooldown=parse_duration(cooldown).to_timedelta() if cooldown is not None else None,
        triggered_by_rules=document.get("triggered_by_rules", False),
        on_error=OnError(document.get("on_error", OnError.STOP)),
        allow_destructive=document.get("allow_destructive", False),
        document=document,
        digest=digest(document),
        place=place,
    )


def digest(document: Mapping[str, Any]) -> str:
    """A stable hash of a rule's document. The order of keys means nothing, but for `vars`, which may build on each other."""
    variables = document.get("vars")
    canonical = (
        {**document, "vars": list(variables.items())} if isinstance(variables, Mapping) else dict(document)
    )
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_LENGTH]


def compile_when(when: Any) -> tuple[Trigger, ...]:
    """The triggers of `when`, in any of its forms."""
    return tuple(_trigger(entry) for entry in as_list(when))


def as_list(value: Any) -> list[Any]:
    """A list as it is, a single value as a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _trigger(entry: Any) -> Trigger:
    if isinstance(entry, str):
        return Trigger(events=(entry,))
    return Trigger(
        events=tuple(as_list(entry["event"])),
        from_=_values(entry, "from"),
        to=_values(entry, "to"),
        not_from=_values(entry, "not_from"),
        not_to=_values(entry, "not_to"),
        changed=_values(entry, "changed"),
        tag=_values(entry, "tag"),
        where={name: _values(entry["where"], name) for name in entry.get("where", {})},
    )


def _values(entry: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    if key not in entry:
        return ()
    return tuple(as_list(entry[key])) or (None,)


def compile_condition(condition: Any, path: str, cache: TemplateCache) -> Condition:
    """A condition in any of its forms; a list means all."""
    if isinstance(condition, list):
        return All(_parts(condition, path, cache))
    if isinstance(condition, Mapping):
        (word, inner), *_ = condition.items()
        inside = f"{path}.{word}"
        if word == "not":
            return Not(compile_condition(inner, inside, cache))
        return (All if word == "all" else AnyOf)(_parts(as_list(inner), inside, cache))
    return Expression(template=cache.expression(expression_source(condition)), path=path)


def expression_source(condition: Any) -> str:
    """An expression's text; a plain true or false is one as well."""
    if isinstance(condition, bool):
        return "true" if condition else "false"
    return str(condition)


def _parts(parts: list[Any], path: str, cache: TemplateCache) -> tuple[Condition, ...]:
    return tuple(compile_condition(part, f"{path}[{index}]", cache) for index, part in enumerate(parts))


def compile_value(value: Any, cache: TemplateCache) -> Value:
    """A value in which any text may be a template."""
    if isinstance(value, str):
        return Templated(cache.text(value)) if has_markup(value) else Literal(value)
    if isinstance(value, list):
        return ListOf(tuple(compile_value(item, cache) for item in value))
    if isinstance(value, Mapping):
        return MapOf({key: compile_value(item, cache) for key, item in value.items()})
    return Literal(value)


def _step(index: int, entry: Mapping[str, Any], place: Place | None, cache: TemplateCache) -> ActionStep:
    name = next(key for key in entry if key != "as")
    params = action_params(name, entry[name])
    return ActionStep(
        key=str(index),
        action=name,
        params={key: compile_value(value, cache) for key, value in params.items()},
        as_=entry.get("as"),
        place=place,
    )


def action_params(name: str, written: Any) -> Mapping[str, Any]:
    """An action's parameters by name, from any of its forms: a mapping, nothing, or its one text."""
    if isinstance(written, Mapping):
        return written
    scalar = ACTIONS[name].scalar
    return {} if written is None or scalar is None else {scalar: written}


def _once_per(written: Any, cache: TemplateCache) -> OncePer:
    if isinstance(written, str):
        return OncePer(key=cache.text(written))
    every = written.get("every")
    return OncePer(
        key=cache.text(written["key"]),
        every=parse_duration(every).to_timedelta() if every is not None else None,
    )
