"""Data goes to stdout, words to stderr, and a title can't speak to the terminal."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_engine.cli import output
from rules_engine.runs.settings import Guards


class Colour(StrEnum):
    RED = "red"


def test_json_has_a_form_for_all_that_the_engine_holds(capsys):
    output.print_json(
        {
            "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1))),
            "day": date(2026, 1, 2),
            "span": timedelta(minutes=1),
            "kind": Colour.RED,
            "guards": Guards(),
            "map": MappingProxyType({"a": (1, 2)}),
            "path": Path("rules"),
            "set": frozenset({1}),
            "text": "Zoë £5",
        },
    )

    out = capsys.readouterr().out
    assert "Zoë £5" in out
    assert json.loads(out) == {
        "at": "2026-01-02T02:04:05Z",
        "day": "2026-01-02",
        "span": 60.0,
        "kind": "red",
        "guards": asdict(Guards()),
        "map": {"a": [1, 2]},
        "path": "rules",
        "set": [1],
        "text": "Zoë £5",
    }


def test_a_line_of_json_is_one_line(capsys):
    output.print_json_line({"a": "x\ny\u2028z", "b": [1, 2]})

    assert capsys.readouterr().out.splitlines() == ['{"a": "x\\ny\\u2028z", "b": [1, 2]}']


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_json_gives_every_text_back_without_a_control_character(capsys, text):
    output.print_json_line(text)

    out = capsys.readouterr().out.removesuffix("\n")
    assert json.loads(out) == text
    assert out.isprintable() or all(c.isprintable() or c.isspace() or ord(c) > 0x9F for c in out)


def test_what_json_has_no_word_for_is_an_error_rather_than_a_guess():
    with pytest.raises(TypeError, match="object has no JSON form"):
        output.print_json(object())
    with pytest.raises(ValueError, match="not JSON compliant"):
        output.print_json(float("nan"))


def test_words_go_to_stderr_and_can_not_move_the_cursor(capsys):
    output.say("renamed to \x1b[2Jx\rfine", colour="green")

    out, err = capsys.readouterr()
    assert out == ""
    assert err == "renamed to \\x1b[2Jx\\rfine\n"


def test_an_error_has_no_key_and_keeps_its_lines(capsys, monkeypatch):
    monkeypatch.setenv("DASHTRACK_API_KEY", "hunter2")

    output.complain("one\ntwo hunter2 dt_abc\x1b[1m", advice="do this")

    assert capsys.readouterr().err == "error: one\ntwo dt_… dt_…\\x1b[1m\ndo this\n"


def test_a_table_shows_each_cell_as_it_is_and_never_wraps_in_a_pipe(capsys):
    output.table(
        ["id", "title"], [["1", "[bold]x[/] \x1b[31m" + "y" * 150], [None, datetime(2026, 1, 2, tzinfo=UTC)]]
    )

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:2]] == ["id", "1"]
    assert "[bold]x[/] \\x1b[31m" + "y" * 150 in lines[1]
    assert lines[2].strip() == "2026-01-02T00:00:00Z"


def test_no_color_is_kept_on_a_terminal(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    assert output.console().no_color
    assert output._colour_choice() is False


def test_a_value_is_text_or_json(capsys):
    for value in ("plain", ["a", 1], None, datetime(2026, 1, 2, tzinfo=UTC), 1.5, True):
        output.print_value(value)

    assert (
        capsys.readouterr().out.replace("\n", "|")
        == 'plain|[|  "a",|  1|]|null|2026-01-02T00:00:00Z|1.5|true|'
    )
