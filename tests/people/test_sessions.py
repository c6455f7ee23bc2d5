"""Sessions: their ends, their list, and what ends them (reliability R8)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.ids import secret
from admission.people import actions, factors, queries, sessions
from admission.people.models import UserSession
from admission.people.roles import Role
from tests.people.cast import DEVICE, NOON, applicant, code_of, member_of_staff


def opens(account, device=DEVICE) -> str:
    writing()
    token = sessions.open_session(account, device)
    db.session.commit()
    return token


def sees(token):
    """The person opens a page."""
    person = queries.person_of_session(token)
    if person:
        writing()
        sessions.note_seen(person.session)
        db.session.commit()
    return person


def test_a_token_that_somebody_planted_opens_nothing(app):
    applicant()
    assert queries.person_of_session(secret()) is None
    assert queries.person_of_session("") is None


def test_each_sign_in_has_a_token_of_its_own(app):
    account = applicant()
    assert opens(account) != opens(account)
    assert len(queries.open_sessions(account)) == 2


@pytest.mark.parametrize(("make", "minutes"), [(applicant, 120), (member_of_staff, 30)])
def test_a_session_rests_half_an_hour_in_the_office_and_two_hours_elsewhere(app, make, minutes):
    token = opens(make())
    with clock.at(NOON + timedelta(minutes=minutes, seconds=-1)):
        assert queries.person_of_session(token)
    with clock.at(NOON + timedelta(minutes=minutes)):
        assert queries.person_of_session(token) is None


def test_a_session_in_use_goes_on_but_never_beyond_twelve_hours(app):
    token = opens(member_of_staff())
    for minute in range(0, 12 * 60, 29):
        with clock.at(NOON + timedelta(minutes=minute)):
            assert sees(token)
    with clock.at(NOON + timedelta(hours=12)):
        assert sees(token) is None


def test_being_seen_is_written_once_a_minute(app):
    token = opens(applicant())
    session = queries.person_of_session(token).session
    noted = []
    for seconds in (0, 59, 60, 61, 121):
        with clock.at(NOON + timedelta(seconds=seconds)):
            writing()
            noted.append(sessions.note_seen(session))
            db.session.commit()
    assert noted == [False, False, True, False, True]


@pytest.mark.parametrize("shift", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_clock_two_hours_off_ends_a_session(app, shift):
    token = opens(applicant())
    with clock.at(NOON + shift):
        assert queries.person_of_session(token) is None


def test_nobody_ends_the_session_of_another(app):
    mine, other = applicant(), applicant("zweite@wolkenfaden.example")
    token = opens(mine)
    session = queries.person_of_session(token).session
    writing()
    assert not sessions.end_session(session, other)
    assert sessions.end_session(session, mine)
    assert not sessions.end_session(session, mine)
    db.session.commit()
    assert queries.person_of_session(token) is None


def test_a_person_sees_where_she_is_signed_in_and_ends_all_but_this(app):
    account = applicant()
    here, there = opens(account, "Chrome, Android"), opens(account, "Firefox, Windows")
    assert {line.device for line in queries.open_sessions(account)} == {"Chrome, Android", "Firefox, Windows"}
    writing()
    sessions.end_sessions(account, but=queries.person_of_session(here).session)
    db.session.commit()
    assert queries.person_of_session(there) is None
    assert [line.device for line in queries.open_sessions(account)] == ["Chrome, Android"]


def grants(account, admin):
    actions.grant_role(account, Role.SECRETARIAT, by=admin)


def withdraws(account, admin):
    actions.withdraw_role(account, Role.CASEWORKER, by=admin)


def closes(account, admin):
    actions.deactivate(account, by=admin)


def changes_password(account, admin):
    actions.change_password(account, "$argon2id$")


def changes_factor(account, admin):
    fresh = factors.begin_factor(account)
    assert factors.confirm_factor(account, code_of(fresh))


@pytest.mark.parametrize("change", [grants, withdraws, closes, changes_password, changes_factor])
def test_a_change_of_rights_password_or_factor_ends_all_sessions(app, change):
    admin, account = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    tokens = [opens(account), opens(account)]
    writing()
    change(account, admin)
    db.session.commit()

    assert [queries.person_of_session(token) for token in tokens] == [None, None]
    assert queries.open_sessions(account) == []
    ended = select(UserSession.ended_at).where(UserSession.account_id == account)
    assert set(db.session.scalars(ended)) == {NOON}


def test_a_closed_account_is_nobody_even_if_a_session_was_opened_in_the_same_moment(app):
    admin, account = member_of_staff("Anna Amt", Role.ADMIN), member_of_staff("Jorinde Falk")
    writing()
    actions.deactivate(account, by=admin)
    db.session.commit()
    assert queries.person_of_session(opens(account)) is None


def test_a_role_that_ran_out_is_gone_at_the_next_page(app):
    end = NOON + timedelta(minutes=10)
    account = member_of_staff("Ruth Extern", Role.EXTERNAL_REVIEWER, until=end)
    token = opens(account)
    assert queries.person_of_session(token).roles == {Role.EXTERNAL_REVIEWER}
    with clock.at(end):
        assert queries.person_of_session(token).roles == frozenset()
