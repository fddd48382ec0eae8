"""`make chaos`: at least a thousand kills, each judged, the fault matrix, and the tables of both."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from chaos_naive_rig import NaiveTally, naive_world
from chaos_plans import RoundPlan, cancels, changes_rules, named_rounds, random_rounds
from chaos_points import POINTS
from chaos_report import report
from chaos_rig import Plan, Tally, world_in

_ROUNDS_A_WORLD = 8
_SHORT = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPlan:
    """One world: what to repeat when it fails."""

    seed: int
    baseline: Plan
    rounds: tuple[RoundPlan, ...]
    planted: str = ""
    """A mistake that its engine makes, which must come to light."""


def play(plan: WorldPlan, folder: Path) -> Tally:
    """Play one world to its end; what it finds has the plan beside it."""
    tally = Tally()
    with world_in(folder / f"world-{plan.seed}", plan.seed, tally, planted=plan.planted) as world:
        world.take_baseline(plan.baseline)
        doomed = False
        for one in plan.rounds:
            if cancels(one) and not doomed:
                world.begin_what_is_doomed()
                doomed = True
            doomed = not doomed if changes_rules(one) else one.doomed
            verdict = world.round(one.lives, list(one.kinds), doomed=doomed, fault=one.fault)
            if not verdict.is_well:
                tally.violations.append(f"after {one}: {'; '.join(verdict.in_words())}")
                break
        world.finish()
    if tally.violations:
        tally.violations.append(f"seed {plan.seed}: its files are in {folder}")
    else:
        shutil.rmtree(folder / f"world-{plan.seed}")
    return tally


def play_or_tell(plan: WorldPlan, folder: Path) -> Tally:
    """Play one world; one that the rig itself can't play is a violation like any other."""
    try:
        return play(plan, folder)
    except Exception:  # noqa: BLE001 - the other worlds go on, and this one is told of
        return Tally(violations=[f"seed {plan.seed} could not be played: {traceback.format_exc()}"])


def worlds(seed: int, kills: int, *, chains: bool = True) -> list[WorldPlan]:
    """Worlds with every named point, and as many random deaths as are needed for so many kills."""
    rounds = named_rounds(seed, chains=chains)
    named = sum(len(one.lives) + 1 for one in rounds)
    rounds += random_rounds(seed + 1, max(kills - named, 0))
    parts = [rounds[at : at + _ROUNDS_A_WORLD] for at in range(0, len(rounds), _ROUNDS_A_WORLD)]
    firsts = (
        "schema.inside",
        "words.before",
        "words.inside",
        "words.durable",
        "look.before",
        "look.inside",
        "look.durable",
    )
    return [
        WorldPlan(
            seed=seed + number, baseline=((firsts[number % len(firsts)], 1 + number % 2),), rounds=tuple(part)
        )
        for number, part in enumerate(parts)
    ]


def run(*, seed: int, kills: int, jobs: int, chains: bool = True, folder: Path) -> Tally:
    """Play all worlds, some at once."""
    tally = Tally()
    began = time.monotonic()
    plans = worlds(seed, kills, chains=chains)
    with ProcessPoolExecutor(jobs, initializer=_die_with, initargs=(os.getpid(),)) as pool:
        begun = [pool.submit(play_or_tell, plan, folder) for plan in plans]
        for number, one in enumerate(as_completed(begun), start=1):
            tally.add(one.result())
            sys.stderr.write(
                f"world {number} of {len(plans)}: {tally.kills.total()} kills, "
                f"{len(tally.violations)} violations, {time.monotonic() - began:.0f} s\n"
            )
    tally.violations += unreached(tally)
    return tally


def unreached(tally: Tally) -> list[str]:
    """What the rig itself failed to do: points that nothing died at, and crossings that nobody named."""
    never = [
        f"nothing was killed at {name}: the rig did not get there" for name in POINTS if not tally.kills[name]
    ]
    nameless = [
        f"{name} was crossed {n} times and has no name"
        for name, n in tally.crossed.items()
        if name not in POINTS
    ]
    return never + nameless


def run_naive(*, seed: int, kills: int, jobs: int, folder: Path) -> NaiveTally:
    """The same script for the naive executor, and for the engine beside it."""
    rounds = random_rounds(seed, kills)
    parts = [tuple(rounds[at : at + _ROUNDS_A_WORLD]) for at in range(0, len(rounds), _ROUNDS_A_WORLD)]
    tally = NaiveTally()
    with ProcessPoolExecutor(jobs, initializer=_die_with, initargs=(os.getpid(),)) as pool:
        for one in pool.map(partial(naive_world, folder=folder), range(seed, seed + len(parts)), parts):
            tally.add(one)
    return tally


def _die_with(parent: int) -> None:
    """Let this process end when the one that began it does, however that ends; its launcher ends with it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def fast_folder() -> str | None:
    """A folder in memory, where there is some: a process is killed here, not a machine."""
    memory = Path("/dev/shm")  # a folder of its own is made in it
    return str(memory) if memory.is_dir() else None


def main(args: Sequence[str] | None = None) -> int:
    """Run it all; 1 if anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=1600, help="about how many in all")
    parser.add_argument(
        "--beside", type=int, default=300, help="how many of the naive executor, and of ours beside it"
    )
    parser.add_argument(
        "--short", action="store_true", help="every point once, some at any moment, nothing beside it"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(args)
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=fast_folder()))
    naive: NaiveTally | None = None
    if given.short:
        tally = run(seed=given.seed, kills=_SHORT, jobs=given.jobs, chains=False, folder=folder)
    else:
        tally = run(seed=given.seed, kills=given.kills, jobs=given.jobs, folder=folder)
        naive = run_naive(seed=given.seed, kills=given.beside, jobs=given.jobs, folder=folder)
        if naive.ours.doubled or naive.ours.missing:
            tally.violations.append("the engine doubled or lost something beside the naive executor")
    sys.stdout.write(f"{report(tally, naive)}\n")
    if not tally.violations:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main())
