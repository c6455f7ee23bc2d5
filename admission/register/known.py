"""The register as the office reads it: every organisation known, on a day, in a set, found by a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.organisations.models import Organisation
from admission.organisations.rules import folded
from admission.register.counting import Sets, belonging
from admission.register.models import Event, Source
from admission.register.sets import KNOWN, SetRule

ROWS = 50


@dataclass(frozen=True)
class Row:
    """One organisation of the list: its sets on the day, and the last confirmation up to it."""

    id: UUID
    name: str
    sets: Sets
    confirmed_on: date | None


@dataclass(frozen=True)
class Listing:
    """One page, how many there are in all, and the key from which the next page goes on."""

    rows: tuple[Row, ...]
    total: int
    following: str | None


def listing(
    session: Session, rules: Sequence[SetRule], on: date, *, within: str = "", wanted: str = "", after: str = ""
) -> Listing:
    """Organisations that belong to a set (none: to any) on a day, in the order of their names."""
    held = belonging(session, rules, on)
    shelf = {organisation: sets for organisation, sets in held.items() if not within or within in sets}
    needle = folded(wanted)
    names = select(Organisation.id, Organisation.name, Organisation.search_name)
    query = names.where(Organisation.search_name.contains(needle, autoescape=True)) if needle else names
    found = sorted(
        (row for row in session.execute(query) if row.id in shelf), key=lambda row: (row.search_name, str(row.id))
    )
    behind = [row for row in found if _key(row) > after]
    page = behind[:ROWS]
    confirmed = last_confirmed(session, [row.id for row in page], on)
    rows = tuple(Row(row.id, row.name, shelf[row.id], confirmed.get(row.id)) for row in page)
    return Listing(rows, len(found), _key(page[-1]) if len(behind) > ROWS else None)


def history(session: Session, organisation: UUID) -> Sequence[Event]:
    """Everything recorded of an organisation, the newest first, what was taken back too."""
    query = select(Event).where(Event.organisation_id == organisation)
    return session.scalars(query.order_by(Event.place.desc(), Event.kind)).all()


def sources(session: Session, organisation: UUID) -> Sequence[Source]:
    """From where it is known, the oldest first."""
    query = select(Source).where(Source.organisation_id == organisation)
    return session.scalars(query.order_by(Source.known_on, Source.id)).all()


def last_confirmed(session: Session, organisations: Sequence[UUID], on: date) -> dict[UUID, date]:
    """Organisation -> the last day up to `on` on which it confirmed itself; those that never did are not in it."""
    query = (
        select(Event.organisation_id, func.max(Event.on))
        .where(
            Event.organisation_id.in_(organisations),
            Event.kind == "confirmed",
            Event.on <= on,
            Event.taken_back_at.is_(None),
        )
        .group_by(Event.organisation_id)
    )
    return {organisation: day for organisation, day in session.execute(query)}


def known_and_confirmed(
    session: Session, organisations: Sequence[UUID], on: date
) -> dict[UUID, tuple[date, date | None]]:
    """Organisation -> (first day on which a source knew it, last day up to `on` on which it confirmed itself).

    Those that no source knows are left out. One statement.
    """
    query = (
        select(Event.organisation_id, Event.kind, func.min(Event.on), func.max(Event.on))
        .where(
            Event.organisation_id.in_(organisations),
            Event.kind.in_((KNOWN, "confirmed")),
            Event.on <= on,
            Event.taken_back_at.is_(None),
        )
        .group_by(Event.organisation_id, Event.kind)
    )
    first: dict[UUID, date] = {}
    last: dict[UUID, date] = {}
    for organisation, kind, earliest, latest in session.execute(query):
        if kind == KNOWN:
            first[organisation] = earliest
        else:
            last[organisation] = latest
    return {organisation: (day, last.get(organisation)) for organisation, day in first.items()}


def _key(row: object) -> str:
    return f"{row.search_name}/{row.id}"  # type: ignore[attr-defined]
