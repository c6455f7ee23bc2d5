"""Reads of proposals and notices."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
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


def waiting(session: Session, cases: Collection[UUID]) -> set[UUID]:
    """Those of these cases of which a letter was issued that has reached nobody yet; one statement."""
    under_way = (Notice.issued_at.is_not(None), Notice.given_on.is_(None))
    return set(session.scalars(select(Notice.case_id).where(Notice.case_id.in_(cases), *under_way)))
