"""The JSON schema of a rules file, for editors: completion, hover texts, and the same shape that the checks hold.

Generated from the tables that the code itself uses; `schemas/rules.schema.json` is its committed output
(`make schemas`). It says what a schema can say: keys, types, events, actions, parameters. What depends on the event,
on names or on templates is for `check`. Draft 7, for that is what YAML language servers know best.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from rules_engine.events.catalogue import EVENT_TYPES
from rules_engine.ruleset.actions import ACTIONS, Action
from rules_engine.ruleset.grammar import (
    AS_DESCRIPTION,
    CONDITION_KEYS,
    DOCUMENT_KEYS,
    ID_PATTERN,
    MODES,
    NAME_PATTERN,
    ON_ERROR,
    ONCE_PER_KEYS,
    REQUIRED_RULE_KEYS,
    RULE_KEYS,
    SIDE_KEYS,
    TRIGGER_KEYS,
    VERSION,
)
from rules_engine.ruleset.kinds import schema_of

Schema = dict[str, Any]

_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_SCALARS: Schema = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
_TEXTS: Schema = {
    "anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]
}
_DURATION: Schema = {"type": "string", "examples": ["30 minutes", "1 hour", "5 days"]}


def rules_schema() -> Schema:
    """The schema as plain JSON data."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rules of rules-engine",
        "description": "Rules that watch an agency's Dashtrack and act on it.",
        **_object(
            {
                "version": {"const": VERSION},
                "rules": {"type": "array", "minItems": 1, "items": _ref("rule")},
            },
            DOCUMENT_KEYS,
            required=tuple(DOCUMENT_KEYS),
        ),
        "definitions": {
            "rule": _rule(),
            "event": _event(),
            "trigger": _trigger(),
            "condition": _condition(),
            "step": _step(),
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _object(properties: dict[str, Schema], descriptions: Any, *, required: Iterable[str] = ()) -> Schema:
    """An object with exactly these keys, each with its hover text."""
    described = {key: {"description": descriptions[key], **schema} for key, schema in properties.items()}
    # A draft 7 reader ignores what stands beside a $ref, so a described reference is wrapped.
    wrapped = {
        key: {"description": schema["description"], "allOf": [{"$ref": schema["$ref"]}]}
        if "$ref" in schema
        else schema
        for key, schema in described.items()
    }
    needs = {"required": list(required)} if required else {}
    return {"type": "object", "additionalProperties": False, **needs, "properties": wrapped}


def _rule() -> Schema:
    once_per = _object({"key": {"type": "string"}, "every": _DURATION}, ONCE_PER_KEYS, required=("key",))
    trigger = {"anyOf": [_ref("event"), _ref("trigger")]}
    return _object(
        {
            "id": {"type": "string", "pattern": _whole(ID_PATTERN.pattern)},
            "name": {"type": "string"},
            "description": {"type": "string"},
            "mode": {"enum": list(MODES), "default": "live"},
            "when": {"anyOf": [*trigger["anyOf"], {"type": "array", "minItems": 1, "items": trigger}]},
            "if": _ref("condition"),
            "vars": {
                "type": "object",
                "propertyNames": {"pattern": _whole(NAME_PATTERN.pattern)},
                "additionalProperties": True,
            },
            "then": {"type": "array", "minItems": 1, "items": _ref("step")},
            "once_per": {"anyOf": [{"type": "string"}, once_per]},
            "cooldown": _DURATION,
            "triggered_by_rules": {"type": "boolean", "default": False},
            "on_error": {"enum": list(ON_ERROR), "default": "stop"},
            "allow_destructive": {"type": "boolean", "default": False},
        },
        RULE_KEYS,
        required=REQUIRED_RULE_KEYS,
    )


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _event() -> Schema:
    return {
        "type": "string",
        "enum": list(EVENT_TYPES),
        "enumDescriptions": [event.summary for event in EVENT_TYPES.values()],
    }


def _trigger() -> Schema:
    events = {"anyOf": [_ref("event"), {"type": "array", "minItems": 1, "items": _ref("event")}]}
    return _object(
        {
            "event": events,
            **dict.fromkeys(SIDE_KEYS, _SCALARS),
            "where": {"type": "object", "additionalProperties": _SCALARS},
            "changed": _TEXTS,
            "tag": _TEXTS,
        },
        TRIGGER_KEYS,
        required=("event",),
    )


def _condition() -> Schema:
    several = {"type": "array", "minItems": 1, "items": _ref("condition")}
    combined = _object({"all": several, "any": several, "not": _ref("condition")}, CONDITION_KEYS)
    return {
        "anyOf": [
            {"type": "string", "pattern": r"\S"},
            {"type": "boolean"},
            several,
            {**combined, "minProperties": 1, "maxProperties": 1},
        ]
    }


def _step() -> Schema:
    """One action, and perhaps `as`: counted, rather than by a wide `oneOf` whose messages help nobody."""
    actions = {name: _action(action) for name, action in ACTIONS.items()}
    name = {"type": "string", "pattern": _whole(NAME_PATTERN.pattern), "description": AS_DESCRIPTION}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**actions, "as": name},
        "minProperties": 1,
        "maxProperties": 2,
        "if": {"minProperties": 2},
        "then": {"required": ["as"]},
        "else": {"not": {"required": ["as"]}},
    }


def _action(action: Action) -> Schema:
    required = [parameter.name for parameter in action.parameters if parameter.required]
    params: Schema = {
        "type": "object" if required else ["object", "null"],
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": {parameter.name: schema_of(parameter) for parameter in action.parameters},
    }
    if action.scalar is None:
        return {"description": action.summary, **params}
    scalar = next(parameter for parameter in action.parameters if parameter.name == action.scalar)
    return {"description": action.summary, "anyOf": [schema_of(scalar), params]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(rules_schema(), indent=2, ensure_ascii=False) + "\n")
