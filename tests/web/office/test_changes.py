"""Changes of entries at the office's desk, and what the council reads without asking anybody."""

import pytest
from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations.models import Organisation
from admission.register import entry
from admission.register.actions import give_consent
from tests.factories import DAY, account
from tests.office import Office
from tests.web.applicant.test_organisation import admit
from tests.web.browser import Browser, page


@pytest.fixture
def office(browser: Browser):
    with clock.at(DAY):
        yield Office()


def asks(office: Office, name: str = "Kulturverein Neun Laternen e. V.") -> str:
    admit(office)
    writing()
    row = db.session.scalars(select(Organisation)).one()
    entry.change(db.session(), row, "name", name, by=office.applicant, role="applicant", checks={"name"})
    db.session.commit()
    return f"/buero/verzeichnis/aenderungen/{entry.waiting(db.session())[0].id}"


def test_the_office_sees_both_names_and_lets_the_new_one_hold(browser, office):
    path = asks(office)
    browser.signs_in(office.clerk)
    assert "1 Änderung ansehen" in page(browser.get("/buero/verzeichnis"))
    assert "Sieben Laternen" in page(browser.get("/buero/verzeichnis/aenderungen"))
    text = page(browser.get(path))
    assert "Sieben Laternen" in text and "Neun Laternen" in text

    assert browser.sends(path, {"verdict": "accepted"}).status_code == 303

    db.session.rollback()
    assert db.session.scalars(select(Organisation.name)).one() == "Kulturverein Neun Laternen e. V."
    assert browser.get(path).status_code == 303
    assert browser.sends(path, {"verdict": "declined", "reason": "zu spät"}).status_code == 409
    assert "Geändert: Name, durch die Organisation" in page(browser.get(browser.get(path).location))


def test_nobody_is_turned_away_without_a_reason_and_reads_it(browser, office):
    path = asks(office)
    browser.signs_in(office.clerk)

    assert browser.sends(path, {"verdict": "declined", "reason": " "}).status_code == 422
    assert browser.sends(path, {"verdict": "declined", "reason": "Bitte mit Beschluss."}).status_code == 303

    db.session.rollback()
    assert db.session.scalars(select(Organisation.name)).one() == "Kulturverein Sieben Laternen e. V."
    browser.signs_in(office.applicant)
    assert "Bitte mit Beschluss." in page(browser.get("/organisation"))


def test_the_council_reads_what_was_opened_to_it(browser, office):
    admit(office)
    writing()
    row = db.session.scalars(select(Organisation)).one()
    for name, value, purpose in (
        ("name", row.name, "council"), ("phone", "0221 4710-162", "council"), ("hours", "montags", "network"),
    ):  # fmt: skip
        entry.change(db.session(), row, name, value, by=office.applicant, role="applicant", checks=())
        give_consent(db.session(), row, name, by=office.applicant, role="applicant", purpose=purpose)
    db.session.commit()
    browser.signs_in(account(None, "council"))

    text = page(browser.get("/rat/verzeichnis"))

    assert "Sieben Laternen" in text and "0221 4710-162" in text and "montags" not in text
    assert "Sieben Laternen" in page(browser.get("/rat/verzeichnis?q=4710"))
    assert "passt nichts" in page(browser.get("/rat/verzeichnis?q=montags"))
    assert "Sieben Laternen" not in page(browser.get("/verzeichnis"))
