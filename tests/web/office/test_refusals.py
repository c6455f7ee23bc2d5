"""What the office's desk refuses: a case before the declaration, the own proposal, a stale form, a stranger's file."""

from uuid import uuid4

import pytest

from admission.cases import actions as cases
from admission.cases.models import Case, Document
from admission.cases.queries import case_key
from admission.ground import files
from admission.ground.db import db
from admission.log.models import Entry
from admission.people.models import Account
from admission.web.access import table
from tests import factories
from tests.web.applicant.desk import PDF, carried
from tests.web.browser import hidden, page, title
from tests.web.office.desk import Person
from tests.web.test_matrix import filled

SECRETS = ("Kulturverein Sieben Laternen", "Selin Aydar", "Sommerfest", "99003")


@pytest.fixture
def case(desk) -> Case:
    """A case in its criteria check, on which clerk and head have declared that there is no conflict."""
    case_id = desk.office.receives()
    desk.office.finds_complete(case_id)
    return desk.case(case_id)


def newcomer(desk, *roles):
    return Person(desk.browser, factories.account(None, *(roles or ("caseworker", "approver"))))


def uploaded(desk, case):
    factories.locked(case.id)
    sealed = cases.seal(db.session, case.id, files.take("Satzung 2025 – Lampion.pdf", PDF))
    found = db.session.get_one(Case, case.id)
    row = cases.add_document(db.session, found, desk.office.book, "satzung", sealed, desk.office.applicant)
    db.session.commit()
    return row.id


def addresses(desk, case):
    """Every address of a case at this desk, with its methods."""
    for address, method, _rule in table(desk.browser.application):
        if address.startswith("/buero/vorgaenge/<number>"):
            yield filled(address).replace("MSO-2026-9999", case.number).removeprefix("/buero"), method


def test_before_the_declaration_a_case_shows_its_number_and_nothing_else(desk, case):
    somebody = newcomer(desk)
    shown = somebody.opens("", case)
    assert title(shown) == "Bevor Sie diesen Vorgang öffnen"
    assert case.number in page(shown)
    assert not [secret for secret in SECRETS if secret in page(shown)]
    assert hidden(shown, "seen") == str(case.revision)


def test_no_address_of_a_case_opens_before_the_declaration_or_with_a_conflict(desk, case):
    undeclared, partial = newcomer(desk), newcomer(desk)
    assert desk.declares(partial, case, "conflict").status_code == 303
    for person in (undeclared, partial):
        for path, method in addresses(desk, case):
            answer = person.opens(path) if method == "GET" else person.sends(path, None, {})
            if path.endswith("/befangenheit"):
                assert answer.status_code == (200 if method == "GET" else 422)
            elif path.count("/") == 2:
                assert answer.status_code == 200
            else:
                assert answer.status_code == (303 if method == "GET" else 403), f"{method} {path}"
            assert not [secret for secret in SECRETS if secret in page(answer)], path


def test_who_declares_a_conflict_gives_the_case_back(desk, case):
    assert desk.clerk.fills("/uebernehmen", case, at="").status_code == 303
    assert desk.case(case.id).assigned_to == desk.office.clerk
    desk.declares(desk.clerk, case, "conflict")
    assert desk.case(case.id).assigned_to is None
    assert "Sie haben eine Befangenheit erklärt" in page(desk.clerk.opens("", case))
    assert "Sie haben eine Befangenheit erklärt" in page(desk.clerk.opens())


def test_nobody_signs_their_own_proposal(desk, case):
    desk.office.assesses(case.id)
    desk.office.proposes(case.id, "admit")
    case = desk.case(case.id)
    shown = desk.clerk.opens("/mitzeichnung", case)
    assert "Sie können nicht unterschreiben" in page(shown)
    assert "Unterschreiben kann: Tarik Sommerfeld." in page(shown)
    hers = carried(desk.head.opens("/mitzeichnung", case), f"/buero/vorgaenge/{case.number}/mitzeichnung")
    signed = desk.clerk.sends("/mitzeichnung", case, hers, decision="sign")
    assert (signed.status_code, desk.case(case.id).state) == (409, "proposed")
    assert "Sie haben an diesem Vorgang schon mitgewirkt: „Vorschlagen“." in page(signed)
    assert "Sie haben an diesem Vorgang schon mitgewirkt: „Befund eintragen“." in page(signed)
    attempts = db.session.query(Entry).filter(Entry.type == "attempt.refused").count()
    assert attempts == 1


def test_with_one_person_the_page_says_that_a_second_is_needed(desk, case):
    desk.office.assesses(case.id)
    desk.office.proposes(case.id, "admit")
    shown = page(desk.clerk.opens("/mitzeichnung", desk.case(case.id)))
    assert "Ab hier braucht es eine zweite Person." not in shown
    assert "Ab hier braucht es eine zweite Person." not in page(desk.head.opens("", desk.case(case.id)))
    factories.locked(case.id)
    db.session.get_one(Account, desk.office.head).factor = None
    db.session.commit()
    for path in ("", "/mitzeichnung"):
        assert "Ab hier braucht es eine zweite Person." in page(desk.clerk.opens(path, desk.case(case.id))), path


def test_a_stale_form_comes_back_with_its_entries(desk, case):
    desk.office.assesses(case.id)
    address = f"/buero/vorgaenge/{case.number}/vorschlag"
    old = carried(desk.clerk.opens("/vorschlag", case), address)
    desk.office.steps(case.id, "rest", reason="Das Register ist geschlossen.")
    desk.office.steps(case.id, "resume")
    answer = desk.clerk.sends("/vorschlag", case, old, outcome="admit", reasons="Elf Kriterien sind eindeutig.")
    assert (answer.status_code, desk.case(case.id).state) == (409, "assessment")
    assert "Elf Kriterien sind eindeutig." in page(answer)
    again = desk.clerk.sends("/vorschlag", case, carried(answer, address), outcome="admit", reasons="Es bleibt so.")
    assert (again.status_code, desk.case(case.id).state) == (303, "proposed")


def test_two_findings_at_once_show_both_texts_and_lose_none(desk, case):
    address = f"/buero/vorgaenge/{case.number}/pruefung/K04"
    old = carried(desk.clerk.opens("/pruefung/K04", case), address)
    desk.clerk.fills("/pruefung/K04", case, outcome="open", reason="Der Austritt fehlt.")
    answer = desk.clerk.sends("/pruefung/K04", case, old, outcome="not_met", reason="Es gibt gar keine Regeln.")
    assert answer.status_code == 409
    assert "Der Austritt fehlt." in page(answer)
    assert "Es gibt gar keine Regeln." in page(answer)
    assert (
        desk.clerk.sends("/pruefung/K04", case, carried(answer, address), outcome="open", reason="Beides.").status_code
        == 303
    )


def test_sent_twice_a_finding_counts_once(desk, case):
    address = f"/buero/vorgaenge/{case.number}/pruefung/K04"
    form = carried(desk.clerk.opens("/pruefung/K04", case), address)
    for _ in range(2):
        assert desk.clerk.sends("/pruefung/K04", case, form, outcome="met", reason="").status_code == 303
    assert db.session.query(Entry).filter(Entry.type == "act.assess").count() == 1


def test_a_finding_without_its_reason_is_refused_with_the_entry_kept(desk, case):
    answer = desk.clerk.fills("/pruefung/K04", case, outcome="not_met", reason="")
    assert (answer.status_code, "Zu K04 fehlt die Begründung." in page(answer)) == (409, True)


def test_files_open_for_their_own_case_alone(desk, case):
    document = uploaded(desk, case)
    answer = desk.clerk.opens(f"/unterlagen/{document}", case)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    desk.office.applicant = factories.account(None, "applicant")
    other = desk.case(desk.office.receives())
    for path in (f"/unterlagen/{document}", f"/unterlagen/{document}/seiten/1", f"/unterlagen/{uuid4()}"):
        assert desk.clerk.opens(path, other).status_code == 404
    assert desk.clerk.opens(f"/unterlagen/{document}/seiten/1", case).status_code == 404


def test_pages_of_a_document_are_shown_as_pictures(desk, case):
    document = uploaded(desk, case)
    factories.locked(case.id)
    files.store(case_key(db.session, case.id), document, b"\x89PNG picture", "page-1")
    db.session.get_one(Document, document).pages = 1
    db.session.commit()
    assert f"/unterlagen/{document}/seiten/1" in desk.clerk.opens("/pruefung/K04", case).get_data(as_text=True)
    assert desk.clerk.opens(f"/unterlagen/{document}/seiten/1", case).data == b"\x89PNG picture"
    assert desk.clerk.opens(f"/unterlagen/{document}/seiten/2", case).status_code == 404


def test_unknown_filters_and_criteria_are_not_found(desk, case):
    for path in ("?stand=nirgends", "?nach=kein~Schluessel"):
        assert desk.clerk.opens(path).status_code == 404, path
    assert desk.clerk.opens("/pruefung/K99", case).status_code == 404
    assert desk.clerk.opens("/pruefung/K12", case).status_code == 404
    assert desk.clerk.sends("/pruefung/K99", case, {}).status_code in (404, 422)
    assert desk.clerk.sends("/schritte/admit", case, {"command": str(uuid4()), "seen": "1"}).status_code == 404
