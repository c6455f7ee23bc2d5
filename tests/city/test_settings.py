"""What holds on a day, and in which order changes count."""

from datetime import timedelta

from sqlalchemy import select

from admission.city.actions import change
from admission.city.models import Setting
from admission.city.queries import history, settings
from admission.ground import clock
from admission.ground.db import db, writing
from tests.casework.test_rivals import together


def changes(value, **more):
    writing()
    changed = change("phone", value, by=None, **more)
    db.session.commit()
    return changed


def test_of_two_changes_at_the_same_instant_the_later_one_counts(app):
    with clock.at(clock.now()):
        for number in range(20):
            changes(f"0221 4710-{number:03}")

            assert settings(clock.today()).phone == f"0221 4710-{number:03}"
    assert [row.value for row in history("phone")] == [f"0221 4710-{number:03}" for number in reversed(range(20))]


def test_a_clock_that_was_set_back_changes_no_order(app):
    today = clock.today()
    changes("first", valid_from=today)
    with clock.at(clock.now() - timedelta(hours=1)):
        changes("second", valid_from=today)

    assert settings(today).phone == "second"


def test_two_people_change_a_setting_at_once_and_the_log_says_who_was_last(app):
    together(app, 8, lambda at: changes(f"0221 4710-{at}"))

    rows = db.session.scalars(select(Setting).order_by(Setting.entry)).all()
    assert len({row.entry for row in rows}) == len(rows) == 8
    assert settings(clock.today()).phone == rows[-1].value


def test_what_holds_already_is_no_change(app):
    assert changes("0221 4710-145") is True
    assert changes("0221 4710-145") is False
