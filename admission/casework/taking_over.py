"""The former network's members never applied: two people and a resolution open their memberships from the list.

They count as "taken over, not assessed by criteria" until the light re-check assesses them.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.casework.facts import Actor
from admission.casework.move import Record, begin
from admission.ground import clock
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.ids import new_id
from admission.log.pseudonyms import pseudonym
from admission.organisations.models import Organisation
from admission.register.models import TakenOver, TakeOver
from admission.rulebook.edition import Rulebook


def propose(
    session: Session, organisations: Sequence[UUID], resolution: str, resolved_on: date, *, by: UUID
) -> TakeOver:
    """Propose to take these organisations over; an older proposal that nobody confirmed gives way. The caller commits.

    Raises `Refused` (`take_over.nobody`, `take_over.is_member`).
    """
    if not organisations:
        raise Refused((Reason("take_over.nobody"),))
    _nobody_is_member_already(session, organisations)
    for old in session.scalars(select(TakeOver).where(TakeOver.confirmed_at.is_(None))):
        session.execute(delete(TakenOver).where(TakenOver.take_over_id == old.id))
        session.delete(old)
    row = TakeOver(resolution=resolution, resolved_on=resolved_on, proposed_by=by, proposed_at=clock.now())
    session.add(row)
    session.flush()
    session.add_all(TakenOver(take_over_id=row.id, organisation_id=one) for one in sorted(set(organisations)))
    session.flush()
    return row


def confirm(session: Session, take_over_id: UUID, book: Rulebook, *, by: UUID, role: str) -> list[UUID]:
    """Open the memberships, an entry each that names the resolution; returns their ids. The caller commits.

    Raises `NotFound`, `Refused` (`take_over.done`, `take_over.same_person`, `take_over.is_member`).
    """
    row = session.scalar(select(TakeOver).where(TakeOver.id == take_over_id).with_for_update())
    if row is None:
        raise NotFound
    if row.confirmed_at is not None:
        raise Refused((Reason("take_over.done"),))
    if row.proposed_by == by:
        raise Refused((Reason("take_over.same_person"),))
    ids = organisations_of(session, row.id)
    locked = select(Organisation.id).where(Organisation.id.in_(ids)).order_by(Organisation.id)
    session.execute(locked.with_for_update(key_share=True))
    _nobody_is_member_already(session, ids)
    row.confirmed_by, row.confirmed_at = by, clock.now()
    cases = [(new_id(), organisation) for organisation in ids]
    names = {case: (pseudonym(session, by, case), pseudonym(session, row.proposed_by, case)) for case, _ in cases}
    session.flush()
    for case, organisation in cases:
        own, proposers = names[case]
        data = {"resolution": row.resolution, "resolved_on": row.resolved_on, "proposed_by": proposers}
        begin(
            session, "membership", "member", book=book, by=Actor(by, role, own), case_id=case,
            columns={"organisation_id": organisation}, record=Record(data=data),
        )  # fmt: skip
    return [case for case, _ in cases]


def waiting(session: Session) -> TakeOver | None:
    """The proposal that waits for a second person."""
    return session.scalar(select(TakeOver).where(TakeOver.confirmed_at.is_(None)))


def organisations_of(session: Session, take_over_id: UUID) -> list[UUID]:
    """The organisations of one take-over, in the order of their ids."""
    query = select(TakenOver.organisation_id).where(TakenOver.take_over_id == take_over_id)
    return sorted(session.scalars(query))


def _nobody_is_member_already(session: Session, organisations: Sequence[UUID]) -> None:
    """Also an open application is in the way: it is decided by the criteria, not by a list."""
    open_cases = select(Case.organisation_id).where(
        Case.organisation_id.in_(list(organisations)), Case.ended_at.is_(None), Case.kind == "membership"
    )
    if members := set(session.scalars(open_cases)):
        names = session.scalars(
            select(Organisation.name).where(Organisation.id.in_(members)).order_by(Organisation.name)
        )
        raise Refused((Reason("take_over.is_member", {"names": ", ".join(names)}),))
