"""The worker, with a real mail server on loopback."""

import socket
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from flask_mail import Mail as Postman
from sqlalchemy import select

from admission import worker
from admission.cases.models import Answer, Case, Deadline
from admission.casework import overdue
from admission.city.actions import change, load_preset
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail, queue
from admission.log.checkpoint import latest
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.people.models import SignInAttempt
from tests import factories
from tests.confirmation.asking import Round_
from tests.office import Office


class Box:
    """Takes mails, or refuses them with the answer it was given."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        """What aiosmtpd calls."""
        if self.answer.startswith("250"):
            self.messages.append(envelope.content)
        return self.answer


@pytest.fixture
def box(app):
    """A mail server that the application's worker sends to."""
    found = Box()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    app.config.update(
        MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_DEFAULT_SENDER="mso@musterfeld.example", MAIL_SUPPRESS_SEND=False
    )
    Postman(app)
    yield found
    controller.stop()


@pytest.fixture
def office(app):
    """An office in Musterfeld."""
    writing()
    load_preset(factories.EDITIONS.parent / "presets" / "musterfeld" / "city.toml")
    change("origin", "demo.musterfeld.example/log1", by=None)
    db.session.commit()
    return Office()


def morning(case_id: UUID, kind: str, after: int) -> AbstractContextManager[None]:
    """The worker's hour so many days after the last day of the case's running period; it stands in the period's row."""
    db.session.rollback()
    running = select(Deadline.due_on).where(
        Deadline.case_id == case_id, Deadline.kind == kind, Deadline.state == "running"
    )
    day = db.session.scalars(running).one() + timedelta(days=after)
    db.session.rollback()
    return clock.at(datetime.combine(day, time(6), tzinfo=clock.BERLIN))


def test_the_applicant_reads_that_the_application_arrived(office, box):
    office.receives()

    worker.send_mails()

    texts = [message.decode() for message in box.messages]
    assert len(texts) == 2
    assert all("Auto-Submitted: auto-generated" in text and "Message-ID:" in text for text in texts)
    assert db.session.scalars(select(Mail.state).where(Mail.recipient.is_not(None))).all() == ["sent", "sent"]
    assert db.session.scalars(select(Mail.values).where(Mail.state == "sent")).all() == [None, None]


def test_what_the_relay_refuses_for_a_while_is_tried_again_under_the_same_id(office, box):
    office.receives()
    box.answer = "451 greylisted"
    worker.send_mails()
    waiting = db.session.scalars(select(Mail).where(Mail.recipient.is_not(None))).all()
    ids = {row.message_id for row in waiting}
    assert {(row.state, row.attempts) for row in waiting} == {("queued", 1)}
    assert all("greylisted" in row.error for row in waiting)
    db.session.rollback()
    box.answer = "250 OK"
    with clock.at(clock.now() + timedelta(minutes=2)):
        worker.send_mails()

    assert {message_id for message_id in ids if any(message_id.encode() in m for m in box.messages)} == ids


def test_a_mail_that_cannot_be_addressed_or_written_keeps_no_other_waiting(office, box):
    writing()
    for key, address in (("first", "тест@example.org"), ("second", "a@faß.example"), ("third", "b@example.org")):
        values = {"kind": "office"}
        queue(db.session, "sign_in" if key != "third" else "unknown", key=key, address=address, values=values)
    queue(db.session, "sign_in", key="fourth", address="c@example.org", values={"kind": "office"})
    db.session.commit()

    worker.send_mails()

    assert sorted(message.decode().partition("To: ")[2].split()[0] for message in box.messages) == [
        "a@xn--fa-hia.example", "c@example.org",
    ]  # fmt: skip
    rows = db.session.execute(select(Mail.key, Mail.state, Mail.attempts, Mail.error).order_by(Mail.key)).all()
    assert [tuple(row) for row in rows] == [
        ("first", "queued", 1, "0 ValueError"), ("fourth", "sent", 0, None), ("second", "sent", 0, None),
        ("third", "queued", 1, "0 mail/unknown.de.txt"),
    ]  # fmt: skip
    db.session.rollback()
    with clock.at(clock.now() + timedelta(days=1, hours=2)):
        worker.send_mails()
    assert db.session.scalars(select(Mail.key).where(Mail.state == "failed").order_by(Mail.key)).all() == [
        "first", "third",
    ]  # fmt: skip


def test_what_the_relay_refuses_for_good_fails_with_its_words(office, box):
    office.receives()
    box.answer = "550 no such mailbox"

    worker.send_mails()

    row = db.session.scalars(select(Mail).where(Mail.recipient.is_not(None))).first()
    assert (row.state, row.error) == ("failed", "550 no such mailbox")


def test_a_checkpoint_follows_each_submission_and_the_log_verifies(office):
    office.receives()

    worker.sign()

    assert latest(db.session()).size == verify(db.session()).size
    assert verify(db.session()).faults == ()


def test_a_deadline_of_the_office_that_passes_escalates_once_and_harms_nobody(office):
    case_id = office.receives()
    types = select(Entry.type).where(Entry.case_id == case_id)
    with morning(case_id, "completeness", 0):
        worker.pass_deadlines()
        assert "deadline.passed" not in db.session.scalars(types).all()
    with morning(case_id, "completeness", 1):
        worker.pass_deadlines()
        worker.pass_deadlines()

    assert db.session.scalars(types).all().count("deadline.passed") == 1
    assert db.session.get_one(Case, case_id).state == "completeness"
    assert db.session.scalars(select(Mail.template).where(Mail.template == "escalated")).all() == ["escalated"]


def test_a_supplement_that_nobody_answers_is_reminded_then_rests(office):
    case_id = office.receives()
    office.finds_missing(case_id, K04="Bitte reichen Sie die Regeln nach.")
    types = select(Entry.type).where(Entry.case_id == case_id).order_by(Entry.idx)
    for kind, step in (("supplement", "step.remind"), ("grace", "step.rest")):
        with morning(case_id, kind, 0):
            worker.pass_deadlines()
            assert step not in db.session.scalars(types).all()
        with morning(case_id, kind, 1):
            worker.pass_deadlines()

    assert db.session.scalars(types).all()[-2:] == ["step.remind", "step.rest"]
    kinds = db.session.scalars(select(Deadline.kind).where(Deadline.case_id == case_id, Deadline.state == "running"))
    assert set(kinds) == {"resting"}
    assert verify(db.session()).faults == ()


def test_an_untouched_draft_is_closed_after_a_warning_and_its_answers_are_gone(office):
    case_id = factories.draft(office.book, office.applicant)
    mails = select(Mail.template)
    with morning(case_id, "draft", -31):
        worker.pass_deadlines()
    assert db.session.scalars(mails).all() == []
    with morning(case_id, "draft", -30):
        worker.pass_deadlines()
    assert db.session.scalars(mails).all() == ["draft_closing"]
    with morning(case_id, "draft", 1):
        assert overdue.overdue(db.session())
        worker.pass_deadlines()

    db.session.expire_all()
    assert db.session.get_one(Case, case_id).state == "closed"
    assert db.session.scalars(select(Answer).where(Answer.case_id == case_id)).all() == []


def test_old_knocks_at_the_doors_are_forgotten_once_a_day(office):
    writing()
    db.session.add(SignInAttempt(bucket="x" * 64, at=clock.now() - timedelta(days=3)))
    db.session.commit()

    worker.forget()
    assert db.session.scalars(select(SignInAttempt)).all() == []
    db.session.rollback()

    writing()
    db.session.add(SignInAttempt(bucket="y" * 64, at=clock.now() - timedelta(days=3)))
    db.session.commit()
    worker.forget()
    assert len(db.session.scalars(select(SignInAttempt)).all()) == 1, "today's turn is over"


def test_whoever_is_asked_to_confirm_gets_one_mail_however_often_the_worker_looks(app, box):
    round_ = Round_()
    asked = round_.knows("Lichthof", ("mail", "kontakt@lichthof.example", None, "public"))
    round_.tries(asked)

    for _ in range(2):
        worker.confirmations()
        worker.send_mails()

    (message,) = box.messages
    assert b"kontakt@lichthof.example" in message
    assert round_.asked(asked).times == 1
