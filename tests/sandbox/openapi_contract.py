"""Holds answers of the sandbox to schemas/dashtrack.openapi.yaml."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonschema import Draft202012Validator, FormatChecker

FILE = Path(__file__).parents[2] / "schemas" / "dashtrack.openapi.yaml"
METHODS = ("get", "post", "patch", "put", "delete")

formats = FormatChecker(formats=["uuid", "date"])


@formats.checks("date-time", raises=ValueError)
def _is_date_time(value: Any) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def document() -> dict[str, Any]:
    with FILE.open(encoding="utf-8") as file:
        return yaml.safe_load(file)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path template and operation of each."""
    return [
        (method.upper(), path, item[method])
        for path, item in document()["paths"].items()
        for method in METHODS
        if method in item
    ]


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """The node that a reference means."""
    while "$ref" in node:
        target: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


@cache
def _validator(reference: str) -> Draft202012Validator:
    schema = {"$ref": reference, "components": document()["components"]}
    return Draft202012Validator(schema, format_checker=formats)


def assert_valid(value: Any, reference: str) -> None:
    """The value fits the schema, and has no field that the schema does not name."""
    _validator(reference).validate(value)
    assert undocumented(value, {"$ref": reference}) == []


def undocumented(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """The paths of fields that the schema does not name."""
    schema = resolved(schema)
    if isinstance(value, list):
        return [found for item in value for found in undocumented(item, schema["items"], f"{where}[]")]
    if not isinstance(value, dict):
        return []
    properties = schema["properties"]
    strange = [f"{where}.{name}" for name in value if name not in properties]
    return strange + [
        found
        for name, inner in value.items()
        if name in properties
        for found in undocumented(inner, properties[name], f"{where}.{name}")
    ]


def assert_documented(response: httpx.Response) -> None:
    """The answer's status, headers and body are what the document says of its operation."""
    path = response.request.url.path.removeprefix("/api/v1")
    operation = next(
        operation
        for method, template, operation in operations()
        if method == response.request.method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    )
    described = resolved(operation["responses"][str(response.status_code)])
    for name, header in described["headers"].items():
        assert name in response.headers
        assert re.search(resolved(header)["schema"].get("pattern", "."), response.headers[name])
    reference = described["content"]["application/json"]["schema"]["$ref"]
    assert response.headers["Content-Type"] == "application/json"
    assert_valid(response.json(), reference)
