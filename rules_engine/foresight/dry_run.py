"""The dry run: the same tick on a copy of the store, with the last hop swapped.

Reads are real, the diff is real, the runs are carried out by the same executor; only what would be sent ends in
the plan, and only a copy in memory is written to.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules_engine.runs.hop import PlanHop
from rules_engine.store.store import Store


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an engine needs in place of the real things."""

    store: Store
    hop: PlanHop


def dry_run_of(store: Store) -> DryRun:
    """A dry run that starts from the store as it is now."""
    return DryRun(store=store.copy_in_memory(), hop=PlanHop())
