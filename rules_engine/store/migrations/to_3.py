"""Version 3: the hash of the bytes that showed an object, so that an object that is shown again costs no parsing."""

from __future__ import annotations

from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Add the column, empty: the next look at each feed fills it."""
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(f"ALTER TABLE objects ADD COLUMN item_hash {kind}")
