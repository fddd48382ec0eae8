"""What every benchmark shares: contenders take turns in one process, and each turn's ratio is to its own floor.

A machine that is busy with something else slows a whole turn, so ratios hold where seconds don't. Python's collector
is paused while something is timed, for all alike: it looks through all that has been parsed so far again and again,
which triples the floor and would flatter every ratio.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

PEERS = Path(__file__).parent.parent / ".venv" / "bench-peers"
Work = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: what took how many times as long as what, turn by turn."""

    what: str
    floor: str
    """What it is measured beside."""
    ratio: float
    low: float
    high: float
    """The middle half of the turns lies between these."""
    goal: float | None = None
    """At most; of a peer: how many times slower it is to be at least."""
    at_least: bool = False
    note: str = ""
    group: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal was reached; None without one."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


@dataclass(kw_only=True)
class Contest:
    """Contenders that do the same work, and the floor that each is measured beside."""

    floor: str
    contenders: dict[str, Work]
    goals: Mapping[str, float] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    """Goals for peers: so many times the floor at least."""
    notes: Mapping[str, str] = field(default_factory=dict)
    turns: int = 9
    times: int = 1
    """How often each is called in one turn, where one call is too short to time."""
    fewest: Mapping[str, int] = field(default_factory=dict)
    """Slow contenders: the number of turns that they take part in."""

    def rows(self, group: str) -> list[Row]:
        """Let them take turns; gives each one's ratio to the floor."""
        found: dict[str, list[float]] = {name: [] for name in self.contenders}
        for turn in range(self.turns):
            floor = self._seconds(self.floor)
            for name in self.contenders:
                if turn < self.fewest.get(name, self.turns):
                    seconds = floor if name == self.floor else self._seconds(name)
                    found[name].append(seconds / floor)
        return [self._row(name, ratios, group) for name, ratios in found.items() if name != self.floor]

    def _seconds(self, name: str) -> float:
        work = self.contenders[name]
        gc.collect()
        gc.disable()
        try:
            started = time.perf_counter()
            for _ in range(self.times):
                work()
            return (time.perf_counter() - started) / self.times
        finally:
            gc.enable()

    def _row(self, name: str, ratios: list[float], group: str) -> Row:
        low, high = quartiles(ratios)
        goal = self.goals.get(name, self.at_least.get(name))
        return Row(
            what=name,
            floor=self.floor,
            ratio=statistics.median(ratios),
            low=low,
            high=high,
            goal=goal,
            at_least=name in self.at_least,
            note=self.notes.get(name, ""),
            group=group,
        )


def quartiles(values: list[float]) -> tuple[float, float]:
    """Between which the middle half lies."""
    if len(values) < 3:
        return min(values), max(values)
    first, _, third = statistics.quantiles(values, n=4)
    return first, third


def peer(name: str) -> Any:
    """A peer's module; None where it could not be installed."""
    if str(PEERS) not in sys.path:
        sys.path.append(str(PEERS))
    try:
        return import_module(name)
    except ImportError as error:
        print(f"  {name} is left out: {error}", file=sys.stderr)
        return None


def check(holds: bool, what: str) -> None:
    """Nothing is timed whose result is not the same."""
    if not holds:
        sys.exit(f"the results differ: {what}")
