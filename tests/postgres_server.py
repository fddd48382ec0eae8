"""A real PostgreSQL for tests: Debian's package, in a temporary folder, over a unix socket, as an unprivileged user.

There is no password anywhere: the socket's folder belongs to the server, and whoever runs the tests may use it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

PROJECT = Path(__file__).resolve().parent.parent
_USER = "nobody"
_START_SECONDS = 30
_PORT = 5432
"""Of the socket's name only: nothing listens on the network."""


class NoServer(Exception):
    """There is no PostgreSQL here, or it can't be started; says why."""


def server_programs():
    """The folder of PostgreSQL's programs: the newest that is installed, or what `make postgres` unpacked."""
    roots = [Path("/usr/lib/postgresql"), PROJECT / ".venv/postgresql/usr/lib/postgresql"]
    found = [
        each for root in roots if root.is_dir() for each in root.glob("*/bin") if (each / "initdb").exists()
    ]
    if found:
        return max(found, key=lambda each: float(each.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NoServer("PostgreSQL's server is not installed; `make postgres` does it")
    return Path(on_path).resolve().parent


@dataclass
class PostgresServer:
    """One server, from `start` to `stop`."""

    folder: Path
    programs: Path
    process: subprocess.Popen | None = None
    _made: int = field(default=0)

    @classmethod
    def new(cls):
        """A cluster, not yet started."""
        programs = server_programs()
        folder = Path(tempfile.mkdtemp(prefix="re-pg-"))
        server = cls(folder, programs)
        try:
            server._own(folder)
            server._run(
                "initdb", "--pgdata", f"{folder}/data", "--username", "tester", "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
            )  # fmt: skip
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return server

    def start(self):
        """Start, and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            self._as_user(
                f"{self.programs}/postgres", "-D", f"{self.folder}/data", "-p", str(_PORT),
                "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}",
                "-c", "fsync=on", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
            ),
            stdout=log, stderr=log, cwd=self.folder, env=self._environment(), start_new_session=True,
        )  # fmt: skip
        log.close()
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NoServer(
                    "PostgreSQL did not start:\n" + (self.folder / "server.log").read_text()[-2000:]
                )
            time.sleep(0.02)
        return self

    def stop(self, how=signal.SIGINT):
        """SIGINT ends it fast and cleanly, SIGQUIT like a crash: what was committed is recovered at the next start."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._postmaster(), how)
            self.process.wait(30)
            self.process = None

    def restart(self, how=signal.SIGINT):
        """Stop and start again, on the same data."""
        self.stop(how)
        self.start()

    def remove(self):
        """Stop, and leave nothing behind."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self):
        """An empty database of its own; gives the URL of a store in it."""
        self._made += 1
        name = f"test_{self._made}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop_database(self, url):
        """Remove a database, whoever is still connected to it."""
        name = url.partition(":///")[2].partition("?")[0]
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, name):
        """The URL of a store in that database."""
        return f"postgresql:///{name}?host={self.folder}&user=tester"

    def connect(self, name="postgres"):
        """A connection of the tests' own."""
        return psycopg.connect(host=str(self.folder), dbname=name, user="tester", autocommit=True)

    def execute(self, statement):
        """One statement outside of any store."""
        with self.connect() as connection:
            connection.execute(statement)

    def _answers(self):
        with contextlib.suppress(psycopg.OperationalError):
            self.connect().close()
            return True
        return False

    def _postmaster(self):
        """The server's own process: `setpriv` and its like replace themselves by it, `runuser` does not."""
        return int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def _run(self, program, *arguments):
        done = subprocess.run(
            self._as_user(f"{self.programs}/{program}", *arguments),
            cwd=self.folder, env=self._environment(), capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        if done.returncode != 0:
            raise NoServer(f"{program} failed: {done.stderr.strip()[-2000:]}")

    def _as_user(self, *command):
        """Root may not run it, so that it runs as nobody."""
        if os.getuid() != 0:
            return list(command)
        if shutil.which("setpriv"):
            return ["setpriv", f"--reuid={_USER}", f"--regid={self._group()}", "--clear-groups", *command]
        return ["runuser", "-u", _USER, "--", *command]

    def _own(self, folder):
        folder.chmod(0o711)
        if os.getuid() == 0:
            shutil.chown(folder, _USER, self._group())

    def _group(self):
        import grp
        import pwd

        return grp.getgrgid(pwd.getpwnam(_USER).pw_gid).gr_name

    def _environment(self):
        libraries = self.programs.parent / "lib"
        unpacked = PROJECT / ".venv/postgresql/usr/lib"
        return {
            "PATH": os.environ.get("PATH", ""),
            "LC_ALL": "C.UTF-8",
            "LD_LIBRARY_PATH": ":".join(
                [str(libraries), *(str(each) for each in unpacked.glob("*-linux-gnu*") if each.is_dir())]
            ),
        }
