"""Version 3: indexes by which a long backlog is read a page at a time, and runs are found by their event."""

from __future__ import annotations

from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Let the index of statuses know the order in which runs began, and add one by event."""
    connection.exec_driver_sql("DROP INDEX runs_by_status")
    connection.exec_driver_sql("CREATE INDEX runs_by_status ON runs (account, status, seq)")
    connection.exec_driver_sql("CREATE INDEX runs_by_event ON runs (event_id)")
