"""What the measurements stand on: both databases as a city runs them, and numbers said with their spread."""

import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from alembic.command import downgrade

from bench import city
from tests import cluster, installation

KINDS = ("sqlite", "postgresql")
DURABLE = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=256MB -c max_wal_size=4GB"
"""Both databases write to the disk before they answer; a ratio without that would be another one."""


class Stage:
    """A PostgreSQL cluster, an empty migrated database of each kind, and a folder that is gone afterwards."""

    def __init__(self, running: cluster.Cluster, folder: Path, kept: ExitStack) -> None:
        (folder / "made").mkdir()
        self.folder = folder
        self._running = running
        self._templates = installation.Templates(folder / "made", str(running.port))
        self._kept = kept
        self._cities: dict[str, tuple[str, Path]] = {}
        self._numbers = count()

    @contextmanager
    def database(self, kind: str) -> Iterator[tuple[str, Path]]:
        """A migrated database of its own, gone afterwards: its address, and a folder with keys."""
        folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=self.folder))
        with self._templates.fresh(kind, folder) as address:
            installation.test_settings(address, folder)  # makes the keys
            yield address, folder

    @contextmanager
    def empty(self, kind: str) -> Iterator[tuple[str, Path]]:
        """A database without tables, as `database`."""
        with self.database(kind) as (address, folder):
            installation.migrate(address, downgrade, "base")
            yield address, folder

    @contextmanager
    def city(self, kind: str, cases: int = 0) -> Iterator[tuple[str, Path]]:
        """The fictional city, as `database`; with `cases` it has so many submitted admissions."""
        if kind not in self._cities:
            self._cities[kind] = self._kept.enter_context(self.database(kind))
            city.found(*self._cities[kind])
        played, folder = self._cities[kind]
        with self.copy(kind, played) as address:
            if cases:
                city.grow(address, folder, cases)
            yield address, folder

    @contextmanager
    def copy(self, kind: str, address: str) -> Iterator[str]:
        """The same database once more; nobody may be connected to the first one."""
        number = next(self._numbers)
        if kind == "sqlite":
            source, target = address.removeprefix("sqlite:///"), self.folder / f"copy-{number}.sqlite"
            with sqlite3.connect(source) as opened:
                opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(source, target)
            yield f"sqlite:///{target}"
            return
        first = address.rpartition("/")[2]
        name = f"{first}_copy_{number}"
        self._running.psql("postgres", f"CREATE DATABASE {name} OWNER {cluster.OWNER} TEMPLATE {first}")
        try:
            yield self._running.address(name)
        finally:
            self._running.psql("postgres", f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def stage() -> Iterator[Stage]:
    """Set everything up, and take it down again whatever happens."""
    running = cluster.Cluster()
    running.start(DURABLE)
    try:
        with tempfile.TemporaryDirectory(prefix="mso-bench-") as folder, ExitStack() as kept:
            yield Stage(running, Path(folder), kept)
    finally:
        running.stop()


def said(values: Sequence[float], digits: int = 2) -> str:
    """The median and its spread."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def percentile(values: Sequence[float], of: int) -> float:
    """The value below which so many of a hundred lie."""
    return sorted(values)[min(len(values) - 1, len(values) * of // 100)]
