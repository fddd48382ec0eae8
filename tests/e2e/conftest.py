"""A folder with the program in it, and a sandbox that it talks to."""

from __future__ import annotations

import pytest
from program import KEY, Program

from rules_engine.sandbox import running_sandbox

CLOSING = """
  - id: closing
    when: {event: lead.status_changed, to: Needs Closing}
    then:
      - create_task: {project: Sales, name: "Close {{ lead.name }}", priority: high}
"""
"""One rule that needs two feeds: projects and leads."""


LONG_AGO = {"created_at": "2026-01-01T09:00:00.000Z", "updated_at": "2026-01-01T09:00:00.000Z"}


def _id(number):
    return f"00000000-0000-4000-8000-{number:012}"


class World:
    """A sandbox with a project Sales and a lead Mill, as the outside sees it."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.state = sandbox.state
        self.state.add_key(KEY)
        self.url = sandbox.base_url
        self.sales = self.state.add("project", id=_id(1), name="Sales", **LONG_AGO)["id"]
        self.mill = self.state.add("lead", id=_id(2), name="Mill", status="Chaser", value=9000, **LONG_AGO)[
            "id"
        ]
        self.start = 0
        self.mark()

    def mark(self):
        """Forget what was asked so far."""
        history = self.state.history()
        self.start = history[-1]["n"] if history else 0

    def move(self, status="Needs Closing", lead=None):
        return self.state.edit("lead", lead or self.mill, status=status)

    def requests(self):
        return self.state.requests(self.start)

    def writes(self):
        """What was sent to change something: (method, path, body)."""
        return [
            (one["method"], one["path"].removeprefix("/api/v1"), one["body"])
            for one in self.requests()
            if one["method"] != "GET"
        ]

    def tasks(self):
        return [task["name"] for task in self.state.all("task")]


@pytest.fixture
def world():
    with running_sandbox() as sandbox:
        yield World(sandbox)


@pytest.fixture
def program(tmp_path, world):
    """The program, with key and address of the sandbox in its environment, and the rule `closing`."""
    made = Program(tmp_path, DASHTRACK_API_KEY=KEY, DASHTRACK_BASE_URL=world.url)
    made.rules(CLOSING)
    yield made
    made.close()


@pytest.fixture(scope="session")
def baseline(tmp_path_factory):
    """A store after the first look at a world; every world begins the same."""
    folder = tmp_path_factory.mktemp("baseline")
    with running_sandbox() as sandbox:
        made = Program(folder, DASHTRACK_API_KEY=KEY, DASHTRACK_BASE_URL=World(sandbox).url)
        made.rules(CLOSING)
        made("run", "--once")
    return (folder / "rules-engine.db").read_bytes()


@pytest.fixture
def baselined(program, baseline):
    """The program after its first look."""
    (program.folder / "rules-engine.db").write_bytes(baseline)
    return program
