"""Every code is explained, and its examples are what they say: the wrong one gives the code, the right one does not."""

from __future__ import annotations

import pytest

from rules_engine.ruleset import graph
from rules_engine.ruleset.background import PERSON, PROJECT_NAME, Background, Tenant
from rules_engine.ruleset.explanations import explanations
from rules_engine.ruleset.load import load_rules
from rules_engine.ruleset.problems import CODES

KNOWN = explanations()
CHASE = """\
version: 1
inputs: {stage: {type: status}, wait: {type: duration, default: 3 days}}
rules:
  - id: first
    when: {event: lead.status_changed, to: "{{ inputs.stage }}", for: "{{ inputs.wait }}"}
    then: [{log: x}]
"""
BACKGROUND = Background(
    endpoints=frozenset({"sales"}),
    tenant=Tenant(names={PERSON: {"ada byron": "Ada Byron"}, PROJECT_NAME: {"sales": "Sales"}}),
)
SHOWN = [code for code in CODES if KNOWN[code].wrong.is_yaml]


def found(folder, text=None):
    if text is not None:
        (folder / "rules.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return {problem.code for problem in load_rules(folder, BACKGROUND).problems}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "rules"
    (path / "blueprints").mkdir(parents=True)
    return path


@pytest.fixture
def with_blueprint(folder):
    (folder / "blueprints" / "chase.yaml").write_text(CHASE)
    return folder


def test_every_code_is_explained_in_order():
    assert list(KNOWN) == sorted(CODES)
    assert all(len(one.text) > 60 and "\n" not in one.text for one in KNOWN.values())


@pytest.mark.parametrize("code", SHOWN)
def test_the_wrong_example_gives_the_code_and_nothing_else(with_blueprint, code):
    assert found(with_blueprint, KNOWN[code].wrong.as_file) == {code}


@pytest.mark.parametrize("code", SHOWN)
def test_the_right_example_is_fine(with_blueprint, code):
    assert found(with_blueprint, KNOWN[code].right.as_file) == set()


def large():
    return "version: 1\nrules: []\n" + "# x\n" * 100_000


def many_slips():
    return "version: 1\nrules: [{when: [" + "lead.creatde, " * 200 + "]}]"


def more_than_are_compared(folder, monkeypatch):
    monkeypatch.setattr(graph, "MAX_COMPARISONS", 0)
    return found(folder, KNOWN["RE164"].wrong.as_file)


SAID = {
    "RE106": lambda folder, _: found(folder, "version: 1".encode("utf-16")),
    "RE107": lambda folder, _: found(folder, large()),
    "RE113": lambda folder, _: (folder / "a.yaml").symlink_to("/dev/null") or found(folder),
    "RE114": lambda folder, _: found(folder),
    "RE115": lambda folder, _: found(folder, many_slips()),
    "RE165": more_than_are_compared,
}


def test_what_can_t_be_shown_is_said_in_words():
    assert set(SAID) == set(CODES) - set(SHOWN)


@pytest.mark.parametrize("code", SAID)
def test_what_is_said_in_words_gives_the_code(folder, monkeypatch, code):
    assert code in SAID[code](folder, monkeypatch)
