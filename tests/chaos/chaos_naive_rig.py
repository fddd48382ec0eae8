"""The same script for the naive executor and for the engine: what each doubles and loses."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from chaos_judge import judge
from chaos_plans import RoundPlan
from chaos_rig import CALM, KEY, Tally, World, until, world_in

_NOT_ITS_OWN = "broken"
"""It has no events of its own, so it is not asked to tell of failures."""
_REST = 1.5
"""Seconds of calm that it gets at most: several times what all its work takes."""


@dataclass(slots=True)
class Side:
    """What one executor made of the script."""

    effects: int = 0
    doubled: int = 0
    missing: int = 0
    parked: int = 0
    kills: int = 0

    def add(self, other: Side) -> None:
        """Take in another world."""
        for name in ("effects", "doubled", "missing", "parked", "kills"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class NaiveTally:
    """Both sides."""

    def __init__(self) -> None:
        self.naive = Side()
        self.ours = Side()

    def add(self, other: NaiveTally) -> None:
        """Take in another world."""
        self.naive.add(other.naive)
        self.ours.add(other.ours)


def naive_world(seed: int, rounds: tuple[RoundPlan, ...], *, folder: Path) -> NaiveTally:
    """One world for each of them, with the same seed."""
    tally = NaiveTally()
    with world_in(folder / f"naive-{seed}", seed, Tally()) as world:
        _naive(world, rounds, tally.naive)
    with world_in(folder / f"beside-{seed}", seed, Tally()) as world:
        _ours(world, rounds, tally.ours)
    return tally


def _kinds(plan: RoundPlan) -> list[str]:
    return [kind for kind in plan.kinds if kind != _NOT_ITS_OWN]


def _ours(world: World, rounds: tuple[RoundPlan, ...], side: Side) -> None:
    world.take_baseline()
    for plan in rounds:
        world.round(plan.lives, _kinds(plan), doomed=False, fault=plan.fault)
    verdict = world.verdict()
    side.kills = sum(world.tally.kills.values())
    _count(world, side, verdict.doubled.total(), verdict.missing.total(), verdict.parked)


def _naive(world: World, rounds: tuple[RoundPlan, ...], side: Side) -> None:
    rng = random.Random(world.somebody.rng.random())
    baseline = _start(world)
    until((world.folder / "naive.json").exists, CALM)
    world.launcher.kill(baseline)
    for plan in rounds:
        world.edits += world.somebody.edits(_kinds(plan))
        if plan.fault is not None:
            kind, how = plan.fault
            world.sandbox.state.fault(kind, **how)
        for _ in plan.lives:
            life = _start(world)
            time.sleep(rng.uniform(0.0, 0.9))
            world.launcher.kill(life)
        world.sandbox.state.clear_faults()
        life = _start(world)
        until(lambda: not _missing(world), _REST)
        world.launcher.kill(life)
        side.kills += len(plan.lives) + 1
    life = _start(world)
    time.sleep(_REST)
    world.launcher.kill(life)
    verdict = judge(world.edits, world.history, messages=_messages(world), store=None)
    repeated = sum("ids" in problem for problem in verdict.problems)
    _count(world, side, verdict.doubled.total() + repeated, verdict.missing.total(), 0)


def _start(world: World):
    environ = {"DASHTRACK_API_KEY": KEY, "DASHTRACK_BASE_URL": world.sandbox.base_url}
    return world.launcher.start(world.folder, ["naive", world.receiver.url], environ)


def _messages(world: World) -> list[tuple[str, bytes]]:
    return [(headers["webhook-id"], body) for _, headers, body in list(world.receiver.got)]


def _missing(world: World) -> bool:
    return bool(judge(world.edits, world.history, messages=_messages(world), store=None).missing)


def _count(world: World, side: Side, doubled: int, missing: int, parked: int) -> None:
    side.effects += sum(len(edit.effects) + len(edit.messages) for edit in world.edits)
    side.doubled += doubled
    side.missing += missing
    side.parked += parked
