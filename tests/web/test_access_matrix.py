"""Every route × everybody × method, from the table that the application obeys: own objects, others', none.

`test_matrix.py` asks which roles are turned away; this one asks what those who are let in reach. A route that is new is
walked at once; one that names a new kind of object fails until `city_of_two.py` holds two of that kind.
"""

import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse

from admission.ground import clock
from admission.ground.db import Base, db
from admission.people.models import UserSession
from admission.people.roles import Role
from admission.web.access import Rule, table
from tests.factories import DAY
from tests.web.browser import Browser, title
from tests.web.city_of_two import City, Side, city_of_two

PART = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
MISSING = {"case": "MSO-2026-9999", "edition": "2099-1", "setting": "nothing"}
WORDS = {
    "section": "organisation", "question": "organisation_name", "group": "K04", "kind": "hearing", "code": "K01",
    "name": "name", "role": "approver", "page": 1, "slug": "nobody", "token": "nobodys",
    "purpose": "network",
}  # fmt: skip
"""Arguments that name no object of anybody."""
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
OPEN_TO_ALL = {"staff", "invitation", "reset", "edition", "publication", "setting"}
"""Kinds that belong to the city; the others belong to one organisation."""


@pytest.fixture
def city(browser: Browser) -> Iterator[City]:
    with clock.at(DAY):
        yield city_of_two()


def path_of(address: str, rule: Rule, objects: Side, city: City, *, missing: bool = False, parts: Side | None = None):
    """The address filled: its objects from one side, everything else it names from that side or from `parts`."""
    kinds = {argument: kind for kind, argument in rule.objects}
    own = city.kinds | objects.own

    def fill(found: re.Match[str]) -> str:
        converter, argument = found[1], found[2]
        kind = kinds.get(argument)
        if kind is not None:
            assert kind in own, f"{address}: city_of_two holds no {kind}"
            return str(MISSING.get(kind, uuid4()) if missing else own[kind])
        if converter == "uuid":
            assert argument in own, f"{address}: city_of_two holds no {argument}"
            return str((parts or objects).own[argument])
        assert argument in WORDS, f"{address}: no example of {argument}"
        return str(WORDS[argument])

    return PART.sub(fill, address)


def closed(browser: Browser) -> Iterator[tuple[str, str, Rule]]:
    return ((address, method, rule) for address, method, rule in table(browser.application) if not rule.public)


def walkers(rule: Rule, city: City) -> list[tuple[Role, UUID]]:
    """Everybody who is let in, in each of their roles."""
    people = {**city.people, Role.APPLICANT: city.one.applicant}
    return [(role, people[role]) for role in sorted(rule.roles)]


def test_an_applicant_finds_nothing_where_another_organisation_has_something(browser, city):
    browser.signs_in(city.other.applicant)
    walked = [row for row in closed(browser) if row[2].own_only]
    assert len(walked) > 20
    for address, method, rule in walked:
        others = asks(browser, method, path_of(address, rule, city.one, city))
        none = asks(browser, method, path_of(address, rule, city.one, city, missing=True))
        assert (others.status_code, none.status_code) == (404, 404), f"{method} {address}"
        assert title(others) == title(none), f"{method} {address}"


def test_an_applicant_reaches_what_is_her_own(browser, city):
    browser.signs_in(city.one.applicant)
    for address, method, rule in closed(browser):
        if (
            rule.own_only
            and method == "GET"
            and all(kind in ("draft", "case", "organisation") for kind, _ in rule.objects)
        ):
            answer = browser.get(path_of(address, rule, city.one, city))
            assert answer.status_code in (200, 303, 404, 409), f"{address}: {answer.status_code}"
    for path in ("case", "draft", "organisation"):
        prefix = {"case": "/antrag/", "draft": "/antrag/entwurf/", "organisation": "/organisation/"}[path]
        assert browser.get(f"{prefix}{city.one.own[path]}").status_code == 200


def test_a_document_notice_or_task_of_another_case_is_not_reached_through_ones_own(browser, city):
    for address, method, rule in closed(browser):
        parts = [found[2] for found in PART.finditer(address) if found[1] == "uuid"]
        named = {argument for _, argument in rule.objects}
        if not rule.objects or not set(parts) - named or rule.objects[0][0] in OPEN_TO_ALL:
            continue
        for role, person in walkers(rule, city):
            browser.signs_in(person)
            answer = asks(browser, method, path_of(address, rule, city.one, city, parts=city.other))
            assert answer.status_code in (404, 422), f"{role} {method} {address}: {answer.status_code}"


def test_a_session_of_somebody_else_is_not_ended(browser, city):
    theirs = city.one.own["session_id"]
    browser.signs_in(city.other.applicant)

    assert browser.sends(f"/konto/sitzungen/{theirs}/beenden").status_code in (303, 404)
    assert db.session.scalar(select(UserSession.ended_at).where(UserSession.id == theirs)) is None


def test_no_form_of_a_signed_in_person_is_taken_without_its_token(browser, city):
    for address, method, rule in closed(browser):
        if method != "POST":
            continue
        path = path_of(address, rule, city.one, city)
        for role, person in walkers(rule, city):
            before = browser.signs_in(person) and digest()
            for token in ("", "forged", browser.token()[:-3] + "abc"):
                answer = browser.post(path, data={"csrf_token": token})
                assert answer.status_code == 400, f"{role} {address} with {token!r}"
            assert digest() == before, f"{role} {address}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": None, "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_no_form_is_taken_from_a_foreign_page(browser, city, headers):
    browser.signs_in(city.one.applicant)
    before = digest()
    for address, method, rule in table(browser.application):
        if method == "POST":
            path = path_of(address, rule, city.one, city)
            assert browser.sends(path, headers=headers).status_code == 403, address
    assert digest() == before


def test_opening_pages_writes_nothing(browser, city):
    written: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: written.append(given[2]), named=False)
    for person in [None, city.one.applicant, city.other.applicant, *city.people.values()]:
        visitor = browser.application.test_client() if person is None else browser.signs_in(person)
        before, written[:] = digest(), []
        for address, method, rule in table(browser.application):
            if method == "GET":
                answer = visitor.get(path_of(address, rule, city.one, city))
                assert answer.status_code < 500, address
                assert [said for said in written if WRITES.match(said)] == [], address
        assert digest() == before


def test_asking_for_the_headers_alone_is_answered_as_the_page_would_be(browser, city):
    for person in [None, city.one.applicant, *city.people.values()]:
        visitor = browser.application.test_client() if person is None else browser.signs_in(person)
        for address, method, rule in table(browser.application):
            if method == "GET":
                path = path_of(address, rule, city.one, city)
                page, head = visitor.get(path), visitor.head(path)
                assert head.data == b"", address
                assert told(head) == told(page), address


def test_whoever_is_let_in_is_answered_and_never_with_an_error_of_ours(browser, city):
    """An empty form from everybody who may send it; the database is put back after each."""
    file = Path(db.engine.url.database or "")
    for address, method, rule in list(closed(browser)):
        if method != "POST":
            continue
        for role, person in walkers(rule, city):
            path = path_of(address, rule, city.one, city)
            kept = keep(file)
            answer = browser.signs_in(person).sends(path)
            put_back(file, kept)
            assert answer.status_code in (200, 303, 404, 409, 413, 422), f"{role} {address}: {answer.status_code}"


def told(answer: TestResponse) -> tuple[int, str | None, str | None, str | None]:
    """What an answer says before its text."""
    return (answer.status_code, answer.location, answer.content_type, answer.headers.get("Cache-Control"))


def asks(browser: Browser, method: str, path: str):
    return browser.get(path) if method == "GET" else browser.sends(path)


def digest() -> str:
    """A fingerprint of every row of every table but the sessions."""
    db.session.rollback()
    found = sha256()
    with db.engine.connect() as connection:
        for name in sorted(Base.metadata.tables):
            if name != "user_session":
                rows = connection.execute(text(f'SELECT * FROM "{name}"'))
                found.update(repr((name, sorted(map(repr, rows)))).encode())
    return found.hexdigest()


def keep(file: Path) -> Path:
    """A copy of the database as it is now."""
    db.session.remove()
    with db.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.engine.dispose()
    return Path(shutil.copy(file, file.with_suffix(".kept")))


def put_back(file: Path, kept: Path) -> None:
    """The database as it was."""
    db.session.remove()
    db.engine.dispose()
    for leftover in (file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        leftover.unlink(missing_ok=True)
    shutil.copy(kept, file)
