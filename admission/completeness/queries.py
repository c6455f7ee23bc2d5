"""Reads of checks and supplement requests."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.completeness.models import ItemCheck, SupplementItem


def checks(session: Session, case_id: UUID) -> dict[str, ItemCheck]:
    """Item -> what the office found."""
    return {row.item: row for row in session.scalars(select(ItemCheck).where(ItemCheck.case_id == case_id))}


def last_request(session: Session, case_id: UUID) -> Sequence[SupplementItem]:
    """The items of the newest supplement request, in the order of the criteria."""
    newest = select(func.max(SupplementItem.request)).where(SupplementItem.case_id == case_id).scalar_subquery()
    return session.scalars(
        select(SupplementItem)
        .where(SupplementItem.case_id == case_id, SupplementItem.request == newest)
        .order_by(SupplementItem.item)
    ).all()
