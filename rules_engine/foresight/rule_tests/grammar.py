"""The keys of a test file with what each means: one table for the reader, the schema and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from rules_engine.dashtrack.resources import MEMBER, RESOURCES

VERSION = 1
DEFAULT_NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""A Tuesday morning, as good as any; fixed, so that a test gives the same today and next year."""

FILE_KEYS: Mapping[str, str] = {
    "version": "The version of the test language; always 1.",
    "rules": "The rules to test: a file or a folder, relative to this file. Left out: the rules file with this file's "
    "name (sales.yaml beside sales.test.yaml), else the folder that this file stands in.",
    "now": "The moment at which each test begins; left out, 2026-11-24T09:00:00Z, a Tuesday.",
    "given": "The world before anything happens, for every test of this file.",
    "tests": "The tests, each with a world of its own.",
}

STEP_KEYS: Mapping[str, str] = {
    "change": "Somebody changes an object: {lead: NAME-OR-ID, FIELD: VALUE}. A list of them is found in one look.",
    "create": "Somebody makes an object: {lead: {name: …}}. A list of them is found in one look.",
    "delete": "Somebody deletes an object: {lead: NAME-OR-ID}. A list of them is found in one look.",
    "emit": "An event that no object's change makes: {event: custom.NAME or engine.NAME, data: {…}}.",
    "advance": "Time passes, such as 2 days; whatever falls due meanwhile happens at its moment.",
    "expect": "The actions done since the last check, in this order; [] for none.",
}
"""What a step may be: one of these."""

CASE_KEYS: Mapping[str, str] = {
    "name": "What must be true, as a sentence; each test of a file has another name.",
    "description": "More about it, for people.",
    "rule": "The id of the one rule in force, or a list of ids; left out, every rule of the file or folder that is not off.",
    "now": "The moment at which this test begins.",
    "given": "More of the world; an object with the id (or, without an id, the name) of one that the file gives changes that one.",
    **{key: text for key, text in STEP_KEYS.items() if key != "expect"},
    "steps": "What happens, one after the other: a list of change, create, delete, emit, advance, expect.",
    "expect": "The actions that are done, in this order; [] for none. Only the fields that are named are compared.",
    "exactly": "Whether the actions may have no other fields than those named; false by default.",
    "why": "Rule id → why the rule refused an event: trigger, condition, once_per, cooldown, self, depth, or a part of the reason.",
    "errors": "Rule id → a part of the error with which a run of that rule fails.",
}

EXPECTED_KEYS: Mapping[str, str] = {
    "exactly": "Whether this action may have no other fields than those named.",
}
"""What may stand beside an expected action."""

CONTAINS = "contains"
CONTAINS_TEXT = "A part of the text."

GIVEN_KEYS: Mapping[str, str] = {
    "team" if resource is MEMBER else resource.plural: name for name, resource in RESOURCES.items()
}
"""The lists of a world, and the resource of each."""

SYNONYMS: Mapping[str, str] = {
    "members": "team",
    "people": "team",
    "time": "time_entries",
    "when": "change",
    "then": "expect",
    "wait": "advance",
    "update": "change",
    "add": "create",
    "remove": "delete",
    "event": "emit",
    "only": "rule",
}
"""What people write before they have looked it up."""
