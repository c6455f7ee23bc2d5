"""Writes on organisations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.ids import new_id, random_text
from admission.organisations.models import Organisation, OrganisationName, Representative
from admission.organisations.rules import folded, slug

MOST_RIVALS = 20


def found(session: Session, name: str, register_number: str | None = None) -> Organisation:
    """Note an organisation that is not known yet; of several with one name at once, each gets an address of its own."""
    for _rival in range(MOST_RIVALS):
        try:
            with session.begin_nested():
                return _note(session, name, register_number)
        except IntegrityError:  # another one of this name was noted since we looked which addresses are free
            continue
    return _note(session, name, register_number)


def found_all(session: Session, wanted: Sequence[tuple[str, str | None]]) -> list[Organisation]:
    """Note many organisations at once, as (name, register number); addresses that are taken get a number."""
    slugs = [slug(name) for name, _ in wanted]
    taken = set(session.scalars(select(Organisation.slug).where(Organisation.slug.in_(set(slugs)))))
    made = []
    for (name, number), wish in zip(wanted, slugs, strict=True):
        own = wish
        if wish in taken:
            session.flush()
            own = _free_slug(session, wish)
        taken.add(own)
        made.append(
            Organisation(
                id=new_id(),
                slug=own,
                name=name[:200],
                search_name=folded(name)[:200],
                register_number=number,
                pseudonym=random_text(),
                created_at=clock.now(),
            )
        )
        session.add(made[-1])
    session.flush()
    return made


def note_name(session: Session, organisation: Organisation, name: str, kind: str) -> OrganisationName | None:
    """Note that it is also called so (`also`), or was before (`former`); None if that is known."""
    search_name = folded(name)[:200]
    there = select(OrganisationName.id).where(
        OrganisationName.organisation_id == organisation.id, OrganisationName.search_name == search_name
    )
    if name == organisation.name or session.scalar(there) is not None:
        return None
    row = OrganisationName(
        organisation_id=organisation.id, name=name[:200], search_name=search_name, kind=kind, noted_at=clock.now()
    )
    session.add(row)
    session.flush()
    return row


def rename(session: Session, organisation: Organisation, name: str) -> OrganisationName | None:
    """From now on it is called so; its former name goes on finding it. Its address stays, for others link to it."""
    before = organisation.name
    organisation.name, organisation.search_name = name[:200], folded(name)[:200]
    return note_name(session, organisation, before, "former")


def represent(session: Session, organisation_id: UUID, account: UUID) -> None:
    """From now on this person may act for the organisation; nothing changes if they may already."""
    row = session.scalar(
        select(Representative).where(
            Representative.organisation_id == organisation_id, Representative.account_id == account
        )
    )
    if row is None:
        row = Representative(organisation_id=organisation_id, account_id=account)
        session.add(row)
    elif row.until_at is None:
        return
    row.since_at, row.until_at = clock.now(), None
    session.flush()


def _note(session: Session, name: str, register_number: str | None) -> Organisation:
    row = Organisation(
        slug=_free_slug(session, slug(name)),
        name=name[:200],
        search_name=folded(name)[:200],
        register_number=register_number,
        pseudonym=random_text(),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _free_slug(session: Session, wanted: str) -> str:
    taken = set(session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(wanted, autoescape=True))))
    if wanted not in taken:
        return wanted
    return next(f"{wanted}-{number}" for number in range(2, len(taken) + 3) if f"{wanted}-{number}" not in taken)
