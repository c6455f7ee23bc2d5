"""Nobody at the desk is left waiting without knowing: the worker is silent, mail does not leave, mail came back."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from admission.ground import clock, mail
from admission.ground.db import db, writing
from admission.ground.jobs import beat
from admission.ground.mail import Mail
from tests.web.browser import page

TROUBLE = "Etwas verlässt das Haus nicht"


@pytest.fixture
def alive(desk):
    """The worker has just given a sign of life, and every mail so far has left."""
    writing()
    beat(db.session())
    db.session.execute(update(Mail).values(state="sent"))
    db.session.commit()
    return desk


def queued(desk, **changes):
    """One mail to somebody of the office, waiting or worse."""
    writing()
    mail.queue(
        db.session(), "sign_in", key="sign_in:probe", to=desk.office.head, language="de", values={"kind": "code"},
        expires_at=clock.now() + timedelta(days=30),
    )  # fmt: skip
    db.session.execute(update(Mail).where(Mail.key == "sign_in:probe").values(**changes))
    db.session.commit()


def later(minutes: int):
    return clock.at(clock.now() + timedelta(minutes=minutes))


def test_as_long_as_all_is_well_nothing_is_said(alive):
    queued(alive, attempts=0)
    assert TROUBLE not in page(alive.clerk.opens())


def test_a_worker_that_is_silent_for_five_minutes_is_named_with_its_last_sign(alive):
    with later(4):
        assert TROUBLE not in page(alive.clerk.opens())
    with later(6):
        shown = page(alive.clerk.opens())
    assert TROUBLE in shown
    assert "Der Hintergrunddienst schweigt seit" in shown


def test_a_worker_that_never_ran_is_named(desk):
    assert "Der Hintergrunddienst lief noch nie." in page(desk.clerk.opens())


@pytest.mark.parametrize("attempts", [0, 4], ids=["waiting", "tried again later"])
def test_a_mail_that_does_not_leave_for_a_quarter_of_an_hour_is_named(alive, attempts):
    queued(alive, attempts=attempts, run_at=clock.now() + timedelta(hours=3) if attempts else clock.now())
    with later(16):
        writing()
        beat(db.session())
        db.session.commit()
        assert "1 E-Mail wartet seit mehr als 15 Minuten." in page(alive.clerk.opens())


def test_a_mail_for_tomorrow_is_not_stuck(alive):
    queued(alive, run_at=clock.now() + timedelta(days=1))
    with later(16):
        writing()
        beat(db.session())
        db.session.commit()
        assert TROUBLE not in page(alive.clerk.opens())


def test_what_the_relay_refused_is_listed_with_its_words_for_two_weeks(alive):
    queued(alive, state="failed", error="550 5.1.1 <tarik@example.org>: no such user")
    shown = alive.clerk.opens()
    assert "1 E-Mail konnte nicht zugestellt werden." in page(shown)
    assert 'href="/buero/post#mails"' in shown.get_data(as_text=True)
    listed = page(alive.clerk.opens("/post"))
    assert "Tarik Sommerfeld Anmeldung" in listed
    assert "550 5.1.1 <tarik@example.org>: no such user" in listed
    with later(15 * 24 * 60):
        assert "E-Mails, die nicht ankamen" not in page(alive.clerk.opens("/post"))
