"""Reads of the register: what an organisation says of itself, and what of it may be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
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
    """Members and guests that show at least one field, by name; all of them or of these. Two statements."""
    current = _current()
    if organisations is not None:
        current = current.where(Organisation.id.in_(organisations))
    rows = session.execute(current).all()
    shown: dict[UUID, dict[str, str]] = {}
    for owner, name, value in session.execute(_consented([row.id for row in rows])):
        shown.setdefault(owner, {})[name] = value
    return [Listed(row.id, row.slug, row.state, row.state_since, shown[row.id]) for row in rows if row.id in shown]


def published_named(session: Session, slug: str) -> Listed | None:
    """The public entry at this address; None if there is none, or nothing of it may be shown."""
    found = session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    return next(iter(published(session, [found])), None) if found else None


def _current() -> Any:
    return (
        select(Organisation.id, Organisation.slug, Case.state, Case.state_since)
        .join(Case, Case.organisation_id == Organisation.id)
        .where(Case.kind == "membership", Case.ended_at.is_(None))
        .order_by(Organisation.search_name)
    )


def _consented(organisations: Collection[UUID]) -> Any:
    return (
        select(Field.organisation_id, Field.name, Field.value)
        .join(Consent, (Consent.organisation_id == Field.organisation_id) & (Consent.field == Field.name))
        .where(Field.organisation_id.in_(organisations), Consent.purpose == PUBLIC, Consent.withdrawn_at.is_(None))
    )
