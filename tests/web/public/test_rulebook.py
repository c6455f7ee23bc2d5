"""The public pages of the rulebook, and the way of a consent to the register."""

import json
from datetime import date, timedelta
from hashlib import sha256
from html import escape

import rfc8785
from babel.dates import format_date

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations.models import Organisation
from admission.register import actions as register
from admission.rulebook.models import Edition, Publication
from tests import factories
from tests.office import Office
from tests.web.browser import page, words


def test_without_an_edition_in_force_the_pages_say_so(browser):
    for path in ("/kriterien", "/verfahren", "/selbstcheck"):
        assert "gelten noch nicht" in browser.get(path).text


def test_the_bytes_hash_to_the_fingerprint_that_the_page_shows(browser):
    book = factories.publish()
    answer = browser.get("/kriterien/2026-1.json")

    assert sha256(answer.data).hexdigest() == book.digest
    assert all(group in browser.get("/kriterien/2026-1").text for group in book.groups)
    again = browser.get("/kriterien/2026-1.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_at_kriterien_is_that_of_the_edition_in_force(browser):
    book = factories.publish()
    html = browser.get("/kriterien").get_data(as_text=True)

    for criterion in book.criteria:
        said = [criterion["title"], criterion["text"], criterion["cure_says"], *criterion.get("exceptions", ())]
        said += [way["says"] for way in criterion["ways"]]
        said += [question["asks"] for question in criterion.get("guiding_questions", ())]
        assert all(escape(sentence) in html for sentence in said), criterion["code"]
    assert "2026-1 (gültig)" in words(html) and "0087/2025-2030" in html


def test_an_edition_that_was_only_loaded_is_not_shown(browser):
    _loads("2026-9")
    factories.publish()

    assert browser.get("/kriterien/2026-9").status_code == 404
    assert browser.get("/kriterien/2026-9.json").status_code == 404


def test_an_edition_that_comes_says_so_and_the_one_before_gets_its_last_day(browser):
    factories.publish(date(2026, 3, 1))
    digest, first = _loads("2026-9"), clock.today() + timedelta(days=40)
    people = factories.account(), factories.account()
    writing()
    db.session.add(
        Publication(
            edition=digest, in_force_from=first, resolution="0101", proposed_by=people[0],
            proposed_at=clock.now(), confirmed_by=people[1], confirmed_at=clock.now(),
        )
    )  # fmt: skip
    db.session.commit()

    assert f"Diese Fassung gilt ab dem {spelt(first)}" in page(browser.get("/kriterien/2026-9"))
    assert f"1. März 2026 bis {spelt(first - timedelta(days=1))}" in page(browser.get("/kriterien"))
    assert "Diese Fassung gilt" not in page(browser.get("/kriterien/2026-1"))


def test_an_edition_that_does_not_exist_is_not_found(browser):
    factories.publish()

    assert browser.get("/kriterien/2031-9").status_code == 404
    assert browser.get("/kriterien/2031-9.json").status_code == 404


def test_the_procedure_shows_every_step_every_period_and_the_code_of_every_guard(browser):
    book = factories.publish()
    text = browser.get("/verfahren").text

    assert all(book.text(f"step.{step.name}") in text for step in book.procedure("admission").steps)
    assert all(book.text(f"deadline.{kind}") in text for kind in book.procedure("admission").deadlines)
    assert all(f"def {name}" in text and book.text(f"guard.{name}.rule") in text for name in book.guards)
    assert "<svg" in text and "Keine Ablehnung ohne Anhörung" in text


def test_a_field_is_shown_by_consent_alone_and_gone_with_it(browser):
    office = Office()
    owner = _members(office, 1)[0]
    row = db.session.get_one(Organisation, owner)
    assert row.name in browser.get(f"/verzeichnis/{row.slug}").text
    slug, name = row.slug, row.name
    writing()
    register.withdraw_consents(
        db.session(), db.session.get_one(Organisation, owner), ["name"], by=office.clerk, role="caseworker"
    )
    db.session.commit()

    assert browser.get(f"/verzeichnis/{slug}").status_code == 404
    assert name not in browser.get("/verzeichnis").text


def spelt(on: date) -> str:
    """The day as pages write it, with plain spaces."""
    return format_date(on, "d. MMMM y", locale="de")


def _members(office: Office, count: int) -> list:
    found = []
    for _ in range(count):
        case_id = office.draft_and_submit()
        for person, role in ((office.clerk, "caseworker"), (office.head, "approver")):
            office.declares(case_id, person, role)
        office.steps(case_id, "acknowledge")
        office.finds_complete(case_id)
        office.assesses(case_id)
        office.proposes(case_id, "admit")
        office.signs(case_id)
        writing()
        case = office.case(case_id)
        owner = db.session.get_one(Organisation, case.organisation_id)
        register.save_field(db.session(), owner, "name", owner.name)
        register.give_consent(db.session(), owner, "name", by=office.clerk, role="caseworker")
        db.session.commit()
        found.append(owner.id)
    return found


def _loads(name: str) -> str:
    """Another edition, loaded and not published: the same rules under another name."""
    body = rfc8785.dumps({**json.loads(factories.edition_bytes()), "edition": name})
    writing()
    row = Edition(digest=sha256(body).hexdigest(), name=name, body=body.decode(), loaded_at=clock.now())
    db.session.add(row)
    db.session.commit()
    return row.digest
