"""Processes are killed in the middle of their work: nothing is half, and nothing that was told is lost."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from admission.cases.models import Case, Deadline
from admission.casework.move import Command
from admission.decisions.models import Proposal
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.log.models import Entry
from admission.log.pseudonyms import people_of
from admission.log.verifier import verify
from tests.casework.way import Way
from tests.faults import writer

pytestmark = pytest.mark.fault

WRITERS, KILLS, CASES = 4, 20, 6
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.writer"])


def test_twenty_kills_under_load_leave_nothing_half(app, tmp_path):
    ways = _cases()
    names = _names(ways)
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    before = {way.id: way.case.revision for way in ways}
    db.session.remove()
    db.engine.dispose()

    killed = _load_and_kill(address, tmp_path, [way.id for way in ways], names)
    notes = [line.split(" ") for file in tmp_path.glob("notes-*") for line in file.read_text().splitlines()]
    sent = {UUID(line[1]): line for line in notes if line[0] == writer.SENT}
    told = {UUID(line[1]) for line in notes if line[0] == writer.TOLD}
    answered = {UUID(line[1]) for line in notes if line[0] != writer.SENT}
    assert [line for line in notes if line[0] == writer.FAILED] == []
    assert killed == KILLS and len(told) > 5 * KILLS

    found = verify(db.session)
    assert found.faults == ()
    done = set(db.session.scalars(select(Entry.command).where(Entry.command.in_(sent))))
    assert told - done == set()
    silent = done - told
    assert silent.isdisjoint(answered)
    for way in ways:
        _nothing_is_half(way.id, before[way.id])
    _sent_again_is_answered(silent, sent, names)
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    in_flight = len(sent.keys() - answered)
    print(
        f"{db.engine.dialect.name}: {killed} kills, {in_flight} in flight, {len(sent)} sent, {len(told)} told, 0 lost, "
        f"{len(silent)} committed without an answer, {found.size} entries"
    )


def _cases() -> list[Way]:
    """Applications whose findings are complete."""
    ways = [Way()]
    ways += [Way(ways[0].book, organisation_name=f"Verein {number}") for number in range(CASES - 1)]
    for way in ways:
        way.people |= {name: ways[0].people[name] for name in ("anna", "bilal")}
        way.in_assessment()
        way.assesses()
        way.act("claim", "anna")
        way.proposes("admit")
        way.step("return", "bilal", writer.Record(reason="Noch einmal"))
    return ways


def _names(ways: list[Way]) -> dict[str, tuple[UUID, str]]:
    roles = {"caseworker": ways[0].people["anna"], "approver": ways[0].people["bilal"]}
    names: dict[str, tuple[UUID, str]] = {}
    for way in ways:
        known = {person: name for name, person in people_of(db.session, way.id).items()}
        names |= {f"{role}/{way.id}": (person, known[person]) for role, person in roles.items()}
    return names


def _load_and_kill(address: str, folder: Path, cases: list[UUID], names: dict[str, tuple[UUID, str]]) -> int:
    """Four writers; every now and then one that is at work is killed and another takes its place."""
    chance, number, killed = random.Random(7), 0, 0
    running: dict[Path, multiprocessing.process.BaseProcess] = {}
    until = time.monotonic() + 120
    try:
        while killed < KILLS and time.monotonic() < until:
            while len(running) < WRITERS:
                notes = folder / f"notes-{number}"
                process = PROCESSES.Process(target=writer.write, args=(address, str(folder), str(notes), cases, names))
                process.start()
                running[notes] = process
                number += 1
            time.sleep(chance.uniform(0.02, 0.12))
            at_work = [notes for notes in running if notes.exists() and notes.read_text().count(writer.TOLD) > 5]
            if at_work:
                victim = running.pop(chance.choice(at_work))
                os.kill(victim.pid or 0, signal.SIGKILL)
                victim.join(10)
                killed += victim.exitcode == -signal.SIGKILL
    finally:
        (folder / "stop").touch()
        for process in running.values():
            process.join(20)
    assert [process.exitcode for process in running.values()] == [0] * len(running)
    return killed


def _nothing_is_half(case_id: UUID, before: int) -> None:
    """State, entries, proposals, deadlines and mails of a case tell the same story."""
    case = db.session.get_one(Case, case_id)
    entries = db.session.scalars(
        select(Entry).where(Entry.case_id == case_id, Entry.revision > before).order_by(Entry.revision)
    ).all()
    assert [entry.revision for entry in entries] == list(range(before + 1, case.revision + 1))
    assert {entry.type for entry in entries} <= {"step.propose", "step.return"}
    mails = Counter(db.session.scalars(select(Mail.key).where(Mail.case_id == case_id)))
    for entry in entries:
        keys = [key for key in mails if key.startswith(f"{case_id}/{entry.revision}/")]
        assert [mails[key] for key in keys] == [1]
    proposed = sum(entry.type == "step.propose" for entry in entries) + 1  # one before
    rows = select(func.count()).select_from(Proposal).where(Proposal.case_id == case_id)
    assert db.session.scalar(rows) == proposed
    deadlines = db.session.scalars(select(Deadline).where(Deadline.case_id == case_id)).all()
    assert sum(row.kind == "second_signature" for row in deadlines) == proposed
    runs = {"assessment": ["assessment", "decision"], "proposed": ["decision", "second_signature"]}
    assert sorted(row.kind for row in deadlines if row.state == "running") == runs[case.state]


def _sent_again_is_answered(silent: set[UUID], sent: dict[UUID, list[str]], names: dict[str, tuple[UUID, str]]) -> None:
    """Whoever got no answer sends the same form again, and is told what had been done."""
    for command in silent:
        _word, _id, case, revision, name = sent[command]
        role = "caseworker" if name == "propose" else "approver"
        by = writer.actor(names, role, UUID(case))
        assert writer.step(UUID(case), name, by, Command(command, int(revision))) is True
