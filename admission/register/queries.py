"""Reads of the register for the organisation itself; what everybody may read is in `public`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.organisations.models import Organisation
from admission.register.models import Consent, Event, Field
from admission.register.rules import PUBLIC
from admission.register.sets import CHANGED, FLAGGED, UNFLAGGED


@dataclass(frozen=True)
class Changed:
    """That a field was changed: by the `organisation` or by the `office`."""

    field: str
    by: str
    on: date


def fields(session: Session, organisation: UUID) -> dict[str, str]:
    """Field -> value as the organisation gave it, whether it may be shown or not."""
    rows = session.execute(select(Field.name, Field.value).where(Field.organisation_id == organisation))
    return {name: value for name, value in rows}


def consents(session: Session, organisation: UUID, purpose: str = PUBLIC) -> dict[str, Consent]:
    """Field -> the consent that holds for this purpose."""
    return {name: row for (name, of), row in consents_held(session, organisation).items() if of == purpose}


def flags(session: Session, organisation: UUID) -> set[str]:
    """The marks of the office that hold; a mark of one that was merged into it holds for it too."""
    rows = session.execute(
        select(Event.told_of, Event.kind, Event.detail)
        .where(
            Event.organisation_id == organisation,
            Event.kind.in_((FLAGGED, UNFLAGGED)),
            Event.taken_back_at.is_(None),
        )
        .order_by(Event.place)
    )
    last = {(row.told_of, row.detail): row.kind for row in rows}
    return {flag for (_, flag), kind in last.items() if kind == FLAGGED}


def consents_held(session: Session, organisation: UUID) -> dict[tuple[str, str], Consent]:
    """(field, purpose) -> the consent that holds."""
    rows = session.scalars(
        select(Consent).where(Consent.organisation_id == organisation, Consent.withdrawn_at.is_(None))
    )
    return {(row.field, row.purpose): row for row in rows}


def changes(session: Session, organisation: UUID) -> list[Changed]:
    """Which field was changed on which day and by whom, the newest first; values are kept nowhere."""
    rows = session.scalars(
        select(Event)
        .where(Event.organisation_id == organisation, Event.kind == CHANGED, Event.taken_back_at.is_(None))
        .order_by(Event.place.desc())
    )
    return [_changed(row) for row in rows]


def public_changes(session: Session, slug: str) -> list[Changed]:
    """The same as everybody may read it: of fields that are public now, and only since they are. One statement."""
    rows = session.execute(
        select(Event, Consent.field)
        .join(Organisation, Organisation.id == Event.organisation_id)
        .join(Consent, Consent.organisation_id == Organisation.id)
        .where(Organisation.slug == slug, Event.kind == CHANGED, Event.taken_back_at.is_(None))
        .where(Consent.purpose == PUBLIC, Consent.withdrawn_at.is_(None), Event.recorded_at >= Consent.given_at)
        .order_by(Event.place.desc())
    )
    return [change for event, name in rows if (change := _changed(event)).field == name]


def _changed(row: Event) -> Changed:
    name, _, by = row.detail.partition("/")
    return Changed(name, by, row.on)


def memberships(session: Session, organisation: UUID) -> Sequence[Case]:
    """The memberships of an organisation, the newest first."""
    return session.scalars(
        select(Case)
        .where(Case.kind == "membership", Case.organisation_id == organisation)
        .order_by(Case.opened_at.desc())
    ).all()
