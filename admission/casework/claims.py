"""Who has a case on the desk: taking one on, and giving all back when somebody leaves the office or loses the role.

Order of locks, as everywhere: cases, then accounts, the log last. Whoever claims locks the own account after the case
and reads it again, so that no claim is left with an account that was closed in the same moment.
"""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.actions import assign, release_claims
from admission.cases.models import Case
from admission.casework.facts import Actor, lock
from admission.casework.move import Command, act
from admission.ground.errors import NotAllowed
from admission.people import actions as people
from admission.people.accounts import locked
from admission.people.queries import roles_of
from admission.people.roles import Role


class _ClaimedMeanwhile(Exception):
    """A case was claimed between looking for claims and locking the account."""


def claim(session: Session, case: Case, *, by: Actor, command: Command) -> None:
    """Assign the locked case to whoever acts. Raises `NotAllowed` if their account or role ended meanwhile."""
    assert by.person is not None
    account = locked(by.person)
    if account.deactivated_at is not None or Role(by.role) not in roles_of(by.person):
        raise NotAllowed
    assign(session, case.id, by.person)
    act(session, case.id, "claim", by=by, command=command)


def deactivate(session: Session, account: UUID, *, by: UUID | None) -> list[UUID]:
    """Close an account and give its claims back; returns the cases. The caller opened with `writing()` and commits.

    Raises `Refused` for the last admin.
    """
    given_back = _give_back(session, account, by)
    people.deactivate(account, by=by)
    return given_back


def withdraw_role(session: Session, account: UUID, role: Role, *, by: UUID | None) -> list[UUID]:
    """Take a role away; with `caseworker` the claims go back too. Returns the cases. Raises `Refused`, `NotFound`."""
    given_back = _give_back(session, account, by) if role is Role.CASEWORKER else []
    people.withdraw_role(account, role, by=by)
    return given_back


def _give_back(session: Session, account: UUID, by: UUID | None) -> list[UUID]:
    """Lock the claimed cases, then the accounts; if a claim came in between, let go of all of them and begin anew.

    Once the account is locked nobody claims with it any more, so that the cases found then are all there are.
    """
    while True:
        with suppress(_ClaimedMeanwhile), session.begin_nested():  # going back to the savepoint gives the locks back
            claimed = _claimed(session, account)
            for case_id in claimed:
                lock(session, case_id)
            people.lock_for_leaving(account, by)
            if set(_claimed(session, account)) - set(claimed):
                raise _ClaimedMeanwhile
            return release_claims(session, account)


def _claimed(session: Session, account: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(Case.id).where(Case.assigned_to == account, Case.ended_at.is_(None)).order_by(Case.id)
    ).all()
