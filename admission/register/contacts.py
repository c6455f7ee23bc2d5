"""The contacts of an organisation as the office knows them: added, confirmed, objected to, ended, blanked.

The caller holds the organisation's row and commits.
"""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from admission.ground import clock, crypto
from admission.ground.ids import new_id
from admission.organisations.matching import address_key, mail_key, person_key, phone_key
from admission.register.models import Contact

PERSON, MAIL, PHONE, POST = "person", "mail", "phone", "post"
KINDS = (PERSON, MAIL, PHONE, POST)
BASES = ("application", "consent", "public", "request")
"""Why somebody may be written to: own application, consent, an address that they publish, their own request."""
_ROLES = """
info kontakt contact buero office vorstand mail post verein email team hallo hello geschaeftsstelle sekretariat
verwaltung presse zentrale service
"""
OF_A_ROLE = frozenset(_ROLES.split())
"""Local parts of mailboxes that belong to nobody in person."""


@dataclass(frozen=True)
class Way:
    """One way to reach an organisation, before it is stored; `value` None: a person of whom only the name is known."""

    organisation: UUID
    kind: str
    value: str | None
    person: str | None = None
    role: str | None = None
    language: str = "de"
    basis: str | None = None
    source: UUID | None = None
    information: UUID | None = None
    known_on: date | None = None
    """None: today."""

    @property
    def key(self) -> str:
        """What compares: see `key_of`."""
        return key_of(self.kind, self.value or self.person or "")

    @property
    def is_personal(self) -> bool:
        """Whether it tells of a natural person, who must be told (Art. 14 GDPR)."""
        return is_personal(self.kind, self.value, self.person)


def key_of(kind: str, value: str) -> str:
    """A value as it compares: digits of a number, address in lower case, street and house number, name."""
    found = {MAIL: mail_key, PHONE: phone_key, POST: address_key, PERSON: person_key}[kind](value)
    return found or person_key(value)


def trace(kind: str, key: str) -> str:
    """Keyed digest of what compares: with the master key alone nobody reads a number out of it by trying all."""
    return hmac.new(crypto.master_key(), f"contact/{kind}/{key}".encode(), sha256).hexdigest()


def is_personal(kind: str, value: str | None, person: str | None) -> bool:
    """Whether a way belongs to a person: one is named, or the mailbox is not that of a role."""
    if person or kind == PERSON:
        return True
    return kind == MAIL and (value or "").split("@")[0].casefold() not in OF_A_ROLE


def add(session: Session, ways: Sequence[Way]) -> list[UUID]:
    """Store ways, in one statement; returns their ids in the same order."""
    rows = [_row(way) for way in ways]
    if rows:
        session.execute(insert(Contact), rows)
    return [row["id"] for row in rows]


def contacts_of(session: Session, organisations: Iterable[UUID]) -> dict[UUID, list[Contact]]:
    """Organisation -> its contacts that have not ended, blanked ones too, the longest known first."""
    query = (
        select(Contact)
        .where(Contact.organisation_id.in_(list(organisations)), Contact.ended_at.is_(None))
        .order_by(Contact.known_on, Contact.kind, Contact.id)
    )
    found: dict[UUID, list[Contact]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.organisation_id].append(row)
    return found


def may_be_written_to(contact: Contact) -> bool:
    """An address, a basis, no objection: only then something may be sent."""
    addressed = contact.kind in (MAIL, POST) and contact.value is not None
    return addressed and contact.basis is not None and contact.objected_at is None and contact.ended_at is None


def is_writable() -> tuple[Any, ...]:
    """The same as conditions of a query."""
    addressed = Contact.kind.in_((MAIL, POST)), Contact.value.is_not(None)
    return *addressed, Contact.basis.is_not(None), Contact.objected_at.is_(None), Contact.ended_at.is_(None)


def addresses_without_basis(session: Session, most: int, *, locked: bool = False) -> list[Contact]:
    """Addresses of mail and post of nobody in person, of which nobody has said why they may be used; oldest first."""
    query = (
        select(Contact)
        .where(Contact.kind.in_((MAIL, POST)), Contact.value.is_not(None), Contact.person.is_(None))
        .where(Contact.basis.is_(None))
        .where(Contact.objected_at.is_(None), Contact.ended_at.is_(None), Contact.information_id.is_(None))
        .order_by(Contact.known_on, Contact.id)
    )
    rows = session.scalars(query.with_for_update() if locked else query)
    return [row for row in rows if not is_personal(row.kind, row.value, row.person)][:most]


def confirm(contact: Contact, on: date | None = None) -> None:
    """The organisation itself says that this way is right."""
    contact.confirmed_on, contact.changed_at = on or clock.today(), clock.now()


def may_be_used(contact: Contact, basis: str | None) -> None:
    """From now on this is why they may be written to; None: they may not."""
    contact.basis, contact.changed_at = basis, clock.now()


def object_to(contact: Contact) -> None:
    """The person does not want to be written to; the basis is gone with it (Art. 21 GDPR)."""
    contact.objected_at = contact.changed_at = clock.now()
    contact.basis = None


def end(contact: Contact) -> None:
    """This way is no longer theirs."""
    contact.ended_at = contact.changed_at = clock.now()


def blank(contact: Contact) -> None:
    """Keep only what finds the organisation again: no name, no address, nobody who could be written to."""
    contact.value = contact.person = contact.role = contact.basis = None
    contact.blanked_at = contact.changed_at = clock.now()


def _row(way: Way) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": way.organisation,
        "source_id": way.source,
        "information_id": way.information,
        "kind": way.kind,
        "value": way.value,
        "person": way.person,
        "role": way.role,
        "language": way.language,
        "basis": way.basis,
        "trace": trace(way.kind, way.key),
        "person_trace": trace(PERSON, person_key(way.person)) if way.person else None,
        "known_on": way.known_on or clock.today(),
        "changed_at": clock.now(),
    }
