"""Who may open what: origin, person, role, token, object."""

import pytest
from flask import g

from admission.ground.db import db, writing
from admission.ground.errors import NotFound
from admission.people import actions
from admission.people.roles import Role
from admission.web import access as guard
from admission.web.access import access, safe_next, table
from tests.factories import account, draft, publish
from tests.web.browser import page, title

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost:81"},
    {"Origin": None},
    {"Origin": None, "Sec-Fetch-Site": "cross-site"},
    {"Origin": None, "Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
]
LEADING_AWAY = [
    "", None, "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "http:evil.example", "javascript:alert(1)", "/ok\r\nSet-Cookie: a=b", "/\t/evil.example", "/ /evil.example",
    " /antrag", "/a//evil.example", "/%2f%2fevil.example", "/%5Cevil.example", "/%09/evil.example", "/../../x",
    "/%2e%2e/x", "evil.example", "/a\u2028b", "/ümlaut", "/" + "a" * 2001, "data:text/html,x", "/a\"onclick=",
]  # fmt: skip


@pytest.fixture
def app(browser):
    """The application with three routes of a test."""
    made = browser.application
    made.add_url_rule("/t/offen", "t_open", access(public=True)(lambda: "offen"), methods=["GET", "POST"])
    office = access(Role.CASEWORKER, Role.APPROVER)(lambda: f"Büro: {g.role}")
    made.add_url_rule("/t/buero", "t_office", office, methods=["GET", "POST"])
    own = access(Role.APPLICANT, draft="id")(lambda draft: draft.title)
    made.add_url_rule("/t/entwurf/<uuid:id>", "t_draft", own)
    return made


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/t/offen", "/t/buero", "/barrierefreiheit"])
def test_no_request_of_another_origin_changes_anything(browser, app, headers, path):
    browser.signs_in(account(None, "caseworker"))

    assert browser.sends(path, headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": None, "Sec-Fetch-Site": "same-origin"}], ids=str)
def test_our_own_pages_may_send(browser, app, headers):
    assert browser.post("/t/offen", headers=headers).status_code == 200


def test_somebody_who_is_not_signed_in_is_led_to_the_door_and_back(browser, app):
    answer = browser.get("/t/buero?seite=2")

    assert answer.status_code == 303
    assert answer.location == "/anmelden?weiter=%2Ft%2Fbuero%3Fseite%3D2"


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(browser, app):
    answer = browser.post("/t/buero", data={"grund": "<b>Ein Satz</b>", "passwort": "geheim"})

    assert (answer.status_code, title(answer)) == (401, "Sie sind nicht mehr angemeldet")
    assert 'name="grund" value="&lt;b&gt;Ein Satz&lt;/b&gt;"' in answer.get_data(as_text=True)
    assert "geheim" not in answer.get_data(as_text=True)


def test_a_role_opens_its_routes_and_no_others(browser, app):
    assert browser.signs_in(account(None, "approver")).get("/t/buero").get_data(as_text=True) == "Büro: approver"
    assert browser.signs_in(account(None, "council")).get("/t/buero").status_code == 403


@pytest.mark.parametrize(
    "happens",
    [
        lambda clerk, admin: actions.deactivate(clerk, by=admin),
        lambda clerk, admin: actions.withdraw_role(clerk, Role.CASEWORKER, by=admin),
    ],
    ids=["account closed", "role withdrawn"],
)
def test_who_loses_account_or_role_is_out_with_the_next_request(browser, app, happens):
    """Not with the next sign-in: every page that lies open is refused, and every form on it."""
    clerk, admin = account(None, "caseworker"), account(None, "admin")
    assert browser.signs_in(clerk).get("/t/buero").status_code == 200
    writing()
    happens(clerk, admin)
    db.session.commit()

    assert browser.get("/t/buero").status_code == 303
    assert browser.sends("/t/buero").status_code == 401


def test_a_signed_in_form_without_its_token_comes_back_with_a_fresh_one(browser, app):
    browser.signs_in(account(None, "caseworker"))

    answer = browser.post("/t/buero", data={"grund": "Ein Satz"})

    assert (answer.status_code, title(answer)) == (400, "Dieses Formular war zu lange offen")
    assert "Ein Satz" in page(answer)
    assert browser.sends("/t/buero").status_code == 200


def test_people_reach_their_own_objects_and_for_others_there_is_nothing(browser, app):
    book, anna, bilal = publish(), account(None, "applicant"), account(None, "applicant")
    path = f"/t/entwurf/{draft(book, anna)}"

    assert browser.signs_in(anna).get(path).status_code == 200
    others = browser.signs_in(bilal).get(path)
    none = browser.get("/t/entwurf/00000000-0000-4000-8000-000000000000")
    assert (others.status_code, none.status_code) == (404, 404)
    assert title(others) == title(none)


def test_a_route_that_declares_nothing_keeps_the_application_from_starting(browser):
    browser.application.add_url_rule("/t/still", "t_silent", lambda: "")

    with pytest.raises(RuntimeError, match="t_silent"):
        guard.install(browser.application)


def test_the_table_names_every_route(browser):
    routes = {(path, method) for path, method, _ in table(browser.application)}

    assert ("/impressum", "GET") in routes
    assert ("/barrierefreiheit", "POST") in routes


@pytest.mark.parametrize("target", LEADING_AWAY, ids=repr)
def test_nobody_is_led_away_from_our_pages(target):
    assert safe_next(target) == "/"


@pytest.mark.parametrize(
    "target", ["/", "/antrag", "/verzeichnis?q=a%2Fb&x=1", "/kriterien#K01", "/antrag/MSO-2026-0001"]
)
def test_our_own_paths_are_taken(target):
    assert safe_next(target) == target


def test_a_loader_refuses_by_not_finding(browser, app):
    with pytest.raises(NotFound), app.test_request_context():
        guard.load_case("MSO-2026-9999", None, Role.CASEWORKER, locked=False)
