"""Writes of a hearing; the caller holds the case's lock."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.errors import Reason, Refused
from admission.hearing.models import Attachment, Point, Statement, Weighing
from admission.hearing.queries import points, statement, weighing

CHANNELS = ("online", "phone", "post", "office")


def open_points(session: Session, case: Any, criteria: Iterable[str]) -> None:
    """One point for each criterion on which the refusal would rest."""
    known = {point.criterion for point in points(session, case)}
    session.add_all(Point(case_id=case.id, round=case.round, criterion=code) for code in sorted(set(criteria) - known))
    session.flush()


def receive(
    session: Session, case: Any, says: Mapping[str, str], text: str, *, on: date, channel: str, by: UUID
) -> Statement:
    """Record the organisation's statement, point by point; raises `Refused` (`statement.empty`, `statement.before`)."""
    if not text.strip() and not any(words.strip() for words in says.values()):
        raise Refused((Reason("statement.empty"),))
    if statement(session, case) is not None:
        raise Refused((Reason("statement.before"),))
    row = Statement(case_id=case.id, round=case.round, received_on=on, channel=channel, text=text, recorded_by=by)
    session.add(row)
    for point in points(session, case):
        point.says = says.get(point.criterion, "")
    session.flush()
    return row


def attach(session: Session, case: Any, criterion: str, documents: Iterable[UUID]) -> None:
    """Note that these documents belong to the statement, to a point of it or, with an empty name, to none."""
    session.add_all(
        Attachment(document_id=document, case_id=case.id, round=case.round, criterion=criterion)
        for document in documents
    )
    session.flush()


def weigh(session: Session, case: Any, answers: Mapping[str, str], text: str, *, by: UUID) -> Weighing:
    """Record how the statement, or its absence, was weighed, point by point; raises `Refused` (`weighing.missing`)."""
    for point in points(session, case):
        point.weighing = answers.get(point.criterion, point.weighing)
        if point.says.strip() and not point.weighing.strip():
            raise Refused((Reason("weighing.missing", {"criterion": point.criterion}),))
    row = weighing(session, case) or Weighing(case_id=case.id, round=case.round)
    row.text, row.weighed_on, row.weighed_by, row.weighed_at = text, clock.today(), by, clock.now()
    session.add(row)
    session.flush()
    return row
