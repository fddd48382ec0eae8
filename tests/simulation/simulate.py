"""Long simulations from the command line: `make simulate SEED=1 STEPS=20000`.

Each episode is a fresh world of some hundred moves and a quiet end; its seed alone repeats it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sim_checker import Checker, Violation
from sim_moves import MOVES, settle_in
from sim_world import World

STEPS_AN_EPISODE = 120
_REST_EVERY = 60


class RandomDice:
    """Chance from a seeded generator."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def pick(self, options: Sequence[Any]) -> Any:
        """One of them."""
        return options[self._rng.randrange(len(options))]

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return self._rng.randint(least, most)


class Episode:
    """One world with its checker."""

    def __init__(
        self, folder: Path, seed: int, *, retention: timedelta = timedelta(days=90), runs_per_poll: int = 50
    ) -> None:
        self.world = World(folder, seed, retention=retention, runs_per_poll=runs_per_poll)
        self.checker = Checker(self.world)
        self.world.before_tick = self.checker.before_tick
        self.world.after_tick = self.checker.after_tick
        settle_in(self.world)

    def rest(self) -> None:
        """Let everything come to rest, and judge."""
        self.world.quieten()
        self.checker.at_rest()

    def close(self) -> None:
        """End it."""
        self.world.close()


def play(
    seed: int, steps: int = STEPS_AN_EPISODE, moves: Sequence[Callable[[World, Any], None]] = MOVES
) -> tuple[World, Checker]:
    """Play one episode of these moves; raises Violation, with the script as a note."""
    dice = RandomDice(seed)
    script: list[str] = []
    with tempfile.TemporaryDirectory(dir=fast_folder()) as folder:
        episode = Episode(
            Path(folder),
            seed,
            retention=timedelta(days=dice.pick((2, 90))),
            runs_per_poll=dice.pick((3, 50, 50)),
        )
        try:
            for number in range(1, steps + 1):
                move = dice.pick(moves)
                script.append(f"{number}: {move.__name__}")
                move(episode.world, dice)
                if number % _REST_EVERY == 0 or number == steps:
                    script.append("rest")
                    episode.rest()
        except BaseException as error:
            error.add_note(f"seed {seed}, step {len(script)}: {' · '.join(script[-40:])}")
            raise
        finally:
            episode.close()
    return episode.world, episode.checker


def fast_folder() -> str | None:
    """A folder in memory, where there is some: a process is killed here, not a machine."""
    memory = Path("/dev/shm")  # a folder of its own is made in it
    return str(memory) if memory.is_dir() else None


def main() -> int:
    """Play episodes until so many steps are done; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first episode's seed")
    parser.add_argument("--steps", type=int, default=2400, help="moves in all")
    parser.add_argument("--keep-going", action="store_true", help="go on after a violation")
    wanted = parser.parse_args()
    holes: Counter[str] = Counter()
    found: Counter[str] = Counter()
    ticks = kills = 0
    began = time.monotonic()
    episodes = max(wanted.steps // STEPS_AN_EPISODE, 1)
    for seed in range(wanted.seed, wanted.seed + episodes):
        try:
            world, checker = play(seed)
        except Exception as error:  # noqa: BLE001 - whatever breaks in a simulation is what it was for
            first = str(error).splitlines()[0] if isinstance(error, Violation) else repr(error)[:200]
            found[first] += 1
            sys.stderr.write(f"seed {seed}: {first}\n")
            if not wanted.keep_going:
                traceback.print_exc()
                break
            continue
        holes += checker.holes
        ticks, kills = ticks + world.ticks, kills + world.kills
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{episodes * STEPS_AN_EPISODE} steps, {ticks} ticks, {kills} kills in {seconds:.0f} s\n"
    )
    for title, counted in (("violation", found), ("hole", holes)):
        for what, count in counted.most_common():
            sys.stdout.write(f"{title} ×{count}: {what}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
