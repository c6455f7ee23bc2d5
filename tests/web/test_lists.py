"""Every list that grows takes as many statements with 50 rows as with 5; the pages without an account are counted in
`public/test_register.py`, inbox and case page in `office/test_counted.py`."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from admission.casework import applications
from admission.city.actions import change
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.ids import random_text
from admission.onboarding.models import Task
from admission.organisations import actions as organisations
from admission.people import sessions
from admission.people.actions import invite
from admission.people.models import Account, RoleGrant
from admission.people.roles import Role
from admission.rulebook.models import Edition, Publication
from tests import factories
from tests.office import Office
from tests.web.browser import Browser

FEW, MANY = 5, 50
Grow = Callable[[Office, int], None]


def tasks(office: Office, number: int) -> None:
    row = {"case_id": numbered(office), "code": "welcome_talk", "due_on": clock.today(), "opened_at": clock.now()}
    db.session.add(Task(**row, text=f"Aufgabe {number}"))


def letters(office: Office, number: int) -> None:
    """Signed long ago, and nobody opened them."""
    at = clock.now() - timedelta(days=20)
    row = {"case_id": numbered(office), "letter": "refusal", "digest": uuid4().hex * 2, "has_remedy": True}
    db.session.add(Notice(**row, round=number, code=random_text()[:16], drafted_at=at, issued_at=at))


def numbered(office: Office) -> UUID:
    """One submitted application on which the clerk declared; for lists whose rows hang on it."""
    if not hasattr(office, "one"):
        office.one = office.receives()
        writing()
    return office.one


def own_applications(office: Office, number: int) -> None:
    """Submitted by one and the same person."""
    names = {"organisation_name": f"Verein {number}", "register_number": f"VR {number}"}
    case_id = factories.draft(office.book, office.applicant, **names)
    command = factories.command(case_id)
    case = factories.locked(case_id)
    by = factories.as_("applicant", office.applicant, case_id)
    applications.submit(db.session, case, office.book, "Selin Aydar", by=by, command=command)


def own_organisations(office: Office, number: int) -> None:
    row = organisations.found(db.session, f"Verein {number}")
    organisations.represent(db.session, row.id, office.applicant)


def staff(office: Office, number: int) -> None:
    made = Account(address=f"n{number}@example.org", name=f"Person {number}", language="de", made_at=clock.now())
    db.session.add(made)
    db.session.flush()
    db.session.add(RoleGrant(account_id=made.id, role="caseworker", from_at=clock.now()))
    invite(f"i{number}@example.org", f"Gast {number}", [Role.COUNCIL], by=None)


def editions(office: Office, number: int) -> None:
    digest = uuid4().hex * 2
    body = factories.edition_bytes().decode().replace('"2026-1"', f'"2026-{number + 10}"')
    db.session.add(Edition(digest=digest, name=f"2026-{number + 10}", body=body, loaded_at=clock.now()))
    db.session.flush()
    day = clock.today() + timedelta(days=number + 1)
    said = {"kind": "resolved", "in_force_from": day, "resolution": "1", "proposed_at": clock.now()}
    db.session.add(Publication(edition=digest, **said, proposed_by=office.clerk))


def values(office: Office, number: int) -> None:
    change("phone", f"0221 {number:06}", by=None, valid_from=clock.today() + timedelta(days=number))


def own_sessions(office: Office, number: int) -> None:
    sessions.open_session(office.applicant, f"Browser {number}")


LISTS: dict[str, tuple[str, Grow, str]] = {
    "/buero/aufgaben": ("clerk", tasks, '<th scope="row">'),
    "/buero/post": ("clerk", letters, '<th scope="row">'),
    "/antrag": ("applicant", own_applications, "MSO-2026-"),
    "/organisation": ("applicant", own_organisations, ">Verein "),
    "/konto": ("applicant", own_sessions, "/beenden"),
    "/verwaltung/konten": ("admin", staff, "Person "),
    "/verwaltung/regelwerk": ("admin", editions, "/bestaetigen"),
    "/verwaltung/stadt/phone": ("admin", values, "0221 0"),
    "/verwaltung": ("admin", staff, ""),
    "/kriterien": ("nobody", editions, ""),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_as_many_statements_with_50_rows_as_with_5(browser: Browser, path: str, monkeypatch) -> None:
    monkeypatch.setattr("admission.cases.queries.MOST_DRAFTS", MANY)
    who, grow, mark = LISTS[path]
    with clock.at(factories.DAY):
        office = Office()
        person = {"clerk": office.clerk, "applicant": office.applicant, "nobody": None}
        person["admin"] = factories.account(None, "admin")
        taken, shown = [], []
        for rows in (range(FEW), range(FEW, MANY)):
            for number in rows:
                writing()
                grow(office, number)
                db.session.commit()
            visitor = browser if person[who] is None else browser.signs_in(person[who])
            visitor.get(path)
            found: list[str] = []
            note = lambda *given: found.append(given[2])  # noqa: B023, E731
            event.listen(db.engine, "before_cursor_execute", note, named=False)
            answer = visitor.get(path)
            event.remove(db.engine, "before_cursor_execute", note)
            assert answer.status_code == 200
            taken.append([statement.partition("(")[0] for statement in found])
            shown.append(answer.get_data(as_text=True).count(mark) if mark else 0)
    assert taken[0] == taken[1]
    assert not mark or (shown[0] >= FEW and shown[1] >= MANY > shown[0]), shown


@pytest.mark.parametrize(("path", "grow", "address"), [
    ("/buero/aufgaben", tasks, re.compile(r"/aufgaben/[0-9a-f-]{36}")),
    ("/buero/post", letters, re.compile(r"/schreiben/[0-9a-f-]{36}")),
])  # fmt: skip
def test_what_does_not_fit_on_a_page_stands_on_the_next(browser: Browser, path, grow, address) -> None:
    with clock.at(factories.DAY):
        office = Office()
        for number in range(MANY + 3):
            writing()
            grow(office, number)
            db.session.commit()
        browser.signs_in(office.clerk)
        found, here = [], path
        while here:
            shown = browser.get(here).get_data(as_text=True)
            found.append(address.findall(shown))
            following = re.search(r'href="([^"]*)" rel="next"', shown)
            here = following and unescape(following[1])
        assert [len(page) for page in found] == [MANY, 3]
        assert len({one for page in found for one in page}) == MANY + 3
        assert browser.get(f"{path}?nach=x").status_code == 404
