"""Long simulations from the command line: `make simulate SEED=1 STEPS=20000`.

Each episode is a fresh world of some hundred moves and a quiet end; its seed alone repeats it. One that breaks a
promise is made shorter and kept as a script, which the suite plays from then on.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sim_checker import Checker, Violation
from sim_episode import STEPS_AN_EPISODE, play, replay
from sim_script import Recorder, Script, shortened
from sim_world import World

KEPT = Path(__file__).parent / "kept"
"""Scripts that once broke a promise."""


@dataclass(slots=True)
class Tally:
    """What was simulated, and what it showed."""

    steps: int = 0
    ticks: int = 0
    kills: int = 0
    days: float = 0.0
    found: Counter[str] = field(default_factory=Counter)
    holes: Counter[str] = field(default_factory=Counter)

    def take(self, world: World, checker: Checker) -> None:
        """Count an episode that kept the promise."""
        self.holes += checker.holes
        self.ticks += world.ticks
        self.kills += world.kills
        self.days += (world.clock.now() - world.began) / timedelta(days=1)

    def tell(self, seconds: float) -> None:
        """Print it."""
        sys.stdout.write(
            f"{self.steps} steps, {self.ticks} ticks, {self.kills} kills, {self.days:.0f} simulated days"
            f" in {seconds:.0f} s: {self.steps / max(seconds, 0.001):.0f} steps a second,"
            f" {self.found.total()} violations\n"
        )
        for title, counted in (("violation", self.found), ("hole", self.holes)):
            for what, count in counted.most_common():
                sys.stdout.write(f"{title} ×{count}: {what}\n")


def main() -> int:
    """Play episodes until so many steps are done, or so many seconds are over; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first episode's seed")
    parser.add_argument("--steps", type=int, default=2400, help="moves in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no episode after so long")
    parser.add_argument("--keep-going", action="store_true", help="go on after a violation")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="play one kept script instead")
    wanted = parser.parse_args()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    if wanted.replay is not None:
        replay(Script.load(wanted.replay))
        sys.stdout.write("the promise was kept\n")
        return 0
    tally = Tally()
    began = time.monotonic()
    episodes = max(wanted.steps // STEPS_AN_EPISODE, 1)
    for seed in range(wanted.seed, wanted.seed + episodes):
        if time.monotonic() - began > wanted.seconds:
            break
        tally.steps += STEPS_AN_EPISODE
        recorder = Recorder(seed)
        try:
            tally.take(*play(seed, recorder=recorder))
        except Exception as error:  # noqa: BLE001 - whatever breaks in a simulation is what it was for
            tally.found[_first_line(error)] += 1
            sys.stderr.write(f"seed {seed}: {_first_line(error)}\n")
            traceback.print_exc()
            _keep(recorder.script(), _first_line(error))
            if not wanted.keep_going:
                break
    tally.tell(time.monotonic() - began)
    return 1 if tally.found else 0


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if isinstance(error, Violation) else repr(error)[:200]


def _keep(script: Script, first: str) -> None:
    """Make the script shorter, and keep it."""

    def breaks(shorter: Script) -> bool:
        try:
            replay(shorter)
        except Exception as again:  # noqa: BLE001 - as above
            return _first_line(again) == first
        return False

    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"seed-{script.seed}.json"
    script.save(path)
    if breaks(script):
        script = shortened(script, breaks)
        script.save(path)
    sys.stderr.write(f"kept as {path}: " + " · ".join(line.move for line in script.lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
