"""A worker that stands still past its lease at any point: what it owed is done once, by whoever has the account."""

from __future__ import annotations

import pytest
from standing_still import POINTS, judge, play, prepare


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_wherever_it_stands_still_everything_takes_effect_once(rig):
    prepare(rig)
    stood = [
        play(rig, number, point, 1 + number % 3, 1 + number % 2) for number, point in enumerate(POINTS * 2)
    ]

    assert judge(rig, len(stood)) == ([], [])
    assert all(stood), "every point is reached"
    assert {lead["status"] for lead in rig.state.all("lead")} == {"Chaser"}
