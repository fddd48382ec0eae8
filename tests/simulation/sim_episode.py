"""One episode of the simulation: a fresh world, some hundred moves, a quiet end, and the judgement."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sim_checker import Checker, Violation
from sim_moves import ALL, MOVES, settle_in
from sim_rules import POOL, WATCHED
from sim_script import Line, RandomDice, Recorder, Script, WrittenDice
from sim_world import START, World

STEPS_AN_EPISODE = 120
REST = "rest"
_REST_EVERY = 60
_STARTS = (
    START,
    datetime.fromisoformat("2026-10-24T20:00:00+00:00"),  # the night in which London's clocks go back
    datetime.fromisoformat("2027-03-27T20:00:00+00:00"),  # and forward
    datetime.fromisoformat("2028-02-28T20:00:00+00:00"),
)

Move = Callable[[World, Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What differs from episode to episode, beside the moves."""

    start: datetime = START
    retention: timedelta = timedelta(days=90)
    runs_per_poll: int = 50
    destructive_per_poll: int = 5
    watched: Sequence[str] = WATCHED
    rules: Sequence[str] = tuple(POOL)
    limit: int | None = None
    """The plan's requests an hour; None: as good as none."""


def drawn_setting(dice: Any) -> Setting:
    """A setting by chance; few rules and feeds as often as all, since fewer can meet more often."""
    few = dice.number(0, 1) == 1
    return Setting(
        start=dice.pick((START, *_STARTS)),
        retention=timedelta(days=dice.pick((2, 90))),
        runs_per_poll=dice.pick((3, 50, 50)),
        destructive_per_poll=dice.pick((1, 5)),
        watched=("lead", "task", "project") if few else WATCHED,
        rules=[rule_id for rule_id in POOL if not few or dice.number(0, 1)],
        limit=dice.pick((None, None, None, 100, 1_000, 10_000)),
    )


class Episode:
    """One world with its checker."""

    def __init__(self, folder: Path, seed: int, setting: Setting | None = None) -> None:
        setting = setting or Setting()
        self.world = World(folder, seed, setting=setting)
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
        self.checker.close()
        self.world.close()


def play(
    seed: int,
    steps: int = STEPS_AN_EPISODE,
    moves: Sequence[Move] = MOVES,
    recorder: Recorder | None = None,
) -> tuple[World, Checker]:
    """Play one episode of these moves by chance, and write it down; what it raises tells the moves."""
    dice, recorder = RandomDice(seed), recorder or Recorder(seed)
    setting = drawn_setting(dice)
    recorder.setting = dice.taken()
    with tempfile.TemporaryDirectory(dir=fast_folder()) as folder:
        episode = Episode(Path(folder), seed, setting)
        try:
            for number in range(1, steps + 1):
                move = dice.pick(moves)
                dice.taken()
                try:
                    move(episode.world, dice)
                finally:
                    recorder.lines.append(Line(move.__name__, dice.taken()))
                if number % _REST_EVERY == 0 or number == steps:
                    recorder.lines.append(Line(REST, ()))
                    episode.rest()
        except BaseException as error:
            told = " · ".join(line.move for line in recorder.lines[-40:])
            error.add_note(f"seed {seed}, step {len(recorder.lines)}: {told}")
            raise
        finally:
            episode.close()
    return episode.world, episode.checker


def written(seed: int, steps: int, moves: Sequence[Move] = MOVES) -> Script:
    """The script of the episode that a seed plays, whether it keeps the promise or not."""
    recorder = Recorder(seed)
    try:
        play(seed, steps, moves, recorder)
    except Violation:
        return recorder.script()
    return recorder.script()


def replay(script: Script) -> tuple[World, Checker]:
    """Play a script that was kept."""
    with tempfile.TemporaryDirectory(dir=fast_folder()) as folder:
        episode = Episode(Path(folder), script.seed, drawn_setting(WrittenDice(script.setting)))
        try:
            for line in script.lines:
                if line.move == REST:
                    episode.rest()
                else:
                    ALL[line.move](episode.world, WrittenDice(line.draws))
            episode.rest()
        finally:
            episode.close()
    return episode.world, episode.checker


def fast_folder() -> str | None:
    """A folder in memory, where there is some: a process is killed here, not a machine."""
    memory = Path("/dev/shm")  # a folder of its own is made in it
    return str(memory) if memory.is_dir() else None
