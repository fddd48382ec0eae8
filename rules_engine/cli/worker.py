"""`rules-engine worker`: one of several workers, which share the accounts by a queue on PostgreSQL."""

from __future__ import annotations

from typing import Any

import click

from rules_engine.cli.options import (
    base_url_option,
    config_option,
    load_config,
    rules_option,
    store_option,
)


@click.command("worker")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 12),
    metavar="N",
    default=4,
    show_default=True,
    help="How many accounts are ticked at a time.",
)
@rules_option
@store_option
@base_url_option
@config_option
@click.pass_context
def worker(ctx: click.Context, /, *, concurrency: int, **flags: Any) -> None:
    """Share the accounts with other workers, until stopped.

    The store is on PostgreSQL, and so is the queue by which they share. Exit codes: 0 stopped · 3 configuration · 4 the store can't be used.
    """
    from rules_engine.cli.working import work  # noqa: PLC0415 - the engine is not needed for --help

    ctx.exit(work(lambda: load_config(**flags), concurrency=concurrency))
