"""Configurations that must be refused: text, place, what is said, and what else is said."""

from __future__ import annotations

BAD_SHAPE = [
    ("stor: x", "1:1", "there is no setting `stor`", "did you mean store?"),
    ("banana: x", "1:1", "there is no setting `banana`", "Known here: base_url, key"),
    ("poll: {intervall: 5 minutes}", "1:8", "no setting `intervall` in `poll`", "did you mean interval?"),
    ("- a", "1:1", "the file must be a block of keys", ""),
    ("nothing but text", "1:1", "the file must be a block of keys", "'nothing but text'"),
    ("base_url: 7", "1:11", "base_url: must be a URL", "not 7"),
    ("base_url: ftp://x/y", "1:11", "base_url: must be a URL", "'ftp://x/y'"),
    ("rules: [a, b]", "1:8", "rules: must be a path", "not a list"),
    ('rules: ""', "1:8", "rules: must be a path", ""),
    ("store: mysql://x/y", "1:8", "store: must be a store such as sqlite:///", ""),
    ("store: 4", "1:8", "store: must be a store such as sqlite:///", ""),
    ("poll: 5 minutes", "1:7", "poll: must be a block of keys (interval)", "'5 minutes'"),
    ("poll: {interval: 5}", "1:18", "poll.interval: 5 is not a duration", "30 minutes"),
    ("plan: {requests_per_hour: many}", "1:27", "plan.requests_per_hour: must be a whole number", "'many'"),
    ("plan: {requests_per_hour: 0}", "1:27", "must be a whole number from 1 to", "not 0"),
    ("plan: {requests_per_hour: 1.5}", "1:27", "must be a whole number", "1.5"),
    ("plan: {requests_per_hour: true}", "1:27", "must be a whole number", "true"),
    ("writes: {signature: perhaps}", "1:21", "writes.signature: must be true or false", "'perhaps'"),
    ("writes: {signature: 1}", "1:21", "writes.signature: must be true or false", "not 1"),
    ("writes: {on_unknown: resend}", "1:22", "writes.on_unknown: must be a block of keys (create_task", ""),
    (
        "writes: {on_unknown: {update_task: park}}",
        "1:23",
        "no setting `update_task` in `writes.on_unknown`",
        "",
    ),
    ("writes: {on_unknown: {create_task: retry}}", "1:36", "must be one of resend, park", "'retry'"),
    ("guards: {max_depth: -1}", "1:21", "guards.max_depth: must be a whole number from 0", "-1"),
    ("calendar: {working_days: [mon, tues]}", "1:26", "must be one of mon, tue", "did you mean tue?"),
    ("calendar: {working_days: [mon, mon]}", "1:26", "calendar.working_days: names a day twice", ""),
    ("calendar: {working_days: []}", "1:26", "must be a list of days", ""),
    ("calendar: {working_days: mon}", "1:26", "must be a list of days", "'mon'"),
    ("calendar: {hours: 9-17}", "1:19", "calendar.hours: must be two times", "09:00-17:30"),
    ("calendar: {holidays: 2026-12-25}", "1:22", "calendar.holidays: must be a list", ""),
    ("accounts: {name: a}", "1:11", "accounts: must be a list", ""),
    ("accounts: [a]", "1:12", "accounts[0]: must be a block of keys", "'a'"),
    ("accounts:\n  - {}", "2:5", "accounts[0] lacks `name`", ""),
    ("accounts:\n  -\n", "2:4", "accounts[0]: is empty", ""),
    ("accounts:\n  - {name: Big Mill}", "2:12", "accounts[0].name: must be a name of a-z", "'Big Mill'"),
    ("accounts:\n  - {name: a, store: x}", "2:15", "no setting `store` in `accounts[0]`", ""),
    ("key: {env: A, file: B}", "1:6", "key: must be {env: NAME}", ""),
    ("key: {enf: A}", "1:6", "key: must be {env: NAME}", ""),
    ("key: {env: not a name}", "1:6", "`env` must be the name of an environment variable", ""),
    ("key: {file: [a]}", "1:6", "`file` must be a path", ""),
    ("key: {command: pass show dashtrack}", "1:6", "`command` must be a list of texts", ""),
    ("key: {command: []}", "1:6", "`command` must be a list of texts", ""),
]
"""What the schema can tell too."""

BAD_MEANING = [
    ("base_url: https://[half", "1:11", "base_url: must be a URL", ""),
    ("poll: {interval: 0.05 seconds}", "1:18", "poll.interval: must be a duration from 0.1 seconds", ""),
    ("poll: {interval: 9000 days}", "1:18", "poll.interval: must be a duration", "to 3650 days"),
    ("poll: {interval: 2 working days}", "1:18", "poll.interval: must be clock time", ""),
    ("poll: {interval: soon}", "1:18", "poll.interval", "'soon' is not a duration"),
    ("calendar: {timezone: Europe/Londn}", "1:22", "is not a known time zone", "did you mean Europe/London?"),
    ("calendar: {timezone: ../../etc/passwd}", "1:22", "is not a known time zone", ""),
    ('calendar: {hours: "17:00-09:00"}', "1:19", "calendar.hours: must end after it begins", ""),
    ("calendar: {holidays: [2026-02-30]}", "1:23", "calendar.holidays[0]: must be a date", "'2026-02-30'"),
    ("retention: {events: 90 dayz}", "1:21", "retention.events", "dayz"),
    ("accounts:\n  - name: a\n  - name: a", "3:11", "accounts[1].name: 'a' is taken", ""),
    ("rules: a\nrules: b", "2:1", "rules is given twice", ""),
    ("poll: &a {interval: 5 minutes}", "1:7", "anchor", ""),
    ("poll: {interval", "1", "RE101", ""),
]
"""What no schema can say: zones, lengths of time, times in order, names that are taken, and what is not plain YAML."""

BAD = [*BAD_SHAPE, *BAD_MEANING]
