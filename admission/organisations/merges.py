"""Reads of merges: as which organisation one counts, now or at an instant."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admission.organisations.models import Merge, Organisation


def heads(session: Session, at: datetime | None = None) -> dict[UUID, UUID]:
    """Organisation -> the one as which it counts, for all that are merged into another one; now, or at an instant."""
    query = select(Merge.organisation_id, Merge.into_id)
    if at is None:
        query = query.where(Merge.ended_at.is_(None))
    else:
        query = query.where(Merge.merged_at <= at, or_(Merge.ended_at.is_(None), Merge.ended_at > at))
    into = {organisation: other for organisation, other in session.execute(query)}
    return {organisation: _end(into, organisation) for organisation in into}


def heads_of(session: Session, organisations: Collection[UUID]) -> dict[UUID, UUID]:
    """The same for these alone, now; one statement where none of them is merged."""
    held = select(Merge.id).where(Merge.organisation_id.in_(list(organisations)), Merge.ended_at.is_(None))
    if session.scalar(held.limit(1)) is None:
        return {}
    found = heads(session)
    return {organisation: found[organisation] for organisation in organisations if organisation in found}


def parts_of(session: Session, organisation: UUID) -> set[UUID]:
    """Those that count as this one now, through others too, and itself."""
    return {organisation} | {part for part, head in heads(session).items() if head == organisation}


def touched_since(session: Session, at: datetime) -> set[UUID]:
    """As which organisations those count now that were merged or split after an instant."""
    rows = session.execute(
        select(Merge.organisation_id, Merge.into_id).where(or_(Merge.merged_at > at, Merge.ended_at > at))
    )
    named = {organisation for row in rows for organisation in row}
    found = heads(session) if named else {}
    return {found.get(organisation, organisation) for organisation in named}


def merged_into(session: Session, organisation: UUID) -> Sequence[tuple[Merge, Organisation]]:
    """What was merged into this one directly and is so still, the newest first."""
    rows = session.execute(
        select(Merge, Organisation)
        .join(Organisation, Organisation.id == Merge.organisation_id)
        .where(Merge.into_id == organisation, Merge.ended_at.is_(None))
        .order_by(Merge.merged_at.desc(), Merge.id)
    )
    return [(merge, other) for merge, other in rows]


def head_of(session: Session, organisation: UUID) -> Organisation | None:
    """The organisation that this one was merged into, at the end of the way; none if it was not."""
    found = heads_of(session, [organisation]).get(organisation)
    return session.get_one(Organisation, found) if found else None


def heads_shown(session: Session, organisations: Collection[UUID]) -> dict[UUID, Organisation]:
    """Organisation -> the one that it was merged into, for those that were; one statement where none was."""
    found = heads_of(session, organisations)
    if not found:
        return {}
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(set(found.values()))))
    by_id = {row.id: row for row in rows}
    return {organisation: by_id[head] for organisation, head in found.items()}


def head_at(session: Session, slug: str) -> Organisation | None:
    """The same by its address in the register."""
    found = session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    return head_of(session, found) if found else None


def _end(into: dict[UUID, UUID], organisation: UUID) -> UUID:
    seen = {organisation}
    while (following := into.get(organisation)) is not None and following not in seen:
        organisation = following
        seen.add(organisation)  # a clock that was set back could make a ring of them; nobody walks it for ever
    return organisation
