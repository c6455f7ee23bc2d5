"""The release of figures: one person proposes, another one confirms; an entry says which figures they are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.errors import NotFound, Reason, Refused
from admission.log.append import append_house
from admission.log.pseudonyms import pseudonym
from admission.register.counting import tally
from admission.register.models import Release
from admission.register.sets import SetRule


def propose(session: Session, *, by: UUID) -> Release:
    """Propose today's figures; an older proposal that nobody confirmed gives way. The caller commits."""
    for waiting in session.scalars(select(Release).where(Release.confirmed_at.is_(None))):
        session.delete(waiting)
    row = Release(on=clock.today(), proposed_by=by, proposed_at=clock.now())
    session.add(row)
    session.flush()
    return row


def confirm(session: Session, release_id: UUID, rules: Sequence[SetRule], *, by: UUID, role: str) -> Release:
    """Release the figures as they are today; from the first release on everybody reads them day by day.

    Raises `NotFound`, `Refused` (`release.same_person`, `release.done`). The caller commits.
    """
    row = session.scalar(select(Release).where(Release.id == release_id).with_for_update())
    if row is None:
        raise NotFound
    if row.confirmed_at is not None:
        raise Refused((Reason("release.done"),))
    if row.proposed_by == by:
        raise Refused((Reason("release.same_person"),))
    row.on, row.confirmed_by, row.confirmed_at = clock.today(), by, clock.now()
    counted = tally(session, rules, row.on)
    session.flush()
    proposed_by = pseudonym(session, row.proposed_by)
    figures = {rule.name: counted.size(rule.name) for rule in rules}
    data = {"on": row.on, "figures": figures, "proposed_by": proposed_by}
    append_house(session, "figures.released", actor=by, role=role, data=data)
    return row


def released(session: Session) -> Sequence[Release]:
    """All releases, the newest first; none: the figures are not public yet."""
    query = select(Release).where(Release.confirmed_at.is_not(None)).order_by(Release.confirmed_at.desc())
    return session.scalars(query).all()


def waiting(session: Session) -> Release | None:
    """The proposal that waits for a second person."""
    return session.scalar(select(Release).where(Release.confirmed_at.is_(None)))
