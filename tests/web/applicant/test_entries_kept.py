"""What somebody has written is not lost: when the session ends, the language changes, or two write at once."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from admission.cases import queries
from admission.ground import clock
from admission.ground.db import db, writing
from admission.people.models import UserSession
from tests import factories
from tests.office import Office
from tests.web.applicant.desk import Applicant, carried, case_of, pdf
from tests.web.browser import Browser, page, title


@pytest.fixture(autouse=True)
def a_day():
    with clock.at(factories.DAY):
        yield


@pytest.fixture
def office(browser) -> Office:
    return Office()


@pytest.fixture
def selin(browser: Browser, office) -> Applicant:
    return Applicant(browser, office.applicant)


def session_ends() -> None:
    writing()
    db.session.execute(update(UserSession).values(ended_at=clock.now()))
    db.session.commit()


def sent_again(shown) -> dict[str, str]:
    """The hidden inputs of the page that keeps what could not be taken."""
    text = shown.get_data(as_text=True)
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
    return {unescape(name): unescape(value) for name, value in found if name != "csrf_token"}


def test_words_beside_files_outlive_the_session(selin, office):
    case_id = office.receives()
    office.finds_missing(case_id, K04="Bitte nachreichen.")
    path = f"/antrag/{case_of(case_id).number}/nachforderung"
    shown = selin.opens(path)
    session_ends()
    sent = carried(shown, path) | {"text_K04": "Die Satzung „kommt“ <bald>.", "files_K04": [pdf()]}
    answer = selin.sends(path, sent)
    assert answer.status_code == 401
    kept = sent_again(answer)
    assert kept["text_K04"] == sent["text_K04"] and kept["command"] == sent["command"]
    selin.browser.signs_in(selin.account)
    assert selin.sends(path, kept).status_code == 303
    assert case_of(case_id).state == "completeness"


def test_nobody_unknown_makes_us_read_an_upload(browser, office):
    case_id = office.receives()
    office.finds_missing(case_id, K04="Bitte nachreichen.")
    stranger = browser.application.test_client()
    path = f"/antrag/{case_of(case_id).number}/nachforderung"
    answer = stranger.post(path, data={"text_K04": "Hallo", "files_K04": pdf()})
    assert answer.status_code == 401
    assert "Hallo" not in answer.get_data(as_text=True)


def test_the_language_changes_in_the_middle_of_a_form_and_nothing_is_lost(selin, office):
    draft = factories.draft(office.book, office.applicant, organisation_name=None)
    path = f"/antrag/entwurf/{draft}/organisation/organisation_name"
    shown = selin.opens(path)
    assert '<button type="submit" form="frage" name="sprache" value="en"' in shown.get_data(as_text=True)
    answer = selin.sends(path, carried(shown, path) | {"answer": "Verein für Ä & Ö", "sprache": "en"})
    assert answer.status_code == 200
    assert 'value="Verein für Ä &amp; Ö"' in answer.get_data(as_text=True)
    assert '<html lang="en">' in answer.get_data(as_text=True) and "Save and go on" in page(answer)
    assert queries.answers(db.session, draft).get("organisation_name") is None
    assert "Save and go on" in page(selin.opens(path)), "the cookie remembers it"
    assert selin.sends(path, carried(answer, path) | {"answer": "Verein für Ä & Ö"}).status_code == 303
    assert queries.answers(db.session, draft)["organisation_name"] == "Verein für Ä & Ö"


def test_the_self_check_speaks_another_language_with_all_answers(browser):
    factories.publish()
    first = browser.post("/selbstcheck", data={"frage": "based_in", "antwort": "elsewhere"})
    asked = re.search(r'name="frage" value="([^"]+)"', first.get_data(as_text=True))[1]
    sent = {"frage": asked, "a.based_in": "elsewhere", "antwort": "", "sprache": "en"}
    answer = browser.post("/selbstcheck", data=sent)
    text = answer.get_data(as_text=True)
    assert '<html lang="en">' in text and f'name="frage" value="{asked}"' in text
    assert '<input type="hidden" name="a.based_in" value="elsewhere">' in text


def test_the_enter_key_never_presses_a_button_of_the_header(selin, office):
    draft = factories.draft(office.book, office.applicant)
    text = selin.opens(f"/antrag/entwurf/{draft}/organisation/organisation_name").get_data(as_text=True)
    first = re.search(r"<button[^>]*form=\"frage\"[^>]*>", text)[0]
    assert "name=" not in first and "formaction" not in first


def test_a_page_that_came_back_with_errors_can_be_read_in_another_language(selin, office):
    draft = factories.draft(office.book, office.applicant)
    unterlagen = f"/antrag/entwurf/{draft}/unterlagen"
    answer = selin.fills(unterlagen, {"kind": "satzung"}, to=unterlagen + "/K04", headers={"Referer": unterlagen})
    assert answer.status_code == 422 and title(answer) == "Unterlagen"
    assert f"/sprache/en?weiter={unterlagen}" in answer.get_data(as_text=True)


def test_two_phones_at_one_question_overwrite_nothing_unseen(selin, office):
    draft = factories.draft(office.book, office.applicant)
    path = f"/antrag/entwurf/{draft}/organisation/organisation_name"
    first = second = carried(selin.opens(path), path)
    assert selin.sends(path, first | {"answer": "Lesekreis Tinte"}).status_code == 303
    answer = selin.sends(path, second | {"answer": "Lesekreis Feder"})
    assert answer.status_code == 409
    shown = page(answer)
    assert "Inzwischen gespeichert: Lesekreis Tinte" in shown and "Nichts wurde überschrieben" in shown
    assert 'value="Lesekreis Feder"' in answer.get_data(as_text=True)
    assert queries.answers(db.session, draft)["organisation_name"] == "Lesekreis Tinte"
    assert selin.sends(path, carried(answer, path) | {"answer": "Lesekreis Feder"}).status_code == 303
    assert queries.answers(db.session, draft)["organisation_name"] == "Lesekreis Feder"


def test_the_same_answer_sent_twice_is_no_conflict(selin, office):
    draft = factories.draft(office.book, office.applicant)
    path = f"/antrag/entwurf/{draft}/organisation/organisation_name"
    sent = carried(selin.opens(path), path) | {"answer": "Lesekreis Tinte"}
    assert [selin.sends(path, sent).status_code for _ in range(2)] == [303, 303]


def test_declarations_changed_on_another_phone_are_shown_beside_the_own_ones(selin, office):
    draft = factories.draft(office.book, office.applicant)
    path = f"/antrag/entwurf/{draft}/erklaerungen"
    kept = carried(selin.opens(path), path)
    given = {code: "yes" for code, value in queries.answers(db.session, draft).items() if value is True}
    assert selin.sends(path, kept | given | {"self_organised": "no"}).status_code in (303, 422)
    changed = queries.answers(db.session, draft)
    answer = selin.sends(path, kept | given | {"no_private_profit": "no"})
    assert answer.status_code == 409 and "Inzwischen gespeichert:" in page(answer)
    assert queries.answers(db.session, draft) == changed
    pause = carried(answer, path) | {"self_organised": "yes", "danach": "pause"}
    assert selin.sends(path, pause).status_code == 303


def test_an_activity_sent_twice_is_one_activity(selin, office):
    draft = factories.draft(office.book, office.applicant, activities=None)
    path = f"/antrag/entwurf/{draft}/activities/activities"
    shown = selin.opens(path)
    sent = carried(shown, path) | {"what": "Lesetag", "on": "1.9.2026, 8.9.2026", "where": "here", "danach": "mehr"}
    assert [selin.sends(path, sent).status_code for _ in range(2)] == [303, 303]
    assert [row["on"] for row in queries.answers(db.session, draft)["activities"]] == ["2026-09-01", "2026-09-08"]
