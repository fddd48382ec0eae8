"""`rules-engine events`: what changed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from rules_engine.cli.looking import looking_at
from rules_engine.cli.options import config_option, json_option, load_config, store_option
from rules_engine.cli.output import print_json, print_json_line, table

if TYPE_CHECKING:
    from rules_engine.config import Config
    from rules_engine.store.records import Event
    from rules_engine.store.store import Store

_SECONDS_BETWEEN_LOOKS = 0.5


@click.command("events")
@json_option
@click.option("--follow", "-f", is_flag=True, help="Go on with new events as they come, one per line.")
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Only the newest so many.")
@store_option
@config_option
def events(*, json: bool, follow: bool, limit: int | None, **flags: Any) -> None:
    """Show what changed."""
    config = load_config(**flags)
    with looking_at(config, wait=follow) as store:
        newest = _found(store, config, limit=limit)
        if follow:
            _follow(store, config, newest, json=json)
        elif json:
            print_json([_shape(event) for _, _, event in newest])
        else:
            table(("at", "type", "object", "changes", "cause", "id"), (_row(event) for _, _, event in newest))


def _found(
    store: Store | None,
    config: Config,
    *,
    limit: int | None = None,
    after: Mapping[str, int] | None = None,
) -> list[tuple[int, str, Event]]:
    """(number, account, event), by number; per account the newest so many, or those after a number."""
    if store is None:
        return []
    since = after or {}
    found = [
        (number, account.name, event)
        for account in config.accounts
        for number, event in store.events(account.name, limit=limit, after=since.get(account.name, 0))
    ]
    found.sort(key=lambda each: each[0])
    return found[-limit:] if limit is not None else found


def _follow(store: Store | None, config: Config, first: list[tuple[int, str, Event]], *, json: bool) -> None:
    """Print events as they come, until Ctrl-C."""
    batch = first
    # Within an account numbers grow; of another account a smaller one may come later, where several workers write.
    last: dict[str, int] = {}
    while store is not None:
        for number, account, event in batch:
            last[account] = number
            if json:
                print_json_line(_shape(event))
            else:
                click.echo("  ".join(str(cell) for cell in _row(event) if cell))
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        batch = _found(store, config, after=last)


def _shape(event: Event) -> dict[str, Any]:
    from rules_engine.cli.shapes import event_json  # noqa: PLC0415 - not needed for --help

    return event_json(event)


def _row(event: Event) -> tuple[str | None, ...]:
    from rules_engine.cli.output import printable  # noqa: PLC0415 - not needed for --help
    from rules_engine.cli.shapes import changes_text, object_name  # noqa: PLC0415 - as above
    from rules_engine.events.catalogue import main_type  # noqa: PLC0415 - as above

    cause = f"rule {event.cause_rule}" if event.cause_rule else event.cause.value
    return (
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        main_type(event.types),
        printable(object_name(event)),
        printable(changes_text(event)),
        cause,
        event.id,
    )
