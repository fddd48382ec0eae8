"""An answer's body, read within bounds: so many bytes from the wire, so many unpacked, no later than so long."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import Final

from rules_engine.dashtrack.errors import AnswerTooLarge, MalformedAnswer, Unreachable

ACCEPTED: Final = "gzip"
_GZIP: Final = zlib.MAX_WBITS | 16
_PLAIN: Final = frozenset({"", "identity"})
_GZIPPED: Final = frozenset({"gzip", "x-gzip"})
_STEP: Final = 1 << 20


def read_body(
    chunks: Iterable[bytes], *, encoding: str, most: int, in_time: Callable[[], bool], method: str, path: str
) -> bytes:
    """The whole body, unpacked; raises AnswerTooLarge, MalformedAnswer or Unreachable (past the deadline)."""
    encoding = encoding.strip().lower()
    if encoding in _PLAIN:
        unpacker: _Gzip | None = None
    elif encoding in _GZIPPED:
        unpacker = _Gzip(most)
    else:
        raise MalformedAnswer("is packed in a way that was not asked for", method=method, path=path)
    wire = size = 0
    parts: list[bytes] = []
    for chunk in chunks:
        wire += len(chunk)
        part = chunk if unpacker is None else _unpacked(unpacker, chunk, method, path)
        size += len(part)
        if max(wire, size) > most:
            raise AnswerTooLarge(
                f"the answer is larger than {most:,} bytes",
                method=method,
                path=path,
                advice="Ask for less at once.",
            )
        if not in_time():
            raise Unreachable("the answer took too long", sent=True, method=method, path=path)
        parts.append(part)
    if unpacker is not None and wire and not unpacker.whole:
        raise MalformedAnswer("is cut in the middle of its gzip data", method=method, path=path)
    return b"".join(parts)


def _unpacked(unpacker: _Gzip, chunk: bytes, method: str, path: str) -> bytes:
    try:
        return unpacker.feed(chunk)
    except zlib.error:
        pass
    raise MalformedAnswer("says that it is gzip, but is not", method=method, path=path)


class _Gzip:
    """Unpacks gzip, and stops soon after `most` bytes instead of filling the memory."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._member = zlib.decompressobj(_GZIP)

    @property
    def whole(self) -> bool:
        return self._member.eof

    def feed(self, chunk: bytes) -> bytes:
        """What `chunk` unpacks to, but never much more than what is left; raises zlib.error."""
        parts: list[bytes] = []
        while self._left >= 0:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP)
            room = min(_STEP, self._left + 1)
            part = self._member.decompress(chunk, room)
            self._left -= len(part)
            parts.append(part)
            chunk = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not chunk and (self._member.eof or len(part) < room):
                break
        return b"".join(parts)
