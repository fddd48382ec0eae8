from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from sandbox_api import NOON, Api

from rules_engine.clock import ManualClock
from rules_engine.sandbox import RunningSandbox, running_sandbox


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def sandbox(clock: ManualClock) -> Iterator[RunningSandbox]:
    with running_sandbox(clock=clock, random=Random(1)) as running:
        yield running


@pytest.fixture
def api(sandbox: RunningSandbox) -> Iterator[Api]:
    client = Api(sandbox)
    with client.http:
        yield client


@pytest.fixture
def project(sandbox: RunningSandbox) -> dict[str, Any]:
    return sandbox.state.add("project", name="Fernhill Bakery", project_type="retainer", retainer_hours=40)
