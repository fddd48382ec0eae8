"""The store's tables. Times are ISO 8601 texts in UTC of one width, so that they sort; data is JSON text.

A change here is a new SCHEMA_VERSION, and a step in `migrations/` that brings a store of the version before to it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    types,
)
from sqlalchemy.dialects.postgresql import TEXT

SCHEMA_VERSION = 3

_BYTEWISE = TEXT(collation="C")
"""On PostgreSQL texts sort by their bytes, as they do in SQLite: whatever the database's language."""
String = types.String().with_variant(_BYTEWISE, "postgresql")
Text = types.Text().with_variant(_BYTEWISE, "postgresql")
_Sequence = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

budgets = Table(
    "budgets",
    metadata,
    Column("account", String, primary_key=True),
    Column("state", Text, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("account", String, nullable=False),
    Column("resource", String, nullable=False),
    Column("project_id", String, nullable=False),  # "" for a feed of the account
    Column("baseline_at", String),
    Column("good_at", String),
    Column("body_hash", String, nullable=False),
    Column("known_fields", Text, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("error", Text, nullable=False),
    Column("error_at", String),
    PrimaryKeyConstraint("account", "resource", "project_id"),
)

objects = Table(
    "objects",
    metadata,
    Column("account", String, nullable=False),
    Column("resource", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("project_id", String),
    Column("revision", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("presence", String, nullable=False),
    Column("missing_looks", Integer, nullable=False),
    Column("fence", Text),
    Column("fence_until", String),
    # Of the bytes of a list's item that say just this state; null as soon as anything else writes the row.
    Column("item_hash", LargeBinary),
    PrimaryKeyConstraint("account", "resource", "object_id"),
    Index("objects_of_feed", "account", "resource", "project_id"),
)

events = Table(
    "events",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("account", String, nullable=False),
    Column("at", String, nullable=False),
    Column("types", Text, nullable=False),
    Column("resource", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("project_id", String),
    Column("revision", Integer, nullable=False),
    Column("changes", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("cause", String, nullable=False),
    Column("cause_rule", String),
    Column("cause_run", String),
    Column("depth", Integer, nullable=False),
    Column("seen_from", String),
    Column("seen_to", String, nullable=False),
    Index("events_by_time", "account", "at"),
    Index("events_of_object", "account", "resource", "object_id"),
    sqlite_autoincrement=True,  # a number is never given twice, even when retention took the newest event
)

runs = Table(
    "runs",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("account", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("rule_digest", String, nullable=False),
    Column("event_id", String, nullable=False),
    Column("status", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Column("due_at", String),
    Column("vars", Text),
    Column("timed", Text),
    Column("error", Text, nullable=False),
    Index("runs_by_status", "account", "status"),
    Index("runs_by_rule", "account", "rule_id"),
    sqlite_autoincrement=True,
)

steps = Table(
    "steps",
    metadata,
    Column("run_id", String, nullable=False),
    Column("key", String, nullable=False),
    Column("n", Integer, nullable=False),
    Column("action", String, nullable=False),
    Column("method", String),
    Column("path", Text),
    Column("body", Text),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("response_status", Integer),
    Column("result_id", String),
    Column("result", Text),
    Column("error", Text, nullable=False),
    Column("mark", String, nullable=False),
    Column("sent_at", String),
    Column("looks", Integer, nullable=False),
    Column("known_ids", Text, nullable=False),
    Column("before", Text),
    PrimaryKeyConstraint("run_id", "key"),
    Index("steps_by_status", "status"),
)

documents = Table(
    "rule_documents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("rule_id", String, nullable=False),
    Column("document", Text, nullable=False),
)

spent = Table(
    "spent",
    metadata,
    Column("account", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("kind", String, nullable=False),  # once_per | cooldown
    Column("key", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("run_id", String, nullable=False),
    PrimaryKeyConstraint("account", "rule_id", "kind", "key"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("account", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("event_id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("detail", Text, nullable=False),
    PrimaryKeyConstraint("account", "rule_id", "event_id"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("at", String, nullable=False),
    Column("resource", String, nullable=False),
    Column("project_id", String),
    Column("object_ids", Text, nullable=False),
    Column("approved", Boolean, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("account", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("trigger", String, nullable=False),
    Column("resource", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("due_at", String, nullable=False),
    Column("armed_at", String, nullable=False),
    Column("spent", Boolean, nullable=False),
    Column("across_gap", Boolean, nullable=False),
    PrimaryKeyConstraint("account", "rule_id", "trigger", "resource", "object_id", "value"),
    Index("timers_of_object", "account", "resource", "object_id"),
    Index("timers_by_due", "account", "spent", "due_at"),
)

facts = Table(
    "facts",
    metadata,
    Column("account", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("at", String, nullable=False),
    PrimaryKeyConstraint("account", "kind", "key"),
)

claims = Table(
    "claims",
    metadata,
    Column("account", String, primary_key=True),
    Column("fence", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", String, nullable=False),
)
