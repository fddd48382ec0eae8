"""`rules-engine worker` as one meets it: what it refuses, what it takes up, how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from crew import Crew, until

PATIENCE = 60


@pytest.fixture
def crew(postgres_server, tmp_path):
    made = Crew(postgres_server, tmp_path, accounts=2, interval=0.3, lease=2.0)
    yield made
    made.close()
    postgres_server.drop_database(made.url)


def said(crew, words):
    until(lambda: words in crew.said(), PATIENCE)


def test_a_store_on_sqlite_is_refused_with_what_to_do(crew):
    worker = crew.start(RULES_ENGINE_STORE="sqlite:///state.db")
    assert worker.wait(PATIENCE) == 3
    assert "need a store on PostgreSQL" in crew.said()
    assert "rules-engine run" in crew.said()
    assert not (crew.folder / "state.db").exists()


def test_accounts_come_and_go_with_the_configuration_and_sigterm_ends_it_within_five_seconds(crew):
    crew.configure(crew.names[:1])
    worker = crew.start()
    until(lambda: list(crew.fences()) == ["a001"], PATIENCE)

    crew.configure(crew.names[1:])
    said(crew, "configuration reloaded")
    until(lambda: crew.fences().get("a002", 0) > 2, PATIENCE)
    until(lambda: crew.ask("SELECT lock FROM rules_engine_queue.procrastinate_jobs") == [("a002",)], PATIENCE)

    (crew.folder / "rules-engine.yaml").write_text("accounts: 5\n")
    said(crew, "the last good one stays")
    before = crew.fences()["a002"]
    until(lambda: crew.fences()["a002"] > before, PATIENCE)

    started = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert time.monotonic() - started < 5
    crew.workers.remove(worker)
    assert crew.ask("SELECT holder FROM rules_engine.claims WHERE holder <> ''") == []
    assert crew.ask("SELECT status::text FROM rules_engine_queue.procrastinate_jobs") == [("todo",)]


def test_edited_rules_are_taken_up_at_the_next_turn(crew):
    crew.start()
    crew.baseline()
    rules = crew.folder / "rules/a001.yaml"
    rules.write_text(rules.read_text().replace("a001 {{", "edited {{"))
    said(crew, "rules reloaded")
    crew.edit()
    until(lambda: set(crew.tasks()) == {"edited 1", "a002 1"}, PATIENCE)


def test_an_account_whose_key_is_refused_stops_alone_and_is_said_once(crew):
    crew.configure(crew.names)
    text = (crew.folder / "rules-engine.yaml").read_text()
    (crew.folder / "rules-engine.yaml").write_text(text.replace("{env: CREW_KEY}", "{env: BAD_KEY}", 1))
    crew.start(BAD_KEY="dt_canary_bad")
    until(lambda: crew.fences().get("a002", 0) > 3, PATIENCE)
    refused = [one for one in crew.sandbox.state.requests() if one["status"] == 401]

    assert 1 <= len(refused) <= 3
    assert crew.said().count("account stopped") == 1
    assert "canary" not in crew.said()


def test_one_look_of_run_gets_its_turn_between_those_of_a_worker(crew):
    crew.start()
    crew.baseline()
    once = subprocess.run(
        [sys.executable, "-m", "rules_engine.cli.main", "run", "--once"],
        cwd=crew.folder,
        env=crew.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert once.returncode == 0, once.stderr
    crew.edit()
    crew.finish(PATIENCE)
    assert crew.judge() == ([], [])


def test_without_a_server_it_waits_and_says_it_once(crew):
    crew.start(RULES_ENGINE_STORE="postgresql://nobody:canary@127.0.0.1:1/x")
    said(crew, "the store is away")
    time.sleep(3)
    assert crew.said().count("the store is away") == 1
    assert "canary" not in crew.said()
    (worker,) = crew.workers
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_a_user_who_may_not_make_the_queue_is_told_what_to_do(crew):
    crew.server.execute("DROP ROLE IF EXISTS modest")
    crew.server.execute("CREATE ROLE modest LOGIN")
    crew.do("CREATE SCHEMA rules_engine AUTHORIZATION modest")
    worker = crew.start(RULES_ENGINE_STORE=crew.url.replace("user=tester", "user=modest"))
    assert worker.wait(PATIENCE) == 4
    assert "GRANT CREATE ON DATABASE" in crew.said()
