"""What a guard holds (`hold-…`), told and settled on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.cli.output import print_json_line, say
from rules_engine.errors import RulesEngineError

if TYPE_CHECKING:
    from rules_engine.config import Config
    from rules_engine.store.records import Hold
    from rules_engine.store.store import Store


class NoSuchRun(RulesEngineError):
    """There is no such run."""

    advice = "`rules-engine runs` lists them; the beginning of an id is enough where only one run has it."


def settle_hold(store: Store | None, hold_id: str, *, discard: bool, json: bool) -> None:
    """Let what is held through, or let nothing come of it; raises NoSuchRun."""
    done = store is not None and (store.discard_hold if discard else store.approve_hold)(hold_id)
    if not done:
        raise NoSuchRun(f"there is no hold {hold_id}")
    if json:
        print_json_line({"id": hold_id, "approved": not discard})
    else:
        word = (
            "discarded; what vanished is gone, and no rule is told"
            if discard
            else "approved; the next look takes it up"
        )
        say(f"{hold_id}: {word}")


def print_holds(store: Store | None, config: Config) -> None:
    """What waits for a person's word, and how to give it."""
    for account in config.accounts:
        for hold in store.holds(account.name) if store is not None else ():
            if not hold.approved:
                say(hold_text(hold))


def hold_text(hold: Hold) -> str:
    """What is held, and what to do about it."""
    from rules_engine.runs.standstill import words_of  # noqa: PLC0415 - not needed for --help

    where = f" of project {hold.project_id}" if hold.project_id else ""
    return f"{hold.id}: {words_of(hold)}{where}; {_ADVICE.get(hold.resource, _OF_OBJECTS).format(id=hold.id)}"


_OF_OBJECTS = (
    "if that is right: rules-engine runs approve {id} (or discard {id}: they are gone, and no rule is told)"
)
_ADVICE = {
    "workspace": "the account stands still; mend the key or the address and start again, or, if it is to work there from "
    "now on: rules-engine runs approve {id} (it begins with a new baseline, and what was under way is cancelled)",
    "store": "the account stands still, lest it do again what was done; if this is a copy and the other one works, end one "
    "of them. If nothing else works on the account: rules-engine runs approve {id} (go on: what changed since is news again, "
    "and what it made already is recognised where it bears its mark), or discard {id} (what changed since is taken in "
    "without an event)",
}
