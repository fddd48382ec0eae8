"""Words of a vocabulary are the same whatever their case, wherever they stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rules_engine.ruleset.templates import TemplateEnv, Word, compile_expression, compile_text, plain

ENV = TemplateEnv(now=datetime(2026, 12, 1, 9, tzinfo=UTC))
SCOPE: dict[str, Any] = {
    "task": {"priority": Word("High"), "name": "Ada"},
    "lead": {"tags": [Word("Stuck"), Word("Won")], "status": Word("Needs Closing")},
    "tasks": [
        {"status": Word("Done"), "n": 1},
        {"status": Word("todo"), "n": 2},
        {"status": Word("DONE"), "n": 3},
    ],
}


@pytest.mark.parametrize(
    "condition",
    [
        "task.priority == 'high'",
        "'HIGH' == task.priority",
        "not (task.priority != 'high')",
        "task.priority != 'low'",
        "task.priority in ['low', 'high']",
        "'stuck' in lead.tags",
        "'stuck' in lead.tags[:1]",
        "task.priority in 'very HIGH'",
        "'closing' in lead.status",
        "'lost' not in lead.tags",
        "task.priority is eq 'high'",
        "task.priority is in ['high']",
        "['HIGH'] == [task.priority]",
        "{'a': 'HIGH'} == {'a': task.priority}",
        "{'high': 1}[task.priority] == 1",
        "{'High': 1}[task.priority] == 1",
        "task.priority in {'High': 1}",
        "tasks | selectattr('status', 'equalto', 'done') | map(attribute='n') | list == [1, 3]",
        "tasks | selectattr('status', 'in', ['done']) | list | length == 2",
        "tasks | rejectattr('status', 'eq', 'done') | map(attribute='n') | first == 2",
        "tasks | map(attribute='status') | unique | list | length == 2",
        "tasks | map(attribute='status') | unique(case_sensitive=true) | list | length == 2",
        "task.priority <= 'high' and task.priority >= 'high' and not task.priority < 'high' and task.priority > 'a'",
        "task.name != 'ada'",
    ],
)
def test_a_word_is_compared_without_regard_to_case(condition: str) -> None:
    assert compile_expression(condition).evaluate(SCOPE, ENV) is True


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ task.priority }}", "High"),
        ("is {{ task.priority }}", "is High"),
        ("{{ task.priority | string }}", "High"),
        ("{{ lead.tags }} x", "['Stuck', 'Won'] x"),
        ("{{ lead.tags | join(', ') }}", "Stuck, Won"),
        ("{{ task.priority | lower }}", "high"),
        ("{{ task.priority ~ '!' }}", "High!"),
    ],
)
def test_a_word_is_printed_as_it_is_written(source: str, text: str) -> None:
    assert str(compile_text(source).evaluate(SCOPE, ENV)) == text
    assert json.dumps(compile_text(source).evaluate(SCOPE, ENV)) == json.dumps(text)


def test_what_is_made_from_a_word_is_plain_text() -> None:
    for source in ("{{ task.priority | string }}", "{{ task.priority | lower }}", "{{ task.priority[1:] }}"):
        assert type(compile_text(source).evaluate(SCOPE, ENV)) is str


def test_plain_data_has_no_words_and_no_moments() -> None:
    value = {
        "tags": [Word("Won")],
        "at": ENV.now,
        "day": ENV.now.date(),
        "n": 1,
        "none": None,
        "pair": (1, 2),
    }
    expected = {
        "tags": ["Won"],
        "at": "2026-12-01T09:00:00Z",
        "day": "2026-12-01",
        "n": 1,
        "none": None,
        "pair": [1, 2],
    }
    assert plain(value) == expected
    assert type(plain(value)["tags"][0]) is str


def test_words_find_each_other_in_sets() -> None:
    assert {Word("High"), Word("HIGH")} == {Word("high")}
    assert hash(Word("High")) == hash(Word("hIGH"))
    assert Word("High") != 5
