"""`rules-engine run`: the worker, once or until stopped, for real or dry."""

from __future__ import annotations

from typing import Any

import click

from rules_engine.cli.options import (
    base_url_option,
    config_option,
    json_option,
    load_config,
    rules_option,
    store_option,
)


@click.command("run")
@rules_option
@store_option
@base_url_option
@click.option(
    "--dry-run", is_flag=True, help="Print what would be sent; send no write and leave the state untouched."
)
@click.option("--adopt", is_flag=True, help="Take over a store that belongs to another machine, for good.")
@click.option("--once", is_flag=True, help="Look once, act until nothing is due, exit.")
@json_option
@config_option
@click.pass_context
def run(ctx: click.Context, /, *, dry_run: bool, adopt: bool, once: bool, json: bool, **flags: Any) -> None:
    """Poll, match rules and act, until stopped.

    Exit codes: 0 fine · 1 invalid rules, or with --once a run failed or was parked, a feed could not be read, or the account is held ·
    3 configuration or key · 4 store in use.
    """
    from rules_engine.cli.running import Running  # noqa: PLC0415 - the engine is not needed for --help

    config = load_config(**flags)
    with Running(config, dry_run=dry_run, json=json, adopt=adopt) as running:
        ctx.exit(running.once() if once else running.loop())
