"""The rules of the simulation, each with what it reacts to in a second, independent wording for the checker.

Every update writes a text that only one event can give, so that its effects can be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.compile import TemplateCache
from rules_engine.ruleset.problems import render
from rules_engine.ruleset.yaml_source import parse_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class SimRule:
    """One rule: its YAML, and whether it must take an event."""

    id: str
    text: str
    takes: Callable[[Mapping[str, Any]], bool]
    """Judges the event as plain data: kind, resource, changes, before, after."""
    by_rules: bool = False
    may_refuse: bool = False
    """once_per or a cooldown may drop an event."""


def _created(resource):
    return lambda event: event["resource"] == resource and event["kind"] == "created"


def _changed(resource, field):
    return lambda event: (
        event["resource"] == resource and event["kind"] == "updated" and field in event["changes"]
    )


def _gone(resource):
    return lambda event: event["resource"] == resource and event["kind"] == "deleted"


def _gained_tag(tag):
    def takes(event):
        if not _changed("lead", "tags")(event):
            return False
        change = event["changes"]["tags"]
        return tag in (change["to"] or []) and tag not in (change["from"] or [])

    return takes


_POOL = (
    SimRule(
        id="call",
        takes=_changed("lead", "status"),
        text="""
  - id: call
    when: lead.status_changed
    then:
      - create_task: {project: Sales, name: "Call {{ lead.name }}", description: "because of {{ event.id }}", priority: HIGH, assigned_to: [Ada Byron]}
        as: made
      - create_note: {project: Sales, notes: "made {{ made.id }}"}
""",
    ),
    SimRule(
        id="tag",
        takes=_changed("lead", "status"),
        text="""
  - id: tag
    when: lead.status_changed
    then:
      - update_lead: {tags: {add: [chase up], remove: [Deliberating]}}
      - update_lead: {tags: {add: [In Progress]}}
""",
    ),
    SimRule(
        id="source",
        takes=_changed("lead", "value"),
        text="""
  - id: source
    when: lead.value_changed
    then: [{update_lead: {source: "by {{ event.id }}"}}]
""",
    ),
    SimRule(
        id="done",
        takes=lambda event: _changed("task", "status")(event) and event["changes"]["status"]["to"] == "done",
        text="""
  - id: done
    when: task.completed
    on_error: continue
    then:
      - update_task: {task_list: "by {{ event.id }}", priority: low}
      - create_note: {notes: "{{ task.name }} is done"}
""",
    ),
    SimRule(
        id="echo",
        by_rules=True,
        takes=_created("task"),
        text="""
  - id: echo
    when: task.created
    triggered_by_rules: true
    then: [{create_task: {project: Web, name: "Echo"}}]
""",
    ),
    SimRule(
        id="ping",
        by_rules=True,
        takes=_gained_tag("Stuck"),
        text="""
  - id: ping
    when: {event: lead.tagged, tag: Stuck}
    triggered_by_rules: true
    then: [{update_lead: {tags: {add: [On Hold], remove: [Stuck]}}}]
""",
    ),
    SimRule(
        id="pong",
        by_rules=True,
        takes=_gained_tag("On Hold"),
        text="""
  - id: pong
    when: {event: lead.tagged, tag: On Hold}
    triggered_by_rules: true
    then: [{update_lead: {tags: {add: [Stuck], remove: [On Hold]}}}]
""",
    ),
    SimRule(
        id="sweep",
        takes=lambda event: _changed("task", "name")(event) and "Sweep" in event["after"]["name"],
        text="""
  - id: sweep
    when: task.renamed
    allow_destructive: true
    if: "'Sweep' in task.name"
    then: [delete_task: {}]
""",
    ),
    SimRule(
        id="shelve",
        takes=lambda event: _changed("project", "name")(event) and "Old" in event["after"]["name"],
        text="""
  - id: shelve
    when: {event: project.updated, changed: name}
    allow_destructive: true
    if: "'Old' in project.name"
    then: [archive_project: {}]
""",
    ),
    SimRule(
        id="hire",
        takes=_created("member"),
        text="""
  - id: hire
    when: member.joined
    then: [{create_lead: {name: "For {{ member.name }}", status: chaser, notes: "by {{ event.id }}"}}]
""",
    ),
    SimRule(
        id="once",
        may_refuse=True,
        takes=_created("note"),
        text="""
  - id: once
    when: note.created
    once_per: "{{ note.project_id }}"
    then: [{create_task: {name: "First note", unless_exists: [name]}}]
""",
    ),
    SimRule(
        id="calm",
        may_refuse=True,
        takes=_changed("task", "assigned_to"),
        text="""
  - id: calm
    when: [task.assigned, task.unassigned]
    cooldown: 1 hour
    then: [{create_note: {notes: "{{ task.name }} changed hands"}}]
""",
    ),
    SimRule(
        id="gone",
        takes=lambda event: _gone("lead")(event) or _gone("task")(event) or _gone("member")(event),
        text="""
  - id: gone
    when: [lead.deleted, task.deleted, member.left]
    then: [{create_note: {project: Web, notes: "gone: {{ event.object_id }}"}}]
""",
    ),
    SimRule(
        id="hours",
        takes=lambda event: event["resource"] in {"time_entry", "holiday"} and event["kind"] != "deleted",
        text="""
  - id: hours
    when: [time_entry.created, time_entry.updated, holiday.created, holiday.updated]
    then: [{create_note: {project: Sales, notes: "{{ event.type }}"}}]
""",
    ),
    SimRule(
        id="archived",
        takes=_changed("project", "archived"),
        text="""
  - id: archived
    when: [project.archived, project.restored]
    then: [{create_lead: {name: "{{ project.name }}", status: Chaser}}]
""",
    ),
)
POOL: Mapping[str, SimRule] = {rule.id: rule for rule in _POOL}

_WATCH = {
    "lead": "lead.created",
    "task": "task.created",
    "project": "project.updated",
    "note": "note.created",
    "time_entry": "time_entry.created",
    "member": "member.joined",
    "holiday": "holiday.created",
}
WATCHED = tuple(_WATCH)


def watching(resources: Sequence[str]) -> str:
    """A rule that keeps the feeds of these resources in demand, whatever other rules there are, and does nothing."""
    events = ", ".join(_WATCH[resource] for resource in resources)
    return f"""
  - id: watch
    when: [{events}]
    triggered_by_rules: true
    if: 1 == 2
    then: [{{log: x}}]
"""


EDITS = {
    "call": ('"Call {{ lead.name }}"', '"Ring {{ lead.name }}"'),
    "done": ("is done", "is finished"),
    "gone": ("gone: ", "went: "),
}
"""What an edit of a rule changes."""


def text_of(rule_id: str, *, edited: bool = False) -> str:
    """The rule's YAML, as it is or edited."""
    text = POOL[rule_id].text
    return text.replace(*EDITS[rule_id]) if edited and rule_id in EDITS else text


@cache
def _compiled(text: str):
    checked = check_source(parse_yaml(f"version: 1\nrules:\n{text}".encode(), "sim.yaml"), TemplateCache())
    errors = [render(problem) for problem in checked.problems if problem.severity == "error"]
    assert not errors, "\n".join(errors)
    return checked.rules


def rules_of(texts):
    """Compiled rules."""
    return tuple(rule for text in texts for rule in _compiled(text))
