"""The rules that the reference shows for time, thresholds and control do what it says of them, on a sandbox."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from doc_pages import RULES, blocks, section

from rules_engine.timing.cron import next_moment

DAY = timedelta(days=1)
SHOWN = "\n".join(block.text for block in blocks(RULES, "yaml") if "version:" not in block.text)


def example(rule_id):
    """A rule of the page, by its id."""
    (found,) = re.findall(rf"^- id: {rule_id}\n(?:  .*\n|\n(?=  ))*", SHOWN, re.MULTILINE)
    return "".join(f"  {line}\n" for line in found.splitlines())


def said(rig):
    return [text for _, text in rig.listener.said_texts]


def tasks(rig):
    return sorted(
        body["name"] for method, path, body in rig.writes() if method == "POST" and "/tasks" in path
    )


def notes(rig):
    return [body["notes"].split("\n")[0] for _, path, body in rig.writes() if path.endswith("/notes")]


@pytest.fixture
def lead(rig):
    return rig.state.add("lead", name="Mill", status="Chaser", rep="Ada Byron", value=6000)["id"]


def test_what_held_for_five_working_days_is_chased_once(rig, lead):
    rig.use(example("quiet-proposal"))
    rig.state.edit("lead", lead, status="Proposal Wanted")
    rig.tick()
    rig.state.edit("lead", lead, status="Proposal Sent")
    rig.tick()
    rig.tick(after=6 * DAY)
    assert tasks(rig) == []
    rig.tick(after=2 * DAY)
    rig.tick(after=2 * DAY)
    assert tasks(rig) == ["Chase Mill"]


def test_a_due_date_that_is_set_too_late_counts_at_once_and_only_once(rig):
    rig.use(example("urgent-when-due-soon"))
    rig.tick()
    task = rig.state.add("task", project_id=rig.web, name="Launch", priority="high", due_date="2026-11-25")
    rig.tick()
    rig.state.edit("task", task["id"], status="done")
    rig.tick()
    rig.state.edit("task", task["id"], status="todo")
    rig.tick()
    assert said(rig) == ["Launch is due on Wednesday"]


def test_a_quiet_lead_is_asked_after_and_an_old_one_counts_from_the_first_look(rig, lead):
    rig.use(example("gone-quiet"))
    rig.tick()
    rig.tick(after=13 * DAY)
    assert tasks(rig) == []
    rig.tick(after=1 * DAY)
    rig.tick(after=30 * DAY)
    assert tasks(rig) == ["Is Mill still there?"]


def test_a_retainer_says_its_hours(rig):
    rig.use(example("retainer-nearly-used"))
    rig.state.edit("project", rig.web, retainer_hours=40)
    rig.tick()
    rig.state.add("time_entry", project_id=rig.web, user_id=rig.ada, date="2026-11-20", hours=33)
    rig.tick()
    assert notes(rig) == ["33.0 of 40 hours are used this month."]


def test_a_schedule_sees_every_lead(rig, lead):
    rig.use(example("monday-list"))
    rig.tick()
    rig.tick(after=6 * DAY)
    assert notes(rig) == ["Mill"]


@pytest.mark.parametrize(
    ("after", "moments"),
    [
        (datetime(2027, 3, 27, 12, tzinfo=UTC), ["2027-03-28T01:00Z", "2027-03-29T00:30Z"]),
        (datetime(2027, 10, 30, 12, tzinfo=UTC), ["2027-10-31T00:30Z", "2027-11-01T01:30Z"]),
    ],
    ids=["forward", "back"],
)
def test_half_past_one_comes_once_when_the_clocks_change(after, moments):
    assert "01:30 when 01:00 becomes 02:00" in section(RULES, "Schedules")
    first = next_moment("30 1 * * *", "Europe/London", after)
    second = next_moment("30 1 * * *", "Europe/London", first)
    assert [f"{moment:%Y-%m-%dT%H:%MZ}" for moment in (first, second)] == moments


def test_what_is_emitted_keeps_its_types(rig, lead):
    rig.use(example("deal-is-won") + example("welcome-pack"))
    rig.state.add("project", name="Onboarding")
    rig.tick()
    rig.state.edit("lead", lead, status="Closed")
    rig.tick()
    assert tasks(rig) == ["Welcome pack for Mill"]


def test_a_proposal_without_an_answer_is_called_and_the_run_stops(rig, lead):
    rig.use(example("proposal-follow-up"))
    rig.tick()
    rig.state.edit("lead", lead, status="Proposal Sent")
    rig.tick()
    rig.tick(after=4 * DAY)
    assert tasks(rig) == ["Call Mill"]
    assert [run.status.value for run in rig.runs()] == ["done"]
    assert said(rig) == []


def test_a_proposal_with_an_answer_goes_the_other_way(rig, lead):
    rig.use(example("proposal-follow-up"))
    rig.state.add("project", name="Onboarding")
    rig.tick()
    rig.state.edit("lead", lead, status="Proposal Sent")
    rig.tick()
    rig.state.edit("lead", lead, status="Closed")
    rig.tick(after=DAY)
    assert tasks(rig) == ["Kick-off with Mill"]


def test_a_wait_tells_what_ended_it(rig, lead):
    rig.use(example("answered-in-time"))
    rig.tick()
    rig.state.edit("lead", lead, tags=["Chaser Sent"])
    rig.tick()
    rig.state.edit("lead", lead, status="Closed")
    rig.tick()
    assert said(rig) == ["Mill moved at 09:15: lead.status_changed"]


def test_a_loop_has_its_items_and_numbers(rig, lead):
    rig.use(example("onboarding-list"))
    rig.state.add("project", name="Onboarding")
    rig.tick()
    rig.state.edit("lead", lead, status="Closed")
    rig.tick()
    assert tasks(rig) == ["1. Contract: Mill", "2. Kick-off call: Mill", "3. Access to the website: Mill"]


def test_a_loop_adds_up_when_the_last_task_is_done(rig):
    rig.use(example("add-up"))
    task = rig.state.add("task", project_id=rig.web, name="Launch")
    for hours in (1.5, 2):
        rig.state.add("time_entry", project_id=rig.web, user_id=rig.ada, date="2026-11-20", hours=hours)
    rig.tick()
    rig.state.edit("task", task["id"], status="done")
    rig.tick()
    assert notes(rig) == ["Web: 3.5 hours in all."]


def test_what_has_no_rep_is_stopped(rig, lead):
    rig.use(example("only-with-a-rep"))
    other = rig.state.add("lead", name="Forge", status="Closed")
    rig.state.edit("lead", lead, status="Closed")
    rig.tick()
    for one in (lead, other["id"]):
        rig.state.edit("lead", one, status="Chaser")
    rig.tick()
    assert tasks(rig) == ["Chase Mill"]
    reasons = [step.body for step in rig.steps() if step.action == "stop"]
    assert reasons == [{"reason": "Forge is nobody's lead"}]


def test_a_failure_is_told_of_with_its_action(rig, lead):
    rig.use(example("kick-off-or-say-so").replace("notify: {to: chat, text:", "log: {text:"))
    rig.tick()
    rig.state.edit("lead", lead, status="Closed")
    rig.tick()
    assert said(rig)[0].startswith("Mill: create_task failed: ")
    assert [run.status.value for run in rig.runs()] == ["failed"]
