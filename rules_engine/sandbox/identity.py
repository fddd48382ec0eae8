"""Ids that are the same each time, for what a seed plants."""

from __future__ import annotations

import uuid
from random import Random


def fixed_id(resource: str, number: int) -> str:
    """The UUID of the seed's so-and-so-many-th object of that resource."""
    bits = Random(f"{resource}/{number}").getrandbits(128)  # noqa: S311  (it is meant to be foreseeable)
    return str(uuid.UUID(int=bits, version=4))
