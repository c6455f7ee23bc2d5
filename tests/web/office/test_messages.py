"""The office reads what was written to an organisation, passes it on or says why not, and records the answer."""

import pytest
from sqlalchemy import select

from admission.casework import passing_on
from admission.correspondence import messages
from admission.correspondence.models import Message
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from tests.correspondence import town
from tests.web.browser import page, title
from tests.web.office.desk import Desk, Person

LIST = "/nachrichten"


@pytest.fixture
def clerk(desk: Desk) -> Person:
    here = town.of_two_districts(desk.office.book)
    writing()
    to = here.of["Nachbarinnen am Wehr"]
    passing_on.receive(db.session(), to, "Ida Kron", "ida@kron.example", "Wir suchen einen Chor.", "de")
    messages.confirm(db.session(), db.session.scalars(select(Message)).one())
    db.session.commit()
    return desk.clerk


def kept() -> Message:
    db.session.rollback()
    return db.session.scalars(select(Message)).one()


def of(path: str = "") -> str:
    return f"{LIST}/{kept().id}{path}"


def test_what_waits_is_read_with_how_the_organisation_is_reached(clerk):
    assert "Nachbarinnen am Wehr Ida Kron 24. November 2026 zu lesen" in page(clerk.opens(LIST))
    shown = clerk.opens(of())

    assert title(shown) == "Nachricht an Nachbarinnen am Wehr"
    assert "Wir suchen einen Chor." in page(shown)
    assert "Wir dürfen ein Postfach nutzen: hat zugestimmt, dass wir schreiben." in page(shown)
    assert "info@wehr.example" not in page(shown)


def test_it_is_passed_on_and_its_answer_recorded(clerk):
    clerk.fills(of("/weitergeben"), at=of(), way="mail")
    assert "Weitergegeben per E-Mail am 24. November 2026 durch Jorinde Falk." in page(clerk.opens(of()))
    assert {mail.template for mail in db.session.scalars(select(Mail))} >= {"message_passed", "message_decided"}

    clerk.fills(of("/beantwortet"), at=of(), way="phone", on="24.11.2026")
    assert "am Telefon am 24. November 2026" in page(clerk.opens(of()))


def test_it_is_declined_with_a_reason_only(clerk):
    assert clerk.fills(of("/ablehnen"), at=of(), reason="").status_code == 422
    assert kept().state == "waiting"

    clerk.fills(of("/ablehnen"), at=of(), reason="Werbung geben wir nicht weiter.")
    assert "Werbung geben wir nicht weiter." in page(clerk.opens(of()))


def test_somebody_who_was_slower_is_told_so(clerk):
    clerk.fills(of("/weitergeben"), at=of(), way="talk")
    answer = clerk.sends(of("/ablehnen"), None, {}, reason="Werbung")

    assert answer.status_code == 409
    assert "Das ist beim jetzigen Stand der Nachricht nicht möglich." in page(answer)


def test_nobody_waits_for_an_answer_for_ever(clerk):
    clerk.fills(of("/weitergeben"), at=of(), way="post")
    clerk.sends(of("/schliessen"), None, {})

    assert "geschlossen, keine Antwort bekannt" in page(clerk.opens(LIST))
