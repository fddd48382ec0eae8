"""The rules that `run` starts with: held against the configuration, with notes left to `check`."""

from __future__ import annotations

from contextlib import closing
from threading import Event

import pytest

from rules_engine.cli.rule_files import InvalidRules, RuleFiles
from rules_engine.ruleset.background import Background
from rules_engine.store.store import Store

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


def test_an_edit_of_a_blueprint_is_noticed_by_a_single_file_that_uses_it(tmp_path):
    blueprint, user = tmp_path / "b.yaml", tmp_path / "a.yaml"
    blueprint.write_text("version: 1\ninputs: {}\nrules: [{id: x, when: lead.created, then: [{log: one}]}]\n")
    user.write_text("version: 1\nrules: [{id: u, use: b.yaml}]\n")
    files = RuleFiles.load(user)
    stop = Event()
    stop.set()
    files.look(stop)
    assert not files.look(stop)

    blueprint.write_text(
        "version: 1\ninputs: {}\nrules: [{id: x, when: lead.created, then: [{log: other}]}]\n"
    )

    assert files.look(stop)
    with closing(Store.open("sqlite://")) as store:
        assert files.changed_book(store) is not None
    assert files.rules[0].document["then"] == [{"log": "other"}]
