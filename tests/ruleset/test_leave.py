"""Working days know who is on approved leave, and how long it is until then."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from making_rules import Snapshot

from rules_engine.calendar import Calendar
from rules_engine.ruleset.leave import leave_in
from rules_engine.ruleset.lookups import functions_for
from rules_engine.ruleset.templates import (
    OutOfFuel,
    TemplateEnv,
    TemplateError,
    TemplateSyntaxProblem,
    compile_expression,
)

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)  # a Tuesday
ADA = {"id": "m1", "name": "Ada Byron", "email": "ada@agency.example"}
BEN = {"id": "m2", "name": "Ben Stone", "email": "ben@agency.example"}


def leave(of, first, last, **more):
    return {"user_name": of, "start_date": first, "end_date": last, "status": "approved", **more}


def value_of(source, *holidays, members=(ADA, BEN), **scope):
    snapshot = Snapshot(member=list(members), holiday=list(holidays))
    calendar = Calendar(timezone="Europe/London", holidays=frozenset({date(2026, 12, 4)}))
    env = TemplateEnv(now=NOW, calendar=calendar, leave=leave_in(snapshot), functions=functions_for(snapshot))
    return compile_expression(source).evaluate({"now": NOW, **scope}, env)


def due(who, *holidays, **scope):
    """The day two working days on: the 3rd without leave, for the 4th is a holiday of all."""
    return value_of(f"now | plus('2 working days', for={who}) | date", *holidays, **scope)


AWAY = leave("Ada Byron", "2026-12-02", "2026-12-03")


@pytest.mark.parametrize(
    "who",
    ["'Ada Byron'", "'ada byron'", "'m1'", "'ada@agency.example'", "member('Ada Byron')", "['Ada Byron']"],
)
def test_a_members_leave_is_no_working_day_however_the_member_is_named(who):
    assert due(who, AWAY) == "2026-12-08"


@pytest.mark.parametrize("who", ["'Ben Stone'", "none", "[]", "[none]", "member('Nobody')"])
def test_the_leave_of_others_is(who):
    assert due(who, AWAY) == "2026-12-03"


def test_several_people_work_on_a_day_on_which_all_do():
    assert due("['Ada Byron', 'Ben Stone']", AWAY, leave("Ben Stone", "2026-12-07", "2026-12-07")) == (
        "2026-12-09"
    )


@pytest.mark.parametrize(
    ("holiday", "expected"),
    [
        ({**AWAY, "status": "pending"}, "2026-12-03"),
        ({**AWAY, "status": "declined"}, "2026-12-03"),
        ({**AWAY, "status": "Approved"}, "2026-12-08"),
        ({**AWAY, "days": 0.5, "end_date": "2026-12-02"}, "2026-12-03"),
        ({**AWAY, "end_date": None}, "2026-12-07"),
        ({**AWAY, "start_date": "2026-12-02T00:00:00Z", "end_date": "2026-12-03T00:00:00Z"}, "2026-12-08"),
        ({**AWAY, "user_id": "m1", "user_name": "A. Byron"}, "2026-12-08"),
        ({**AWAY, "user_id": "m2"}, "2026-12-03"),
        (leave("Ada Byron", "2026-12-03", "2026-12-02"), "2026-12-03"),
        (leave("Ada Byron", "0001-01-01", "2026-11-30"), "2026-12-03"),
    ],
)
def test_only_leave_that_is_approved_and_takes_whole_days_counts(holiday, expected):
    assert due("'Ada Byron'", holiday) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'2026-12-07' | minus('1 working day', for='Ada Byron') | date", "2026-12-01"),
        ("'2026-12-07' | until('working days', from='2026-12-01', for='Ada Byron')", 1),
        ("'2026-12-01' | until('working days', from='2026-12-07', for='Ada Byron')", -1),
        ("'2026-11-27' | age('working days', for='Ada Byron')", 2),
        ("'2026-12-03T12:00:00Z' | until('working hours', for='Ada Byron')", 8.5),
        ("now | plus('9 working hours', for='Ada Byron')", datetime(2026, 12, 7, 9, 30, tzinfo=UTC)),
        ("'2026-12-02' is working_day(for='Ada Byron')", False),
        ("'2026-12-01' is working_day(for='Ada Byron')", True),
        ("['2026-12-01', '2026-12-02'] | select('working_day', for='Ada Byron')", ["2026-12-01"]),
    ],
)
def test_everything_that_reckons_in_working_time_takes_it(source, expected):
    assert value_of(source, AWAY) == expected


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("now | plus('2 working days', for='Ada Bryon')", "there is no member 'Ada Bryon'; did you mean Ada"),
        ("now | plus('2 working days', for=5)", "not a number"),
        ("now | plus('2 working days', for={'a': 1})", "neither id nor name"),
        ("now | plus(span, for='Ada Byron')", "2 days has neither"),
        ("now | until(unit, for='Ada Byron')", "not days"),
        ("now | age('fort' ~ 'night')", "'fortnight' is no unit"),
    ],
)
def test_what_cannot_be_meant_is_an_error(source, said):
    with pytest.raises(TemplateError, match=said):
        value_of(source, AWAY, span="2 days", unit="days")


def test_leave_whose_days_cannot_be_read_is_an_error_and_not_nothing():
    with pytest.raises(TemplateError, match="an approved leave has the text 'soon' where its day should be"):
        due("'Ada Byron'", leave("Ada Byron", "soon", "2026-12-03"))


def test_leave_without_end_stops_the_template_and_not_the_worker():
    with pytest.raises(OutOfFuel):
        due("'Ada Byron'", leave("Ada Byron", "2026-12-01", "9999-12-31"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("now | plus('2 dayz')", "there is no unit 'dayz'"),
        ("now | minus(2)", "it has no unit"),
        ("now | plus('2 days', for=lead.rep)", "working days and working hours, and 2 days has neither"),
        (
            "now | plus('2 working days', of=lead.rep)",
            "unexpected keyword argument 'of'; it takes duration, for",
        ),
        ("now | plus('2 working days', for_=lead.rep)", "unexpected keyword argument 'for_'"),
        ("now | plus('2 working days', lead.rep)", "too many positional arguments"),
        ("now | until('workng days')", "'workng days' is no unit; did you mean 'working days'"),
        ("now | age(3)", "3 is no unit; there is: days, working days"),
        ("now | age('days', for=lead.rep)", "working days and working hours, not days"),
        ("now | age(from=now)", "unexpected keyword argument 'from'"),
    ],
)
def test_what_is_written_out_wrong_is_found_without_running_it(source, said):
    with pytest.raises(TemplateSyntaxProblem, match=said):
        compile_expression(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'2026-12-01T23:59:00Z' | until", 0),
        ("'2026-12-02T00:01:00Z' | until", 1),
        ("'2026-11-30T23:59:00Z' | until('days')", -1),
        ("'2026-12-08' | until('week')", 1),
        ("'2026-12-02T09:00:00Z' | until('hours')", 24),
        ("'2026-12-01T09:20:00Z' | until('Hour')", 0.333333),
        ("'2026-12-01T08:59:30Z' | age('minutes')", 0.5),
        ("'2026-11-30' | age('working  days')", 1),
        ("none | age", None),
        ("none | until('hours')", None),
        ("'2026-12-07' | until(from='2026-12-05T10:00:00Z')", 2),
    ],
)
def test_how_long_it_is(source, expected):
    assert value_of(source) == expected


@pytest.mark.parametrize("source", ["'soon' | until", "5 | age", "'2026-12-07' | until(from='then')"])
def test_only_moments_have_a_distance(source):
    with pytest.raises(TemplateError, match="needs a date"):
        value_of(source)
