"""The JSON schema of a test file, for editors: completion, hover texts, and what a schema can say of its shape.

Generated from the tables that the reader itself uses; `schemas/test.schema.json` is its committed output. Names of
rules and objects are for `rules-engine test`. Draft 7, for that is what YAML language servers know best.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rules_engine.dashtrack.resources import RESOURCES, Field, Kind, Resource, Scope
from rules_engine.events.special import CUSTOM_PATTERN, ENGINE_EVENTS
from rules_engine.foresight.rule_tests.grammar import (
    CASE_KEYS,
    CONTAINS,
    CONTAINS_TEXT,
    EXPECTED_KEYS,
    FILE_KEYS,
    GIVEN_KEYS,
    STEP_KEYS,
    VERSION,
)
from rules_engine.ruleset.actions import ACTIONS, Action, Parameter, Role, describe
from rules_engine.ruleset.kinds import schema_of

Schema = dict[str, Any]

_DURATION: Schema = {"type": "string", "examples": ["30 minutes", "2 days", "3 working days"]}
_REF: Schema = {"type": ["string", "number"], "description": "Which one: its name or its id."}
_KINDS: Mapping[Kind, Schema] = {
    Kind.NUMBER: {"type": ["number", "null"]},
    Kind.BOOLEAN: {"type": ["boolean", "null"]},
}
_LISTS = frozenset({Kind.WORDS, Kind.PEOPLE, Kind.LIST})


def tests_schema() -> Schema:
    """The schema as plain JSON data."""
    properties: dict[str, Schema] = {
        "version": {"const": VERSION},
        "rules": {"type": "string", "minLength": 1},
        "now": _moment(),
        "given": _ref("given"),
        "tests": {"type": "array", "minItems": 1, "items": _ref("test")},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rule tests of rules-engine",
        "description": "Tests of rules: a world, a change, and the actions that must come of it.",
        **_object(properties, FILE_KEYS, required=("version", "tests")),
        "definitions": {
            "given": _given(),
            "test": _case(),
            "step": {**_object(_steps(), STEP_KEYS), "minProperties": 1, "maxProperties": 1},
            "expected": _expected(),
            **{name: _thing(resource) for name, resource in RESOURCES.items()},
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _object(
    properties: Mapping[str, Schema], descriptions: Mapping[str, str], *, required: Iterable[str] = ()
) -> Schema:
    """An object with exactly these keys. A draft 7 reader ignores what stands beside a $ref, so that is wrapped."""
    described = {
        key: {"description": descriptions[key], **({"allOf": [schema]} if "$ref" in schema else schema)}
        for key, schema in properties.items()
    }
    needs = {"required": list(required)} if required else {}
    return {"type": "object", "additionalProperties": False, **needs, "properties": described}


def _moment() -> Schema:
    return {"type": "string", "examples": ["2026-11-24T09:00:00Z"]}


def _given() -> Schema:
    lists: dict[str, Schema] = {
        key: {"type": "array", "items": _ref(name)} for key, name in GIVEN_KEYS.items()
    }
    words = {key: f"The {key.replace('_', ' ')} that there are." for key in lists}
    return _object(lists, words)


def _case() -> Schema:
    steps = {name: schema for name, schema in _steps().items() if name != "expect"}
    reasons = {"type": "object", "additionalProperties": {"type": "string"}}
    ids = {"type": "string"}
    properties: dict[str, Schema] = {
        "name": {"type": "string", "pattern": r"\S"},
        "description": {"type": "string"},
        "rule": {"anyOf": [ids, {"type": "array", "items": ids}]},
        "now": _moment(),
        "given": _ref("given"),
        **steps,
        "steps": {"type": "array", "items": _ref("step")},
        "expect": {"type": "array", "items": _ref("expected")},
        "exactly": {"type": "boolean", "default": False},
        "why": reasons,
        "errors": reasons,
    }
    one_of = [{"required": [name]} for name in (*steps, "steps")]
    return {**_object(properties, CASE_KEYS, required=("name",)), "oneOf": one_of}


def _steps() -> dict[str, Schema]:
    changes = {"type": "object", "minProperties": 2}
    created = {name: _ref(name) for name in RESOURCES}
    deleted = {name: _REF for name, resource in RESOURCES.items() if not resource.archivable}
    event = {"anyOf": [{"enum": list(ENGINE_EVENTS)}, {"pattern": f"^(?:{CUSTOM_PATTERN.pattern})$"}]}
    return {
        "change": _one_or_several(
            {**changes, "anyOf": [{"required": [name]} for name in RESOURCES], **_changed()}
        ),
        "create": _one_or_several(_some_of(created)),
        "delete": _one_or_several(_some_of(deleted)),
        "emit": {
            "type": "object",
            "additionalProperties": False,
            "required": ["event"],
            "properties": {"event": {"type": "string", **event}, "data": {"type": "object"}},
        },
        "advance": _DURATION,
        "expect": {"type": "array", "items": _ref("expected")},
    }


def _changed() -> Schema:
    """Of what a change may hold, the objects that it may be of; which fields follow depends on that."""
    return {"properties": dict.fromkeys(RESOURCES, _REF)}


def _some_of(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": dict(properties),
    }


def _one_or_several(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "minItems": 1, "items": schema}]}


def _thing(resource: Resource) -> Schema:
    """An object in words. A field that nobody foresaw is taken: Dashtrack may have more than is known."""
    fields = {field.name: {"description": describe(field), **_field(field)} for field in resource.fields}
    if resource.scope is Scope.PROJECT:
        fields = {
            "project": {"description": "Its project, by name or id.", "type": ["string", "number"]},
            **fields,
        }
    return {"type": "object", "properties": fields}


def _field(field: Field) -> Schema:
    if field.vocabulary:
        word: Schema = {"anyOf": [{"enum": list(field.vocabulary)}, {"type": "string"}]}
        items = {"type": "array", "items": word}
        null = {"type": "null"}
        return {"anyOf": [*word["anyOf"], items, null] if field.kind in _LISTS else [*word["anyOf"], null]}
    if field.kind in _LISTS:
        return {"type": ["string", "number", "array", "null"]}
    return _KINDS.get(field.kind, {"type": ["string", "number", "null"]})


def _expected() -> Schema:
    exactly = {
        key: {"type": "boolean", "default": False, "description": text} for key, text in EXPECTED_KEYS.items()
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2,
        "oneOf": [{"required": [name]} for name in ACTIONS],
        "properties": {**{name: _action(action) for name, action in ACTIONS.items()}, **exactly},
    }


def _action(action: Action) -> Schema:
    fields = {each.name: _sent(each) for each in action.parameters if each.role is not Role.UNLESS_EXISTS}
    params: Schema = {"type": ["object", "null"], "additionalProperties": False, "properties": fields}
    if action.scalar is None:
        return {"description": action.summary, **params}
    return {"description": action.summary, "anyOf": [fields[action.scalar], params]}


def _sent(parameter: Parameter) -> Schema:
    """A field as it is expected: as it may be written, or null, or for a text a part of it."""
    schema = schema_of(parameter)
    forms: list[Schema] = [
        {key: value for key, value in schema.items() if key != "description"},
        {"type": "null"},
    ]
    if parameter.kind in {Kind.TEXT, Kind.LONG_TEXT}:
        part = {"type": "string", "description": CONTAINS_TEXT}
        forms.append(
            {
                "type": "object",
                "additionalProperties": False,
                "required": [CONTAINS],
                "properties": {CONTAINS: part},
            }
        )
    return {"description": parameter.description, "anyOf": forms}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(tests_schema(), indent=2, ensure_ascii=False) + "\n")
