"""The tables that `make chaos` prints."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from chaos_naive_rig import NaiveTally, Side
from chaos_points import OTHERS, POINTS, TRANSACTIONS
from chaos_rig import Tally


def report(tally: Tally, naive: NaiveTally | None = None) -> str:
    """All of it, as text."""
    parts = [_kills(tally), _sums(tally)]
    if naive is not None:
        parts.append(_beside(naive))
    parts += [f"VIOLATION {one}" for one in tally.violations]
    return "\n\n".join(parts)


def _kills(tally: Tally) -> str:
    groups: dict[str, int] = defaultdict(int)
    for name, count in tally.kills.items():
        groups[name.split(".")[0] if name.rsplit(".", 1)[0] in TRANSACTIONS else name] += count
    rows = [("killed at", "kills")]
    rows += [
        (f"{name}.before, .inside, .durable", str(groups[name])) for name in TRANSACTIONS if groups[name]
    ]
    rows += [(name, str(groups[name])) for name in OTHERS if groups[name]]
    rows += [("any moment", str(groups["any moment"]))]
    return table(rows)


def _sums(tally: Tally) -> str:
    times = sorted(tally.resumes)
    named = sum(1 for name in POINTS if tally.kills[name])
    rows = [
        ("what", "figure"),
        ("kills", str(tally.kills.total())),
        ("points killed at, of those that have a name", f"{named} of {len(POINTS)}"),
        ("rounds of edits", str(tally.rounds)),
        ("effects that had to come about", str(tally.effects)),
        ("of them parked, for a person to decide", str(tally.parked)),
        ("rounds with a fault of Dashtrack's on", str(tally.faults.total())),
        ("violations", str(len(tally.violations))),
    ]
    if times:
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
        rows.append(
            (
                "seconds from a kill to the next answer: median, p95, most",
                f"{median(times):.2f}, {p95:.2f}, {times[-1]:.2f}",
            )
        )
    return table(rows)


def _beside(naive: NaiveTally) -> str:
    rows = [("on the same script", "kills", "effects due", "done twice or wrongly", "lost", "parked")]
    rows += [_side("naive retry", naive.naive), _side("rules-engine", naive.ours)]
    return table(rows)


def _side(name: str, side: Side) -> tuple[str, ...]:
    figures = (side.kills, side.effects, side.doubled, side.missing, side.parked)
    return name, *map(str, figures)


def table(rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown, its first row the heading."""
    head, *body = rows
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in body)])
