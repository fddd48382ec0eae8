"""Reading what is still to be done, a page at a time: however long it is, it is never in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from rules_engine.store import rows
from rules_engine.store import tables as t
from rules_engine.store.read_snapshot import IDS_PER_QUERY
from rules_engine.store.records import Run, RunStatus, StepStatus
from rules_engine.store.transactions import Transactions

PAGE: Final = 200
_OPEN: Final = (RunStatus.PENDING, RunStatus.RUNNING, RunStatus.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind:
    """What runs of one rule that began in one mode have in common."""

    rule_id: str
    mode: str


class ReadsBacklog(Transactions):
    """The store's part about runs that are not over."""

    def due_runs(self, account: str, now: datetime) -> Iterator[Run]:
        """The open runs that may go on now, those that wait for an event among them, in the order in which they began.

        Read as they are asked for, so that runs which begin meanwhile come too.
        """
        after = 0
        while page := self._due_page(account, now, after):
            for after, run in page:  # noqa: B007 - the last one is where the next page begins
                yield run

    def _due_page(self, account: str, now: datetime, after: int) -> list[tuple[int, Run]]:
        """One page; status by status, so that the index gives each in order without reading the rest."""
        awaiting = select(t.steps.c.run_id).where(
            t.steps.c.status == StepStatus.WAITING.value, t.steps.c.action == "wait_for"
        )
        due = or_(t.runs.c.due_at.is_(None), t.runs.c.due_at <= rows.to_time(now), t.runs.c.id.in_(awaiting))
        found: list[tuple[int, Run]] = []
        for status in _OPEN:
            query = _runs(account, [status]).where(t.runs.c.seq > after, due).limit(PAGE)
            found += [(row["seq"], rows.run_from(row)) for row in self._all(query)]
        return sorted(found, key=itemgetter(0))[:PAGE]

    def runs_of_kinds(
        self, account: str, statuses: Sequence[RunStatus], kinds: Iterable[RunKind]
    ) -> Iterator[list[Run]]:
        """The runs of these kinds that stand there, page by page, oldest first."""
        wanted = or_(*(and_(t.runs.c.rule_id == one.rule_id, t.runs.c.mode == one.mode) for one in kinds))
        after = 0
        while found := self._all(_runs(account, statuses).where(t.runs.c.seq > after, wanted).limit(PAGE)):
            after = found[-1]["seq"]
            yield [rows.run_from(row) for row in found]

    def kinds_of_runs(self, account: str, statuses: Sequence[RunStatus]) -> list[RunKind]:
        """Of which rules, begun in which modes, there are runs that stand there."""
        query = select(t.runs.c.rule_id, t.runs.c.mode).where(_there(account, statuses)).distinct()
        return [RunKind(rule_id=row["rule_id"], mode=row["mode"]) for row in self._all(query)]

    def digests_of_runs(self, account: str, statuses: Sequence[RunStatus]) -> set[str]:
        """The rules that runs which stand there are pinned to."""
        query = select(t.runs.c.rule_digest).where(_there(account, statuses)).distinct()
        return {row["rule_digest"] for row in self._all(query)}

    def count_runs(self, account: str) -> dict[RunStatus, int]:
        """How many runs stand where."""
        query = select(t.runs.c.status, func.count().label("count")).where(t.runs.c.account == account)
        return {RunStatus(row["status"]): row["count"] for row in self._all(query.group_by(t.runs.c.status))}

    def runs_by_id(self, account: str, ids: Iterable[str]) -> list[Run]:
        """These runs, in the order in which they began."""
        wanted = sorted(ids)
        found: list[Any] = []
        for start in range(0, len(wanted), IDS_PER_QUERY):
            part = wanted[start : start + IDS_PER_QUERY]
            found += self._all(select(t.runs).where(t.runs.c.account == account, t.runs.c.id.in_(part)))
        return [rows.run_from(row) for row in sorted(found, key=itemgetter("seq"))]

    def last_run(self, account: str) -> int:
        """The number of the run that began last; 0 while there is none."""
        return self._one(select(func.max(t.runs.c.seq)).where(t.runs.c.account == account)) or 0

    def held_since(self, account: str, number: int) -> list[Run]:
        """The runs that were held after the run with that number."""
        query = _runs(account, [RunStatus.HELD]).where(t.runs.c.seq > number)
        return [rows.run_from(row) for row in self._all(query)]

    def count_held(self, account: str) -> dict[str, int]:
        """How many runs of each rule are held, in the order in which the first of each began."""
        query = select(t.runs.c.rule_id, func.count().label("count")).where(_there(account, [RunStatus.HELD]))
        grouped = query.group_by(t.runs.c.rule_id).order_by(func.min(t.runs.c.seq))
        return {row["rule_id"]: row["count"] for row in self._all(grouped)}

    def ends_of_held(self, account: str, rule_id: str) -> tuple[Run, Run]:
        """The first and the last of the rule's runs that are held; there must be one."""
        of_rule = (
            select(t.runs).where(_there(account, [RunStatus.HELD]), t.runs.c.rule_id == rule_id).limit(1)
        )
        (first,) = self._all(of_rule.order_by(t.runs.c.seq))
        (last,) = self._all(of_rule.order_by(t.runs.c.seq.desc()))
        return rows.run_from(first), rows.run_from(last)

    def next_run_at(self, account: str) -> datetime | None:
        """When the next waiting run is due; None while none waits for a moment."""
        due = select(func.min(t.runs.c.due_at)).where(_there(account, [RunStatus.WAITING]))
        return rows.from_time(self._one(due))


def _there(account: str, statuses: Sequence[RunStatus]) -> Any:
    return and_(t.runs.c.account == account, t.runs.c.status.in_([status.value for status in statuses]))


def _runs(account: str, statuses: Sequence[RunStatus]) -> Any:
    return select(t.runs).where(_there(account, statuses)).order_by(t.runs.c.seq)
