"""The planner and the ledger through whole days, against a model of the server: no 429 of our own making."""

import sys
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from planning_world import NOON, scheduler, tasks_of

from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget, BudgetState
from rules_engine.dashtrack.errors import MustWait
from rules_engine.polling.planning.pace import reads_per_hour
from rules_engine.polling.planning.schedule import Allowance, Asked

sys.path.insert(0, str(Path(__file__).parents[2] / "dashtrack"))
from limited_server import FixedWindow, RollingHour


def live(clock, server, feeds, hours, *, others=lambda: 0, restart_every=None):
    """Look at what is due for so long; gives how many reads each hour had, and how many came back with 429."""
    state, asked, made, refused = BudgetState(), {}, {}, 0
    budget, planner = Budget(clock), scheduler()
    start, begun = clock.now(), clock.now()
    while clock.now() - start < timedelta(hours=hours):
        if restart_every is not None and clock.now() - begun > restart_every:
            state, begun = BudgetState.from_json(budget.state.to_json()), clock.now()
            budget, planner = Budget(clock, state=state), scheduler()
        now = clock.now()
        state, spare = budget.state, budget.spare("read")
        per_hour = reads_per_hour(state, now, configured=None, reserve=budget.reserve)
        allowance = Allowance(
            per_hour=per_hour,
            spare=85 if spare is None else spare,
            until=state.blocked_until or state.reset_at,
        )
        agenda = planner.agenda(feeds, asked, now, allowance)
        for key in agenda.due:
            try:
                budget.acquire("read")
            except MustWait:
                break
            status, headers = server.request()
            clock.advance(0.05)
            budget.observe(status, headers)
            hour = int((clock.now() - start) / timedelta(hours=1))
            made[hour] = made.get(hour, 0) + 1
            refused += status == 429
            if status == 200:
                asked[key] = Asked(good_at=clock.now(), tried_at=clock.now())
        for _ in range(others()):
            server.request()
        clock.advance(max((agenda.next_at - clock.now()).total_seconds(), 0.1))
    return made, refused


@pytest.mark.parametrize("restart_every", [None, timedelta(minutes=7)], ids=["one process", "restarts"])
@pytest.mark.parametrize("server", [FixedWindow, RollingHour])
def test_a_day_at_100_an_hour_has_no_429_and_uses_no_more_than_nine_tenths(server, restart_every):
    clock = ManualClock(NOON)
    made, refused = live(clock, server(clock, limit=100), tasks_of(40), 12, restart_every=restart_every)

    assert refused == 0
    assert all(count <= 90 for hour, count in made.items() if hour > 1)
    assert sum(made.values()) >= 12 * 60


def test_others_on_the_key_are_noticed_and_given_way():
    clock, random = ManualClock(NOON), Random(3)
    server = FixedWindow(clock, limit=100, phase=500)
    made, refused = live(clock, server, tasks_of(40), 12, others=lambda: int(random.random() < 0.6))

    assert refused <= 1
    assert sum(made.values()) < 12 * 80


def test_after_a_limit_that_others_used_up_it_comes_back_without_a_burst():
    clock = ManualClock(NOON)
    server = FixedWindow(clock, limit=100)
    planner_feeds = tasks_of(40)
    live(clock, server, planner_feeds, 1.5)
    while server.request()[0] == 200:
        pass
    made, refused = live(clock, server, planner_feeds, 3)

    assert refused <= 1
    assert all(count <= 90 for hour, count in made.items() if hour > 1)
