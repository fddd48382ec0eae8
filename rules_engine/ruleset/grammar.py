"""The keys of a rules file with what each means: one table for the checks, the schema and the docs.

What a later version will have stands here too, so that a rule which uses it is told so instead of being sent after
a wrong "did you mean".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

VERSION = 1

DOCUMENT_KEYS: Mapping[str, str] = {
    "version": "The version of the rule language; always 1.",
    "rules": "The rules of this file.",
}

BLUEPRINT_KEYS: Mapping[str, str] = {
    **DOCUMENT_KEYS,
    "inputs": "What the rules of this file ask for; it makes the file a blueprint, which other files use.",
}

RULE_KEYS: Mapping[str, str] = {
    "id": "The rule's identity for ever: a-z, 0-9 and -, unique over all files.",
    "name": "The rule's name for people; left out, it is the id.",
    "description": "What the rule is for.",
    "mode": "off: it does nothing; shadow: its plans are recorded, nothing is sent; live (the default).",
    "when": "What starts the rule: an event, a trigger, or a list of these, of which any will do.",
    "if": "A condition that must hold: an expression, a list (all must hold), or {all}, {any}, {not}.",
    "vars": "Values with a name, worked out once at the start; a later one may use an earlier one.",
    "then": "What the rule does: a list of actions, in this order.",
    "once_per": "At most one run for this key, ever; or {key, every} for one in each period.",
    "cooldown": "After a run, this rule leaves the same object alone for that long.",
    "max_latency": "How soon a change that starts the rule must be seen, such as 10 minutes; check tells whether the plan can serve it.",
    "triggered_by_rules": "Whether changes that the engine itself made start this rule; false by default.",
    "on_error": "What a failed action does to the run: stop (the default), continue, or a list of actions that are carried out before it stops.",
    "allow_destructive": "Must be true where the rule deletes or archives.",
}
REQUIRED_RULE_KEYS = ("id", "when", "then")

USE_KEYS: Mapping[str, str] = {
    "id": "The name of this use: the blueprint's rules become ID.INNER-ID.",
    "use": "The blueprint's file, relative to this one, such as blueprints/chase.yaml.",
    "with": "The values of the blueprint's inputs.",
    "description": "What it is used for.",
    "mode": "off, shadow or live, for every rule of the blueprint; left out, what the blueprint says.",
}
"""What stands in the place of a rule where a blueprint is used."""
INPUT_KEYS: Mapping[str, str] = {
    "type": "What the input takes: text, number, boolean, duration, status, tag, member, project, task_list, or a list of these.",
    "default": "Its value where the user gives none; an input without a default must be given.",
    "description": "What it is for.",
}

EVENT_TRIGGER_KEYS: Mapping[str, str] = {
    "event": "The type of event, or a list of which any will do.",
    "from": "The changed field's value before: a value, or a list of which any will do. Of a list: what went out of it.",
    "to": "The changed field's value after: a value, or a list of which any will do. Of a list: what came into it.",
    "not_from": "Values that the changed field must not have had before.",
    "not_to": "Values that the changed field must not have after.",
    "where": "Fields that must have these values (or one of a list) after the change; of a deleted object, before.",
    "changed": "Fields of which at least one must have changed.",
    "tag": "The tag that the lead gained or lost; or a list of which any will do.",
    "for": "How long it must hold before the rule starts: from, to, tag, changed and where still fit when the time is up.",
    "crosses": "The threshold that a number crosses upwards: 10000, or of project.hours_used a share such as 80%. "
    "It counts again only after the number has fallen below 90 % of it.",
    "before": "Of task.due and holiday.starts: how long before the moment; left out, at the moment.",
    "by": "Of task.overdue: how long after the due date; left out, at once.",
    "after": "Of lead.stale: for how long no field of the lead has changed.",
}
SCHEDULE_KEYS: Mapping[str, str] = {
    "schedule": "Moments by the wall clock, as cron writes them: minute, hour, day of month, month, day of week.",
    "timezone": "The time zone of the schedule, such as Europe/London; left out, the calendar's.",
    "on_missed": "What becomes of a moment that passed while no worker ran: once (the default) or skip.",
}
TRIGGER_KEYS: Mapping[str, str] = {**EVENT_TRIGGER_KEYS, **SCHEDULE_KEYS}
SIDE_KEYS = ("from", "to", "not_from", "not_to")
CLOCK_KEYS = ("before", "by", "after")

CONDITION_KEYS: Mapping[str, str] = {
    "all": "Every one of these must hold.",
    "any": "At least one of these must hold.",
    "not": "This must not hold.",
}

ONCE_PER_KEYS: Mapping[str, str] = {
    "key": "What the rule runs once for, as a template.",
    "every": "The period in which it runs at most once for a key; left out, ever.",
}

CONTROL: Mapping[str, str] = {
    "choose": "Take the first branch whose condition holds, or the else.",
    "foreach": "Do the actions once for each item; `item` and `index` (from 0) are in reach.",
    "delay": "Go on after that time, such as 2 working days.",
    "wait_for": "Go on when an event of the run's own object comes, or after the timeout; `waited` is that event, or null.",
    "set": "Give names to values for later actions; a later one may use an earlier one.",
    "stop": "End the run here; it is done, for this reason.",
}
"""What a step may be beside an action."""

BRANCH_KEYS: Mapping[str, str] = {
    "if": "The condition of this branch.",
    "then": "What is done when the condition holds.",
    "else": "What is done when no condition holds; the last branch.",
}
FOREACH_KEYS: Mapping[str, str] = {
    "in": "The items: a list, or a template that gives one.",
    "then": "What is done for each item.",
}
WAIT_KEYS: Mapping[str, str] = {
    **{key: text for key, text in EVENT_TRIGGER_KEYS.items() if key not in {"for", *CLOCK_KEYS}},
    "timeout": "How long to wait at most; left out, for ever.",
    "on_timeout": "What is done when the time is up; then the run goes on.",
}

AS_DESCRIPTION = "A name for the action's answer, for later actions."

MODES = ("off", "shadow", "live")
ON_ERROR = ("stop", "continue")
ON_MISSED = ("skip", "once")
ERROR_KEYS = ("message", "step", "action")
"""What `error` holds in the actions of `on_error`."""

ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
NAME_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
"""Names in `vars` and `as`."""

RESERVED_NAMES = frozenset(
    {"event", "changes", "before", "now", "vars", "project", "item", "index", "inputs", "loop", "self"}
    | {"waited", "error"}
    | {
        "true",
        "false",
        "none",
        "True",
        "False",
        "None",
        "and",
        "or",
        "not",
        "in",
        "is",
        "if",
        "else",
        "for",
        "set",
    }
)
"""Names that mean something already, or that the template language takes for itself."""

LATER_TRIGGER_KEYS: Mapping[str, str] = {"webhook": "incoming webhooks"}
LATER_EVENT_FAMILIES = ("webhook.",)

SYNONYMS: Mapping[str, str] = {
    "on": "when",
    "trigger": "when",
    "triggers": "when",
    "condition": "if",
    "conditions": "if",
    "do": "then",
    "action": "then",
    "actions": "then",
    "steps": "then",
    "variables": "vars",
    "enabled": "mode",
    "title": "name",
    "assignee": "assigned_to",
    "assignees": "assigned_to",
    "deadline": "due_date",
    "due": "due_date",
    "list": "task_list",
    "text": "notes",
    "body": "notes",
    "content": "notes",
    "owner": "rep",
    "message": "text",
    "tag": "tags",
    "cron": "schedule",
    "tz": "timezone",
    "zone": "timezone",
    "loop": "foreach",
    "repeat": "foreach",
    "wait": "delay",
    "sleep": "delay",
    "exit": "stop",
    "switch": "choose",
    "items": "in",
    "do_else": "else",
    "default": "else",
    "otherwise": "else",
    "held": "for",
    "threshold": "crosses",
    "missed": "on_missed",
}
"""What people call a key before they have looked it up."""
