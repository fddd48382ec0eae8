"""Claims on accounts: taken, renewed, given back and checked, all by the database's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select, text, update

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.claim import Claim, ClaimState, lost
from rules_engine.store.errors import ClaimHeld
from rules_engine.store.postgres import IDLE_SECONDS
from rules_engine.store.statements import add
from rules_engine.store.transactions import Transactions

MARGIN: Final = timedelta(seconds=2)
"""Less than this left of a lease is too little to begin a request with; of a short lease, a fifth."""

_NOW: Final = {
    "postgresql": "SELECT to_char(clock_timestamp() AT TIME ZONE 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.USZ')",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
}


class Claims(Transactions):
    """The store's part about claims."""

    def claim(self, account: str, *, holder: str, lease: timedelta) -> Claim:
        """Take a claim that is free or lapsed, or that this very holder has; its fence is one greater than the last.

        Raises ClaimHeld, which names the holder, while somebody else's is alive.
        """
        asked_at = self._monotonic()
        with self._writing() as connection:
            add(connection, t.claims, [{"account": account, "fence": 0, "holder": "", "until": _EVER}])
            # The row is locked before the clock is read: who had to wait for it must not count that time.
            found = connection.execute(
                select(t.claims).where(t.claims.c.account == account).with_for_update()
            ).one()
            now = _database_time(connection)
            if found.holder not in {"", holder} and found.until > rows.to_time(now):
                raise _held(account, found.holder, found.until)
            fence = int(found.fence) + 1
            until = rows.to_time(now + lease)
            values = {"fence": fence, "holder": holder, "until": until}
            connection.execute(update(t.claims).where(t.claims.c.account == account).values(values))
        self._deadlines[account, fence] = asked_at + _surely(lease)
        return Claim(account=account, holder=holder, fence=fence)

    def renew(self, claim: Claim, lease: timedelta) -> None:
        """Let the lease begin anew; raises ClaimLost when somebody else has the account.

        A lease that has run out is renewed all the same as long as nobody has claimed the account meanwhile.
        """
        asked_at = self._monotonic()
        with self._writing() as connection:
            until = rows.to_time(_database_time(connection) + lease)
            renew = update(t.claims).where(_is(claim)).values(until=until, holder=claim.holder)
            if connection.execute(renew).rowcount != 1:
                raise lost(claim)
        self._deadlines[claim.account, claim.fence] = asked_at + _surely(lease)

    def release(self, claim: Claim) -> None:
        """Give the claim back, so that another need not wait for its lease to end; nothing if it is lost."""
        with self._writing() as connection:
            connection.execute(update(t.claims).where(_is(claim)).values(holder="", until=_EVER))
        self._deadlines.pop((claim.account, claim.fence), None)

    def holds_claim(self, claim: Claim) -> bool:
        """Whether the claim holds now and for a moment more: to be asked right before a write is sent.

        Both clocks must say so: the database's, and the monotonic one of this machine, which saw this process stop
        between the answer and the next line.
        """
        query = select(t.claims.c.until).where(_is(claim), t.claims.c.holder == claim.holder)

        def look(connection: Connection) -> bool:
            until = connection.execute(query).scalar()
            return until is not None and until > rows.to_time(_database_time(connection))

        alive = self._read(look)
        return alive and self._monotonic() < self._deadlines.get((claim.account, claim.fence), 0.0)

    def end_silent_transactions(self) -> int:
        """End the transactions of workers that went silent in the middle of one, with their locks; gives how many.

        The server's own limit (`idle_in_transaction_session_timeout`) does not run while it waits for the rest of a batch of
        statements: a worker that was stopped there would keep its account from all others for as long as it stands still.
        """
        if not self._place.is_postgres:
            return 0
        return len(self._all(text(_SILENT).bindparams(seconds=IDLE_SECONDS)))

    def claims(self) -> list[ClaimState]:
        """The last claim on every account that ever was claimed, by account."""
        return [
            ClaimState(
                account=row["account"],
                holder=row["holder"],
                fence=row["fence"],
                until=datetime.fromisoformat(row["until"]),
            )
            for row in self._all(select(t.claims).order_by(t.claims.c.account))
        ]


_SILENT: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name = 'rules-engine'
      AND pid <> pg_backend_pid() AND wait_event = 'ClientRead' AND xact_start IS NOT NULL
      AND state_change < clock_timestamp() - make_interval(secs => :seconds)
"""

_EVER: Final = rows.to_time(datetime(1970, 1, 1, tzinfo=UTC))
"""The end of a lease that nobody has."""


def _is(claim: Claim) -> Any:
    return (t.claims.c.account == claim.account) & (t.claims.c.fence == claim.fence)


def _surely(lease: timedelta) -> float:
    """For how many seconds a lease counts on our side."""
    return (lease - min(MARGIN, lease / 5)).total_seconds()


def _database_time(connection: Connection) -> datetime:
    return datetime.fromisoformat(str(connection.execute(text(_NOW[connection.dialect.name])).scalar_one()))


def _held(account: str, holder: str, until: str) -> ClaimHeld:
    return ClaimHeld(
        f"the account {account} is in use by another worker ({holder}), until {until} unless it goes on",
        advice="Stop that worker first, or wait: an account whose worker died is free when its lease is over.",
        until=until,
    )
