"""What of the engine's own troubles is news."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from making_timers import NOW

from rules_engine.store.records import Fact
from rules_engine.timing.occurrences import Trouble, news

EVENTS = ("engine.run_failed", "engine.api_down", "engine.feed_stale")
troubles = st.sets(st.tuples(st.sampled_from(EVENTS), st.sampled_from("abc")), max_size=6)


@given(st.lists(st.tuples(troubles, st.sets(st.sampled_from(EVENTS))), max_size=8))
def test_each_trouble_is_told_once_for_as_long_as_it_lasts(story):
    told = {}
    lasting = set()
    for present, judged in story:
        found = news([Trouble(event=event, subject=subject) for event, subject in present], told, judged)
        begun = {(trouble.event, trouble.subject) for trouble in found.begun}
        known = {one for one in present if one[0] in judged}
        assert begun == known - lasting
        lasting = known | {one for one in lasting if one[0] not in judged}
        for fact in found.over:
            del told[fact.key]
        for trouble in found.begun:
            told[trouble.key] = Fact(kind="told", key=trouble.key, at=NOW)
        assert set(told) == {"/".join(one) for one in lasting}
