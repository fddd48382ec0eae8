"""Filters for numbers and money."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.spec import Filter, table
from rules_engine.ruleset.templates.limits import MAX_PRECISION
from rules_engine.ruleset.templates.operators import bounded
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import NUMBERS, kind, show

_LONGEST_NUMBER = 700
_LONGEST_SIGN = 8
_CENT = Decimal("0.01")


def absolute(_run: Run, value: Any) -> Any:
    """Without its sign."""
    return abs(_need_number(value, "abs"))


def round_number(_run: Run, value: Any, precision: Any = 0, method: Any = "common") -> Any:
    """Rounded to so many digits; `method` is common, ceil or floor."""
    number = _need_number(value, "round")
    if not isinstance(precision, int) or abs(precision) > MAX_PRECISION:
        raise TemplateError(
            f"`round` takes a whole number of digits up to {MAX_PRECISION}, not {show(precision)}"
        )
    if method == "common":
        return round(number, precision)
    if method not in {"ceil", "floor"}:
        raise TemplateError("`round` knows the methods common, ceil and floor")
    whole = math.ceil if method == "ceil" else math.floor
    factor = 10**precision
    return whole(number * factor) / factor


def to_int(_run: Run, value: Any, default: Any = 0, base: Any = 10) -> Any:
    """As a whole number; `default` where it is none."""
    if _too_long(value):
        return default
    try:
        if isinstance(value, str):
            return bounded(int(value, base))
        return bounded(int(value))
    except (TypeError, ValueError):
        try:
            return bounded(int(float(value)))
        except (TypeError, ValueError, OverflowError):
            return default


def to_float(_run: Run, value: Any, default: Any = 0.0) -> Any:
    """As a number with decimals; `default` where it is none."""
    if _too_long(value):
        return default
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def money(_run: Run, value: Any, sign: Any = "") -> str | None:
    """As an amount with two decimals and commas, with an optional sign of the currency; null stays null."""
    if value is None:
        return None
    if not isinstance(sign, str) or len(sign) > _LONGEST_SIGN:
        raise TemplateError(f"`money` takes the sign of a currency, up to {_LONGEST_SIGN} characters")
    try:
        readable = not isinstance(value, bool) and not _too_long(value)
        rounded = Decimal(str(value).strip() if readable else "NaN").quantize(_CENT, ROUND_HALF_UP)
    except InvalidOperation:
        rounded = Decimal("NaN")
    if not rounded.is_finite():
        raise TemplateError(f"`money` needs an amount, not {show(value)}")
    minus = "-" if rounded < 0 else ""
    return f"{minus}{sign}{abs(rounded):,.2f}"


def _too_long(value: Any) -> bool:
    """Whether it is a text too long to be a number, whose reading would take long."""
    return isinstance(value, str) and len(value) > _LONGEST_NUMBER


def _need_number(value: Any, name: str) -> Any:
    if type(value) not in NUMBERS:
        found = show(value) if value is None or isinstance(value, str) else kind(value)
        raise TemplateError(
            f"`{name}` needs a number, not {found}", advice="Use `| float` or `| default(0)` first."
        )
    return value


FILTERS = table(
    [
        Filter(
            name="abs", function=absolute, summary="A number without its sign.", example="{{ -3 | abs }} → 3"
        ),
        Filter(
            name="float",
            function=to_float,
            summary="As a number with decimals; the `default` (0.0) where it is none.",
            example="{{ '2.5' | float }} → 2.5",
        ),
        Filter(
            name="int",
            function=to_int,
            summary="As a whole number, cut off; the `default` (0) where it is none.",
            example="{{ '42.9' | int }} → 42",
        ),
        Filter(
            name="money",
            function=money,
            summary="An amount with commas and two decimals, with an optional sign of the currency.",
            example="{{ 1234.5 | money('£') }} → £1,234.50",
        ),
        Filter(
            name="round",
            function=round_number,
            summary="Rounded to so many digits; `method` is common, ceil or floor.",
            example="{{ 42.55 | round(1, 'floor') }} → 42.5",
        ),
    ]
)
