"""One step of a case through `move`, beside the same rows under the same guards by the bare driver.

Every write that `move` sends is recorded on one database; the bare driver then sends the same statements, one durable
transaction a step, to a copy made before. Both sides are timed from the opening of the write transaction to the end of
its commit, over one connection that stays open, so that both pay for BEGIN and for SQLite's checkpoints; `move` also
locks, reads the facts and decides. Rounds are interleaved; the ratio of medians is what counts.

    .venv/bin/python -m bench.move [cases a round] [rounds]
"""

import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event

from admission.cases.models import Case
from admission.casework.move import Command, move
from admission.casework.people import actor
from admission.ground.db import SQLITE_PRAGMAS, db, writing
from admission.ground.ids import new_id
from bench.stage import DURABLE
from tests import cluster, installation
from tests.office import Office

Statement = tuple[str, Any, bool]


def main() -> None:
    """Measure on both databases and print medians and spread."""
    cases, rounds = (int(value) for value in (*sys.argv[1:], "40", "7")[:2])
    running = cluster.Cluster()
    running.start(DURABLE)
    try:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "made").mkdir()
            templates = installation.Templates(Path(folder) / "made", str(running.port))
            for kind in ("sqlite", "postgresql"):
                print(_measured(kind, templates, running, Path(folder), cases, rounds))
    finally:
        running.stop()


def _measured(
    kind: str, templates: installation.Templates, running: cluster.Cluster, folder: Path, cases: int, rounds: int
) -> str:
    here = folder / kind
    here.mkdir()
    with templates.fresh(kind, here) as address:
        app = installation.application(address, here)
        with app.app_context():
            waiting = _waiting(cases * rounds)
        installation.close(app)
        with _copy(kind, address, running, here) as bare_address, _driver(kind, bare_address) as (connection, begin):
            ours, bare = [], []
            for number in range(rounds):
                part = waiting[number * cases : (number + 1) * cases]
                with app.app_context():
                    seconds, recorded = _by_move(part)
                ours.append(seconds / cases * 1000)
                bare.append(_by_driver(connection.cursor(), begin, recorded) / cases * 1000)
        installation.close(app)
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    statements = len(recorded[0])
    return (
        f"{kind}: move {_said(ours)} ms, bare driver {_said(bare)} ms, ratio {_said(ratios)}; "
        f"{statements} writing statements a step, {rounds} rounds of {cases}"
    )


def _waiting(count: int) -> list[tuple[UUID, UUID]]:
    """Applications that wait for their acknowledgement, with the clerk who may give it."""
    office = Office()
    found = []
    for _ in range(count):
        case_id = office.draft_and_submit()
        office.declares(case_id, office.clerk, "caseworker")
        found.append((case_id, office.clerk))
    return found


def _by_move(waiting: list[tuple[UUID, UUID]]) -> tuple[float, list[list[Statement]]]:
    recorded: list[list[Statement]] = []
    current: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        current.append((sql, values, many))

    total = 0.0
    event.listen(db.engine, "before_cursor_execute", note)
    for case_id, clerk in waiting:
        case = db.session.get_one(Case, case_id)
        by = actor(db.session(), clerk, "caseworker", case)
        command = Command(new_id(), case.revision)
        db.session.rollback()
        current.clear()
        start = time.perf_counter()
        writing()
        move(db.session(), case_id, "acknowledge", by=by, command=command)
        db.session.commit()
        total += time.perf_counter() - start
        recorded.append([statement for statement in current if statement[0].startswith(("INSERT", "UPDATE"))])
    event.remove(db.engine, "before_cursor_execute", note)
    return total, recorded


def _by_driver(cursor: Any, begin: str, recorded: list[list[Statement]]) -> float:
    start = time.perf_counter()
    for step in recorded:
        cursor.execute(begin)
        for sql, values, many in step:
            cursor.executemany(sql, values) if many else cursor.execute(sql, values)
        cursor.execute("COMMIT")
    return time.perf_counter() - start


@contextmanager
def _driver(kind: str, address: str) -> Iterator[tuple[Any, str]]:
    """A connection with our settings, and the line that opens a write transaction on it."""
    connection: Any
    if kind == "sqlite":
        connection, begin = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None), "BEGIN IMMEDIATE"
        for pragma in SQLITE_PRAGMAS:
            connection.execute("PRAGMA " + pragma)
    else:
        url = address.replace("postgresql+psycopg", "postgresql")
        connection, begin = psycopg.connect(url, autocommit=True), "BEGIN"
    yield connection, begin
    connection.close()


@contextmanager
def _copy(kind: str, address: str, running: cluster.Cluster, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        source = address.removeprefix("sqlite:///")
        with sqlite3.connect(source) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy = folder / "bare.sqlite"
        shutil.copy(source, copy)
        yield f"sqlite:///{copy}"
        return
    name = address.rpartition("/")[2]
    running.psql("postgres", f"CREATE DATABASE {name}_bare OWNER {cluster.OWNER} TEMPLATE {name}")
    yield cluster.address(running.port, f"{name}_bare")


def _said(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    os.environ.setdefault("MODE", "test")
    main()
