from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.sandbox import shapes, values, vocabulary
from rules_engine.sandbox.errors import BadValue
from rules_engine.sandbox.handlers import parse_json
from rules_engine.sandbox.limits import Rate, rate_headers

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = [field for shape in shapes.SHAPES.values() for field in shape.fields]


@given(field=st.sampled_from(FIELDS), value=json_values)
def test_any_value_is_read_or_refused_and_what_was_read_reads_the_same(field, value):
    try:
        stored = field.read(value)
    except BadValue:
        return
    assert field.read(stored) == stored


@given(moment=st.datetimes(timezones=st.timezones()))
def test_a_moment_stays_the_same_moment_to_the_millisecond(moment):
    try:
        in_utc = moment.astimezone(UTC)
    except OverflowError:
        return
    if moment.utcoffset().total_seconds() % 60:
        return  # an offset with seconds (before 1972) is no ISO 8601
    stored = datetime.fromisoformat(values.date_time(moment.isoformat()))
    assert stored == in_utc.replace(microsecond=in_utc.microsecond // 1000 * 1000)


@given(
    data=st.data(),
    words=st.sampled_from([vocabulary.LEAD_STATUSES, vocabulary.LEAD_TAGS, vocabulary.PRIORITIES]),
)
def test_a_word_is_known_whatever_its_case_and_the_space_around_it(data, words):
    word = data.draw(st.sampled_from(words))
    cased = "".join(data.draw(st.sampled_from([letter.upper(), letter.lower()])) for letter in word)
    assert vocabulary.canonical(f" {cased}\n", words) == word


@given(body=st.binary(max_size=200))
def test_no_body_is_more_than_json_or_refused(body):
    with contextlib.suppress(BadValue):
        assert parse_json(body) == json.loads(body)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), True, "1", None])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(BadValue):
        values.number(number)


@given(now=st.floats(0, 4e9), ahead=st.floats(0, 3600))
def test_whoever_waits_until_reset_is_never_early(now, ahead):
    rate = Rate(limit=1, remaining=0, reset_at=now + ahead)
    waits = {
        unit: rate_headers(rate, unit, now)["X-RateLimit-Reset"]
        for unit in ("epoch_s", "epoch_ms", "delta", "iso")
    }
    assert int(waits["epoch_s"]) >= rate.reset_at
    assert int(waits["epoch_ms"]) >= rate.reset_at * 1000
    assert now + int(waits["delta"]) >= rate.reset_at - 1e-6
    assert datetime.fromisoformat(waits["iso"]).timestamp() >= rate.reset_at
