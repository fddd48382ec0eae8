from __future__ import annotations

import pytest


@pytest.fixture
def people(sandbox):
    return [
        *sandbox.state.all("member"),
        sandbox.state.add("member", name="Cai Morgan", email="cai@agency.example"),
    ]


def test_the_team_is_every_member(api, people):
    assert api.get("/team").json() == {"team": people}
    assert set(people[1]) == {"id", "name", "email", "role"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"from": "2026-03-02"}, [2, 3]),
        ({"to": "2026-03-02"}, [1, 2]),
        ({"from": "2026-03-02", "to": "2026-03-02"}, [2]),
        ({"user_id": "CAI"}, [2, 3]),
        ({"user_id": "CAI", "to": "2026-03-02"}, [2]),
        ({"user_id": "nobody"}, []),
    ],
)
def test_filters_of_time(api, sandbox, project, people, query, expected):
    for hours, person in [(1, people[0]), (2, people[1]), (3, people[1])]:
        fields = {"user_id": person["id"], "hours": hours, "date": f"2026-03-0{hours}"}
        sandbox.state.add("time_entry", project_id=project["id"], **fields)
    query = {name: people[1]["id"] if value == "CAI" else value for name, value in query.items()}
    entries = api.get(f"/projects/{project['id']}/time", params=query).json()["time_entries"]
    assert [entry["hours"] for entry in entries] == expected


@pytest.mark.parametrize("day", ["2026-3-1", "yesterday", "2026-02-30", "", "2026-03-01T00:00:00Z"])
@pytest.mark.parametrize("name", ["from", "to"])
def test_a_day_that_is_none_is_refused(api, project, name, day):
    response = api.get(f"/projects/{project['id']}/time", params={name: day})
    assert response.status_code == 400
    assert response.json()["error"].startswith(name)


def test_a_time_entry_names_its_user_and_is_of_today(sandbox, project, people):
    entry = sandbox.state.add("time_entry", project_id=project["id"], user_id=people[1]["id"], hours=2)
    assert (entry["user_name"], entry["date"]) == ("Cai Morgan", "2026-03-18")


def test_a_note_needs_only_its_text(api, project):
    notes = f"/projects/{project['id']}/notes"
    note = api.post(notes, {"notes": "We met."}).json()["note"]
    assert (note["title"], note["date"], note["attendees"], note["action_items"]) == (
        None,
        "2026-03-18",
        [],
        [],
    )
    assert api.get(notes).json() == {"notes": [note]}


def test_a_note_takes_everything_else(api, project, people):
    body = {"notes": "x", "title": "Kick-off", "date": "2026-03-01", "action_items": ["Send the plan"]}
    note = api.post(f"/projects/{project['id']}/notes", {**body, "attendees": [people[0]["id"], "Client"]})
    assert note.status_code == 201
    assert note.json()["note"].items() >= {**body, "attendees": ["Ada Byron", "Client"]}.items()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "notes"),
        ({"notes": ""}, "notes"),
        ({"notes": None}, "notes"),
        ({"notes": ["x"]}, "notes"),
        ({"notes": "x", "title": 1}, "title"),
        ({"notes": "x", "date": "2026-03-01T00:00:00Z"}, "date"),
        ({"notes": "x", "attendees": "Ada"}, "attendees"),
        ({"notes": "x", "action_items": [{}]}, "action_items"),
    ],
)
def test_a_bad_note_is_refused_and_not_made(api, sandbox, project, body, field):
    response = api.post(f"/projects/{project['id']}/notes", body)
    assert response.status_code == 400
    assert response.json()["error"].startswith(field)
    assert sandbox.state.all("note") == []


@pytest.fixture
def holidays(sandbox, people):
    def leave(person, start, end, status):
        fields = {"user_id": person["id"], "start_date": start, "end_date": end, "status": status}
        return sandbox.state.add("holiday", **fields)

    return [
        leave(people[0], "2026-04-01", "2026-04-07", "approved"),
        leave(people[0], "2026-05-04", "2026-05-04", "Pending"),
        leave(people[1], "2026-06-01", "2026-06-05", "declined"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [0, 1]),
        ({"scope": "me"}, [0, 1]),
        ({"scope": "TEAM"}, [0, 1, 2]),
        ({"scope": "team", "status": "Declined"}, [2]),
        ({"status": "declined"}, []),
    ],
)
def test_filters_of_holidays(api, holidays, query, expected):
    assert api.get("/holidays", params=query).json()["holidays"] == [holidays[place] for place in expected]


def test_a_leave_counts_its_weekdays_and_names_its_user(holidays):
    assert [(one["days"], one["user_name"], one["status"]) for one in holidays] == [
        (5, "Ada Byron", "approved"),
        (1, "Ada Byron", "pending"),
        (5, "Cai Morgan", "declined"),
    ]


def test_stats_of_leave_are_of_the_scope_and_not_of_the_filter(api, holidays):
    mine = {"allowance": 25, "used": 5, "pending": 1, "remaining": 20}
    assert api.get("/holidays", params={"status": "declined"}).json()["stats"] == mine
    team = {"allowance": 50, "used": 5, "pending": 1, "remaining": 45}
    assert api.get("/holidays", params={"scope": "team"}).json()["stats"] == team


def test_me_is_the_owner_of_the_key(api, sandbox, people, holidays):
    sandbox.state.add_key("dt_cai", member_id=people[1]["id"])
    response = api.get("/holidays", headers={"Authorization": "Bearer dt_cai"})
    assert response.json()["holidays"] == [holidays[2]]


@pytest.mark.parametrize("query", [{"scope": "everyone"}, {"status": "maybe"}])
def test_an_unknown_word_is_refused(api, query):
    assert api.get("/holidays", params=query).status_code == 400


def test_without_any_member_nobody_is_on_leave(api, sandbox):
    sandbox.state.remove("member", sandbox.state.all("member")[0]["id"])
    assert api.get("/holidays").json()["holidays"] == []
