"""What somebody writes to an organisation: confirmed before it is read, passed on or declined, forgotten."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from admission.casework import inviting, passing_on
from admission.casework.outbox import Letter, letter
from admission.correspondence import messages
from admission.correspondence.models import Message
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import NotFound, Refused
from admission.ground.mail import Mail
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.worker import forget_messages
from tests.correspondence.test_inviting import entries, invite
from tests.correspondence.town import Town, of_two_districts

WEHR = "Nachbarinnen am Wehr"
TEXT = "Wir suchen einen Chor für unser Fest."


@pytest.fixture
def town(app) -> Town:
    return of_two_districts()


def mails() -> dict[str, Letter]:
    """Template -> the mail that waits."""
    waiting = select(Mail).where(Mail.state == "queued")
    db.session.rollback()
    return {mail.template: letter(db.session(), mail) for mail in db.session.scalars(waiting)}


def receive(town: Town, name: str = WEHR) -> str:
    """The secret of the confirming link."""
    writing()
    passing_on.receive(db.session(), town.of[name], "Ida Kron", "ida@kron.example", TEXT, "de")
    db.session.commit()
    return mails()["message_confirm"].body.split("/nachricht/")[1].split()[0]


def confirmed(town: Town, name: str = WEHR) -> Message:
    secret = receive(town, name)
    writing()
    row = messages.found(db.session(), secret, locked=True)
    assert messages.confirm(db.session(), row)
    db.session.commit()
    return row


def pass_on(town: Town, row: Message, way: str = "mail") -> None:
    writing()
    held = messages.message(db.session(), row.id, locked=True)
    passing_on.pass_on(db.session(), held, way, by=town.clerk, role="caseworker")
    db.session.commit()


def refused(act) -> list[str]:
    with pytest.raises(Refused) as said:
        act()
    db.session.rollback()
    return [reason.code for reason in said.value.reasons]


def test_nobody_reads_it_before_its_writer_has_confirmed_the_mailbox(town):
    receive(town)
    (row,) = db.session.scalars(select(Message))

    assert messages.listed(db.session()) == []
    with pytest.raises(NotFound):
        messages.message(db.session(), row.id)


def test_the_mail_that_confirms_holds_no_word_of_what_was_written(town):
    receive(town)
    sent = mails()["message_confirm"]

    assert sent.address == "ida@kron.example"
    assert WEHR in sent.body
    assert TEXT not in sent.body
    assert "Ida" not in sent.body


def test_it_is_passed_on_without_giving_the_address_away_and_the_writer_is_told(town):
    row = confirmed(town)
    pass_on(town, row)
    sent = mails()

    assert sent["message_passed"].address == "info@wehr.example"
    assert TEXT in sent["message_passed"].body
    assert sent["message_passed"].headers == {"Reply-To": "ida@kron.example"}
    assert sent["message_decided"].address == "ida@kron.example"
    assert "weitergegeben" in sent["message_decided"].body
    assert "wehr.example" not in sent["message_decided"].body


def test_a_reason_goes_to_the_writer_and_into_no_entry(town):
    row = confirmed(town)
    writing()
    held = messages.message(db.session(), row.id, locked=True)
    passing_on.decline(db.session(), held, "Werbung geben wir nicht weiter.", by=town.clerk, role="caseworker")
    db.session.commit()

    assert "Werbung geben wir nicht weiter." in mails()["message_decided"].body
    (said,) = entries("message.declined")
    assert "Werbung" not in json.dumps(said)
    assert verify(db.session).faults == ()


def test_nothing_is_declined_without_a_reason_and_nothing_is_decided_twice(town):
    row = confirmed(town)

    def decline(reason: str) -> None:
        writing()
        held = messages.message(db.session(), row.id, locked=True)
        passing_on.decline(db.session(), held, reason, by=town.clerk, role="caseworker")

    assert refused(lambda: decline("  ")) == ["message.reason_is_missing"]
    pass_on(town, row)
    assert refused(lambda: decline("Werbung")) == ["message.not_now"]


def test_without_a_mailbox_that_may_be_used_it_goes_another_way(town):
    row = confirmed(town, "Verein Federwolke e. V.")

    assert refused(lambda: pass_on(town, row)) == ["message.not_by_mail"]
    pass_on(town, row, "phone")
    assert messages.message(db.session(), row.id).passed_way == "phone"
    assert "message_passed" not in mails()


def test_whoever_wants_no_invitations_still_gets_what_is_written_to_it(town):
    invite(town)
    recipient = next(
        one.recipient for row in inviting.queries.listed(db.session())
        for one in inviting.queries.lines(db.session(), row.invitation.id) if one.name == WEHR
    )  # fmt: skip
    writing()
    inviting.opt_out(db.session(), recipient, "link", by=None, role="system")
    db.session.commit()
    row = confirmed(town)

    assert passing_on.way_to(db.session(), row).way == "mail"


def test_the_answer_is_recorded_by_its_way_and_day(town):
    row = confirmed(town)
    pass_on(town, row)
    writing()
    held = messages.message(db.session(), row.id, locked=True)
    messages.note_answer(db.session(), held, "phone", clock.today(), by=town.clerk, role="caseworker")
    db.session.commit()

    (said,) = entries("message.answered")
    assert said["data"] == {"way": "phone", "on": clock.today().isoformat()}
    assert messages.message(db.session(), row.id).state == "answered"


def test_what_nobody_confirmed_is_deleted_and_its_link_leads_nowhere(town):
    secret = receive(town)
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert messages.found(db.session(), secret) is None
        forget_messages()
        assert db.session.scalars(select(Message)).all() == []


def test_its_text_is_erased_once_the_editions_months_are_over(town):
    row = confirmed(town)
    pass_on(town, row)
    with time_machine.travel(clock.now() + timedelta(days=90)):
        forget_messages()
        assert messages.message(db.session(), row.id).text == TEXT
    with time_machine.travel(clock.now() + timedelta(days=93)):
        forget_messages()
        kept = messages.message(db.session(), row.id)
        assert (kept.name, kept.address, kept.text, kept.passed_way) == (None, None, None, "mail")
        assert entries("erasure.executed")[-1]["data"] == {"what": "message", "count": 1}


def test_no_entry_names_writer_text_or_organisation(town):
    row = confirmed(town)
    pass_on(town, row)
    bodies = " ".join(db.session.scalars(select(Entry.body)))

    assert [word for word in ("Kron", "kron.example", "Chor", "Wehr") if word in bodies] == []
