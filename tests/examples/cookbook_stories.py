"""What happens in a small agency for each recipe of the cookbook, and what the recipe then sends.

The world begins on Tuesday 24 November 2026 at nine, in UTC, with the projects Sales, Web (a retainer of 40 hours), Onboarding and
Account, and the members Ada Byron and Bob Stone. Each change is seen five minutes later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Add:
    """Somebody makes an object; `project` and `user_name` are names."""

    resource: str
    fields: dict


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody changes the object of that name."""

    resource: str
    name: str
    fields: dict


@dataclass(frozen=True, slots=True)
class Later:
    """Time passes."""

    span: timedelta


def add(resource, /, **fields):
    return Add(resource, fields)


def edit(resource, name, /, **fields):
    return Edit(resource, name, fields)


def later(**span):
    return Later(timedelta(**span))


@dataclass(frozen=True, slots=True)
class Story:
    """What is there at the first look, what happens then, and all that is sent: (what, the fields that matter)."""

    happens: tuple
    sends: tuple
    given: tuple = ()


MILL = add("lead", name="Mill", status="Chaser", rep="Ada Byron", value=4000, tags=[])
CHASED = add("lead", name="Mill", status="Proposal Sent", rep="Ada Byron", tags=["Chaser Sent"])
LOGO = add(
    "task", name="Logo", project="Web", status="todo", task_list="Design", assigned_to=["Bob Stone"],
    due_date="2026-11-26T17:00:00Z",
)  # fmt: skip


def time(hours, date, user_name="Bob Stone"):
    return add("time_entry", project="Web", user_name=user_name, date=date, hours=hours)


def told(text):
    return ("chat", {"text": text})


def report(project, date, text):
    return (f"POST /projects/{project}/notes", {"title": "Friday report", "date": date, "notes": text})


STORIES = {
    "01-proposal-chaser": Story(
        given=(MILL,),
        happens=(edit("lead", "Mill", status="Proposal Sent"), later(days=4)),
        sends=(
            ("PATCH /leads/Mill", {"status": "Chaser", "tags": ["Chaser Sent"]}),
            (
                "POST /projects/Sales/tasks",
                {"name": "Chase Mill", "assigned_to": ["Ada Byron"], "due_date": "2026-11-30T09:05:00Z"},
            ),
        ),
    ),
    "02-second-chase": Story(
        given=(CHASED,),
        happens=(edit("lead", "Mill", status="Chaser"), later(days=16)),
        sends=(
            ("PATCH /leads/Mill", {"tags": ["Chase Up"]}),
            (
                "POST /projects/Sales/tasks",
                {
                    "name": "Chase Mill again",
                    "assigned_to": ["Ada Byron"],
                    "due_date": "2026-12-02T09:05:00Z",
                },
            ),
            ("PATCH /leads/Mill", {"tags": ["On Hold"]}),
            told("Mill has gone cold: chased twice, no answer. It is Ada Byron's lead."),
        ),
    ),
    "03-needs-closing": Story(
        given=(
            add("lead", name="Mill", status="Chaser", rep="Bob Stone", value=4000),
            add("lead", name="Forge", status="Chaser", rep="Bob Stone", value=12000),
        ),
        happens=(edit("lead", "Mill", status="Needs Closing"), edit("lead", "Forge", status="Needs Closing")),
        sends=(
            (
                "POST /projects/Sales/tasks",
                {
                    "name": "Call today: Mill",
                    "assigned_to": ["Bob Stone"],
                    "priority": None,
                    "due_date": "2026-11-24T09:05:00Z",
                },
            ),
            (
                "POST /projects/Sales/notes",
                {
                    "title": "Closing started: Mill",
                    "notes": "Mill went from Chaser to Needs Closing, worth 4,000.00.",
                },
            ),
            (
                "POST /projects/Sales/tasks",
                {
                    "name": "Call today: Forge",
                    "assigned_to": ["Ada Byron"],
                    "priority": "high",
                    "due_date": "2026-11-24T09:10:00Z",
                },
            ),
            (
                "POST /projects/Sales/notes",
                {
                    "title": "Closing started: Forge",
                    "notes": "Forge went from Chaser to Needs Closing, worth 12,000.00.",
                },
            ),
        ),
    ),
    "04-won-onboarding": Story(
        given=(MILL,),
        happens=(
            edit("lead", "Mill", status="Closed"),
            edit("lead", "Mill", tags=["Won"]),
            edit("lead", "Mill", status="Chaser"),
            edit("lead", "Mill", status="Closed"),
        ),
        sends=(
            (
                "POST /projects/Onboarding/tasks",
                {"name": "Welcome call: Mill", "due_date": "2026-11-25T09:10:00Z"},
            ),
            (
                "POST /projects/Onboarding/tasks",
                {"name": "Collect access and brand files: Mill", "due_date": "2026-11-27T09:10:00Z"},
            ),
            (
                "POST /projects/Onboarding/tasks",
                {"name": "Set up reporting: Mill", "due_date": "2026-12-01T09:10:00Z"},
            ),
            (
                "POST /projects/Onboarding/tasks",
                {"name": "First review with the client: Mill", "due_date": "2026-12-15T09:10:00Z"},
            ),
            (
                "POST /projects/Onboarding/notes",
                {"title": "Kick-off: Mill", "notes": "Won by Ada Byron, worth 4,000.00."},
            ),
            told("New client: Mill. The onboarding tasks are in Onboarding."),
        ),
    ),
    "05-lost-win-back": Story(
        given=(MILL,),
        happens=(edit("lead", "Mill", status="Dead Leads", notes="Too dear."),),
        sends=(
            (
                "POST /projects/Sales/tasks",
                {
                    "name": "Re-contact Mill",
                    "assigned_to": ["Ada Byron"],
                    "start_date": "2027-02-22T09:05:00Z",
                    "due_date": "2027-03-01T09:05:00Z",
                },
            ),
            ("POST /projects/Sales/notes", {"title": "Lost: Mill", "notes": "Reason: Too dear."}),
        ),
    ),
    "06-new-lead-sla": Story(
        happens=(
            add("lead", name="Quick", status="First Contact Made"),
            add("lead", name="Slow", status="First Contact Made"),
            edit("lead", "Quick", status="Proposal Wanted"),
            later(hours=5),
        ),
        sends=(
            ("PATCH /leads/Slow", {"tags": ["Chase Up"]}),
            told("Nobody has taken up the new lead Slow for 4 working hours."),
        ),
    ),
    "07-pipeline-hygiene": Story(
        given=(MILL,),
        happens=(edit("lead", "Mill", value=4500), later(days=20), edit("lead", "Mill", value=5000)),
        sends=(
            ("PATCH /leads/Mill", {"tags": ["Stuck"]}),
            (
                "POST /projects/Sales/notes",
                {
                    "title": "Stuck leads: 1",
                    "date": "2026-12-14",
                    "notes": "Nobody has touched these for 14 days:\n- Mill (Chaser, Ada Byron)",
                },
            ),
            ("PATCH /leads/Mill", {"tags": []}),
        ),
    ),
    "08-big-deal": Story(
        given=(MILL,),
        happens=(
            edit("lead", "Mill", value=12000),
            edit("lead", "Mill", value=9500),
            edit("lead", "Mill", value=11000),
        ),
        sends=(
            ("PATCH /leads/Mill", {"tags": ["In Progress"]}),
            told("Big deal: Mill, 12,000.00 (Ada Byron)"),
        ),
    ),
    "09-backwards-move": Story(
        given=(MILL,),
        happens=(edit("lead", "Mill", status="Needs Closing"), edit("lead", "Mill", status="Chaser")),
        sends=(
            (
                "POST /projects/Sales/tasks",
                {
                    "name": "Find out why Mill went back to Chaser",
                    "assigned_to": ["Ada Byron"],
                    "due_date": "2026-11-25T09:10:00Z",
                },
            ),
        ),
    ),
    "10-done-review": Story(
        given=(LOGO,),
        happens=(edit("task", "Logo", status="done"),),
        sends=(
            (
                "POST /projects/Web/tasks",
                {
                    "name": "Review: Logo",
                    "assigned_to": ["Bob Stone"],
                    "task_list": "Design",
                    "due_date": "2026-11-25T09:05:00Z",
                },
            ),
        ),
    ),
    "11-chain": Story(
        given=(add("task", name="Copy", project="Web"), add("task", name="Design", project="Web")),
        happens=(
            edit("task", "Copy", status="done"),
            edit("task", "Design", status="done"),
            edit("task", "Copy", status="todo"),
            edit("task", "Copy", status="done"),
        ),
        sends=(
            ("PATCH /tasks/Design", {"status": "in-progress"}),
            told("Copy is done in Web, but it has 0 open tasks named Design."),
        ),
    ),
    "12-due-soon": Story(
        given=(LOGO,),
        happens=(later(days=2), edit("task", "Logo", due_date="2026-12-01T17:00:00Z"), later(days=7)),
        sends=(
            told("Bob Stone: Logo (Web) is due on Thu 26 Nov."),
            told("Bob Stone: Logo (Web) is due on Tue 1 Dec."),
        ),
    ),
    "13-overdue-ladder": Story(
        given=(LOGO,),
        happens=(later(days=12),),
        sends=(
            ("PATCH /tasks/Logo", {"priority": "high"}),
            (
                "POST /projects/Account/tasks",
                {"name": "Tell the client: Logo is late (Web)", "due_date": "2026-12-04T17:00:00Z"},
            ),
            told("Logo (Web) is overdue since 26 Nov."),
        ),
    ),
    "14-stuck-work": Story(
        given=(LOGO,),
        happens=(edit("task", "Logo", status="in-progress"), later(days=8)),
        sends=(
            ("PATCH /tasks/Stuck: Logo", {"name": "Stuck: Logo"}),
            told("Bob Stone: is Logo (Web) stuck? No time on the project since 2026-11-26."),
        ),
    ),
    "15-unassigned-undated": Story(
        happens=(add("task", name="Banner", project="Web", task_list="Design"), later(hours=3)),
        sends=(
            ("PATCH /tasks/Banner", {"due_date": "2026-12-01T09:05:00Z"}),
            ("PATCH /tasks/Banner", {"assigned_to": ["Bob Stone"]}),
        ),
    ),
    "16-all-tasks-done": Story(
        given=(add("task", name="Launch", project="Onboarding"), LOGO),
        happens=(edit("task", "Launch", status="done"), edit("task", "Logo", status="done")),
        sends=(
            (
                "POST /projects/Account/tasks",
                {"name": "Close out and invoice Onboarding", "due_date": "2026-11-26T09:05:00Z"},
            ),
            (
                "POST /projects/Onboarding/notes",
                {"title": "All tasks done", "notes": "The last of 1 was done by 24 November 2026."},
            ),
            told("Onboarding is finished: please invoice."),
        ),
    ),
    "17-reopened": Story(
        given=(
            add("note", project="Web", title="Re-opened", date="2026-11-20", notes="One."),
            add("note", project="Web", title="Re-opened", date="2026-11-21", notes="Two."),
            add("task", name="Logo", project="Web", status="done"),
        ),
        happens=(edit("task", "Logo", status="in-progress"),),
        sends=(
            (
                "POST /projects/Web/notes",
                {
                    "title": "Re-opened",
                    "date": "2026-11-24",
                    "notes": "Logo was done and is in-progress again.",
                },
            ),
            told("Web: 3 tasks re-opened within 30 days, the last is Logo."),
        ),
    ),
    "18-launch-checklist": Story(
        given=(
            add("task", name="Go live", project="Web", due_date="2026-12-01T09:00:00Z"),
            add("task", name="3. Check redirects", project="Web"),
        ),
        happens=(edit("task", "Go live", status="in-progress"),),
        sends=(
            *(
                (
                    "POST /projects/Web/tasks",
                    {"name": name, "task_list": "Launch", "due_date": "2026-12-01T09:00:00.000Z"},
                )
                for name in (
                    "1. Back up the old site",
                    "2. Check forms and e-mail",
                    "4. Switch the DNS",
                    "5. Check analytics",
                )
            ),
        ),
    ),
    "19-retainer-hours": Story(
        given=(time(30, "2026-11-20"),),
        happens=(time(3, "2026-11-24"), time(8, "2026-11-24")),
        sends=(
            (
                "POST /projects/Web/notes",
                {"title": "82 % of the retainer used", "notes": "33.0 of 40 hours by 24 November."},
            ),
            (
                "POST /projects/Account/tasks",
                {
                    "name": "Talk to Web about extra hours in November 2026",
                    "due_date": "2026-11-25T09:05:00Z",
                },
            ),
            (
                "POST /projects/Web/notes",
                {"title": "102 % of the retainer used", "notes": "41.0 of 40 hours by 24 November."},
            ),
        ),
    ),
    "20-burn-pace": Story(
        given=(time(39, "2026-12-01"),),
        happens=(later(days=14),),
        sends=(told("Bob Stone: Web has used 98 % of its hours, with 22 % of the month gone."),),
    ),
    "21-under-served": Story(
        given=(time(8, "2026-12-01"),),
        happens=(later(days=30),),
        sends=(
            (
                "POST /projects/Web/tasks",
                {
                    "name": "Plan remaining hours of December 2026",
                    "description": "8 of 40 hours used by 20 December.",
                    "due_date": "2026-12-22T09:00:00Z",
                },
            ),
        ),
    ),
    "22-missing-timesheets": Story(
        given=(
            time(7, "2026-11-23"),
            add(
                "holiday",
                user_name="Ada Byron",
                start_date="2026-11-24",
                end_date="2026-11-25",
                status="approved",
            ),
        ),
        happens=(later(days=3, hours=8),),
        sends=(
            told("Ada Byron: your hours of Monday 23 November are missing."),
            told("Bob Stone: your hours of Tuesday 24 November are missing."),
            told("Bob Stone: your hours of Wednesday 25 November are missing."),
            told("Ada Byron: your hours of Thursday 26 November are missing."),
            told("Bob Stone: your hours of Thursday 26 November are missing."),
            told("Hours since Monday 23 November:\nAda Byron: 0\nBob Stone: 7"),
        ),
    ),
    "23-odd-entry": Story(
        happens=(time(11, "2026-11-24"), time(2, "2026-11-22"), time(2, "2026-11-24")),
        sends=(
            (
                "POST /projects/Account/tasks",
                {
                    "name": "Check time: Bob Stone, 11 hours on Web (2026-11-24)",
                    "description": "more than 10 hours. What was written: nothing",
                },
            ),
            (
                "POST /projects/Account/tasks",
                {
                    "name": "Check time: Bob Stone, 2 hours on Web (2026-11-22)",
                    "description": "no working day. What was written: nothing",
                },
            ),
            told("Bob Stone logged 11 hours for 2026-11-24 on Web: more than 10 hours."),
            told("Bob Stone logged 2 hours for 2026-11-22 on Web: no working day."),
        ),
    ),
    "24-note-to-tasks": Story(
        happens=(
            add(
                "note",
                project="Web",
                title="Weekly",
                date="2026-11-24",
                notes="We met.\n- [ ] Send the offer @Bob Stone by 2026-12-01\n- [x] Old\n- [ ] Call the printer",
            ),
        ),
        sends=(
            (
                "POST /projects/Web/tasks",
                {
                    "name": "Send the offer",
                    "assigned_to": ["Bob Stone"],
                    "due_date": "2026-12-01T00:00:00Z",
                    "description": "From the note Weekly: Send the offer @Bob Stone by 2026-12-01",
                },
            ),
            ("POST /projects/Web/tasks", {"name": "Call the printer", "assigned_to": None, "due_date": None}),
            ("POST /projects/Web/notes", {"title": "Tasks from Weekly"}),
        ),
    ),
    "25-leave-and-friday": Story(
        given=(
            add(
                "task", name="Copy", project="Web", assigned_to=["Bob Stone"], due_date="2026-12-03T17:00:00Z"
            ),
            add(
                "task",
                name="Print",
                project="Web",
                assigned_to=["Bob Stone"],
                due_date="2026-12-07T17:00:00Z",
            ),
            add(
                "holiday",
                user_name="Bob Stone",
                start_date="2026-12-02",
                end_date="2026-12-03",
                status="approved",
            ),
            add(
                "holiday",
                user_name="Ada Byron",
                start_date="2026-12-02",
                end_date="2026-12-03",
                status="approved",
            ),
        ),
        happens=(time(3, "2026-11-24"), later(days=18)),
        sends=(
            (
                "POST /projects/Account/tasks",
                {
                    "name": "Hand over 1 tasks of Bob Stone",
                    "due_date": "2026-12-02T00:00:00Z",
                    "description": "Bob Stone is away from 2026-12-02 to 2026-12-03.\n- Copy, due 2026-12-03",
                },
            ),
            report("Web", "2026-11-27", "Done: 0. Overdue: 0. Hours this week: 3. Next: Copy, Print."),
            report(
                "Account",
                "2026-11-27",
                "Done: 0. Overdue: 0. Hours this week: 0. Next: Hand over 1 tasks of Bob Stone.",
            ),
            report("Web", "2026-12-04", "Done: 0. Overdue: 1. Hours this week: 0. Next: Copy, Print."),
            report(
                "Account",
                "2026-12-04",
                "Done: 0. Overdue: 1. Hours this week: 0. Next: Hand over 1 tasks of Bob Stone.",
            ),
            report("Web", "2026-12-11", "Done: 0. Overdue: 2. Hours this week: 0. Next: Copy, Print."),
        ),
    ),
}
