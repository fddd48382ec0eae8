"""The README's first own rule, walked command by command, as a reader would, against a real sandbox."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from doc_pages import README, blocks, section

from rules_engine.sandbox import running_sandbox

TITLE = "Your first own rule, in ten minutes"
SECONDS = 60


def walk():
    """The commands of the section, block by block, and the file that the reader is told to write."""
    text = README.read_text(encoding="utf-8")
    start = text.index(f"## {TITLE}")
    end = text.index("\n## ", start)
    lines = range(text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1)
    consoles = [block for block in blocks(README, "console") if block.line in lines]
    (rule,) = [block for block in blocks(README, "yaml") if block.line in lines]
    (place,) = re.findall(r"Put this into `([^`]+)`", section(README, TITLE))
    return [commands_of(block.text) for block in consoles], place, rule.text


def commands_of(text):
    """The commands after the prompts; a line that ends in a backslash goes on."""
    joined = text.replace("\\\n", " ")
    return [line.removeprefix("$ ") for line in joined.splitlines() if line.startswith("$ ")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment():
    beside = str(Path(sys.executable).parent)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DASHTRACK", "RULES_ENGINE"))
    }
    return {**kept, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}


@pytest.fixture
def start(environment, tmp_path):
    """Starts a command in the background, and returns once it has printed a line."""
    started = []

    def begin(command):
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline()

    yield begin
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's walk uses curl")
def test_the_readmes_walk_leads_where_it_says(environment, start, tmp_path):
    (serve, exports, check, baseline, change, act), place, rule = walk()
    port = free_port()
    (served,) = serve
    start(re.sub(r"--port \d+", f"--port {port}", served))
    folder = tmp_path / "empty"
    (folder / place).parent.mkdir(parents=True)
    (folder / place).write_text(rule, encoding="utf-8")
    said = {}

    def run(commands):
        for command in commands:
            lines = [
                re.sub(r":8787/", f":{port}/", line) for line in (*exports, *assignments(change), command)
            ]
            done = subprocess.run(
                ["bash", "-euc", "\n".join(lines)],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
            said[command] = done

    run(check)
    run(baseline)
    assert "this is the baseline" in said[baseline[-1]].stderr
    run([command for command in change if command not in assignments(change)])
    assert json.loads(said[change[-1]].stdout)["lead"]["status"] == "Needs Closing"
    run(act)
    plan, real, shown = (said[command] for command in act)
    assert "POST /projects/" in plan.stdout
    assert "Close Owen Pryce" in plan.stdout
    assert "runs: 1 done" in real.stderr
    assert re.search(r"lead-needs-closing +done", shown.stdout)


def assignments(commands):
    """Those commands that only set a variable of the reader's shell."""
    return [command for command in commands if re.fullmatch(r"[A-Z]+=\S+", command)]


def test_the_port_and_the_key_of_the_walk_are_those_of_the_sandbox_it_starts():
    (serve, exports, *_), _, _ = walk()
    with running_sandbox(seed="empty") as sandbox:
        assert f"export DASHTRACK_API_KEY={sandbox.key}" in exports
    (port,) = re.findall(r"--port (\d+)", serve[0])
    assert f"export DASHTRACK_BASE_URL=http://127.0.0.1:{port}/api/v1" in exports


def test_every_command_of_the_pages_exists_with_its_flags():
    from test_operations_page import COMMANDS

    pages = [README, README.parent / "docs" / "operations.md"]
    commands = [
        command for page in pages for block in blocks(page, "console") for command in commands_of(block.text)
    ]
    called = [command.split("#")[0].split() for command in commands if command.startswith("rules-engine ")]
    assert called
    for words in called:
        name = next(name for size in (3, 2) if (name := " ".join(words[:size])) in COMMANDS)
        known = {flag for each in COMMANDS[name].params for flag in each.opts}
        assert {word for word in words if word.startswith("--")} <= known, " ".join(words)
