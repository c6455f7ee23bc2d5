"""Reads of a hearing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.models import Case, Document
from admission.hearing.models import Attachment, Point, Statement, Weighing


def statement(session: Session, case: Any) -> Statement | None:
    """The statement of this round."""
    return session.scalar(select(Statement).where(Statement.case_id == case.id, Statement.round == case.round))


def answered(session: Session, cases: Collection[UUID]) -> set[UUID]:
    """Those of these cases whose statement of this round is there; one statement."""
    of_round = (Case.id == Statement.case_id) & (Case.round == Statement.round)
    return set(session.scalars(select(Statement.case_id).join(Case, of_round).where(Statement.case_id.in_(cases))))


def points(session: Session, case: Any) -> Sequence[Point]:
    """The points of this round's hearing, by criterion."""
    return session.scalars(
        select(Point).where(Point.case_id == case.id, Point.round == case.round).order_by(Point.criterion)
    ).all()


def attachments(session: Session, case: Any) -> Mapping[str, Sequence[Document]]:
    """The documents to this round's statement, by point; those under an empty name belong to none."""
    rows = session.execute(
        select(Attachment.criterion, Document)
        .join(Document, Document.id == Attachment.document_id)
        .where(Attachment.case_id == case.id, Attachment.round == case.round, Document.removed_at.is_(None))
        .order_by(Document.uploaded_at, Document.id)
    )
    found: dict[str, list[Document]] = {}
    for criterion, document in rows:
        found.setdefault(criterion, []).append(document)
    return found


def weighing(session: Session, case: Any) -> Weighing | None:
    """The weighing of this round."""
    return session.scalar(select(Weighing).where(Weighing.case_id == case.id, Weighing.round == case.round))
