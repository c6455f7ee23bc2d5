"""The public pages of the rulebook, the self-check, the register and the figures."""

import re
from hashlib import sha256

from sqlalchemy import func, select

from admission.ground import clock
from admission.ground.db import Base, db, writing
from admission.organisations.models import Organisation
from admission.register import actions as register
from tests import factories
from tests.office import Office


def walks_through(browser, answers: dict[str, str]):
    """Answer the self-check question by question; what is not in `answers` is not known."""
    page = browser.get("/selbstcheck")
    for _ in range(40):
        question = re.search(r'name="frage" value="([a-z_]+)"', page.text)
        if question is None:
            return page
        carried = dict(re.findall(r'<input type="hidden" name="(a\.[a-z_]+)" value="([^"]*)"', page.text))
        unknown = re.findall(r'<input type="hidden" name="unklar" value="([a-z_]+)"', page.text)
        answer = answers.get(question.group(1), "unklar")
        page = browser.sends(
            "/selbstcheck", {**carried, "unklar": unknown, "frage": question.group(1), "antwort": answer}
        )
        assert page.status_code == 200, page.text
    raise AssertionError("the self-check does not end")


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


def test_an_edition_that_does_not_exist_is_not_found(browser):
    factories.publish()

    assert browser.get("/kriterien/2031-9").status_code == 404
    assert browser.get("/kriterien/2031-9.json").status_code == 404


def test_the_procedure_shows_every_step_and_the_code_of_every_guard(browser):
    book = factories.publish()
    text = browser.get("/verfahren").text

    assert all(book.text(f"step.{step.name}") in text for step in book.procedure("admission").steps)
    assert "def hearing_is_closed" in text


def test_the_self_check_says_what_the_rules_say_and_stores_nothing(browser):
    book = factories.publish()
    before = _rows()
    raw = {"based_in": "seat_here", "seat_postcode": "99003", "majority_in": "none", "works_with_minors": "no"}
    page = walks_through(browser, raw)
    values = {"based_in": "seat_here", "seat_postcode": "99003", "majority_in": "none", "works_with_minors": False}
    verdicts = {code: book.evaluate(code, values, clock.today()).verdict.value for code in ("K01", "K02", "K03", "K12")}

    assert verdicts == {"K01": "met", "K02": "not_met", "K03": "unclear", "K12": "not_applicable"}
    met, undone = page.text.split("Das ist erfüllt")[1], page.text.split("Das ist erfüllt")[0]
    assert "K01" in met and "K12" in met.split("Gilt für Sie nicht")[1]
    assert "K02" in undone and "K03" in undone
    assert _rows() == before


def test_an_answer_that_is_none_comes_back_beside_its_question(browser):
    factories.publish()
    answer = browser.sends("/selbstcheck", {"a.based_in": "seat_here", "frage": "seat_postcode", "antwort": "?\u202e"})

    assert answer.status_code == 422
    assert 'id="antwort-error"' in answer.text


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


def _rows() -> dict[str, int]:
    counts = {
        name: db.session.scalar(select(func.count()).select_from(table)) for name, table in Base.metadata.tables.items()
    }
    db.session.rollback()
    return counts
