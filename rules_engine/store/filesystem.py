"""On what a SQLite file stands: its locks and its shared memory are not to be trusted over a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from rules_engine.errors import StoreError

MOUNTS: Final = Path("/proc/self/mountinfo")
NETWORK: Final = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "fuse.sshfs",
        "fuse.glusterfs",
        "lustre",
        "beegfs",
    }
)


def filesystem_of(path: Path, mounts: str) -> str:
    """The kind of file system on which an absolute path stands, by the kernel's list of mounts; empty: not known."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        parts = fields.split(" ")
        if len(parts) < 5 or not rest:  # noqa: PLR2004 - the mount point is the fifth field (proc(5))
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), parts[4]))
        if path.is_relative_to(point) and len(point.parts) >= longest:
            kind, longest = rest.split(" ")[0], len(point.parts)
    return kind


def refuse_network(path: Path) -> None:
    """Raises StoreError where the file would stand on a network file system."""
    try:
        kind = filesystem_of(path.parent.resolve(), MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return  # no such list: not Linux
    if kind in NETWORK:
        raise StoreError(
            f"the store {path} would stand on a network file system ({kind}), where SQLite can lose what it has written",
            advice="Name a file on a disk of this machine with --store, or use PostgreSQL: postgresql://HOST/NAME.",
        )
