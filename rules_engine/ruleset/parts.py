"""The pieces that every part of a rule is compiled from: templates, values and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.ruleset.model import (
    All,
    AnyOf,
    Condition,
    Expression,
    ListOf,
    Literal,
    MapOf,
    Not,
    Templated,
    Value,
)
from rules_engine.ruleset.templates import Template, compile_expression, compile_text


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


def as_list(value: Any) -> list[Any]:
    """A list as it is, a single value as a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


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
