"""How a case stands for somebody who looks at it: nothing is locked, nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.casework.facts import Actor, Situation, read
from admission.casework.people import matter_of
from admission.ground import clock
from admission.log.models import Entry, Pseudonym
from admission.people.models import Account, RoleGrant
from admission.people.queries import holds
from admission.people.roles import Role

WORKED = ("act.assess", "step.propose", "step.weigh")
"""Whoever did one of these does not sign (the edition's `not_by`)."""


@dataclass(frozen=True)
class Signatory:
    """Somebody who holds the role and can sign in; `worked`: they assessed or proposed this case."""

    account: UUID
    name: str
    worked: bool


def seen_by(session: Session, case: Case, person: UUID, roles: frozenset[str]) -> Situation:
    """The facts as they stand, and what this person did and declared; two statements.

    A decision on it is taken anew under the lock: this is for pages.
    """
    matter = str(matter_of(case))
    known = session.scalar(select(Pseudonym.value).where(Pseudonym.person == person, Pseudonym.matter == matter))
    found = read(session, case, Actor(person, "", known or ""))  # type: ignore[arg-type]  # the row has its columns
    return replace(found, person=replace(found.person, roles=roles))


def signatories(session: Session, case: Case) -> Sequence[Signatory]:
    """Everybody who could give the second signature today, by name; one statement."""
    now = clock.now()
    approves = select(RoleGrant.id).where(
        RoleGrant.account_id == Account.id, RoleGrant.role == str(Role.APPROVER), holds(now)
    )
    worked = (
        select(Entry.idx)
        .join(Pseudonym, Pseudonym.value == Entry.actor)
        .where(Pseudonym.person == Account.id, Entry.case_id == case.id, Entry.type.in_(WORKED))
        .exists()
    )
    rows = session.execute(
        select(Account.id, Account.name, worked)
        .where(approves.exists(), Account.factor.is_not(None), Account.deactivated_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return [Signatory(account, name or "", did) for account, name, did in rows]
