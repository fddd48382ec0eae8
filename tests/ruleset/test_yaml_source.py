"""Strict YAML: what plain text stands for, what is refused, and where everything is."""

from __future__ import annotations

import json
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.ruleset.yaml_builder import MAX_DEPTH, MAX_VALUES
from rules_engine.ruleset.yaml_source import MAX_BYTES, parse_yaml


def data_of(text):
    source = parse_yaml(text, "f.yaml")
    assert not source.problems, source.problems
    return source.data


def codes_of(text):
    return [problem.code for problem in parse_yaml(text, "f.yaml").problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("nil", "nil"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("2026-12-25", "2026-12-25"),
        ("2026-12-25T10:00:00Z", "2026-12-25T10:00:00Z"),
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("0x1F", 31),
        ("0o17", 15),
        ("=", "="),
        ("1.2.3", "1.2.3"),
        ("+44 20", "+44 20"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("|-\n  12", "12"),
    ],
)
def test_a_plain_scalar_is_what_yaml_1_2_says(written, value):
    found = data_of(f"a: {written}\n")["a"]

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "written", ["012", "-012", "00", "00.5", ".inf", "-.INF", ".nan", "1e999", "9" * 31, "0x" + "f" * 40]
)
def test_a_number_that_would_not_be_kept_as_written_is_refused(written):
    assert codes_of(f"a: {written}\n") == ["RE109"]


def test_on_as_a_key_is_the_text_on():
    assert data_of("on: off\n") == {"on": "off"}


def test_a_file_too_large_is_refused_without_being_parsed():
    assert codes_of("a" * (MAX_BYTES + 1)) == ["RE107"]
    assert codes_of("# é\n".encode() * (MAX_BYTES // 5 + 1)) == ["RE107"]


def test_the_largest_file_is_taken():
    assert codes_of("a: " + "x" * (MAX_BYTES - 3)) == []


def test_a_file_with_too_many_values_is_refused():
    assert codes_of("- a\n" * (MAX_VALUES - 1)) == []
    assert codes_of("- a\n" * (MAX_VALUES + 1)) == ["RE107"]


def test_depth_is_bounded():
    assert codes_of("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    assert codes_of("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == ["RE108"]


def test_bytes_that_are_not_utf_8_are_placed():
    (problem,) = parse_yaml(b"a: 1\nb: caf\xe9\n", "f.yaml").problems

    assert (problem.code, problem.place.line, problem.place.column) == ("RE106", 2, 7)


def test_utf_16_is_named_as_such():
    (problem,) = parse_yaml("a: 1".encode("utf-16"), "f.yaml").problems

    assert "UTF-16" in problem.message


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert data_of(b"\xef\xbb\xbfa: 1\n") == {"a": 1}


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\ud800", "\ufffe"])
def test_control_characters_are_refused_with_their_name(char):
    (problem,) = parse_yaml(f"a: x\nb: y{char}z\n", "f.yaml").problems

    assert (problem.code, problem.place.line, problem.place.column) == ("RE106", 2, 5)


def test_line_separators_of_unicode_do_not_shift_the_lines_that_editors_count():
    source = parse_yaml('a: "x\u2028y\u0085z"\nb: 012\n', "f.yaml")

    assert source.problems[0].place.line == 2


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_counts_once(break_):
    source = parse_yaml(break_.join(["a: 1", "", "b:", "  - 012"]), "f.yaml")

    assert (source.problems[0].place.line, source.problems[0].place.column) == (4, 5)


def test_places_of_values_keys_and_things_that_are_missing():
    places = parse_yaml("a: 1\nb:\n  - c: x\n    d: y\n", "f.yaml").places

    assert places.of(("b", 0, "d")) == (4, 8)
    assert places.of(("b", 0, "d"), key=True) == (4, 5)
    assert places.of(("b", 0)) == (3, 5)
    assert places.of(("b", 0, "nothing")) == (3, 5)
    assert places.of(("b", 0, "nothing"), key=True) == (3, 5)
    assert places.of(("b", 7, "d")) == (3, 3)
    assert places.of(()) == (1, 1)


def test_problems_before_a_mistake_in_the_syntax_are_kept():
    assert codes_of("a: 1\na: 2\nb: [1\n") == ["RE102", "RE101"]


def test_a_second_key_does_not_win():
    assert parse_yaml("a: 1\na: 2\n", "f.yaml").data == {"a": 1}


def test_problems_are_bounded():
    assert len(parse_yaml("a: 1\n" * 1000, "f.yaml").problems) == 50


PRINTABLE = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff")
CHARACTERS = st.text(PRINTABLE)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | CHARACTERS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(PRINTABLE, max_size=8), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_what_another_program_writes_as_json_reads_back_the_same(value):
    source = parse_yaml(json.dumps({"a": value}, ensure_ascii=False), "f.yaml")

    assert not source.problems
    assert source.data == {"a": value}


@given(
    st.text() | st.text(alphabet="ab:-[]{}\"'|>&*!#%@`\n\t ,?012.~<", max_size=60) | st.binary(max_size=60)
)
@settings(max_examples=600, deadline=None)
def test_no_text_makes_the_reader_raise(text):
    source = parse_yaml(text, "f.yaml")

    for problem in source.problems:
        assert 1 <= problem.place.line <= len(source.lines)
        assert 1 <= problem.place.column <= len(source.lines[problem.place.line - 1]) + 1


WORDS = st.text(alphabet="abz{}.é'\"\\#:", min_size=1, max_size=6)
TEXTS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=4).map("\n".join)


@given(TEXTS, st.sampled_from(["'", '"', "|", ">"]), st.integers(12, 40))
@settings(max_examples=400, deadline=None)
def test_a_character_inside_a_text_is_found_where_it_stands_in_the_file(text, style, width):
    dumped = yaml.dump({"k": {"a": text}}, default_style=style, width=width, allow_unicode=True)
    source = parse_yaml(dumped, "f.yaml")
    assert source.data == {"k": {"a": text}}

    for index, char in enumerate(text):
        if char.isspace() or char == "\\":
            continue
        line = text.count("\n", 0, index) + 1
        column = index - (text.rfind("\n", 0, index) + 1) + 1
        at_line, at_column = source.places.inside(("k", "a"), text, line, column)
        found = source.lines[at_line - 1][at_column - 1 :]
        assert found.startswith((char, "\\" + char)), (char, dumped)


KIB = 1024
HOSTILE = {
    "brackets": "[" * (256 * KIB),
    "braces": "{a: " * (64 * KIB),
    "dashes": "- " * (128 * KIB),
    "questions": "? " * (128 * KIB),
    "anchors": "[&a x," * (43 * KIB),
    "aliases": "a: &a [x]\n" + "- *a\n" * (50 * KIB),
    "ones": "[" + "1," * (127 * KIB) + "]",
    "keys": "".join(f"k{n}:\n" for n in range(32 * KIB)),
    "same key": "a:\n" * (85 * KIB),
    "digits": "a: " + "9" * (255 * KIB),
    "escapes": 'a: "' + "\\n" * (127 * KIB) + '"',
    "folded": "a: >\n" + " x\n\n" * (60 * KIB),
    "quotes": "'" * (256 * KIB),
    "templates": "a: {{ x }}\n" * (23 * KIB),
    "tags": "!a " * (85 * KIB),
    "comments": "#\n" * (128 * KIB),
    "lines": "\n" * (256 * KIB),
    "merge": "a: {" + "<<: x, " * (36 * KIB) + "}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_long(name):
    text = HOSTILE[name][:MAX_BYTES]
    fastest = min(_seconds(text) for _ in range(3))

    assert fastest < 1


def _seconds(text):
    start = time.thread_time()  # of this thread alone, for other work shares the machine
    parse_yaml(text, "f.yaml")
    return time.thread_time() - start
