"""Rules from a blueprint act like any other, on what their inputs were when the run began."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules_engine.ruleset.load import load_rules, reload_rules

BLUEPRINT = """\
version: 1
inputs: {stage: {type: status}, greeting: {type: text, default: Dear}, least: {type: number, default: 0}, days: {type: duration, default: 2 days}}
rules:
  - id: first
    when: {event: lead.status_changed, to: "{{ inputs.stage }}"}
    if: lead.value | default(0) >= inputs.least
    then:
      - log: "{{ inputs.greeting | upper }} {{ lead.name }}"
      - delay: "{{ inputs.days }}"
      - log: "{{ inputs.greeting }} again, worth {{ inputs.least }}"
"""
USES = """\
version: 1
rules:
  - {id: a, use: chase.yaml, with: {stage: Chaser, greeting: Hello}}
  - {id: b, use: chase.yaml, with: {stage: Chaser, least: 9000}}
  - {id: c, use: chase.yaml, with: {stage: Closed}}
"""


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "rules"
    path.mkdir()
    (path / "chase.yaml").write_text(BLUEPRINT)
    (path / "uses.yaml").write_text(USES)
    return path


def test_each_use_acts_on_its_own_inputs(rig, folder):
    lead = rig.state.add("lead", name="Mill", status="Proposal Sent", value=500)
    rig.rules = load_rules(folder).ruleset.rules
    rig.tick()

    rig.state.edit("lead", lead["id"], status="Chaser")
    rig.tick()

    assert rig.listener.said_texts == [("a.first", "HELLO Mill")]


def test_a_run_that_waits_goes_on_with_the_inputs_it_began_with(rig, folder):
    lead = rig.state.add("lead", name="Mill", status="Proposal Sent", value=500)
    loaded = load_rules(folder)
    rig.rules = loaded.ruleset.rules
    rig.tick()
    rig.state.edit("lead", lead["id"], status="Chaser")
    rig.tick()

    (folder / "chase.yaml").write_text(BLUEPRINT.replace("again", "no more"))
    (folder / "uses.yaml").write_text(USES.replace("Hello", "Goodbye"))
    rig.rules = reload_rules(loaded, folder).ruleset.rules
    rig.tick(after=timedelta(days=2, minutes=1))

    assert rig.listener.said_texts[-1] == ("a.first", "Hello again, worth 0")
