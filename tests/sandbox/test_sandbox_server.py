from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest

from rules_engine.sandbox import SandboxError, running_sandbox, serve

SERVE = """
from rules_engine.sandbox import serve
serve(port=0, seed="agency", control=True, on_ready=lambda running: print(running.base_url, running.key, flush=True))
print("over", flush=True)
"""


def test_twenty_sandboxes_start_and_stop_within_three_seconds():
    started = time.monotonic()
    for _ in range(20):
        with running_sandbox() as sandbox, httpx.Client(trust_env=False) as client:
            assert client.get(f"{sandbox.base_url}/team").status_code == 401
    assert time.monotonic() - started < 3


def test_two_sandboxes_know_nothing_of_each_other():
    with running_sandbox() as one, running_sandbox() as other:
        one.state.add("lead", name="x", status="Chaser")
        assert other.state.all("lead") == []
        assert one.base_url != other.base_url


def test_nothing_is_left_when_it_ends():
    threads = set(threading.enumerate())
    with running_sandbox() as sandbox:
        port = int(sandbox.base_url.split(":")[2].partition("/")[0])
    assert set(threading.enumerate()) == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    with running_sandbox(port=port) as sandbox:
        assert f":{port}/" in sandbox.base_url


def test_the_block_s_own_error_comes_through_and_ends_the_server():
    threads = set(threading.enumerate())
    with pytest.raises(ZeroDivisionError), running_sandbox():
        _ = 1 / 0
    assert set(threading.enumerate()) == threads


def test_a_port_in_use_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SandboxError, match=f"port {port} of 127.0.0.1 is in use"):
            running_sandbox(port=port).__enter__()
        with pytest.raises(SandboxError, match="in use"):
            serve(port=port)
    with pytest.raises(SandboxError, match="can't listen"):
        running_sandbox(port=70_000).__enter__()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_cleanly_by_a_signal_even_with_an_open_connection(number):
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        url, key = process.stdout.readline().split()
        with httpx.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False) as client:
            assert len(client.get(f"{url}/leads").json()["leads"]) == 30
            process.send_signal(number)
            out, err = process.communicate(timeout=5)
    assert (process.returncode, out, err) == (0, "over\n", "")


def test_connections_are_kept_alive(api, sandbox):
    with socket.create_connection(
        sandbox.base_url.removeprefix("http://").partition("/")[0].split(":")
    ) as connection:
        file = connection.makefile("rb")
        for _ in range(3):
            connection.sendall(b"GET /api/v1/team HTTP/1.1\r\nHost: x\r\n\r\n")
            assert file.readline().startswith(b"HTTP/1.1 401")
            length = 0
            while (line := file.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            file.read(length)
        file.close()


def test_a_request_whose_body_never_came_did_not_happen(api, sandbox):
    head = b"POST /api/v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer dt_sandbox\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection(
        sandbox.base_url.removeprefix("http://").partition("/")[0].split(":")
    ) as connection:
        connection.sendall(head + b'{"name": "x", "status": "Chaser"}')
    api.get("/team")
    assert [request["path"] for request in sandbox.state.requests()] == ["/team"]


def test_ten_thousand_tasks_are_answered_quickly(api, sandbox, project):
    rows = (
        {"project_id": project["id"], "name": f"task {n}", "description": "x" * 100} for n in range(10_000)
    )
    sandbox.state.add_many("task", rows)
    path = f"/projects/{project['id']}/tasks"
    fastest = min(_seconds(api, path) for _ in range(5))
    assert fastest < 1
    assert len(api.get(path, contract=False).json()["tasks"]) == 10_000


def _seconds(api, path):
    started = time.perf_counter()
    api.get(path, contract=False)
    return time.perf_counter() - started


def test_a_small_answer_is_not_held_back(api):
    # Nagle's algorithm would hold the body of each answer for 40 ms.
    api.get("/team")
    assert min(_seconds(api, "/team") for _ in range(5)) < 0.5


def test_many_clients_at_once_are_all_counted(sandbox):
    def ask():
        with httpx.Client(headers={"Authorization": f"Bearer {sandbox.key}"}, trust_env=False) as client:
            for _ in range(10):
                client.post(f"{sandbox.base_url}/leads", json={"name": "x", "status": "Chaser"})
                sandbox.state.add("lead", name="y", status="Chaser")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sandbox.state.all("lead")) == 160
    history = sandbox.state.history()
    assert [entry["n"] for entry in history] == list(range(1, len(history) + 1))
    assert len(sandbox.state.requests()) == 80


def test_importing_the_package_loads_no_server():
    code = "import sys, rules_engine.sandbox; sys.exit('uvicorn' in sys.modules or 'sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_sandbox_imports_nothing_of_the_engine():
    code = (
        "import sys, rules_engine.sandbox.server; "
        "print(*(n for n in sys.modules if n.startswith('rules_engine.') and not n.startswith('rules_engine.sandbox')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout.strip() == b""
