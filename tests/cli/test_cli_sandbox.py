"""`sandbox serve` answers like Dashtrack, says how to reach it, and ends when it is told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from rules_engine.cli.main import main


@contextmanager
def serving(*args: str):
    """A served sandbox as (process, exported variables)."""
    command = [sys.executable, "-m", "rules_engine.cli.main", "sandbox", "serve", "--port", "0", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            lines = [process.stdout.readline(), process.stdout.readline()]
            yield process, dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
        finally:
            process.kill()


def leads(environ: dict[str, str]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {environ['DASHTRACK_API_KEY']}"}
    return httpx.get(f"{environ['DASHTRACK_BASE_URL']}/leads", headers=headers, trust_env=False)


def test_it_prints_the_lines_to_paste_and_answers_to_them():
    with serving("--plan", "starter") as (_, environ):
        answer = leads(environ)

    assert answer.status_code == 200
    assert len(answer.json()["leads"]) == 30
    assert answer.headers["X-RateLimit-Limit"] == "100"


def test_the_control_route_is_off_unless_asked_for():
    for args, is_open in (((), False), (("--control",), True)):
        with serving(*args) as (_, environ):
            url = environ["DASHTRACK_BASE_URL"].replace("/api/v1", "/_sandbox/history")
            answer = httpx.get(url, trust_env=False)
        assert answer.is_success is is_open


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_it_is_told_to(with_signal):
    with serving("--seed", "empty") as (process, environ):
        assert leads(environ).json() == {"leads": []}
        process.send_signal(with_signal)
        _, err = process.communicate(timeout=5)

    assert process.returncode == 0
    assert "Traceback" not in err


def test_its_state_can_be_kept_in_a_file(tmp_path):
    file = tmp_path / "sandbox.db"
    with serving("--db", str(file)) as (_, environ):
        before = leads(environ).json()
    with serving("--db", str(file), "--seed", "empty") as (_, environ):
        assert leads(environ).json() == before


def test_a_port_that_is_taken_is_told_in_words(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        assert main(["sandbox", "serve", "--port", str(taken.getsockname()[1])]) == 2

    assert "in use" in capsys.readouterr().err
