"""Reads of organisations and of who speaks for them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admission.ground.errors import NotFound
from admission.organisations.models import Organisation, OrganisationName, Representative
from admission.organisations.rules import folded


def organisation(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation; raises `NotFound`."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


def represented_by(session: Session, account: UUID) -> Sequence[Organisation]:
    """The organisations that a person speaks for now."""
    return session.scalars(
        select(Organisation)
        .join(Representative)
        .where(Representative.account_id == account, Representative.until_at.is_(None))
        .order_by(Organisation.name)
    ).all()


def hints(session: Session, name: str, register_number: str | None, but: UUID | None = None) -> Sequence[Organisation]:
    """Organisations that may be the same one: a hint to a human, never a verdict."""
    same = [Organisation.search_name == folded(name)]
    if register_number:
        same.append(Organisation.register_number == register_number)
    query = select(Organisation).where(or_(*same)).order_by(Organisation.name).limit(10)
    return session.scalars(query.where(Organisation.id != but) if but else query).all()


def names_noted(session: Session, organisation: UUID) -> Sequence[str]:
    """Its other names: those that it bore before, and those under which a source knows it."""
    query = select(OrganisationName.name).where(OrganisationName.organisation_id == organisation)
    return session.scalars(query.order_by(OrganisationName.name)).all()


def names_of(session: Session, organisations: Sequence[UUID]) -> dict[UUID, str]:
    """Organisation -> the name it goes by now."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(list(organisations)))
    return {row.id: row.name for row in session.execute(query)}
