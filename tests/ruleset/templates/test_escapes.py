"""No template reaches anything of Python: each payload is refused, fails, or gives plain data."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from escapes import PAYLOADS, PUBLISHED

from rules_engine.ruleset.templates import (
    FILTERS,
    TESTS,
    TemplateEnv,
    TemplateError,
    TemplateSyntaxProblem,
    compile_expression,
    compile_text,
    plain,
)

TRACES = re.compile(
    r"<|object at|built-?in|function|method|lambda|class |passwd|root:|module|globals|co_consts|uid=|tzinfo"
)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ENV = TemplateEnv(now=NOW, functions={"tasks": lambda **_fields: [{"name": "a"}]})
DATA: dict[str, Any] = {"lead": {"name": "Ada", "value": 5, "tags": ["a"]}, "now": NOW}


def outcome(compile_source: Any, source: str, scope: dict[str, Any]) -> Any:
    try:
        return compile_source(source).evaluate(scope, ENV)
    except (TemplateSyntaxProblem, TemplateError):
        return None


def is_plain(value: Any) -> bool:
    if isinstance(value, (list, dict)):
        return all(map(is_plain, value.values() if isinstance(value, dict) else value))
    return value is None or type(value) in {str, int, float, bool, datetime}


@pytest.mark.parametrize("source", PAYLOADS)
def test_a_payload_gets_nothing_but_plain_data(source: str) -> None:
    scope = copy.deepcopy(DATA)
    for compile_source in (compile_text, compile_expression):
        for written in (source, "text " + source):
            value = outcome(compile_source, written, scope)
            assert is_plain(value)
            assert not TRACES.search(str(plain(value)))
    assert scope == DATA, "a template must not change its data"


@pytest.mark.parametrize("source", PUBLISHED)
def test_the_published_escapes_are_all_errors(source: str) -> None:
    with pytest.raises((TemplateSyntaxProblem, TemplateError)):
        compile_text(source).evaluate(DATA, ENV)


class Spy(dict[str, Any]):
    """An object that notes which of its attributes are read."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        object.__setattr__(self, "seen", set())

    def __getattribute__(self, name: str) -> Any:
        object.__getattribute__(self, "__dict__")["seen"].add(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize("source", PAYLOADS)
def test_no_attribute_of_an_object_is_read_because_a_template_says_so(source: str) -> None:
    spy = Spy(DATA["lead"])
    outcome(compile_text, source, {**DATA, "lead": spy})
    ours = {"get", "items", "keys", "values", "__class__"}
    assert object.__getattribute__(spy, "__dict__")["seen"] <= ours


def test_text_from_data_is_never_compiled() -> None:
    canary = "{{ 7 * 7 }}{% for x in y %}"
    scope = {"lead": {"name": canary, "tags": [canary]}, "format": canary}
    for source in (
        "{{ lead.name }}",
        "- {{ lead.name | upper | lower }}",
        "{{ lead.tags | join }}",
        "{{ format ~ '' }}",
    ):
        assert canary in str(compile_text(source).evaluate(scope, ENV))


def test_no_filter_or_test_of_jinja_that_reaches_attributes_formats_or_pads_is_there() -> None:
    dangerous = {
        "attr",
        "format",
        "indent",
        "center",
        "wordwrap",
        "batch",
        "slice",
        "xmlattr",
        "pprint",
        "tojson",
        "safe",
    }
    assert not dangerous & set(FILTERS)
    assert not {"callable", "filter", "test", "escaped", "sameas"} & set(TESTS)
