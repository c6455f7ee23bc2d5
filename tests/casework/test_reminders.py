"""Before a period of the organisation ends it is told once, as many days before as the edition says."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from admission import worker
from admission.cases.actions import extend
from admission.casework.move import Record
from admission.casework.outbox import letter, spread
from admission.casework.overdue import warn
from admission.completeness import actions as completeness
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from tests.casework.way import Way


def on(year: int, month: int, day: int):
    return clock.at(datetime(year, month, day, 9, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def tuesday():
    """24 November 2026."""
    with on(2026, 11, 24):
        yield


def told(way: Way) -> list[str]:
    """The reminders written for this case, oldest first."""
    db.session.rollback()
    rows = db.session.scalars(select(Mail).where(Mail.case_id == way.id, Mail.template.like("%_ending")))
    return [row.template for row in sorted(rows, key=lambda row: row.queued_at)]


def in_supplement() -> Way:
    """Asked on 24 November; the period ends 28 days later, on 22 December."""
    way = Way().in_supplement()
    assert way.deadlines["supplement"] == [("running", date(2026, 12, 22))]
    return way


def in_hearing() -> Way:
    """The letter counts as given on 25 November; the organisation has until 9 December."""
    way = Way().in_hearing()
    way.act("deliver_hearing", "selin", Record(begins_on=date(2026, 11, 25)))
    assert way.deadlines["hearing"] == [("running", date(2026, 12, 9))]
    return way


def test_seven_days_before_its_end_a_supplement_is_remembered_once(app):
    way = in_supplement()
    with on(2026, 12, 14):
        assert warn(db.session) == 0
    with on(2026, 12, 15):
        assert warn(db.session) == 1
        assert warn(db.session) == 0
    with on(2026, 12, 22):
        assert warn(db.session) == 0
    assert told(way) == ["supplement_ending"]


def test_five_days_before_its_end_a_hearing_is_remembered_once(app):
    way = in_hearing()
    with on(2026, 12, 3):
        assert warn(db.session) == 0
    with on(2026, 12, 4):
        worker.pass_deadlines()
        worker.pass_deadlines()
    assert told(way) == ["hearing_ending"]


def test_whoever_has_answered_is_not_reminded(app):
    way = in_hearing()
    way.states(on=date(2026, 11, 26))
    with on(2026, 12, 4):
        assert warn(db.session) == 0
    other = Way(way.book, organisation_name="Sprachbrücke Kiesel").in_supplement()
    other.locked()
    completeness.answer(db.session, other.id, {"K04": "Kommt."})
    db.session.commit()
    other.step("answer_supplement", "selin")
    with on(2026, 12, 16):
        assert warn(db.session) == 0
    assert told(way) == told(other) == []


def test_a_period_that_was_extended_is_told_of_before_its_new_end_too(app):
    way = in_hearing()
    with on(2026, 12, 4):
        warn(db.session)
        _before, after = extend(db.session, way.book, way.locked(), "hearing")
        db.session.commit()
        assert after == date(2026, 12, 23)
        assert warn(db.session) == 0
    with on(2026, 12, 18):
        assert warn(db.session) == 1
        assert warn(db.session) == 0
    assert told(way) == ["hearing_ending", "hearing_ending"]


def test_nothing_is_told_of_a_period_that_is_over(app):
    way = in_supplement()
    with on(2026, 12, 23):
        assert warn(db.session) == 0
    assert told(way) == []


def test_two_workers_write_the_same_mail_with_the_same_message_id(app):
    way = in_supplement()
    with on(2026, 12, 15):
        warn(db.session)
        (row,) = db.session.scalars(select(Mail).where(Mail.template == "supplement_ending"))
        ((_state, due_on),) = way.deadlines["supplement"]
        assert row.key.endswith(f"/{due_on}/warn")
        writing()
        spread(db.session, db.session.get_one(Mail, row.id))
        db.session.commit()
        (mail,) = db.session.scalars(select(Mail).where(Mail.key == f"{row.key}/{way.people['selin']}"))
        ready = letter(db.session, mail)
    assert ready is not None
    number = way.case.number
    assert ready.subject == f"{number}: Bis 22. Dezember 2026 können Sie für {way.case.title} nachreichen"
    assert f"/antrag/{number}/nachforderung" in ready.body
    assert "4 Wochen mehr" in ready.body
