"""Mails on their way: an audience is spread to its people, a row becomes subject and text in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import current_app, render_template
from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from admission.cases.models import Case, Deadline
from admission.casework.notices import german_day
from admission.casework.people import applicants, matter_of
from admission.city.queries import settings
from admission.ground import clock, crypto
from admission.ground.mail import Mail, mail_row, values_of
from admission.log.models import Entry
from admission.log.pseudonyms import people_of
from admission.people.models import Account, RoleGrant
from admission.rulebook.queries import rulebook

LEASE = timedelta(minutes=2)
DEADLINE_OF = {
    "received": "acknowledgement",
    "acknowledged": "completeness",
    "supplement": "supplement",
    "supplement_ending": "supplement",
    "hearing_ending": "hearing",
    "reminder": "grace",
    "closure_announced": "closure",
    "signature_waiting": "second_signature",
    "returned": "assessment",
    "draft_closing": "draft",
}
BY_POST = {"hearing": "hearing_by_post", "notice_waiting": "notice_by_post"}
"""Mails that tell of a letter, and what they say to whoever wants letters on paper."""
PAGES = {
    "supplement": "/nachforderung",
    "supplement_ending": "/nachforderung",
    "reminder": "/nachforderung",
    "resting": "/nachforderung",
    "closure_announced": "/nachforderung",
    "hearing_ending": "/anhoerung",
}
"""Mails that ask for something lead to the page where it is done."""
DESK = frozenset({"signature_waiting", "returned", "escalated", "withdrawal_noted", "amended"})
"""Mails to the office."""
DESK_PAGES = {"signature_waiting": "/mitzeichnung", "returned": "/vorschlag"}
"""Those of them that ask for something lead to the page where it is done."""
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent."""

    address: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def claim(session: Session) -> UUID | None:
    """Take the next waiting mail for two minutes; commits. Two workers never hold the same one."""
    now = clock.now()
    free = or_(Mail.lease_until.is_(None), Mail.lease_until < now)
    found = session.scalar(
        select(Mail.id)
        .where(Mail.state == "queued", Mail.run_at <= now, free)
        .order_by(Mail.run_at, Mail.queued_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if found is not None:
        session.execute(update(Mail).where(Mail.id == found).values(lease_until=now + LEASE))
    session.commit()
    return found


def spread(session: Session, mail: Mail) -> int:
    """Turn a mail to an audience into one to each of its people, each with a key of its own; the caller commits."""
    case = session.get_one(Case, mail.case_id)
    people = _people(session, mail.audience or "", case)
    rows = [
        mail_row(
            mail.template,
            key=f"{mail.key}/{person}",
            to=person,
            case_id=case.id,
            language=language,
            values=values_of(mail),
            expires_at=mail.expires_at,
        )
        for person, language in people
    ]
    if rows:
        session.execute(insert(Mail), rows)
    mail.state, mail.values, mail.sent_at = "spread", None, clock.now()
    session.flush()
    return len(rows)


def letter(session: Session, mail: Mail) -> Letter | None:
    """Subject and text of one mail; None if there is nobody to send it to any more."""
    if mail.address is not None:
        address = crypto.unseal_text(mail.address, "mail/address")
    else:
        account = session.get(Account, mail.recipient)
        if account is None or account.deactivated_at is not None:
            return None
        address = account.address
    subject, body = _of_case(session, mail) if mail.case_id else _of_house(mail)
    return Letter(address, subject.strip(), body.strip() + "\n", _headers(values_of(mail)))


def mailed_day(day: date, language: str) -> str:
    """A day as mails spell it: 7. Dezember 2026, 7 December 2026."""
    return german_day(day) if language == "de" else f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def _headers(values: Mapping[str, Any]) -> dict[str, str]:
    """Where answers go, and where to say that no more shall come (RFC 2369): mail programs offer both."""
    headers = {"Reply-To": str(values["reply_to"])} if values.get("reply_to") else {}
    if path := values.get("opt_out"):
        headers["List-Unsubscribe"] = f"<{current_app.config['BASE_URL']}{path}>"
    return headers


def _people(session: Session, audience: str, case: Case) -> Sequence[tuple[UUID, str]]:
    if audience == "applicant":
        ids = applicants(session, case)
        languages = dict.fromkeys(ids, case.language)
    elif audience == "caseworker" and case.assigned_to:
        ids, languages = [case.assigned_to], {}
    else:
        ids, languages = _in_role(session, audience, case), {}
    return [(person, languages.get(person, "de")) for person in ids]


def _in_role(session: Session, role: str, case: Case) -> list[UUID]:
    """Everybody who holds the role now; for a signature without those who assessed or proposed."""
    now = clock.now()
    holds = select(RoleGrant.account_id).where(
        RoleGrant.role == role, RoleGrant.from_at <= now, or_(RoleGrant.until_at.is_(None), RoleGrant.until_at > now)
    )
    ids = set(session.scalars(select(Account.id).where(Account.id.in_(holds), Account.deactivated_at.is_(None))))
    if role != "approver":
        return sorted(ids)
    worked = session.scalars(
        select(Entry.actor).where(
            Entry.case_id == case.id, Entry.type.in_(("act.assess", "step.propose", "step.weigh"))
        )
    )
    people = people_of(session, matter_of(case))
    return sorted(ids - {people[actor] for actor in worked if actor in people})


def _of_case(session: Session, mail: Mail) -> tuple[str, str]:
    case = session.get_one(Case, mail.case_id)
    book = rulebook(case.edition)
    city = settings(clock.today())
    values = values_of(mail)
    kind = values.get("deadline", "")
    filled = {
        "number": case.number or "",
        "organisation": case.title,
        "contact_name": _named(session, case) or (city.contact_person if city else ""),
        "contact_phone": city.phone if city else "",
        "link": current_app.config["BASE_URL"] + _path(case, mail),
        "due": _due(session, case, mail, values),
        "deadline": book.text(f"deadline.{kind}", mail.language) if kind else "",
    }
    name = mail.template if case.portal_consent else BY_POST.get(mail.template, mail.template)
    keys = (f"mail.{name}.subject", f"mail.{name}.body")
    return book.text(keys[0], mail.language, **filled), book.text(keys[1], mail.language, **filled)


def _named(session: Session, case: Case) -> str | None:
    """Who has claimed the case: the person that the pages name too."""
    return session.scalar(select(Account.name).where(Account.id == case.assigned_to)) if case.assigned_to else None


def _of_house(mail: Mail) -> tuple[str, str]:
    city = settings(clock.today())
    values = {"base_url": current_app.config["BASE_URL"], "city": city, **values_of(mail)}
    text = render_template(f"mail/{mail.template}.{mail.language}.txt", **values)
    first, _, body = text.partition("\n")
    return first.removeprefix("Subject:"), body


def _path(case: Case, mail: Mail) -> str:
    if mail.template in DESK:
        return f"/buero/vorgaenge/{case.number}{DESK_PAGES.get(mail.template, '')}"
    if case.number is None:
        return f"/antrag/entwurf/{case.id}" if case.state == "draft" else "/antrag"
    return f"/antrag/{case.number}{PAGES.get(mail.template, '')}"


def _due(session: Session, case: Case, mail: Mail, values: Mapping[str, Any]) -> str:
    kind = values.get("deadline") or DEADLINE_OF.get(mail.template)
    if kind is None:
        return ""
    text = values.get("due", {}).get(kind)
    day = (
        date.fromisoformat(text)
        if text
        else session.scalar(
            select(Deadline.due_on)
            .where(Deadline.case_id == case.id, Deadline.kind == kind)
            .order_by(Deadline.begun_on.desc())
            .limit(1)
        )
    )
    if day is None:
        return ""
    return mailed_day(day, mail.language)
