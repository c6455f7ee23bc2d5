"""The daily reading of the log and the row that pages show."""

from datetime import timedelta

from sqlalchemy import select, text

from admission import worker
from admission.ground import clock
from admission.ground.db import db
from admission.log.checks import LogCheck, check, check_is_due, latest_check
from tests.factories import DAY
from tests.log.tampering import change
from tests.office import Office


def test_a_day_begins_with_a_reading_that_is_due(sqlite_app):
    with clock.at(DAY):
        assert check_is_due(db.session())
        check(db.session())
        assert not check_is_due(db.session())
    with clock.at(DAY + timedelta(days=1)):
        assert check_is_due(db.session())


def test_a_reading_says_how_far_it_went_and_that_all_fits(app):
    Office().receives()

    row = check(db.session())

    assert row.sound
    assert row.size == db.session.scalar(text("SELECT count(*) FROM entry"))
    assert latest_check(db.session()).root == row.root


def test_a_reading_counts_what_does_not_fit_and_says_where(app):
    Office().receives()
    change(app, "UPDATE entry SET type = 'act.claim' WHERE idx = 2")

    row = check(db.session())

    assert not row.sound
    assert (row.faults, row.places) == (1, ["entry 2"])


def test_the_worker_reads_once_a_day(sqlite_app):
    for hours in (0, 1, 24):
        with clock.at(DAY + timedelta(hours=hours)):
            worker.read_log()

    assert len(db.session.scalars(select(LogCheck)).all()) == 2
