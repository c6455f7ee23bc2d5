"""A round of the yearly confirmation: who is asked and how, the mails that are due, letters, and who is called.

An organisation that has confirmed itself since the reference day is not asked; one that does so in another way while
it is being asked (an application, a call, the office's record) is not asked again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from admission.confirmation import actions, keys, queries, rules
from admission.confirmation.models import Asked, Round
from admission.confirmation.rules import LETTER, MAIL, NOBODY, Reach, Speaker, Way
from admission.ground import clock
from admission.ground.errors import Reason, Refused
from admission.ground.mail import Mail, mail_row
from admission.organisations.models import Organisation, Representative
from admission.people.models import Account
from admission.people.queries import names_of
from admission.register import contacts
from admission.register.contacts import PHONE, POST
from admission.register.counting import belonging
from admission.register.known import known_and_confirmed, last_confirmed
from admission.register.models import Contact, Event
from admission.register.sets import ENDED, KNOWN, rules_of
from admission.rulebook.edition import Rulebook

TEMPLATE = "confirmation"
LANGUAGES = ("de", "en")
AT_ONCE = 100
"""Mails that are written in one transaction."""
CHUNK = 500
"""Organisations whose contacts are read in one statement."""


@dataclass(frozen=True)
class Candidate:
    """One organisation that has not confirmed itself since the reference day, and how it can be asked."""

    id: UUID
    name: str
    reach: Reach
    confirmed_on: date | None
    where: str
    """The address, the postal address or the number; empty where there is none."""


@dataclass(frozen=True)
class Letter:
    """One letter of the serial letter."""

    asked: Asked
    organisation: str
    person: str
    lines: Sequence[str]
    code: str
    confirmed_on: date | None


@dataclass(frozen=True)
class Call:
    """One organisation that is called: at which numbers, and whom to ask for."""

    asked: Asked
    organisation: str
    numbers: Sequence[tuple[str, str]]
    """(number, person)."""
    failed: str
    """What the mail server said; empty unless the mail was refused."""


@dataclass(frozen=True)
class Freshness:
    """When an organisation last confirmed itself, and since when that no longer holds (None: it holds)."""

    confirmed_on: date | None
    unconfirmed_since: date | None


def freshness(session: Session, book: Rulebook, organisations: Sequence[UUID]) -> dict[UUID, Freshness]:
    """Organisation -> whether its last confirmation still holds; those that no source knows are left out."""
    days = known_and_confirmed(session, organisations, clock.today())
    return {one: fresh(book, known, confirmed) for one, (known, confirmed) in days.items()}


def fresh(book: Rulebook, known_on: date, confirmed_on: date | None) -> Freshness:
    """Whether the last confirmation of one organisation still holds today."""
    since = rules.unconfirmed_since(book.register["confirmation"], confirmed_on, known_on, clock.today())
    return Freshness(confirmed_on, since)


def candidates(session: Session, book: Rulebook, round_: Round | None = None) -> list[Candidate]:
    """Everybody who is not in the round yet and has not confirmed since its reference day, in the order of names."""
    today = clock.today()
    reference_on = round_.reference_on if round_ else rules.reference_day(book.register["confirmation"], today)
    known = [one for one, sets in belonging(session, rules_of(book.register), today).items() if KNOWN in sets]
    asked = {row.organisation_id for row in queries.everybody(session, round_.id)} if round_ else set()
    found: list[Candidate] = []
    for ids in _chunks(sorted(set(known) - asked)):
        confirmed = last_confirmed(session, ids, today)
        waiting = [one for one in ids if one not in confirmed or confirmed[one] < reference_on]
        found += _candidates(session, waiting, confirmed)
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.id)))


def begin_trial(session: Session, book: Rulebook, wanted: Iterable[UUID], *, by: UUID) -> Round:
    """Ask the first three in a new round, under this person's name. The caller commits.

    Raises `Refused` (`confirmation.begun`, `confirmation.trial_size`, `confirmation.not_reached`).
    """
    confirmation = book.register["confirmation"]
    chosen = set(wanted)
    reached = {one.id: one.reach for one in candidates(session, book) if one.id in chosen}
    if len(reached) != len(chosen) or any(how.way not in rules.WRITTEN for how in reached.values()):
        raise Refused((Reason("confirmation.not_reached"),))
    round_ = actions.begin(session, rules.reference_day(confirmation, clock.today()), by=by)
    actions.ask(session, round_, reached, confirmation, trial=True)
    return round_


def ask_the_rest(session: Session, book: Rulebook, round_: Round, *, by: UUID) -> int:
    """Ask everybody who is left, and later those who became known since; returns how many. The caller commits.

    Raises `Refused` (`confirmation.trial_is_out`).
    """
    actions.go_on(session, round_, by=by)
    reached = {one.id: one.reach for one in candidates(session, book, round_)}
    return len(actions.ask(session, round_, reached, book.register["confirmation"], trial=False))


def catch_up(session: Session) -> int:
    """Close what was confirmed in another way or has ended since it was asked; returns how many. The caller commits."""
    query = (
        select(Asked, Event.kind, Event.detail)
        .join(Event, Event.organisation_id == Asked.organisation_id)
        .where(
            Asked.answer.is_(None),
            Event.kind.in_(("confirmed", ENDED)),
            Event.taken_back_at.is_(None),
            Event.on >= Asked.begun_on,
        )
        .order_by(Event.place)
        .limit(CHUNK)
    )
    closed = 0
    for row, kind, detail in session.execute(query).all():
        if row.answer is None:
            said = rules.CONFIRMED if kind == "confirmed" else rules.GONE
            actions.answer(row, said, detail, None)
            if said == rules.GONE:
                row.settled_at, row.settled_by = row.answered_at, _starter(session, row)
            closed += 1
    session.flush()
    return closed


def write_due(session: Session, book: Rulebook, most: int = AT_ONCE) -> int:
    """Queue the mails that are due, each with a link of its own; returns how many rows were looked at.

    A contact that is no longer right is not used: the organisation is asked in another way. The caller commits.
    """
    rows = queries.due(session, MAIL, clock.today(), most)
    reached = reaches(session, [row.organisation_id for row in rows])
    names = _names(session, [row.organisation_id for row in rows])
    clerks = names_of([starter for row in rows if (starter := _starter(session, row))]) if rows else {}
    mails = []
    for row in rows:
        how = reached[row.organisation_id]
        actions.reach_otherwise(row, how)
        if how.way != MAIL:
            continue
        actions.note_sent([row], book.register["confirmation"])
        clerk = clerks.get(_starter(session, row) or row.id, "")
        mails.append(_mail(session, row, names[row.organisation_id], clerk))
    session.flush()
    if mails:
        session.execute(insert(Mail), mails)
    return len(rows)


def letters(session: Session) -> list[Letter]:
    """The letters that are to be posted today; printed again they say the same."""
    rows = queries.due(session, LETTER, clock.today(), 5_000)
    names = _names(session, [row.organisation_id for row in rows])
    confirmed = last_confirmed(session, [row.organisation_id for row in rows], clock.today())
    made = []
    for row in rows:
        contact = session.get(Contact, row.contact_id) if row.contact_id else None
        if contact is None or contact.value is None or contact.objected_at or contact.ended_at:
            continue
        lines = [line.strip() for line in contact.value.replace("\n", ", ").split(", ") if line.strip()]
        code = rules.grouped(keys.printed_code(row.id))
        name = names[row.organisation_id]
        made.append(Letter(row, name, contact.person or "", lines, code, confirmed.get(row.organisation_id)))
    return made


def letters_are_posted(session: Session, book: Rulebook) -> int:
    """The letters that were to be posted are in the post today; returns how many. The caller commits."""
    rows = [actions.lock(session, one.asked.id) for one in letters(session)]
    actions.note_sent([row for row in rows if row.answer is None], book.register["confirmation"])
    session.flush()
    return len(rows)


def calls(session: Session, book: Rulebook, round_: Round) -> list[Call]:
    """Everybody of a round who is called now, in the order of names."""
    rows = [
        row for row in queries.everybody(session, round_.id) if row.answer is None and row.begun_on <= clock.today()
    ]
    failed = queries.failed(session, rows)
    due = [row for row in rows if _is_called(book, row, row.id in failed)]
    names = _names(session, [row.organisation_id for row in due])
    held: Mapping[UUID, Sequence[Contact]] = {}
    for ids in _chunks([row.organisation_id for row in due]):
        held = {**held, **contacts.contacts_of(session, ids)}
    found = [
        Call(row, names[row.organisation_id], _numbers(held.get(row.organisation_id, ())), failed.get(row.id, ""))
        for row in due
    ]
    return sorted(found, key=lambda call: (call.organisation.casefold(), str(call.asked.id)))


def reaches(session: Session, organisations: Sequence[UUID]) -> dict[UUID, Reach]:
    """Organisation -> how it can be asked."""
    held = contacts.contacts_of(session, organisations)
    speak = _speakers(session, organisations)
    return {one: rules.reach(map(_way, held.get(one, ())), speak.get(one, ())) for one in organisations}


def address_of(session: Session, row: Asked) -> str | None:
    """The mail address at which an organisation is asked; none where it is asked otherwise."""
    if row.way != MAIL:
        return None
    if row.account_id is not None:
        return session.scalar(select(Account.address).where(Account.id == row.account_id))
    contact = session.get(Contact, row.contact_id) if row.contact_id else None
    return contact.value if contact is not None and contacts.may_be_written_to(contact) else None


def _candidates(session: Session, ids: Sequence[UUID], confirmed: Mapping[UUID, date]) -> Iterator[Candidate]:
    names, reached = _names(session, ids), reaches(session, ids)
    held = {row.id: row.value for rows in contacts.contacts_of(session, ids).values() for row in rows}
    accounts = [how.account for how in reached.values() if how.account]
    addresses: dict[UUID, str] = {}
    for id_, address in session.execute(select(Account.id, Account.address).where(Account.id.in_(accounts))):
        addresses[id_] = address
    for one in ids:
        how = reached[one]
        where = (held.get(how.contact) if how.contact else addresses.get(how.account or one)) or ""
        yield Candidate(one, names[one], how, confirmed.get(one), where)


def _mail(session: Session, row: Asked, organisation: str, clerk: str) -> dict[str, Any]:
    link = actions.new_link(session, row.id)
    contact = session.get(Contact, row.contact_id) if row.contact_id else None
    values = {
        "organisation": organisation,
        "person": contact.person if contact else "",
        "clerk": clerk,
        "times": row.times,
        "path": f"/bestaetigen/{link}",
    }
    to = {"to": row.account_id} if row.account_id else {"address": contact.value if contact else None}
    return mail_row(TEMPLATE, key=queries.mail_key(row.id, row.times), language=_spoken(row), values=values, **to)


def _spoken(row: Asked) -> str:
    return row.language if row.language in LANGUAGES else LANGUAGES[0]


def _starter(session: Session, row: Asked) -> UUID | None:
    """Under whose name an organisation is asked: whoever began its part of the round."""
    round_ = session.get_one(Round, row.round_id)
    return round_.started_by if row.trial else round_.rest_by or round_.started_by


def _is_called(book: Rulebook, row: Asked, failed: bool) -> bool:
    if row.way == NOBODY and row.why_not == "objected":
        return False
    return rules.is_called(book.register["confirmation"], row.way, row.begun_on, clock.today(), failed=failed)


def _numbers(held: Iterable[Contact]) -> list[tuple[str, str]]:
    return [
        (row.value, row.person or "") for row in held if row.kind == PHONE and row.value and row.objected_at is None
    ]


def _way(row: Contact) -> Way:
    personal = contacts.is_personal(row.kind, row.value, row.person)
    return Way(
        row.id, row.kind, contacts.may_be_written_to(row), personal if row.kind != POST else bool(row.person),
        row.objected_at is not None, row.blanked_at is not None, row.confirmed_on, row.language,
    )  # fmt: skip


def _speakers(session: Session, organisations: Sequence[UUID]) -> dict[UUID, list[Speaker]]:
    query = (
        select(Representative.organisation_id, Account.id, Account.language)
        .join(Account, Account.id == Representative.account_id)
        .where(
            Representative.organisation_id.in_(organisations),
            Representative.until_at.is_(None),
            Account.deactivated_at.is_(None),
        )
        .order_by(Representative.since_at, Account.id)
    )
    found: dict[UUID, list[Speaker]] = defaultdict(list)
    for organisation, account, language in session.execute(query):
        found[organisation].append(Speaker(account, language))
    return found


def _names(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {id_: name for id_, name in session.execute(query)}


def _chunks(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]
