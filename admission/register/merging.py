"""Two records become one organisation, and two again: by a person, with a reason, as entries.

What was told of either counts for the one that stays, on past days too; each is still judged by its own events. The
caller holds both organisations' rows and commits.
"""

from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.ground import clock
from admission.ground.errors import Reason, Refused
from admission.organisations import actions as organisations
from admission.organisations import merges
from admission.organisations.models import Merge, Organisation, OrganisationName
from admission.register.actions import save_field, withdraw_consents
from admission.register.entry import let_go, note_of_office
from admission.register.events import MARKS, note_pair
from admission.register.models import Contact, Event, Source
from admission.register.queries import fields
from admission.register.rules import FIELDS
from admission.register.sets import JOINED, MERGED, PARTED, SPLIT


def merge(session: Session, gone: Organisation, stays: Organisation, reason: str, *, by: UUID, role: str) -> Merge:
    """From now on `gone` counts as `stays`, is shown to nobody, and its address leads on.

    Raises `Refused`: they are one already (`merge.same`), one of them was merged before (`merge.merged`), or `gone`
    still has a case on its way (`merge.open_case`).
    """
    if reasons := why_not(session, gone, stays):
        raise Refused(reasons)
    withdraw_consents(session, gone, FIELDS, by=by, role=role)
    let_go(session, gone.id)
    row = Merge(
        organisation_id=gone.id, into_id=stays.id, reason=reason, merged_by=by, merged_at=clock.now(),
        moved=_move(session, gone.id, stays.id), end_reason="",
    )  # fmt: skip
    session.add(row)
    note_pair(session, (MERGED, gone), (JOINED, stays), reason, by=by, role=role)
    session.execute(
        update(Event)
        .where(Event.organisation_id == gone.id, Event.kind.not_in(MARKS))
        .values(organisation_id=stays.id, told_of=func.coalesce(Event.told_of, Event.organisation_id), folded=False)
    )
    return row


def why_not(session: Session, gone: Organisation, stays: Organisation) -> tuple[Reason, ...]:
    """Why these two cannot be merged this way round; all reasons."""
    found = []
    if gone.id == stays.id:
        found.append(Reason("merge.same"))
    if merges.heads_of(session, [gone.id, stays.id]):
        found.append(Reason("merge.merged"))
    on_its_way = select(Case.id).where(Case.organisation_id == gone.id, Case.ended_at.is_(None)).limit(1)
    if session.scalar(on_its_way) is not None:
        found.append(Reason("merge.open_case"))
    return tuple(found)


def split(session: Session, row: Merge, reason: str, *, by: UUID, role: str) -> None:
    """They were two after all: each counts for itself again, on past days too. Raises `Refused` (`merge.split`)."""
    if row.ended_at is not None:
        raise Refused((Reason("merge.split"),))
    gone, stays = session.get_one(Organisation, row.organisation_id), session.get_one(Organisation, row.into_id)
    head = merges.heads(session)[gone.id]
    row.ended_at, row.ended_by, row.end_reason = clock.now(), by, reason
    session.flush()
    note_pair(session, (SPLIT, gone), (PARTED, stays), reason, by=by, role=role)
    own = merges.parts_of(session, gone.id)
    back = update(Event).where(Event.organisation_id == head, Event.told_of.in_(own))
    session.execute(back.values(organisation_id=gone.id, folded=False))
    session.execute(
        update(Event).where(Event.organisation_id == gone.id, Event.told_of == gone.id).values(told_of=None)
    )
    if head != stays.id:  # the one that it stands in now is not the one it was merged into: it is counted anew, too
        session.execute(update(Event).where(Event.organisation_id == head).values(folded=False))
    along = [UUID(one) for one in row.moved]
    session.execute(delete(OrganisationName).where(OrganisationName.id.in_(along)))
    for table in (Contact, Source):
        session.execute(
            update(table).where(table.id.in_(along), table.organisation_id == head).values(organisation_id=gone.id)
        )


def rename(session: Session, organisation: Organisation, name: str, *, by: UUID, role: str) -> None:
    """From now on it is called so, in its entry too; its former name goes on finding it."""
    if name == organisation.name:
        return
    organisations.rename(session, organisation, name)
    if "name" in fields(session, organisation.id):
        save_field(session, organisation, "name", name)
    let_go(session, organisation.id, "name")
    note_of_office(session, organisation, "name", by, role)


def _move(session: Session, gone: UUID, stays: UUID) -> list[str]:
    """Contacts, sources and the name go along; returns their ids, so that a split can bring them back."""
    moved = []
    one, other = session.get_one(Organisation, gone), session.get_one(Organisation, stays)
    if (name := organisations.note_name(session, other, one.name, "also")) is not None:
        moved.append(str(name.id))
    for table in (Contact, Source):
        moved += [str(one) for one in session.scalars(select(table.id).where(table.organisation_id == gone))]
        session.execute(update(table).where(table.organisation_id == gone).values(organisation_id=stays))
    return moved
