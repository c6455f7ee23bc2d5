"""What a browser keeps, what is not adopted, and changing how one signs in (reliability R8 to R10)."""

import re
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import func, select

from admission.ground import clock, crypto
from admission.ground.db import db, writing
from admission.ground.ids import secret
from admission.people import actions, factors, passwords, queries
from admission.people.models import Account, UserSession
from admission.people.roles import Role
from admission.web.access import TOKEN
from tests import factories
from tests.web.account.test_doors import code_in, last_mail
from tests.web.browser import page, title

ADDRESS = "falk@example.org"
PASSWORD = "vier Laternen tanzen leise"
FRESH = "fünf Kraniche rudern heim"
PASSWORD_HASH = passwords.HASHER.hash(PASSWORD)
NOON = factories.DAY


@pytest.fixture
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def clerk(browser, noon):
    """Joined at noon, with password and app."""
    factories.publish()
    writing()
    invited = actions.invite(ADDRESS, "Jorinde Falk", (Role.CASEWORKER,), by=None)
    factor = queries.invitation_of(invited.token).factor
    joined = actions.accept_invitation(
        invited.token, "Jorinde Falk", device="x", password_hash=PASSWORD_HASH, code=TOTP(factor).at(clock.now())
    )
    db.session.commit()
    return joined.account


def app_code(account) -> str:
    sealed = db.session.scalar(select(Account.factor).where(Account.id == account))
    return TOTP(crypto.unseal_text(sealed, f"account/factor/{account}")).at(clock.now())


def token_of(browser) -> str | None:
    with browser.session_transaction() as session:
        return session.get(TOKEN)


def passes_the_first_step(browser):
    return browser.sends("/anmelden/buero", {"address": ADDRESS, "password": PASSWORD})


def signs_in_at(browser, account, minutes):
    with clock.at(NOON + timedelta(minutes=minutes)):
        passes_the_first_step(browser)
        return browser.sends("/anmelden/faktor", {"code": app_code(account)})


def test_what_somebody_planted_in_the_browser_is_not_adopted(browser, clerk):
    planted = secret()
    with browser.session_transaction() as session:
        session[TOKEN] = planted
        session["planted"] = "too"
    assert browser.get("/konto").status_code == 303

    assert signs_in_at(browser, clerk, 1).location == "/buero"

    assert token_of(browser) not in (planted, None)
    with browser.session_transaction() as session:
        assert "planted" not in session
    assert queries.person_of_session(planted) is None


def test_signing_in_again_gives_another_session(browser, clerk):
    signs_in_at(browser, clerk, 1)
    first = token_of(browser)
    signs_in_at(browser, clerk, 2)
    assert token_of(browser) != first


def test_an_old_cookie_opens_nothing_after_signing_out(browser, clerk):
    with clock.at(NOON + timedelta(minutes=2)):
        signs_in_at(browser, clerk, 1)
        old = token_of(browser)
        with browser.session_transaction() as session:
            session["csrf_token"] = "a-token-of-this-test"
        answer = browser.sends("/abmelden")
        assert answer.headers["Clear-Site-Data"]
        with browser.session_transaction() as session:
            session[TOKEN] = old
        assert browser.get("/konto").status_code == 303


def test_cookies_are_for_the_server_alone(browser, clerk):
    answer = signs_in_at(browser, clerk, 1)
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"session", "geraet"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie for cookie in cookies)
    assert not any("Domain=" in cookie for cookie in cookies)


def test_a_wrong_password_looks_the_same_for_known_and_unknown_addresses(browser, clerk):
    answers = [
        browser.sends("/anmelden/buero", {"address": address, "password": "falsch, aber lang"})
        for address in (ADDRESS, "kalf@example.org")
    ]
    texts = [re.sub(ADDRESS, "kalf@example.org", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert texts[0] == texts[1]


def test_the_limit_speaks_and_is_the_same_for_known_and_unknown(browser, clerk):
    said = []
    for address in (ADDRESS, "kalf@example.org"):
        for _ in range(3):
            assert browser.sends("/anmelden", {"address": address}).status_code == 303
        answer = browser.sends("/anmelden", {"address": address})
        said.append((answer.status_code, answer.headers["Retry-After"], title(answer)))
    assert said[0] == said[1]
    assert said[0][:2] == (429, "900")


def test_a_forged_forwarding_header_changes_no_limit(browser, clerk):
    answers = [
        browser.sends(
            "/anmelden/buero",
            {"address": f"n{n}@example.org", "password": "falsch, aber lang"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).status_code
        for n in range(11)
    ]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize("headers", [{"Origin": "null"}, {"Origin": "https://evil.example"}, {"Origin": None}])
def test_no_door_opens_for_a_form_from_elsewhere(browser, clerk, headers):
    for path in ("/anmelden", "/anmelden/code", "/anmelden/buero", "/anmelden/faktor", "/anmelden/link", "/einladung"):
        assert browser.sends(path, {"address": ADDRESS}, headers=headers).status_code == 403, path


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(browser, noon, target):
    factories.publish()
    browser.sends("/anmelden", {"address": "selin@example.org", "weiter": target})
    assert browser.sends("/anmelden/code", {"code": code_in(last_mail())}).location == "/antrag"


def test_after_signing_in_a_person_is_where_she_wanted_to_go(browser, noon):
    factories.publish()
    form = browser.get("/anmelden?weiter=/organisation")
    assert 'value="/organisation"' in form.text
    browser.sends("/anmelden", {"address": "selin@example.org", "weiter": "/organisation"})
    assert browser.sends("/anmelden/code", {"code": code_in(last_mail())}).location == "/organisation"


def test_reading_the_doors_changes_nothing(browser, clerk):
    for path in ("/anmelden", "/anmelden/code", "/anmelden/buero", "/anmelden/faktor", "/anmelden/link?t=x", "/zugang"):
        assert browser.get(path).status_code in (200, 303)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_the_page_of_the_code_says_until_when(browser, noon):
    factories.publish()
    browser.sends("/anmelden", {"address": "selin@example.org"})
    assert "Der Code gilt 10 Minuten, bis 10:10 Uhr." in page(browser.get("/anmelden/code"))


def test_a_clerk_changes_her_password_and_is_signed_out_elsewhere(browser, clerk):
    with clock.at(NOON + timedelta(minutes=2)):
        signs_in_at(browser, clerk, 1)
        elsewhere = token_of(browser)
        signs_in_here(browser)
        entries = {"password": PASSWORD, "code": app_code(clerk), "new_password": FRESH}
        assert browser.sends("/konto/passwort", entries | {"password": "falsch"}).status_code == 422
        assert browser.sends("/konto/passwort", entries | {"code": "000000"}).status_code == 422
        assert "längeres Passwort" in browser.sends("/konto/passwort", entries | {"new_password": "kurz"}).text
        assert "Ihren Namen" in browser.sends("/konto/passwort", entries | {"new_password": "Jorinde geht heim"}).text

        assert browser.sends("/konto/passwort", entries).location == "/konto"

        assert browser.get("/konto").status_code == 200
        assert queries.person_of_session(elsewhere) is None
        known = queries.credential(ADDRESS).password_hash
        db.session.rollback()
        assert passwords.fits(FRESH, known)


def signs_in_here(browser):
    with browser.session_transaction() as session:
        session["csrf_token"] = "a-token-of-this-test"


def test_a_clerk_takes_another_app(browser, clerk):
    with clock.at(NOON + timedelta(minutes=2)):
        signs_in_at(browser, clerk, 1)
        signs_in_here(browser)
        assert browser.get("/konto/app/neu").location == "/konto/app"
        assert browser.sends("/konto/app", {"password": PASSWORD, "code": app_code(clerk)}).location == "/konto/app/neu"
        fresh = factors.factor_begun(clerk)
        assert fresh in browser.get("/konto/app/neu").text
        signs_in_here(browser)
        assert browser.sends("/konto/app/neu", {"code": "000000"}).status_code == 422
        done = browser.sends("/konto/app/neu", {"code": TOTP(fresh).at(clock.now())})
        assert title(done) == "Ihre Ersatzcodes"
        assert done.headers["Cache-Control"] == "no-store"
        db.session.expire_all()
        assert app_code(clerk) == TOTP(fresh).at(clock.now())
        assert browser.get("/konto").status_code == 200


def test_a_new_app_is_shown_only_while_the_proof_is_fresh(browser, clerk):
    with clock.at(NOON + timedelta(minutes=2)):
        signs_in_at(browser, clerk, 1)
        signs_in_here(browser)
        browser.sends("/konto/app", {"password": PASSWORD, "code": app_code(clerk)})
    with clock.at(NOON + timedelta(minutes=18)):
        assert browser.get("/konto/app/neu").location == "/konto/app"


def test_new_recovery_codes_end_the_old_ones(browser, clerk):
    with clock.at(NOON + timedelta(minutes=2)):
        signs_in_at(browser, clerk, 1)
        signs_in_here(browser)
        done = browser.sends("/konto/ersatzcodes", {"password": PASSWORD, "code": app_code(clerk)})
        codes = re.findall(r"\b[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}\b", done.text)
    assert len(codes) == 10
    with clock.at(NOON + timedelta(minutes=3)):
        passes_the_first_step(browser)
        assert browser.sends("/anmelden/faktor", {"code": codes[0].lower()}).location == "/buero"
        passes_the_first_step(browser)
        assert browser.sends("/anmelden/faktor", {"code": codes[0]}).status_code == 422


def test_volunteers_have_no_password_to_change(browser, noon):
    factories.publish()
    browser.signs_in(factories.account("selin@example.org", "applicant"))
    assert "Passwort" not in page(browser.get("/konto"))
    assert browser.get("/konto/passwort").status_code == 403


def test_who_lost_the_phone_reports_it_and_comes_back_by_a_mailed_link(browser, clerk):
    passes_the_first_step(browser)
    answer = browser.sends("/anmelden/faktor/verloren")
    assert answer.location == "/anmelden/faktor/gemeldet"
    assert title(browser.get(answer.location)) == "Ihre Meldung liegt der Verwaltung vor"
    (reset,) = queries.open_resets()
    anna = factories.account("anna@example.org", "admin")
    with clock.at(NOON + timedelta(minutes=1)):
        writing()
        token = factors.confirm_reset(reset.id, by=anna)
        db.session.commit()
    code = TOTP(queries.reset_of(token).factor).at(clock.now())
    assert f"/zugang?t={token}" in last_mail()

    wrong = browser.sends("/zugang", {"t": token, "password": "falsch", "code": code})
    assert "nicht das Passwort" in page(wrong)
    assert wrong.headers["Cache-Control"] == "no-store"
    done = browser.sends("/zugang", {"t": token, "password": PASSWORD, "code": code})
    assert title(done) == "Ihre Ersatzcodes"
    assert browser.get("/konto").status_code == 200
    assert title(browser.get(f"/zugang?t={token}")) == "Dieser Link gilt nicht mehr"


def test_a_stolen_link_is_no_place_to_try_passwords(browser, clerk):
    anna = factories.account("anna@example.org", "admin")
    writing()
    token = factors.confirm_reset(factors.ask_for_reset(clerk, by=clerk), by=anna)
    db.session.commit()
    answers = [
        browser.sends("/zugang", {"t": token, "password": f"falsch {n}", "code": "000000"}).status_code
        for n in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_nothing_is_reported_lost_without_the_password(browser, clerk):
    assert browser.sends("/anmelden/faktor/verloren").location == "/anmelden/buero"
    assert queries.open_resets() == []
