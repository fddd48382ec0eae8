"""What a configuration and its store tell of rules: where they are, and what to hold them against."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.ruleset.background import Background, Tenant, merged, tenant_of

if TYPE_CHECKING:
    from rules_engine.config import Config


def rule_paths(config: Config) -> Iterable[Path]:
    """The rules of every account, each path once."""
    return dict.fromkeys(account.rules for account in config.accounts)


def background_of(config: Config) -> Background:
    """The configured endpoints, where there is a configuration file, and the last snapshot, where there is a store."""
    endpoints = frozenset(config.endpoints) if config.file is not None else None
    return Background(endpoints=endpoints, tenant=_tenant(config))


def _tenant(config: Config) -> Tenant | None:
    """What the accounts' last snapshots hold; None where there is no store, or none that can be read."""
    from rules_engine.cli.output import say  # noqa: PLC0415 - not needed for --help
    from rules_engine.errors import StoreError  # noqa: PLC0415 - not needed for --help
    from rules_engine.polling.snapshot import Snapshot  # noqa: PLC0415 - not needed for --help
    from rules_engine.store.store import Store  # noqa: PLC0415 - not needed for --help

    try:
        store = Store.find(config.store)
    except StoreError as error:
        say(f"the last snapshot is not looked at: {error}")
        return None
    if store is None:
        return None
    try:
        return merged(tenant_of(Snapshot(store, account.name)) for account in config.accounts)
    finally:
        store.close()
