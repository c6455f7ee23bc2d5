"""A day at a small desk: what saves steps, what leads back, and what one person alone is told."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from admission.cases.models import Case
from admission.casework.outbox import letter, spread
from admission.completeness.queries import checks
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from admission.people.models import Account, RoleGrant
from tests import factories
from tests.web.applicant.desk import carried
from tests.web.browser import page, title
from tests.web.office.desk import Person
from tests.web.office.test_ways import assessed, received, to_assessment


def alone(desk, *roles) -> Person:
    """Nobody else may sign: the head has lost the role, and the one clerk holds these."""
    for grant in db.session.scalars(select(RoleGrant)).all():
        if grant.account_id == desk.office.head or grant.role == "admin":
            db.session.delete(grant)
    db.session.commit()
    for role in roles:
        db.session.add(RoleGrant(account_id=desk.office.clerk, role=role, from_at=clock.now()))
    db.session.commit()
    return desk.clerk


def of_step(shown, heading: str) -> str:
    """What the page says of a step, from its heading to the next one."""
    parts = re.split(r"<h3>", shown.get_data(as_text=True))
    (found,) = [part for part in parts if part.startswith(heading)]
    return found


def test_whoever_comes_by_the_mailed_link_declares_and_is_led_on_to_what_was_asked(desk):
    case = assessed(desk, to_assessment(desk, received(desk)))
    desk.clerk.fills("/vorschlag", case, outcome="admit", reasons="Alles liegt vor.")
    newcomer = Person(desk.browser, factories.account(None, "approver"))

    sent = newcomer.opens("/mitzeichnung", case)
    assert sent.status_code == 303
    declaring = newcomer.browser.get(sent.location)
    assert title(declaring) == "Bevor Sie diesen Vorgang öffnen"
    address = f"/buero/vorgaenge/{case.number}/befangenheit"
    form = re.search(rf'action="({address}[^"]*)"', declaring.get_data(as_text=True))
    entries = carried(declaring, address) | {"conflict": "none"}
    led_on = newcomer.browser.sends(form[1].replace("&amp;", "&"), entries)
    assert (led_on.status_code, led_on.location) == (303, f"/buero/vorgaenge/{case.number}/mitzeichnung")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/buero", "/abmelden"])
def test_it_leads_to_pages_of_this_case_alone(desk, target):
    case = received(desk)
    shown = desk.clerk.opens("/befangenheit", case)
    entries = carried(shown, f"/buero/vorgaenge/{case.number}/befangenheit") | {"conflict": "none"}
    led_on = desk.clerk.sends(f"/befangenheit?weiter={target}", case, entries)
    assert led_on.location == f"/buero/vorgaenge/{case.number}"


def test_the_mail_to_the_second_person_leads_to_the_page_where_it_is_signed(desk):
    case = assessed(desk, to_assessment(desk, received(desk)))
    desk.clerk.fills("/vorschlag", case, outcome="admit", reasons="Alles liegt vor.")
    writing()
    spread(db.session(), db.session.scalars(select(Mail).where(Mail.template == "signature_waiting")).one())
    mail = db.session.scalars(select(Mail).where(Mail.recipient == desk.office.head)).one()
    assert f"/buero/vorgaenge/{case.number}/mitzeichnung" in letter(db.session(), mail).body


def test_everything_that_is_not_marked_is_there_with_one_button(desk):
    case = received(desk)
    desk.clerk.fills("/schritte/acknowledge", case, at="")
    case = desk.case(case.id)
    marked = {"K04__verdict": "missing", "K04__note": "Die Satzung fehlt noch."}
    assert desk.clerk.fills("/vollstaendigkeit", case, danach="alles-da", **marked).status_code == 303
    db.session.rollback()
    found = {code: check.verdict for code, check in checks(db.session(), case.id).items()}
    assert found == {item: "missing" if item == "K04" else "there" for item in desk.office.items(case.id)}
    assert "Alles andere liegt vor" not in page(desk.clerk.opens("/vollstaendigkeit", case))


def test_steps_of_other_states_say_where_they_are_taken_and_what_else_is_missing(desk):
    case = to_assessment(desk, received(desk))
    shown = desk.clerk.opens("", case)
    refusing = of_step(shown, "Ablehnen")
    assert "Möglich im Stand „Stellungnahme gewürdigt“." in refusing
    assert "Die Stellungnahme ist noch nicht gewürdigt." in refusing
    assert "Möglich im Stand „Eingegangen“." in of_step(shown, "Sich melden")


def test_a_proposal_that_is_not_possible_yet_offers_no_button_and_says_why(desk):
    case = to_assessment(desk, received(desk))
    shown = desk.clerk.opens("/vorschlag", case)
    assert "Noch nicht jedes Kriterium hat einen Befund." in page(shown)
    assert f'action="/buero/vorgaenge/{case.number}/vorschlag"' not in shown.get_data(as_text=True)


def test_one_person_works_up_to_the_proposal_and_is_offered_to_invite_a_second_one(desk):
    case = assessed(desk, to_assessment(desk, received(desk)))
    clerk = alone(desk, "admin")
    assert clerk.fills("/vorschlag", case, outcome="admit", reasons="Alles liegt vor.").status_code == 303
    for path in ("", "/mitzeichnung"):
        shown = clerk.opens(path, desk.case(case.id))
        assert "Ab hier braucht es eine zweite Person." in page(shown), path
        assert 'href="/verwaltung/konten/einladen"' in shown.get_data(as_text=True), path
    assert clerk.browser.get("/verwaltung/konten/einladen").status_code == 200
    refused = clerk.sends("/mitzeichnung", case, {"command": str(uuid4()), "seen": "4"}, decision="sign")
    assert refused.status_code == 409
    assert db.session.get_one(Case, case.id, populate_existing=True).state == "proposed"


def test_whoever_may_not_invite_reads_who_may(desk):
    case = assessed(desk, to_assessment(desk, received(desk)))
    clerk = alone(desk)
    account = factories.account(None, "admin")
    db.session.get_one(Account, account).name = "Petra Lindholm"
    db.session.commit()
    shown = clerk.opens("", case)
    assert "Jemanden einladen kann: Petra Lindholm." in page(shown)
    assert "/verwaltung/konten/einladen" not in shown.get_data(as_text=True)
