"""A PostgreSQL cluster for one test run: made in a temporary folder, on loopback, ended with the run.

PostgreSQL refuses to run as root: then it runs as the user `postgres`, which Debian's package makes; anybody else runs
it as themselves.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

OWNER = "mso_owner"
APP = "mso_app"


class NoPostgreSQL(RuntimeError):
    """PostgreSQL's programs are not here; the message says what to install."""


class Cluster:
    """A running cluster; `address` leads to its first database as the owner."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mso-postgres-"))
        self.port = _free_port()
        self._bin = _programs()

    def start(self, otherwise: str = "") -> None:
        """Make and start the cluster; `otherwise`: options of the server that replace these.

        Nothing is flushed to disk: these tests end processes, not the machine.
        """
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off "
            "-c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c jit=off "
            f"-c shared_buffers=64MB {otherwise}"
        )
        self._run("pg_ctl", "-D", data, "-o", options, "-l", str(self.folder / "log"), "-w", "-t", "60", "start")
        for role in (OWNER, APP):
            self.psql("postgres", f"CREATE ROLE {role} LOGIN CREATEDB")
        # whoever drops a test's database ends what is still leaving it, also sessions of the other role
        self.psql("postgres", f"GRANT {APP} TO {OWNER}")

    def stop(self) -> None:
        """Stop the cluster and remove its folder."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def psql(self, database: str, sql: str) -> None:
        """Run SQL as the superuser."""
        self._run("psql", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database, "-c", sql)

    def address(self, database: str, role: str = OWNER) -> str:
        """The address of a database for SQLAlchemy."""
        return address(self.port, database, role)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [str(self._bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            cwd=self.folder,
        )  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')}")


def address(port: int | str, database: str, role: str = OWNER) -> str:
    """The address of a database of the cluster at this port."""
    return f"postgresql+psycopg://{role}@127.0.0.1:{port}/{database}"


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    raise NoPostgreSQL("PostgreSQL is missing: apt-get install postgresql")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
