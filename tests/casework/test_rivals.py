"""Several people at once: one winner, no stale facts, nobody waits for a lock that is not needed."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from admission.casework.facts import LOCK
from admission.casework.move import Command, RefusedHere, move
from admission.completeness import actions as completeness
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Stale
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.organisations.models import Organisation
from tests.casework.way import Way

RIVALS = 16


def together(app: Flask, number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(0) … work(number - 1)` at once, each with a session of its own; results or exceptions."""
    barrier = Barrier(number)

    def run(at: int) -> Any:
        with app.app_context():
            barrier.wait(30)
            try:
                return work(at)
            except Exception as error:
                return error
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def acknowledges(way: Way, command: Command, who: str = "anna") -> str:
    writing()
    moved = move(db.session, way.id, "acknowledge", by=way.by(who), command=command)
    db.session.commit()
    return "again" if moved.again else "moved"


def ready(app: Flask) -> Way:
    """A received application on which both caseworkers are known by their pseudonyms."""
    way = Way()
    way.submits()
    for who in ("anna", "chris"):
        way.act("claim", who)
    return way


def entries(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Entry).where(Entry.type == kind))


@pytest.mark.parametrize("_round", range(3))
def test_of_sixteen_rivals_one_wins_and_fifteen_are_told(app, _round):
    way = ready(app)
    seen = way.case.revision
    results = together(app, RIVALS, lambda at: acknowledges(way, Command(uuid4(), seen), ("anna", "chris")[at % 2]))
    assert Counter(result if isinstance(result, str) else type(result) for result in results) == {
        "moved": 1,
        Stale: RIVALS - 1,
    }
    assert {(error.seen, error.current) for error in results if isinstance(error, Stale)} == {(1, 2)}
    assert (way.case.state, way.case.revision, entries("step.acknowledge")) == ("completeness", 2, 1)
    assert verify(db.session).sound


def test_one_form_sent_sixteen_times_at_once_is_carried_out_once(app):
    way = ready(app)
    command = way.command()
    results = together(app, RIVALS, lambda _at: acknowledges(way, command))
    assert Counter(results) == {"moved": 1, "again": RIVALS - 1}
    assert entries("step.acknowledge") == 1


def test_sixteen_people_on_as_many_cases_do_not_disturb_each_other(app):
    ways = [ready(app)]
    for number in range(RIVALS - 1):
        ways.append(Way(ways[0].book, organisation_name=f"Verein {number}"))
        ways[-1].submits()
        ways[-1].act("claim", "anna")
    commands = [way.command() for way in ways]
    assert together(app, RIVALS, lambda at: acknowledges(ways[at], commands[at])) == ["moved"] * RIVALS
    assert verify(db.session).sound


def test_the_first_submissions_of_a_year_are_numbered_without_a_gap(app):
    ways = [Way()]
    ways += [Way(ways[0].book, organisation_name=f"Verein {number}") for number in range(RIVALS - 1)]
    together(app, RIVALS, lambda at: ways[at].submits())
    year = clock.today().year
    assert sorted(way.case.number for way in ways) == [f"MSO-{year}-{number:04d}" for number in range(1, RIVALS + 1)]


def test_organisations_of_one_name_that_apply_at_once_get_an_address_each(app):
    ways = [Way()]
    ways += [Way(ways[0].book) for _number in range(RIVALS - 1)]
    together(app, RIVALS, lambda at: ways[at].submits())
    assert {way.case.state for way in ways} == {"received"}
    assert db.session.scalar(select(func.count(Organisation.slug.distinct()))) == RIVALS


def test_what_somebody_found_missing_meanwhile_is_seen(app):
    """Facts are read after the lock: a second connection that reads "nothing is missing" before it must not win."""
    way = ready(app)
    way.step("acknowledge", "anna")
    way.checks()
    command, has_lock, tries = way.command(), Event(), Event()

    def work(at: int) -> Any:
        if at == 0:
            way.locked()
            has_lock.set()
            tries.wait(10)
            person = way.people["anna"]
            completeness.check(db.session, way.id, "K04", "missing", "Die Satzung fehlt.", by=person, seen=1)
            until_somebody_waits(app)
            db.session.commit()
            return None
        has_lock.wait(10)
        tries.set()
        writing()
        return move(db.session, way.id, "confirm_complete", by=way.by("chris"), command=command)

    _first, refusal = together(app, 2, work)
    assert isinstance(refusal, RefusedHere)
    assert [reason.code for reason in refusal.reasons] == ["nothing_is_missing"]
    assert refusal.situation.facts.items_missing == 1


def until_somebody_waits(app: Flask) -> None:
    """On PostgreSQL until the rival stands before the row; on SQLite it stands before the file and is not seen."""
    if db.session.connection().dialect.name == "sqlite":
        Event().wait(0.3)
        return
    with db.engine.connect() as connection:
        for _try in range(100):
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
            Event().wait(0.05)
    raise AssertionError("nobody waits: the rival did not ask for the lock")


def test_lock_and_facts_are_two_statements_and_the_lock_lets_foreign_keys_pass(app):
    compiled = str(LOCK.compile(dialect=db.engine.dialect))
    if db.engine.dialect.name == "sqlite":
        assert "FOR" not in compiled.split()  # BEGIN IMMEDIATE is the lock
        return
    assert compiled.endswith("FOR NO KEY UPDATE")
    way = ready(app)
    way.locked()
    with db.engine.connect() as other:
        other.exec_driver_sql("SET lock_timeout = '500ms'")
        other.execute(
            text("INSERT INTO pause (id, case_id, begun_on) VALUES (:id, :case, '2026-11-24')"),
            {"id": uuid4(), "case": way.id},
        )
        other.rollback()
