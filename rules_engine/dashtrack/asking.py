"""How a read is asked: again after a short pause where that may help, and never where it can't."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar

from rules_engine.clock import Clock
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.errors import (
    DashtrackError,
    MalformedAnswer,
    PermanentError,
    ServerError,
    Unreachable,
)
from rules_engine.dashtrack.key import Key
from rules_engine.dashtrack.operations import is_plain_path
from rules_engine.dashtrack.translation import error_for_status, fit_to_show, server_message
from rules_engine.dashtrack.wire import Call, ClientSettings, Reply, Wire

T = TypeVar("T")

_WORTH_ANOTHER_TRY: Final = (Unreachable, ServerError, MalformedAnswer)
_SHORTEST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 1.0
_A_MOMENT: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A successful answer to a read."""

    status: int
    body: bytes = field(repr=False)
    date: datetime | None
    """When Dashtrack says that it answered."""


class Asker:
    """Makes requests over a wire, and knows what their answers mean."""

    def __init__(
        self,
        wire: Wire,
        *,
        base_url: str,
        key: Key,
        clock: Clock,
        budget: Budget,
        random: Random,
        settings: ClientSettings,
    ) -> None:
        self._wire = wire
        self._base_url = base_url
        self._key = key
        self._clock = clock
        self._budget = budget
        self._random = random
        self._settings = settings

    def read(self, path: str, params: Mapping[str, str | None] | None, decode: Callable[[Answer], T]) -> T:
        """Read and decode, at most `read_attempts` times; the last failure is the one that is raised."""
        if not is_plain_path(path):
            raise PermanentError(
                f"{path[:200]!r} is not a path of the API", advice="Percent-encode the ids in it."
            )
        given = {name: value for name, value in (params or {}).items() if value is not None}
        call = Call(method="GET", path=path, params=given)
        last_try = self._clock.monotonic() + self._settings.total_seconds
        attempts = 1
        while True:
            failure: DashtrackError
            try:
                return decode(self._asked_once(call))
            except _WORTH_ANOTHER_TRY as error:
                failure = error
            if attempts >= self._settings.read_attempts:
                raise failure
            self._clock.sleep(self._random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE))
            if self._clock.monotonic() >= last_try or self._budget.spare("read") == 0:
                raise failure
            attempts += 1

    def ask(self, call: Call) -> tuple[Reply, DashtrackError | None]:
        """Make one request, once: the reply, and the error that its status means.

        Raises RateLimited or BudgetExhausted when it may not be made now, and Unreachable when no status came.
        """
        reply = self._wire.exchange(call)
        error = error_for_status(
            reply.status,
            method=call.method,
            path=call.path,
            message="" if reply.successful else server_message(reply.body, self._key),
            location=fit_to_show(reply.location, self._key),
            base_url=self._base_url,
            until=self._budget.state.blocked_until or self._clock.now() + _A_MOMENT,
        )
        return reply, error

    def _asked_once(self, call: Call) -> Answer:
        reply, error = self.ask(call)
        error = error or reply.problem
        if error is not None:
            raise error
        return Answer(status=reply.status, body=reply.body, date=reply.date)
