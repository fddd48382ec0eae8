"""Three workers over a dozen accounts, struck in every way: every account is ticked again, nothing is lost or doubled."""

from __future__ import annotations

import pytest
from crew import Crew, make_rng, play


@pytest.fixture
def own_server():
    """A server that the test may stop."""
    from postgres_server import NoServer, PostgresServer

    try:
        server = PostgresServer.new()
    except NoServer as error:
        pytest.skip(str(error))
    yield server.start()
    server.remove()


def test_whatever_strikes_the_workers_every_account_answers_every_change_once(own_server, tmp_path):
    rng = make_rng(7)
    crew = Crew(own_server, tmp_path, accounts=12, interval=0.5, lease=2.0)
    try:
        crew.start(3)
        crew.baseline()
        for blow in ("kill -9", "SIGSTOP past the lease", "PostgreSQL crashed"):
            play(crew, blow, rng)
        # What would come twice comes by the next looks.
        crew.until_all_are_ticked(60)
        crew.until_all_are_ticked(60)
        assert crew.judge() == ([], []), crew.said()
        assert "something unexpected" not in crew.said(), crew.said()
        assert "Traceback" not in crew.said(), crew.said()
    finally:
        crew.close()
