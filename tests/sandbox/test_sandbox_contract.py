from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_contract import document, operations, resolved, undocumented

from rules_engine.sandbox import shapes, vocabulary
from rules_engine.sandbox.operations import OPERATIONS


def test_the_document_and_the_server_have_the_same_twenty_operations():
    documented = {(method, re.sub(r"\{\w+\}", "{id}", path)) for method, path, _ in operations()}
    served = {(operation.method, operation.path) for operation in OPERATIONS}
    assert documented == served
    assert len(served) == len(OPERATIONS) == 20


def test_every_operation_has_an_id_of_its_own():
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(ids)) == 20


def marked() -> list[Any]:
    found: list[Any] = []
    for method, path, operation in operations():
        found.append(pytest.param(operation, id=f"{method} {path}"))
        found += [pytest.param(one, id=f"{path}?{one['name']}") for one in operation.get("parameters", ())]
    components = document()["components"]
    for part in ("parameters", "headers", "responses", "securitySchemes"):
        found += [pytest.param(node, id=name) for name, node in components[part].items()]
    for name, schema in components["schemas"].items():
        fields = schema.get("properties", {"": schema})
        found += [pytest.param(field, id=f"{name}.{key}") for key, field in fields.items()]
    return found


@pytest.mark.parametrize("node", marked())
def test_every_fact_says_how_sure_it_is(node: dict[str, Any]):
    assert node["x-confidence"] in {"confirmed", "assumed"}
    assert ("x-source" in node) == (node["x-confidence"] == "confirmed")
    assert node.get("x-source", 1) in {1, 2}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("TaskStatus", vocabulary.TASK_STATUSES),
        ("Priority", (*vocabulary.PRIORITIES, None)),
        ("LeadStatus", vocabulary.LEAD_STATUSES),
        ("LeadTag", vocabulary.LEAD_TAGS),
        ("HolidayStatus", vocabulary.HOLIDAY_STATUSES),
    ],
)
def test_the_document_and_the_server_have_the_same_words(schema: str, words: tuple[str, ...]):
    assert document()["components"]["schemas"][schema]["enum"] == list(words)


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ("Project", shapes.PROJECT),
        ("Task", shapes.TASK),
        ("Lead", shapes.LEAD),
        ("TimeEntry", shapes.TIME_ENTRY),
        ("Note", shapes.NOTE),
        ("Member", shapes.MEMBER),
        ("Holiday", shapes.HOLIDAY),
    ],
)
def test_the_document_and_the_server_have_the_same_fields(schema: str, shape: shapes.Shape):
    assert list(document()["components"]["schemas"][schema]["properties"]) == [
        field.name for field in shape.fields
    ]


@pytest.mark.parametrize(
    ("schema", "shape", "new"),
    [
        ("ProjectUpdate", shapes.PROJECT, False),
        ("TaskCreate", shapes.TASK, True),
        ("TaskUpdate", shapes.TASK, False),
        ("LeadCreate", shapes.LEAD, True),
        ("LeadUpdate", shapes.LEAD, False),
        ("NoteCreate", shapes.NOTE, True),
    ],
)
def test_the_document_and_the_server_take_the_same_fields(schema: str, shape: shapes.Shape, new: bool):
    documented = document()["components"]["schemas"][schema]
    assert set(documented["properties"]) == {field.name for field in shape.fields if field.writable}
    required = {field.name for field in shape.fields if field.required and new}
    assert set(documented.get("required", ())) == required


def test_every_operation_documents_what_can_happen_to_any_request():
    for _, _, operation in operations():
        assert {"401", "429", "500"} <= operation["responses"].keys()
        for response in operation["responses"].values():
            names = set(resolved(response)["headers"])
            assert names == {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}


def test_a_field_that_the_document_does_not_name_is_found():
    lead = {"$ref": "#/components/schemas/LeadList"}
    assert undocumented({"leads": [{"id": "1", "colour": "red"}]}, lead) == [".leads[].colour"]
