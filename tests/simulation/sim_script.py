"""The script of an episode: which moves with which draws, so that it can be told, kept, played again and made shorter.

A seed repeats an episode only as long as no move is added; a script repeats it for as long as its moves are there.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One move, and what chance gave it."""

    move: str
    draws: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A whole episode: its first line is the setting."""

    seed: int
    setting: tuple[int, ...]
    lines: tuple[Line, ...]

    def save(self, path: Path) -> None:
        """Write it as JSON, one move a line."""
        lines = ",\n".join(f"  {json.dumps([line.move, *line.draws])}" for line in self.lines)
        setting = json.dumps(list(self.setting))
        path.write_text(f'{{"seed": {self.seed}, "setting": {setting}, "lines": [\n{lines}\n]}}\n')

    @classmethod
    def load(cls, path: Path) -> Script:
        """Undo `save`."""
        data = json.loads(path.read_text())
        lines = tuple(Line(move, tuple(draws)) for move, *draws in data["lines"])
        return cls(seed=data["seed"], setting=tuple(data["setting"]), lines=lines)


class RandomDice:
    """Chance from a seeded generator, remembered."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self.drawn: list[int] = []

    def pick(self, options: Sequence[Any]) -> Any:
        """One of them."""
        return options[self.number(0, len(options) - 1)]

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        self.drawn.append(self._rng.randint(least, most))
        return self.drawn[-1]

    def taken(self) -> tuple[int, ...]:
        """What was drawn since this was last asked."""
        drawn, self.drawn = tuple(self.drawn), []
        return drawn


class WrittenDice:
    """Chance as a script has it; where the world is another one than it was, as near as can be."""

    def __init__(self, draws: Iterable[int]) -> None:
        self._draws = iter(draws)

    def pick(self, options: Sequence[Any]) -> Any:
        """One of them."""
        return options[self.number(0, len(options) - 1)]

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return min(max(next(self._draws, least), least), most)


@dataclass(slots=True)
class Recorder:
    """Writes an episode down while it happens."""

    seed: int
    setting: tuple[int, ...] = ()
    lines: list[Line] = field(default_factory=list)

    def script(self) -> Script:
        """What has happened so far."""
        return Script(seed=self.seed, setting=self.setting, lines=tuple(self.lines))


def shortened(script: Script, breaks: Callable[[Script], bool], *, tries: int = 200) -> Script:
    """A shorter script that still breaks: moves are left out, many at once at first."""
    size = max(len(script.lines) // 2, 1)
    while size and tries > 0:
        start = 0
        while start < len(script.lines) and tries > 0:
            tries -= 1
            lines = script.lines[:start] + script.lines[start + size :]
            shorter = Script(seed=script.seed, setting=script.setting, lines=lines)
            if breaks(shorter):
                script = shorter
            else:
                start += size
        size //= 2
    return script
