"""The simulation as part of the suite: some seeds, and hypothesis choosing the moves; `make simulate` goes on longer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from planted_faults import PLANTED
from sim_checker import Violation
from sim_episode import Episode, fast_folder, play, replay, written
from sim_moves import DYING, LAGGING, LOSING, MOVES
from sim_script import Line, Script, shortened
from sim_world import QUIET_TICKS
from simulate import KEPT

SEEDS = range(1, 11)
"""What earlier seeds found is told as stories in test_found_by_simulation: a new move gives each seed another script."""


@pytest.mark.parametrize("seed", SEEDS)
def test_the_promise_holds_whatever_happens(seed):
    play(seed)


@pytest.mark.parametrize("kept", sorted(KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_a_script_that_once_broke_the_promise_keeps_it(kept):
    replay(Script.load(kept))


def test_a_script_is_kept_and_played_again_as_it_was(tmp_path):
    script = written(3, 20)
    script.save(tmp_path / "kept.json")
    again = Script.load(tmp_path / "kept.json")
    assert again == script
    first, _ = play(3, 20)
    second, _ = replay(again)
    assert second.ticks == first.ticks + QUIET_TICKS  # a script ends with a rest of its own


def test_a_script_is_made_shorter_while_it_still_breaks():
    lines = tuple(Line(name, ()) for name in "abcdefgh")
    script = Script(seed=1, setting=(), lines=lines)

    def breaks(shorter):
        return {"b", "g"} <= {line.move for line in shorter.lines}

    assert [line.move for line in shortened(script, breaks).lines] == ["b", "g"]


BEST_SHOWN_BY = {
    "no intent before the request": DYING,
    "snapshot and events in two transactions": DYING,
    "no mark": LOSING,
    "no quiescence": LOSING,
    "no fence": LAGGING,
}
FEW_SEEDS = range(1, 31)
"""Which of them shows a mistake changes with each edit of the engine; that one of them does must not."""


@pytest.mark.parametrize("mistake", PLANTED)
def test_the_simulation_finds_a_planted_mistake(mistake, monkeypatch):
    moves = BEST_SHOWN_BY.get(mistake, MOVES)
    for where, name, instead in PLANTED[mistake]():
        monkeypatch.setattr(where, name, instead)
    assert any(breaks(seed, moves) for seed in FEW_SEEDS)


@pytest.mark.parametrize("moves", [DYING, LOSING, LAGGING], ids=["dying", "losing", "lagging"])
def test_the_promise_holds_under_the_moves_that_show_mistakes(moves):
    assert not any(breaks(seed, moves) for seed in (1, 2))


def breaks(seed, moves):
    """Whether sixty moves with this seed break the promise."""
    try:
        play(seed, 60, moves)
    except Violation:
        return True
    return False


class DrawnDice:
    """Chance from hypothesis, which can shrink it."""

    def __init__(self, data):
        self._data = data

    def pick(self, options):
        return options[self.number(0, len(options) - 1)]

    def number(self, least, most):
        return self._data.draw(st.integers(least, most))


class Attack(RuleBasedStateMachine):
    """Any moves in any order."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=fast_folder())
        self.episode = Episode(Path(self.folder.name), seed=0)

    @rule(data=st.data(), move=st.sampled_from(MOVES))
    def move(self, data, move):
        move(self.episode.world, DrawnDice(data))

    @invariant()
    def the_key_is_nowhere_in_the_store(self):
        self.episode.checker.no_secret()

    def teardown(self):
        try:
            self.episode.rest()
        finally:
            self.episode.close()
            self.folder.cleanup()


TestAttack = Attack.TestCase
TestAttack.settings = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
