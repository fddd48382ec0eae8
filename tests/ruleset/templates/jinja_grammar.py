"""A grammar that makes templates and data, and Jinja itself made to depart where we do, so that the two can be compared.

The departures are all in `DepartingJinja`, except that the grammar puts no null beside `~` (which it can't change).
"""

from __future__ import annotations

from functools import wraps
from random import Random
from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


class DepartingJinja(ImmutableSandboxedEnvironment):
    """Jinja with DESIGN.md's departures: absent keys are null, `default` replaces null, `lead.items` is the field."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, finalize=lambda value: "" if value is None else value)
        self.filters["default"] = _default
        for name in ("lower", "upper", "title", "trim", "capitalize", "replace", "string"):
            self.filters[name] = _null_is_nothing(self.filters[name])
        self.filters["reverse"] = _reverse
        self.filters["join"] = _join(self.filters["join"])

    def getattr(self, obj: Any, attribute: str) -> Any:
        return obj.get(attribute) if isinstance(obj, dict) else super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return obj.get(argument) if isinstance(obj, dict) else super().getitem(obj, argument)


def _null_is_nothing(filter_function: Any) -> Any:
    """Null inside a text is nothing: a filter for text takes it so."""

    @wraps(filter_function)
    def apply(*args: Any, **kwargs: Any) -> Any:
        return filter_function(*("" if arg is None else arg for arg in args), **kwargs)

    return apply


def _join(filter_function: Any) -> Any:
    """Null inside a text is nothing, among the items of a list too."""

    @wraps(filter_function)
    def apply(eval_ctx: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        items = ["" if item is None else item for item in value] if isinstance(value, list) else value
        return filter_function(eval_ctx, items, *args, **kwargs)

    return apply


def _reverse(value: Any) -> Any:
    """A list, not an iterator: nothing prints as a Python object."""
    return value[::-1] if isinstance(value, str) else list(value)[::-1]


def _default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    return (
        default_value if value is None or isinstance(value, Undefined) or (boolean and not value) else value
    )


LEAVES = {
    "number": [
        "n",
        "m",
        "(lead.value | default(2))",
        "d.a",
        "nums[0]",
        "objs[0].n",
        "3",
        "-7",
        "2.5",
        "0",
        "17",
    ],
    "text": [
        "s",
        "t",
        "lead.name",
        "d['k']",
        "words[0]",
        "objs[0].name",
        "'ab'",
        "'Ça va'",
        "''",
        "'a-b c'",
        "' x\\n'",
        "'ß'",
    ],
    "list": [
        "nums",
        "words",
        "lead.tags",
        "objs",
        "[]",
    ],
    "bool": [
        "true",
        "false",
        "flag",
    ],
    "any": [
        "n",
        "s",
        "nums",
        "lead",
        "nothing",
        "flag",
        "missing",
        "lead.absent",
        "lead.items",
        "x",
        "‹number›",
        "‹text›",
        "‹list›",
        "‹bool›",
    ],
    "block": [
        "plain ",
        " \n",
        "",
        "{# note #}",
        "{% raw %}{{ x }}{% endraw %}",
        "loud {%- if true -%} x {%- endif %}",
        "{{ ‹any› }}",
    ],
}
"""What each kind of piece may be where it must not grow; ‹kind› stands for a piece of that kind."""

BRANCHES = {
    "number": [
        "(‹number› + ‹number›)",
        "(‹number› - ‹number›)",
        "(‹number› * ‹number›)",
        "-‹number›",
        "(‹bool› + 1)",
        "(‹number› / ‹number›)",
        "(‹number› // ‹number›)",
        "(‹number› % ‹number›)",
        "(‹number› ** 2)",
        "‹list› | length",
        "‹text› | count",
        "‹number› | abs",
        "‹number› | round",
        "‹number› | round(1)",
        "‹number› | round(‹number›, 'floor')",
        "‹number› | round(method='ceil')",
        "‹any› | int",
        "‹any› | float",
        "‹text› | int(3)",
        "‹list› | sum",
        "objs | sum(attribute='n')",
        "‹list› | min",
        "‹list› | max",
        "‹any› | default(‹number›)",
        "(‹number› if ‹bool› else ‹number›)",
        "(‹number›, ‹number›)[0]",
    ],
    "text": [
        "(‹text› ~ ‹list›)",
        "(‹text› ~ ‹number› ~ ‹text›)",
        "(‹text› + ‹text›)",
        "(‹text› * 2)",
        "‹text›[1:]",
        "‹text›[::-1]",
        "‹text›[0]",
        "‹text› | upper",
        "‹any› | lower",
        "‹text› | title",
        "‹text› | trim",
        "‹text› | capitalize",
        "‹text› | replace(‹text›, ‹text›)",
        "‹text› | replace('a', 'bb', 1)",
        "‹any› | string",
        "‹list› | join(‹text›)",
        "words | join",
        "objs | join('-', attribute='name')",
        "‹text› | truncate(5)",
        "‹text› | truncate(4, true, '~', 0)",
        "‹text› | reverse",
        "‹list› | first",
        "‹text› | trim('a ')",
        "‹list› | last",
        "‹any› | default(‹text›)",
        "‹any› | default(‹text›, true)",
        "(‹text› if ‹bool› else ‹text›)",
        "‹text› | first",
    ],
    "list": [
        "[‹number›, ‹number›]",
        "[‹text›, ‹text›, ‹text›]",
        "(‹list› + ‹list›)",
        "‹list›[:2]",
        "[‹any›]",
        "‹list› | sort",
        "words | sort(reverse=true)",
        "words | sort(case_sensitive=true)",
        "‹text› | list",
        "‹list› | unique | list",
        "objs | sort(attribute='name')",
        "objs | sort(attribute='flag,n')",
        "objs | map(attribute='n') | list",
        "words | map('upper') | list",
        "nums | select('odd') | list",
        "‹list› | reject('eq', ‹any›) | list",
        "nums | select('gt', ‹number›) | list",
        "d | list",
        "objs | selectattr('flag') | list",
        "objs | selectattr('n', 'lt', ‹number›) | list",
        "d | items | list",
        "objs | rejectattr('name', 'equalto', ‹text›) | list",
        "‹list› | reverse | list",
        "‹list› | list",
        "words | map('default', 'x') | list",
        "(‹list› * 2)",
        "objs | unique(attribute='flag') | list",
        "nums | map('int') | list",
        "words | select | list",
    ],
    "bool": [
        "‹number› < ‹number›",
        "‹number› >= ‹number›",
        "‹any› == ‹any›",
        "‹text› != ‹text›",
        "‹text› <= ‹text›",
        "0 < ‹number› <= 9",
        "‹any› in ‹list›",
        "‹text› in ‹text›",
        "‹text› not in ‹text›",
        "'a' in d",
        "not ‹bool›",
        "(‹bool› and ‹bool›)",
        "(‹bool› or ‹bool› or ‹bool›)",
        "‹any› is none",
        "‹any› is string",
        "‹any› is defined",
        "‹any› is not undefined",
        "‹any› is number",
        "‹any› is mapping",
        "n is odd",
        "n is even",
        "n is divisibleby 3",
        "‹any› is sequence",
        "‹any› is iterable",
        "‹any› is boolean",
        "‹any› is true",
        "‹number› is float",
        "‹any› is integer",
        "‹text› is upper",
        "‹number› is gt ‹number›",
        "‹any› is in ‹list›",
        "‹any› is eq ‹any›",
    ],
    "any": [
        "(‹any› or ‹any›)",
        "(‹any› and ‹any›)",
        "{'a': ‹any›}",
        "objs[0]",
        "(‹any›, ‹any›)",
        "‹list›[0]",
        "objs | first",
        "objs | last",
        "objs | max(attribute='n')",
        "words | min",
        "‹list›[5]",
        "‹number›",
        "‹text›",
        "‹list›",
        "‹bool›",
    ],
    "block": [
        "{{ ‹any› }}",
        "{{- ‹text› -}} ",
        "{% if ‹bool› %}‹block›{% endif %}",
        "{% set x = ‹any› %}",
        "{% if ‹any› %}‹block›{% elif ‹bool› %}‹block›{% else %}‹block›{% endif %}",
        "‹block›{{ x }}‹block›",
        "{% for x in ‹list› %}‹block›{% endfor %}",
        "{% for x in ‹list› if x %}{{ x }}{% else %}none{% endfor %}",
        "{% for x in ‹list› %}{{ loop.index }}{{ loop.last }}{% set n = x %}{{ n }}{% endfor %}{{ n }}",
        "{% for x in nums %}{% for t in words %}{{ x ~ t ~ loop.revindex0 }}{% endfor %}{{ loop.length }}{% endfor %}",
        "{% set x %}‹block›{% endset %}{{ x | upper }}",
        "{% for k, v in d | items %}{{ k }}={{ v }};{% endfor %}",
        "{% set a, x = ‹any›, ‹any› %}{{ a }}{{ x }}",
        "{% for x in nums %}{{ loop.previtem | default('-') }}{% endfor %}",
        "{% for x in nums %}{{ loop.nextitem is defined }}{{ loop.first }}{{ x }}{% endfor %}",
        "‹block›‹block›",
    ],
}

_ALPHABET = "abC -,\nß<é"


def generate(random: Random, kind: str, depth: int) -> str:
    """A piece of source of that kind, at most `depth` productions deep."""
    productions = LEAVES[kind] if depth <= 0 or random.random() < 0.2 else BRANCHES[kind]
    pieces = random.choice(productions).replace("›", "‹").split("‹")
    return "".join(generate(random, piece, depth - 1) if at % 2 else piece for at, piece in enumerate(pieces))


def scope(random: Random) -> dict[str, Any]:
    """Data for the names that the grammar knows."""

    def number() -> Any:
        return random.choice([random.randint(-20, 20), round(random.uniform(-50, 50), 2)])

    def text() -> str:
        return "".join(random.choice(_ALPHABET) for _ in range(random.randint(0, 6)))

    def some(make: Any, most: int) -> list[Any]:
        return [make() for _ in range(random.randint(0, most))]

    def thing() -> dict[str, Any]:
        odd = {"odd": random.choice([None, number()])} if random.random() < 0.5 else {}
        return {"name": text(), "n": number(), "flag": random.random() < 0.5, **odd}

    return {
        "n": random.randint(-20, 20),
        "m": number(),
        "s": text(),
        "t": text(),
        "flag": random.random() < 0.5,
        "nothing": None,
        "nums": some(number, 4),
        "words": some(text, 4),
        "objs": some(thing, 3),
        "lead": {
            "name": text(),
            "value": random.choice([None, number()]),
            "tags": some(text, 3),
            "items": number(),
        },
        "d": {"a": number(), "k": text()},
    }
