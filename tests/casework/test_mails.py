"""What the mails of a case say, and where they lead: to a page of ours that their reader can open."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import current_app
from sqlalchemy import select

from admission.casework import applications
from admission.casework.effects import MAILS
from admission.casework.outbox import Letter, letter, spread
from admission.casework.overdue import ANNOUNCES
from admission.city.actions import load_preset
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail, queue
from admission.people.models import Account
from tests import factories
from tests.office import Office

PRESET = Path(__file__).parents[2] / "presets" / "musterfeld" / "city.toml"
TEMPLATES = sorted(
    {template for sent in MAILS.values() for template, _audience in sent} | {*ANNOUNCES.values(), "escalated"}
)
LINK = re.compile(r"http://localhost(?::\d+)?(/\S*)")
OUTCOME = re.compile(r"abgelehnt|Ablehnung|aufgenommen|refus|admitted", re.IGNORECASE)


@pytest.fixture
def office(sqlite_app) -> Office:
    with clock.at(factories.DAY):
        made = Office()
        writing()
        load_preset(PRESET)
        db.session.commit()
        yield made


def sent(case_id: UUID) -> dict[tuple[str, str], Letter]:
    """(template, address) -> the mail, of everything that waits for this case."""
    db.session.rollback()
    rows = db.session.scalars(select(Mail).where(Mail.case_id == case_id, Mail.state == "queued")).all()
    for row in rows:
        if row.audience is not None:
            writing()
            spread(db.session, row)
            db.session.commit()
    ready = select(Mail).where(Mail.case_id == case_id, Mail.recipient.is_not(None))
    letters = [(row.template, letter(db.session, row)) for row in db.session.scalars(ready)]
    return {(template, one.address): one for template, one in letters if one is not None}


def address_of(person: UUID) -> str:
    return str(db.session.scalar(select(Account.address).where(Account.id == person)))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_is_whole_in_both_languages_and_leads_to_a_page(office, template, language):
    case_id = office.receives()
    writing()
    values = {"due": {"supplement": "2026-12-22"}, "deadline": "supplement"}
    key = f"test/{uuid4()}"
    queue(db.session, template, key=key, to=office.applicant, case_id=case_id, language=language, values=values)
    db.session.commit()
    found = letter(db.session, db.session.scalars(select(Mail).where(Mail.key == key)).one())
    assert found is not None
    assert not re.search(r"[{}]|None", found.subject + found.body)
    assert found.subject.startswith(f"{office.case(case_id).number}: ") or template.startswith("draft_")
    assert not OUTCOME.search(found.subject)
    (path,) = LINK.findall(found.body)
    assert current_app.url_map.bind("localhost").match(path, method="GET"), path


@pytest.mark.parametrize(
    ("consent", "says", "says_not"),
    [
        (True, "Öffnen können Sie ihn hier", "wie Sie es gewünscht haben"),
        (False, "kommt mit der Post, wie Sie es gewünscht haben", "Öffnen können Sie ihn"),
    ],
)
def test_a_mail_tells_of_a_notice_as_it_will_come(office, consent, says, says_not):
    case_id = office.receives(portal_consent=consent)
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    mail = sent(case_id)["notice_waiting", address_of(office.applicant)]
    assert says in mail.body
    assert says_not not in mail.body


def test_a_withdrawal_tells_the_organisation_and_whoever_has_the_case_each_in_their_own_words(office):
    case_id = office.receives()
    writing()
    office.case(case_id).assigned_to = office.clerk
    db.session.commit()
    office.applicant_withdraws(case_id)
    mails = sent(case_id)
    number = office.case(case_id).number
    assert f"/antrag/{number}\n" in mails["withdrawn", address_of(office.applicant)].body
    assert f"/buero/vorgaenge/{number}\n" in mails["withdrawal_noted", address_of(office.clerk)].body


def test_who_deletes_a_draft_gets_no_mail_about_it(office):
    case_id = factories.draft(office.book, office.applicant)
    command = factories.command(case_id)
    case = factories.locked(case_id)
    by = factories.as_("applicant", office.applicant, case_id)
    applications.withdraw(db.session, case, "", by=by, command=command)
    db.session.commit()
    assert sent(case_id) == {}


def test_the_person_named_is_the_one_who_has_claimed_the_case(office):
    case_id = office.receives()
    applicant = address_of(office.applicant)
    assert "Jorinde Falk" in sent(case_id)["acknowledged", applicant].body  # the city's contact person
    writing()
    office.case(case_id).assigned_to = office.clerk
    db.session.get_one(Account, office.clerk).name = "Ilse Brandt-Mokri"
    db.session.commit()
    body = sent(case_id)["acknowledged", applicant].body
    assert body.count("Ilse Brandt-Mokri") == 2 and "Jorinde Falk" not in body
