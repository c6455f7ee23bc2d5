"""Sixteen people press the same button at once: one is done, fifteen pages say who did what and keep what was typed."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from admission.cases.models import Case
from admission.ground.db import db
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.people.models import Account
from tests import factories
from tests.web.applicant.desk import carried
from tests.web.browser import Browser, page
from tests.web.office.desk import Desk, Person

RIVALS = 16
Entries = Callable[[int], dict[str, Any]]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Rivals meet on both databases."""
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    return Desk(client)


def rivals(desk: Desk, role: str, case: Case) -> list[Person]:
    """Sixteen colleagues with names and windows of their own, who all declared that they have no conflict."""
    people = []
    for number in range(RIVALS):
        account = factories.account(None, role)
        db.session.get_one(Account, account).name = name_of(number)
        db.session.commit()
        people.append(Person(Browser(desk.browser.application), account))
        assert desk.declares(people[-1], case).status_code == 303
    return people


def name_of(number: int) -> str:
    return f"Kollegin {number:02}"


def written(number: int) -> str:
    return f"Das schrieb ich als Nummer {number:02}."


def all_at_once(people: list[Person], case: Case, path: str, at: str, entries: Entries) -> list[TestResponse]:
    """Each opens the page `at`; when all have it before them, each sends the form that goes to `path`."""
    address = f"/buero/vorgaenge/{case.number}{path}"
    db.session.expunge(case)
    forms = [carried(person.opens(at, case), address) for person in people]
    barrier = Barrier(len(people))

    def send(number: int) -> TestResponse:
        barrier.wait(60)
        return people[number].browser.sends(address, forms[number] | entries(number))

    db.session.remove()
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(send, range(len(people))))


def only_one_wins(answers: list[TestResponse], did: str) -> int:
    """One was led on, fifteen were told by whom and when, and find what they had written; gives the winner."""
    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [303] + [409] * (RIVALS - 1)
    winner = codes.index(303)
    for number, answer in enumerate(answers):
        if number == winner:
            continue
        told = page(answer)
        assert "Jemand war schneller. Ihre Eingaben sind noch da." in told
        assert re.search(rf"{name_of(winner)} , \d+\. \w+ \d{{4}}, \d\d:\d\d Uhr: {did}", told), told
        assert written(number) in answer.get_data(as_text=True)
    assert verify(db.session).sound
    return winner


def count(kind: str) -> int:
    db.session.rollback()
    return db.session.query(Entry).filter(Entry.type == kind).count()


def test_of_sixteen_clerks_one_lets_the_case_rest(desk):
    case_id = desk.office.receives()
    desk.office.finds_complete(case_id)
    case = desk.case(case_id)
    people = rivals(desk, "caseworker", case)
    answers = all_at_once(people, case, "/schritte/rest", "", lambda number: {"reason": written(number)})
    winner = only_one_wins(answers, "Das Verfahren ruht")
    assert count("step.rest") == 1
    assert all(f"„{written(winner)}“" in page(answer) for answer in answers if answer.status_code == 409)


def test_of_sixteen_clerks_one_proposes(desk):
    case_id = desk.office.receives()
    desk.office.finds_complete(case_id)
    desk.office.assesses(case_id)
    case = desk.case(case_id)
    people = rivals(desk, "caseworker", case)
    answers = all_at_once(
        people, case, "/vorschlag", "/vorschlag", lambda number: {"outcome": "admit", "reasons": written(number)}
    )
    only_one_wins(answers, "Eine Entscheidung wurde vorgeschlagen. Aufnahme")
    assert count("step.propose") == 1


def test_of_sixteen_signatories_one_returns_the_proposal(desk):
    case_id = desk.office.receives()
    desk.office.finds_complete(case_id)
    desk.office.assesses(case_id)
    desk.office.proposes(case_id, "admit")
    case = desk.case(case_id)
    people = rivals(desk, "approver", case)
    answers = all_at_once(
        people, case, "/mitzeichnung", "/mitzeichnung", lambda number: {"decision": "return", "reason": written(number)}
    )
    only_one_wins(answers, "Der Vorschlag wurde mit einem Grund zurückgegeben.")
    assert count("step.return") == 1


def test_of_sixteen_clerks_one_takes_the_case_on_and_nobody_puts_her_out_unknowingly(desk):
    case_id = desk.office.receives()
    case = desk.case(case_id)
    people = rivals(desk, "caseworker", case)
    answers = all_at_once(people, case, "/uebernehmen", "", lambda _number: {})
    codes = [answer.status_code for answer in answers]
    assert sorted(codes) == [303] + [409] * (RIVALS - 1)
    winner = codes.index(303)
    assert desk.case(case_id).assigned_to == people[winner].account
    assert all(
        f"{name_of(winner)} hat diesen Vorgang" in page(answer) for answer in answers if answer.status_code == 409
    )
    again = people[winner - 1].fills("/uebernehmen", desk.case(case_id), at="")
    assert again.status_code == 303
    assert desk.case(case_id).assigned_to == people[winner - 1].account
