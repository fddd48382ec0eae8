"""`make workers`: many accounts over several workers, struck again and again, and judged by the sandbox's own history.

python tests/queue/workers.py --accounts 200 --workers 3 --rounds 30 --stands 500
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from conftest import START, Rig
from crew import BLOWS, LATE, Crew, make_rng, play
from postgres_server import PostgresServer
from standing_still import POINTS, judge, prepare
from standing_still import play as stand

from rules_engine.clock import ManualClock
from rules_engine.sandbox import running_sandbox


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--stands", type=int, default=500)
    parser.add_argument("--interval", type=float, default=10.0)
    parser.add_argument("--lease", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with ExitStack() as stack:
        server = PostgresServer.new()
        stack.callback(server.remove)
        server.start()
        wrong = strike(server, given, stack) + stand_still(server, given)
    sys.exit(1 if wrong else 0)


def strike(server, given, stack):
    """Rounds of real processes; gives how much was lost or made twice."""
    rng = make_rng(given.seed)
    crew = Crew(
        server,
        Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="re-crew-"))),
        accounts=given.accounts,
        interval=given.interval,
        lease=given.lease,
    )
    stack.callback(crew.close)
    crew.start(given.workers)
    crew.baseline(600)
    print(
        f"{given.accounts} accounts, {given.workers} workers, a look every {given.interval:g} s, lease {given.lease:g} s",
        flush=True,
    )
    found = defaultdict(list)
    blows = list(BLOWS)
    for number in range(given.rounds):
        one = play(crew, blows[number % len(blows)], rng)
        found[one.blow].append(one)
        print(f"  round {number + 1}: {one}", flush=True)
    crew.until_all_are_ticked(600)
    crew.until_all_are_ticked(600)
    lost, twice = crew.judge()
    print(f"owed {given.accounts * crew.round}, lost {len(lost)}, twice {len(twice)}")
    print(
        f"stated: an account of a worker that no longer answers is taken over within {LATE * given.lease:g} s"
    )
    for blow, several in found.items():
        for what in ("ended", "taken over", "all ticked again"):
            took = sorted(each.after[what] for each in several if what in each.after)
            if took:
                print(
                    f"{blow}: {what} {len(took)} times, after {took[len(took) // 2]:.1f} s in the middle, {took[-1]:.1f} s at most"
                )
    for line in crew.said().splitlines():
        if "Traceback" in line or "something unexpected" in line:
            print(line[:2000])
    return len(lost) + len(twice)


def stand_still(server, given):
    """Rounds of one process that stands still at a chosen point; gives how much was lost or made twice."""
    rng = make_rng(given.seed)
    started = time.monotonic()
    wrong = rounds = 0
    stood = 0
    while rounds < given.stands:
        count = min(25, given.stands - rounds)
        with running_sandbox() as sandbox:
            rig = Rig(sandbox, server.new_database(), ManualClock(START))
            sandbox.state.add("project", name="Sales")
            prepare(rig)
            for number in range(count):
                stood += stand(rig, number, rng.choice(POINTS), rng.randint(1, 3), rng.randint(1, 4))
            lost, twice = judge(rig, count)
            rig.close()
        rounds += count
        wrong += len(lost) + len(twice)
    print(
        f"stood still {stood} times in {rounds} rounds: lost or twice {wrong}, in {time.monotonic() - started:.0f} s"
    )
    return wrong


if __name__ == "__main__":
    main()
