"""Sixteen people at work at once, each on cases of their own: through `move`, and by the bare driver.

Every process takes one step on each of its cases through `move`, then sends the statements that this wrote once more
by the bare driver, to a copy of the database under the same guards. All sixteen begin together; the two ways alternate
in rounds. Clients and server share the machine, so this measures Python too. Targets: at least 50 % of the bare driver
on PostgreSQL and 30 % on SQLite (red line 40 and 25), 99 of 100 steps within 500 ms, no error.

    .venv/bin/python -m bench.writers [steps a round and process] [rounds]
"""

import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import event, insert, select

from admission.cases.models import Case, ConflictDeclaration
from admission.casework.facts import Actor
from admission.casework.move import Command, move
from admission.ground import clock
from admission.ground.db import db, install, writing
from admission.ground.ids import new_id, random_text
from bench import city
from bench.drivers import driver
from bench.served import environment
from bench.stage import KINDS, Stage, percentile, said, stage
from config import settings
from tests.installation import close

WRITERS = 16
WARM = 4
"""Steps of each process before the first round: connections are opened and statements compiled."""
PATIENCE = 120
"""Seconds after which a round that has not ended is given up."""
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["bench.stage"])
Statement = tuple[str, Any, bool]


@dataclass
class Burst:
    """What one process did in one round: when it began and ended (monotonic seconds), and the ms of each step."""

    begun: float = 0
    ended: float = 0
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """What one process has to do: its cases, a round each, on the database and on its copy."""

    cases: Sequence[Sequence[UUID]]
    clerk: UUID
    environ: dict[str, str]
    bare_address: str


def main() -> None:
    """Measure on both databases and print medians and spread."""
    steps, rounds = (int(value) for value in (*sys.argv[1:], "25", "5")[:2])
    with stage() as found:
        for kind in KINDS:
            print(measured(found, kind, steps, rounds), flush=True)


def measured(found: Stage, kind: str, steps: int = 25, rounds: int = 5) -> str:
    """The text for this database."""
    with found.city(kind) as (address, folder):
        waiting, clerk = _waiting(address, folder, WRITERS * (WARM + steps * rounds))
        parts = [waiting[at::WRITERS] for at in range(WRITERS)]
        cases = [
            [part[:WARM], *(part[at : at + steps] for at in range(WARM, WARM + steps * rounds, steps))]
            for part in parts
        ]
        with found.copy(kind, address) as bare_address:
            environ = environment(address, folder)
            done = _together([Work(own, clerk, environ, bare_address) for own in cases])
    ours, bare = ([[bursts[way][number] for bursts in done] for number in range(1, rounds + 1)] for way in (0, 1))
    shares = [_rate(mine) / _rate(theirs) * 100 for mine, theirs in zip(ours, bare, strict=True)]
    return (
        f"{kind}: {WRITERS} writers through move reach {said(shares, 0)} % of the bare driver\n"
        f"  move: {_told(ours)}\n  bare: {_told(bare)}\n  {rounds} rounds of {WRITERS} times {steps} steps"
    )


def _waiting(address: str, folder: Path, count: int) -> tuple[list[UUID], UUID]:
    """So many applications that wait for their acknowledgement, free of conflicts, and the clerk who may give it."""
    city.grow(address, folder, count + 100, ("received",))
    app = city.application(address, folder)
    with app.app_context():
        clerk = city.reader()
        received = select(Case.id).where(Case.state == "received").order_by(Case.id).limit(count)
        waiting = list(db.session.scalars(received))
        writing()
        declared = {"account_id": clerk, "conflict": False, "declared_at": clock.now()}
        rows = [{"id": new_id(), "case_id": case_id, **declared} for case_id in waiting]
        db.session.execute(insert(ConflictDeclaration), rows)
        db.session.commit()
    close(app)
    return waiting, clerk


def _together(works: Sequence[Work]) -> list[tuple[list[Burst], list[Burst]]]:
    """Let a process do each of them, all at once; ours and the bare driver's bursts of each, round by round."""
    barrier, answers = PROCESSES.Barrier(len(works)), PROCESSES.Queue()
    processes = [PROCESSES.Process(target=_work, args=(work, barrier, answers)) for work in works]
    for process in processes:
        process.start()
    try:
        return [answers.get(timeout=PATIENCE * len(works[0].cases)) for _ in processes]
    finally:
        for process in processes:
            process.join(10)
            process.kill()


def _work(work: Work, barrier: Any, answers: Any) -> None:
    app = Flask("writer")  # the engine without pages
    app.config.update(settings(work.environ, "demo"))
    db.init_app(app)
    connection, begin = driver(work.bare_address)
    cursor = connection.cursor()
    ours, bare = [], []
    with app.app_context():
        install(db.engine)
        current: list[Statement] = []
        event.listen(db.engine, "before_cursor_execute", lambda *call: current.append((call[2], call[3], call[5])))
        for cases in work.cases:
            recorded: list[list[Statement]] = []

            def by_move(at: int, cases: Sequence[UUID] = cases, recorded: Any = recorded) -> None:
                current.clear()
                _acknowledge(cases[at], work.clerk)
                recorded.append([one for one in current if one[0].startswith(("INSERT", "UPDATE"))])

            def by_driver(at: int, recorded: Any = recorded) -> None:
                begin(cursor)
                for sql, values, many in recorded[at]:
                    cursor.executemany(sql, values) if many else cursor.execute(sql, values)
                cursor.execute("COMMIT")

            barrier.wait(PATIENCE)
            ours.append(_burst(by_move, len(cases), db.session.rollback))
            barrier.wait(PATIENCE)
            bare.append(_burst(by_driver, len(recorded), lambda: cursor.execute("ROLLBACK")))
    answers.put((ours, bare))


def _acknowledge(case_id: UUID, clerk: UUID) -> None:
    writing()
    by = Actor(clerk, "caseworker", random_text())
    move(db.session(), case_id, "acknowledge", by=by, command=Command(new_id(), 1))
    db.session.commit()


def _burst(step: Callable[[int], None], count: int, give_up: Callable[[], Any]) -> Burst:
    burst = Burst(begun=time.monotonic())
    for at in range(count):
        begun = time.perf_counter()
        try:
            step(at)
        except Exception as error:
            give_up()
            burst.errors.append(repr(error))
        burst.times.append((time.perf_counter() - begun) * 1000)
    burst.ended = time.monotonic()
    return burst


def _rate(bursts: Sequence[Burst]) -> float:
    """Steps a second of all together that went through."""
    steps = sum(len(burst.times) - len(burst.errors) for burst in bursts)
    return steps / (max(burst.ended for burst in bursts) - min(burst.begun for burst in bursts))


def _told(rounds: Sequence[Sequence[Burst]]) -> str:
    times = [one for bursts in rounds for burst in bursts for one in burst.times]
    errors = list(chain.from_iterable(burst.errors for bursts in rounds for burst in bursts))
    shown = ", ".join(f"p{of} {percentile(times, of):.1f}" for of in (50, 95, 99))
    first = f" ({errors[0]})" if errors else ""
    return f"{said([_rate(bursts) for bursts in rounds], 0)} a second, {shown} ms, {len(errors)} errors{first}"


if __name__ == "__main__":
    main()
