"""The rules that `run` starts with: held against the configuration, with notes left to `check`."""

from __future__ import annotations

import pytest

from rules_engine.cli.rule_files import InvalidRules, RuleFiles
from rules_engine.ruleset.background import Background

NOTIFY = "version: 1\nrules:\n  - {id: a, when: lead.created, then: [{notify: {to: slack, text: x}}]}\n"
CLOSED_CYCLE = """
version: 1
rules:
  - {id: a, when: {event: lead.tagged, tag: Stuck}, then: [{update_lead: {tags: {add: [Stuck]}}}]}
"""


def test_an_endpoint_that_is_not_configured_is_refused_at_the_start(tmp_path):
    (tmp_path / "a.yaml").write_text(NOTIFY)
    with pytest.raises(InvalidRules):
        RuleFiles.load(tmp_path, Background(endpoints=frozenset()))
    assert RuleFiles.load(tmp_path, Background(endpoints=frozenset({"slack"}))).rules


def test_notes_are_left_to_check(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(CLOSED_CYCLE)
    assert RuleFiles.load(tmp_path).rules
    assert "RE164" not in capsys.readouterr().err
