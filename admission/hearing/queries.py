"""Reads of a hearing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.hearing.models import Point, Statement, Weighing


def statement(session: Session, case: Any) -> Statement | None:
    """The statement of this round."""
    return session.scalar(select(Statement).where(Statement.case_id == case.id, Statement.round == case.round))


def points(session: Session, case: Any) -> Sequence[Point]:
    """The points of this round's hearing, by criterion."""
    return session.scalars(
        select(Point).where(Point.case_id == case.id, Point.round == case.round).order_by(Point.criterion)
    ).all()


def weighing(session: Session, case: Any) -> Weighing | None:
    """The weighing of this round."""
    return session.scalar(select(Weighing).where(Weighing.case_id == case.id, Weighing.round == case.round))
