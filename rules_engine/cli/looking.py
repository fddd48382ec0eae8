"""Opening the store to look at it: for commands that never make one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rules_engine.cli.output import say

if TYPE_CHECKING:
    from rules_engine.config import Config
    from rules_engine.store.store import Store


@contextmanager
def looking_at(config: Config, *, to_write: bool = False) -> Iterator[Store | None]:
    """The configured store, to read it or also to write; None (and a word about it) where there is none yet."""
    from rules_engine.store.connect import store_file  # noqa: PLC0415 - not needed for --help
    from rules_engine.store.store import Store  # noqa: PLC0415 - not needed for --help

    path = store_file(config.store)
    if path is None or not path.exists():
        say(f"there is no store at {path or config.store} yet; `rules-engine run` makes one")
        yield None
        return
    store = Store.open(config.store, check_health=False) if to_write else Store.open_to_look(config.store)
    try:
        yield store
    finally:
        store.close()
