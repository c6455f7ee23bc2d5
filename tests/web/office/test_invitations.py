"""The office invites: chooses, reads who is reached, writes once, sends, records what comes back."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select

from admission.correspondence.models import AddressExport, Invitation, Recipient
from admission.ground import clock
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.organisations.models import Organisation
from tests.correspondence import town
from tests.web.browser import page, title
from tests.web.office.desk import Desk, Person

LIST = "/einladungen"
NEW = LIST + "/neu"
TWO = NEW + "?feld=women&bezirk=Altstadt&bezirk=Br%C3%BCckenau"
WORDS = {
    "subject_de": "Netzwerktag Frauen", "text_de": "Wir laden Sie ein.", "event_on": "21.1.2027",
    "place": "17 Uhr, Rathaus", "reply_until": "11.1.2027",
}  # fmt: skip
WEHR = "Nachbarinnen am Wehr"


@pytest.fixture
def clerk(desk: Desk) -> Person:
    town.of_two_districts(desk.office.book)
    return desk.clerk


def kept() -> Invitation:
    db.session.rollback()
    return db.session.scalars(select(Invitation)).one()


def of(row: Invitation, path: str = "") -> str:
    return f"{LIST}/{row.id}{path}"


def written(clerk: Person, **more: str) -> Invitation:
    answer = clerk.fills(NEW, at=TWO, districts=["Altstadt", "Brückenau"], **WORDS | more)
    assert answer.status_code == 303, page(answer)
    return kept()


def sent(clerk: Person) -> Invitation:
    row = written(clerk)
    shown = clerk.opens(of(row))
    ticked = re.findall(r'name="an" value="([^"]+)" checked', shown.get_data(as_text=True))
    assert clerk.fills(of(row, "/senden"), at=of(row), an=ticked).status_code == 303
    return kept()


def recipient(name: str) -> Recipient:
    db.session.rollback()
    return db.session.scalars(
        select(Recipient).join(Organisation, Organisation.id == Recipient.organisation_id).where(
            Organisation.name == name
        )
    ).one()  # fmt: skip


def test_the_choice_stands_in_the_address_and_says_who_is_reached_and_why(clerk):
    shown = page(clerk.opens(TWO))

    assert "5 Organisationen: 2 per E-Mail, 1 per Post, 2 nicht erreichbar" in shown
    assert "Frauencafé Morgenlicht Deutsch hat zugestimmt, dass wir schreiben" in shown
    assert "Frauentreff Granatapfelhof Englisch" in shown
    assert "Mütterkreis Kranichtal – Eine Adresse ist bekannt" in shown
    assert "Verein Federwolke e. V. – Wir kennen keine Adresse." in shown
    assert "Jugendklub Nord" not in shown


def test_nothing_is_sent_before_the_preview_was_seen(clerk):
    row = written(clerk, subject_en="Network day", text_en="You are invited.")
    shown = page(clerk.opens(of(row)))

    assert row.state == "draft"
    assert db.session.scalars(select(Mail)).all() == []
    assert "Englisch: Frauentreff Granatapfelhof Network day Good day, You are invited." in shown
    assert "Auswahl: Frauen und Familie, Altstadt, Brückenau" in shown


def test_a_subject_without_its_text_comes_back_with_everything_that_was_entered(clerk):
    answer = clerk.fills(NEW, at=TWO, **WORDS, subject_en="Network day")

    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert "Bitte schreiben Sie Betreff und Text in dieser Sprache oder keines von beiden." in unescape(shown)
    assert 'value="Network day"' in shown
    assert '<input type="hidden" name="districts" value="Brückenau">' in shown


@pytest.mark.parametrize(
    ("day", "until", "said"),
    [("1.1.2020", "", "Dieser Tag ist schon vorbei"), ("21.1.2027", "22.1.2027", "bis zur Veranstaltung")],
)
def test_days_that_cannot_be_are_refused(clerk, day, until, said):
    answer = clerk.fills(NEW, at=TWO, **WORDS | {"event_on": day, "reply_until": until})

    assert answer.status_code == 422
    assert said in page(answer)


def test_a_tick_taken_away_leaves_somebody_out(clerk):
    row = written(clerk)
    only = str(db.session.scalars(select(Organisation.id).where(Organisation.name == WEHR)).one())
    clerk.fills(of(row, "/senden"), at=of(row), an=[only])

    shown = page(clerk.opens(of(kept())))
    assert WEHR in shown
    assert "Granatapfelhof" not in shown


def test_after_sending_each_stands_with_its_state_and_it_can_still_be_stopped(clerk):
    row = sent(clerk)
    shown = page(clerk.opens(of(row)))

    assert "3 noch unterwegs" in shown
    assert f"{WEHR} wartet auf den Versand" in shown
    assert "Frauencafé Morgenlicht kommt in die Post" in shown
    clerk.fills(of(row, "/anhalten"), at=of(row))
    assert kept().state == "stopped"
    assert {mail.state for mail in db.session.scalars(select(Mail))} == {"expired"}


def test_sent_twice_is_sent_once(clerk):
    row = sent(clerk)

    again = clerk.sends(of(row, "/senden"), None, {"command": "6e2f3b7e-1f0b-4a5c-9d52-0f9d3d1f2a11", "seen": "1"})
    assert again.status_code == 409
    assert len(db.session.scalars(select(Mail)).all()) == 2


def test_letters_are_printed_and_their_day_is_recorded(clerk):
    row = sent(clerk)
    shown = page(clerk.opens(of(row, "/briefe")))
    assert "Lindenweg 3" in shown
    assert "Ein Anruf genügt" in shown

    clerk.fills(of(row, "/post"), at=of(row), on="24.11.2026")
    assert "Frauencafé Morgenlicht mit der Post 24. November 2026" in page(clerk.opens(of(row)))


def test_what_is_said_on_the_phone_is_recorded(clerk):
    row = sent(clerk)
    to = of(row, f"/empfaenger/{recipient(WEHR).id}")

    clerk.sends(to, None, {}, wahl="kommt", people="3")
    assert "kommen: 3 Personen" in page(clerk.opens(of(row)))
    clerk.sends(to, None, {}, wahl="kommt-nicht")
    assert recipient(WEHR).answer == "declines"
    clerk.sends(to, None, {}, wahl="keine")
    assert "Möchte keine Einladungen. Das achten wir." in page(clerk.opens(TWO))


def test_a_refused_mail_is_named_with_the_words_of_the_mail_server_and_sent_again(clerk):
    row = sent(clerk)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        for mail in db.session.scalars(select(Mail)):
            mail.state, mail.error = "failed", "552 mailbox full"
        db.session.commit()
        assert "abgewiesen Der Mailserver sagt: 552 mailbox full" in page(clerk.opens(of(row)))

        clerk.sends(of(row, f"/empfaenger/{recipient(WEHR).id}"), None, {}, wahl="erneut")
        assert f"{WEHR} wartet auf den Versand" in page(clerk.opens(of(row)))


def test_addresses_leave_the_house_only_with_a_purpose(clerk):
    row = sent(clerk)
    assert clerk.fills(of(row, "/adressen"), at=of(row), purpose="").status_code == 422
    assert db.session.scalars(select(AddressExport)).all() == []

    table = clerk.fills(of(row, "/adressen"), at=of(row), purpose="Einladungskarten").get_data().decode("utf-8-sig")
    assert f"{WEHR};;E-Mail;info@wehr.example;hat zugestimmt, dass wir schreiben" in table
    assert "kranich" not in table
    assert "Einladungskarten" in page(clerk.opens(of(row)))


def test_who_was_there_is_recorded_by_organisation(clerk):
    row = sent(clerk)
    field = f"people__{recipient(WEHR).id}".replace("__", "-")
    clerk.sends(of(row, "/teilnahme"), None, {field: "4"})

    assert recipient(WEHR).attended == 4
    assert recipient("Frauencafé Morgenlicht").attended is None
    assert title(clerk.opens(LIST)) == "Einladungen"
    assert "Netzwerktag Frauen gesendet" in page(clerk.opens(LIST))
