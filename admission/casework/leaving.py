"""Somebody leaves the office or loses a role: what she had claimed goes back to the inbox in the same transaction."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.actions import release_claims
from admission.cases.models import Case
from admission.casework.facts import lock
from admission.people import actions as people
from admission.people.roles import Role


def deactivate(session: Session, account: UUID, *, by: UUID) -> list[UUID]:
    """Close an account and give its claims back; returns the cases. The caller opened with `writing()` and commits.

    Cases are locked before accounts and the log comes last, as everywhere. Raises `Refused` for the last admin.
    """
    given_back = _give_back(session, account)
    people.deactivate(account, by=by)
    return given_back


def withdraw_role(session: Session, account: UUID, role: Role, *, by: UUID) -> list[UUID]:
    """Take a role away; with `caseworker` the claims go back too. Returns the cases. Raises `Refused`, `NotFound`."""
    given_back = _give_back(session, account) if role is Role.CASEWORKER else []
    people.withdraw_role(account, role, by=by)
    return given_back


def _give_back(session: Session, account: UUID) -> list[UUID]:
    claimed = select(Case.id).where(Case.assigned_to == account, Case.ended_at.is_(None)).order_by(Case.id)
    for case_id in session.scalars(claimed).all():
        lock(session, case_id)
    return release_claims(session, account)
