"""A problem as people see it: the line with a caret, and nothing that could move a terminal's cursor."""

from __future__ import annotations

import pytest

from rules_engine.ruleset.place import Place
from rules_engine.ruleset.problems import Problem, render


def problem(**more):
    return Problem(**{"code": "RE120", "message": "no such key", "place": Place("f.yaml", 2, 3), **more})


def test_a_problem_shows_its_line_with_a_caret_and_what_to_do():
    shown = render(problem(suggestion="when", advice="look", rule="a"), ["a: 1", "  whne: x"])

    assert shown == (
        "f.yaml:2:3: error RE120: no such key (rule a)\n"
        "    2 |   whne: x\n"
        "      |   ^\n"
        "  did you mean when?\n"
        "  look"
    )


def test_without_the_lines_the_problem_shows_its_own_excerpt():
    assert "    2 | ab" in render(problem(excerpt="ab"))


def test_of_a_long_line_the_part_around_the_place_is_shown():
    shown = render(problem(place=Place("f.yaml", 1, 5000)), ["x" * 4999 + "HERE" + "y" * 5000])

    line, caret = shown.splitlines()[1:3]
    assert line[caret.index("^") :].startswith("HERE")
    assert len(line) < 140


@pytest.mark.parametrize("char", ["\x1b[31m", "\r", "\x07", "\x9b", "\u202e", "\u2028"])
def test_nothing_from_a_file_reaches_the_terminal_that_could_steer_it(char):
    hostile = f"a{char}b"
    shown = render(
        problem(message=hostile, rule=hostile, suggestion=hostile, advice=hostile, excerpt=hostile)
    )

    assert char[0] not in shown
