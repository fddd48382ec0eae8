"""Judges a condition, and says which part of it failed with the values that it saw.

Parts are judged in the order written, up to the first that decides. A part that can't be evaluated decides as well:
the condition does not hold, and the error is in the verdict. It never counts as true, not even under `not`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules_engine.ruleset.model import All, AnyOf, Condition, Expression, Not
from rules_engine.ruleset.templates import Template, TemplateEnv, TemplateError

_MOST_NAMES = 5
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a condition holds, and why not."""

    holds: bool
    error: str | None = None
    """Why it could not be evaluated; then it does not hold."""
    path: str = ""
    """The part that decided, as a path in the rule: `if[1]`."""
    detail: str = ""
    """That part with the values it read; empty when all is well."""


def judge(condition: Condition | None, scope: Mapping[str, Any], env: TemplateEnv) -> Verdict:
    """Whether the condition holds for what is in scope; a rule without one always does."""
    match condition:
        case None:
            return Verdict(holds=True)
        case Expression():
            return _judge_expression(condition, scope, env)
        case All(parts=parts):
            return _judge_all(parts, scope, env)
        case AnyOf(parts=parts):
            return _judge_any(parts, scope, env)
        case Not(part=part):
            verdict = judge(part, scope, env)
            if verdict.error is not None:
                return verdict
            if verdict.holds:
                return Verdict(
                    holds=False, path=verdict.path, detail=f"{verdict.detail}: it holds, and must not"
                )
            return Verdict(holds=True, path=verdict.path, detail=verdict.detail)


def _judge_all(parts: tuple[Condition, ...], scope: Mapping[str, Any], env: TemplateEnv) -> Verdict:
    last = Verdict(holds=True)
    for part in parts:
        last = judge(part, scope, env)
        if not last.holds:
            return last
    return last


def _judge_any(parts: tuple[Condition, ...], scope: Mapping[str, Any], env: TemplateEnv) -> Verdict:
    failed: list[Verdict] = []
    for part in parts:
        verdict = judge(part, scope, env)
        if verdict.holds or verdict.error is not None:
            return verdict
        failed.append(verdict)
    return Verdict(
        holds=False,
        path=failed[0].path if failed else "",
        detail="none of these holds: " + "; ".join(verdict.detail for verdict in failed),
    )


def _judge_expression(expression: Expression, scope: Mapping[str, Any], env: TemplateEnv) -> Verdict:
    template = expression.template
    try:
        holds = bool(template.evaluate(scope, env))
    except TemplateError as error:
        detail = f"{expression.path}: {template.source} — {error}"
        return Verdict(holds=False, error=str(error), path=expression.path, detail=detail)
    values = _values_read(template, scope)
    detail = f"{expression.path}: {template.source}" + (f" — {values}" if values else "")
    return Verdict(holds=holds, path=expression.path, detail=detail)


def _values_read(template: Template, scope: Mapping[str, Any]) -> str:
    """What the names in the template stood for: `lead.value is 3200`."""
    shown: dict[str, str] = {}
    for reference in template.references:
        name = ".".join((reference.name, *reference.path))
        if name not in shown and len(shown) < _MOST_NAMES and reference.name in scope:
            shown[name] = _shown(_walk(scope, (reference.name, *reference.path)))
    return ", ".join(f"{name} is {value}" for name, value in shown.items())


def _walk(value: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        name = value.get("name") or value.get("id")
        return f"{{{name}, …}}" if name else "{…}"
    if isinstance(value, str):
        text = value
    elif isinstance(value, date):
        text = value.isoformat()
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    text = text or "empty"
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
