"""An account that stands still: nothing of it is compared, and nothing sent to Dashtrack, until a person has spoken.

Only the engine's own events go on, so that a rule can tell somebody: their runs may post messages, say and emit, but
neither read nor write Dashtrack.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NoReturn

from rules_engine.dashtrack.errors import Unreachable
from rules_engine.dashtrack.outcomes import NotSent, Outcome, WriteRequest
from rules_engine.dashtrack.resources import Resource
from rules_engine.runs.identity import hold_id
from rules_engine.store.records import STORE, WORKSPACE, Hold
from rules_engine.store.store import Store

_WHY: Final = "the account is held (`rules-engine runs` tells why)"


class Halted(Exception):
    """Nothing more may be done for the account now."""

    def __init__(self, hold: Hold | None = None, *, known: bool = False) -> None:
        """`hold`: what a person must settle, None where the next look may; `known` if it is in the store already."""
        super().__init__()
        self.hold = hold
        self.known = known


def standing(store: Store, account: str) -> Hold | None:
    """The hold that lets the whole account stand still; None while there is none."""
    return next((hold for hold in store.holds(account) if hold.stops_account), None)


def approved_hold(store: Store, account: str) -> Hold | None:
    """What a person has said of an old store: that it may go on."""
    return next((hold for hold in store.holds(account) if hold.resource == STORE and hold.approved), None)


def account_hold(account: str, kind: str, evidence: tuple[str, ...], at: datetime) -> Hold:
    """A hold on the whole account: the same one for as long as its kind of trouble lasts."""
    return Hold(id=hold_id(account, kind), at=at, resource=kind, project_id=None, object_ids=evidence)


def words_of(hold: Hold) -> str:
    """What has happened, for a person."""
    if hold.resource == WORKSPACE:
        return (
            f"{len(hold.object_ids)} of the projects, people and leads that were known are not there, and others are: "
            "this key or address leads to another workspace"
        )
    if hold.resource == STORE:
        seen = (
            f" ({len(hold.object_ids)} of its own marks in Dashtrack are unknown to it)"
            if hold.object_ids
            else ""
        )
        return f"the store is older than what was done with it{seen}: it may be a backup, or a copy is in use elsewhere"
    return f"{len(hold.object_ids)} objects ({hold.resource}) vanished at once"


class NoReads:
    """The reads of an account that stands still: there are none."""

    def objects(self, resource: Resource, project_id: str | None) -> list[dict[str, Any]]:  # noqa: ARG002 - as Reads has it
        """Refuse."""
        self._refuse()

    def object(self, resource: Resource, object_id: str) -> dict[str, Any]:  # noqa: ARG002 - as above
        """Refuse."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Unreachable(_WHY, sent=False)


class NoHop:
    """The last hop of an account that stands still: nothing leaves."""

    def send(self, request: WriteRequest) -> Outcome:  # noqa: ARG002 - as Hop has it
        """Refuse."""
        return NotSent(_WHY)
