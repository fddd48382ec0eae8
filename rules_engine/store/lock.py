"""One worker at a time for a SQLite store: a lock on a file beside it.

The lock stands on a file of its own, never on the database: POSIX locks of a process are dropped when any of
its descriptors of that file is closed, and SQLite opens and closes the database at will. The kernel gives the
lock back when its holder dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Self

from rules_engine.errors import StoreError
from rules_engine.store.connect import check_folder, store_file


class StoreInUse(StoreError):
    """Another worker uses this store."""


def worker_lock(url: str) -> AbstractContextManager[object]:
    """Hold this while working on the store: one worker at a time. Raises StoreInUse, which names the holder.

    Take it before the store is opened: to open one checks the whole file, which would keep its worker waiting.
    """
    path = store_file(url)
    if path is None:
        return nullcontext()
    check_folder(path)
    file = path.resolve()
    return FileLock(file.with_name(file.name + ".lock"))


class FileLock:
    """An exclusive lock, held from `with` to its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """Take the lock, or raise StoreInUse naming the pid that holds it."""
        descriptor = self._opened()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StoreInUse(
                f"the store is in use by another worker (pid {holder or 'unknown'}; lock {self._path})",
                advice="Stop that worker first, or give this one a store of its own with --store.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return self

    def _opened(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"the store's lock {self._path} can't be made: {(error.strerror or str(error)).lower()}",
                advice="Check that the folder can be written, or name another store with --store.",
            ) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back; the file stays, since removing it would let two workers lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
