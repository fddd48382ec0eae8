"""The last hop of a worker that has claimed its account: nothing leaves when the claim no longer holds.

The store checks the fence in each transaction, the intent's included. This is the look right before the request: a
process that was stopped in between is stopped here. What remains is a stop between this look and the socket; whoever
has the account then treats that request as one whose answer was lost (faults.md, section C).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rules_engine.dashtrack.outcomes import NotSent, Outcome, WriteRequest
from rules_engine.runs.hop import Hop, PlannedOnly, Post
from rules_engine.store.claim import Claim
from rules_engine.store.store import Store

_LAPSED: Final = NotSent("the claim on the account has lapsed")


@dataclass(frozen=True, slots=True)
class ClaimedHop:
    """Sends while the claim holds."""

    hop: Hop
    store: Store
    claim: Claim

    def send(self, request: WriteRequest) -> Outcome | PlannedOnly:
        """Send it, once; it is not sent when somebody else may have the account."""
        return self.hop.send(request) if self.store.holds_claim(self.claim) else _LAPSED


@dataclass(frozen=True, slots=True)
class ClaimedPost:
    """Delivers while the claim holds."""

    post: Post
    store: Store
    claim: Claim

    @property
    def names(self) -> Collection[str]:
        """The endpoints of the configuration."""
        return self.post.names

    def deliver(self, to: str, *, message_id: str, body: Mapping[str, Any]) -> Outcome:
        """Send the message, once; it is not sent when somebody else may have the account."""
        if not self.store.holds_claim(self.claim):
            return _LAPSED
        return self.post.deliver(to, message_id=message_id, body=body)
