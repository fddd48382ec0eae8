from __future__ import annotations

import uuid

import pytest

from rules_engine.sandbox.vocabulary import LEAD_STATUSES, LEAD_TAGS

UNKNOWN = str(uuid.UUID(int=5, version=4))


def test_a_lead_needs_a_name_and_a_status(api, sandbox):
    lead = api.post("/leads", {"name": "Juniper Gin Works", "status": "first contact made"}).json()["lead"]
    assert lead["status"] == "First Contact Made"
    assert lead["tags"] == []
    assert lead["value"] is lead["rep"] is lead["company"] is lead["notes"] is None
    assert api.get("/leads").json() == {"leads": [lead]}
    assert api.get(f"/leads/{lead['id']}").json() == {"lead": lead}
    for body in ({"name": "x"}, {"status": "Chaser"}, {}):
        response = api.post("/leads", body)
        assert response.status_code == 400
        assert response.json()["error"].endswith("is required")
    assert len(sandbox.state.all("lead")) == 1


@pytest.mark.parametrize("status", LEAD_STATUSES)
@pytest.mark.parametrize("form", [str.lower, str.upper, str])
def test_every_status_is_taken_in_any_case(api, status, form):
    assert api.post("/leads", {"name": "x", "status": form(status)}).json()["lead"]["status"] == status


@pytest.mark.parametrize("tag", LEAD_TAGS)
def test_every_tag_is_taken_in_any_case_and_once(api, tag):
    body = {"name": "x", "status": "Chaser", "tags": [tag.upper(), tag, tag.lower()]}
    assert api.post("/leads", body).json()["lead"]["tags"] == [tag]


BAD_FIELDS = [
    ({"name": None}, "name"),
    ({"status": "Needs Closin"}, "status"),
    ({"status": ""}, "status"),
    ({"status": None}, "status"),
    ({"tags": ["Won", "Lost"]}, "tags"),
    ({"tags": "Won"}, "tags"),
    ({"tags": [None]}, "tags"),
    ({"value": "5000"}, "value"),
    ({"value": False}, "value"),
    ({"rep": ["Ada Byron"]}, "rep"),
    ({"email": 1}, "email"),
]


@pytest.mark.parametrize(("body", "field"), BAD_FIELDS)
def test_a_bad_value_is_refused_and_changes_nothing(api, sandbox, body, field):
    lead = sandbox.state.add("lead", name="x", status="Chaser")
    good = {"name": "y", "status": "Closed"}
    for response in (
        api.post("/leads", {**good, **body}),
        api.patch(f"/leads/{lead['id']}", {**good, **body}),
    ):
        assert response.status_code == 400
        assert response.json()["error"].startswith(field)
    assert sandbox.state.all("lead") == [lead]


def test_an_update_keeps_what_it_does_not_name(api, sandbox, clock):
    lead = sandbox.state.add("lead", name="x", status="Chaser", value=5000, tags=["Stuck"])
    clock.advance(1)
    changed = api.patch(f"/leads/{lead['id']}", {"tags": None, "notes": "Called."}).json()["lead"]
    assert changed == {**lead, "tags": [], "notes": "Called.", "updated_at": "2026-03-18T12:00:01.000Z"}


def test_a_deleted_lead_is_gone_for_ever(api, sandbox):
    path = f"/leads/{sandbox.state.add('lead', name='x', status='Chaser')['id']}"
    assert api.delete(path).json() == {"success": True}
    for response in (api.get(path), api.patch(path, {}), api.delete(path), api.get(f"/leads/{UNKNOWN}")):
        assert (response.status_code, response.json()) == (404, {"error": "Lead not found"})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "chaser"}, ["a", "b"]),
        ({"rep": "ada byron"}, ["a", "c"]),
        ({"status": "Chaser", "rep": "Ada Byron"}, ["a"]),
        ({"rep": "Nobody"}, []),
    ],
)
def test_filters_of_leads(api, sandbox, query, expected):
    sandbox.state.add("lead", name="a", status="Chaser", rep="Ada Byron")
    sandbox.state.add("lead", name="b", status="Chaser")
    sandbox.state.add("lead", name="c", status="Closed", rep="Ada Byron")
    assert [lead["name"] for lead in api.get("/leads", params=query).json()["leads"]] == expected


def test_a_filter_by_an_unknown_status_is_refused(api):
    assert api.get("/leads", params={"status": "Lost"}).status_code == 400


@pytest.mark.parametrize(
    "name", ["Café Zoë 🚲", "line\nbreak\ttab", "</script>'\"\\", "\u2028 \x00 \x7f", "{{ 7 * 7 }}"]
)
def test_any_text_comes_back_as_it_was_sent(api, name):
    lead = api.post("/leads", {"name": name, "status": "Chaser"}).json()["lead"]
    assert lead["name"] == name
    assert api.get("/leads").json() == {"leads": [lead]}


def test_text_beyond_ascii_is_not_escaped(api):
    assert "Zoë 🚲".encode() in api.post("/leads", {"name": "Zoë 🚲", "status": "Chaser"}).content
