"""Functions that belong to the language itself; the engine adds its lookups (`tasks(…)`) by `TemplateEnv`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import show


def range_of(run: Run, *bounds: Any) -> list[int]:
    """`range(stop)`, `range(start, stop)` or `range(start, stop, step)`: whole numbers, the stop left out."""
    for bound in bounds:
        if not isinstance(bound, int):
            raise TemplateError(f"`range` needs whole numbers, not {show(bound)}")
    numbers = range(*bounds)
    # Not `len`, which refuses numbers that a machine word does not hold.
    count = max((numbers.stop - numbers.start + numbers.step - (numbers.step > 0)) // numbers.step, 0)
    run.burn(count)
    return list(numbers)


BUILTIN_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"range": range_of}
