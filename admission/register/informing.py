"""Who is told what the city holds of them and from where (after Art. 14 GDPR), what they answer, and what is then kept.

Nobody is written to for anything else before they were told. Whoever was not told in time, or did not answer within a
month, is kept only for finding the organisation again. The caller commits.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.ids import secret
from admission.log.append import append_house
from admission.organisations.models import Organisation
from admission.procedure.deadlines import months_after
from admission.register import contacts
from admission.register.contacts import MAIL, PHONE, POST
from admission.register.events import Noted, note_all
from admission.register.models import Contact, Information, Source

ANSWERED_WITHIN = 1
"""Months: who has not answered by then is not written to any more."""
LETTER = "letter"
WAYS = (MAIL, LETTER, PHONE)
AGREED, OBJECTED = "agreed", "objected"
NOBODY = "none"
PUBLIC_ADDRESS = "public"
"""The basis of an address that the organisation publishes itself; one of `contacts.BASES`."""


@dataclass(frozen=True)
class ToTell:
    """One person of one list: what is held of them, how they can be told, and what they said."""

    information: Information
    organisation: Organisation
    person: str
    ways: Sequence[Contact]
    address: str
    """Postal address of the organisation; empty if none is known."""
    source: str

    @property
    def reach(self) -> str:
        """How they can be told: mail, letter, phone, or none."""
        if any(way.kind == MAIL and way.value for way in self.ways):
            return MAIL
        if self.address:
            return LETTER
        return PHONE if any(way.kind == PHONE and way.value for way in self.ways) else NOBODY

    @property
    def mail(self) -> Contact | None:
        """The mail address at which they are told."""
        return next((way for way in self.ways if way.kind == MAIL and way.value), None)


def people(session: Session, source: UUID) -> list[ToTell]:
    """Everybody of a list who has to be told or was, in the order of the organisations' names."""
    query = (
        select(Information, Organisation)
        .join(Organisation, Organisation.id == Information.organisation_id)
        .where(Information.source == source)
        .order_by(Organisation.search_name, Information.id)
    )
    return _gathered(session, [(information, organisation) for information, organisation in session.execute(query)])


def found(session: Session, token: str) -> ToTell | None:
    """The person whom a link was sent to, until their answer was taken or their data was blanked."""
    query = (
        select(Information, Organisation)
        .join(Organisation, Organisation.id == Information.organisation_id)
        .where(Information.token_digest == digest(token), Information.closed_at.is_(None))
    )
    row = session.execute(query).one_or_none()
    return _gathered(session, [(row[0], row[1])])[0] if row else None


def digest(token: str) -> str:
    """What is kept of a link's secret."""
    return sha256(token.encode()).hexdigest()


def fresh_secrets(told: Sequence[ToTell]) -> dict[UUID, str]:
    """Information -> the secret of the link that its person gets."""
    return {one.information.id: secret() for one in told}


def tell(
    session: Session,
    told: Sequence[ToTell],
    way: str,
    *,
    by: UUID | None,
    role: str,
    secrets: Mapping[UUID, str] | None = None,
) -> None:
    """Record that these people are told today; `secrets` of their links, where they get one."""
    for one in told:
        one.information.told_on, one.information.way, one.information.told_by = clock.today(), way, by
        if secrets:
            one.information.token_digest = digest(secrets[one.information.id])
    session.flush()
    note_all(session, [_noted(one, "informed", way) for one in told], by=by, role=role)


def agree(session: Session, one: ToTell, channel: str, *, by: UUID | None, role: str) -> None:
    """They may be written to; their ways are confirmed today."""
    for way in one.ways:
        contacts.may_be_used(way, "consent")
        contacts.confirm(way)
    _answered(one.information, AGREED)
    session.flush()
    note_all(session, [_noted(one, "confirmed", channel)], by=by, role=role)


def allow_public(session: Session, addresses: Sequence[Contact], *, by: UUID, role: str) -> None:
    """Record that these addresses are published by the organisations themselves: that is why they may be written to.

    They stay unconfirmed, and whoever objects is written to no more.
    """
    ids = {way.organisation_id for way in addresses}
    named = {row.id: row for row in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    for way in addresses:
        contacts.may_be_used(way, PUBLIC_ADDRESS)
    found = [named[way.organisation_id] for way in addresses]
    noted = [Noted(one.id, one.pseudonym, "allowed", clock.today(), PUBLIC_ADDRESS) for one in found]
    note_all(session, noted, by=by, role=role)


def object_(session: Session, one: ToTell, channel: str, *, by: UUID | None, role: str) -> None:
    """They are written to no more; only a trace remains, so that no later list brings them back (Art. 21 GDPR)."""
    for way in one.ways:
        contacts.object_to(way)
        contacts.blank(way)
    _answered(one.information, OBJECTED)
    session.flush()
    note_all(session, [_noted(one, "objected", channel)], by=by, role=role)


def lapse(session: Session, most: int = 500) -> int:
    """Blank what is held of people who were not told in time or did not answer within a month; returns how many."""
    today = clock.today()
    before = _month_before(today)
    late = or_(
        and_(Information.told_on.is_(None), Information.due_on < today),
        and_(Information.told_on.is_not(None), Information.told_on <= before),
    )
    open_ = select(Information).where(Information.closed_at.is_(None), late).limit(most)
    rows = session.scalars(open_.with_for_update(skip_locked=True)).all()
    kept = session.scalars(select(Contact).where(Contact.information_id.in_([row.id for row in rows])))
    blanked = 0
    for contact in kept:
        if contact.confirmed_on is None and contact.blanked_at is None:
            contacts.blank(contact)
            blanked += 1
    for row in rows:
        row.closed_at = clock.now()
    session.flush()
    if blanked:
        data = {"what": "contact", "count": blanked}
        append_house(session, "erasure.executed", actor=None, role="system", data=data)
    return len(rows)


def _month_before(day: date) -> date:
    """The last day from which on a month has passed by `day`."""
    before = day - timedelta(days=31)
    while months_after(before + timedelta(days=1), ANSWERED_WITHIN) <= day:
        before += timedelta(days=1)
    return before


def _answered(information: Information, answer: str) -> None:
    information.answer, information.answered_at, information.closed_at = answer, clock.now(), clock.now()


def _noted(one: ToTell, kind: str, detail: str) -> Noted:
    return Noted(one.organisation.id, one.organisation.pseudonym, kind, clock.today(), detail)


def _gathered(session: Session, rows: Sequence[tuple[Information, Organisation]]) -> list[ToTell]:
    of: dict[UUID, list[Contact]] = defaultdict(list)
    asked = [information.id for information, _ in rows]
    for contact in session.scalars(
        select(Contact).where(Contact.information_id.in_(asked), Contact.ended_at.is_(None)).order_by(Contact.id)
    ):
        of[contact.information_id or contact.id].append(contact)
    ids = [organisation.id for _, organisation in rows]
    posts = select(Contact.organisation_id, Contact.value).where(
        Contact.organisation_id.in_(ids), Contact.kind == POST, Contact.value.is_not(None), Contact.ended_at.is_(None)
    )
    addresses = {organisation: value for organisation, value in session.execute(posts)}
    said = {
        id_: says
        for id_, says in session.execute(
            select(Source.id, Source.says).where(
                Source.id.in_({way.source_id for ways in of.values() for way in ways if way.source_id})
            )
        )
    }
    return [
        ToTell(
            information,
            organisation,
            next((way.person for way in of[information.id] if way.person), "") or "",
            of[information.id],
            addresses.get(organisation.id) or "",
            next((said[way.source_id] for way in of[information.id] if way.source_id in said), ""),
        )
        for information, organisation in rows
    ]
