"""A few of the kills of `make chaos`, and what it found before; and that it would find what it is there for."""

from __future__ import annotations

import pytest
from chaos import WorldPlan, play
from chaos_plans import RoundPlan

DELAYS = (0.5, 1.0, 2.0, 0.3)
"""Real seconds after which the first create takes effect, tried one after the other. A mistake shows when the effect
comes behind the next process's look and before the judge's word: when that is, is for the machine to say.
"""


def late(seconds):
    """The fault that the first create takes effect so many real seconds after it was asked for."""
    return ("delay", {"seconds": seconds, "match_method": "POST"})


def a_round(*lives, kinds=("call",), fault=None, doomed=False):
    """Edits of these kinds, and a life that dies at each of these points."""
    return RoundPlan(lives=tuple((name, 1) for name in lives), kinds=tuple(kinds), doomed=doomed, fault=fault)


def played(tmp_path, *rounds, baseline=(), planted=""):
    return play(WorldPlan(seed=1, baseline=baseline, rounds=rounds, planted=planted), tmp_path)


def test_a_program_that_is_killed_where_it_matters_most_goes_on_as_if_nothing_had_happened(tmp_path):
    tally = played(
        tmp_path,
        a_round("look.inside", "answer.read"),
        a_round("request.before", "resend.durable", "request.sent", kinds=("call", "tag")),
        baseline=(("look.inside", 1),),
    )
    assert tally.violations == []
    assert not tally.not_reached
    assert tally.kills["answer.read"] == tally.kills["request.sent"] == tally.kills["resend.durable"] == 1


@pytest.mark.parametrize(
    ("planted", "rounds"),
    [
        ("no intent", lambda _: [a_round("answer.read")]),
        ("no doubt", lambda seconds: [a_round("request.sent", fault=late(seconds)), a_round("tick.before")]),
    ],
    ids=["no intent", "no doubt"],
)
def test_a_guard_that_is_taken_out_comes_to_light(tmp_path, planted, rounds, monkeypatch):
    monkeypatch.setattr("chaos_rig.CALM", 6.0)
    tries = (played(tmp_path / str(n), *rounds(n), planted=planted) for n in DELAYS)
    assert any(tally.violations for tally in tries)
