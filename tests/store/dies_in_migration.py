"""Brings a store up to date again and again, dying by kill -9 one point later each time; then it gets through.

A point is the moment before each statement of the upgrade's transaction, and those before and after its commit. After
each death it says so and waits for a line, so that the store can be looked at.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from sqlalchemy import Engine, event

from rules_engine.store import schema
from rules_engine.store.store import Store


def main(url):
    """Upgrade the store at `url`."""
    for last in count(1):
        child = os.fork()
        if child == 0:
            upgrade(url, last)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            sys.exit(f"it ended with status {status} at point {last}")
        sys.stdout.write("died\n")
        sys.stdout.flush()
        sys.stdin.readline()


def upgrade(url, last):
    """Open the store, and die at this point, or get through where there are fewer."""
    passed = 0
    under_way = False

    def point(*_args):
        nonlocal passed
        passed += under_way
        if under_way and passed == last:
            os.kill(os.getpid(), signal.SIGKILL)

    prepare = schema.prepare

    def watched(connection, place):
        nonlocal under_way
        under_way = True
        prepare(connection, place)

    schema.prepare = watched
    event.listen(Engine, "before_cursor_execute", point)
    event.listen(Engine, "commit", point)
    opened = Store.open(url)
    point()
    opened.close()


if __name__ == "__main__":
    main(sys.argv[1])
