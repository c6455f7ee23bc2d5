"""The register as everybody may read it: members and guests whose name may be shown, with what else they consented to.

An organisation that does not show its name does not stand here at all: its address and its place in the list would
tell the name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.ground import clock
from admission.organisations.models import Organisation
from admission.register.models import Consent, Event, Field
from admission.register.rules import PUBLIC


@dataclass(frozen=True)
class Entry:
    """One organisation, with exactly the fields that it consented to."""

    id: UUID
    slug: str
    state: str
    since: date
    fields: Mapping[str, str]
    known_on: date | None = None
    confirmed_on: date | None = None
    """When it last confirmed itself; both days stand in a single entry alone."""


def entry(session: Session, slug: str) -> Entry | None:
    """The entry at this address; None if there is none, or its name may not be shown. One statement."""
    shelf = current().where(Organisation.slug == slug)
    rows = session.execute(
        fields_of(shelf).add_columns(_day(slug, func.min, "known"), _day(slug, func.max, "confirmed"))
    )
    return next(iter(_entries(rows.all())), None)


def current() -> Select[UUID, str, str, date]:
    """Organisations with an open membership whose name may be shown: (id, slug, state, since)."""
    named = (
        select(Field.id)
        .join(Consent, (Consent.organisation_id == Field.organisation_id) & (Consent.field == Field.name))
        .where(Field.organisation_id == Organisation.id, Field.name == "name", *holding())
    )
    members = select(Organisation.id, Organisation.slug, Case.state, Case.state_since)
    return members.join(Case, Case.organisation_id == Organisation.id).where(
        Case.kind == "membership", Case.ended_at.is_(None), named.exists()
    )


def fields_of(organisations: Select[UUID, str, str, date]) -> Any:
    """The fields of these organisations that may be shown, a row each: (id, slug, state, since, name, value)."""
    shelf = organisations.subquery()
    return (
        select(shelf.c.id, shelf.c.slug, shelf.c.state, shelf.c.state_since, Field.name, Field.value)
        .join(Field, Field.organisation_id == shelf.c.id)
        .join(Consent, (Consent.organisation_id == Field.organisation_id) & (Consent.field == Field.name))
        .where(*holding())
        .order_by(shelf.c.slug)
    )


def _day(slug: str, which: Any, kind: str) -> Any:
    """The first or the last day up to today for which something of this kind was recorded."""
    told = select(which(Event.on)).join(Organisation, Organisation.id == Event.organisation_id)
    up_to_now = (Event.kind == kind, Event.on <= clock.today(), Event.taken_back_at.is_(None))
    return told.where(Organisation.slug == slug, *up_to_now).scalar_subquery().label(kind)


def holding() -> Iterable[Any]:
    """Conditions of a consent that lets everybody read a field."""
    return (Consent.purpose == PUBLIC, Consent.withdrawn_at.is_(None))


def _entries(rows: Iterable[Any]) -> list[Entry]:
    shown: dict[str, dict[str, str]] = {}
    found: dict[str, Entry] = {}
    for row in rows:
        fields = shown.setdefault(row.slug, {})
        fields[row.name] = row.value
        days = (getattr(row, "known", None), getattr(row, "confirmed", None))
        found[row.slug] = Entry(row.id, row.slug, row.state, row.state_since, fields, *days)
    return list(found.values())
