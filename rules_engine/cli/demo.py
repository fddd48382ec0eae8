"""`rules-engine demo`: a sandbox, a worker and a day of an agency's work, with nothing set up."""

from __future__ import annotations

import click


@click.command("demo")
@click.option("--keep", is_flag=True, help="Keep the demo's store, and say where it is.")
@click.pass_context
def demo(ctx: click.Context, /, *, keep: bool) -> None:
    """A day of an agency's work, with nothing set up.

    It starts a local Dashtrack and a worker with the starter rules, plays a day, shows each change, the rule that
    took it and each request that was sent, and checks the outcome by reading it back. Exit code 0 only if all of it
    is there, exactly once.
    """
    from rules_engine.cli.demo_stage import play  # noqa: PLC0415 - not needed for --help

    ctx.exit(play(keep=keep))
