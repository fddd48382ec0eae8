"""Version 2: claims, so that several workers can share a store."""

from __future__ import annotations

from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Add the table of claims."""
    text = 'TEXT COLLATE "C"' if connection.dialect.name == "postgresql" else "VARCHAR"
    long_text = 'TEXT COLLATE "C"' if connection.dialect.name == "postgresql" else "TEXT"
    connection.exec_driver_sql(
        f"CREATE TABLE claims (account {text} NOT NULL, fence BIGINT NOT NULL, holder {long_text} NOT NULL, "
        f"until {text} NOT NULL, PRIMARY KEY (account))"
    )
