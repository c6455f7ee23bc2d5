"""A process that proposes and returns without pause, until somebody kills it; what it sent and was told, it notes."""

import os
import random
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from admission.cases.models import Case
from admission.casework.facts import Actor, lock
from admission.casework.move import Command, Record, RefusedHere, move
from admission.decisions import actions as decisions
from admission.ground.db import db, install, writing
from admission.ground.errors import Stale
from tests import installation

SENT, TOLD, REFUSED, FAILED = "sent", "told", "refused", "failed"
STEPS = {"assessment": ("propose", "caseworker"), "proposed": ("return", "approver")}


def write(address: str, folder: str, notes: str, cases: list[UUID], names: dict[str, tuple[UUID, str]]) -> None:
    """Move random cases to and fro; `names`: `role/case` -> account and pseudonym."""
    app = Flask("writer")  # the engine without pages: a killed writer is replaced within milliseconds
    app.config.update(installation.test_settings(address, Path(folder)))
    db.init_app(app)
    chance = random.Random(os.getpid())
    # straight to the kernel: what was written before the kill is there after it
    out = os.open(notes, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def note(word: str, *more: Any) -> None:
        os.write(out, (" ".join([word, *map(str, more)]) + "\n").encode())

    with app.app_context():
        install(db.engine)
        while not Path(folder, "stop").exists():
            case_id, command = chance.choice(cases), uuid4()
            row = db.session.execute(select(Case.state, Case.revision).where(Case.id == case_id)).one()
            name, role = STEPS[row.state]
            note(SENT, command, case_id, row.revision, name)
            try:
                step(case_id, name, actor(names, role, case_id), Command(command, row.revision))
            except (Stale, RefusedHere):
                db.session.rollback()
                note(REFUSED, command)
            except Exception as error:
                note(FAILED, command, repr(error).replace("\n", " "))
                raise
            else:
                note(TOLD, command)


def step(case_id: UUID, name: str, by: Actor, command: Command) -> bool:
    """One step as a desk takes it; True if the same command had been carried out before."""
    writing()
    lock(db.session(), case_id)
    case = db.session.get_one(Case, case_id)
    if name == "propose" and case.state == "assessment" and case.revision == command.seen:
        assert by.person is not None
        decisions.propose(db.session(), case, "admit", "Begründung", (), by=by.person)
    record = Record(reason="Begründung", outcome="admit" if name == "propose" else None)
    moved = move(db.session(), case_id, name, by=by, command=command, record=record)
    db.session.commit()
    return moved.again


def actor(names: dict[str, tuple[UUID, str]], role: str, case_id: UUID) -> Actor:
    """The person of that role, under the pseudonym that it has on this case."""
    person, pseudonym = names[f"{role}/{case_id}"]
    return Actor(person, role, pseudonym)
