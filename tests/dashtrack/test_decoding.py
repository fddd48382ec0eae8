import gzip
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.dashtrack.decoding import (
    check_looks_whole,
    decode_list,
    decode_object,
    decode_plain,
    excerpt,
    hash_body,
    same_id,
    with_project,
)
from rules_engine.dashtrack.errors import MalformedAnswer, TemporaryError
from rules_engine.dashtrack.resources import HOLIDAY, LEAD, MEMBER, NOTE, PROJECT, RESOURCES, TASK

ITEMS = [{"id": "a", "name": "One"}, {"id": "b", "name": "Two"}]
DEEP = 1_000_000


def body(value):
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    "envelope",
    [
        {"tasks": ITEMS},
        {"tasks": ITEMS, "others": [1]},
        {"tasks": ITEMS, "error": None, "success": True},
        {"data": ITEMS},
        {"data": ITEMS, "total": 2, "meta": {"pages": []}},
        {"data": ITEMS, "errors": []},
        {"data": {"tasks": ITEMS, "total": 2}},
        ITEMS,
    ],
)
def test_a_list_is_found_in_whatever_envelope(envelope):
    assert decode_list(TASK, body(envelope)) == ITEMS
    assert decode_list(TASK, b"\xef\xbb\xbf  " + body(envelope) + b"\r\n") == ITEMS


def test_every_resource_is_found_under_each_of_its_keys():
    for resource in RESOURCES.values():
        for key in resource.list_keys:
            assert decode_list(resource, body({key: ITEMS})) == ITEMS


def test_a_list_that_is_truly_empty_is_empty():
    assert decode_list(TASK, b'{"tasks": []}') == []
    assert decode_list(TASK, b"[]") == []


NO_LISTS = {
    "empty": b"",
    "spaces": b" \r\n ",
    "BOM": b"\xef\xbb\xbf",
    "html": b"<!doctype html><title>Sign in</title>",
    "text": b"upstream connect error",
    "null": b"null",
    "number": b"42",
    "string": b'"tasks"',
    "NaN": b'{"tasks": [{"id": "a", "hours": NaN}]}',
    "Infinity": b'{"tasks": [{"id": "a", "hours": -Infinity}]}',
    "out of range": b'{"tasks": [{"id": "a", "hours": 1e999}]}',
    "cut": b'{"tasks": [{"id": "a", "name": "On',
    "cut after an item": b'{"tasks": [{"id": "a"}',
    "two documents": b'{"tasks": []}{"tasks": []}',
    "trailing comma": b'{"tasks": [{"id": "a"},]}',
    "comment": b'{"tasks": [] /* none */}',
    "single quotes": b"{'tasks': []}",
    "utf-16": '{"tasks": []}'.encode("utf-16"),
    "latin-1": b'{"tasks": [{"id": "a", "name": "\xe9"}]}',
    "half a surrogate": b'{"tasks": [{"id": "a", "name": "\\ud800"}]}',
    "gzip that was not announced": gzip.compress(b'{"tasks": []}'),
    "empty object": b"{}",
    "error": b'{"error": "maintenance"}',
    "error beside an empty list": b'{"error": "maintenance", "tasks": []}',
    "errors": b'{"errors": ["maintenance"], "tasks": []}',
    "only errors": b'{"message": "no", "errors": []}',
    "error with a list in it": b'{"error": {"tasks": []}}',
    "no success": b'{"success": false, "tasks": []}',
    "not ok": b'{"ok": false, "data": []}',
    "null list": b'{"tasks": null}',
    "object for a list": b'{"tasks": {}}',
    "known key wins": b'{"tasks": null, "data": []}',
    "several lists": b'{"a": [], "b": []}',
    "list of nothing": b'{"tasks": [null]}',
    "list of ids": b'{"tasks": ["a", "b"]}',
    "list of lists": b'{"tasks": [[]]}',
    "one without id": b'{"tasks": [{"id": "a"}, {"name": "Two"}]}',
    "deep": b"[" * DEEP + b"]" * DEEP,
    "deep object": b'{"tasks":[{"id":"a","x":' + b'{"x":' * 65 + b"1" + b"}" * 67,
    "deep list": b'{"tasks":[{"id":"a","x":' + b"[" * 65 + b"]" * 65 + b"}]}",
}


@pytest.mark.parametrize("answer", NO_LISTS.values(), ids=NO_LISTS)
def test_anything_else_is_an_error_with_path_and_excerpt_never_an_empty_list(answer):
    with pytest.raises(MalformedAnswer) as caught:
        decode_list(TASK, answer, path="/projects/7/tasks")
    assert isinstance(caught.value, TemporaryError)
    assert "/projects/7/tasks" in str(caught.value)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("value", [None, True, 1.5, "", " ", " a", "a\n", ".", "..", [], {}, "x" * 201])
def test_an_unusable_id_spoils_the_answer(value):
    for answer, decode in (([{"id": value}], decode_list), ({"id": value}, decode_object)):
        with pytest.raises(MalformedAnswer, match="no usable id"):
            decode(TASK, body(answer))


def test_ids_become_text_and_nothing_else_changes():
    raw = {"id": 7, "project_id": 8, "name": 9, "strange": {"id": 10}, "due_date": None}
    assert decode_list(TASK, body([raw])) == [raw | {"id": "7", "project_id": "8"}]


def test_numbers_keep_their_kind():
    found = decode_list(
        LEAD, b'[{"id": "a", "value": 5000, "score": 5000.0, "big": 12345678901234567890123}]'
    )
    assert [type(found[0][name]) for name in ("value", "score", "big")] == [int, float, int]


def test_what_is_twice_and_the_same_is_there_once():
    assert decode_list(TASK, body([*ITEMS, *ITEMS])) == ITEMS


@given(st.permutations(range(4)))
def test_of_two_that_differ_the_newest_is_taken_whatever_the_order(order):
    versions = [{"id": "a", "n": n, "updated_at": f"2026-01-0{n + 1}T00:00:00Z"} for n in range(4)]
    assert decode_list(TASK, body([versions[n] for n in order])) == [versions[3]]


@given(st.permutations(range(4)))
def test_without_a_time_the_order_still_does_not_decide(order):
    versions = [{"id": "a", "n": n} for n in range(4)]
    assert decode_list(TASK, body([versions[n] for n in order])) == [versions[3]]


@given(st.binary(max_size=200))
def test_no_bytes_whatever_are_anything_but_a_list_or_an_error(data):
    try:
        found = decode_list(TASK, data)
    except MalformedAnswer:
        return
    assert isinstance(msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf")), (list, dict))
    assert all(isinstance(item["id"], str) for item in found)


@given(st.integers(min_value=0, max_value=59))
def test_a_list_that_is_cut_anywhere_is_an_error(at):
    whole = body({"tasks": ITEMS})
    with pytest.raises(MalformedAnswer):
        decode_list(TASK, whole[: min(at, len(whole) - 1)])
    with pytest.raises(MalformedAnswer):
        check_looks_whole(b"<html>", path="/x")


@pytest.mark.parametrize(
    "envelope",
    [
        {"task": ITEMS[0]},
        {"task": ITEMS[0], "other": {"id": "z"}},
        {"data": ITEMS[0]},
        {"data": ITEMS[0], "success": True, "meta": {"id": "z"}},
        ITEMS[0],
    ],
)
def test_an_object_is_found_in_whatever_envelope(envelope):
    assert decode_object(TASK, body(envelope)) == ITEMS[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"<html>",
        b'{"task": null}',
        b'{"error": "x", "task": {"id": "a"}}',
        b'{"a": {"id": "a"}, "b": {"id": "b"}}',
    ],
)
def test_what_holds_no_object_is_an_error(answer):
    with pytest.raises(MalformedAnswer):
        decode_object(TASK, answer)


def test_a_note_comes_in_either_envelope():
    assert decode_object(NOTE, b'{"meeting_note": {"id": 1}}') == {"id": "1"}


def test_stats_need_no_id():
    assert decode_plain(b'{"stats": {"total": 3}}', keys=("stats",), path="/x") == {"total": 3}
    assert decode_plain(b'{"total": 3}', keys=("stats",), path="/x") == {"total": 3}
    for answer in (b"[]", b'{"error": "x"}', b'{"a":' * 65 + b"1" + b"}" * 65):
        with pytest.raises(MalformedAnswer):
            decode_plain(answer, keys=("stats",), path="/x")


@pytest.mark.parametrize("good", [b'{"tasks": []}', b"\xef\xbb\xbf[]", b' [{"id": "a"}]\n'])
def test_what_looks_whole_passes_the_quick_look(good):
    check_looks_whole(good, path="/x")


@pytest.mark.parametrize("bad", [b"", b"<html></html>", b'{"tasks": [', b"[{}", b"{]", b"null"])
def test_what_is_cut_or_no_json_fails_the_quick_look(bad):
    with pytest.raises(MalformedAnswer, match="/x"):
        check_looks_whole(bad, path="/x")


def test_an_excerpt_is_short_printable_and_without_a_key():
    text = excerpt(b"\x1b[31m\r\n Bearer dt_secret-4711 \xff\xfe" + b"x" * 1000)
    assert "4711" not in text
    assert text.isprintable()
    assert len(text) < 130


def test_a_key_at_the_edge_of_an_excerpt_is_not_half_shown():
    for pad in range(100, 125):
        assert "47114711" not in excerpt(b"x" * pad + b" dt_47114711471147114711")


def test_a_project_is_filled_in_only_where_it_lacks():
    assert with_project({"id": "a"}, "p")["project_id"] == "p"
    assert with_project({"id": "a", "project_id": None}, "p")["project_id"] == "p"
    assert with_project({"id": "a", "project_id": "q"}, "p")["project_id"] == "q"
    assert "project_id" not in with_project({"id": "a"}, None)


def test_uuids_are_the_same_in_either_case():
    assert same_id("ABC-1", "abc-1")
    assert not same_id("abc-1", "abc-2")


def test_the_hash_tells_bodies_apart():
    assert hash_body(b"a") == hash_body(b"a") != hash_body(b"b")
    assert (
        decode_list(MEMBER, b'{"team": []}') == decode_list(HOLIDAY, b'{"holidays": [], "stats": {}}') == []
    )
    assert decode_list(PROJECT, b'{"projects": []}') == []
