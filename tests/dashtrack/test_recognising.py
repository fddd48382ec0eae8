"""A list taken apart unparsed gives what parsing it gives, less what is known by its bytes."""

from __future__ import annotations

import json

import pytest
import xxhash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_engine.dashtrack.decoding import decode_list
from rules_engine.dashtrack.errors import MalformedAnswer
from rules_engine.dashtrack.recognising import recognise_list
from rules_engine.dashtrack.resources import TASK

SEED = 7
TASKS = [{"id": f"t{n}", "name": f"Task {n}", "updated_at": f"2026-11-0{n + 1}"} for n in range(3)]


def hash_of(item):
    return xxhash.xxh3_128_digest(json.dumps(item).encode(), SEED)


def knowing(*items):
    return {hash_of(item): item["id"] for item in items}


def recognise(answer, known=()):
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return recognise_list(TASK, body, known=dict(known), seed=SEED)


def test_only_what_is_not_known_by_its_bytes_is_parsed():
    listed = recognise({"tasks": TASKS}, knowing(TASKS[0], TASKS[2]))
    assert listed.items == [TASKS[1]]
    assert listed.recognised == {"t0", "t2"}
    assert listed.hashes == {"t1": hash_of(TASKS[1])}
    assert len(listed) == 3


def test_bytes_hashed_with_another_seed_are_not_known():
    body = json.dumps(TASKS).encode()
    assert recognise_list(TASK, body, known=knowing(*TASKS), seed=SEED + 1).items == TASKS


def test_of_an_object_that_is_listed_twice_the_newer_one_is_taken_though_the_older_is_known():
    newer = TASKS[0] | {"updated_at": "2026-11-09"}
    for order in ([TASKS[0], newer], [newer, TASKS[0]]):
        listed = recognise(order, knowing(TASKS[0]))
        assert listed.items == [newer]
        assert listed.hashes == {"t0": hash_of(newer)}
        assert not listed.recognised
        older = recognise(order, knowing(newer))
        assert older.items == [newer]
        assert not older.recognised


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[1 2]",
        b'{"tasks": 7}',
        b'{"tasks": [{"id": "t0", "name": "Task 0"}], "error": "no"}',
        b'{"tasks": [], "meta": {"deep": "\xff"}}',
        b'{"tasks": [], "warnings": ["\xff"]}',
        b'{"tasks": [{"name": "no id"}]}',
        b'{"tasks": [' + b'{"id": "1", "x": ' + b"[" * 80 + b"]" * 80 + b"}]}",
        b"[" * 100_000,
        b"<html>",
    ],
)
def test_an_answer_that_is_wrong_is_wrong_in_the_same_words(answer):
    with pytest.raises(MalformedAnswer) as plain:
        decode_list(TASK, answer)
    with pytest.raises(MalformedAnswer) as unparsed:
        recognise(answer)
    assert str(unparsed.value) == str(plain.value)


ITEMS = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c", 4])},
    optional={
        "name": st.sampled_from(["", "x", "é"]),
        "updated_at": st.sampled_from(["2026-11-01", "2026-11-02", None]),
        "extra": st.sampled_from([None, 7, [], [[1], "ü"], {"deep": {"er": [None]}}]),
    },
)
ENVELOPES = st.sampled_from(
    [
        lambda items: items,
        lambda items: {"tasks": items},
        lambda items: {"meta": {"lists": [[1]]}, "data": items},
        lambda items: {"data": {"tasks": items, "total": 3}},
        lambda items: {"one": items, "other": []},
        lambda items: {"tasks": items, "errors": items[:1]},
    ]
)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no fault of the code
@given(items=st.lists(ITEMS, max_size=6), envelope=ENVELOPES, known=st.sets(st.integers(0, 5)))
def test_what_is_parsed_and_what_is_known_are_together_the_list(items, envelope, known):
    body = json.dumps(envelope(items)).encode()
    one_of_each = {str(item["id"]): item for n, item in enumerate(items) if n in known}
    hashes = {hash_of(item): object_id for object_id, item in one_of_each.items()}
    try:
        plain = decode_list(TASK, body)
    except MalformedAnswer as error:
        with pytest.raises(MalformedAnswer, match="^" + str(error)[:30].replace("(", r"\(")):
            recognise(body, hashes)
        return
    listed = recognise(body, hashes)
    of_plain = {item["id"]: item for item in plain}
    assert len(listed) == len(of_plain)
    assert [item for item in plain if item["id"] not in listed.recognised] == list(listed.items)
    for object_id in listed.recognised:
        assert of_plain[object_id] == one_of_each[object_id] | {"id": object_id}
