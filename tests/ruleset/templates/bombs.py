"""Templates that would fill the memory or run for ever, for each way of growth that somebody has thought of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

DOUBLE = "".join("{% set a = a ~ a %}" for _ in range(60))
NEST = "".join("{% set a = [a, a] %}" for _ in range(35))
BOMBS = {
    "text times a number": "{{ 'A' * 10**9 }}",
    "number times a text": "{{ 10**9 * 'A' }}",
    "list times a number": "{{ [0] * 10**9 }}",
    "tuple times a number": "{{ (0,) * 10**9 }}",
    "repetition in steps": "{{ ((('A' * 1000) * 1000) * 1000) | length }}",
    "repetition of lists in steps": "{{ (([[0] * 1000] * 1000) * 1000) | length }}",
    "power": "{{ 9**9**9**9 }}",
    "power of a large number": "{{ (10**600) ** 600 }}",
    "negative power": "{{ 10 ** -(10**9) }}",
    "power in a loop": "{% set a = 7 %}{% for i in range(9) %}{% set a = a ** 9 %}{% endfor %}"
    "{{ 3 ** 200000 }}",
    "product of large numbers": "{{ " + " * ".join(["(10**600)"] * 40) + " }}",
    "large number printed": "{{ 2 ** 2000 * 2 ** 2000 * 2 ** 2000 }}",
    "long literal": "{{ " + "9" * 60000 + " }}",
    "long hexadecimal literal": "{{ 0x" + "f" * 60000 + " }}",
    "range": "{{ range(10**9) | length }}",
    "range of huge numbers": "{{ range(10**300) }}",
    "nested loops": "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}x{% endfor %}{% endfor %}{% endfor %}",
    "nested silent loops": "{% for a in range(5000) %}{% for b in range(5000) %}{% endfor %}{% endfor %}",
    "loops with large bodies": "{% for a in range(99999) %}{% if "
    + " or ".join(["a < 0"] * 300)
    + " %}{% endif %}{% endfor %}",
    "filtered loop": "{% for a in range(900000) if a < 0 and a < 0 and a < 0 %}{% endfor %}",
    "loop over its output": "{% for a in 'x' * 1000000 %}{{ a }}{% endfor %}",
    "doubling by concatenation": "{% set a = 'x' * 1000 %}" + DOUBLE + "{{ a | length }}",
    "doubling by addition": "{% set a = 'x' * 1000 %}" + DOUBLE.replace("~", "+") + "{{ a | length }}",
    "doubling of lists": "{% set a = [0] * 1000 %}" + DOUBLE.replace("~", "+") + "{{ a | length }}",
    "nested lists printed": "{% set a = [0] %}" + NEST + "{{ a }} x",
    "nested lists handed out": "{{ deep }}",
    "nested data printed": "{{ deep }} x",
    "nested data compared": "{{ deep == as_deep }}",
    "many working hours": "{% for i in range(9999) %}{% set x = now | plus('9999 working hours') %}{% endfor %}",
    "nested lists compared": "{% set a = [0] %}"
    + NEST
    + "{% set b = a %}{% set a = [0] %}"
    + NEST
    + "{{ a == b }}",
    "nested lists searched": "{% set a = [0] %}"
    + NEST
    + "{% set b = [a] %}{% set a = [0] %}"
    + NEST
    + "{{ a in b }}",
    "nested lists joined": "{% set a = [0] %}" + NEST + "{{ a | join }}",
    "nested lists lowered": "{% set a = [0] %}" + NEST + "{{ a | lower }}",
    "growth by replace": "{{ ('x' * 60000) | replace('x', 'y' * 60000) }}",
    "growth by replacing nothing": "{{ ('x' * 60000) | replace('', 'y' * 60000) }}",
    "growth by join": "{{ range(60000) | join('x' * 60000) }}",
    "growth by map and join": "{{ range(100000) | map('replace', '1', 'x' * 9000) | join }}",
    "growth by map": "{{ range(200000) | map('default', 'x' * 60000) | map('upper') | list | length }}",
    "growth by truncate": "{{ many | map('truncate', 5, true, 'x' * 60000) | join }}",
    "sorting long texts": "{{ (['x' * 60000] * 100000) | sort | length }}",
    "unique of long texts": "{{ (['x' * 60000] * 100000) | unique | length }}",
    "least of long texts": "{{ (['x' * 60000] * 100000) | min | length }}",
    "searching long texts": "{{ ('x' * 60000 ~ 'y') in (['x' * 60000 ~ 'z'] * 900000) }}",
    "comparing long texts": "{% set a = 'x' * 60000 ~ 'y' %}{% set b = 'x' * 60000 ~ 'z' %}{% for i in range(90000) %}{% if a == b %}{% endif %}{% endfor %}",
    "ordering long texts": "{% set a = 'x' * 60000 ~ 'y' %}{% set b = 'x' * 60000 ~ 'z' %}{% for i in range(90000) %}{% if a < b %}{% endif %}{% endfor %}",
    "testing long texts": "{% set a = 'x' * 60000 %}{% for i in range(90000) %}{% if a is upper %}{% endif %}{% endfor %}",
    "selecting long texts": "{{ range(200000) | select('in', 'x' * 1000000) | list | length }}",
    "characters of a wide text": "{{ ('☃' * 1000000) | list | length }}",
    "pieces of a text": "{{ ('ab ' * 600000) | split | length }}",
    "lines of a text": "{{ ('ab\n' * 600000) | lines | length }}",
    "words of a text": "{{ ('ab ' * 600000) | title | length }}",
    "stripping many characters": "{{ ('x' * 60000) | trim('y' * 60000 ~ 'x') }}",
    "reading long numbers": "{% for i in range(90000) %}{{ long | int }}{% endfor %}",
    "reading long hexadecimal numbers": "{{ ('f' * 600000) | int(0, 16) }}",
    "rounding to many digits": "{{ 1 | round(10**9, 'floor') }}",
    "rounding to minus many digits": "{{ 1 | round(-(10**9)) }}",
    "formatting": "{{ '%1000000000s' % 'x' }}",
    "formatting by filter": "{{ '%1000000000s' | format('x') }}",
    "formatting by method": "{{ '{:>1000000000}'.format('x') }}",
    "centering": "{{ 'x' | center(10**9) }}",
    "padding by method": "{{ 'x'.ljust(10**9) }}",
    "indenting": "{{ 'x\ny' | indent(10**9) }}",
    "lorem ipsum": "{{ lipsum(n=10**6) }}",
    "slices of a list": "{{ many | slice(10**9) }}",
    "sum of lists": "{{ (many * 1000) | map('list') | sum(start=[]) | length }}",
    "sum of growing lists": "{{ ([many] * 30000) | sum(start=[]) | length }}",
    "part of a text by steps": "{{ ('x' * 2000000)[::-1][::1][::-1] }}",
    "large output": "{% for i in range(70000) %}x{% endfor %}",
    "large output of wide characters": "{{ '☃' * 30000 }}",
    "deep brackets": "{{ " + "(" * 20000 + "1" + ")" * 20000 + " }}",
    "deep lists": "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "long sum": "{{ " + "+".join(["1"] * 20000) + " }}",
    "long chain of filters": "{{ 'x'" + " | upper" * 5000 + " }}",
    "long chain of parts": "{{ lead" + ".x" * 5000 + " }}",
    "long chain of signs": "{{ " + "-" * 20000 + "1 }}",
    "long chain of nots": "{{ " + "not " * 15000 + "1 }}",
    "deep ifs": "{% if 1 %}" * 500 + "{% endif %}" * 500,
    "deep loops": "{% for i in many %}" * 200 + "{% endfor %}" * 200,
    "long chain of elses": "{{ " + "1 if 0 else " * 5000 + "1 }}",
    "many tags": "{{ 1 }}" * 9000,
    "long source": "{{ 1 }}" + "x" * 70000,
    "unclosed quotes": "{{ " + "'" * 59999 + " }}",
    "unclosed tags": "{% " * 20000,
    "unclosed comments": "{# " * 20000,
    "white space": "{%" + " " * 60000 + "%}",
    "white space before ends": "{{ 1 " + (" " * 60000) + "-" + " }}",
    "a number of many parts": "{{ " + "1_" * 30000 + " }}",
    "dots and digits": "{{ 1" + ".1" * 30000 + " }}",
    "date format": "{{ now | date('%d' * 100000) }}",
    "long duration": "{{ now | plus('9' * 100000 ~ ' days') }}",
    "far date": "{{ '9999-12-30' | plus('5 days') }}",
    "many working days": "{% for i in range(99999) %}{{ now | plus('26000 working days') }}{% endfor %}",
    "many dates": "{% for i in range(99999) %}{% set x = now | plus('1 day') %}{% endfor %}",
    "many calls": "{% for i in range(99999) %}{% set x = nothing() %}{% endfor %}",
    "ranges in a loop": "{% for i in range(99999) %}{% set x = range(9999) %}{% endfor %}",
    "objects in a loop": "{{ range(300000) | map('items') }}",
    "an object of itself": "{% set a = {'a': 1} %}"
    + NEST.replace("[a, a]", "{'a': a, 'b': a}")
    + "{{ a }} x",
    "money of a huge number": "{{ '1e999999' | money }}",
    "float of a huge text": "{{ ('9' * 1000000) | float }}",
}


def doubled() -> list[Any]:
    """A list of 2**35 items for whoever walks through it."""
    deep: list[Any] = [0]
    for _ in range(35):
        deep = [deep, deep]
    return deep


SCOPE: dict[str, Any] = {
    "many": list(range(100)),
    "long": "9" * 4000,
    "lead": {},
    "now": datetime(2026, 12, 1, 9, tzinfo=UTC),
    "deep": doubled(),
    "as_deep": doubled(),
}
