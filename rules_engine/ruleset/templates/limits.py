"""Every bound on templates, in one place: so that no rule and no data can stop the worker or fill its memory."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024

MAX_SOURCE = 64 * KIB
"""Characters of one template's source."""
MAX_TOKENS = 6_000
"""Tokens of one template: names, operators, literals, brackets, pieces of text."""
MAX_NODES = 4_000
"""Nodes of the tree."""
MAX_DEPTH = 80
"""How deep brackets, operators and blocks may stand in one another."""
MAX_INT_BITS = 2_048
"""Integers beyond some 600 digits are an accident."""
MAX_PRECISION = 300
"""Digits that `round` may be asked for, and what `**` may be raised to a negative power of ten."""
MAX_DATA_DEPTH = 40
"""How deep lists and objects may stand in one another where they are printed, compared or handed out."""


VISIT = 4
"""Fuel for an item of a list or an object that is printed, compared or handed out: it takes longer than a node."""
CALL = 100
"""Fuel for the call of one of the engine's functions, beside one for each item of the list it gives."""
RECKONING = 50
"""Fuel for reckoning with dates, beside six for each working hour."""
LEAVE_DAY = 100
"""Fuel for each day of leave that is reckoned with: some 27 years of it and the template is stopped."""
LONG_TEXT = 1_024
"""Reading a text up to this long costs no fuel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one evaluation may use up."""

    fuel: int = 1_000_000
    """Nodes visited, turns of loops, items looked at or made, reading of long texts (one for 32 characters)."""
    characters: int = 2 * KIB * KIB
    """Characters of all texts made on the way."""
    output: int = 64 * KIB
    """Bytes of text, as UTF-8, that one template may give."""
    result_text: int = 16 * KIB * KIB
    """Bytes, as UTF-8, of all texts in a list or an object that is handed out."""


DEFAULT_LIMITS = Limits()
