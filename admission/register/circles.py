"""Entries as a circle reads them that is smaller than everybody: members of the network, members of the council.

Each reads what everybody may read, and what the organisation opened to it beyond; one whose name is open to neither is
not listed at all.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.organisations.models import Organisation, Representative
from admission.organisations.rules import folded
from admission.register.models import Consent, Field
from admission.register.rules import LOGO, PUBLIC

ROWS = 50


@dataclass(frozen=True)
class Seen:
    """One organisation as a circle reads it."""

    id: UUID
    slug: str
    state: str
    fields: Mapping[str, str]

    @property
    def key(self) -> str:
        """In the order of names, each once."""
        return f"{folded(self.fields['name'])}/{self.slug}"


@dataclass(frozen=True)
class Page:
    """One page of a circle's list, how many there are in all, and the key from which the next page goes on."""

    entries: tuple[Seen, ...]
    total: int
    following: str | None


def listing(session: Session, purpose: str, wanted: str = "", after: str = "") -> Page:
    """The entries of a circle behind the key `after`; a search looks into what the circle reads, and nothing else."""
    needle = folded(wanted)
    found = [entry for entry in entries(session, purpose) if not needle or _holds(entry, needle)]
    behind = [entry for entry in found if entry.key > after]
    page = behind[:ROWS]
    return Page(tuple(page), len(found), page[-1].key if len(behind) > ROWS else None)


def entry(session: Session, purpose: str, slug: str) -> Seen | None:
    """The entry at this address as the circle reads it; none if it is not listed for it."""
    return next((entry for entry in entries(session, purpose) if entry.slug == slug), None)


def entries(session: Session, purpose: str, only: UUID | None = None) -> list[Seen]:
    """Members and guests with the fields that are open for this purpose or to everybody, in the order of names.

    One statement. `only`: this organisation alone, also if it is no member yet: that is how it would be read.
    """
    query = (
        select(Organisation.id, Organisation.slug, Case.state, Field.name, Field.value)
        .join(Field, Field.organisation_id == Organisation.id)
        .join(Consent, (Consent.organisation_id == Organisation.id) & (Consent.field == Field.name))
        .where(Consent.purpose.in_((PUBLIC, purpose)), Consent.withdrawn_at.is_(None))
    )
    membership = (Case.organisation_id == Organisation.id) & (Case.kind == "membership") & Case.ended_at.is_(None)
    if only is None:
        query = query.join(Case, membership)
    else:
        query = query.outerjoin(Case, membership).where(Organisation.id == only)
    shown: dict[UUID, dict[str, str]] = defaultdict(dict)
    rows = {}
    for row in session.execute(query):
        shown[row.id][row.name] = row.value
        rows[row.id] = row
    found = [Seen(key, row.slug, row.state or "", shown[key]) for key, row in rows.items() if "name" in shown[key]]
    return sorted(found, key=lambda entry: entry.key)


def _holds(entry: Seen, needle: str) -> bool:
    return any(needle in folded(value) for name, value in entry.fields.items() if name != LOGO)


def belongs(session: Session, account: UUID) -> bool:
    """Whether this person speaks for a member or a guest of the network today."""
    query = (
        select(Case.id)
        .join(Representative, Representative.organisation_id == Case.organisation_id)
        .where(
            Representative.account_id == account,
            Representative.until_at.is_(None),
            Case.kind == "membership",
            Case.ended_at.is_(None),
        )
    )
    return session.scalar(query.limit(1)) is not None
