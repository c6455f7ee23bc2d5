"""The register as everybody may read it: members and guests whose name may be shown, with what else they consented to.

An organisation that does not show its name does not stand here at all: its address and its place in the list would
tell the name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.organisations.models import Organisation
from admission.organisations.rules import folded
from admission.register.models import Consent, Field
from admission.register.rules import PUBLIC

ROWS = 25


@dataclass(frozen=True)
class Entry:
    """One organisation, with exactly the fields that it consented to."""

    slug: str
    state: str
    since: date
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """One page of entries, how many there are in all, and the key from which the next page goes on."""

    entries: list[Entry]
    total: int
    following: str | None


def listing(
    session: Session, wanted: str = "", after: str = "", spoken: Callable[[str, str], str] = lambda _name, value: value
) -> Listing:
    """The entries behind the key `after`, in the order of their addresses; one statement.

    A search looks into everything that an entry shows, folded, and into nothing else; databases cannot fold, so it is
    done here. `spoken`: what a page shows for (field, value).
    """
    needle = folded(wanted)
    if needle:
        shown = _entries(session.execute(_fields(current())))
        found = [entry for entry in shown if _holds(entry, needle, spoken)]
        return _cut([entry for entry in found if entry.slug > after], len(found))
    behind = current().where(Organisation.slug > after).order_by(Organisation.slug).limit(ROWS + 1)
    rows = session.execute(_fields(behind).add_columns(_TOTAL.label("total"))).all()
    return _cut(_entries(rows), rows[0].total if rows else session.scalar(select(_TOTAL)) or 0)


def entry(session: Session, slug: str) -> Entry | None:
    """The entry at this address; None if there is none, or its name may not be shown. One statement."""
    return next(iter(_entries(session.execute(_fields(current().where(Organisation.slug == slug))))), None)


def current() -> Select[UUID, str, str, date]:
    """Organisations with an open membership whose name may be shown: (id, slug, state, since)."""
    named = (
        select(Field.id)
        .join(Consent, (Consent.organisation_id == Field.organisation_id) & (Consent.field == Field.name))
        .where(Field.organisation_id == Organisation.id, Field.name == "name", *_holding())
    )
    members = select(Organisation.id, Organisation.slug, Case.state, Case.state_since)
    return members.join(Case, Case.organisation_id == Organisation.id).where(
        Case.kind == "membership", Case.ended_at.is_(None), named.exists()
    )


def _fields(organisations: Select[UUID, str, str, date]) -> Any:
    """The fields of these organisations that may be shown, a row each."""
    shelf = organisations.subquery()
    return (
        select(shelf.c.slug, shelf.c.state, shelf.c.state_since, Field.name, Field.value)
        .join(Field, Field.organisation_id == shelf.c.id)
        .join(Consent, (Consent.organisation_id == Field.organisation_id) & (Consent.field == Field.name))
        .where(*_holding())
        .order_by(shelf.c.slug)
    )


def _entries(rows: Iterable[Any]) -> list[Entry]:
    shown: dict[str, dict[str, str]] = {}
    found: dict[str, Entry] = {}
    for row in rows:
        fields = shown.setdefault(row.slug, {})
        fields[row.name] = row.value
        found[row.slug] = Entry(row.slug, row.state, row.state_since, fields)
    return list(found.values())


def _holding() -> Iterable[Any]:
    return (Consent.purpose == PUBLIC, Consent.withdrawn_at.is_(None))


def _holds(entry: Entry, needle: str, spoken: Callable[[str, str], str]) -> bool:
    return any(needle in folded(spoken(name, value)) for name, value in entry.fields.items())


def _cut(entries: list[Entry], total: int) -> Listing:
    """One page; its last key goes on only if something is behind it."""
    page = entries[:ROWS]
    return Listing(page, total, page[-1].slug if len(entries) > ROWS else None)


_TOTAL = select(func.count()).select_from(current().subquery()).scalar_subquery()
