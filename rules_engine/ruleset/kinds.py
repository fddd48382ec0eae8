"""What a parameter of each kind takes as it is written: once as a check, once as JSON schema, side by side.

A text with a template in it is taken by every kind, for only its result has a type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules_engine.dashtrack.resources import Kind
from rules_engine.events.special import CUSTOM_PATTERN
from rules_engine.ruleset.actions import Parameter, Role
from rules_engine.ruleset.parts import has_markup

Misfit = tuple[tuple[str | int, ...], str]
"""Where inside the value, and what is taken there."""

MARKUP_PATTERN = r"\{[{%#]"
"""What a text with a template in it has, as a pattern for a schema."""
_TEMPLATE_SCHEMA = {"type": "string", "pattern": MARKUP_PATTERN}
_TEXTS_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
}


def misfit(parameter: Parameter, value: Any) -> Misfit | None:
    """Why the value is not one that the parameter takes, or None."""
    if value is None:
        return None if parameter.nullable else ((), _wanted(parameter))
    if parameter.role is Role.DATA:
        return None if isinstance(value, Mapping) else ((), "a mapping of names to values")
    if isinstance(value, str) and has_markup(value):
        return None
    if parameter.mergeable and isinstance(value, dict):
        return _merge_misfit(value)
    return _CHECKS[parameter.kind](parameter, value)


def schema_of(parameter: Parameter) -> dict[str, Any]:
    """The JSON schema of what the parameter takes."""
    if parameter.role in _ROLE_SCHEMAS:
        return {"description": parameter.description, **_ROLE_SCHEMAS[parameter.role]}
    schema = _SCHEMAS[parameter.kind](parameter)
    forms = list(schema.pop("anyOf", [schema] if schema else []))
    if parameter.mergeable:
        forms.append(_merge_schema(parameter))
    if parameter.nullable:
        forms.append({"type": "null"})
    return {"description": parameter.description, **(forms[0] if len(forms) == 1 else {"anyOf": forms})}


def _wanted(parameter: Parameter) -> str:
    return _WORDS[parameter.kind]


def _of_types(*types: type) -> Callable[[Parameter, Any], Misfit | None]:
    def check(parameter: Parameter, value: Any) -> Misfit | None:
        if isinstance(value, types) and (bool in types or not isinstance(value, bool)):
            return None if value != "" or not parameter.required else ((), "a text that is not empty")
        return (), _wanted(parameter)

    return check


def _texts(parameter: Parameter, value: Any) -> Misfit | None:
    if isinstance(value, str):
        return None
    if not isinstance(value, list):
        return (), _wanted(parameter)
    wrong = next((index for index, item in enumerate(value) if not isinstance(item, str)), None)
    return None if wrong is None else ((wrong,), "a text")


def _anything(parameter: Parameter, value: Any) -> Misfit | None:
    return None if not isinstance(value, (dict, bool)) else ((), _wanted(parameter))


def _merge_misfit(value: Mapping[str, Any]) -> Misfit | None:
    if not value:
        return (), "add, remove or both"
    for key, items in value.items():
        if key not in {"add", "remove"}:
            return (key,), "add and remove, and no other key"
        if not isinstance(items, str) and not (
            isinstance(items, list) and all(isinstance(item, str) for item in items)
        ):
            return (key,), "a text or a list of texts"
    return None


_WORDS: Mapping[Kind, str] = {
    Kind.ID: "a text",
    Kind.TEXT: "a text",
    Kind.LONG_TEXT: "a text",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DATETIME: "a moment or day as text, such as 2026-12-01",
    Kind.DATE: "a day as text, such as 2026-12-01",
    Kind.WORD: "a text",
    Kind.WORDS: "a text or a list of texts",
    Kind.PEOPLE: "a name or a list of names",
    Kind.LIST: "a value or a list of values",
}
_TEXT_CHECK = _of_types(str, int, float)
_CHECKS: Mapping[Kind, Callable[[Parameter, Any], Misfit | None]] = {
    Kind.ID: _TEXT_CHECK,
    Kind.TEXT: _TEXT_CHECK,
    Kind.LONG_TEXT: _TEXT_CHECK,
    Kind.NUMBER: _of_types(int, float),
    Kind.BOOLEAN: _of_types(bool),
    Kind.DATETIME: _of_types(str),
    Kind.DATE: _of_types(str),
    Kind.WORD: _of_types(str),
    Kind.WORDS: _texts,
    Kind.PEOPLE: _texts,
    Kind.LIST: _anything,
}


def _text_schema(parameter: Parameter) -> dict[str, Any]:
    if not parameter.required:
        return {"type": ["string", "number"]}
    return {"type": ["string", "number"], "minLength": 1}


def _word_schema(parameter: Parameter) -> dict[str, Any]:
    """The vocabulary is offered; any text is taken, for case does not matter and a template may stand there."""
    text = {"type": "string", "minLength": 1} if parameter.required else {"type": "string"}
    return {"anyOf": [{"enum": list(parameter.vocabulary)}, text]}


def _words_schema(parameter: Parameter) -> dict[str, Any]:
    word = _word_schema(parameter)
    return {"anyOf": [word, {"type": "array", "items": word}]}


def _merge_schema(parameter: Parameter) -> dict[str, Any]:
    words = _words_schema(parameter)
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            "add": {"description": "Words to add to those that are there.", **words},
            "remove": {"description": "Words to take away.", **words},
        },
    }


_ROLE_SCHEMAS: Mapping[Role, dict[str, Any]] = {
    Role.DATA: {"type": "object"},
    Role.EVENT: {"type": "string", "pattern": f"^(?:{CUSTOM_PATTERN.pattern})$"},
}
_SCHEMAS: Mapping[Kind, Callable[[Parameter], dict[str, Any]]] = {
    Kind.ID: _text_schema,
    Kind.TEXT: _text_schema,
    Kind.LONG_TEXT: _text_schema,
    Kind.NUMBER: lambda _: {"anyOf": [{"type": "number"}, _TEMPLATE_SCHEMA]},
    Kind.BOOLEAN: lambda _: {"anyOf": [{"type": "boolean"}, _TEMPLATE_SCHEMA]},
    Kind.DATETIME: lambda _: {"type": "string"},
    Kind.DATE: lambda _: {"type": "string"},
    Kind.WORD: _word_schema,
    Kind.WORDS: _words_schema,
    Kind.PEOPLE: lambda _: dict(_TEXTS_SCHEMA),
    Kind.LIST: lambda _: {"type": ["string", "number", "array"]},
}
