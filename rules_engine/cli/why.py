"""`rules-engine why`: why a rule did or did not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rules_engine.cli.looking import looking_at
from rules_engine.cli.options import config_option, json_option, load_config, rules_option, store_option
from rules_engine.cli.output import print_json, say, table
from rules_engine.errors import RulesEngineError

if TYPE_CHECKING:
    from rules_engine.config import Config
    from rules_engine.store.store import Store


class NoSuchRule(RulesEngineError):
    """There is no such rule."""


@click.command("why")
@click.argument("rule")
@click.option("--event", "event_id", metavar="ID", help="Only for this event.")
@click.option(
    "--object", "object_ref", metavar="RESOURCE/ID", help="Only for events of this object: lead/ID."
)
@json_option
@rules_option
@store_option
@config_option
def why(*, rule: str, event_id: str | None, object_ref: str | None, json: bool, **flags: Any) -> None:
    """Tell why a rule did or did not run.

    Exit codes: 0 fine · 1 nobody knows such a rule: neither the rules nor the store.
    """
    config = load_config(**flags)
    with looking_at(config) as store:
        found = [] if store is None else _answers(store, config, rule)
        if not found:
            _check_known(config, rule)
        if event_id is not None:
            found = [answer for answer in found if answer["event"] == event_id]
        if object_ref is not None:
            found = [answer for answer in found if f"/{object_ref}/" in answer["event"]]
        if json:
            print_json(found)
            return
        table(
            ("at", "event", "verdict", "why"),
            ((one["at"], one["event"], one["verdict"], one["why"]) for one in found),
        )
        if not found:
            say(
                f"no event that the triggers of {rule} name has been seen yet; `rules-engine events` shows what was"
            )


def _check_known(config: Config, rule: str) -> None:
    """Raises NoSuchRule where the rules of no account have it; rules that can't be loaded are no proof."""
    from rules_engine.ruleset.load import load_rules  # noqa: PLC0415 - not needed for --help
    from rules_engine.suggest import nearest  # noqa: PLC0415 - as above

    try:
        loaded = [load_rules(account.rules) for account in config.accounts]
    except RulesEngineError:
        return
    known = {one.id for each in loaded for one in each.ruleset.rules}
    if rule in known or any(each.broken for each in loaded):
        return
    near = nearest(rule, known)
    advice = f"Did you mean {near}?" if near else f"Known are: {', '.join(sorted(known))}."
    raise NoSuchRule(f"there is no rule {rule}", advice=advice)


def _answers(store: Store, config: Config, rule: str) -> list[dict[str, Any]]:
    from rules_engine.runs.arming import event_id_of  # noqa: PLC0415 - not needed for --help
    from rules_engine.store.rows import to_time  # noqa: PLC0415 - as above

    answers = []
    for account in config.accounts:
        answers += [
            {"at": to_time(one.at), "event": one.event_id, "verdict": one.verdict, "why": one.detail}
            for one in store.decisions(account.name, rule)
        ]
        answers += [
            {
                "at": to_time(run.created_at),
                "event": run.event_id,
                "verdict": "ran",
                "why": f"{run.id} is {run.status.value}" + (f": {run.error}" if run.error else ""),
            }
            for run in store.runs(account.name)
            if run.rule_id == rule
        ]
        answers += [
            {
                "at": to_time(timer.armed_at),
                "event": event_id_of(account.name, timer),
                "verdict": "waits",
                "why": f"until {to_time(timer.due_at)}, for its {timer.kind.value}",
            }
            for timer in store.timers(account.name)
            if timer.rule_id == rule and not timer.spent
        ]
    return sorted(answers, key=lambda answer: str(answer["at"]))
