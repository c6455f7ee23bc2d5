"""Anybody writes to an organisation through the office: a form, a mailed link, and limits that hold everywhere."""

import pytest
from sqlalchemy import select

from admission.casework.outbox import letter
from admission.correspondence.models import Message
from admission.ground.db import db
from admission.ground.mail import Mail
from tests import factories
from tests.web.browser import Browser, page, title
from tests.web.public import members

PATH = "/verzeichnis/nummer-001/schreiben"
WORDS = {"name": "Ida Kron", "address": "ida@kron.example", "text": "Wir suchen einen Chor."}


@pytest.fixture
def visitor(app) -> Browser:
    book = factories.publish()
    app.test_client_class = Browser
    members.add(app, book, *members.numbered(2))
    return app.test_client()


def kept() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).order_by(Message.written_at)))


def link() -> str:
    mail = db.session.scalars(select(Mail).where(Mail.template == "message_confirm")).one()
    return "/nachricht/" + letter(db.session(), mail).body.split("/nachricht/")[1].split()[0]


def test_from_the_entry_to_the_confirmed_message(visitor):
    entry = visitor.get(PATH.removesuffix("/schreiben"))
    assert PATH in entry.get_data(as_text=True)
    assert title(visitor.get(PATH)) == "An Verein Nummer 001 schreiben"

    answer = visitor.post(PATH, data=WORDS)
    assert title(visitor.get(answer.location)) == "Noch ein Schritt"
    path = link()
    assert "Wir suchen einen Chor." in page(visitor.get(path))
    assert [row.state for row in kept()] == ["unconfirmed"]
    assert "Ihre Nachricht ist bestätigt" in page(visitor.get(visitor.post(path).location))
    assert [row.state for row in kept()] == ["waiting"]
    visitor.post(path)
    assert [row.state for row in kept()] == ["waiting"]


@pytest.mark.parametrize("name", list(WORDS))
def test_what_is_missing_is_asked_for_and_nothing_is_lost(visitor, name):
    answer = visitor.post(PATH, data=WORDS | {name: ""})

    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert all(value in shown for key, value in WORDS.items() if key != name)
    assert kept() == []


def test_one_mailbox_gets_three_mails_an_hour_and_the_text_stays(visitor):
    for _ in range(3):
        assert visitor.post(PATH, data=WORDS).status_code == 303
    answer = visitor.post(PATH, data=WORDS)

    assert answer.status_code == 422
    assert "Bitte versuchen Sie es in 60 Minuten noch einmal." in page(answer)
    assert "Wir suchen einen Chor." in page(answer)
    assert len(kept()) == 3


def test_an_organisation_that_does_not_show_its_name_is_not_written_to_here(visitor):
    assert visitor.get("/verzeichnis/nobody/schreiben").status_code == 404
    assert visitor.post("/verzeichnis/nobody/schreiben", data=WORDS).status_code == 404


def test_a_foreign_page_writes_for_nobody_and_a_foreign_link_confirms_nothing(visitor):
    headers = {"Origin": "https://evil.example"}
    assert visitor.post(PATH, data=WORDS, headers=headers).status_code == 403
    assert visitor.get("/nachricht/nobodys").status_code == 404
    assert visitor.post("/nachricht/nobodys").status_code == 404
