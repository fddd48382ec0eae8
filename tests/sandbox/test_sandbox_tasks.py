from __future__ import annotations

import uuid

import pytest

UNKNOWN = str(uuid.UUID(int=5, version=4))


@pytest.fixture
def tasks(project):
    return f"/projects/{project['id']}/tasks"


@pytest.fixture
def member(sandbox):
    return sandbox.state.all("member")[0]


def test_a_task_needs_only_a_name(api, tasks, project):
    response = api.post(tasks, {"name": "Homepage copy"})
    assert response.status_code == 201
    task = response.json()["task"]
    assert uuid.UUID(task["id"]).version == 4
    assert task == {
        "id": task["id"],
        "project_id": project["id"],
        "name": "Homepage copy",
        "description": None,
        "status": "todo",
        "priority": None,
        "assigned_to": [],
        "due_date": None,
        "start_date": None,
        "task_list": None,
        "created_at": "2026-03-18T12:00:00.000Z",
        "updated_at": "2026-03-18T12:00:00.000Z",
    }
    assert api.get(tasks).json() == {"tasks": [task]}
    assert api.get(f"/tasks/{task['id']}").json() == {"task": task}


def test_words_are_taken_in_any_case_and_given_in_the_apis_own(api, tasks):
    task = api.post(tasks, {"name": "x", "status": "IN-Progress", "priority": "hIGH"}).json()["task"]
    assert (task["status"], task["priority"]) == ("in-progress", "High")


def test_ids_of_members_come_back_as_names_and_names_stay(api, tasks, member):
    body = {"name": "x", "assigned_to": [member["id"].upper(), "Freelance Fred"]}
    assert api.post(tasks, body).json()["task"]["assigned_to"] == ["Ada Byron", "Freelance Fred"]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2026-04-01T09:30:00Z", "2026-04-01T09:30:00.000Z"),
        ("2026-04-01T09:30:00+02:00", "2026-04-01T07:30:00.000Z"),
        ("2026-04-01T09:30:00.250-0130", "2026-04-01T11:00:00.250Z"),
        ("2026-04-01 09:30", "2026-04-01T09:30:00.000Z"),
        ("2026-04-01", "2026-04-01T00:00:00.000Z"),
        (None, None),
    ],
)
def test_dates_are_stored_as_utc_to_the_millisecond(api, tasks, given, stored):
    task = api.post(tasks, {"name": "x", "due_date": given, "start_date": given}).json()["task"]
    assert (task["due_date"], task["start_date"]) == (stored, stored)


BAD_FIELDS = [
    ({"status": "doing"}, "status"),
    ({"status": None}, "status"),
    ({"status": 1}, "status"),
    ({"priority": "urgent"}, "priority"),
    ({"priority": 2}, "priority"),
    ({"assigned_to": "Ada Byron"}, "assigned_to"),
    ({"assigned_to": [1]}, "assigned_to"),
    ({"due_date": "tomorrow"}, "due_date"),
    ({"due_date": "2026-02-30"}, "due_date"),
    ({"due_date": "20260401"}, "due_date"),
    ({"due_date": "2026-04-01T25:00:00Z"}, "due_date"),
    ({"due_date": "0001-01-01T00:00:00+05:00"}, "due_date"),
    ({"due_date": 1775000000}, "due_date"),
    ({"start_date": ""}, "start_date"),
    ({"description": 5}, "description"),
    ({"task_list": []}, "task_list"),
    ({"name": ""}, "name"),
]


@pytest.mark.parametrize(("body", "field"), BAD_FIELDS)
def test_a_new_task_with_a_bad_value_is_refused_and_not_made(api, sandbox, tasks, body, field):
    response = api.post(tasks, {"name": "x", **body})
    assert response.status_code == 400
    assert response.json()["error"].startswith(field)
    assert sandbox.state.all("task") == []


@pytest.mark.parametrize(("body", "field"), BAD_FIELDS)
def test_an_update_with_a_bad_value_is_refused_and_changes_nothing(api, sandbox, project, body, field):
    task = sandbox.state.add("task", project_id=project["id"], name="x")
    response = api.patch(f"/tasks/{task['id']}", {"name": "y", **body})
    assert response.status_code == 400
    assert response.json()["error"].startswith(field)
    assert sandbox.state.get("task", task["id"]) == task


def test_a_task_without_a_name_is_refused(api, tasks):
    response = api.post(tasks, {"status": "todo"})
    assert (response.status_code, response.json()) == (400, {"error": "name is required"})


BAD_BODIES = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"null",
    b'{"name": NaN}',
    b'{"name": "x", "value": 1e999}',
    b'{"name": "\xff"}',
    b'{"name": "\\ud800"}',
    b'{"name": "x"} trailing',
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=[repr(body[:20]) for body in BAD_BODIES])
def test_a_body_that_is_no_json_object_is_refused(api, sandbox, project, tasks, body):
    task = sandbox.state.add("task", project_id=project["id"], name="x")
    for method, path in [("POST", tasks), ("PATCH", f"/tasks/{task['id']}")]:
        assert api.ask(method, path, content=body).status_code == 400
    assert sandbox.state.all("task") == [task]


def test_a_body_beyond_all_measure_is_refused(api, tasks):
    assert api.post(tasks, {"name": "x" * 5_000_001}).status_code == 400


def test_an_update_keeps_what_it_does_not_name(api, tasks, clock):
    task = api.post(tasks, {"name": "x", "priority": "low", "task_list": "Design"}).json()["task"]
    clock.advance(1)
    changed = api.patch(f"/tasks/{task['id']}", {"status": "DONE", "priority": None}).json()["task"]
    assert changed == {**task, "status": "done", "priority": None, "updated_at": "2026-03-18T12:00:01.000Z"}


def test_an_update_of_nothing_is_no_effect(api, sandbox, tasks, clock):
    task = api.post(tasks, {"name": "x"}).json()["task"]
    clock.advance(1)
    for body in ({}, {"project_id": UNKNOWN, "colour": "red"}):
        assert api.patch(f"/tasks/{task['id']}", body).json() == {"task": task}
    assert [effect["action"] for effect in sandbox.state.effects()] == ["created", "created"]


def test_a_deleted_task_is_gone_for_ever(api, tasks):
    path = f"/tasks/{api.post(tasks, {'name': 'x'}).json()['task']['id']}"
    assert api.delete(path).json() == {"success": True}
    assert api.get(tasks).json() == {"tasks": []}
    for response in (api.get(path), api.patch(path, {"name": "y"}), api.delete(path)):
        assert response.status_code == 404


@pytest.mark.parametrize("task_id", [UNKNOWN, "none"])
def test_an_id_that_means_no_task_is_not_found(api, task_id):
    for response in (
        api.get(f"/tasks/{task_id}"),
        api.patch(f"/tasks/{task_id}", {}),
        api.delete(f"/tasks/{task_id}"),
    ):
        assert response.json() == {"error": "Task not found"}


def test_a_task_whose_project_is_gone_is_not_found(api, sandbox, project):
    task = sandbox.state.add("task", project_id=project["id"], name="x")
    sandbox.state.remove("project", project["id"])
    assert api.get(f"/tasks/{task['id']}").status_code == 404


def test_tasks_are_listed_oldest_first_and_only_those_of_the_project(api, sandbox, project, tasks):
    other = sandbox.state.add("project", name="Other")
    for number in range(5):
        sandbox.state.add("task", project_id=project["id"], name=f"task {number}")
        sandbox.state.add("task", project_id=other["id"], name="elsewhere")
    first = sandbox.state.all("task")[0]
    api.patch(f"/tasks/{first['id']}", {"status": "done"})
    assert [task["name"] for task in api.get(tasks).json()["tasks"]] == [
        f"task {number}" for number in range(5)
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "done"}, ["b"]),
        ({"status": "IN-PROGRESS"}, ["c"]),
        ({"task_list": "Design"}, ["a", "b"]),
        ({"task_list": "design"}, []),
        ({"task_list": "Design", "status": "todo"}, ["a"]),
        ({"assigned_to": "MEMBER"}, ["a", "c"]),
        ({"assigned_to": "MEMBER", "status": "todo"}, ["a"]),
        ({"assigned_to": UNKNOWN}, []),
        ({"unheard": "of"}, ["a", "b", "c"]),
    ],
)
def test_filters_of_tasks(api, sandbox, project, tasks, member, query, expected):
    for name, status, task_list, assigned in [
        ("a", "todo", "Design", [member["id"]]),
        ("b", "done", "Design", []),
        ("c", "in-progress", None, [member["id"], "Someone"]),
    ]:
        fields = {"name": name, "status": status, "task_list": task_list, "assigned_to": assigned}
        sandbox.state.add("task", project_id=project["id"], **fields)
    query = {name: member["id"] if value == "MEMBER" else value for name, value in query.items()}
    assert [task["name"] for task in api.get(tasks, params=query).json()["tasks"]] == expected


def test_a_filter_by_an_unknown_status_is_refused(api, tasks):
    assert api.get(tasks, params={"status": "doing"}).status_code == 400
