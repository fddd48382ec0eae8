import inspect
import re
from pathlib import Path

import pytest
import yaml

from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.operations import (
    OPERATIONS,
    create_path,
    find_operation,
    ids_in,
    is_plain_path,
    item_path,
    list_path,
)
from rules_engine.dashtrack.resources import MEMBER, NOTE, PROJECT, TASK

ROOT = Path(__file__).resolve().parents[2]
SPEC = yaml.safe_load((ROOT / "schemas" / "dashtrack.openapi.yaml").read_text(encoding="utf-8"))
METHODS = ("get", "post", "patch", "delete")


def _resolved(node):
    while "$ref" in node:
        found = SPEC
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def _shape(path):
    return re.sub(r"\{[^}]+\}", "{}", path)


def _specified():
    for path, item in SPEC["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                yield (
                    (method.upper(), _shape(path)),
                    item[method],
                    [*shared, *item[method].get("parameters", [])],
                )


SPECIFIED = {identity: (operation, parameters) for identity, operation, parameters in _specified()}


def test_there_are_twenty_operations_and_they_are_those_of_the_specification():
    assert len(OPERATIONS) == 20
    assert {(row.method, _shape(row.path)) for row in OPERATIONS} == set(SPECIFIED)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_an_operation_takes_the_parameters_and_fields_of_the_specification(row):
    operation, parameters = SPECIFIED[row.method, _shape(row.path)]
    query = {_resolved(one)["name"] for one in parameters if _resolved(one)["in"] == "query"}
    assert set(row.query) == query
    content = _resolved(operation.get("requestBody", {})).get("content", {})
    schema = _resolved(content["application/json"]["schema"]) if content else {}
    fields = dict(schema.get("properties", {}))
    required = set(schema.get("required", ()))
    for part in map(_resolved, schema.get("allOf", ())):
        fields |= part.get("properties", {})
        required |= set(part.get("required", ()))
    assert set(row.body) == set(fields)
    assert set(row.required) == required


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_the_client_has_a_method_for_each_operation(row):
    parameters = inspect.signature(getattr(Dashtrack, row.name)).parameters
    assert ("fields" in parameters) == bool(row.body)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_a_filled_path_is_found_again_with_its_ids(row):
    path = row.path.replace("{id}", "a%2Fb").replace("{project_id}", "a%2Fb")
    assert find_operation(row.method, path) is row
    assert set(ids_in(row, path).values()) <= {"a/b"}


def test_ids_are_encoded_in_paths():
    assert item_path(TASK, "a/b?c#d e%é") == "/tasks/a%2Fb%3Fc%23d%20e%25%C3%A9"
    assert list_path(TASK, "p/1") == create_path(TASK, "p/1") == "/projects/p%2F1/tasks"
    assert list_path(PROJECT) == "/projects"


@pytest.mark.parametrize("bad", ["", ".", ".."])
def test_an_id_that_would_lead_elsewhere_is_refused(bad):
    with pytest.raises(ValueError, match="can't be an id"):
        item_path(TASK, bad)


def test_a_path_that_the_api_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no such operation"):
        item_path(NOTE, "1")
    with pytest.raises(ValueError, match="no such operation"):
        create_path(MEMBER)
    with pytest.raises(ValueError, match="project_id"):
        list_path(TASK)


@pytest.mark.parametrize(
    "path",
    ["", "tasks", "/tasks/", "//tasks", "/tasks/../leads", "/tasks?x=1", "/tasks#x", "/tasks/a b", "/täsks"],
)
def test_what_is_not_made_of_plain_segments_is_no_path(path):
    assert not is_plain_path(path)
    assert find_operation("GET", path) is None
