from __future__ import annotations

import uuid

import pytest

UNKNOWN = str(uuid.UUID(int=5, version=4))


def test_the_list_has_every_project_that_is_not_archived(api, sandbox, project):
    sandbox.state.add("project", name="Old Mill Brewery", archived=True)
    assert api.get("/projects").json() == {"projects": [project]}


def test_one_project_can_be_asked_for_by_parameter_even_if_archived(api, sandbox, project):
    archived = sandbox.state.add("project", name="Old Mill Brewery", archived=True)
    assert api.get("/projects", params={"id": archived["id"]}).json() == {"projects": [archived]}
    assert api.get("/projects", params={"id": UNKNOWN}).status_code == 404


def test_one_project_can_be_read_by_its_id_in_any_case(api, project):
    assert api.get(f"/projects/{project['id'].upper()}").json() == {"project": project}


@pytest.mark.parametrize("project_id", [UNKNOWN, "no-uuid", "%00", "0", "é"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/stats"),
        ("GET", "/tasks"),
        ("POST", "/tasks"),
        ("GET", "/time"),
        ("GET", "/notes"),
        ("POST", "/notes"),
    ],
)
def test_an_id_that_means_no_project_is_not_found(api, project_id, method, path):
    body = {"json": {"name": "x", "notes": "x"}} if method in {"POST", "PATCH"} else {}
    response = api.ask(method, f"/projects/{project_id}{path}", **body)
    assert response.status_code == 404
    assert response.json() == {"error": "Project not found"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/projects/{id}"),
        ("GET", "/projects?id={id}"),
        ("PATCH", "/projects/{id}"),
        ("DELETE", "/projects/{id}"),
        ("GET", "/projects/{id}/stats"),
        ("GET", "/projects/{id}/tasks"),
        ("POST", "/projects/{id}/tasks"),
        ("GET", "/projects/{id}/time"),
        ("GET", "/projects/{id}/notes"),
        ("POST", "/projects/{id}/notes"),
        ("GET", "/tasks/{task}"),
        ("PATCH", "/tasks/{task}"),
        ("DELETE", "/tasks/{task}"),
    ],
)
def test_a_forbidden_project_refuses_itself_and_its_parts(api, sandbox, project, method, path):
    task = sandbox.state.add("task", project_id=project["id"], name="Copy")
    sandbox.state.edit("project", project["id"], forbidden=True)
    before = len(sandbox.state.effects())
    body = {"json": {"name": "x", "notes": "x"}} if method in {"POST", "PATCH"} else {}
    response = api.ask(method, path.format(id=project["id"], task=task["id"]), **body)
    assert response.status_code == 403
    assert len(sandbox.state.effects()) == before


def test_a_forbidden_project_is_not_in_the_list_and_is_back_when_allowed(api, sandbox, project):
    sandbox.state.edit("project", project["id"], forbidden=True)
    assert api.get("/projects").json() == {"projects": []}
    sandbox.state.edit("project", project["id"], forbidden=False)
    (shown,) = api.get("/projects").json()["projects"]
    assert "forbidden" not in shown
    assert "forbidden" not in api.patch(f"/projects/{project['id']}", {"name": "Again"}).json()["project"]


def test_an_update_changes_only_the_fields_that_it_names(api, project, clock):
    clock.advance(60)
    response = api.patch(f"/projects/{project['id']}", {"name": "Fernhill", "retainer_hours": 12.5})
    assert response.status_code == 200
    assert response.json()["project"] == {
        **project,
        "name": "Fernhill",
        "retainer_hours": 12.5,
        "updated_at": "2026-03-18T12:01:00.000Z",
    }


def test_fields_that_the_api_does_not_take_are_ignored(api, project):
    body = {"id": UNKNOWN, "created_at": "2020-01-01T00:00:00Z", "colour": "red", "forbidden": True}
    assert api.patch(f"/projects/{project['id']}", body).json() == {"project": project}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \n"}, "name"),
        ({"name": None}, "name"),
        ({"name": 3}, "name"),
        ({"description": ["x"]}, "description"),
        ({"url": {}}, "url"),
        ({"archived": "yes"}, "archived"),
        ({"archived": None}, "archived"),
        ({"retainer_hours": "40"}, "retainer_hours"),
        ({"retainer_hours": True}, "retainer_hours"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name_and_changes_nothing(api, sandbox, project, body, field):
    response = api.patch(f"/projects/{project['id']}", {**body, "project_type": "x"})
    assert response.status_code == 400
    assert response.json()["error"].startswith(field)
    assert sandbox.state.get("project", project["id"]) == project


def test_delete_archives_and_archived_false_restores(api, project):
    path = f"/projects/{project['id']}"
    assert api.delete(path).json() == {"success": True}
    assert api.get("/projects").json() == {"projects": []}
    assert api.get(path).json()["project"]["archived"] is True
    assert api.patch(path, {"archived": False}).json()["project"]["archived"] is False
    assert len(api.get("/projects").json()["projects"]) == 1


def test_archiving_twice_is_one_effect(api, sandbox, project):
    for _ in range(2):
        assert api.delete(f"/projects/{project['id']}").status_code == 200
    assert [effect["action"] for effect in sandbox.state.effects()] == ["created", "updated"]


def test_stats_count_tasks_hours_and_people(api, sandbox, project):
    member = sandbox.state.all("member")[0]
    for status in ("todo", "done", "done"):
        sandbox.state.add(
            "task", project_id=project["id"], name="x", status=status, assigned_to=[member["id"]]
        )
    sandbox.state.add("time_entry", project_id=project["id"], user_id=member["id"], hours=1.5)
    sandbox.state.add("time_entry", project_id=project["id"], hours=2)
    stats = api.get(f"/projects/{project['id']}/stats").json()["stats"]
    assert stats["tasks"] == {"total": 3, "todo": 1, "in-progress": 0, "done": 2}
    assert stats["hours_logged"] == 3.5
    assert stats["team"] == [
        {"id": member["id"], "name": "Ada Byron", "tasks": 3, "hours": 1.5},
        {"id": None, "name": "Unknown", "tasks": 0, "hours": 2},
    ]
