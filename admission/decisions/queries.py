"""Reads of proposals and notices."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admission.decisions.models import Notice, Proposal
from admission.ground.errors import NotFound


def proposal(session: Session, case: Any) -> Proposal | None:
    """The proposal of this round."""
    return session.scalar(select(Proposal).where(Proposal.case_id == case.id, Proposal.round == case.round))


def notices(session: Session, case_id: UUID) -> Sequence[Notice]:
    """The issued notices of a case, newest first."""
    return session.scalars(
        select(Notice).where(Notice.case_id == case_id, Notice.issued_at.is_not(None)).order_by(Notice.issued_at.desc())
    ).all()


def draft(session: Session, case_id: UUID) -> Notice | None:
    """The notice that waits for its signature."""
    return session.scalar(select(Notice).where(Notice.case_id == case_id, Notice.issued_at.is_(None)))


def notice(session: Session, case_id: UUID, notice_id: UUID) -> Notice:
    """One issued notice of this case; raises `NotFound`."""
    found = session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.case_id == case_id, Notice.issued_at.is_not(None))
    )
    if found is None:
        raise NotFound
    return found


def to_post(session: Session, issued_before: date, consenting: Any) -> Sequence[Notice]:
    """Notices that go by post today: no consent to the desk, or issued before that day and not opened."""
    return session.scalars(
        select(Notice)
        .where(
            Notice.issued_at.is_not(None),
            Notice.given_on.is_(None),
            or_(Notice.case_id.not_in(consenting), Notice.issued_at < issued_before),
        )
        .order_by(Notice.issued_at)
    ).all()
