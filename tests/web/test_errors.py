"""Each error is a page: what happened, what is saved, what to do, a number, and nothing about our insides."""

import re
from io import StringIO

import pytest
import structlog
from sqlalchemy import text

from admission.ground.db import db
from admission.ground.errors import Invalid, NotAllowed, NotFound, Reason, Refused, Stale, TooLarge, TooMany
from admission.web.access import access
from tests.factories import publish
from tests.web.browser import page, title

NUMBER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
CASES = [
    (NotAllowed(), 403, "Diese Seite ist für jemand anderen gedacht"),
    (NotFound(), 404, "Diese Seite finden wir nicht"),
    (Refused([Reason("statement_is_weighed")]), 409, "Das geht zurzeit nicht"),
    (Stale(3, 4), 409, "Das geht zurzeit nicht"),
    (TooLarge(), 413, "Das war zu groß"),
    (Invalid({"day": ["Diesen Tag gibt es nicht."]}), 422, "Einige Angaben stimmen noch nicht"),
    (TooMany(90), 429, "Das war zu oft in kurzer Zeit"),
    (ZeroDivisionError("secret of Selin Aydar"), 500, "Das hat gerade nicht geklappt"),
]


@pytest.fixture
def fails(browser):
    """Let `/t/fehler` fail with the error given."""
    errors = []
    browser.application.config["PROPAGATE_EXCEPTIONS"] = False

    def view():
        raise errors[-1]

    browser.application.add_url_rule("/t/fehler", "t_fails", access(public=True)(view))

    def get(error):
        errors.append(error)
        return browser.get("/t/fehler")

    return get


@pytest.mark.parametrize(("error", "status", "heading"), CASES, ids=lambda v: type(v).__name__)
def test_every_error_of_ours_has_a_page(fails, error, status, heading):
    publish()
    answer = fails(error)

    assert (answer.status_code, title(answer)) == (status, heading)
    assert NUMBER.search(page(answer))
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"Traceback|ZeroDivision|Selin|\.py", answer.get_data(as_text=True))


def test_reasons_and_messages_stand_on_the_page(fails):
    publish()

    assert "Die Stellungnahme ist noch nicht gewürdigt." in page(fails(Refused([Reason("statement_is_weighed")])))
    assert "Diesen Tag gibt es nicht." in page(fails(Invalid({"day": ["Diesen Tag gibt es nicht."]})))


def test_a_limit_says_when_to_come_back(fails):
    assert fails(TooMany(90)).headers["Retry-After"] == "90"


def test_a_database_that_is_down_still_leaves_a_page(fails, browser):
    db.session.execute(text("DROP TABLE city_setting"))
    db.session.commit()

    answer = browser.get("/impressum")

    assert (answer.status_code, title(answer)) == (503, "Wir sind gerade nicht erreichbar")
    assert answer.headers["Retry-After"] == "60"
    assert browser.get("/nope").status_code == 404


def test_what_does_not_exist_and_what_cannot_be_opened_have_pages(browser):
    assert title(browser.get("/nope")) == "Diese Seite finden wir nicht"
    answer = browser.post("/impressum")
    assert (answer.status_code, title(answer)) == (405, "Diese Adresse ist keine Seite")
    assert "GET" in answer.headers["Allow"]


def test_a_request_that_is_too_large_is_refused_politely(browser):
    answer = browser.post("/barrierefreiheit", data={"what": "a" * 2_000_000})

    assert (answer.status_code, title(answer)) == (413, "Das war zu groß")


def test_the_log_names_the_number_but_no_value(fails):
    out = StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(out), cache_logger_on_first_use=False)
    try:
        answer = fails(ZeroDivisionError("secret of Selin Aydar"))
    finally:
        structlog.reset_defaults()

    found = NUMBER.search(page(answer))
    assert found and found[0] in out.getvalue()
    assert "test_errors.py" in out.getvalue()
    assert "Selin" not in out.getvalue()


def test_a_request_for_a_host_that_is_not_ours_is_answered_and_is_no_error_of_ours(browser):
    said = StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said), cache_logger_on_first_use=False)
    try:
        answer = browser.get("/", headers={"Host": "elsewhere.example"})
    finally:
        structlog.reset_defaults()

    assert (answer.status_code, title(answer)) == (400, "Diese Adresse gehört nicht hierher")
    assert "elsewhere" not in answer.get_data(as_text=True)
    assert "error    " not in said.getvalue()
    assert said.getvalue().count("\n") == 1
