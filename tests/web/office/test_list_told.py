"""The people of a list at the desk: told by mail, by letter, by phone; and their answer by a mailed link."""

from io import BytesIO

import pytest
from sqlalchemy import select

from admission.casework.list_work import work_on_lists
from admission.casework.outbox import letter
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.lists.models import OfficeList
from admission.register.models import Contact, Information
from tests.web.browser import page, title
from tests.web.office.desk import Desk, Person
from tests.web.office.test_lists import LISTS, of

CSV = (
    "Verein;Ansprechperson;Telefon;E-Mail;Anschrift\n"
    "Chor Kieselstein;Nuno Alves;0221 4710-163;nuno@kiesel.example;\n"
    "Filmklub Lichtspalt;Mira Novak;0221 4710-164;;Hafenallee 9, 99004 Musterfeld\n"
    "Lesekreis Tintenfass;Olena Kowal;0221 4710-166;;\n"
)
TOLD = "/mitteilungen"


@pytest.fixture
def clerk(desk: Desk) -> Person:
    """With a list that was taken over."""
    desk.clerk.fills(LISTS, file=(BytesIO(CSV.encode()), "Netzwerkliste.csv"), as_of="20.11.2026")
    held = work()
    desk.clerk.fills(of(held, "/spalten"), at=of(held))
    desk.clerk.fills(of(held, "/uebernehmen"), at=of(held))
    work()
    return desk.clerk


def work() -> OfficeList:
    work_on_lists(db.session())
    db.session.rollback()
    return db.session.scalars(select(OfficeList)).one()


def held() -> OfficeList:
    db.session.rollback()
    return db.session.scalars(select(OfficeList)).one()


def information(person: str) -> Information:
    db.session.rollback()
    query = select(Information).join(Contact, Contact.information_id == Information.id)
    return db.session.scalars(query.where(Contact.person == person).distinct()).one()


def link(desk: Desk) -> str:
    ready = letter(db.session(), db.session.scalars(select(Mail).where(Mail.template == "told")).one())
    return "/mitteilung/" + next(word.rsplit("/", 1)[1] for word in ready.body.split() if "/mitteilung/" in word)


def test_the_page_says_who_has_to_be_told_and_how(clerk):
    shown = page(clerk.opens(of(held(), TOLD)))

    assert "3 Personen" in shown
    assert "1 E-Mail senden" in shown
    assert "1 Brief drucken" in shown
    assert "1 Person ist nur telefonisch zu erreichen" in shown
    assert "Wer informiert ist und wer noch nicht" in page(clerk.opens(of(held())))


def test_mails_letters_and_calls_are_recorded_with_their_day(clerk):
    row = held()
    clerk.sends(of(row, TOLD), None, {}, wahl="mail")
    letters = page(clerk.opens(of(row, TOLD + "/briefe")))
    assert "Guten Tag Mira Novak ," in letters
    assert "Hafenallee 9 99004 Musterfeld" in letters
    assert "Woher: Netzwerkliste.csv, Zeile 3" in letters
    clerk.sends(of(row, TOLD), None, {}, wahl="brief")
    clerk.sends(of(row, f"{TOLD}/{information('Olena Kowal').id}"), None, {}, wahl="telefon")

    ways = {name: information(name).way for name in ("Nuno Alves", "Mira Novak", "Olena Kowal")}
    assert ways == {"Nuno Alves": "mail", "Mira Novak": "letter", "Olena Kowal": "phone"}
    assert "Alle, die erreichbar sind, sind informiert." in page(clerk.opens(of(row, TOLD)))
    assert "Kein Brief ist zu drucken." in page(clerk.opens(of(row, TOLD + "/briefe")))


def test_an_objection_on_the_phone_is_recorded_by_staff(clerk):
    row = held()

    clerk.sends(of(row, f"{TOLD}/{information('Olena Kowal').id}"), None, {}, wahl="widersprechen")

    shown = page(clerk.opens(of(row, TOLD)))
    assert "widersprochen" in shown
    assert "Olena Kowal" not in shown


def test_the_link_shows_what_is_held_and_opening_it_answers_nothing(clerk, desk):
    clerk.sends(of(held(), TOLD), None, {}, wahl="mail")
    path = link(desk)

    shown = desk.browser.application.test_client().get(path)

    assert title(shown) == "Welche Angaben wir zu Ihnen haben"
    assert "Chor Kieselstein" in page(shown)
    assert "Netzwerkliste.csv, Zeile 2" in page(shown)
    assert information("Nuno Alves").answer is None


@pytest.mark.parametrize(("wish", "answer"), [("zustimmen", "agreed"), ("widersprechen", "objected")])
def test_the_answer_by_the_link_holds_at_once_and_the_link_is_used_up(clerk, desk, wish, answer):
    clerk.sends(of(held(), TOLD), None, {}, wahl="mail")
    path = link(desk)
    visitor = desk.browser.application.test_client()

    assert "Danke, das ist eingetragen" in page(visitor.post(path, data={"wahl": wish}))

    db.session.rollback()
    assert db.session.scalars(select(Information.answer).where(Information.way == "mail")).one() == answer
    left = {value for value in db.session.scalars(select(Contact.value)) if value}
    assert ("nuno@kiesel.example" in left) == (answer == "agreed")
    assert visitor.get(path).status_code == 404


def test_a_link_that_nobody_was_sent_leads_nowhere(desk):
    visitor = desk.browser.application.test_client()

    assert visitor.get("/mitteilung/xyz").status_code == 404
    assert visitor.post("/mitteilung/xyz", data={"wahl": "zustimmen"}).status_code == 404
