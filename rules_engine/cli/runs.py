"""`rules-engine runs`: what rules did, and what a person may say about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from rules_engine.cli.holds import NoSuchRun, print_holds, settle_hold
from rules_engine.cli.looking import looking_at
from rules_engine.cli.options import config_option, json_option, load_config, store_option
from rules_engine.cli.output import print_json, print_json_line, printable, say, table

if TYPE_CHECKING:
    from rules_engine.config import Config
    from rules_engine.runs.states import Move
    from rules_engine.store.records import Run
    from rules_engine.store.store import Store

_STATUSES = ("pending", "running", "waiting", "held", "planned", "done", "failed", "parked", "cancelled")


@click.group("runs", invoke_without_command=True)
@json_option
@click.option("--status", type=click.Choice(_STATUSES), multiple=True, help="Only runs that stand there.")
@click.option("--rule", help="Only runs of this rule.")
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Only the newest so many.")
@store_option
@config_option
@click.pass_context
def runs(
    ctx: click.Context,
    /,
    *,
    json: bool,
    status: tuple[str, ...],
    rule: str | None,
    limit: int | None,
    **flags: Any,
) -> None:
    """Show what rules did; retry, approve or discard runs."""
    if ctx.invoked_subcommand is not None:
        ctx.obj = flags
        return
    config = load_config(**flags)
    with looking_at(config) as store:
        found = _find(store, config, status, rule, limit)
        if json:
            print_json([_shape(store, run) for run in found if store is not None])
        else:
            table(
                ("created", "rule", "status", "because of", "error", "id"),
                (_row(store, run) for run in found),
            )
            print_holds(store, config)


def _find(
    store: Store | None, config: Config, statuses: tuple[str, ...], rule: str | None, limit: int | None
) -> list[Run]:
    from rules_engine.store.records import RunStatus  # noqa: PLC0415 - not needed for --help

    if store is None:
        return []
    wanted = [RunStatus(status) for status in statuses]
    found = [run for account in config.accounts for run in store.runs(account.name, statuses=wanted)]
    if rule is not None:
        found = [run for run in found if run.rule_id == rule]
    return found[-limit:] if limit is not None else found


@runs.command("show")
@click.argument("run_id", metavar="ID")
@json_option
@store_option
@config_option
@click.pass_context
def show(ctx: click.Context, /, *, run_id: str, json: bool, **flags: Any) -> None:
    """Show one run with its steps."""
    config = _config(ctx, flags)
    with looking_at(config) as store:
        run = _named(store, config, run_id)
        assert store is not None
        if json:
            print_json(_shape(store, run))
        else:
            _print_run(store, run)


@runs.command("retry")
@click.argument("run_ids", metavar="ID...", nargs=-1, required=True)
@json_option
@store_option
@config_option
@click.pass_context
def retry(ctx: click.Context, /, *, run_ids: tuple[str, ...], json: bool, **flags: Any) -> None:
    """Try the steps of a failed or parked run again; what was done is not done twice."""
    _move(ctx, run_ids, flags, "retry", json=json)


@runs.command("cancel")
@click.argument("run_ids", metavar="ID...", nargs=-1, required=True)
@json_option
@store_option
@config_option
@click.pass_context
def cancel(ctx: click.Context, /, *, run_ids: tuple[str, ...], json: bool, **flags: Any) -> None:
    """End a run that is not done; what it has done stays."""
    _move(ctx, run_ids, flags, "cancel", json=json)


@runs.command("approve")
@click.argument("run_ids", metavar="ID...", nargs=-1, required=True)
@json_option
@store_option
@config_option
@click.pass_context
def approve(ctx: click.Context, /, *, run_ids: tuple[str, ...], json: bool, **flags: Any) -> None:
    """Let a held run go on, or believe that held deletions (hold-…) are true."""
    _move(ctx, run_ids, flags, "approve", json=json)


@runs.command("discard")
@click.argument("run_ids", metavar="ID...", nargs=-1, required=True)
@json_option
@store_option
@config_option
@click.pass_context
def discard(ctx: click.Context, /, *, run_ids: tuple[str, ...], json: bool, **flags: Any) -> None:
    """Let nothing come of a held run, or take held deletions (hold-…) in without an event."""
    _move(ctx, run_ids, flags, "discard", json=json)


def _move(
    ctx: click.Context, run_ids: Iterable[str], flags: dict[str, Any], name: str, *, json: bool
) -> None:
    """Move each run in turn; the first that can't be moved ends it."""
    from rules_engine.runs.states import Move  # noqa: PLC0415 - not needed for --help

    move: Move = Move(name)
    config = _config(ctx, flags)
    with looking_at(config, to_write=True) as store:
        for run_id in run_ids:
            if move in {Move.APPROVE, Move.DISCARD} and run_id.startswith("hold-"):
                settle_hold(store, run_id, discard=move is Move.DISCARD, json=json)
            else:
                _move_run(store, config, run_id, move, json=json)


def _move_run(store: Store | None, config: Config, run_id: str, move: Move, *, json: bool) -> None:
    from rules_engine.runs.states import allowed_from  # noqa: PLC0415 - not needed for --help

    run = _named(store, config, run_id)
    assert store is not None
    moved = store.move_run(run.id, to=_target(move), allowed=allowed_from(move))
    if json:
        print_json_line(_shape(store, moved))
    else:
        say(f"{moved.id} ({moved.rule_id}): {moved.status.value}")


def _target(move: Move) -> Any:
    from rules_engine.runs.states import MOVES  # noqa: PLC0415 - not needed for --help

    (target,) = {after for (_, possible), after in MOVES.items() if possible is move}
    return target


def _config(ctx: click.Context, flags: dict[str, Any]) -> Config:
    """Options given before the subcommand hold where the subcommand itself does not give them."""
    outer = ctx.obj or {}
    return load_config(
        **{name: value if value is not None else outer.get(name) for name, value in flags.items()}
    )


def _named(store: Store | None, config: Config, run_id: str) -> Run:
    found = [
        run
        for account in config.accounts
        if store is not None
        for run in store.runs(account.name, prefix=run_id)
    ]
    if len(found) == 1:
        return found[0]
    raise NoSuchRun(f"{len(found)} runs begin with {run_id!r}" if found else f"there is no run {run_id}")


def _shape(store: Store | None, run: Run) -> dict[str, Any]:
    from rules_engine.cli.shapes import run_json  # noqa: PLC0415 - not needed for --help

    assert store is not None
    return run_json(run, store.steps(run.id))


def _row(store: Store | None, run: Run) -> tuple[str | None, ...]:
    created = f"{run.created_at:%Y-%m-%d %H:%M:%S}"
    return created, run.rule_id, run.status.value, _because(store, run), run.error or None, run.id


def _because(store: Store | None, run: Run) -> str:
    from rules_engine.cli.shapes import object_name  # noqa: PLC0415 - not needed for --help
    from rules_engine.events.catalogue import main_type  # noqa: PLC0415 - not needed for --help

    event = store.event(run.event_id) if store is not None else None
    return run.event_id if event is None else f"{main_type(event.types)}: {object_name(event)}"


def _print_run(store: Store, run: Run) -> None:
    from rules_engine.cli.report import request_text  # noqa: PLC0415 - not needed for --help
    from rules_engine.runs.steps import is_shown  # noqa: PLC0415 - not needed for --help

    lines = [
        f"{run.id}: rule {run.rule_id}, {run.status.value}",
        f"because of {_because(store, run)} ({run.event_id})",
    ]
    for line in filter(None, (*lines, run.error)):
        click.echo(printable(line))
    table(
        ("n", "step", "status", "attempts", "answer", "result", "error"),
        (
            (
                step.n,
                request_text(step),
                step.status.value,
                step.attempts,
                step.response_status,
                step.result_id,
                step.error or None,
            )
            for step in store.steps(run.id)
            if is_shown(step)
        ),
    )
