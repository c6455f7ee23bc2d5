"""Who acts on a case, under the pseudonym of its matter."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.casework.facts import Actor
from admission.log.pseudonyms import pseudonym
from admission.organisations.models import Representative


def actor(session: Session, person: UUID, role: str, case: Case) -> Actor:
    """The person as an actor of this case; inside the write transaction, after the case was locked.

    An admission, its membership and its reviews are one matter.
    """
    return Actor(person, role, pseudonym(session, person, matter_of(case)))


def matter_of(case: Case | Row[Any]) -> UUID:
    """The matter that a case, or its locked row, belongs to."""
    matter: UUID = case.of or case.id
    return matter


def applicants(session: Session, case: Case) -> list[UUID]:
    """The accounts on the applicant's side, for mails: who opened the draft, and who represents the organisation."""
    ids = [case.applicant_id] if case.applicant_id else []
    if case.organisation_id:
        ids += session.scalars(
            select(Representative.account_id).where(
                Representative.organisation_id == case.organisation_id, Representative.until_at.is_(None)
            )
        )
    return list(dict.fromkeys(ids))
