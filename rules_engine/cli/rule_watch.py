"""Notices that rule files were edited, however they were saved.

watchfiles tells at once, but only of what it was set upon: not of a folder that was put in the old one's place, of
what a link leads to, or of a network file system. So the files' marks are also compared at short intervals, and
they alone decide whether anything was edited.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from rules_engine.ruleset.files import is_rules_file

SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_TO_SETTLE = 0.1
_MOST_WAITS = 5

Mark: TypeAlias = tuple[str, int, int, int]
"""A file's path, when it was written, its size and its identity."""
Marks: TypeAlias = frozenset[Mark]


def marks_of(path: Path, others: Iterable[Path] = ()) -> Marks:
    """The marks of the rules file at the path, or of all in the folder, and of `others`; empty where there is nothing."""
    marks: set[Mark] = set()
    for other in others:
        marks.update(_mark(str(other)))
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where the folder may not be entered
        return frozenset({*marks, *_mark(str(path))})
    for parent, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in filter(is_rules_file, (*names, *folders)):
            marks.update(_mark(os.path.join(parent, name)))  # noqa: PTH118 - thousands of Paths a minute cost more
    return frozenset(marks)


def settled_marks(path: Path, stop: threading.Event, others: Iterable[Path] = ()) -> Marks:
    """The marks once they have stood still for a moment, so that a file is not caught half written."""
    marks = marks_of(path, others)
    for _ in range(_MOST_WAITS):
        if stop.wait(_SECONDS_TO_SETTLE):
            break
        before, marks = marks, marks_of(path, others)
        if marks == before:
            break
    return marks


def moments_to_look(paths: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    """Yields when it is time to compare marks: at once when watchfiles tells, else at intervals; until `stop`."""
    from watchfiles import watch  # noqa: PLC0415 - only the loop watches

    folders = [str(path) for path in paths if os.path.isdir(path)]  # noqa: PTH112 - as above
    interval = int(SECONDS_BETWEEN_LOOKS * 1000)
    if folders:
        try:
            for _ in watch(
                *folders,
                stop_event=stop,
                debounce=200,
                step=50,
                rust_timeout=interval,
                yield_on_timeout=True,
                raise_interrupt=False,
            ):
                yield
        except (OSError, RuntimeError):
            # No watches left, or the folder is gone: looking at intervals is enough.
            pass
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        yield


def _mark(path: str) -> Iterator[Mark]:
    try:
        found = os.stat(path)  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return
    yield path, found.st_mtime_ns, found.st_size, found.st_ino
