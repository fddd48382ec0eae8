"""The table of all settings: keys, kinds, defaults and what each is for.

`rules-engine.yaml`, its schema and its documentation are all drawn from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from rules_engine.config.kinds import (
    Leaf,
    ListKind,
    MapKind,
    Section,
    Setting,
    Unfit,
    choice,
    day,
    duration,
    endpoint_url,
    hours,
    path,
    share,
    shown,
    store_url,
    switch,
    text,
    url,
    whole,
    zone,
)
from rules_engine.config.model import KeyFromCommand, KeyFromEnv, KeyFromFile, KeySource
from rules_engine.runs.settings import CREATES, DEFAULT_ON_UNKNOWN, Guards, WritePolicy

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `date.weekday()`."""

_VARIABLE: Final = "(?!dt_)[A-Za-z_][A-Za-z0-9_]*"
"""The name of an environment variable; what begins like a key is one that was put into the wrong place."""
_KEY_FORMS: Final = "{env: NAME}, {file: PATH} or {command: [PROGRAM, …]}"
_KEY_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {
        "env": {
            "description": "The name of an environment variable.",
            "type": "string",
            "pattern": f"^{_VARIABLE}$",
        },
        "file": {
            "description": "A file that only its owner can read (mode 0600).",
            "type": "string",
            "minLength": 1,
        },
        "command": {
            "description": "A program and its arguments; the first line that it prints is the key. No shell is involved.",
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "minLength": 1},
        },
    },
}


def _key_source(what: str) -> Leaf:
    """Where a key or secret is found. Nothing of the value is ever repeated: it may be the secret itself."""

    def read(value: Any) -> KeySource:
        if isinstance(value, str):
            raise Unfit(f"the {what} itself must not be in this file; say where it is found: {_KEY_FORMS}")
        if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in _KEY_READERS:
            raise Unfit(f"must be {_KEY_FORMS}")
        form, where = next(iter(value.items()))
        return _KEY_READERS[form](where)

    return Leaf(_KEY_SCHEMA, read)


def _from_env(value: Any) -> KeySource:
    try:
        return KeyFromEnv(text(_VARIABLE).read(value))
    except Unfit:
        raise Unfit(
            "`env` must be the name of an environment variable, such as DASHTRACK_API_KEY", code="RE123"
        ) from None


def _from_file(value: Any) -> KeySource:
    try:
        return KeyFromFile(path().read(value))
    except Unfit:
        raise Unfit("`file` must be a path") from None


def _from_command(value: Any) -> KeySource:
    fits = isinstance(value, list) and value and all(isinstance(word, str) and word for word in value)
    if not fits:
        raise Unfit(
            "`command` must be a list of texts: a program and its arguments, such as [pass, show, dashtrack]"
        )
    return KeyFromCommand(tuple(value))


_KEY_READERS: Final = {"env": _from_env, "file": _from_file, "command": _from_command}


def _percent(part: float) -> str:
    return f"{part:.0%}"


def _working_days() -> Leaf:
    schema = {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(WEEKDAYS)}}
    name = choice(*WEEKDAYS)

    def read(value: Any) -> frozenset[int]:
        if not isinstance(value, list) or not value:
            raise Unfit(f"must be a list of days such as [mon, tue, wed], not {shown(value)}")
        found = [WEEKDAYS.index(name.read(item)) for item in value]
        if len(set(found)) != len(found):
            raise Unfit("names a day twice", code="RE123")
        return frozenset(found)

    return Leaf(schema, read)


BASE_URL: Final = Setting(
    url(),
    "The address of Dashtrack's API, without `www.`. Environment: DASHTRACK_BASE_URL; flag: --base-url.",
    "https://dashtrack.io/api/v1",
)
KEY: Final = Setting(
    _key_source("key"),
    f"Where the API key is found, never the key itself: {_KEY_FORMS}. A file must have mode 0600.",
    {"env": "DASHTRACK_API_KEY"},
)
RULES: Final = Setting(
    path(), "A folder of rules, or one file; relative to the current folder. Flag: --rules.", "rules"
)
PLAN: Final = Setting(
    Section(
        {
            "requests_per_hour": Setting(
                whole(1, 10_000_000),
                "How many requests an hour the plan allows. Left out: as the headers of the answers say.",
            ),
        },
    ),
    "What the Dashtrack plan allows.",
)

_ACCOUNT: Final = Section(
    {
        "name": Setting(
            text("[a-z0-9][a-z0-9-]*", "a name of a-z, 0-9 and -"),
            "The account's name in output and in the store: a-z, 0-9 and -.",
        ),
        "base_url": BASE_URL,
        "key": KEY,
        "rules": RULES,
        "plan": PLAN,
    },
    required=("name",),
)

_POLL: Final = Section(
    {
        "interval": Setting(
            duration(timedelta(seconds=0.1)),
            "A fixed interval for every feed, such as `5 minutes`. Left out: the planner decides.",
        ),
    },
)

_WRITES: Final = Section(
    {
        "quiescence": Setting(
            duration(timedelta(0)),
            "How long a create whose answer was lost is looked for before `on_unknown` decides.",
            "10 minutes",
        ),
        "signature": Setting(
            switch(),
            "Whether what the engine creates ends with the line `— RULE-ID · MARK`. Without it nothing is ever resent.",
            WritePolicy().signature,
        ),
        "on_unknown": Setting(
            Section(
                {
                    action: Setting(
                        choice("resend", "park"),
                        f"A `{action}` whose answer was lost and whose effect nobody saw: send it again, or show it to a person.",
                        DEFAULT_ON_UNKNOWN.get(action, "park"),
                    )
                    for action in CREATES
                },
            ),
            "What becomes of a create whose answer was lost, after `quiescence`.",
        ),
    },
)

_GUARDS: Final = Section(
    {
        "runs_per_poll": Setting(
            whole(0, 1_000_000),
            "More new runs of one rule than this in one poll are held until `rules-engine runs approve`.",
            Guards().runs_per_poll,
        ),
        "destructive_per_poll": Setting(
            whole(0, 1_000_000),
            "The same for rules that delete or archive.",
            Guards().destructive_per_poll,
        ),
        "max_depth": Setting(
            whole(0, 100), "How long a chain of rules that trigger each other may get.", Guards().max_depth
        ),
        "vanished_count": Setting(
            whole(0, 1_000_000),
            "More objects than this that vanish from a list at once, if they are also more than `vanished_share` of it, "
            "are held until `rules-engine runs approve`.",
            Guards().vanished_count,
        ),
        "vanished_share": Setting(
            share(), "The share of a list that goes with `vanished_count`.", _percent(Guards().vanished_share)
        ),
        "confirmations_per_look": Setting(
            whole(1, 1_000),
            "How many objects that a list does not show any more are asked for by id in one look.",
            Guards().confirmations_per_look,
        ),
        "looks_without_id": Setting(
            whole(1, 100),
            "How many looks in a row must miss what can't be asked for by id before it counts as gone.",
            Guards().looks_without_id,
        ),
        "workspace_overlap": Setting(
            share(),
            "Where fewer of the known projects, people and leads than this are still there, and most of what is there is "
            "new, the key leads to another workspace: the account is held. `0%` turns it off.",
            _percent(Guards().workspace_overlap),
        ),
    },
)

_CALENDAR: Final = Section(
    {
        "timezone": Setting(zone(), "The zone in which days begin and end.", "Europe/London"),
        "working_days": Setting(
            _working_days(), "The days of the week on which people work.", list(WEEKDAYS[:5])
        ),
        "hours": Setting(hours(), "The working hours of a day.", "09:00-17:30"),
        "holidays": Setting(ListKind(day()), "Days on which nobody works, such as 2026-12-25.", []),
    },
)

_ENDPOINT: Final = Section(
    {
        "url": Setting(
            endpoint_url(),
            "Where messages are sent: https, or http on 127.0.0.1. Redirects are never followed.",
        ),
        "secret": Setting(
            _key_source("secret"),
            f"Where the secret is found that messages are signed with (Standard Webhooks): {_KEY_FORMS}. "
            "Left out: messages are not signed.",
        ),
        "private": Setting(
            switch(),
            "Whether it may stand at an address that is not public, such as 10.0.0.5.",
            default=False,
        ),
    },
    required=("url",),
)

SETTINGS: Final = Section(
    {
        "base_url": BASE_URL,
        "key": KEY,
        "rules": RULES,
        "store": Setting(
            store_url(),
            "Where state is kept: sqlite:///FILE, relative to the current folder. Environment: RULES_ENGINE_STORE; flag: --store.",
            "sqlite:///rules-engine.db",
        ),
        "workers": Setting(
            Section(
                {
                    "lease": Setting(
                        duration(timedelta(seconds=1)),
                        "On PostgreSQL: how long a worker that no longer answers keeps its accounts from the others.",
                        "30 seconds",
                    )
                }
            ),
            "Several workers on one store.",
        ),
        "poll": Setting(_POLL, "How often to look."),
        "plan": PLAN,
        "writes": Setting(_WRITES, "How the engine writes."),
        "guards": Setting(_GUARDS, "How much may happen without a person saying yes."),
        "calendar": Setting(_CALENDAR, "When people work: what `2 working days` means."),
        "retention": Setting(
            Section(
                {"events": Setting(duration(timedelta(hours=1)), "How long events are kept.", "90 days")}
            ),
            "How long the past is kept.",
        ),
        "endpoints": Setting(
            MapKind(_ENDPOINT, "[a-z0-9][a-z0-9_-]{0,63}", "a name of a-z, 0-9, - and _"),
            "Where the actions `notify` and `webhook` send to, by the name that rules say in `to`.",
            {},
        ),
        "accounts": Setting(
            ListKind(_ACCOUNT, unique_by="name"),
            "Several accounts; what is said above is the default of each. Left out: one account named `default`.",
            [],
        ),
    },
)
"""The whole of `rules-engine.yaml`."""
