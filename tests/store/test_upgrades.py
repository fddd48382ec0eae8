"""Stores of older programs: brought up to date with everything in them, or left exactly as they were."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from old_stores import load, released, rows_of, schema_of, set_version, version_in
from sqlalchemy import text

from rules_engine.clock import ManualClock
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.client import Dashtrack
from rules_engine.dashtrack.key import Key
from rules_engine.engine import Engine, EngineSettings
from rules_engine.errors import StoreError
from rules_engine.foresight.fake_dashtrack import BASE_URL, FakeDashtrack
from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.compile import TemplateCache
from rules_engine.ruleset.yaml_source import parse_yaml
from rules_engine.runs.book import RuleBook
from rules_engine.runs.observer import Observer
from rules_engine.store.errors import ClaimHeld, StoreOutdated
from rules_engine.store.records import RunStatus, StepStatus
from rules_engine.store.store import Store
from rules_engine.store.tables import SCHEMA_VERSION

RELEASED = [
    pytest.param(database, version, id=f"{version}-{database}")
    for database in ("sqlite", "postgresql")
    for version in released(database)
]
OLD = [each for each in RELEASED if each.values[1] < SCHEMA_VERSION]
DIES = Path(__file__).parent / "dies_in_migration.py"


@pytest.fixture
def store_url(request, tmp_path):
    """The URL of a store that is not there yet, on the database that the test's parameters name."""
    called_with = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    if called_with.get("database") == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path}/state.db"


def expected_of(rows):
    """What an upgrade must keep: everything but the version."""
    return {**rows, "meta": [row for row in rows["meta"] if row["key"] != "schema_version"]}


def backups(folder):
    return sorted(each.name for each in folder.glob("*.bak"))


# -- what is released -------------------------------------------------------------------------------------


def test_there_is_a_store_of_every_version_to_upgrade_from():
    assert released("sqlite") == list(range(1, SCHEMA_VERSION + 1)), "make store-version writes the newest"
    assert released("postgresql") == list(range(2, SCHEMA_VERSION + 1))


@pytest.mark.parametrize(("database", "version"), RELEASED)
def test_there_is_data_in_every_table_of_each(database, version, store_url):
    load(version, store_url)
    assert [name for name, rows in rows_of(store_url).items() if not rows] == []


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_tables_are_those_of_their_version(database, store_url, tmp_path, request):
    """Whoever changes `tables.py` needs a new version and a step to it."""
    load(SCHEMA_VERSION, store_url)
    kept = schema_of(store_url)
    assert kept == schema_of(fresh(database, tmp_path, request))


def fresh(database, tmp_path, request):
    """The URL of a store that this program has made from nothing."""
    if database == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.new_database()
        request.addfinalizer(lambda: server.drop_database(url))
    else:
        url = f"sqlite:///{tmp_path}/fresh.db"
    Store.open(url).close()
    return url


# -- from there to here -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("database", "version"), OLD)
def test_an_upgrade_keeps_every_row_and_ends_with_the_tables_of_a_new_store(
    database, version, store_url, tmp_path, request
):
    load(version, store_url)
    before = rows_of(store_url)
    opened = Store.open(store_url)
    assert (opened.upgraded.before, opened.upgraded.after) == (version, SCHEMA_VERSION)
    opened.close()
    after = expected_of(rows_of(store_url))
    assert {name: after[name] for name in before} == expected_of(before)
    assert all(not rows for name, rows in after.items() if name not in before)
    assert version_in(store_url) == SCHEMA_VERSION
    assert schema_of(store_url) == schema_of(fresh(database, tmp_path, request))
    again = Store.open(store_url)
    assert again.upgraded is None
    again.close()


@pytest.mark.parametrize(("database", "version"), OLD)
def test_what_was_under_way_in_an_old_store_goes_on_and_nothing_of_the_past_is_done_again(
    database, version, store_url
):
    load(version, store_url)
    store = Store.open(store_url)
    clock = ManualClock(datetime(2026, 11, 27, 10, tzinfo=UTC))
    world, engine = worker_on(store, clock)
    (lost,) = [step for step in store.open_steps("default") if step.action == "create_note"]
    written = world.add("note", {"project_id": world.all("project")[0]["id"], **lost.body})
    engine.tick()
    clock.advance(timedelta(minutes=5).total_seconds())
    engine.tick()
    by_rule = {run.rule_id: run for run in store.runs("default")}
    assert by_rule["pause"].status is RunStatus.DONE
    assert by_rule["lost"].status is RunStatus.DONE
    assert by_rule["parks"].status is RunStatus.PARKED
    assert by_rule["mass"].status is RunStatus.HELD
    (_, note) = world.all("note")
    assert note["notes"].startswith("Three days after Mill")
    (step,) = store.steps(by_rule["lost"].id)
    assert (step.status, step.result_id) == (StepStatus.DONE, written["id"])
    (lead,) = [lead for lead in world.all("lead") if lead["value"] == 5000]
    world.edit("lead", lead["id"], {"value": 6000})
    engine.tick()
    assert sum(run.rule_id == "once" for run in store.runs("default")) == 1, "its key was used up before"
    store.close()


def worker_on(store, clock):
    """The store's own rules on a workspace with everything that the store knows."""
    from versions.make_version import RULES

    source = parse_yaml(f"version: 1\nrules:\n{RULES}".encode(), "rules.yaml")
    rules = check_source(source, TemplateCache()).rules
    world = FakeDashtrack(clock)
    for resource in ("member", "project", "lead", "task"):
        for project in [None] if resource != "task" else [one["id"] for one in world.all("project")]:
            for one in store.objects_of_feed("default", resource, project).values():
                world.add(resource, one.data)
    client = Dashtrack(
        BASE_URL, Key("dt_x"), clock=clock, budget=Budget(clock), random=random.Random(1), transport=world
    )
    engine = Engine(
        account="default",
        store=store,
        client=client,
        hop=client,
        book=RuleBook(rules, store),
        settings=EngineSettings(),
        clock=clock,
        observer=Observer(),
        should_stop=lambda: False,
    )
    return world, engine


# -- the file as it was -------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [each for each in released("sqlite") if each < SCHEMA_VERSION])
def test_a_file_is_saved_as_it_was_before_it_is_brought_up_to_date(version, store_url, tmp_path):
    load(version, store_url)
    before = rows_of(store_url)
    opened = Store.open(store_url)
    opened.close()
    assert opened.upgraded.saved_as == tmp_path / f"state.db.v{version}.bak"
    saved = f"sqlite:///{opened.upgraded.saved_as}"
    assert rows_of(saved) == before
    assert version_in(saved) == version
    assert backups(tmp_path) == [f"state.db.v{version}.bak"]


def test_what_was_only_in_the_write_ahead_log_is_saved_too(store_url, tmp_path):
    load(1, store_url)
    with sqlite3.connect(tmp_path / "state.db") as other:
        other.execute("INSERT INTO budgets VALUES ('in-the-log', '{}')")
        other.commit()
        saved = Store.open(store_url).upgraded.saved_as
    other.close()
    assert "in-the-log" in [row["account"] for row in rows_of(f"sqlite:///{saved}")["budgets"]]


def test_an_earlier_save_is_never_written_over(store_url, tmp_path):
    (tmp_path / "state.db.v1.bak").write_bytes(b"somebody's own")
    load(1, store_url)
    assert Store.open(store_url).upgraded.saved_as == tmp_path / "state.db.v1-2.bak"
    assert (tmp_path / "state.db.v1.bak").read_bytes() == b"somebody's own"


def test_a_store_that_can_not_be_saved_is_not_touched(store_url, tmp_path, monkeypatch):
    def no_room(*_args):
        raise OSError(28, "No space left on device")

    load(1, store_url)
    before = rows_of(store_url)
    monkeypatch.setattr("os.link", no_room)
    with pytest.raises(StoreError, match=r"state\.db\.v1\.bak can't be written: no space left"):
        Store.open(store_url)
    monkeypatch.undo()
    assert rows_of(store_url) == before
    assert backups(tmp_path) == []


# -- who may not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_store_of_a_newer_program_is_refused_by_whoever_opens_it(database, store_url, tmp_path):
    Store.open(store_url).close()
    set_version(store_url, SCHEMA_VERSION + 1)
    before = rows_of(store_url)
    words = f"has schema version {SCHEMA_VERSION + 1}; this program knows version {SCHEMA_VERSION}"
    for open_it in (Store.open, Store.open_to_look):
        with pytest.raises(StoreError, match=words) as refused:
            open_it(store_url)
        assert "newer one" in refused.value.advice
    assert rows_of(store_url) == before
    assert backups(tmp_path) == []


@pytest.mark.parametrize(("database", "version"), OLD)
def test_who_only_looks_or_changes_a_run_by_hand_brings_nothing_up_to_date(database, version, store_url):
    """A worker of the older program may be at work on it."""
    load(version, store_url)
    before = rows_of(store_url)
    for open_it in (Store.open_to_look, lambda url: Store.open(url, upgrade=False)):
        with pytest.raises(StoreOutdated, match=f"has schema version {version}"):
            open_it(store_url)
    assert rows_of(store_url) == before


def test_on_postgresql_a_worker_of_the_older_program_must_stop_first(postgres_url):
    load(2, postgres_url)
    hold(postgres_url, "2099-01-01T00:00:00.000000Z")
    with pytest.raises(ClaimHeld, match="in use by a worker of that version"):
        Store.open(postgres_url)
    assert version_in(postgres_url) == 2
    hold(postgres_url, "2020-01-01T00:00:00.000000Z")
    Store.open(postgres_url).close()
    assert version_in(postgres_url) == SCHEMA_VERSION


def hold(url, until):
    from old_stores import Raw

    with Raw(url) as connection:
        connection.execute(text(f"UPDATE claims SET holder = 'old worker', until = '{until}'"))
        connection.commit()


# -- killed on the way ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("database", "version"), OLD)
def test_killed_anywhere_in_an_upgrade_it_is_the_old_store_or_the_new_one(
    database, version, store_url, tmp_path, request
):
    """Every statement of the upgrade, and the moments before and after its commit: kill -9, then look."""
    load(version, store_url)
    old = (schema_of(store_url), expected_of(rows_of(store_url)), version)
    new_schema = schema_of(fresh(database, tmp_path, request))
    ends = []
    for _ in deaths(store_url):
        ends.append(version_in(store_url))
        if ends[-1] == version:
            assert (schema_of(store_url), expected_of(rows_of(store_url)), version) == old
        else:
            assert schema_of(store_url) == new_schema
    assert ends.count(version) > 2 * (SCHEMA_VERSION - version), "it died at each statement"
    assert set(ends) == {version, SCHEMA_VERSION}, "before its commit and after it"
    Store.open(store_url).close()
    assert version_in(store_url) == SCHEMA_VERSION
    kept = expected_of(rows_of(store_url))
    assert {name: kept[name] for name in old[1]} == old[1]
    if database == "sqlite":
        assert backups(tmp_path) == [f"state.db.v{version}.bak"], "one, however often it was tried"


def deaths(url):
    """Upgrade again and again, each time dying one point later; gives once for each death."""
    with subprocess.Popen(
        [sys.executable, DIES, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        while process.stdout.readline() == "died\n":
            yield
            process.stdin.write("\n")
            process.stdin.flush()
    assert process.returncode == 0
