"""The diff: what a look says beside what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules_engine.dashtrack.resources import LEAD, TASK
from rules_engine.events.change import ChangeKind
from rules_engine.polling.diff import Look, diff_feed
from rules_engine.polling.writethrough import READ_LAG, after_create, after_delete, after_update, tombstone
from rules_engine.store.records import Presence

T0 = datetime(2026, 11, 2, 9, tzinfo=UTC)
ADA = "6d6f3a52-0000-4000-8000-000000000001"
NAMES = {ADA: "Ada Byron"}


def look(resource=LEAD, *, at=T0 + timedelta(minutes=5), baseline=False, project_id=None, fields=()):
    return Look(
        resource=resource,
        project_id=project_id,
        at=at,
        baseline=baseline,
        known_fields=frozenset({*resource.field_names, *fields}),
        names=NAMES,
    )


def known(items, resource=LEAD, project_id=None):
    diff = diff_feed(look(resource, at=T0, baseline=True, project_id=project_id), {}, items)
    return {stored.object_id: stored for stored in diff.objects}


def lead(**fields):
    return {"id": "l1", "name": "Mill", "status": "Chaser", "tags": [], "value": 100, **fields}


def test_the_first_look_takes_everything_in_and_reports_nothing():
    diff = diff_feed(look(baseline=True), {}, [lead(), lead(id="l2")])
    assert not diff.changes
    assert [stored.object_id for stored in diff.objects] == ["l1", "l2"]


def test_a_field_that_changed_is_reported_with_both_values_and_the_next_revision():
    diff = diff_feed(look(), known([lead()]), [lead(status="Needs Closing")])
    (change,) = diff.changes
    assert change.kind is ChangeKind.UPDATED
    assert (change.fields["status"].from_, change.fields["status"].to) == ("Chaser", "Needs Closing")
    assert diff.objects[0].revision == 2


def test_since_moves_only_for_the_field_that_changed():
    diff = diff_feed(look(), known([lead()]), [lead(status="Closed")])
    since = diff.objects[0].since
    assert since["status"] == (T0 + timedelta(minutes=5)).isoformat()
    assert since["name"] == T0.isoformat()


def test_an_object_that_was_never_seen_is_created():
    diff = diff_feed(look(), known([lead()]), [lead(), lead(id="l2")])
    assert [(change.kind, change.object_id) for change in diff.changes] == [(ChangeKind.CREATED, "l2")]


def test_a_change_of_form_only_is_no_change():
    before = known([lead(tags=["Won", "Stuck"], name="Mill & Sons")])
    diff = diff_feed(look(), before, [lead(tags=["stuck", "won"], status="chaser", name="Mill &amp; Sons")])
    assert not diff.changes
    assert not diff.objects


def test_a_field_that_the_answer_lacks_is_not_a_change_to_null():
    without = {name: value for name, value in lead().items() if name != "value"}
    diff = diff_feed(look(), known([lead()]), [without])
    assert not diff.changes
    changed = diff_feed(look(), known([lead()]), [{**without, "status": "Closed"}])
    assert changed.objects[0].data["value"] == 100


def test_a_field_that_nobody_ever_saw_is_taken_in_silently_and_changes_are_seen_from_then_on():
    diff = diff_feed(look(), known([lead()]), [lead(colour="red")])
    assert not diff.changes
    assert diff.objects[0].data["colour"] == "red"
    stored = {one.object_id: one for one in diff.objects}
    later = diff_feed(look(fields=diff.known_fields), stored, [lead(colour="blue")])
    assert later.changes[0].fields["colour"].to == "blue"


def test_a_moved_updated_at_alone_is_no_change():
    diff = diff_feed(
        look(), known([lead(updated_at="2026-11-01T00:00:00Z")]), [lead(updated_at="2026-11-02T00:00:00Z")]
    )
    assert not diff.changes


def test_a_foreseen_field_that_the_server_left_out_until_now_is_a_change_from_null():
    without = {name: value for name, value in lead().items() if name != "rep"}
    diff = diff_feed(look(), known([without]), [{**without, "rep": "Ada Byron"}])
    assert diff.changes[0].fields["rep"].from_ is None


def test_what_was_added_to_and_taken_off_a_set_is_told():
    before = known([lead(tags=["Stuck", "Won"])])
    (change,) = diff_feed(look(), before, [lead(tags=["won", "Chase Up"])]).changes
    assert change.fields["tags"].added == ("Chase Up",)
    assert change.fields["tags"].removed == ("Stuck",)


def test_an_absent_object_is_only_named_never_deleted():
    diff = diff_feed(look(), known([lead(), lead(id="l2")]), [lead()])
    assert [stored.object_id for stored in diff.absent] == ["l2"]
    assert not diff.changes


def test_a_missing_object_that_is_back_is_present_again_without_an_event():
    stored = replace(known([lead()])["l1"], presence=Presence.MISSING, missing_looks=2)
    diff = diff_feed(look(), {"l1": stored}, [lead()])
    assert not diff.changes
    assert diff.objects[0].presence is Presence.PRESENT


def test_an_object_that_comes_back_from_the_dead_has_a_revision_of_its_own():
    gone = tombstone(known([lead()])["l1"])
    diff = diff_feed(look(), {"l1": gone}, [lead()])
    assert diff.changes[0].kind is ChangeKind.CREATED
    assert diff.objects[0].revision == gone.revision + 1


def test_a_task_gets_the_project_of_its_list_where_the_answer_leaves_it_out():
    diff = diff_feed(look(TASK, baseline=True, project_id="p1"), {}, [{"id": "t1", "name": "Copy"}])
    assert diff.objects[0].data["project_id"] == "p1"


def test_a_task_seen_in_another_projects_list_has_moved():
    before = known([{"id": "t1", "name": "Copy", "project_id": "p1"}], TASK, "p1")
    diff = diff_feed(look(TASK, project_id="p2"), before, [{"id": "t1", "name": "Copy", "project_id": "p2"}])
    assert diff.changes[0].fields["project_id"].to == "p2"
    assert diff.objects[0].project_id == "p2"
    assert not diff.absent


def _updated(body, answer=None, *, stored=None):
    stored = stored or known([lead()])["l1"]
    return after_update(LEAD, stored, body=body, answer=answer, names=NAMES, at=T0).stored


def test_our_own_write_is_no_surprise_at_the_next_look():
    stored = _updated({"status": "needs closing"}, lead(status="Needs Closing"))
    diff = diff_feed(look(), {"l1": stored}, [lead(status="Needs Closing")])
    assert not diff.changes


def test_a_foreign_change_beside_our_own_write_is_still_reported():
    stored = _updated({"status": "Closed"}, lead(status="Closed", value=999))
    (change,) = diff_feed(look(), {"l1": stored}, [lead(status="Closed", value=999)]).changes
    assert set(change.fields) == {"value"}


def test_a_read_that_lags_behind_our_write_is_no_change_back():
    stored = _updated({"status": "Closed"}, lead(status="Closed"))
    lagging = diff_feed(look(at=T0 + timedelta(seconds=10)), {"l1": stored}, [lead()])
    assert not lagging.changes
    assert not lagging.settled


def test_a_read_that_lags_behind_two_writes_is_no_change_either():
    stored = _updated(
        {"status": "Closed"}, lead(status="Closed"), stored=_updated({"status": "Needs Closing"})
    )
    assert not diff_feed(look(at=T0 + timedelta(seconds=10)), {"l1": stored}, [lead()]).changes


def test_a_true_edit_back_to_the_old_value_is_seen_when_the_fence_is_over():
    stored = _updated({"status": "Closed"}, lead(status="Closed"))
    (change,) = diff_feed(look(at=T0 + READ_LAG), {"l1": stored}, [lead()]).changes
    assert change.fields["status"].to == "Chaser"


def test_an_edit_back_with_a_newer_updated_at_is_seen_at_once():
    stored = _updated({"status": "Closed"}, lead(status="Closed", updated_at="2026-11-02T09:00:00Z"))
    newer = lead(updated_at="2026-11-02T09:00:05Z")
    assert diff_feed(look(at=T0 + timedelta(seconds=10)), {"l1": stored}, [newer]).changes


def test_an_object_that_we_made_a_moment_ago_is_not_absent_from_a_lagging_list():
    made = after_create(LEAD, lead(id="l9"), project_id=None, known=None, at=T0).stored
    diff = diff_feed(look(at=T0 + timedelta(seconds=10)), {"l9": made}, [])
    assert not diff.absent
    assert not diff.settled
    assert diff_feed(look(at=T0 + READ_LAG), {"l9": made}, []).absent


def test_an_object_that_we_deleted_a_moment_ago_is_not_born_again_by_a_lagging_list():
    gone = after_delete(known([lead()])["l1"], at=T0).stored
    assert not diff_feed(look(at=T0 + timedelta(seconds=10)), {"l1": gone}, [lead()]).changes
    assert diff_feed(look(at=T0 + READ_LAG), {"l1": gone}, [lead()]).changes


_leads = st.dictionaries(
    st.sampled_from(["l1", "l2", "l3", "l4"]),
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Mill", "mill", "Sons"]),
            "status": st.sampled_from(["Chaser", "chaser", "Closed"]),
            "tags": st.lists(st.sampled_from(["Won", "won", "Stuck"]), max_size=3),
            "value": st.sampled_from([None, 1, 1.0, 2]),
        }
    ),
)


def _listed(leads):
    return [{"id": object_id, **fields} for object_id, fields in leads.items()]


@given(_leads, _leads)
def test_looking_twice_at_the_same_world_reports_every_difference_exactly_once(before, after):
    stored = known(_listed(before))
    first = diff_feed(look(), stored, _listed(after))
    merged = {**stored, **{one.object_id: one for one in first.objects}}
    second = diff_feed(look(at=T0 + timedelta(hours=1)), merged, _listed(after))
    assert not second.changes
    assert not second.objects
    assert {change.object_id for change in first.changes if change.kind is ChangeKind.CREATED} == set(
        after
    ) - set(before)
