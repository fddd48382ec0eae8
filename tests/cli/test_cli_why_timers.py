"""`rules-engine why` of a rule that waits for a moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from click.testing import CliRunner

from rules_engine.cli.why import why
from rules_engine.store.records import Batch, Timer, TimerKind
from rules_engine.store.store import Store

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_a_rule_that_waits_says_for_what_and_until_when(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(
        "version: 1\nrules:\n  - {id: due, when: {event: task.due, before: 1 day}, then: [{log: x}]}\n"
    )
    timer = Timer(
        rule_id="due",
        trigger="t",
        kind=TimerKind.CLOCK,
        resource="task",
        object_id="t1",
        value="task.due@1 day@2026-11-27T09:00:00+00:00",
        due_at=AT,
        armed_at=AT,
    )
    store = Store.open("sqlite:///state.db")
    store.commit("default", Batch(timers=[timer]))
    store.close()
    flags = ["--rules", "rules.yaml", "--store", "sqlite:///state.db", "--json"]
    result = CliRunner().invoke(why, ["due", *flags])
    assert result.exit_code == 0, result.output
    (answer,) = json.loads(result.stdout)
    assert answer["verdict"] == "waits"
    assert answer["event"] == "default/task/t1/task.due@1 day@2026-11-27T09:00:00+00:00"
    assert answer["why"].startswith("until 2026-11-26T09:00:00")
