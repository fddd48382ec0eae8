"""A world of the simulation, without its moves: for what they found."""

from __future__ import annotations

import pytest
from sim_world import World


@pytest.fixture
def world(tmp_path):
    """Projects Sales and Web, and nothing else."""
    made = World(tmp_path)
    made.sales = made.state.add("project", name="Sales")["id"]
    made.web = made.state.add("project", name="Web")["id"]
    yield made
    made.close()
