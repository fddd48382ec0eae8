"""`graph` draws which rules start which; `check` holds names against the last snapshot."""

from __future__ import annotations

import json

import pytest

from rules_engine.cli.main import main
from rules_engine.clock import SystemClock
from rules_engine.store.records import Batch, StoredObject
from rules_engine.store.store import Store

RULES = """\
version: 1
rules:
  - id: chase
    name: Chase "them"
    when: {event: lead.status_changed, to: Chaser}
    then:
      - create_task: {project: Sales, name: Chase}
      - emit: {event: custom.chased}
  - id: undated
    when: {event: task.created, where: {due_date: null}}
    triggered_by_rules: false
    then: [{log: x}]
  - id: told
    when: custom.chased
    then: [{log: x}]
  - id: daily
    mode: "off"
    when: {schedule: 0 9 * * *}
    then: [{log: x}]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DASHTRACK_API_KEY", raising=False)
    monkeypatch.delenv("RULES_ENGINE_STORE", raising=False)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path / "rules"


def test_mermaid_draws_a_dotted_arrow_where_a_rule_does_not_follow_rules(capsys):
    assert main(["graph"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "flowchart LR",
        '  r0["chase"]',
        '  r1["undated"]',
        '  r2["told"]',
        '  r3["daily"]',
        '  r0 -.->|"task.created"| r1',
        '  r0 -->|"custom.chased"| r2',
    ]


def test_dot_draws_the_same(capsys):
    assert main(["graph", "--format", "dot", "rules"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("digraph rules {\n")
    assert '  "chase" -> "undated" [label="task.created", style=dashed];\n' in out
    assert '  "chase" -> "told" [label="custom.chased"];\n' in out
    assert out.endswith("}\n")


def test_json_tells_what_each_rule_reads_and_writes(capsys):
    assert main(["graph", "--format", "json"]) == 0

    data = json.loads(capsys.readouterr().out)
    chase, _, _, daily = data["rules"]
    assert chase["reads"] == ["lead.status_changed"]
    assert chase["writes"] == [{"resource": "task", "kind": "created", "fields": ["name"]}]
    assert chase["emits"] == ["custom.chased"]
    assert (daily["reads"], daily["mode"], daily["writes"]) == (["schedule 0 9 * * *"], "off", [])
    assert {"from": "chase", "to": "told", "event": "custom.chased", "open": True} in data["edges"]
    assert data["cycles"] == []
    assert data["complete"] is True


def test_a_cycle_is_told_with_its_path(folder, capsys):
    (folder / "a.yaml").write_text(
        "version: 1\nrules:\n  - {id: a, when: lead.updated, then: [{update_lead: {rep: Ada}}]}\n"
    )

    assert main(["graph", "--format", "json"]) == 0

    cycle = {"rules": ["a"], "open": False, "path": "a → lead.updated → a"}
    assert json.loads(capsys.readouterr().out)["cycles"] == [cycle]


def test_a_rule_with_an_error_is_shown_and_the_exit_code_says_so(folder, capsys):
    (folder / "b.yaml").write_text("version: 1\nrules:\n  - {id: b, when: lead.creatd, then: [{log: x}]}\n")

    assert main(["graph"]) == 1

    out, err = capsys.readouterr()
    assert '["chase"]' in out
    assert "b.yaml:3:19: error RE130" in err


def keep(objects):
    store = Store.open("sqlite:///rules-engine.db")
    stored = [
        StoredObject(
            resource=resource,
            object_id=data["id"],
            project_id=data.get("project_id"),
            revision=1,
            data=data,
            since={name: SystemClock().now().isoformat() for name in data},
        )
        for resource, data in objects
    ]
    store.commit("default", Batch(objects=stored))
    store.close()


def test_check_warns_of_a_project_that_the_last_snapshot_lacks(capsys):
    assert main(["check"]) == 0
    assert "RE170" not in capsys.readouterr().out

    keep([("project", {"id": "p1", "name": "Selas"})])

    assert main(["check"]) == 0
    out, _ = capsys.readouterr()
    assert "a.yaml:7:32: warning RE170: the last snapshot has no project Sales" in out
    assert "did you mean Selas?" in out


def test_check_knows_the_configured_endpoints(folder, capsys):
    (folder / "a.yaml").write_text(
        "version: 1\nrules:\n  - {id: a, when: lead.created, then: [{notify: {to: slaes, text: x}}]}\n"
    )
    assert main(["check"]) == 0

    (folder.parent / "rules-engine.yaml").write_text(
        "endpoints: {sales: {url: 'https://example.com/hook'}}\n"
    )

    assert main(["check"]) == 1
    assert "RE171" in capsys.readouterr().out


def test_rules_at_a_path_are_checked_also_where_the_configuration_is_broken(folder, capsys):
    (folder.parent / "rules-engine.yaml").write_text("nonsense: true\n")

    assert main(["check", "rules"]) == 0
    assert "the configuration is not looked at" in capsys.readouterr().err
    assert main(["check"]) == 3
