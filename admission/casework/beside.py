"""What is known already, as a list is judged beside it: each organisation with what may show that a row means it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.city.queries import settings
from admission.ground import clock
from admission.lists.rules import OF_A_LIST, Known, Vocabulary
from admission.organisations import merges
from admission.organisations.matching import address_key, mail_key, person_key, phone_key, register_key
from admission.organisations.models import Organisation, OrganisationName
from admission.register.contacts import MAIL, PHONE, POST
from admission.register.models import Contact, Event, Field
from admission.register.sets import STANDING
from admission.rulebook.queries import in_force

KEYS = {PHONE: phone_key, MAIL: mail_key, POST: address_key}
AS_WAYS = {"phone": PHONE, "mailbox": MAIL}
"""Fields of the register that the organisation filled in itself and that are ways to reach it."""


def vocabulary(session: Session) -> Vocabulary:
    """The city's districts, and the fields of work of the edition in force."""
    city, current = settings(clock.today()), in_force(clock.today())
    titles = {}
    if current is not None:
        book = current.rulebook
        titles = {code: book.text(f"fact.field.option.{code}") for code in book.facts["field"]["options"]}
    return Vocabulary(tuple(city.districts) if city else (), titles)


def known_organisations(session: Session, only: Sequence[UUID] | None = None) -> list[Known]:
    """Every organisation that any source told of, also those that are counted no longer; or only these."""
    names: dict[UUID, list[str]] = defaultdict(list)
    also = select(OrganisationName.organisation_id, OrganisationName.name)
    for organisation, name in session.execute(_only(also, OrganisationName.organisation_id, only)):
        names[organisation].append(name)
    fields: dict[UUID, dict[str, str]] = defaultdict(dict)
    values = select(Field.organisation_id, Field.name, Field.value)
    for organisation, name, value in session.execute(_only(values, Field.organisation_id, only)):
        fields[organisation][OF_A_LIST.get(name, name)] = value
    ways = _Ways()
    contacts = select(Contact).where(Contact.ended_at.is_(None))
    for contact in session.scalars(_only(contacts, Contact.organisation_id, only)):
        ways.add(contact)
    standing, contacted = _events(session, only)
    found = []
    organisations = select(Organisation.id, Organisation.name, Organisation.register_number)
    elsewhere = merges.heads(session)
    for row in session.execute(_only(organisations, Organisation.id, only)):
        if row.id in elsewhere:  # its name is one of the other's now
            continue
        own = fields[row.id]
        for name, kind in AS_WAYS.items():
            if own.get(name):
                ways.add_value(row.id, kind, own[name])
        found.append(
            Known(
                id=row.id, name=row.name, also=tuple(names[row.id]), register_number=register_key(row.register_number),
                phones=frozenset(ways.of[row.id, PHONE]), mails=frozenset(ways.of[row.id, MAIL]),
                addresses=frozenset(ways.of[row.id, POST]),
                people=frozenset(ways.people[row.id] | _persons(own.get("contact", ""))),
                traces=frozenset(ways.traces[row.id]), standing=standing.get(row.id, ""),
                contacts_on=frozenset(contacted[row.id]), fields=own,
            )
        )  # fmt: skip
    return found


def _persons(contact: str) -> set[str]:
    """Keys of the contact persons, one a line, each with or without a role behind a comma."""
    lines = contact.splitlines()
    return {person_key(said) for line in lines for said in (line, line.partition(",")[0]) if said.strip()}


class _Ways:
    """Keys of contacts by organisation and kind."""

    def __init__(self) -> None:
        self.of: dict[tuple[UUID, str], set[str]] = defaultdict(set)
        self.people: dict[UUID, set[str]] = defaultdict(set)
        self.traces: dict[UUID, set[str]] = defaultdict(set)

    def add(self, contact: Contact) -> None:
        if contact.blanked_at is not None:
            self.traces[contact.organisation_id] |= {contact.trace, contact.person_trace or contact.trace}
            return
        if contact.value:
            self.add_value(contact.organisation_id, contact.kind, contact.value)
        if contact.person:
            self.people[contact.organisation_id].add(person_key(contact.person))

    def add_value(self, organisation: UUID, kind: str, value: str) -> None:
        if key := KEYS[kind](value):
            self.of[organisation, kind].add(key)


def _events(session: Session, only: Sequence[UUID] | None) -> tuple[dict[UUID, str], dict[UUID, set[date]]]:
    """The last standing, and the days of contacts; of what was not taken back."""
    query = (
        select(Event.organisation_id, Event.kind, Event.detail, Event.on)
        .where(Event.kind.in_((STANDING, "contact")), Event.taken_back_at.is_(None))
        .order_by(Event.on, Event.place)
    )
    standing: dict[UUID, str] = {}
    contacted: dict[UUID, set[date]] = defaultdict(set)
    for organisation, kind, detail, on in session.execute(_only(query, Event.organisation_id, only)):
        if kind == STANDING:
            standing[organisation] = detail
        else:
            contacted[organisation].add(on)
    return standing, contacted


def _only(query: Any, column: Any, only: Sequence[UUID] | None) -> Any:
    return query if only is None else query.where(column.in_(only))
