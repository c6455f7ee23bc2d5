"""Whoever stands in a list is told so, can object, and is erased when nobody reached them in time (Art. 14 GDPR)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from admission.casework.outbox import letter
from admission.casework.telling import tell_by_mail
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from admission.log.models import Entry
from admission.register import informing
from admission.register.contacts import may_be_written_to
from admission.register.informing import LETTER
from admission.register.models import Contact, Event, Information
from tests.casework.test_lists import Lists

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CSV = (
    "Verein;Ansprechperson;Telefon;E-Mail;Anschrift\n"
    "Chor Kieselstein;Nuno Alves;0221 4710-163;nuno@kiesel.example;Altmarkt 1, 99001 Musterfeld\n"
    "Filmklub Lichtspalt;Mira Novak;0221 4710-164;;Hafenallee 9, 99004 Musterfeld\n"
    "Lesekreis Tintenfass;Olena Kowal;0221 4710-166;;\n"
    "Radwerkstatt Speiche;;;info@speiche.example;Turmstraße 10, 99002 Musterfeld\n"
)


@pytest.fixture
def office(sqlite_app):
    with clock.at(NOW):
        made = Lists()
        made.list = made.imports(CSV.encode(), name="Netzwerkliste.csv")
        yield made


def people(office):
    return informing.people(db.session(), office.list.id)


def tells(office) -> int:
    writing()
    told = tell_by_mail(db.session(), people(office), by=office.clerk, role="caseworker")
    db.session.commit()
    return told


def mail():
    return letter(db.session(), db.session.scalars(select(Mail)).one())


def link() -> str:
    return next(word.rsplit("/", 1)[1] for word in mail().body.split() if "/mitteilung/" in word)


def lapses(days: int) -> int:
    with clock.at(NOW + timedelta(days=days)):
        writing()
        done = informing.lapse(db.session())
        db.session.commit()
    return done


def held() -> set[str]:
    db.session.rollback()
    return {value for value in db.session.scalars(select(Contact.value)) if value}


def test_everybody_who_is_named_has_to_be_told_and_a_mailbox_of_a_role_has_not(office):
    reaches = {(one.person, one.reach, one.information.due_on.isoformat()) for one in people(office)}

    assert reaches == {
        ("Nuno Alves", "mail", "2026-12-24"),
        ("Mira Novak", "letter", "2026-12-24"),
        ("Olena Kowal", "phone", "2026-12-24"),
    }


def test_the_mail_says_from_where_and_how_to_object(office):
    assert tells(office) == 1

    ready = mail()
    assert ready.address == "nuno@kiesel.example"
    assert ready.subject == "Netzwerk MSO: Welche Angaben wir zu Ihnen haben"
    assert "Woher: Netzwerkliste.csv, Zeile 2" in ready.body
    assert "„Chor Kieselstein“" in ready.body
    assert "widersprechen" in ready.body
    assert tells(office) == 0, "nobody is told twice"
    told = db.session.scalars(select(Event.detail).where(Event.kind == "informed")).all()
    assert told == ["mail"]


def test_whoever_objects_by_the_link_is_written_to_no_more_and_no_list_brings_them_back(office):
    tells(office)
    token = link()
    writing()
    informing.object_(db.session(), informing.found(db.session(), token), "link", by=None, role="system")
    db.session.commit()

    assert not held() & {"nuno@kiesel.example", "0221 4710-163"}
    assert informing.found(db.session(), token) is None
    assert db.session.scalars(select(Event.detail).where(Event.kind == "objected")).all() == ["link"]
    again = office.imports(CSV.replace("Tintenfass", "Tintenfass e. V.").encode(), name="zweite.csv")
    assert "nuno@kiesel.example" not in held()
    assert "Nuno Alves" not in set(db.session.scalars(select(Contact.person)))
    assert office.row(again, 2).fate == "same"


def test_whoever_agrees_may_be_written_to_and_is_confirmed(office):
    tells(office)
    writing()
    informing.agree(db.session(), informing.found(db.session(), link()), "link", by=None, role="system")
    db.session.commit()

    row = db.session.scalars(select(Contact).where(Contact.value == "nuno@kiesel.example")).one()
    assert may_be_written_to(row)
    assert row.confirmed_on == clock.today()
    assert lapses(60) == 2
    assert "nuno@kiesel.example" in held()


def test_whoever_does_not_answer_for_a_month_leaves_only_a_trace(office):
    tells(office)
    writing()
    informing.tell(
        db.session(), [one for one in people(office) if one.reach == LETTER], LETTER, by=office.clerk, role="caseworker"
    )
    db.session.commit()

    assert lapses(29) == 0
    assert lapses(30) == 2
    assert "nuno@kiesel.example" not in held()
    assert "0221 4710-166" in held(), "she may still be told until 24 December"
    assert lapses(31) == 1
    assert held() == {
        "info@speiche.example",
        "Altmarkt 1, 99001 Musterfeld",
        "Hafenallee 9, 99004 Musterfeld",
        "Turmstraße 10, 99002 Musterfeld",
    }
    bodies = db.session.scalars(select(Entry.body).where(Entry.type == "erasure.executed")).all()
    assert ['"count":3' in bodies[0], '"count":1' in bodies[1]] == [True, True]


def test_a_blanked_contact_still_finds_its_organisation_again(office):
    lapses(40)

    with clock.at(NOW + timedelta(days=41)):
        row = office.uploads(b"Verein;Telefon\nGesangsverein Kiesel;0221 4710-163\n", name="neu.csv")

    assert office.row(row, 2).fate == "waits"


def test_a_list_that_is_taken_back_leaves_nobody_to_tell(office):
    office.takes_back(office.list)

    assert db.session.scalars(select(Information)).all() == []
    assert db.session.scalars(select(Contact)).all() == []
