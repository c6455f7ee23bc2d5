"""Honest defaults: an edition in force, people, and an application on its way, all through the real engine."""

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from admission.cases import actions as cases
from admission.cases.models import Case
from admission.casework import applications
from admission.casework.facts import SYSTEM_ACTOR, Actor, lock
from admission.casework.move import Command
from admission.casework.people import actor
from admission.ground import clock
from admission.ground.db import db, writing
from admission.people.models import Account, RoleGrant
from admission.register import releases
from admission.register.sets import rules_of
from admission.rulebook import queries as rulebooks
from admission.rulebook.compile import compile_folder
from admission.rulebook.edition import Rulebook
from admission.rulebook.models import Edition, Publication

EDITIONS = Path(__file__).parent.parent / "editions"
DAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ANSWERS: dict[str, Any] = {
    "organisation_name": "Kulturverein Sieben Laternen e. V.",
    "field": "culture",
    "founded_on": "2011-05-01",
    "based_in": "seat_here",
    "seat_postcode": "99003",
    "majority_in": "board",
    "leadership_is_elected": True,
    "last_election_on": "2025-06-14",
    "term_years": 2,
    "form": "registered",
    "register_number": "VR 99417",
    "assembly_meets": True,
    "rules_for_joining": True,
    "rules_for_leaving": True,
    "tax_notice": "none",
    "purpose": "Wir bringen Menschen aus der Nachbarschaft zusammen.",
    "activities": [
        {"on": "2026-06-06", "what": "Sommerfest", "where": "here"},
        {"on": "2026-09-27", "what": "Nachmittag für Eltern", "where": "here"},
        {"on": "2026-10-18", "what": "Lesung", "where": "here"},
    ],
    "works_with_minors": False,
    "contact_person": "Selin Aydar",
    "second_contact": "Deniz Aydar, 0221 4710-199",
    "postal_address": "Lindenweg 3, 99003 Musterfeld",
    "correspondence_language": "de",
    "portal_consent": True,
    "self_organised": True,
    "no_private_profit": True,
    "charter_accepted": True,
    "within_constitution": True,
    "not_directed": True,
    "cooperates": True,
    "later.K04": True,
}


@lru_cache(maxsize=1)
def edition_bytes(name: str = "2026-1") -> bytes:
    """The compiled edition of the repository."""
    return compile_folder(EDITIONS / name)


def account(address: str | None = None, *roles: str) -> UUID:
    """An account with these roles."""
    made = Account(
        address=address or f"{uuid4().hex[:12]}@example.org", name="Name", language="de", made_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    for role in roles:
        db.session.add(RoleGrant(account_id=made.id, role=role, from_at=clock.now()))
    db.session.commit()
    return made.id


def publish(in_force_from: date = date(2026, 3, 1)) -> Rulebook:
    """The edition 2026-1, loaded and in force."""
    rulebooks.forget()
    body = edition_bytes()
    book = Rulebook(body)
    people = account(None, "admin"), account(None, "approver")
    writing()
    db.session.add(Edition(digest=book.digest, name=book.name, body=body.decode(), loaded_at=clock.now()))
    db.session.flush()
    db.session.add(
        Publication(
            edition=book.digest,
            kind="resolved",
            in_force_from=in_force_from,
            resolution="0087/2025-2030",
            proposed_by=people[0],
            proposed_at=clock.now(),
            confirmed_by=people[1],
            confirmed_at=clock.now(),
        )
    )
    db.session.commit()
    return rulebooks.rulebook(book.digest)


def draft(book: Rulebook, applicant: UUID, **answers: Any) -> UUID:
    """A draft with every question answered, except where `answers` says otherwise (None: not answered)."""
    writing()
    case = applications.open_draft(db.session, book, applicant)
    given = {code: value for code, value in (ANSWERS | answers).items() if value is not None}
    cases.save_answers(db.session, case, book, given)
    db.session.commit()
    return case.id


def command(case_id: UUID) -> Command:
    """What a form rendered now would carry."""
    return Command(uuid4(), db.session.scalar(select(Case.revision).where(Case.id == case_id)) or 0)


def as_(role: str, person: UUID | None, case_id: UUID) -> Actor:
    """The person as an actor of the case; call it inside the write transaction."""
    case = db.session.get_one(Case, case_id)
    return actor(db.session, person, role, case) if person else SYSTEM_ACTOR


def locked(case_id: UUID) -> Case:
    """Open the write transaction and lock the case, as a desk does."""
    writing()
    lock(db.session, case_id)
    return db.session.get_one(Case, case_id)


def release_figures(book: Rulebook) -> None:
    """Two people release the figures of today."""
    first, second = account(None, "caseworker"), account(None, "approver")
    writing()
    proposed = releases.propose(db.session(), by=first)
    db.session.commit()
    writing()
    releases.confirm(db.session(), proposed.id, rules_of(book.register), by=second, role="approver")
    db.session.commit()
