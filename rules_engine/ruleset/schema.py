"""The JSON schema of a rules file, for editors: completion, hover texts, and the same shape that the checks hold.

Generated from the tables that the code itself uses; `schemas/rules.schema.json` is its committed output
(`make schemas`). It says what a schema can say: keys, types, events, actions, parameters. What depends on the event,
on names or on templates is for `check`. Draft 7, for that is what YAML language servers know best.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Any

from rules_engine.events.special import CUSTOM_PATTERN
from rules_engine.ruleset.actions import ACTIONS, Action
from rules_engine.ruleset.compile_trigger import PERCENT
from rules_engine.ruleset.event_names import EVENT_NAMES
from rules_engine.ruleset.grammar import (
    AS_DESCRIPTION,
    BLUEPRINT_KEYS,
    BRANCH_KEYS,
    CLOCK_KEYS,
    CONDITION_KEYS,
    CONTROL,
    DOCUMENT_KEYS,
    FOREACH_KEYS,
    ID_PATTERN,
    INPUT_KEYS,
    MODES,
    NAME_PATTERN,
    ON_ERROR,
    ON_MISSED,
    ONCE_PER_KEYS,
    REQUIRED_RULE_KEYS,
    RULE_KEYS,
    SIDE_KEYS,
    TRIGGER_KEYS,
    USE_KEYS,
    VERSION,
    WAIT_KEYS,
)
from rules_engine.ruleset.inputs import type_names
from rules_engine.ruleset.kinds import MARKUP_PATTERN, schema_of

Schema = dict[str, Any]

_INPUT = r"^\{\{-?\s*inputs\.[A-Za-z][A-Za-z0-9_]*\s*-?\}\}$"

_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_SCALARS: Schema = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
_TEXTS: Schema = {
    "anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]
}
_DURATION: Schema = {"type": "string", "examples": ["30 minutes", "1 hour", "5 days"]}
_WORKING_DURATION: Schema = {"type": "string", "examples": ["2 hours", "2 days", "3 working days"]}


def rules_schema() -> Schema:
    """The schema as plain JSON data."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rules of rules-engine",
        "description": "Rules that watch an agency's Dashtrack and act on it.",
        **_object(
            {
                "version": {"const": VERSION},
                "rules": {"type": "array", "minItems": 1, "items": _rule_or_use()},
                "inputs": _inputs(),
            },
            BLUEPRINT_KEYS,
            required=tuple(DOCUMENT_KEYS),
        ),
        "definitions": {
            "rule": _rule(),
            "use": _use(),
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


def _rule_or_use() -> Schema:
    return {"if": {"required": ["use"]}, "then": _ref("use"), "else": _ref("rule")}


def _use() -> Schema:
    return _object(
        {
            "id": {"type": "string", "pattern": _whole(ID_PATTERN.pattern)},
            "use": {"type": "string", "examples": ["blueprints/chase.yaml"]},
            "with": {"type": "object"},
            "description": {"type": "string"},
            "mode": {"enum": list(MODES)},
        },
        USE_KEYS,
        required=("id", "use"),
    )


def _inputs() -> Schema:
    declared = _object(
        {"type": {"enum": list(type_names())}, "default": {}, "description": {"type": "string"}},
        INPUT_KEYS,
        required=("type",),
    )
    return {
        "type": "object",
        "propertyNames": {"pattern": _whole(NAME_PATTERN.pattern)},
        "additionalProperties": declared,
    }


def _or_input(schema: Schema) -> Schema:
    """The schema, or in a blueprint an input in its place."""
    return {"anyOf": [schema, {"type": "string", "pattern": _INPUT}]}


def _rule() -> Schema:
    once_per = _object({"key": {"type": "string"}, "every": _DURATION}, ONCE_PER_KEYS, required=("key",))
    trigger = {"anyOf": [_ref("event"), _ref("trigger")]}
    return _object(
        {
            "id": {"type": "string", "pattern": _whole(ID_PATTERN.pattern)},
            "name": {"type": "string"},
            "description": {"type": "string"},
            "mode": {**_or_input({"enum": list(MODES)}), "default": "live"},
            "when": {"anyOf": [*trigger["anyOf"], {"type": "array", "minItems": 1, "items": trigger}]},
            "if": _ref("condition"),
            "vars": {
                "type": "object",
                "propertyNames": {"pattern": _whole(NAME_PATTERN.pattern)},
                "additionalProperties": True,
            },
            "then": _block(),
            "once_per": {"anyOf": [{"type": "string"}, once_per]},
            "cooldown": _DURATION,
            "max_latency": _DURATION,
            "triggered_by_rules": {**_or_input({"type": "boolean"}), "default": False},
            "on_error": {"anyOf": [{"enum": list(ON_ERROR)}, _block()], "default": "stop"},
            "allow_destructive": {**_or_input({"type": "boolean"}), "default": False},
        },
        RULE_KEYS,
        required=REQUIRED_RULE_KEYS,
    )


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _block() -> Schema:
    return {"type": "array", "minItems": 1, "items": _ref("step")}


def _event() -> Schema:
    named = {"enum": list(EVENT_NAMES), "enumDescriptions": list(EVENT_NAMES.values())}
    custom = {"pattern": _whole(CUSTOM_PATTERN.pattern), "description": "An event that a rule emits."}
    return {"type": "string", "anyOf": [named, custom, {"pattern": _INPUT}]}


def _event_keys() -> dict[str, Schema]:
    return {
        "event": {"anyOf": [_ref("event"), {"type": "array", "minItems": 1, "items": _ref("event")}]},
        **dict.fromkeys(SIDE_KEYS, _SCALARS),
        "where": {"type": "object", "additionalProperties": _SCALARS},
        "changed": _TEXTS,
        "tag": _TEXTS,
        "for": _WORKING_DURATION,
        "crosses": {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": f"^{_plain(PERCENT.pattern)}$"},
                {"type": "string", "pattern": _INPUT},
            ]
        },
        **dict.fromkeys(CLOCK_KEYS, _WORKING_DURATION),
    }


def _plain(pattern: str) -> str:
    """The pattern without Python's names of groups, which JavaScript writes in another way."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def _trigger() -> Schema:
    return {
        **_object(
            {
                **_event_keys(),
                "schedule": {"type": "string", "examples": ["0 9 * * mon-fri", "30 8 * * mon"]},
                "timezone": {"type": "string", "examples": ["Europe/London", "UTC"]},
                "on_missed": {**_or_input({"enum": list(ON_MISSED)}), "default": "once"},
            },
            TRIGGER_KEYS,
        ),
        "if": {"required": ["schedule"]},
        "then": {"not": {"required": ["event"]}},
        "else": {"required": ["event"]},
    }


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
    """One action or control, and with an action perhaps `as`: counted, not by a `oneOf` whose messages help nobody."""
    actions = {name: _action(action) for name, action in ACTIONS.items()}
    control = {name: {"description": CONTROL[name], **schema} for name, schema in _control().items()}
    name = {"type": "string", "pattern": _whole(NAME_PATTERN.pattern), "description": AS_DESCRIPTION}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**actions, **control, "as": name},
        "minProperties": 1,
        "maxProperties": 2,
        "if": {"minProperties": 2},
        "then": {"required": ["as"], "properties": dict.fromkeys(control, False)},
        "else": {"not": {"required": ["as"]}},
    }


def _control() -> dict[str, Schema]:
    branch = {
        **_object({"if": _ref("condition"), "then": _block(), "else": _block()}, BRANCH_KEYS),
        "if": {"required": ["else"]},
        "then": {"maxProperties": 1},
        "else": {"required": ["if", "then"]},
    }
    items = {"anyOf": [{"type": "array", "minItems": 1}, {"type": "string", "pattern": MARKUP_PATTERN}]}
    awaited = {key: schema for key, schema in _event_keys().items() if key in WAIT_KEYS}
    wait = {**awaited, "timeout": _WORKING_DURATION, "on_timeout": _block()}
    return {
        "choose": {"type": "array", "minItems": 1, "items": branch},
        "foreach": _object({"in": items, "then": _block()}, FOREACH_KEYS, required=("in", "then")),
        "delay": _WORKING_DURATION,
        "wait_for": {
            **_object(wait, WAIT_KEYS, required=("event",)),
            "dependencies": {"on_timeout": ["timeout"]},
        },
        "set": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": _whole(NAME_PATTERN.pattern)},
        },
        "stop": {"type": "string"},
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
