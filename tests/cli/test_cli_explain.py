"""`explain` tells what a code means, however it is written, and lists them all."""

from __future__ import annotations

import json

import pytest

from rules_engine.cli.main import main
from rules_engine.ruleset.problems import CODES


@pytest.mark.parametrize("written", ["RE128", "re128", "128", " RE128 "])
def test_a_code_is_explained_with_a_wrong_and_a_right_example(capsys, written):
    assert main(["explain", written]) == 0

    out = capsys.readouterr().out
    assert out.startswith("RE128  A duration can't be read or used\n\nA duration is a number and a unit")
    assert out.index("wrong:\n    - id: chase\n") < out.index("right:\n    - id: chase\n")
    assert max(map(len, out.splitlines())) <= 100


def test_programs_get_the_same(capsys):
    assert main(["explain", "RE128", "--json"]) == 0

    shown = json.loads(capsys.readouterr().out)
    assert (shown["code"], shown["title"]) == ("RE128", CODES["RE128"])
    assert "1 month" in shown["wrong"]["text"]
    assert shown["right"]["is_yaml"]


def test_without_a_code_every_one_is_listed(capsys):
    assert main(["explain"]) == 0
    listed = [line.split("  ", 1)[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert main(["explain", "--json"]) == 0

    assert listed == sorted(CODES)
    assert [each["code"] for each in json.loads(capsys.readouterr().out)] == sorted(CODES)


@pytest.mark.parametrize(("written", "near"), [("RE12O1", "RE121"), ("RE1200", "RE120"), ("R120", "RE120")])
def test_a_code_that_there_is_not_gets_the_nearest(capsys, written, near):
    assert main(["explain", written]) == 2

    err = capsys.readouterr().err
    assert f"there is no code {written}" in err
    assert f"Did you mean {near}?" in err


def test_what_is_no_code_at_all_is_said_to_be_none(capsys):
    assert main(["explain", "everything"]) == 2
    assert "lists them all" in capsys.readouterr().err
