"""`rules-engine doctor`: is everything fine? One line a question, in plain words."""

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
from rules_engine.cli.output import print_json


@click.command("doctor")
@rules_option
@store_option
@base_url_option
@json_option
@config_option
@click.pass_context
def doctor(ctx: click.Context, /, *, json: bool, **flags: Any) -> None:
    """Check key, address, limits, clock, rules and store.

    It sends one request an account. Exit codes: 0 all fine · 1 something is wrong · 3 configuration or key.
    """
    from rules_engine.cli.examination import Sign, examine  # noqa: PLC0415 - not needed for --help

    findings = examine(load_config(**flags))
    if json:
        print_json(findings)
    else:
        for finding in findings:
            click.secho(f"{finding.sign.value:>5}  ", fg=finding.sign.colour, nl=False)
            click.echo(finding.text)
    wrong = [finding for finding in findings if finding.sign is Sign.WRONG]
    ctx.exit(max((finding.exit_code for finding in wrong), default=0))
