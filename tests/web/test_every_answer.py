"""Headers of every route for everybody, and of every kind of error: nothing inline, framed, guessed or kept (R11)."""

from collections.abc import Iterator

import pytest

from admission.ground import clock
from admission.ground.errors import Invalid, NotAllowed, NotFound, Refused, Stale, TooLarge, TooMany
from admission.people.roles import Role
from admission.web.access import access, table
from admission.web.headers import ALWAYS
from tests.factories import DAY, account
from tests.web.browser import Browser
from tests.web.city_of_two import City, city_of_two
from tests.web.test_access_matrix import path_of

SANDBOX = "sandbox; default-src 'none'"
FILES = ("/unterlagen/<uuid:document>", "/unterlagen/<uuid:document_id>")
PUBLIC_CACHES = {"no-cache", "no-store"}


@pytest.fixture
def city(browser: Browser) -> Iterator[City]:
    with clock.at(DAY):
        yield city_of_two()


def guarded(answer, what: str) -> None:
    """What every answer carries; a file of somebody may run even less."""
    for name, value in ALWAYS.items():
        if name != "Content-Security-Policy":
            assert answer.headers[name] == value, (what, name)
    assert answer.headers["Content-Security-Policy"] in (ALWAYS["Content-Security-Policy"], SANDBOX), what
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1, what


def kept_by_nobody(answer, what: str) -> None:
    assert answer.headers["Cache-Control"] == "no-store", what
    assert "Cookie" in answer.headers["Vary"], what
    assert "ETag" not in answer.headers and "Last-Modified" not in answer.headers, what


def test_every_route_answers_everybody_with_its_headers(browser, city):
    people = {None: None, **city.people, Role.APPLICANT: city.one.applicant}
    files = 0
    for role, person in people.items():
        visitor = browser.signs_in(person) if person else browser.application.test_client()
        for address, method, rule in table(browser.application):
            path, what = path_of(address, rule, city.one, city), f"{role} {method} {address}"
            answer = visitor.get(path) if method == "GET" else visitor.post(path, data={})
            guarded(answer, what)
            if rule.public and answer.status_code < 400:
                assert answer.headers["Cache-Control"] in PUBLIC_CACHES, what
                assert "Cookie" in answer.headers["Vary"], what
            else:
                kept_by_nobody(answer, what)
            if answer.status_code == 200 and address.endswith(FILES):
                files += 1
                assert answer.headers["Content-Security-Policy"] == SANDBOX, what
                assert answer.headers["Content-Disposition"].startswith("attachment;"), what
    assert files >= 3


@pytest.mark.parametrize(
    "error",
    [NotAllowed(), NotFound(), Refused([]), Stale(1, 2), TooLarge(), Invalid({}), TooMany(9), ZeroDivisionError()],
    ids=lambda error: type(error).__name__,
)
def test_every_error_answers_with_its_headers(browser, error):
    browser.application.config["PROPAGATE_EXCEPTIONS"] = False

    def fails():
        raise error

    browser.application.add_url_rule("/t", "t", access(public=True)(fails))
    answer = browser.get("/t")
    guarded(answer, repr(error))
    kept_by_nobody(answer, repr(error))


def test_what_is_refused_before_any_route_answers_with_its_headers(browser):
    browser.signs_in(account(None, "caseworker"))
    for answer, status in (
        (browser.get("/nirgends"), 404),
        (browser.post("/impressum"), 405),
        (browser.post("/buero/vorgaenge/MSO-2026-0001/uebernehmen", data={}), 400),
        (browser.post("/abmelden", headers={"Origin": "https://evil.example"}), 403),
        (browser.post("/barrierefreiheit", data={"what": "a" * 2_000_000}), 413),
        (browser.get("/impressum", base_url="http://evil.example"), 400),
        (browser.application.test_client().post("/abmelden"), 401),
    ):
        assert answer.status_code == status
        guarded(answer, str(status))
        kept_by_nobody(answer, str(status))
