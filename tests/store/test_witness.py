"""What stands beside a SQLite store notices when the store is gone, another one, an older one, or on another machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from making_records import an_object

from rules_engine.errors import StoreError
from rules_engine.store import witness
from rules_engine.store.filesystem import filesystem_of
from rules_engine.store.records import Batch
from rules_engine.store.store import Store
from rules_engine.store.witness import check_not_gone, witness_file

MOUNTS = """\
22 1 0:20 / / rw,relatime - overlay overlay rw
30 22 0:40 / /srv/data rw,relatime shared:1 - nfs4 server:/x rw
31 30 8:1 / /srv/data/local rw - ext4 /dev/sda1 rw
32 22 0:41 / /srv/my\\040disk rw - cifs //server/x rw
nonsense
"""


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A function that moves to another machine."""

    def move(name):
        identity = tmp_path / "machine-id"
        identity.write_text(f"{name}\n")
        monkeypatch.setattr(witness, "MACHINE_ID", identity)

    move("here")
    return move


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/state.db"


@pytest.fixture
def begun(url):
    """A function that begins to work on the store, as a worker does when it starts."""
    stores = []

    def begin(**how):
        check_not_gone(url)
        store = Store.open(url)
        stores.append(store)
        store.take_up(**how)
        store.check_whole()
        return store

    yield begin
    for each in stores:
        each.close()


def worked(store, times=1):
    for _ in range(times):
        store.commit("default", Batch(objects=[an_object()]))
        store.check_whole()
        store.bear_witness()


def file_of(url):
    return Path(url.removeprefix("sqlite:///"))


def test_a_store_that_is_there_as_it_was_left_is_fine(begun):
    for _ in range(3):
        store = begun()
        assert not store.put_back
        worked(store, 2)
        store.close()


def test_a_store_that_is_gone_is_not_made_anew(begun, url):
    store = begun()
    worked(store)
    store.close()
    file_of(url).unlink()

    with pytest.raises(StoreError, match="is gone") as refused:
        begun()

    assert not file_of(url).exists()
    assert str(witness_file(file_of(url))) in refused.value.advice
    witness_file(file_of(url)).unlink()
    worked(begun())


def test_another_store_in_its_place_is_refused(begun, url, tmp_path):
    store = begun()
    worked(store)
    store.close()
    Store.open(f"sqlite:///{tmp_path}/other.db").close()
    shutil.copy(tmp_path / "other.db", file_of(url))

    with pytest.raises(StoreError, match="not the one that was here"):
        begun()


def test_an_older_store_in_its_place_is_noticed_until_it_has_come_as_far(begun, url, tmp_path):
    store = begun()
    worked(store)
    store.close()
    shutil.copy(file_of(url), tmp_path / "backup.db")
    store = begun()
    worked(store, 3)
    store.close()
    shutil.copy(tmp_path / "backup.db", file_of(url))

    again = begun()
    assert again.put_back
    again.close()
    assert begun().put_back


def test_a_store_that_somebody_has_worked_on_meanwhile_is_fine(begun, url):
    store = begun()
    worked(store)
    store.close()
    by_hand = Store.open(url)
    by_hand.put_meta({"word": "x"})
    by_hand.close()

    assert not begun().put_back


def test_a_store_that_is_removed_or_written_over_under_a_worker_is_found_though_nothing_is_written(
    begun, url, tmp_path
):
    store = begun()
    worked(store)
    shutil.copy(file_of(url), tmp_path / "backup.db")
    for side in ("-wal", "-shm"):
        shutil.copy(f"{file_of(url)}{side}", f"{tmp_path}/backup.db{side}")
    older = Store.open(f"sqlite:///{tmp_path}/backup.db")
    older.close()
    worked(store, 3)
    with pytest.raises(StoreError, match="written over"):
        _write_over(tmp_path / "backup.db", store, file_of(url))
    file_of(url).unlink()
    with pytest.raises(StoreError, match="removed or replaced"):
        store.check_whole()


def _write_over(older, store, file):
    """As `sqlite3 … .restore` does it: through SQLite, into the very same file."""
    import sqlite3

    with sqlite3.connect(older) as source, sqlite3.connect(file) as target:
        source.backup(target)
    source.close()
    target.close()
    store.check_whole()


def test_a_witness_that_can_not_be_read_says_nothing(begun, url):
    store = begun()
    worked(store)
    store.close()
    witness_file(file_of(url)).write_text("")

    assert not begun().put_back


def test_another_machine_is_refused_until_it_adopts_the_store_for_good(begun, machine):
    begun().close()
    machine("there")
    with pytest.raises(StoreError, match="another machine") as refused:
        begun()
    assert "--adopt" in refused.value.advice

    begun(adopt=True).close()
    begun().close()
    machine("here")
    with pytest.raises(StoreError, match="another machine"):
        begun()


def test_a_machine_without_an_identity_is_not_asked_for_it(begun, machine):
    begun().close()
    machine("")
    begun()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/data/state.db", "nfs4"),
        ("/srv/data/local/state.db", "ext4"),
        ("/srv/my disk/state.db", "cifs"),
        ("/elsewhere/state.db", "overlay"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_its_nearest_mount(path, kind):
    assert filesystem_of(Path(path), MOUNTS) == kind


def test_a_store_on_a_network_file_system_is_refused(url, tmp_path, monkeypatch):
    from rules_engine.store import filesystem

    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:20 / {tmp_path} rw - nfs server:/x rw\n")
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)

    with pytest.raises(StoreError, match=r"network file system \(nfs\)"):
        Store.open(url)
    assert not file_of(url).exists()
