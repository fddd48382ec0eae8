"""Every test of the store runs on both databases, unless its module says otherwise."""

from __future__ import annotations

import pytest

from rules_engine.store.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    """The URL of a store that is not there yet."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path}/state.db"


@pytest.fixture
def store(store_url):
    """An empty store."""
    opened = Store.open(store_url)
    yield opened
    opened.close()


@pytest.fixture
def opened(store_url):
    """A function that opens the same store once more, for another process in the same test."""
    stores = []

    def open_again():
        stores.append(Store.open(store_url))
        return stores[-1]

    yield open_again
    for each in stores:
        each.close()
