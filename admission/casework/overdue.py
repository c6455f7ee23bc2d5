"""Deadlines whose last day is over: they fire a step, or escalate; an office deadline never harms the applicant."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.orm import Session

from admission.cases import actions as cases
from admission.cases.models import Case, Deadline
from admission.casework.facts import SYSTEM_ACTOR, lock
from admission.casework.move import Command, RefusedHere, move
from admission.ground import clock
from admission.ground.db import writing
from admission.ground.errors import Stale
from admission.ground.mail import Mail, mail_row
from admission.hearing.queries import statement
from admission.log.append import append
from admission.log.entry import Draft
from admission.rulebook.models import Edition
from admission.rulebook.queries import rulebook

CLOSES_DRAFT = "close_draft"
ANNOUNCES = {"draft": "draft_closing", "supplement": "supplement_ending", "hearing": "hearing_ending"}
"""Period of the applicant -> the mail that tells of its end, as many days before as the edition says (`warn`)."""


def overdue(session: Session) -> Sequence[tuple[UUID, UUID]]:
    """Running deadlines whose last day was before today: (deadline, case), the oldest first."""
    rows = session.execute(
        select(Deadline.id, Deadline.case_id)
        .where(Deadline.state == "running", Deadline.due_on < clock.today())
        .order_by(Deadline.due_on, Deadline.id)
        .limit(200)
    )
    return [(deadline, case) for deadline, case in rows]


def pass_deadline(session: Session, deadline_id: UUID, case_id: UUID) -> str:
    """Let one deadline do what the edition says; commits. Returns `fired`, `escalated`, `ended` or `kept`.

    The command id follows from the deadline, so a second worker, or the same after a crash, does nothing more.
    """
    writing()
    lock(session, case_id)
    case = session.get_one(Case, case_id, populate_existing=True)
    row = session.get_one(Deadline, deadline_id, populate_existing=True)
    if row.state != "running" or row.due_on >= clock.today():
        session.rollback()
        return "kept"
    rule = rulebook(case.edition).procedure(case.kind).deadlines[row.kind]
    if rule.fires:
        return _fire(session, case, row, rule.fires)
    if rule.escalates:
        _escalate(session, case, row)
        return "escalated"
    session.execute(update(Deadline).where(Deadline.id == row.id).values(state="ended", ended_on=clock.today()))
    session.commit()
    return "ended"


def warn(session: Session) -> int:
    """Tell of periods that are about to end, each last day once; commits. Returns how many mails were written.

    The key of a mail follows from the period and its last day, so a second worker, or the same after a crash, writes
    none again; a period that was extended is told of before its new end, too.
    """
    soon = list(_soon(session))
    if not soon:
        return 0
    rows = session.execute(
        select(Deadline.id, Deadline.case_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.state == "running", Deadline.warned_on.is_(None), or_(*soon))
        .order_by(Deadline.due_on, Deadline.id)
        .limit(200)
    ).all()
    session.rollback()
    return sum(_announce(session, deadline, case) for deadline, case in rows)


def _soon(session: Session) -> Iterator[ColumnElement[bool]]:
    """For each edition and period: its last day is near, by the edition's own count."""
    today = clock.today()
    for digest in session.scalars(select(Edition.digest)).all():
        book = rulebook(digest)
        periods = book.procedure("admission").deadlines if "admission" in book.kinds else {}
        for kind in ANNOUNCES.keys() & periods.keys():
            last = Deadline.due_on.between(today, today + timedelta(days=periods[kind].warn or 0))
            yield and_(Case.edition == digest, Deadline.kind == kind, last)


def _announce(session: Session, deadline_id: UUID, case_id: UUID) -> bool:
    """Write one such mail; False if there is nothing to remind of any more."""
    writing()
    lock(session, case_id)
    case = session.get_one(Case, case_id, populate_existing=True)
    row = session.get_one(Deadline, deadline_id, populate_existing=True)
    if row.state != "running" or row.warned_on is not None:
        session.rollback()
        return False
    row.warned_on = clock.today()
    answered = row.kind == "hearing" and statement(session, case) is not None
    if not answered:
        values = {"due": {row.kind: row.due_on.isoformat()}}
        key = f"{row.id}/{row.due_on}/warn"
        mail = mail_row(ANNOUNCES[row.kind], key=key, audience="applicant", case_id=case_id, values=values)
        session.execute(insert(Mail), [mail])
    session.commit()
    return not answered


def _fire(session: Session, case: Case, row: Deadline, step: str) -> str:
    command = Command(uuid5(NAMESPACE_OID, f"{row.id}/{step}"), case.revision)
    try:
        move(session, case.id, step, by=SYSTEM_ACTOR, command=command)
    except (RefusedHere, Stale):  # resting proceedings, or somebody acted meanwhile: asked again later
        session.rollback()
        return "kept"
    if step == CLOSES_DRAFT:
        cases.erase_draft(session, case)
    session.commit()
    return "fired"


def _escalate(session: Session, case: Case, row: Deadline) -> None:
    session.execute(update(Deadline).where(Deadline.id == row.id).values(state="passed"))
    values = {"due": {row.kind: row.due_on.isoformat()}, "deadline": row.kind}
    mail = mail_row("escalated", key=f"{row.id}/escalated", audience="approver", case_id=case.id, values=values)
    session.execute(insert(Mail), [mail])
    append(
        session,
        Draft(
            "deadline.passed",
            SYSTEM_ACTOR.pseudonym,
            SYSTEM_ACTOR.role,
            case=case.id,
            kind=case.kind,
            number=case.number,
            edition=case.edition,
            data={"deadline": row.kind, "due": row.due_on},
        ),
        command=uuid5(NAMESPACE_OID, f"{row.id}/passed"),
    )
    session.commit()
