"""What `worker` is made of: store, claims, seats and the queue put together, and served until it is told to stop."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib.util import find_spec

import structlog

from rules_engine.cli.ending import SECONDS_TO_END, Ending
from rules_engine.cli.seats import ConfiguredSeats
from rules_engine.clock import SystemClock
from rules_engine.config import Config
from rules_engine.errors import ConfigurationError
from rules_engine.logs import configure_logs
from rules_engine.queue.taking import TurnTaker
from rules_engine.store.address import Place, parse_store_url
from rules_engine.store.errors import StoreAway
from rules_engine.store.keeper import Keeper, holder_name
from rules_engine.store.store import Store

_SECONDS_BETWEEN_TRIES = 2.0
_SECONDS_FOR_THE_REST = 1.0
"""Of the time to end: for telling the queue, giving back claims and closing."""


def work(load: Callable[[], Config], *, concurrency: int) -> int:
    """Take turns until SIGTERM or Ctrl-C. Raises ConfigurationError where that can't be, and StoreError."""
    configure_logs()
    config = load()
    place = _checked_place(config)
    ending = Ending()
    with ending.signals():
        ending.in_background(lambda: _serve(config, load, place, ending, concurrency), exit_code=0)
    structlog.get_logger().info("stopped")
    return 0


def _checked_place(config: Config) -> Place:
    place = parse_store_url(config.store)
    if not place.is_postgres:
        raise ConfigurationError(
            f"several workers need a store on PostgreSQL, and {place} is on SQLite",
            advice="Name one (RULES_ENGINE_STORE=postgresql://…), or use `rules-engine run`, which has all accounts to itself.",
        )
    if find_spec("procrastinate") is None or find_spec("psycopg") is None:
        raise ConfigurationError(
            "`worker` needs the extra `postgres`, which is not installed",
            advice="pip install 'rules-engine[postgres]'",
        )
    return place


def _serve(
    config: Config, load: Callable[[], Config], place: Place, ending: Ending, concurrency: int
) -> None:
    from rules_engine.queue.serving import Serving  # noqa: PLC0415 - it needs the extra

    store = _open(config, ending)
    if store is None:
        return
    clock, rng = SystemClock(), random.Random()  # noqa: S311 - jitter is no secret
    try:
        seats = ConfiguredSeats(config, load, store=store, clock=clock, rng=rng, stop=ending.stop)
        with Keeper(store, holder=holder_name(), lease=config.lease) as keeper:
            taker = TurnTaker(seats, keeper, store, clock=clock, rng=rng, stop=ending.stop)
            Serving(
                options=place.connection_arguments,
                taker=taker,
                accounts=seats.accounts,
                concurrency=concurrency,
                lease=config.lease,
                stop=ending.stop,
                seconds_to_end=SECONDS_TO_END - _SECONDS_FOR_THE_REST,
            ).run()
        seats.close()
    finally:
        store.close()


def _open(config: Config, ending: Ending) -> Store | None:
    """The store, waited for while its server is away; None when that was ended by a signal."""
    said = False
    while not ending.stop.is_set():
        try:
            return Store.open(config.store)
        except StoreAway as error:
            if not said:
                structlog.get_logger().warning("the store is away; trying again", error=str(error))
                said = True
            ending.stop.wait(_SECONDS_BETWEEN_TRIES)
    return None
