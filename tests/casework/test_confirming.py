"""A round of the yearly confirmation: a trial, the rest, reminders, letters, calls; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admission.casework import confirmed, confirming
from admission.confirmation.models import Key
from admission.confirmation.queries import last_round, to_settle
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Refused
from admission.log.models import Entry
from admission.register import contacts
from admission.register.models import Contact, Event
from tests.confirmation.asking import Round_, link_in, mails, text_of


@pytest.fixture
def round_(app):
    return Round_()


def mail_of(name):
    return ("mail", f"kontakt@{name.lower()}.example", None, "public")


def three(round_):
    return [round_.knows(name, mail_of(name)) for name in ("Lichthof", "Segelschule", "Tintenfass")]


def weeks_later(weeks, hours=1):
    return clock.at(clock.now() + timedelta(weeks=weeks, hours=hours))


def reasons(refused):
    return [reason.code for reason in refused.value.reasons]


def test_the_trial_is_asked_by_mail_under_the_clerks_name_and_only_a_digest_of_the_link_is_kept(round_):
    first, *_others = three(round_)
    round_.tries(first)

    round_.works()

    (mail,) = mails()
    said = text_of(mail)
    link = link_in(said)
    assert "Stimmt das noch? Lichthof im Verzeichnis" in said
    assert "Öffnen allein verändert nichts." in said
    assert link not in [row.digest for row in db.session.scalars(select(Key))]
    assert confirmed.by_link(db.session(), link).asked.organisation_id == first
    assert round_.asked(first).times == 1


def test_nobody_else_is_asked_before_the_trial_came_back(round_):
    first, second, third = three(round_)
    round_.tries(first, second)

    with pytest.raises(Refused) as refused:
        round_.goes_on()
    db.session.rollback()

    assert reasons(refused) == ["confirmation.trial_is_out"]
    for one in (first, second):
        round_.confirms(one, clock.today())
    round_.works()
    assert round_.goes_on() == 1
    round_.works()
    assert round_.asked(third).times == 1


def test_more_than_three_are_no_trial_and_a_second_round_of_a_year_is_refused(round_):
    ids = [*three(round_), round_.knows("Vierte", mail_of("vierte"))]

    with pytest.raises(Refused) as refused:
        round_.tries(*ids)
    db.session.rollback()
    assert reasons(refused) == ["confirmation.trial_size"]
    round_.tries(*ids[:3])
    with pytest.raises(Refused) as refused:
        round_.tries(ids[3])
    db.session.rollback()
    assert reasons(refused) == ["confirmation.begun"]


def test_whoever_has_confirmed_since_the_reference_day_is_not_asked(round_):
    round_.knows("Lichthof", mail_of("lichthof"), confirmed_on=clock.today() - timedelta(days=3))
    longer = round_.knows("Segelschule", mail_of("segelschule"), confirmed_on=clock.today() - timedelta(days=300))

    assert [one.id for one in confirming.candidates(db.session(), round_.book)] == [longer]


def test_reminders_go_after_four_and_eight_weeks_each_with_a_link_of_its_own_and_then_somebody_calls(round_):
    first, *_others = three(round_)
    round_.tries(first)
    row = last_round(db.session())
    for weeks in (0, 0, 4, 4, 8, 11):
        with weeks_later(weeks):
            round_.works()

    links = [link_in(text_of(mail)) for mail in mails()]
    assert len(set(links)) == 3
    assert all(confirmed.by_link(db.session(), link).asked.organisation_id == first for link in links)
    assert [text_of(mail).split(": ")[0] for mail in mails()[1:]] == ["Erinnerung", "Zweite Erinnerung"]
    with weeks_later(11):
        assert confirming.calls(db.session(), round_.book, row) == []
    with weeks_later(12):
        (call,) = confirming.calls(db.session(), round_.book, row)
    assert call.organisation == "Lichthof"


def test_a_mail_is_queued_once_though_two_workers_run(round_):
    first, *_others = three(round_)
    round_.tries(first)

    round_.works()
    round_.works()

    assert len(mails()) == 1


def test_whoever_confirms_in_another_way_gets_no_reminder(round_):
    first, *_others = three(round_)
    round_.tries(first)
    round_.works()

    with weeks_later(3):
        round_.confirms(first, clock.today(), "phone")
    with weeks_later(4):
        round_.works()

    assert len(mails()) == 1
    assert (round_.asked(first).answer, round_.asked(first).channel) == ("confirmed", "phone")


def test_a_contact_that_objects_meanwhile_is_not_written_to(round_):
    first = round_.knows("Lichthof", mail_of("lichthof"), ("phone", "0221 4710-111", None, None))
    round_.tries(first)
    writing()
    contacts.object_to(db.session.scalars(select(Contact).where(Contact.kind == "mail")).one())
    db.session.commit()

    round_.works()

    assert mails() == []
    assert round_.asked(first).way == "phone"


def test_letters_carry_a_code_that_is_the_same_when_they_are_printed_again(round_):
    first = round_.knows("Lichthof", ("post", "Hafenallee 9, 99004 Musterfeld", None, None))
    round_.tries(first)

    (letter,) = confirming.letters(db.session())
    (again,) = confirming.letters(db.session())
    assert letter.code == again.code
    assert letter.lines == ["Hafenallee 9", "99004 Musterfeld"]
    writing()
    link = confirmed.by_code(db.session(), letter.code.replace("-", ""))
    confirming.letters_are_posted(db.session(), round_.book)
    db.session.commit()

    assert confirming.letters(db.session()) == []
    opened = confirmed.by_link(db.session(), link)
    assert (opened.asked.organisation_id, opened.kind) == (first, "typed")
    with weeks_later(4):
        assert len(confirming.letters(db.session())) == 1


def test_a_confirmation_is_an_event_with_its_channel_and_its_person_stays_private(round_):
    first = round_.knows("Lichthof", ("mail", "rana@lichthof.example", "Rana Feldmann", "consent"))
    round_.tries(first)
    round_.works()
    asked = round_.asked(first).id
    writing()
    confirmed.confirm(db.session(), asked, "link", "Rana Feldmann", by=None, role="system")
    db.session.commit()

    event = db.session.scalars(select(Event).where(Event.kind == "confirmed")).one()
    body = db.session.scalars(select(Entry.body).where(Entry.idx == event.place)).one()
    assert (event.detail, event.on) == ("link", clock.today())
    assert "organisation.confirmed" in body and "Feldmann" not in body
    assert db.session.scalars(select(Contact.confirmed_on)).one() == clock.today()
    assert "Danke, Lichthof ist bestätigt" in text_of(mails("confirmation_thanks")[0])


def test_confirming_twice_is_refused_and_changes_nothing(round_):
    first, *_others = three(round_)
    round_.tries(first)
    asked = round_.asked(first).id
    writing()
    confirmed.confirm(db.session(), asked, "link", "Rana Feldmann", by=None, role="system")
    db.session.commit()

    writing()
    with pytest.raises(Refused) as refused:
        confirmed.confirm(db.session(), asked, "link", "Rana Feldmann", by=None, role="system")
    db.session.rollback()

    assert reasons(refused) == ["confirmation.answered"]
    assert len(db.session.scalars(select(Event).where(Event.kind == "confirmed")).all()) == 1


def test_a_new_person_is_told_and_the_former_one_is_no_longer_asked(round_):
    first = round_.knows(
        "Lichthof",
        ("mail", "rana@lichthof.example", "Rana Feldmann", "consent"),
        ("phone", "0221 4710-181", "Rana Feldmann", "consent"),
    )
    round_.tries(first)
    round_.works()
    new = confirmed.NewPerson("Lina Moreau", "lina@lichthof.example", "", "", "Rana Feldmann")
    asked = round_.asked(first).id
    writing()
    confirmed.name_person(db.session(), asked, new)
    db.session.commit()

    held = confirmed.held(db.session(), round_.asked(first))
    assert [row.value for row in held.contacts] == ["lina@lichthof.example"]
    assert "Sie sind jetzt Ansprechperson für Lichthof" in text_of(mails("confirmation_named")[0])
    assert mails("confirmation_relieved")
    with weeks_later(4):
        round_.works()
    assert "Guten Tag Lina Moreau" in text_of(mails()[-1])


def test_a_new_person_without_mail_is_called_by_the_office(round_):
    first, *_others = three(round_)
    round_.tries(first)
    asked = round_.asked(first).id
    writing()
    new = confirmed.NewPerson("Lina Moreau", "", "0221 4710-167", "", "")
    confirmed.name_person(db.session(), asked, new)
    confirmed.confirm(db.session(), asked, "link", "Lina Moreau", by=None, role="system")
    db.session.commit()

    (row,) = to_settle(db.session(), last_round(db.session()).id)
    assert "Bitte anrufen" in row.note


def test_an_organisation_that_says_it_has_ended_is_only_told_to_the_office(round_):
    first, *_others = three(round_)
    round_.tries(first)
    asked = round_.asked(first).id
    writing()
    confirmed.has_ended(db.session(), asked, "link", "Rana Feldmann", "Seit dem Sommer.")
    db.session.commit()

    assert [row.answer for row in to_settle(db.session(), last_round(db.session()).id)] == ["gone"]
    assert db.session.scalars(select(Event).where(Event.kind == "ended")).all() == []


def test_whoever_objects_leaves_no_address_behind(round_):
    first = round_.knows("Lichthof", ("mail", "rana@lichthof.example", "Rana Feldmann", "consent"))
    round_.tries(first)
    asked = round_.asked(first).id
    writing()
    confirmed.object_(db.session(), asked, "link", "", by=None, role="system")
    db.session.commit()

    assert db.session.scalars(select(Contact.value)).all() == [None]
    assert confirming.candidates(db.session(), round_.book, last_round(db.session())) == []
