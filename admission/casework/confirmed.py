"""What an organisation does when it is asked to confirm: it confirms, corrects, names a person, objects, or has ended.

Whoever holds the link or the printed code speaks for the organisation; each confirmation is told to the address that
was asked, so that a wrong one is noticed. Nobody is dropped by what is said here: that is an act of the office.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.casework.confirming import LANGUAGES, address_of
from admission.confirmation import actions, keys, queries, rules
from admission.confirmation.models import Asked
from admission.confirmation.queries import Opened
from admission.ground import clock
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.mail import queue
from admission.organisations.models import Organisation, Representative
from admission.people.models import Account
from admission.procedure.deadlines import months_after
from admission.register import contacts, entry, informing
from admission.register.actions import lock
from admission.register.contacts import MAIL, PHONE, Way
from admission.register.events import note
from admission.register.informing import ToTell
from admission.register.known import last_confirmed
from admission.register.models import Contact, Information
from admission.register.queries import fields

SYSTEM_ROLE = "system"
TOLD_WITHIN = 1
"""Months within which a person who was named has to be told (Art. 14 GDPR)."""
BY_PHONE = "phone"


@dataclass(frozen=True)
class Held:
    """What the register holds of one organisation, as the organisation itself sees it."""

    organisation: Organisation
    fields: Mapping[str, str]
    contacts: Sequence[Contact]
    speakers: Sequence[tuple[str, str]]
    """(name, address) of those with an account."""
    confirmed_on: date | None
    person: str
    """Who was asked; empty if nobody is known by name."""


@dataclass(frozen=True)
class NewPerson:
    """The contact person that an organisation names; a mail address or a phone number, or both."""

    name: str
    mail: str
    phone: str
    role: str
    instead_of: str
    """The name of the person who is no longer asked; empty: nobody is replaced."""


def by_link(session: Session, token: str) -> Opened | None:
    """What this link opens."""
    return queries.opened(session, keys.LINK, keys.digest_of_secret(token))


def by_code(session: Session, code: str) -> str | None:
    """The secret of a fresh link for a printed code that is right; none for one that opens nothing. Writes the link."""
    opened = queries.opened(session, keys.CODE, keys.digest_of_code(code))
    return actions.new_link(session, opened.asked.id, keys.TYPED) if opened else None


def held(session: Session, asked: Asked) -> Held:
    """What is shown to the organisation before it confirms."""
    organisation = session.get_one(Organisation, asked.organisation_id)
    known = [row for row in contacts.contacts_of(session, [organisation.id])[organisation.id] if _is_shown(row)]
    speakers = _speakers(session, organisation.id)
    person = next((row.person for row in known if row.id == asked.contact_id and row.person), "")
    if asked.account_id is not None:
        person = session.scalar(select(Account.name).where(Account.id == asked.account_id)) or ""
    said = {"name": organisation.name} | fields(session, organisation.id)
    confirmed = last_confirmed(session, [organisation.id], clock.today()).get(organisation.id)
    return Held(organisation, said, known, speakers, confirmed, person)


def confirm(
    session: Session, asked_id: UUID, channel: str, person: str, *, by: UUID | None, role: str,
    on: date | None = None, resting: bool = False, remark: str = "",
) -> Asked:  # fmt: skip
    """Everything is right: an event of the register, its contacts are confirmed, and the address asked is told.

    `on`: the day on which it was said, today unless staff record it later. Raises `Refused` (`confirmation.answered`).
    """
    asked, organisation = _locked(session, asked_id)
    day = on or clock.today()
    actions.answer(asked, rules.CONFIRMED, channel, person, resting=resting, note=remark)
    confirm_contacts(session, organisation.id, day)
    _thank(session, asked, organisation, channel)
    session.flush()
    note(session, organisation, "confirmed", day, channel, by=by, role=role, private={"person": person})
    return asked


def confirm_contacts(session: Session, organisation: UUID, on: date) -> None:
    """The organisation said that its ways are right; those that somebody objected to stay as they are."""
    for row in contacts.contacts_of(session, [organisation])[organisation]:
        if _is_shown(row) and (row.confirmed_on is None or row.confirmed_on < on):
            contacts.confirm(row, on)


def note_by_office(
    session: Session, organisation: Organisation, channel: str, on: date, *, by: UUID, role: str
) -> None:  # fmt: skip
    """The office records that an organisation confirmed itself: its contacts are right, and no round asks it any more.

    The caller holds the organisation's row.
    """
    for row in queries.open_of(session, organisation.id):
        if row.begun_on <= on:
            actions.answer(actions.lock(session, row.id), rules.CONFIRMED, channel, None)
    confirm_contacts(session, organisation.id, on)
    session.flush()
    note(session, organisation, "confirmed", on, channel, by=by, role=role)


def has_ended(session: Session, asked_id: UUID, channel: str, person: str, remark: str = "") -> Asked:
    """It says that it no longer exists: the office hears it and decides, nothing ends by that."""
    asked, _organisation = _locked(session, asked_id)
    actions.answer(asked, rules.GONE, channel, person, note=remark)
    session.flush()
    return asked


def object_(
    session: Session, asked_id: UUID, channel: str, person: str, *, by: UUID | None, role: str, remark: str = ""
) -> Asked:
    """Whoever was asked does not want to be written to any more; only a trace of them remains (Art. 21 GDPR)."""
    asked, organisation = _locked(session, asked_id)
    rows = contacts.contacts_of(session, [organisation.id])[organisation.id]
    theirs = next((row for row in rows if row.id == asked.contact_id), None)
    for row in rows:
        if theirs is not None and (row is theirs or (row.person and row.person_trace == theirs.person_trace)):
            contacts.object_to(row)
            contacts.blank(row)
    actions.answer(asked, rules.OBJECTED, channel, person, note=remark)
    session.flush()
    note(session, organisation, "objected", clock.today(), channel, by=by, role=role)
    return asked


def correct(session: Session, asked_id: UUID, name: str, value: str, checks: Collection[str]) -> bool:
    """A field of the entry is something else; an empty value takes it out. False if the office looks at it first.

    Without an account nobody is named who could ask for that look: then it is a note to the office.
    """
    asked, organisation = _locked(session, asked_id)
    _still_open(asked)
    if value and name in checks and asked.account_id is None:
        actions.add_note(asked, f"Änderung gewünscht, {name}: {value}")
        session.flush()
        return False
    return entry.change(
        session, organisation, name, value, by=asked.account_id, role=SYSTEM_ROLE, checks=checks
    )  # fmt: skip


def name_person(session: Session, asked_id: UUID, new: NewPerson) -> None:
    """Another person is there for the organisation from now on: they are told, the former one is no longer asked.

    Raises `Refused` (`confirmation.answered`).
    """
    asked, organisation = _locked(session, asked_id)
    _still_open(asked)
    former = _end(session, organisation.id, new.instead_of) if new.instead_of else ""
    information = Information(
        organisation_id=organisation.id, source=asked.round_id, due_on=months_after(clock.today(), TOLD_WITHIN)
    )
    session.add(information)
    session.flush()
    ways = [(MAIL, new.mail), (PHONE, new.phone)]
    made = contacts.add(
        session,
        [
            Way(
                organisation.id, kind, value, person=new.name, role=new.role or None, language=asked.language,
                basis="request", information=information.id,
            )
            for kind, value in ways
            if value
        ],
    )  # fmt: skip
    rows = [session.get_one(Contact, one) for one in made]
    for row in rows:
        contacts.confirm(row)
    if new.mail:
        asked.contact_id, asked.account_id, asked.way, asked.why_not = rows[0].id, None, rules.MAIL, ""
    if former and former != new.mail:
        _queue(session, "confirmation_relieved", f"{information.id}/relieved", former, asked, organisation)
    _tell(session, asked, organisation, information, rows, new)


def _tell(
    session: Session, asked: Asked, organisation: Organisation, information: Information, rows: Sequence[Contact],
    new: NewPerson,
) -> None:  # fmt: skip
    """By mail at once; whoever has none is called by the office."""
    if not new.mail:
        actions.add_note(
            asked,
            f"Neue Ansprechperson ohne E-Mail: {new.name}, {new.phone}. Bitte anrufen und sagen, "
            "was wir von ihr haben und woher (Art. 14 DSGVO).",
        )
        session.flush()
        return
    one = ToTell(information, organisation, new.name, rows, "", "")
    made = informing.fresh_secrets([one])
    values = {"person": new.name, "path": f"/mitteilung/{made[information.id]}"}
    _queue(session, "confirmation_named", f"{information.id}/named", new.mail, asked, organisation, **values)
    informing.tell(session, [one], MAIL, by=None, role=SYSTEM_ROLE, secrets=made)


def _end(session: Session, organisation: UUID, person: str) -> str:
    """End every way of a person; returns the mail address that they were written to at, if there was one."""
    rows = [row for row in contacts.contacts_of(session, [organisation])[organisation] if row.person == person]
    if not rows:
        raise NotFound
    address = next((row.value for row in rows if row.kind == MAIL and contacts.may_be_written_to(row)), None)
    for row in rows:
        contacts.end(row)
    session.flush()
    return address or ""


def _thank(session: Session, asked: Asked, organisation: Organisation, channel: str) -> None:
    if asked.way != rules.MAIL:
        return
    if asked.account_id is not None:
        _queue(session, "confirmation_thanks", f"{asked.id}/thanks", None, asked, organisation, channel=channel)
    elif address := address_of(session, asked):
        _queue(session, "confirmation_thanks", f"{asked.id}/thanks", address, asked, organisation, channel=channel)


def _queue(
    session: Session, template: str, cause: str, address: str | None, asked: Asked, organisation: Organisation,
    **values: str,
) -> None:  # fmt: skip
    """To this address, or to the account that was asked."""
    queue(
        session,
        template,
        key=f"confirmation/{cause}",
        to=None if address else asked.account_id,
        address=address,
        language=asked.language if asked.language in LANGUAGES else LANGUAGES[0],
        values={"organisation": organisation.name, **values},
    )


def _locked(session: Session, asked_id: UUID) -> tuple[Asked, Organisation]:
    """The organisation's row first, then the row of the round: every act here takes them in this order."""
    organisation = session.scalar(select(Asked.organisation_id).where(Asked.id == asked_id))
    if organisation is None:
        raise NotFound
    lock(session, organisation)
    return actions.lock(session, asked_id), session.get_one(Organisation, organisation)


def _still_open(asked: Asked) -> None:
    if asked.answer is not None:
        raise Refused((Reason("confirmation.answered"),))


def _is_shown(row: Contact) -> bool:
    return row.blanked_at is None and row.objected_at is None


def _speakers(session: Session, organisation: UUID) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Account.name, Account.address)
        .join(Representative, Representative.account_id == Account.id)
        .where(
            Representative.organisation_id == organisation,
            Representative.until_at.is_(None),
            Account.deactivated_at.is_(None),
        )
        .order_by(Representative.since_at, Account.id)
    )
    return [(name or "", address) for name, address in rows]
