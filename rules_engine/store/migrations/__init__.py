"""Steps from one version of the schema to the next: numbered, plain functions over a connection in a transaction.

A step describes its tables by itself and never by `store/tables.py`, which goes on changing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection

from rules_engine.store.migrations import to_2, to_3

Step = Callable[[Connection], None]

STEPS: Final[Mapping[int, Step]] = {2: to_2.migrate, 3: to_3.migrate}
"""Version → how a store of the version before it gets there."""
