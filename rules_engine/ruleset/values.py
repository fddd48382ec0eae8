"""Works a parameter's value out from its templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules_engine.ruleset.model import ListOf, Literal, MapOf, Templated, Value
from rules_engine.ruleset.templates import TemplateEnv


def render_value(value: Value, scope: Mapping[str, Any], env: TemplateEnv) -> Any:
    """The value as plain data (and moments). Raises TemplateError."""
    match value:
        case Literal(value=plain):
            return plain
        case Templated(template=template):
            return template.evaluate(scope, env)
        case ListOf(items=parts):
            return [render_value(part, scope, env) for part in parts]
        case MapOf(items=entries):
            return {key: render_value(part, scope, env) for key, part in entries.items()}


def render_vars(variables: Mapping[str, Value], scope: Mapping[str, Any], env: TemplateEnv) -> dict[str, Any]:
    """A rule's variables in the order written, each seeing those before it. Raises TemplateError."""
    rendered: dict[str, Any] = {}
    for name, value in variables.items():
        inner = {**scope, **rendered, "vars": rendered}
        rendered[name] = render_value(value, inner, env)
    return rendered
