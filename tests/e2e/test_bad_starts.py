"""What can be wrong at the start: keys, addresses, servers, stores, folders, configuration. Words and codes, no traceback."""

from __future__ import annotations

import ctypes
import os
import socket
import sqlite3
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import CLOSING
from program import KEY, Program

from rules_engine.sandbox import running_sandbox

COMMANDS = (["run", "--once"], ["run", "--once", "--dry-run", "--json"], ["run"])
"""A start that is refused is refused in each of these ways."""


@contextmanager
def serving(status, body=b"", **headers):
    """A server that is no Dashtrack; gives its address and the requests that it got."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            seen.append((self.path, self.headers.get("Authorization")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/v1", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_nobody_special():
    """Give up root's right to write where modes forbid it, for tests that run as root."""
    drop_bounding_capability, dac_override = 24, 1
    ctypes.CDLL(None).prctl(drop_bounding_capability, dac_override, 0, 0, 0)


class TestTheKey:
    @pytest.mark.parametrize(
        ("key", "words"),
        [
            (None, "DASHTRACK_API_KEY is not set"),
            ("", "is not set"),
            ("sk_canary", "dt_"),
            ("dt_can ary", "key"),
        ],
    )
    def test_one_that_is_missing_or_no_key_is_exit_3_and_nothing_is_asked(self, program, world, key, words):
        environ = {"DASHTRACK_API_KEY": key} if key is not None else {}
        program.environ.pop("DASHTRACK_API_KEY")

        for command in COMMANDS:
            done = program.here(*command, code=3, environ=environ)
            assert words in done.err
            assert done.out == ""
        assert world.requests() == []
        assert not (program.folder / "rules-engine.db").exists()

    def test_one_that_is_refused_is_exit_3_after_one_request_each(self, program, world):
        environ = {"DASHTRACK_API_KEY": "dt_canary_refused"}

        for number, command in enumerate(COMMANDS, start=1):
            done = program(*command, code=3, environ=environ)
            assert "401" in done.err
            assert "Settings → API Keys" in done.err
            assert len(world.requests()) == number


class TestTheAddress:
    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("https://www.dashtrack.io/api/v1", "https://dashtrack.io/api/v1"),
            ("http://dashtrack.io/api/v1", "https://dashtrack.io/api/v1"),
            ("dashtrack.io", "not of the form"),
            ("https://dt_canary@dashtrack.io/api/v1", "user name"),
            ("https://dashtrack.io/api/v1?key=dt_canary", "query"),
        ],
    )
    def test_one_that_must_not_get_the_key_is_exit_3(self, program, url, words):
        for done in (
            program.here("run", "--once", code=3, environ={"DASHTRACK_BASE_URL": url}),
            program.here("run", "--once", "--base-url", url, code=3),
        ):
            assert words in done.err

    @pytest.mark.parametrize(
        ("command", "code"), [(["run", "--once"], 1), (["run", "--once", "--dry-run"], 1), (["doctor"], 1)]
    )
    def test_a_port_that_nobody_listens_on(self, program, command, code):
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            done = program.here(
                *command, "--base-url", f"http://127.0.0.1:{sock.getsockname()[1]}/api/v1", code=code
            )
        assert "no connection could be made" in done.err + done.out

    def test_a_name_that_does_not_resolve(self, program):
        done = program.here("run", "--once", "--base-url", "https://dashtrack.invalid/api/v1", code=1)

        assert "project" in done.err
        assert done.out == ""

    def test_https_to_a_port_that_speaks_http(self, program, world):
        done = program.here("run", "--once", "--base-url", world.url.replace("http:", "https:"), code=1)

        assert "no connection could be made" in done.err

    def test_a_redirect_is_not_followed_and_exit_3(self, program, world):
        with serving(302, Location=world.url + "/projects") as (url, seen):
            for command in COMMANDS:
                done = program.here(*command, "--base-url", url, code=3)
                assert "never followed" in done.err
        assert len(seen) == len(COMMANDS)
        assert world.requests() == []

    def test_a_server_that_answers_with_html(self, program):
        with serving(200, b"<!doctype html><title>Welcome</title>", **{"Content-Type": "text/html"}) as (
            url,
            seen,
        ):
            done = program.here("run", "--once", "--base-url", url, code=1)
        assert "HTML" in done.err or "html" in done.err
        assert len(seen) <= 6
        assert "baseline" not in done.err

    @pytest.mark.parametrize(("status", "words"), [(404, "404"), (500, "500"), (418, "418")])
    def test_a_server_that_has_no_such_thing(self, program, status, words):
        with serving(status, b'{"error": "nothing here \\u001b[31m dt_canary_in_an_answer"}') as (url, seen):
            done = program.here("run", "--once", "--base-url", url, code=1)
        assert words in done.err
        assert "\x1b" not in done.err
        assert len(seen) <= 6


@pytest.mark.parametrize("closed", [(0,), (0, 1), (0, 1, 2)])
def test_it_works_with_standard_streams_closed(baselined, world, closed):
    world.move()

    baselined("run", "--once", code=0, stdin=None, preexec_fn=lambda: [os.close(number) for number in closed])

    assert world.tasks() == ["Close Mill"]


class TestTheStore:
    def test_a_missing_folder_is_named(self, program, world):
        for command in (["run", "--once"], ["run"]):
            done = program.here(*command, "--store", "sqlite:///no/where/state.db", code=4)
            assert "no/where" in done.err
        assert world.requests() == []

    @pytest.mark.parametrize(
        "url", ["nonsense", "mysql://host/db", "sqlite", "sqlite:///", "postgresql://u:dt_canary@h/db"]
    )
    def test_a_url_that_is_no_store(self, program, url):
        done = program.here("run", "--once", environ={"RULES_ENGINE_STORE": url}, code=None)

        assert done.code in ((3, 4) if url != "sqlite:///" else (0, 3, 4)), done.err

    @pytest.mark.parametrize("damage", ["garbage", "truncated", "flipped"])
    def test_a_damaged_one_stops_everything_and_is_left_as_it_is(self, baselined, world, damage):
        path = baselined.folder / "rules-engine.db"
        whole = path.read_bytes()
        middle = len(whole) // 2
        damaged = {
            "garbage": b"this is no database" * 400,
            "truncated": whole[:middle],
            "flipped": whole[:8192] + bytes(byte ^ 0x55 for byte in whole[8192:-4096]) + whole[-4096:],
        }[damage]
        path.write_bytes(damaged)
        world.move()

        for command in (*COMMANDS, ["events"], ["runs"], ["why", "closing"], ["doctor"]):
            done = baselined.here(*command, code=None)
            assert done.code != 0, command
            if command[0] in {"run", "doctor"}:
                assert done.code == 4
                assert "damaged" in done.err + done.out
        assert path.read_bytes() == damaged
        assert world.writes() == []

    def test_one_of_a_newer_program_is_left_alone(self, baselined):
        with sqlite3.connect(baselined.folder / "rules-engine.db") as connection:
            connection.execute("update meta set value = '999' where key = 'schema_version'")
        connection.close()

        assert "999" in baselined.here("run", "--once", code=4).err

    def test_a_folder_in_its_place(self, program):
        (program.folder / "rules-engine.db").mkdir()

        assert "rules-engine.db" in program.here("run", "--once", code=4).err

    def test_a_folder_that_cannot_be_written(self, program, world):
        program.folder.chmod(0o555)
        try:
            done = program("run", "--once", code=4, preexec_fn=_as_nobody_special)
            program("run", "--once", "--dry-run", code=0, preexec_fn=_as_nobody_special)
        finally:
            program.folder.chmod(0o755)

        assert "can be written" in done.err
        assert world.writes() == []

    def test_one_in_a_folder_that_cannot_be_written_can_still_be_looked_at(self, baselined):
        baselined.folder.chmod(0o555)
        try:
            done = baselined("run", "--once", "--dry-run", "--json", code=0, preexec_fn=_as_nobody_special)
            baselined("events", "--json", preexec_fn=_as_nobody_special)
        finally:
            baselined.folder.chmod(0o755)

        assert done.json == []
        assert "baseline" not in done.err


class TestTheRules:
    def test_a_missing_folder_is_named(self, program):
        for command in COMMANDS:
            assert "no/rules" in program.here(*command, "--rules", "no/rules", code=3).err

    def test_an_empty_folder_is_exit_1(self, program):
        (program.folder / "empty").mkdir()

        assert "empty" in program.here("run", "--once", "--rules", "empty", code=1).err

    def test_what_is_no_file_is_refused_before_it_can_block(self, program):
        os.mkfifo(program.folder / "rules/pipe.yaml")

        done = program.here("run", "--once", code=1)

        assert "pipe.yaml" in done.err
        assert done.seconds < 5

    def test_every_problem_of_every_file_is_shown_with_its_place(self, program, world):
        program.rules("  - {id: x, when: lead.exploded, then: [{log: x}]}\n", "rules/a.yaml")
        program.rules("  - {id: y, when: lead.created, then: [{create_tusk: {}}]}\n", "rules/b.yaml")
        (program.folder / "rules/c.yaml").write_text("version: 1\nrules: [\n")

        done = program.here("run", "--once", code=1)

        for place in ("rules/a.yaml:3:", "rules/b.yaml:3:", "rules/c.yaml:"):
            assert place in done.err
        assert "create_task" in done.err
        assert world.requests() == []


class TestTheConfiguration:
    def test_an_unknown_key_is_exit_3_with_its_place_and_a_suggestion(self, program):
        (program.folder / "rules-engine.yaml").write_text(
            "pol: {interval: 1 minute}\nkey: dt_canary_in_a_file\n"
        )

        done = program.here("run", "--once", code=3)

        assert "rules-engine.yaml:1:1" in done.err
        assert "poll" in done.err

    def test_a_file_that_is_named_and_missing(self, program):
        assert "no.yaml" in program.here("run", "--once", "--config", "no.yaml", code=3).err

    def test_flags_go_before_the_environment_and_that_before_the_file(self, program, world):
        (program.folder / "here.yaml").write_text(
            "base_url: http://127.0.0.1:9/api/v1\nstore: sqlite:///file.db\nrules: other\nkey: {env: MY_KEY}\n"
        )
        program.rules(CLOSING, "other/r.yaml")
        program.environ.pop("DASHTRACK_API_KEY")
        environ = {"MY_KEY": KEY, "RULES_ENGINE_STORE": "sqlite:///environ.db"}

        program.here("run", "--once", "--config", "here.yaml", environ=environ)
        assert (program.folder / "environ.db").exists()
        program.here(
            "run", "--once", "--config", "here.yaml", "--store", "sqlite:///flag.db", environ=environ
        )
        assert (program.folder / "flag.db").exists()
        assert not (program.folder / "file.db").exists()
        program.here(
            "run",
            "--once",
            "--config",
            "here.yaml",
            "--base-url",
            "http://127.0.0.1:9/api/v1",
            environ=environ,
            code=1,
        )

    def test_a_key_in_a_file_that_others_can_read_is_refused(self, program):
        program.environ.pop("DASHTRACK_API_KEY")
        (program.folder / "rules-engine.yaml").write_text("key: {file: key}\n")
        file = program.folder / "key"
        file.write_text(KEY + "\n")
        file.chmod(0o644)
        assert "chmod 600" in program.here("run", "--once", code=3).err

        file.chmod(0o600)
        program.here("run", "--once")

    def test_several_accounts_work_side_by_side_each_with_its_own_rules(self, tmp_path):
        with running_sandbox() as one, running_sandbox() as two:
            leads = []
            for sandbox, key in ((one, "dt_canary_one"), (two, "dt_canary_two")):
                sandbox.state.add_key(key)
                sandbox.state.revoke_key("dt_sandbox")
                sandbox.state.add("project", name="Sales")
                leads.append(sandbox.state.add("lead", name="Mill", status="Chaser")["id"])
            program = Program(tmp_path, KEY_ONE="dt_canary_one", KEY_TWO="dt_canary_two")
            program.rules(CLOSING, "one/r.yaml")
            program.rules(CLOSING.replace("Close", "Win"), "two/r.yaml")
            (tmp_path / "rules-engine.yaml").write_text(
                "poll: {interval: 0.1 seconds}\naccounts:\n"
                f"  - {{name: one, base_url: '{one.base_url}', key: {{env: KEY_ONE}}, rules: one}}\n"
                f"  - {{name: two, base_url: '{two.base_url}', key: {{env: KEY_TWO}}, rules: two}}\n"
            )
            program.here("run", "--once")
            for sandbox, lead in zip((one, two), leads, strict=True):
                sandbox.state.edit("lead", lead, status="Needs Closing")

            assert len(program.here("run", "--once", "--json").json) == 2
            assert [task["name"] for task in one.state.all("task")] == ["Close Mill"]
            assert [task["name"] for task in two.state.all("task")] == ["Win Mill"]
            assert len(program.here("runs", "--json").json) == 2
            assert "one:" in program.here("doctor").out

            one.state.revoke_key("dt_canary_one")
            two.state.edit("lead", leads[1], status="Chaser")
            two.state.edit("lead", leads[1], status="Needs Closing")
            two.state.add("lead", name="New", status="Chaser")
            refused = program.here("run", "--once", "--json", code=3)
            assert refused.json == []
            assert "401" in refused.err
            assert "events: 1" in refused.err
            worker = program.start("run")
            worker.wait_for("account stopped")
            two.state.add("lead", name="Newer", status="Chaser")
            worker.wait_for("lead.created")
            worker.stop()
            program.close()
