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
    from rules_engine.store.connect import store_file  # noqa: PLC0415 - not needed for --help
    from rules_engine.store.store import Store  # noqa: PLC0415 - not needed for --help

    path = store_file(config.store)
    if path is None or not path.exists():
        say(f"there is no store at {path or config.store} yet; `rules-engine run` makes one")
        if path is None or not wait:
            yield None
            return
        _wait_for(path)
    store = Store.open(config.store, check_health=False) if to_write else Store.open_to_look(config.store)
    try:
        yield store
    finally:
        store.close()


def _wait_for(path: Path) -> None:
    """Wait until the file is a store, which it is a moment after it is there."""
    from rules_engine.store.connect import NoStore  # noqa: PLC0415 - not needed for --help
    from rules_engine.store.store import Store  # noqa: PLC0415 - as above

    while True:
        if path.exists():
            with suppress(NoStore):
                Store.open_to_look(f"sqlite:///{path}").close()
                return
        time.sleep(_SECONDS_BETWEEN_LOOKS)
