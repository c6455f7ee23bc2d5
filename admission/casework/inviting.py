"""Organisations are invited: chosen by what the register holds, reached by mail or post, or not and why not.

Whoever may be written to is said by `register.contacts.may_be_written_to`; whoever wants no invitations gets none.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import current_app, render_template
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from admission.casework.outbox import mailed_day
from admission.city.queries import settings
from admission.correspondence import actions, queries, rules
from admission.correspondence.actions import Addressed
from admission.correspondence.models import Invitation, InvitationText, Recipient
from admission.ground import clock
from admission.ground.ids import new_id
from admission.ground.mail import Mail, mail_row
from admission.organisations.models import Organisation, Representative
from admission.people.models import Account
from admission.register.contacts import MAIL, POST, contacts_of, may_be_written_to
from admission.register.counting import belonging
from admission.register.models import Consent, Contact, Field
from admission.register.rules import shown
from admission.register.sets import SetRule
from admission.rulebook.edition import Rulebook

TEMPLATE = "organisation_invited"
ACCOUNT, PUBLISHED = "account", "published"
"""Bases beside those of a contact: who speaks for it has an account here; it shows its mailbox by its own consent."""
DISTRICTS = ("districts", "district")
NAMES_FOR = {rules.COUNCIL: ("public", "council")}
"""Purposes of a consent by which an audience may read a name; the office reads all."""
_APART = re.compile(r"[\n,;]+")


@dataclass(frozen=True)
class Choice:
    """Whom to invite: one of each list is enough; what is empty asks nothing."""

    within: str = ""
    fields: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reach:
    """How one organisation is reached: by mail to an address or an account, by post; or not, and why not."""

    way: str
    language: str = rules.GERMAN
    basis: str = ""
    why_not: str = ""
    since: datetime | None = None
    """Since when it wants no post."""
    address: str = ""
    account: UUID | None = None
    person: str = ""


@dataclass(frozen=True)
class Found:
    """One organisation that the choice fits."""

    id: UUID
    name: str
    reach: Reach


def choice_of(row: Invitation) -> Choice:
    """The choice that an invitation keeps."""
    return Choice(row.within, *(rules.lines(kept) for kept in (row.fields, row.districts, row.languages)))


def look_for(session: Session, sets: Sequence[SetRule], choice: Choice) -> list[Found]:
    """Everybody whom the choice fits today, by name, and how each is reached."""
    held = belonging(session, sets, clock.today())
    ids = {id_ for id_, names in held.items() if not choice.within or choice.within in names}
    ids &= _fitting(session, ids, choice)
    ways = reach(session, ids)
    query = select(Organisation.id, Organisation.name, Organisation.search_name).where(Organisation.id.in_(ids))
    rows = sorted(session.execute(query), key=lambda row: (row.search_name, str(row.id)))
    return [Found(row.id, row.name, ways[row.id]) for row in rows]


def offered(session: Session) -> tuple[list[str], list[str]]:
    """(districts, languages) that the register holds of anybody, in the order of the alphabet."""
    held: dict[str, set[str]] = defaultdict(set)
    query = select(Field.name, Field.value).where(Field.name.in_((*DISTRICTS, "languages"))).distinct()
    for name, value in session.execute(query):
        held["languages" if name == "languages" else "districts"] |= set(_parts(value))
    city = settings(clock.today())
    held["districts"] |= set(city.districts) if city else set()
    return sorted(held["districts"]), sorted(held["languages"])


def reach(session: Session, organisations: Collection[UUID], *, inviting: bool = True) -> dict[UUID, Reach]:
    """How each of them is reached: the way confirmed last first, mail before post.

    `inviting`: whoever wants no invitations is not reached; a message of somebody is none.
    """
    wants_none = queries.opted_out(session, organisations) if inviting else {}
    known = contacts_of(session, organisations)
    accounts = _accounts(session, organisations)
    mailboxes = _mailboxes(session, organisations)
    found = {}
    for id_ in organisations:
        if id_ in wants_none:
            found[id_] = Reach(rules.NONE, why_not=rules.OPTED_OUT, since=wants_none[id_])
            continue
        ways = known.get(id_, [])
        found[id_] = (
            _by_contact(ways, MAIL) or mailboxes.get(id_) or accounts.get(id_) or _by_contact(ways, POST) or _not(ways)
        )
    return found


def named(session: Session, audience: str, organisations: Collection[UUID]) -> set[UUID]:
    """Which of them this audience may read the names of."""
    purposes = NAMES_FOR.get(audience)
    if purposes is None:
        return set(organisations)
    query = select(Consent.organisation_id).where(
        Consent.field == "name", Consent.purpose.in_(purposes), Consent.withdrawn_at.is_(None)
    )
    return set(session.scalars(query)) & set(organisations)


def send(
    session: Session, row: Invitation, sets: Sequence[SetRule], book: Rulebook, *, by: UUID, role: str,
    but: Collection[UUID] = (), **approval: Any,
) -> None:  # fmt: skip
    """Queue a mail for everybody who is reached by mail, and record everybody else; the caller commits.

    `but`: organisations that were left out by hand. `approval`: `approved_by`, `approved_on` for the council's.
    """
    found = [one for one in look_for(session, sets, choice_of(row)) if one.id not in but]
    addressed = {one.id: _addressed(one) for one in found}
    texts = queries.texts(session, row.id)
    mails = [
        _mail(session, row, texts, book, addressed[one.id].id, one, attempt=1)
        for one in found
        if one.reach.way == rules.MAIL
    ]
    actions.send(session, row, list(addressed.values()), by=by, role=role, **approval)
    if mails:
        session.execute(insert(Mail), mails)


def send_again(session: Session, row: Invitation, one: Recipient, book: Rulebook) -> bool:
    """Queue the mail once more, to where the organisation is reached now; False if it is not."""
    now = reach(session, [one.organisation_id])[one.organisation_id]
    if now.way != rules.MAIL:
        return False
    organisation = session.get_one(Organisation, one.organisation_id)
    one.attempt += 1
    session.flush()
    found = Found(organisation.id, organisation.name, now)
    mail = _mail(session, row, queries.texts(session, row.id), book, one.id, found, attempt=one.attempt)
    session.execute(insert(Mail), [mail])
    return True


def stop(session: Session, row: Invitation, *, by: UUID, role: str) -> None:
    """Whatever has not left yet stays here; what was in it is erased."""
    keys = [queries.mail_key(one.id, one.attempt) for one in queries.recipients(session, row.id)]
    session.execute(
        update(Mail)
        .where(Mail.key.in_(keys), Mail.state == "queued", Mail.lease_until.is_(None))
        .values(state="expired", values=None, address=None)
    )
    actions.stop(session, row, by=by, role=role)


def opt_out(session: Session, one: Recipient, way: str, *, by: UUID | None, role: str) -> None:
    """The organisation of this recipient wants no invitations any more; mails to it that wait are not sent."""
    organisation = _locked(session, one.organisation_id)
    if actions.opt_out(session, organisation.id, organisation.pseudonym, way, by=by, role=role):
        keys = [
            queries.mail_key(id_, attempt)
            for id_, attempt in session.execute(
                select(Recipient.id, Recipient.attempt).where(Recipient.organisation_id == organisation.id)
            )
        ]
        waiting = update(Mail).where(Mail.key.in_(keys), Mail.state == "queued", Mail.lease_until.is_(None))
        session.execute(waiting.values(state="expired", values=None, address=None))


def opt_in(session: Session, one: Recipient, way: str, *, by: UUID | None, role: str) -> None:
    """It wants invitations again."""
    organisation = _locked(session, one.organisation_id)
    actions.opt_in(session, organisation.id, organisation.pseudonym, way, by=by, role=role)


def preview(row: Invitation, texts: Mapping[str, InvitationText], book: Rulebook, one: Found) -> tuple[str, str]:
    """(subject, text) as this organisation would read them; its link is not made yet."""
    values = values_of(row, texts, book, one, "…")
    frame = rules.frame_of(one.reach.language)
    base_url = current_app.config["BASE_URL"]
    text = render_template(f"mail/{TEMPLATE}.{frame}.txt", city=settings(clock.today()), base_url=base_url, **values)
    first, _, body = text.partition("\n")
    return first.removeprefix("Subject:").strip(), body.strip()


def values_of(
    row: Invitation, texts: Mapping[str, InvitationText], book: Rulebook, one: Found, secret: str
) -> dict[str, Any]:
    """What the mail or letter of one recipient is filled with, as plain values."""
    text = texts.get(one.reach.language) or texts[rules.GERMAN]
    frame = rules.frame_of(one.reach.language)
    return {
        "organisation": one.name,
        "subject": text.subject,
        "text": text.text,
        "audience": row.audience,
        "event": row.event_on is not None,
        "reply_until": mailed_day(row.reply_until, frame) if row.reply_until else "",
        "event_on": mailed_day(row.event_on, frame) if row.event_on else "",
        "place": row.place,
        "basis": one.reach.basis,
        "chosen": [shown(book, "field", code, frame) for code in rules.lines(row.fields)]
        + [*rules.lines(row.districts), *rules.lines(row.languages)],
        "path": f"/einladung/{secret}",
        "opt_out": f"/einladung/{secret}/abmelden",
        "reply_to": row.reply_to,
    }


@dataclass(frozen=True)
class Letter:
    """One letter to print: whom it goes to, and what it is filled with."""

    found: Found
    values: Mapping[str, Any]


def letters(session: Session, row: Invitation, book: Rulebook) -> list[Letter]:
    """The letters of an invitation that still have to be posted, to whoever may be written to now."""
    waiting = {
        one.recipient.organisation_id: one for one in queries.lines(session, row.id) if one.delivery == "to_post"
    }
    ways = reach(session, waiting)
    texts = queries.texts(session, row.id)
    found = []
    for id_, one in waiting.items():
        if ways[id_].way == rules.POST:
            to = Found(id_, one.name, ways[id_])
            found.append(Letter(to, values_of(row, texts, book, to, actions.secret_of(one.recipient.id))))
    return found


def addresses(session: Session, row: Invitation, sets: Sequence[SetRule]) -> list[tuple[str, str, str, str, str]]:
    """(organisation, person, way, address, basis) of whoever of an invitation may be written to now."""
    if row.sent_at is None:
        found = look_for(session, sets, choice_of(row))
    else:
        names = {one.recipient.organisation_id: one.name for one in queries.lines(session, row.id)}
        ways = reach(session, names)
        found = [Found(id_, name, ways[id_]) for id_, name in names.items()]
    ids = [one.reach.account for one in found if one.reach.account]
    of = {
        row.id: row.address for row in session.execute(select(Account.id, Account.address).where(Account.id.in_(ids)))
    }
    return [
        (one.name, way.person, way.way, way.address or (of[way.account] if way.account else ""), way.basis)
        for one in found
        if (way := one.reach).way != rules.NONE
    ]


def _mail(
    session: Session, row: Invitation, texts: Mapping[str, InvitationText], book: Rulebook, recipient: UUID,
    one: Found, attempt: int,
) -> dict[str, Any]:  # fmt: skip
    made = mail_row(
        TEMPLATE,
        key=queries.mail_key(recipient, attempt),
        to=one.reach.account,
        address=one.reach.address or None,
        language=rules.frame_of(one.reach.language),
        values=values_of(row, texts, book, one, actions.secret_of(recipient)),
    )
    return made | {"run_at": clock.now() + rules.GRACE}


def _addressed(one: Found) -> Addressed:
    return Addressed(new_id(), one.id, one.reach.way, one.reach.language, one.reach.basis, one.reach.why_not)


def _by_contact(ways: Iterable[Contact], kind: str) -> Reach | None:
    usable = [way for way in ways if way.kind == kind and may_be_written_to(way)]
    if not usable:
        return None
    best = max(usable, key=lambda way: (way.confirmed_on or date.min, way.known_on, str(way.id)))
    return Reach(
        MAIL if kind == MAIL else POST, best.language, best.basis or "", address=best.value or "",
        person=best.person or "",
    )  # fmt: skip


def _not(ways: Iterable[Contact]) -> Reach:
    """Why nobody may be written to: an objection, no agreement yet, or no address at all."""
    ways = list(ways)
    if any(way.objected_at is not None for way in ways):
        return Reach(rules.NONE, why_not="objected")
    if any(way.kind in (MAIL, POST) and way.value is not None for way in ways):
        return Reach(rules.NONE, why_not="not_agreed")
    return Reach(rules.NONE, why_not="no_address")


def _accounts(session: Session, organisations: Collection[UUID]) -> dict[UUID, Reach]:
    """Who speaks for it since longest and has an account."""
    query = (
        select(Representative.organisation_id, Account.id, Account.language)
        .join(Account, Account.id == Representative.account_id)
        .where(
            Representative.organisation_id.in_(list(organisations)), Representative.until_at.is_(None),
            Account.deactivated_at.is_(None),
        )
        .order_by(Representative.since_at.desc(), Account.id)
    )  # fmt: skip
    return {
        organisation: Reach(rules.MAIL, language, ACCOUNT, account=account)
        for organisation, account, language in session.execute(query)
    }


def _mailboxes(session: Session, organisations: Collection[UUID]) -> dict[UUID, Reach]:
    """Mailboxes of an office or a role that organisations show for some purpose by their own consent."""
    query = (
        select(Field.organisation_id, Field.value)
        .join(Consent, (Consent.organisation_id == Field.organisation_id) & (Consent.field == Field.name))
        .where(
            Field.organisation_id.in_(list(organisations)), Field.name == "mailbox", Consent.withdrawn_at.is_(None)
        )
    )  # fmt: skip
    return {
        organisation: Reach(rules.MAIL, rules.GERMAN, PUBLISHED, address=value)
        for organisation, value in session.execute(query)
    }


def _fitting(session: Session, ids: Collection[UUID], choice: Choice) -> set[UUID]:
    asked = [
        (("field",), choice.fields),
        (DISTRICTS, choice.districts),
        (("languages",), choice.languages),
    ]
    asked = [(names, wanted) for names, wanted in asked if wanted]
    if not asked:
        return set(ids)
    held: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    names = [name for group, _ in asked for name in group]
    rows = session.execute(select(Field.organisation_id, Field.name, Field.value).where(Field.name.in_(names)))
    for organisation, name, value in rows:
        held[organisation, name] |= {part.casefold() for part in _parts(value)}
    return {
        id_
        for id_ in ids
        if all(
            any(held[id_, name] & {value.casefold() for value in wanted} for name in group) for group, wanted in asked
        )
    }


def _parts(value: str) -> list[str]:
    return [part.strip() for part in _APART.split(value) if part.strip()]


def _locked(session: Session, organisation: UUID) -> Organisation:
    query = select(Organisation).where(Organisation.id == organisation).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()
