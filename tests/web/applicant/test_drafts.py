"""From the first page to the submitted application, on SQLite; and what a draft refuses."""

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from admission.cases import queries
from admission.cases.models import Case
from admission.ground import clock
from admission.ground.db import db
from admission.people.models import Account
from admission.web.applicant.answering import criterion_of
from tests import factories
from tests.web.applicant.desk import Applicant, carried, case_of
from tests.web.browser import Browser, page, title


@pytest.fixture(autouse=True)
def a_day():
    with clock.at(factories.DAY):
        yield


@pytest.fixture
def book(browser):
    return factories.publish()


@pytest.fixture
def selin(browser: Browser, book) -> Applicant:
    return Applicant(browser, factories.account(None, "applicant"))


def drafts() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Case))


def begun(applicant: Applicant) -> UUID:
    answer = applicant.fills("/antrag/datenschutz")
    return UUID(answer.location.rpartition("/")[2])


def test_without_an_edition_in_force_nothing_begins(browser):
    applicant = Applicant(browser, factories.account(None, "applicant"))
    assert "Noch sind keine Anträge möglich" in page(applicant.opens("/antrag"))
    assert applicant.opens("/antrag/datenschutz").location == "/antrag"
    assert applicant.sends("/antrag/datenschutz", {}).status_code == 303
    assert drafts() == 0


def test_the_privacy_notice_comes_before_the_first_field(selin):
    assert title(selin.opens("/antrag/datenschutz")) == "Was mit Ihren Angaben geschieht"
    assert drafts() == 0
    answer = selin.fills("/antrag/datenschutz")
    assert answer.status_code == 303
    assert "0 von 8 Abschnitten" in page(selin.opens(answer.location))


def test_sent_twice_it_is_one_draft(selin):
    assert begun(selin) == begun(selin)
    assert drafts() == 1


def test_one_question_a_page_and_on_to_the_next(selin):
    draft = begun(selin)
    first = f"/antrag/entwurf/{draft}/organisation/organisation_name"
    answer = selin.fills(first, {"answer": "Kulturverein Sieben Laternen e. V."})
    assert answer.location == f"/antrag/entwurf/{draft}/organisation/name_in_own_script"
    answer = selin.fills(answer.location, {"answer": ""})
    assert answer.location == f"/antrag/entwurf/{draft}/organisation/field"
    answer = selin.fills(answer.location, {"answer": "culture", "danach": "pause"})
    assert answer.location == f"/antrag/entwurf/{draft}"
    given = queries.answers(db.session(), draft)
    assert given == {"organisation_name": "Kulturverein Sieben Laternen e. V.", "field": "culture"}
    assert "Kulturverein Sieben Laternen" in page(selin.opens("/antrag"))


def test_a_question_behind_another_is_asked_only_when_its_answer_wants_it(selin):
    draft = begun(selin)
    hidden = f"/antrag/entwurf/{draft}/place/seat_postcode"
    assert selin.opens(hidden).status_code == 404
    answer = selin.fills(f"/antrag/entwurf/{draft}/place/based_in", {"answer": "seat_here"})
    assert answer.location == hidden
    assert selin.opens(hidden).status_code == 200


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ("", "Bitte beantworten Sie diese Frage."),
        ("31.2.2020", "Den Tag 31.2.2020 gibt es nicht."),
        ("gestern", "Schreiben Sie Tag, Monat und Jahr"),
        ("1.1.2050", "liegt in der Zukunft"),
    ],
)
def test_a_day_that_is_none_comes_back_with_its_sentence(selin, entered, said):
    draft = begun(selin)
    path = f"/antrag/entwurf/{draft}/organisation/founded_on"
    answer = selin.fills(path, {"answer": entered})
    assert answer.status_code == 422
    assert said in page(answer)
    assert f'value="{entered}"' in answer.get_data(as_text=True)
    assert queries.answers(db.session(), draft) == {}


@pytest.mark.parametrize("hostile", ["Nacht\0markt", "Verein \u202eregülb", "x" * 4001])
def test_hostile_text_is_refused_and_kept_in_the_field(selin, hostile):
    draft = begun(selin)
    answer = selin.fills(f"/antrag/entwurf/{draft}/organisation/organisation_name", {"answer": hostile})
    assert answer.status_code == 422
    assert queries.answers(db.session(), draft) == {}


def test_decomposed_letters_and_formulas_are_stored_as_text(selin):
    draft = begun(selin)
    selin.fills(f"/antrag/entwurf/{draft}/organisation/organisation_name", {"answer": "=1+1 Mu\u0308nze 🎭 <b>"})
    assert queries.answers(db.session(), draft)["organisation_name"] == "=1+1 Münze 🎭 <b>"
    assert "=1+1 Münze 🎭 &lt;b&gt;" in selin.opens(f"/antrag/entwurf/{draft}").get_data(as_text=True)


def test_a_forged_choice_and_a_huge_form_are_refused(selin):
    draft = begun(selin)
    path = f"/antrag/entwurf/{draft}/place/based_in"
    assert selin.fills(path, {"answer": "moon"}).status_code == 422
    assert selin.fills(path, {"answer": "x" * 2_000_000}).status_code == 413
    assert selin.fills(path, {"answer": "seat_here", "command": "nonsense"}).status_code == 422
    assert selin.fills(path, {"answer": "seat_here", "seen": "7"}).status_code == 409
    assert queries.answers(db.session(), draft) == {}


def test_activities_one_by_one_with_several_days(selin):
    draft = begun(selin)
    path = f"/antrag/entwurf/{draft}/activities/activities"
    entered = {"what": "Offene Werkstatt", "on": "7.10.2026, 14.10.2026", "where": "here", "danach": "mehr"}
    assert selin.fills(path, entered).location == path
    rows = queries.answers(db.session(), draft)["activities"]
    assert [row["on"] for row in rows] == ["2026-10-07", "2026-10-14"]
    answer = selin.fills(path, {"what": "", "on": "12.12.2026", "where": ""})
    assert answer.status_code == 422
    assert "liegt in der Zukunft" in page(answer) and "Beschreiben Sie" in page(answer)
    shown = selin.opens(path)
    key = re.search(r'name="entfernen" value="([^"]+)"', shown.get_data(as_text=True))[1]
    selin.sends(path + "/entfernen", carried(shown, path + "/entfernen") | {"entfernen": key})
    assert [row["on"] for row in queries.answers(db.session(), draft)["activities"]] == ["2026-10-14"]
    assert selin.fills(path).location.endswith("/works_with_minors")


def test_declarations_are_asked_together_and_nothing_is_preselected(selin):
    draft = begun(selin)
    path = f"/antrag/entwurf/{draft}/erklaerungen"
    assert " checked" not in selin.opens(path).get_data(as_text=True)
    answer = selin.fills(path, {"self_organised": "yes"})
    assert answer.status_code == 422
    assert page(answer).count("Bitte beantworten Sie diese Frage.") == 10  # five, in the summary and at the field
    assert selin.fills(path, {"self_organised": "no", "danach": "pause"}).location == f"/antrag/entwurf/{draft}"
    assert queries.answers(db.session(), draft) == {"self_organised": False}


def test_drafts_of_others_do_not_exist(selin, browser, book):
    theirs = factories.draft(book, factories.account(None, "applicant"))
    for rest in ("", "/pruefen", "/unterlagen", "/erklaerungen", "/organisation/organisation_name", "/loeschen"):
        assert selin.opens(f"/antrag/entwurf/{theirs}{rest}").status_code == 404
    assert selin.sends(f"/antrag/entwurf/{theirs}/loeschen", {}).status_code == 404
    assert selin.opens(f"/antrag/entwurf/{uuid4()}").status_code == 404
    assert selin.opens("/antrag/entwurf/nonsense").status_code == 404


def test_a_fourth_draft_is_refused_with_a_sentence(selin, book):
    for _ in range(3):
        factories.draft(book, selin.account)
    answer = selin.fills("/antrag/datenschutz")
    assert answer.status_code == 409
    assert "schon 3 Entwürfe" in page(answer)


def test_a_deleted_draft_is_gone(selin, book):
    draft = factories.draft(book, selin.account)
    assert selin.fills(f"/antrag/entwurf/{draft}/loeschen").location == "/antrag"
    assert "Sieben Laternen" not in page(selin.opens("/antrag"))
    assert queries.answers(db.session(), draft) == {}
    assert case_of(draft).state == "withdrawn"


def test_staff_without_the_role_does_not_come_in(browser, book):
    clerk = Applicant(browser, factories.account(None, "caseworker"))
    assert clerk.opens("/antrag").status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Account)) > 0


def test_every_declaration_stands_under_its_criterion(book):
    found = [criterion_of(book, row["fact"]) for row in book.questions if row.get("declaration")]
    assert found == ["K02", "K05", "K08", "K09", "K10", "K11"]
