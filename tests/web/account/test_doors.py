"""The doors, as a person walks through them."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import func, select

from admission.casework import outbox
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from admission.people.actions import invite
from admission.people.models import Account, UserSession
from admission.people.queries import invitation_of
from admission.people.roles import Role
from tests import factories

ADDRESS = "selin@example.org"


def last_mail() -> str:
    """The text of the newest mail, as the worker would send it."""
    row = db.session.scalars(select(Mail).order_by(Mail.queued_at.desc(), Mail.id)).first()
    ready = outbox.letter(db.session(), row)
    db.session.rollback()
    return f"{ready.subject}\n{ready.body}"


def code_in(text: str) -> str:
    """The six digits of a mail."""
    return re.search(r"\b(\d{3}) (\d{3})\b", text).group(0)


@pytest.fixture
def asked(browser):
    """Somebody who has asked for a mail."""
    factories.publish()
    answer = browser.sends("/anmelden", {"address": ADDRESS})
    assert (answer.status_code, answer.location) == (303, "/anmelden/code")
    return browser


def test_the_account_is_made_when_the_code_is_given_and_not_before(asked):
    assert db.session.scalar(select(func.count()).select_from(Account).where(Account.address == ADDRESS)) == 0

    answer = asked.sends("/anmelden/code", {"code": code_in(last_mail())})

    assert (answer.status_code, answer.location) == (303, "/antrag")
    assert asked.get("/antrag").status_code == 200


def test_opening_the_link_consumes_nothing_and_the_button_comes_in_once(asked):
    link = re.search(r"/anmelden/link\?t=(\S+)", last_mail())
    for _ in range(3):
        assert asked.get(link.group(0)).status_code == 200

    assert asked.sends("/anmelden/link", {"t": link.group(1)}).status_code == 303
    assert asked.sends("/anmelden/link", {"t": link.group(1)}).status_code == 422


def test_five_wrong_codes_are_the_end_of_it(asked):
    right = code_in(last_mail())
    wrong = "000 000" if right != "000 000" else "111 111"
    for _ in range(5):
        assert asked.sends("/anmelden/code", {"code": wrong}).status_code == 422

    assert asked.sends("/anmelden/code", {"code": right}).status_code == 422


def test_a_code_is_worth_nothing_after_ten_minutes(asked):
    right = code_in(last_mail())
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert asked.sends("/anmelden/code", {"code": right}).status_code == 422


def test_known_and_unknown_addresses_look_alike(browser):
    factories.publish()
    factories.account("known@example.org", "applicant")
    answers = [browser.sends("/anmelden", {"address": address}) for address in ("known@example.org", "new@example.org")]

    assert {(answer.status_code, answer.location, answer.data) for answer in answers} == {
        (303, "/anmelden/code", answers[0].data)
    }


def test_what_is_no_address_comes_back_with_what_was_entered(browser):
    answer = browser.sends("/anmelden", {"address": "selin@"})

    assert answer.status_code == 422
    assert 'value="selin@"' in answer.text


def test_an_invited_clerk_joins_and_signs_in_with_password_and_app(browser):
    factories.publish()
    writing()
    invited = invite("falk@example.org", "Jorinde Falk", (Role.CASEWORKER,), by=None)
    db.session.commit()
    factor = invitation_of(invited.token).factor
    db.session.rollback()
    entries = {
        "t": invited.token,
        "name": "Jorinde Falk",
        "password": "vier Laternen tanzen leise",
        "code": TOTP(factor).at(clock.now()),
    }
    joined = browser.sends("/einladung", entries)
    assert joined.status_code == 200 and "Ersatzcodes" in joined.text

    assert browser.sends("/anmelden/buero", {"address": "falk@example.org", "password": "falsch"}).status_code == 422
    first = browser.sends("/anmelden/buero", {"address": "falk@example.org", "password": entries["password"]})
    assert (first.status_code, first.location) == (303, "/anmelden/faktor")
    assert browser.sends("/anmelden/faktor", {"code": entries["code"]}).status_code == 422, "each code counts once"
    with clock.at(clock.now() + timedelta(seconds=31)):
        second = browser.sends("/anmelden/faktor", {"code": TOTP(factor).at(clock.now())})
    assert (second.status_code, second.location) == (303, "/buero")


def test_a_weak_password_is_refused_in_words(browser):
    factories.publish()
    writing()
    invited = invite("falk@example.org", "Jorinde Falk", (Role.CASEWORKER,), by=None)
    db.session.commit()
    answer = browser.sends("/einladung", {"t": invited.token, "name": "Jorinde", "password": "geheim", "code": "1"})

    assert answer.status_code == 422
    assert "längeres Passwort" in answer.text


def test_signing_out_ends_the_session(browser):
    factories.publish()
    browser.signs_in(factories.account(ADDRESS, "applicant"))
    assert browser.get("/konto").status_code == 200

    assert browser.sends("/abmelden").status_code == 303
    assert browser.get("/konto").status_code in (302, 303, 401)
    db.session.expire_all()
    assert db.session.scalars(select(UserSession.ended_at)).one() is not None
