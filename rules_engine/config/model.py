"""The configuration as plain data, checked and with every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from rules_engine.calendar import Calendar
from rules_engine.runs.settings import Guards, WritePolicy


@dataclass(frozen=True, slots=True)
class KeyFromEnv:
    """The key is the value of an environment variable."""

    name: str

    def __str__(self) -> str:
        return f"the environment variable {self.name}"


@dataclass(frozen=True, slots=True)
class KeyFromFile:
    """The key is the text of a file that only its owner can read."""

    path: Path

    def __str__(self) -> str:
        return f"the file {self.path}"


@dataclass(frozen=True, slots=True)
class KeyFromCommand:
    """The key is what a program prints; it is called without a shell."""

    argv: tuple[str, ...] = field(repr=False)
    """Not in the repr: an argument may be a secret."""

    def __str__(self) -> str:
        return f"the command {self.argv[0]}"


KeySource: TypeAlias = KeyFromEnv | KeyFromFile | KeyFromCommand
"""Where a key is found; never the key itself. As text: where it is, without anything secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfig:
    """One Dashtrack workspace, and what is to be done with it."""

    name: str
    base_url: str
    key_source: KeySource
    rules: Path
    """A folder or a file."""
    requests_per_hour: int | None
    """What the plan allows; None: as the headers say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointConfig:
    """Where `notify` and `webhook` send to."""

    url: str = field(repr=False)
    """Not in the repr: many such addresses are secrets themselves."""
    secret_source: KeySource | None
    """Where the secret is found that messages are signed with; None: they are not signed."""
    private: bool
    """Whether it may stand at an address that is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that can be set, from flags, environment, file and defaults."""

    file: Path | None
    """The file that was read; None where there was none."""
    store: str = field(repr=False)
    """The store's URL. Not in the repr: a PostgreSQL URL may hold a password."""
    lease: timedelta = timedelta(seconds=30)
    """How long a worker that no longer answers keeps its accounts from the others, on PostgreSQL."""
    poll_interval: timedelta | None
    """A fixed interval for every feed; None: the planner decides."""
    writes: WritePolicy
    guards: Guards
    calendar: Calendar
    retention: timedelta
    """How long events are kept."""
    endpoints: Mapping[str, EndpointConfig] = field(default_factory=dict)
    """By the name that rules say in `to`."""
    accounts: tuple[AccountConfig, ...]
    """At least one; without `accounts:` in the file it is the one named `default`."""
