"""An invitation by its link: opening changes nothing, the last answer counts, one click ends it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from admission.correspondence import actions
from admission.correspondence.models import OptOut, Recipient
from admission.ground import clock
from admission.ground.db import db
from admission.organisations.models import Organisation
from tests.correspondence.test_inviting import invite
from tests.correspondence.town import Town, of_two_districts
from tests.web.browser import Browser, page, title

WEHR = "Nachbarinnen am Wehr"


@pytest.fixture
def visitor(app) -> Browser:
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def town(visitor) -> Town:
    made = of_two_districts()
    invite(made)
    return made


def recipient(name: str = WEHR) -> Recipient:
    db.session.rollback()
    query = select(Recipient).join(Organisation, Organisation.id == Recipient.organisation_id)
    return db.session.scalars(query.where(Organisation.name == name)).one()


def path(name: str = WEHR) -> str:
    return f"/einladung/{actions.secret_of(recipient(name).id)}"


def test_it_is_read_and_answered_without_an_account(visitor, town):
    shown = visitor.get(path())
    assert title(shown) == "Netzwerktag Frauen"
    assert "Wann und wo: Donnerstag, 21. Januar 2027, 17 Uhr, Rathaus" in page(shown)
    assert recipient().answer is None

    answer = visitor.post(path(), data={"answer": "comes", "people": "3"})
    assert "Danke, Ihre Antwort ist angekommen" in page(visitor.get(answer.location))
    visitor.post(path(), data={"answer": "declines"})
    assert (recipient().answer, recipient().people) == ("declines", 0)


def test_it_speaks_the_recipients_language_and_keeps_the_german_text_at_hand(visitor, town):
    shown = page(visitor.get(path("Frauentreff Granatapfelhof")))

    assert "You are invited." in shown
    assert "Der deutsche Text Wir laden Sie ein." in shown


@pytest.mark.parametrize("entries", [{}, {"answer": "comes"}, {"answer": "comes", "people": "0"}])
def test_an_answer_that_says_nothing_comes_back(visitor, town, entries):
    assert visitor.post(path(), data=entries).status_code == 422
    assert recipient().answer is None


def test_one_click_ends_all_invitations_and_another_one_brings_them_back(visitor, town):
    page_ = path() + "/abmelden"
    assert "Ein Klick" in page(visitor.get(page_))
    assert db.session.scalars(select(OptOut)).all() == []

    visitor.post(page_, data={"wahl": "keine"})
    assert title(visitor.get(page_)) == "Sie bekommen keine Einladungen mehr"
    visitor.post(page_, data={"wahl": "wieder"})
    assert title(visitor.get(page_)) == "Keine Einladungen mehr?"


def test_after_the_event_nobody_is_asked_any_more_but_may_still_want_no_more(visitor, town):
    with time_machine.travel(clock.now() + timedelta(days=90)):
        assert "Diese Veranstaltung ist vorbei" in page(visitor.get(path()))
        assert visitor.post(path(), data={"answer": "comes", "people": "1"}).status_code == 404
        assert visitor.post(path() + "/abmelden").status_code == 303


def test_a_link_that_nobody_was_sent_leads_nowhere(visitor, town):
    for address in ("/einladung/nobodys", "/einladung/nobodys/abmelden"):
        assert visitor.get(address).status_code == 404
        assert visitor.post(address).status_code in (404, 422)


def test_a_foreign_page_answers_for_nobody(visitor, town):
    headers = {"Origin": "https://evil.example"}
    assert visitor.post(path() + "/abmelden", headers=headers).status_code == 403
