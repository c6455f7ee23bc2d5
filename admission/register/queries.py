"""Reads of the register for the organisation itself; what everybody may read is in `public`."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.register.models import Consent, Field
from admission.register.rules import PUBLIC


def fields(session: Session, organisation: UUID) -> dict[str, str]:
    """Field -> value as the organisation gave it, whether it may be shown or not."""
    rows = session.execute(select(Field.name, Field.value).where(Field.organisation_id == organisation))
    return {name: value for name, value in rows}


def consents(session: Session, organisation: UUID) -> dict[str, Consent]:
    """Field -> the consent that holds."""
    rows = session.scalars(
        select(Consent).where(
            Consent.organisation_id == organisation, Consent.purpose == PUBLIC, Consent.withdrawn_at.is_(None)
        )
    )
    return {row.field: row for row in rows}


def memberships(session: Session, organisation: UUID) -> Sequence[Case]:
    """The memberships of an organisation, the newest first."""
    return session.scalars(
        select(Case)
        .where(Case.kind == "membership", Case.organisation_id == organisation)
        .order_by(Case.opened_at.desc())
    ).all()
