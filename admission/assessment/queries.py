"""Reads of findings."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.assessment.models import Finding


def findings(session: Session, case_id: UUID) -> dict[str, Finding]:
    """Criterion -> finding."""
    return {row.criterion: row for row in session.scalars(select(Finding).where(Finding.case_id == case_id))}
