"""Workers that start together on an empty database: one makes the tables, the others find them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from rules_engine.store.store import Store


@pytest.mark.parametrize("_round", range(4))
def test_all_of_them_open_the_same_store(store_url, _round):
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: Store.open(store_url), range(6)))
    assert len({store.instance() for store in stores}) == 1
    for store in stores:
        store.close()
