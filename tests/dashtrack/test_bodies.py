import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_engine.dashtrack.bodies import read_body
from rules_engine.dashtrack.errors import AnswerTooLarge, MalformedAnswer, Unreachable

MIB = 1 << 20


def read(chunks, *, encoding="", most=MIB, in_time=lambda: True):
    return read_body(chunks, encoding=encoding, most=most, in_time=in_time, method="GET", path="/x")


def cut_up(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.binary(max_size=3000), st.integers(min_value=1, max_value=700))
def test_a_body_is_whole_however_it_comes(data, size):
    assert read(cut_up(data, size)) == data
    assert read(cut_up(data, size), encoding="identity") == data
    assert read(cut_up(gzip.compress(data), size), encoding=" GZIP ") == data


@pytest.mark.parametrize("size", [100, MIB, 3 * MIB + 17])
def test_well_packed_data_is_unpacked_to_its_last_byte(size):
    data = b"ab" * (size // 2)
    assert read([gzip.compress(data)], encoding="gzip", most=8 * MIB) == data


def test_several_gzip_members_are_one_body():
    assert read([gzip.compress(b"one ") + gzip.compress(b"two")], encoding="gzip") == b"one two"


def test_nothing_is_a_body_too():
    assert read([], encoding="gzip") == b""


@given(st.integers(min_value=1, max_value=10_000))
def test_packed_data_that_is_cut_anywhere_is_no_body(at):
    whole = gzip.compress(bytes(range(256)) * 8)
    with pytest.raises(MalformedAnswer, match=r"cut|not"):
        read([whole[: min(at, len(whole) - 1)]], encoding="gzip")


@pytest.mark.parametrize(
    "data",
    [b"not gzip", b"\x1f\x8b\x08broken....", zlib.compress(b"x"), gzip.compress(b"x", mtime=0) + b"rest"],
)
def test_what_only_says_that_it_is_gzip_is_no_body(data):
    with pytest.raises(MalformedAnswer):
        read([data], encoding="gzip")


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "compress"])
def test_a_packing_that_was_not_asked_for_is_refused(encoding):
    with pytest.raises(MalformedAnswer, match="not asked for"):
        read([b"x"], encoding=encoding)


def test_the_size_is_bounded_exactly():
    assert len(read([b"x" * MIB])) == MIB
    with pytest.raises(AnswerTooLarge):
        read([b"x" * MIB, b"x"])
    assert len(read([gzip.compress(b"x" * MIB)], encoding="gzip")) == MIB
    with pytest.raises(AnswerTooLarge):
        read([gzip.compress(b"x" * (MIB + 1))], encoding="gzip")


def test_an_endless_body_is_left_after_its_bound():
    def endless():
        for number in range(10_000):
            assert number < 20, "it goes on reading"
            yield b"x" * 65536 * 2

    with pytest.raises(AnswerTooLarge):
        read(endless())


def test_a_bomb_does_not_fill_the_memory():
    bomb = gzip.compress(b"\0" * (256 * MIB), compresslevel=1)
    tracemalloc.start()
    with pytest.raises(AnswerTooLarge):
        read(cut_up(bomb, 65536), encoding="gzip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MIB


def test_a_body_that_is_late_is_left():
    times = iter([True, True, False])
    with pytest.raises(Unreachable, match="too long") as caught:
        read([b"a", b"b", b"c"], in_time=lambda: next(times))
    assert caught.value.sent
