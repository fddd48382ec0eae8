"""The worlds that a sandbox can begin with, and the ids that are the same each time."""

from __future__ import annotations

from rules_engine.sandbox import shapes
from rules_engine.sandbox.agency import plant_agency
from rules_engine.sandbox.errors import SandboxError
from rules_engine.sandbox.identity import fixed_id
from rules_engine.sandbox.objects import SEED
from rules_engine.sandbox.state import State

SEEDS = ("empty", "agency")


def plant(state: State, seed: str) -> None:
    """Give a fresh sandbox its first objects; one that holds some already is left as it is."""
    if seed not in SEEDS:
        raise SandboxError(f"there is no seed {seed!r}: use one of {', '.join(SEEDS)}")
    if not state.database.is_fresh():
        return
    if seed == "agency":
        plant_agency(state.objects, state.clock.now())
    else:
        owner = {
            "id": fixed_id("member", 1),
            "name": "Ada Byron",
            "email": "ada@agency.example",
            "role": "owner",
        }
        state.objects.create(shapes.MEMBER, owner, SEED)
