"""A SQLite store saved as a file: a consistent copy, also while a worker writes, whole or not there at all."""

from __future__ import annotations

import errno
import filecmp
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from rules_engine.errors import StoreError
from rules_engine.store.address import Place, check_folder
from rules_engine.store.errors import StoreFull
from rules_engine.store.sqlite import sqlite_engine_to_look
from rules_engine.store.translation import translated_errors


class FileTaken(StoreError):
    """There is a file where one was to be written."""

    exit_code = 1


def save(source: Path, target: Path, *, replace: bool = False) -> None:
    """Copy the store at `source`, as it is at one moment; raises StoreError, FileTaken unless `replace`."""
    with written(target, replace=replace) as partial:
        copy_pages(source, partial)


def save_before_upgrade(source: Path, version: int) -> Path:
    """Save the store as `NAME.vVERSION.bak` beside it, or as it is there already; never over another file."""
    number, target = 1, source.with_name(f"{source.name}.v{version}.bak")
    with _partial(target) as partial:
        copy_pages(source, partial)
        while target.exists():
            if filecmp.cmp(partial, target, shallow=False):
                return target  # of an upgrade that was interrupted
            number += 1
            target = source.with_name(f"{source.name}.v{version}-{number}.bak")
        _put(partial, target, replace=False)
    return target


def copy_pages(source: Path, target: Path) -> None:
    """Copy page by page, in one read transaction; the copy needs no file beside it."""
    engine = sqlite_engine_to_look(source)
    try:
        with translated_errors(_place(source)):
            reading = engine.raw_connection()
            try:
                with closing(sqlite3.connect(target)) as copy:
                    reading.driver_connection.backup(copy)  # type: ignore[union-attr]
                    copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                reading.close()
    finally:
        engine.dispose()


@contextmanager
def written(target: Path, *, replace: bool) -> Iterator[Path]:
    """A file to write, which is named `target` at the end of the `with`, durably, and only if nothing was raised."""
    check_folder(target)
    if not replace and target.exists():
        raise _taken(target)
    with _partial(target) as partial:
        yield partial
        _put(partial, target, replace=replace)


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    with _translated(target):
        descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".partial", dir=target.parent)
        os.close(descriptor)
    partial = Path(name)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _put(partial: Path, target: Path, *, replace: bool) -> None:
    """Give a file its name, durably. A link fails where somebody else's file has come meanwhile."""
    with _translated(target):
        _synchronise(partial)
        if replace:
            partial.replace(target)
        else:
            try:
                os.link(partial, target)
            except FileExistsError:
                raise _taken(target) from None
        _synchronise(target.parent)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = StoreFull if error.errno == errno.ENOSPC else StoreError
        reason = (error.strerror or str(error)).lower()
        raise kind(
            f"{target} can't be written: {reason}", advice="Name another file, or make room."
        ) from None


def _taken(target: Path) -> FileTaken:
    return FileTaken(f"{target} is there already", advice="Name another file, or say --replace.")


def _place(path: Path) -> Place:
    return Place(url=URL.create("sqlite", database=str(path)), path=path)
