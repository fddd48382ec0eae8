"""The JSON schema of `rules-engine.yaml`, drawn from the table of settings.

`python -m rules_engine.config.schema` prints it; `schemas/config.schema.json` is its committed output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from rules_engine.config.kinds import Kind, ListKind, MapKind, Section, Setting
from rules_engine.config.settings import SETTINGS


def config_schema() -> dict[str, Any]:
    """The schema, in the draft that editors know best (7), with a description and a default for every key."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "rules-engine.yaml",
        "description": "The configuration of rules-engine. Every key has a default, so no file is needed.",
        **_kind(SETTINGS),
    }


def _kind(kind: Kind) -> dict[str, Any]:
    """The schema of a kind. A key without a value is as good as one that is left out, so null is fine."""
    if isinstance(kind, Section):
        return {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {key: _setting(setting) for key, setting in kind.settings.items()},
            **({"required": list(kind.required)} if kind.required else {}),
        }
    if isinstance(kind, ListKind):
        return {"type": ["array", "null"], "items": _without_null(_kind(kind.item))}
    if isinstance(kind, MapKind):
        return {
            "type": ["object", "null"],
            "propertyNames": {"pattern": f"^(?:{kind.pattern})$"},
            "additionalProperties": _without_null(_kind(kind.item)),
        }
    return _with_null(dict(kind.schema))


def _setting(setting: Setting) -> dict[str, Any]:
    default = {} if setting.default is None else {"default": setting.default}
    return {"description": setting.description, **_kind(setting.kind), **default}


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The items of a list, and the keys that an item must have, do need a value."""
    if "enum" in schema:
        return {**schema, "enum": [word for word in schema["enum"] if word is not None]}
    required = {key: _without_null(schema["properties"][key]) for key in schema.get("required", ())}
    properties = {"properties": {**schema["properties"], **required}} if "properties" in schema else {}
    return {**schema, **properties, "type": next(kind for kind in schema["type"] if kind != "null")}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n")
