"""Which lives end where: every named point, alone, at later crossings, and in rows of two and three; then any moment."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chaos_points import CRITICAL, POINTS
from chaos_rig import ANY_MOMENT, Plan, kinds_for
from chaos_scenario import EDITS, FAULTS, Fault

_LOST_CREATE: Fault = ("drop", {"match_method": "POST"})
_LOST_READ: Fault = ("drop", {"match_method": "GET"})

_NEEDED_FAULT: Mapping[str, Fault] = {
    "doubt.before": _LOST_CREATE,
    "doubt.inside": _LOST_CREATE,
    "doubt.durable": _LOST_CREATE,
    "answer.lost": _LOST_CREATE,
    "read.lost": _LOST_READ,
}
"""What must go wrong for a point to be crossed at all."""

_NEEDED_DEATHS: Mapping[str, tuple[str, int]] = {
    "interrupted": ("intent.durable", 1),
    "resend": ("request.before", 1),
}
"""After which death a transaction is crossed at all."""

_OF_POINTS = ("call", "hold", "broken")
"""The edits without which some points are not crossed: a create and a message, a timer, a trouble."""

_OF_RULES = ("cancel", "arming", "rules.changed")
"""What is only crossed when the rules are others than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlan:
    """One round."""

    lives: Plan
    kinds: tuple[str, ...]
    doomed: bool
    fault: Fault | None


def named_rounds(seed: int, *, chains: bool = True) -> list[RoundPlan]:
    """Rounds for every named point; without `chains` each once."""
    rng = random.Random(seed)
    rounds = [_round([(name, 1)], rng, fault=None) for name in POINTS]
    if chains:
        for name in POINTS:
            rounds += [_round(list(lives), rng, fault=rng.choice(FAULTS)) for lives in _chains(name, rng)]
    rng.shuffle(rounds)
    return rounds


def _chains(name: str, rng: random.Random) -> Iterator[tuple[tuple[str, int], ...]]:
    yield ((name, 2),)
    yield ((name, rng.randint(3, 6)), (rng.choice(CRITICAL), 1))
    yield ((name, 1), (name, 1))
    yield ((name, 1), (name, 1), (name, 1))
    yield ((name, 1), (rng.choice(CRITICAL), 1), (rng.choice(CRITICAL), rng.randint(1, 2)))
    yield ((rng.choice(CRITICAL), 1), (name, 1), (rng.choice(list(POINTS)), 1))


def _round(lives: list[tuple[str, int]], rng: random.Random, *, fault: Fault | None) -> RoundPlan:
    name = lives[0][0]
    needed = _NEEDED_DEATHS.get(name.split(".")[0])
    if needed is not None:
        lives = [needed, *lives][:3]
    names = [one for one, _ in lives]
    fault = next((_NEEDED_FAULT[one] for one in names if one in _NEEDED_FAULT), fault)
    others = rng.sample(sorted(set(EDITS) - set(_OF_POINTS)), 2)
    return RoundPlan(lives=tuple(lives), kinds=(*_OF_POINTS, *others), doomed=rng.random() < 0.5, fault=fault)


def random_rounds(seed: int, kills: int) -> list[RoundPlan]:
    """Rounds whose lives end at any moment, faults on, for about so many kills."""
    rng = random.Random(seed)
    rounds: list[RoundPlan] = []
    left = kills
    while left > 0:
        lives = rng.randint(1, 3)
        left -= lives + 1
        rounds.append(
            RoundPlan(
                lives=(ANY_MOMENT,) * lives,
                kinds=tuple(kinds_for(rng)),
                doomed=rng.random() < 0.5,
                fault=rng.choice(FAULTS) if rng.random() < 0.7 else None,
            )
        )
    return rounds


def changes_rules(plan: RoundPlan) -> bool:
    """Whether its points need other rules than the round before had."""
    return any(name.startswith(_OF_RULES) for name, _ in plan.lives)


def cancels(plan: RoundPlan) -> bool:
    """Whether its points need rules that are gone."""
    return any(name.startswith("cancel") for name, _ in plan.lives)
