"""Reads of the register: what an organisation says of itself, and what of it may be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.organisations.models import Organisation
from admission.register.models import Consent, Field
from admission.register.rules import PUBLIC


@dataclass(frozen=True)
class Listed:
    """One organisation in the public register: only what it consented to."""

    id: UUID
    slug: str
    state: str
    since: date
    fields: Mapping[str, str]


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


def published(session: Session, organisations: Collection[UUID] | None = None) -> list[Listed]:
    """Members and guests that show at least one field, by name; all of them or of these. One statement."""
    query = _SHOWN if organisations is None else _SHOWN.where(Organisation.id.in_(organisations))
    found: dict[UUID, Listed] = {}
    shown: dict[UUID, dict[str, str]] = {}
    for row in session.execute(query):
        fields = shown.setdefault(row.id, {})
        fields[row.name] = row.value
        found[row.id] = Listed(row.id, row.slug, row.state, row.state_since, fields)
    return list(found.values())


def published_named(session: Session, slug: str) -> Listed | None:
    """The public entry at this address; None if there is none, or nothing of it may be shown."""
    found = session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    return next(iter(published(session, [found])), None) if found else None


_SHOWN = (
    select(Organisation.id, Organisation.slug, Case.state, Case.state_since, Field.name, Field.value)
    .join(Case, Case.organisation_id == Organisation.id)
    .join(Field, Field.organisation_id == Organisation.id)
    .join(Consent, and_(Consent.organisation_id == Organisation.id, Consent.field == Field.name))
    .where(
        Case.kind == "membership",
        Case.ended_at.is_(None),
        Consent.purpose == PUBLIC,
        Consent.withdrawn_at.is_(None),
    )
    .order_by(Organisation.search_name, Organisation.id)
)
