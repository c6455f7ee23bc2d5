"""Who is invited by what the register holds: reached and why, not reached and why not, and what comes back."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from flask import current_app
from sqlalchemy import select

from admission.casework import inviting
from admission.casework.inviting import Choice
from admission.casework.outbox import letter
from admission.correspondence import actions, queries, rules
from admission.correspondence.actions import Words, Written
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Refused, Stale
from admission.ground.mail import Mail
from admission.log.models import DisclosureRow, Entry
from admission.log.verifier import verify
from admission.organisations.models import Representative
from admission.register import contacts
from admission.register.models import Contact
from admission.register.sets import rules_of
from admission.worker import send_mails
from tests import factories
from tests.correspondence.town import Town, of_two_districts

TEXTS = {"de": Words("Netzwerktag Frauen", "Wir laden Sie ein."), "en": Words("Network day", "You are invited.")}
TWO = Written(
    TEXTS, fields=("women",), districts=("Altstadt", "Brückenau"), event_on=date(2027, 1, 21), place="17 Uhr, Rathaus",
    reply_until=date(2027, 1, 11),
)  # fmt: skip


@pytest.fixture
def town(app) -> Town:
    return of_two_districts()


def found(town: Town, **asked) -> dict[str, tuple[str, str]]:
    """Name -> (way, why not)."""
    rows = inviting.look_for(db.session(), rules_of(town.book.register), Choice(**asked))
    return {one.name: (one.reach.way, one.reach.why_not) for one in rows}


def invite(town: Town, written: Written = TWO, audience: str = rules.OFFICE, **more):
    writing()
    row = actions.write(db.session(), audience, written, by=town.clerk)
    sets = rules_of(town.book.register)
    inviting.send(db.session(), row, sets, town.book, by=town.clerk, role="caseworker", **more)
    db.session.commit()
    return row


def line(row, town: Town, name: str):
    db.session.rollback()
    return next(one for one in queries.lines(db.session(), row.id) if one.name == name)


def refused(act) -> list[str]:
    with pytest.raises(Refused) as said:
        act()
    db.session.rollback()
    return [reason.code for reason in said.value.reasons]


def entries(type_: str) -> list[dict]:
    db.session.rollback()
    return [json.loads(body) for body in db.session.scalars(select(Entry.body).where(Entry.type == type_))]


def test_one_of_each_list_is_enough_and_every_list_counts(town):
    both = found(town, fields=("women",), districts=("Altstadt", "Brückenau"))

    assert list(both) == [
        "Verein Federwolke e. V.", "Frauencafé Morgenlicht", "Frauentreff Granatapfelhof", "Mütterkreis Kranichtal",
        "Nachbarinnen am Wehr",
    ]  # fmt: skip
    assert list(found(town, districts=("Nordhafen",))) == ["Nachbarinnen am Wehr"]
    assert len(found(town)) == 7
    assert found(town, within="member") == {}


def test_it_is_said_of_each_how_it_is_reached_or_why_not(town):
    assert found(town, fields=("women",), districts=("Altstadt", "Brückenau")) == {
        "Frauencafé Morgenlicht": ("post", ""),
        "Frauentreff Granatapfelhof": ("mail", ""),
        "Mütterkreis Kranichtal": ("none", "not_agreed"),
        "Nachbarinnen am Wehr": ("mail", ""),
        "Verein Federwolke e. V.": ("none", "no_address"),
    }


def test_an_objection_is_heeded_and_named(town):
    writing()
    way = db.session.scalars(select(Contact).where(Contact.value == "info@wehr.example")).one()
    contacts.object_to(way)
    db.session.commit()

    assert found(town, districts=("Nordhafen",)) == {"Nachbarinnen am Wehr": ("none", "objected")}


def test_a_mailbox_that_it_shows_by_its_own_consent_may_be_used(town):
    town.shows("Verein Federwolke e. V.", "mailbox", "network", "info@federwolke.example")

    assert found(town)["Verein Federwolke e. V."] == ("mail", "")


def test_everybody_is_recorded_and_a_mail_waits_for_whoever_is_reached_by_mail(town):
    row = invite(town)

    assert {one.name: one.delivery for one in queries.lines(db.session(), row.id)} == {
        "Frauencafé Morgenlicht": "to_post",
        "Frauentreff Granatapfelhof": "queued",
        "Mütterkreis Kranichtal": "none",
        "Nachbarinnen am Wehr": "queued",
        "Verein Federwolke e. V.": "none",
    }
    waits = db.session.scalar(select(Mail.run_at).limit(1)) - clock.now()
    assert timedelta(minutes=9) < waits <= rules.GRACE


def test_each_reads_its_own_language_and_why_it_gets_this(town):
    row = invite(town)
    mails = [letter(db.session(), mail) for mail in db.session.scalars(select(Mail))]
    by_address = {mail.address: mail for mail in mails}

    english, german = by_address["hof@granatapfel.example"], by_address["info@wehr.example"]
    assert (english.subject, german.subject) == ("Network day", "Netzwerktag Frauen")
    assert "You are invited." in english.body
    assert "21 January 2027, 17 Uhr, Rathaus" in english.body
    assert "bis 11. Januar 2027" in german.body
    assert "Auswahl: Frauen und Familie, Altstadt, Brückenau" in german.body
    assert "Sie haben zugestimmt" in german.body
    secret = actions.secret_of(line(row, town, "Nachbarinnen am Wehr").recipient.id)
    assert f"/einladung/{secret}\n" in german.body
    assert german.headers == {"List-Unsubscribe": f"<{current_app.config['BASE_URL']}/einladung/{secret}/abmelden>"}


def test_a_language_without_a_text_gets_the_german_one(town):
    town.has("Kreis Regenbogen", districts="Weberviertel", mail="info@regen.example", language="ar")
    invite(town, Written(TEXTS, districts=("Weberviertel",)))

    assert letter(db.session(), db.session.scalars(select(Mail)).one()).subject == "Netzwerktag Frauen"


def test_the_log_holds_numbers_and_nobody(town):
    invite(town)
    (said,) = entries("invitation.sent")

    assert {name: said["data"][name] for name in ("audience", "mail", "post", "none")} == {
        "audience": "office", "mail": 2, "post": 1, "none": 2,
    }  # fmt: skip
    assert "wehr" not in json.dumps(said).lower()
    assert verify(db.session).faults == ()


def test_whoever_was_left_out_by_hand_is_no_recipient(town):
    row = invite(town, but={town.of["Nachbarinnen am Wehr"]})

    assert "Nachbarinnen am Wehr" not in {one.name for one in queries.lines(db.session(), row.id)}


def test_what_was_sent_is_sent_once_and_changed_no_more(town):
    row = invite(town)
    sets = rules_of(town.book.register)

    def again():
        writing()
        held = actions.lock(db.session(), row.id)
        inviting.send(db.session(), held, sets, town.book, by=town.clerk, role="caseworker")

    def anew():
        writing()
        actions.change(db.session(), actions.lock(db.session(), row.id), TWO)

    assert refused(again) == ["invitation.not_now"]
    assert refused(anew) == ["invitation.not_now"]


def test_an_invitation_that_reaches_nobody_is_not_sent(town):
    assert refused(lambda: invite(town, Written(TEXTS, districts=("Weberviertel",)))) == ["invitation.nobody"]


def test_the_councils_invitation_needs_to_be_approved(town):
    assert refused(lambda: invite(town, audience=rules.COUNCIL)) == ["invitation.not_approved"]

    row = invite(town, audience=rules.COUNCIL, approved_by="Vorsitz, Sitzung vom 19. November")
    assert (row.state, row.approved_by) == ("sent", "Vorsitz, Sitzung vom 19. November")
    (said,) = entries("invitation.sent")
    assert "Vorsitz" not in json.dumps(said)


def test_until_ten_minutes_have_passed_it_can_be_stopped(town):
    row = invite(town)
    writing()
    inviting.stop(db.session(), actions.lock(db.session(), row.id), by=town.clerk, role="caseworker")
    db.session.commit()

    with time_machine.travel(clock.now() + timedelta(hours=1)):
        send_mails()
    assert line(row, town, "Nachbarinnen am Wehr").delivery == "stopped"
    assert db.session.scalars(select(Mail.address)).all() == [None, None]


def test_a_relay_that_refuses_is_named_and_the_mail_goes_out_once_more(town):
    row = invite(town)
    name = "Nachbarinnen am Wehr"
    writing()
    key = queries.mail_key(line(row, town, name).recipient.id, 1)
    mail = db.session.scalars(select(Mail).where(Mail.key == key)).one()
    mail.state, mail.error, mail.attempts = "failed", "552 mailbox full", 1
    db.session.commit()
    told = line(row, town, name)
    assert (told.delivery, told.error) == ("failed", "552 mailbox full")

    writing()
    held = actions.lock(db.session(), row.id)
    assert inviting.send_again(db.session(), held, line_in(row, name), town.book)
    db.session.commit()
    assert line(row, town, name).delivery == "queued"


def line_in(row, name):
    return next(one.recipient for one in queries.lines(db.session(), row.id) if one.name == name)


def test_the_last_answer_counts_and_letters_are_recorded_with_their_day(town):
    row = invite(town)
    writing()
    one = queries.of_link(db.session(), actions.secret_of(line_in(row, "Nachbarinnen am Wehr").id))
    actions.answer(db.session(), one, 3)
    actions.answer(db.session(), one, 0)
    assert actions.posted(db.session(), row, date(2026, 11, 24)) == 1
    db.session.commit()

    told = line(row, town, "Nachbarinnen am Wehr").recipient
    assert (told.answer, told.people) == ("declines", 0)
    assert line(row, town, "Frauencafé Morgenlicht").delivery == "posted"
    (counted,) = queries.listed(db.session())
    assert (counted.chosen, counted.reached, counted.answered, counted.coming) == (5, 3, 1, 0)


def test_whoever_wants_none_gets_none_from_then_on_and_can_say_otherwise(town):
    row = invite(town)
    name = "Nachbarinnen am Wehr"
    for _ in range(2):  # two clicks are one wish
        writing()
        inviting.opt_out(db.session(), line_in(row, name), "link", by=None, role="system")
        db.session.commit()

    assert found(town)[name] == ("none", "opted_out")
    assert line(row, town, name).delivery == "stopped"
    (said,) = entries("organisation.opted_out")
    assert said["data"] == {"post": "invitations", "way": "link"}

    writing()
    inviting.opt_in(db.session(), line_in(row, name), "link", by=None, role="system")
    db.session.commit()
    assert found(town)[name] == ("mail", "")


def test_an_export_leaves_who_when_and_how_many_and_no_address(town):
    row = invite(town)
    writing()
    purpose = "Einladungskarten der Druckerei"
    actions.note_export(db.session(), row, purpose, 3, by=town.clerk, role="caseworker")
    db.session.commit()

    (said,) = entries("addresses.exported")
    assert said["data"] == {"invitation": str(row.id), "count": 3}
    assert queries.exports(db.session(), row.id)[0].purpose == purpose
    assert db.session.scalars(select(DisclosureRow.name).where(DisclosureRow.name == "purpose")).all() == ["purpose"]


def test_who_was_there_is_recorded_by_organisation(town):
    row = invite(town)
    writing()
    ids = {one.name: one.recipient.id for one in queries.lines(db.session(), row.id)}
    there = {ids["Nachbarinnen am Wehr"]: 4, ids["Frauencafé Morgenlicht"]: 0}
    actions.attended(db.session(), actions.lock(db.session(), row.id), there, by=town.clerk, role="caseworker")
    db.session.commit()

    assert queries.listed(db.session())[0].attended == 4
    assert entries("attendance.recorded")[0]["data"] == {"invitation": str(row.id), "people": 4}


def test_the_council_reads_only_names_that_are_public_or_meant_for_it(town):
    town.shows("Nachbarinnen am Wehr", purpose="council")
    town.shows("Frauencafé Morgenlicht", purpose="public")
    town.shows("Verein Federwolke e. V.", purpose="network")
    everybody = set(town.of.values())

    named = inviting.named(db.session(), rules.COUNCIL, everybody)
    assert named == {town.of["Nachbarinnen am Wehr"], town.of["Frauencafé Morgenlicht"]}
    assert inviting.named(db.session(), rules.OFFICE, everybody) == everybody


def test_a_stale_form_is_refused(town):
    row = invite(town)

    with pytest.raises(Stale):
        actions.check_seen(row, row.revision - 1)


def test_without_any_other_way_the_account_of_who_speaks_for_it_is_written_to(app):
    town = Town()
    name = "Federwolke"
    town.has(name)
    person = factories.account("anna@federwolke.example")
    writing()
    db.session.add(Representative(organisation_id=town.of[name], account_id=person, since_at=clock.now()))
    db.session.commit()
    invite(town, Written(TEXTS))

    ready = letter(db.session(), db.session.scalars(select(Mail)).one())
    assert ready.address == "anna@federwolke.example"
    assert "hier angemeldet hat" in ready.body
