from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.dashtrack.budget_headers import LONGEST_WAIT, SHORTEST_WAIT, read_headers

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
RESET = NOW + timedelta(minutes=40)
EPOCH = int(RESET.timestamp())


def reset_in(value, *, now=NOW, **more):
    return read_headers({"X-RateLimit-Reset": value, **more}, now=now).reset_in


@pytest.mark.parametrize(
    "value",
    [
        str(EPOCH),
        f"{EPOCH}.0",
        str(EPOCH * 1000),
        "2400",
        "2400.0",
        "2026-03-01T12:40:00Z",
        "2026-03-01T12:40:00.000+00:00",
        "2026-03-01T13:40:00+01:00",
        "2026-03-01T12:40:00",
        "Sun, 01 Mar 2026 12:40:00 GMT",
    ],
)
def test_reset_is_understood_in_each_of_its_units(value):
    assert reset_in(value) == pytest.approx(2400)


@pytest.mark.parametrize("skew", [-86400, -3600, 0, 3600, 86400])
@pytest.mark.parametrize("value", [str(EPOCH), str(EPOCH * 1000), "2026-03-01T12:40:00Z"])
def test_a_wrong_local_clock_does_not_matter_when_the_server_tells_its_own(value, skew):
    local = NOW + timedelta(seconds=skew)
    assert reset_in(value, now=local, Date=format_datetime(NOW, usegmt=True)) == pytest.approx(2400, abs=1)
    remembered = read_headers({"X-RateLimit-Reset": value}, now=local, clock_offset=-float(skew))
    assert remembered.reset_in == pytest.approx(2400, abs=1)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "soon",
        "-5",
        "nan",
        "inf",
        "1e400",
        "9" * 40,
        "0x10",
        "1,2",
        "٣٠",
        "2026-03-01",
        "2020-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        str(EPOCH - 86400),
    ],
)
def test_garbage_says_nothing(value):
    assert reset_in(value) is None


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", SHORTEST_WAIT),
        ("99999", LONGEST_WAIT),
        (str(EPOCH + 86400), LONGEST_WAIT),
        ("2099-01-01T00:00:00Z", LONGEST_WAIT),
        (str(int(NOW.timestamp()) - 5), SHORTEST_WAIT),
    ],
)
def test_a_wait_is_kept_within_bounds(value, wait):
    assert reset_in(value) == wait


def test_retry_after_is_understood_in_both_forms():
    assert read_headers({"Retry-After": "120"}, now=NOW).retry_in == 120
    assert read_headers({"retry-after": "Sun, 01 Mar 2026 12:02:00 GMT"}, now=NOW).retry_in == 120


@pytest.mark.parametrize(
    ("value", "read"), [("100", 100), (" 7 ", 7), ("0", 0), ("-1", None), ("many", None), ("1.5", None)]
)
def test_remaining_is_a_whole_number_or_nothing(value, read):
    assert read_headers({"X-RateLimit-Remaining": value}, now=NOW).remaining == read


def test_a_limit_of_nothing_is_no_limit_that_makes_sense():
    assert read_headers({"X-RateLimit-Limit": "0"}, now=NOW).limit is None
    assert read_headers({"x-ratelimit-limit": "100"}, now=NOW).limit == 100


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Mar 2026 12:00:00 GMT", "\x00"])
def test_a_date_that_is_none_leaves_what_was_known(date):
    assert read_headers({"Date": date}, now=NOW, clock_offset=3.0).clock_offset == 3.0


HEADER = st.one_of(
    st.text(max_size=40),
    st.integers(min_value=-(10**14), max_value=10**14).map(str),
    st.floats().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.datetimes(min_value=datetime(1900, 1, 1)).map(format_datetime),  # noqa: DTZ001 - text is all that is wanted
)


@given(reset=HEADER, retry=HEADER, date=HEADER, limit=HEADER, remaining=HEADER)
def test_no_header_whatever_fails_or_gives_a_wait_out_of_bounds(reset, retry, date, limit, remaining):
    seen = read_headers(
        {
            "X-RateLimit-Reset": reset,
            "Retry-After": retry,
            "Date": date,
            "X-RateLimit-Limit": limit,
            "X-RateLimit-Remaining": remaining,
        },
        now=NOW,
    )
    for wait in (seen.reset_in, seen.retry_in):
        assert wait is None or SHORTEST_WAIT <= wait <= LONGEST_WAIT
    assert seen.remaining is None or seen.remaining >= 0
