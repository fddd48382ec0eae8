"""`rules-engine sandbox`: a local Dashtrack to try things on, with a key that opens nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from rules_engine.cli.output import say
from rules_engine.errors import UsageError


@click.group("sandbox")
def sandbox() -> None:
    """A faithful local Dashtrack to try things on."""


@sandbox.command("serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes a free one."
)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep its state in FILE. [default: in memory]",
)
@click.option(
    "--plan",
    type=click.Choice(["starter", "professional", "agency", "enterprise"]),
    default="enterprise",
    show_default=True,
    help="Whose limit of requests an hour it keeps.",
)
@click.option(
    "--seed",
    type=click.Choice(["agency", "empty"]),
    default="agency",
    show_default=True,
    help="What it holds at first.",
)
@click.option("--control", is_flag=True, help="Open /_sandbox/ too: faults, history, edits as somebody else.")
def serve(port: int, db: Path | None, plan: str, seed: str, control: bool) -> None:
    """Serve a sandbox on 127.0.0.1 until Ctrl-C or SIGTERM.

    The lines on stdout can be pasted into a shell: they point rules-engine at it. A FILE that was used before goes on
    as it was, without a seed.
    """
    from rules_engine.sandbox import RunningSandbox, SandboxError  # noqa: PLC0415 - `sandbox --help` needs no server
    from rules_engine.sandbox import serve as serve_sandbox  # noqa: PLC0415 - as above

    def ready(running: RunningSandbox) -> None:
        click.echo(f"export DASHTRACK_BASE_URL={running.base_url}")
        click.echo(f"export DASHTRACK_API_KEY={running.key}")
        say(f"The sandbox is ready (plan {plan}). Ctrl-C ends it.")
        if control:
            say(f"Its control route: {running.control_url}")

    try:
        serve_sandbox(port=port, db=db, plan=plan, seed=seed, control=control, on_ready=ready)
    except SandboxError as error:
        raise UsageError(f"the sandbox can't be served: {error}") from None
