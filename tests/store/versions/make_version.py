"""Writes a store of this program's schema version as SQL, with data in every table: the one that upgrades are tested from.

`make store-version` writes it where the schema has a new version. One of a version of the past comes from the code of
its commit: `git worktree add PAST COMMIT`, then in PAST `PYTHONPATH=PAST python …/make_version.py FOLDER`.

A real engine fills it on a sandbox: a delay that has begun, an answer that was lost, runs that are held, failed,
parked, planned and done, timers of every kind, held deletions.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Boolean
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from rules_engine.sandbox import running_sandbox
from rules_engine.store import tables

HERE = Path(__file__).resolve().parent

RULES = """
  - id: pause
    when: lead.created
    then:
      - create_task: {project: Sales, name: "Call {{ lead.name }}"}
        as: task
      - delay: 3 days
      - create_note: {project: Sales, notes: "Three days after {{ lead.name }}: {{ task.id }}"}
  - {id: lost, when: {event: lead.tagged, tag: Won}, then: [{create_note: {project: Sales, notes: "Won {{ lead.name }}"}}]}
  - {id: parks, when: {event: lead.tagged, tag: Dead}, then: [{create_note: {project: Sales, notes: "Lost {{ lead.name }}"}}]}
  - id: once
    when: lead.value_changed
    once_per: "{{ lead.id }}"
    cooldown: 30 days
    vars: {double: "{{ lead.value * 2 }}"}
    then: [{log: "{{ double }}"}]
  - {id: never, when: lead.value_changed, if: lead.value > 1000000, then: [{log: "never"}]}
  - {id: breaks, when: lead.value_changed, then: [{create_task: {project: Nowhere, name: "x"}}]}
  - {id: shadow, mode: shadow, when: lead.value_changed, then: [{create_task: {project: Sales, name: "Shadow"}}]}
  - {id: waits, when: lead.value_changed, then: [{wait_for: {event: lead.status_changed, timeout: 9 days}}, {log: "came"}]}
  - {id: big, when: {event: lead.value_changed, crosses: 1000}, then: [{log: "big"}]}
  - {id: stays, when: {event: lead.status_changed, to: Needs Closing, for: 4 days}, then: [{log: "stays {{ lead.name }}"}]}
  - {id: due, when: {event: task.due, before: 1 day}, then: [{log: "due {{ task.name }}"}]}
  - {id: daily, when: {schedule: "0 9 * * *"}, then: [{log: "good morning"}]}
  - {id: mass, when: lead.renamed, then: [{log: "renamed"}]}
  - {id: alarm, when: engine.run_failed, then: [{log: "failed"}]}
""".replace("lead.renamed", "lead.rep_changed")


def filled(folder):
    """A SQLite store in the folder that a worker has worked on for some days."""
    sys.path.insert(0, os.fspath(Path.cwd() / "tests"))
    from conftest import Rig

    path = folder / "state.db"
    with running_sandbox(seed="empty", plan="enterprise") as sandbox:
        rig = Rig(sandbox, f"sqlite:///{path}")
        rig.settings = replace(rig.settings, guards=replace(rig.settings.guards, runs_per_poll=3))
        _live(rig)
        if hasattr(rig.store, "claim"):
            rig.store.claim("default", holder="somewhere (pid 7)", lease=timedelta(milliseconds=1))
        rig.close()
    return path


def _live(rig):
    state = rig.state
    state.add("project", name="Sales")
    state.add("member", name="Bob Stone", email="bob@example.com", role="designer")
    leads = [state.add("lead", name=f"Lead “{n}” & Söhne", status="Chaser", value=n)["id"] for n in range(12)]
    state.add("task", project_id=state.all("project")[0]["id"], name="Ship it", due_date="2026-12-04")
    rig.use(RULES)
    rig.tick()
    state.add("lead", name="Mill", status="Chaser")
    rig.tick()
    state.edit("lead", leads[0], value=5000)
    rig.tick()
    _lose(state, "drop")
    state.edit("lead", leads[2], tags=["Dead"])
    rig.tick()
    for _ in range(4):
        rig.tick()
    state.edit("lead", leads[3], status="Needs Closing")
    for one in leads[4:8]:
        state.edit("lead", one, rep="Ada Byron")
    _lose(state, "drop_after")
    _lose(state, "status", method="GET", times=None, status=503)
    state.edit("lead", leads[1], tags=["Won"])
    rig.tick()
    for one in leads[5:]:
        state.remove("lead", one)
    rig.tick()


def _lose(state, kind, path="/notes$", method="POST", times=1, **options):
    state.fault(kind, match_method=method, match_path=path, times=times, **options)


def sqlite_text(path):
    """The file as SQL."""
    with sqlite3.connect(path) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    return text + "\n"


def postgres_text(path):
    """The same rows in the tables as this program makes them on PostgreSQL."""
    dialect = postgresql.dialect()
    lines = ["CREATE SCHEMA rules_engine;", "SET search_path = rules_engine;"]
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        for table in tables.metadata.sorted_tables:
            lines.append(f"{str(CreateTable(table).compile(dialect=dialect)).strip()};")
            lines += [
                f"{CreateIndex(index).compile(dialect=dialect)};" for index in sorted(table.indexes, key=str)
            ]
            for row in connection.execute(f"SELECT * FROM {table.name} ORDER BY 1, 2"):
                values = ", ".join(_literal(column, row[column.name]) for column in table.columns)
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                lines.append(f"INSERT INTO {table.name} ({names}) VALUES ({values});")
            if "seq" in table.columns:
                lines.append(f"SELECT setval('{table.name}_seq_seq', (SELECT max(seq) FROM {table.name}));")
    connection.close()
    return "\n".join(lines) + "\n"


def _literal(column, value):
    if value is None:
        return "NULL"
    if isinstance(column.type, Boolean):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def main(target=HERE):
    """Write both files; a table that got no rows is a mistake of `_live`."""
    with tempfile.TemporaryDirectory() as folder:
        path = filled(Path(folder))
        with sqlite3.connect(path) as connection:
            empty = [
                each
                for each in tables.metadata.tables
                if not connection.execute(f"SELECT count(*) FROM {each}").fetchone()[0]
            ]
        connection.close()
        if empty:
            sys.exit(f"nothing in {', '.join(empty)}")
        version = tables.SCHEMA_VERSION
        (target / f"{version}-sqlite.sql").write_text(sqlite_text(path), encoding="utf-8")
        if version > 1:  # version 1 knew SQLite alone
            (target / f"{version}-postgresql.sql").write_text(postgres_text(path), encoding="utf-8")


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:]))
