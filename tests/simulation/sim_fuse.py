"""Kills the process of the simulation at a named point; a dead process writes and sends nothing more."""

from __future__ import annotations

from dataclasses import dataclass

POINTS = ("statement", "commit", "committed", "send", "sent", "read", "answered")
"""Where a process can die: within a transaction, before and after a commit, before a write leaves, when it took
effect and its answer did not arrive, before and after a read."""


class Killed(BaseException):
    """The process dies here: no `except Exception` may save it."""


@dataclass(slots=True)
class Fuse:
    """Burns down at one point; the process is dead from then on."""

    point: str | None = None
    left: int = 0
    dead: bool = False

    def light(self, point: str, after: int) -> None:
        """Die the `after`-th time (from 1) that the point is passed."""
        self.point, self.left, self.dead = point, after, False

    def out(self) -> None:
        """Nothing dies, and a new process lives."""
        self.point, self.left, self.dead = None, 0, False

    def passing(self, point: str) -> None:
        """The process passes a point: it may die here, and if it is dead already it gets no further."""
        if self.dead:
            raise Killed(point)
        if self.point != point:
            return
        self.left -= 1
        if self.left <= 0:
            self.dead = True
            raise Killed(point)
