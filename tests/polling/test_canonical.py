"""The canonical form: what differs only in case and form compares equal, everything else does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.dashtrack.resources import Kind
from rules_engine.polling.canonical import canonical

ADA = "6d6f3a52-0000-4000-8000-000000000001"
NAMES = {ADA: "Ada Byron"}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.WORD, "high", "High"),
        (Kind.WORDS, ["Stuck", "Won"], ["won", "stuck"]),
        (Kind.PEOPLE, [ADA], ["Ada Byron"]),
        (Kind.PEOPLE, "Ada Byron", ["Ada Byron"]),
        (Kind.DATETIME, "2026-12-01T09:00:00Z", "2026-12-01T09:00:00+00:00"),
        (Kind.DATETIME, "2026-12-01T09:00:00Z", "2026-12-01T10:00:00.000+01:00"),
        (Kind.DATE, "2026-12-01", "2026-12-01T00:00:00Z"),
        (Kind.NUMBER, 1, 1.0),
        (Kind.NUMBER, "1.50", 1.5),
        (Kind.TEXT, "Mill & Sons", "Mill &amp; Sons"),
        (Kind.LONG_TEXT, "one\r\ntwo", "one\ntwo "),
        (Kind.TEXT, "Caf\u00e9", "Cafe\u0301"),
        (Kind.TEXT, "", None),
        (Kind.WORDS, [], None),
        (None, {"b": 1, "a": ""}, {"a": None, "b": 1.0}),
    ],
)
def test_what_differs_only_in_form_is_the_same(kind, one, other):
    assert canonical(kind, one, names=NAMES) == canonical(kind, other, names=NAMES)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.TEXT, "high", "High"),
        (Kind.WORD, "todo", "done"),
        (Kind.WORDS, ["Stuck"], ["Stuck", "Won"]),
        (Kind.PEOPLE, [ADA], ["Bea"]),
        (Kind.DATETIME, "2026-12-01T09:00:00Z", "2026-12-01T09:00:01Z"),
        (Kind.NUMBER, 1, 2),
        (Kind.BOOLEAN, False, None),
        (Kind.LIST, ["a", "b"], ["b", "a"]),
        (Kind.TEXT, "a", "a b"),
    ],
)
def test_what_differs_in_meaning_stays_different(kind, one, other):
    assert canonical(kind, one, names=NAMES) != canonical(kind, other, names=NAMES)


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1000, 1000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([None, *Kind]), _json)
def test_the_canonical_form_of_a_canonical_form_is_itself(kind, value):
    once = canonical(kind, value, names=NAMES)
    assert canonical(kind, once, names=NAMES) == once
