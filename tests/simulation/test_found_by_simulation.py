"""What the simulation found, each as the smallest story that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sim_world import ACCOUNT

SOON = timedelta(seconds=10)
TWO_MERGES = """
  - id: tag
    when: lead.status_changed
    then:
      - update_lead: {tags: {add: [Chase Up]}}
      - update_lead: {tags: {add: [Stuck]}}
"""


def events(world):
    return [event for _, event in world.store.events(ACCOUNT)]


def a_lead(world, **fields):
    return world.state.add("lead", **{"name": "Mill", "status": "Chaser", **fields})


def test_event_numbers_are_never_given_twice_though_retention_took_them_all(world):
    world.settings = replace(world.settings, retention=timedelta(days=2))
    world.use([])
    lead = a_lead(world)
    world.tick()
    numbers = []
    for status in ("Closed", "Chaser"):
        world.state.edit("lead", lead["id"], status=status)
        world.tick()
        numbers += [number for number, _ in world.store.events(ACCOUNT)]
        world.tick(timedelta(days=3))
        assert world.store.events(ACCOUNT) == []
    assert len(set(numbers)) == 2


def test_a_merge_into_a_read_that_lags_keeps_what_we_wrote_a_moment_ago(world):
    world.use([TWO_MERGES])
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    world.clock.advance(300)
    world.state.fault("lag", seconds=30)
    world.tick(SOON)
    assert world.state.get("lead", lead["id"])["tags"] == ["Chase Up", "Stuck"]


def test_a_tag_that_only_the_fresh_read_of_a_merge_shows_is_still_somebody_elses(world):
    world.use(
        ["  - {id: tag, when: lead.status_changed, then: [{update_lead: {tags: {add: [Won]}}}]}\n"]
        + ["  - {id: stuck, when: {event: lead.tagged, tag: Stuck}, then: [{log: x}]}\n"]
    )
    lead = a_lead(world)
    world.tick()
    world.state.edit("lead", lead["id"], status="Closed")
    send = world.transport.handle_request

    def tag_before_the_merge(request):
        if request.method == "GET" and request.url.path.endswith(f"/leads/{lead['id']}"):
            world.state.edit("lead", lead["id"], tags=["Stuck"])
        return send(request)

    world.transport.handle_request = tag_before_the_merge
    world.tick()
    world.transport.handle_request = send
    world.tick()
    tagged = [
        (event.cause, event.changes["tags"]["to"]) for event in events(world) if "tags" in event.changes
    ]
    assert tagged == [("external", ["Stuck"]), ("self", ["Stuck", "Won"])]
    assert {run.rule_id for run in world.store.runs(ACCOUNT)} >= {"tag", "stuck"}
