"""Opening the store to look at it: for commands that never make one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rules_engine.cli.output import say

if TYPE_CHECKING:
    from rules_engine.config import Config
    from rules_engine.store.store import Store


_SECONDS_BETWEEN_LOOKS = 0.3


@contextmanager
def looking_at(config: Config, *, to_write: bool = False, wait: bool = False) -> Iterator[Store | None]:
    """The configured store, to read it or also to write.

    Where there is none yet that is said, and then it is waited for, or it is None.
    """
    from rules_engine.store.address import parse_store_url  # noqa: PLC0415 - not needed for --help
    from rules_engine.store.store import Store  # noqa: PLC0415 - not needed for --help

    store = Store.find(config.store, to_write=to_write)
    if store is None:
        place = parse_store_url(config.store)
        say(f"there is no store at {place} yet; `rules-engine run` makes one")
        if wait and (place.path is not None or place.is_postgres):
            store = _wait_for(config.store, place.path)
    try:
        yield store
    finally:
        if store is not None:
            store.close()


def _wait_for(url: str, path: Path | None) -> Store:
    """Wait until it is a store; its file is one a moment after it is there."""
    from rules_engine.store.connect import NoStore  # noqa: PLC0415 - not needed for --help
    from rules_engine.store.store import Store  # noqa: PLC0415 - as above

    while True:
        if path is None or path.exists():
            with suppress(NoStore):
                store = Store.find(url)
                if store is not None:
                    return store
        time.sleep(_SECONDS_BETWEEN_LOOKS)
