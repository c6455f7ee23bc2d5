"""For each address and role an example of the fictional city that really shows that page."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from admission.cases import actions as cases
from admission.cases.models import Case, Document
from admission.cases.queries import declaration
from admission.casework.people import applicants
from admission.confirmation import actions as confirmation
from admission.confirmation import keys
from admission.confirmation.models import Asked, Key
from admission.confirmation.rules import Reach
from admission.correspondence import actions as inviting
from admission.correspondence import queries as inviting_queries
from admission.correspondence.actions import Addressed, Words, Written
from admission.correspondence.models import Invitation, Message, Recipient
from admission.correspondence.rules import COUNCIL, DRAFT, OFFICE
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.ids import new_id
from admission.inquiries.models import Inquiry
from admission.lists.models import OfficeList
from admission.organisations import actions as organisations
from admission.organisations.models import Merge, Organisation
from admission.people.models import Account, RoleGrant
from admission.people.roles import Role
from admission.register import entry, informing, merging
from admission.register.models import Consent, Information
from admission.rulebook.models import Edition
from admission.web.access import Rule
from admission.web.access import table as access_table

# Which state of an application a page needs; every other page of a case takes the one that the role mostly sees.
STATE_OF = {
    "/antrag/<number>/anhoerung": "hearing",
    "/antrag/<number>/nachforderung": "supplement",
    "/antrag/<number>/bescheide/<uuid:notice>": "admitted",
    "/antrag/<number>/eingegangen": "received",
    "/antrag/<number>/nachtrag": "assessment",
    "/antrag/<number>/zurueckziehen": "completeness",
    "/antrag/<number>/unterlagen/<uuid:document>": "hearing",
    "/buero/vorgaenge/<number>/vollstaendigkeit": "completeness",
    "/buero/vorgaenge/<number>/pruefung/<code>": "assessment",
    "/buero/vorgaenge/<number>/vorschlag": "assessment",
    "/buero/vorgaenge/<number>/mitzeichnung": "proposed",
    "/buero/vorgaenge/<number>/anhoerung": "hearing",
    "/buero/vorgaenge/<number>/schreiben/<uuid:notice_id>": "hearing",
}
# Only somebody on her way through a door sees them: `test_doors.py` brings her there and asks axe-core.
AT_THE_DOORS = ("/anmelden/code", "/anmelden/faktor", "/konto/app/neu")
# Leads on to the first criterion without a finding, which is visited by its own address.
LEADS_ON = ("/buero/vorgaenge/<number>/pruefung",)
TOLD = "a-link-of-this-walk"
"""The secret of a mailed link; the city keeps only its digest."""
WAITING = "2099-1"
"""An edition that waits for its resolution."""
FILES = (
    "/unterlagen/<uuid:",
    "/uebergabe/",
    "/seiten/",
    ".json",
    ".csv",
    ".xlsx",
    ".vcf",
    ".atom",
    "/healthz",
    "/readyz",
    "/sprache/",
    "/logo",
)


def pages(app: Flask) -> list[tuple[str, Rule]]:
    """Every address that can be opened with GET, with its rule."""
    return [(address, rule) for address, method, rule in access_table(app) if method == "GET"]


def is_page(address: str) -> bool:
    """Whether it answers with a page of its own; files, doors and what leads on are opened by other tests."""
    return address not in (*AT_THE_DOORS, *LEADS_ON) and not any(part in address for part in FILES)


def prepare() -> None:
    """What the demo has not played: an edition that waits for its resolution; no conflict of anybody anywhere.

    And somebody who stands in a list is told of it, by a link that is known here.
    """
    writing()
    told = db.session.scalars(
        select(Information).where(Information.closed_at.is_(None)).order_by(Information.id)
    ).first()
    if told is None:
        first = db.session.scalars(select(Organisation).order_by(Organisation.search_name)).first()
        assert first is not None
        told = Information(organisation_id=first.id, source=new_id(), due_on=clock.today())
        db.session.add(told)
    told.token_digest = informing.digest(TOLD)
    _ask_to_confirm()
    _invite()
    known = db.session.scalars(select(Edition)).all()
    if all(edition.name != WAITING for edition in known):
        body = known[0].body.replace(f'"{known[0].name}"', f'"{WAITING}"')
        digest = sha256(body.encode()).hexdigest()
        db.session.add(Edition(digest=digest, name=WAITING, body=body, loaded_at=clock.now()))
    staff = select(RoleGrant.account_id).where(RoleGrant.role.in_(("caseworker", "approver")))
    for person in db.session.scalars(staff).all():
        for case_id in db.session.scalars(select(Case.id).where(Case.number.is_not(None))):
            if declaration(db.session(), case_id, person) is None:
                cases.declare(db.session(), case_id, person, False)
    db.session.commit()


def _invite() -> None:
    """One organisation is invited by the council; drafts of both; and two messages to it, one not confirmed yet."""
    digest = inviting_queries.digest(TOLD)
    if db.session.scalar(select(Recipient.id).where(Recipient.token_digest == digest)) is not None:
        return
    clerk = db.session.scalars(select(RoleGrant.account_id).where(RoleGrant.role == "caseworker")).first()
    first = db.session.scalars(select(Organisation.id).order_by(Organisation.search_name)).first()
    assert clerk is not None and first is not None
    words = {"de": Words("Sommerfest", "Feiern Sie mit uns."), "en": Words("Summer party", "Celebrate with us.")}
    written = Written(words, event_on=clock.today(), place="17 Uhr, Rathaus", reply_until=clock.today())
    inviting.write(db.session(), OFFICE, written, by=clerk)
    member = _account(Role.COUNCIL, None)
    assert member is not None
    inviting.write(db.session(), COUNCIL, written, by=member)
    row = inviting.write(db.session(), COUNCIL, written, by=clerk)
    to = Addressed(new_id(), first, "mail")
    day, who = clock.today(), "Vorsitz"
    inviting.send(db.session(), row, [to], by=clerk, role="secretariat", approved_by=who, approved_on=day)
    db.session.get_one(Recipient, to.id).token_digest = digest
    for state, confirmed in (("unconfirmed", None), ("waiting", clock.now())):
        token = digest if confirmed is None else inviting_queries.digest(state)
        words = {"name": "Ida Kron", "address": "ida@kron.example", "text": "Wir suchen einen Chor."}
        at = {"written_at": clock.now(), "confirmed_at": confirmed}
        db.session.add(Message(organisation_id=first, state=state, language="de", token_digest=token, **words, **at))


def _ask_to_confirm() -> None:
    """An organisation is asked to confirm itself, by a link that is known here."""
    digest = keys.digest_of_secret(TOLD)
    if db.session.scalar(select(Key.id).where(Key.digest == digest)) is not None:
        return
    asked = db.session.scalars(select(Asked).where(Asked.answer.is_(None)).order_by(Asked.id)).first()
    if asked is None:
        clerk = db.session.scalars(select(RoleGrant.account_id).where(RoleGrant.role == "caseworker")).first()
        first = db.session.scalars(select(Organisation.id).order_by(Organisation.search_name)).first()
        assert clerk is not None and first is not None
        round_ = confirmation.begin(db.session(), clock.today(), by=clerk)
        weeks = {"remind_after_weeks": [0], "call_after_weeks": 0}
        (made,) = confirmation.ask(db.session(), round_, {first: Reach("phone")}, weeks, trial=True)
        asked = db.session.get_one(Asked, made)
    db.session.add(Key(asked_id=asked.id, kind=keys.LINK, digest=digest, made_at=clock.now()))


def example(address: str, role: Role | None) -> tuple[str, UUID | None] | None:
    """A path for this address and the account that opens it; None if the city has no such thing yet."""
    case = _case(address, role)
    values: dict[str, Callable[[], Any]] = {
        "number": lambda: case.number if case else None,
        "draft": lambda: case.id if case else None,
        "notice": lambda: _notice(case),
        "document": lambda: _document(case),
        "section": lambda: "organisation",
        "question": lambda: "organisation_name",
        "group": lambda: "K04",
        "kind": lambda: "hearing",
        "code": lambda: "K01",
        "name": lambda: "name",
        "edition": lambda: "2026-1",
        "organisation": lambda: case.organisation_id if case else None,
        "slug": lambda: _slug(),
        "notice_id": lambda: _notice(case),
        "document_id": lambda: _document(case),
        "page": lambda: 1,
        "purpose": lambda: "network",
        "check": lambda: _check(),
        "merge": lambda: _merge(),
        "id": lambda: _account(Role.CASEWORKER, None),
        "inquiry": lambda: _inquiry(address),
        "invitation_id": lambda: _invitation(address),
        "message_id": lambda: db.session.scalar(select(Message.id).where(Message.state == "waiting")),
        "token": lambda: (
            TOLD if address.startswith(("/mitteilung/", "/bestaetigen/", "/einladung/", "/nachricht/")) else None
        ),
        "asked_id": lambda: db.session.scalar(select(Key.asked_id).where(Key.digest == keys.digest_of_secret(TOLD))),
        "list_id": lambda: db.session.scalar(select(OfficeList.id).where(OfficeList.state == "open")),
        **OF.get(address, {}),
    }
    path = address
    for part in [part for part in address.replace("<", "\n<").replace(">", ">\n").split("\n") if part.startswith("<")]:
        name = part.strip("<>").rpartition(":")[2]
        if name not in values:
            return None
        value = values[name]()
        if value is None:
            return None
        path = path.replace(part, str(value))
    return path, _account(role, case)


OF: dict[str, dict[str, Callable[[], Any]]] = {
    "/kriterien/<name>": {"name": lambda: "2026-1"},
    "/verwaltung/stadt/<name>": {"name": lambda: "phone"},
    "/verwaltung/regelwerk/<name>/vorschlagen": {"name": lambda: WAITING},
    "/verwaltung/regelwerk/<name>/vorlaeufig": {"name": lambda: WAITING},
}


def _case(address: str, role: Role | None) -> Case | None:
    if "<uuid:draft>" in address:
        wanted = "draft"
    elif role is Role.APPLICANT or "/organisation" in address:
        wanted = STATE_OF.get(address, "admitted")
    else:
        wanted = STATE_OF.get(address, "assessment")
    query = select(Case).where(Case.kind == "admission", Case.state == wanted).order_by(Case.opened_at)
    if "<uuid:document>" in address:
        query = query.where(Case.id.in_(select(Document.case_id)))
    return db.session.scalars(query).first()


def _account(role: Role | None, case: Case | None) -> UUID | None:
    if role is None:
        return None
    if role is Role.APPLICANT and case is not None:
        return applicants(db.session(), case)[0]
    if role is Role.CASEWORKER and case is not None and case.assigned_to is not None:
        return case.assigned_to
    return db.session.scalar(
        select(Account.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.role == role.value)
        .order_by(Account.name)
    )


def _notice(case: Case | None) -> UUID | None:
    if case is None:
        return None
    return db.session.scalar(select(Notice.id).where(Notice.case_id == case.id, Notice.opened_at.is_not(None)))


def _document(case: Case | None) -> UUID | None:
    return db.session.scalar(select(Document.id).where(Document.case_id == case.id)) if case else None


def _inquiry(address: str) -> UUID | None:
    """An answered inquiry where its answer is shown, else one that is being drafted."""
    state = "answered" if address.endswith("/antwort") else "drafting"
    return db.session.scalar(select(Inquiry.id).where(Inquiry.state == state).order_by(Inquiry.session_on))


def _invitation(address: str) -> UUID | None:
    """One that can still be changed where that is asked for, else one that was sent."""
    if not address.endswith("/aendern"):
        return db.session.scalar(select(Invitation.id).where(Invitation.state != DRAFT))
    audience = COUNCIL if address.startswith("/rat/") else OFFICE
    return db.session.scalar(select(Invitation.id).where(Invitation.state == DRAFT, Invitation.audience == audience))


def _merge() -> UUID:
    """A merge that holds: two records noted for this walk."""
    found = db.session.scalar(select(Merge.id).where(Merge.ended_at.is_(None)))
    if found is None:
        writing()
        gone, stays = (organisations.found(db.session(), f"Chor Kieselstein {number}") for number in (1, 2))
        by = _account(Role.CASEWORKER, None)
        assert by is not None
        found = merging.merge(db.session(), gone, stays, "dieselbe Satzung", by=by, role="caseworker").id
        db.session.commit()
    return found


def _check() -> UUID:
    """A change that waits; the first organisation asks for a new name if nobody else does."""
    found = entry.waiting(db.session())
    if not found:
        writing()
        row = db.session.scalars(select(Organisation).order_by(Organisation.search_name)).first()
        by = _account(Role.CASEWORKER, None)
        assert row is not None and by is not None
        entry.change(db.session(), row, "name", f"{row.name} und Freunde", by=by, role="applicant", checks={"name"})
        db.session.commit()
        found = entry.waiting(db.session())
    return found[0].id


def _slug() -> str | None:
    return db.session.scalar(
        select(Organisation.slug)
        .where(Organisation.id.in_(select(Consent.organisation_id)))
        .order_by(Organisation.slug)
    )
