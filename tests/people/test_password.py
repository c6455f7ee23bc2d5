"""The office's door: password, second factor, recovery codes (reliability R8, R9)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Refused, TooMany
from admission.people import entering, factors, passwords, queries, sessions
from admission.people.models import Account, RecoveryCode, SignInAttempt
from admission.people.roles import Role
from tests.people.cast import DEVICE, NETWORK, NOON, PASSWORD, app_code, member_of_staff
from tests.people.test_mailed_code import at_once

JORINDE = "jorinde@musterfeld.example"
LATER = timedelta(minutes=1)


def knocks(address=JORINDE, **more):
    writing()
    knock = entering.knock(address, **({"network": NETWORK} | more))
    db.session.commit()
    return knock


def first_step(account) -> str:
    knock = knocks()
    writing()
    browser = entering.password_was_right(account, knock, next_path="/buero")
    db.session.commit()
    return browser


def second_step(browser, code):
    writing()
    entered = entering.second_step(browser, code, device=DEVICE)
    db.session.commit()
    return entered


def test_password_and_app_code_lead_in(app):
    account = member_of_staff("Jorinde Falk", Role.CASEWORKER, Role.ADMIN)
    found = queries.credential(JORINDE)
    db.session.rollback()
    assert passwords.fits(PASSWORD, found.password_hash)

    with clock.at(NOON + LATER):
        entered = second_step(first_step(account), app_code(account))
        person = queries.person_of_session(entered.token)

    assert entered.next_path == "/buero"
    assert (person.id, person.name, person.roles) == (account, "Jorinde Falk", {Role.CASEWORKER, Role.ADMIN})


def test_an_unknown_address_is_compared_too_and_fits_nothing(app):
    assert queries.credential("nobody@musterfeld.example") == queries.Credential(None, None)
    db.session.rollback()
    assert not passwords.fits(PASSWORD, None)


def test_a_password_is_never_hashed_under_a_lock(app):
    writing()
    with pytest.raises(passwords.UnderALock):
        passwords.hashed(PASSWORD)
    with pytest.raises(passwords.UnderALock):
        passwords.fits(PASSWORD, None)


def test_the_tenth_knock_is_the_last_for_five_minutes(app):
    for n in range(10):
        knocks(network=f"198.51.100.{n}")
    with pytest.raises(TooMany) as refused:
        knocks(network="198.51.100.77")
    assert refused.value.retry_after == 300
    with clock.at(NOON + timedelta(minutes=5)):
        knocks()


def test_an_unknown_address_has_the_same_limit(app):
    for n in range(10):
        knocks("nobody@musterfeld.example", network=f"198.51.100.{n}")
    with pytest.raises(TooMany):
        knocks("nobody@musterfeld.example", network="198.51.100.77")


def test_one_network_knocks_ten_times_whatever_the_names(app):
    for n in range(10):
        knocks(f"n{n}@musterfeld.example")
    with pytest.raises(TooMany):
        knocks("n10@musterfeld.example")


def test_a_right_password_gives_its_knock_back(app):
    account = member_of_staff("Jorinde Falk")
    for _ in range(12):
        first_step(account)
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_strangers_do_not_lock_out_a_known_device(app):
    account = member_of_staff("Jorinde Falk")
    writing()
    device = sessions.know_device(account)
    db.session.commit()
    for n in range(10):
        knocks(network=f"198.51.100.{n}")

    assert knocks(device=device)


def test_an_app_code_counts_once(app):
    account = member_of_staff("Jorinde Falk")
    with clock.at(NOON + LATER):
        code = app_code(account)
        assert second_step(first_step(account), code) is not None
        assert second_step(first_step(account), code) is None
        earlier = app_code(account, -timedelta(seconds=30))
        assert second_step(first_step(account), earlier) is None


def test_the_code_of_joining_does_not_lead_in_again(app):
    account = member_of_staff("Jorinde Falk")
    assert second_step(first_step(account), app_code(account)) is None


@pytest.mark.parametrize(("drift", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_off(app, drift, fits):
    account = member_of_staff("Jorinde Falk")
    with clock.at(NOON + timedelta(minutes=5)):
        code = app_code(account, timedelta(seconds=drift))
        assert (second_step(first_step(account), code) is not None) is fits


def test_of_two_uses_of_one_app_code_at_once_one_wins(app):
    account = member_of_staff("Jorinde Falk")
    with clock.at(NOON + LATER):
        browsers, code = [first_step(account), first_step(account)], app_code(account)
        db.session.rollback()
        deeds = [lambda b=browser: entering.second_step(b, code, device=DEVICE) for browser in browsers]
        assert sum(entered is not None for entered in at_once(app, deeds)) == 1


def test_a_recovery_code_counts_once_also_at_once(app):
    account = member_of_staff("Jorinde Falk")
    writing()
    code = factors.new_recovery_codes(account)[3].lower()
    db.session.commit()
    browsers = [first_step(account), first_step(account)]
    deeds = [lambda b=browser: entering.second_step(b, code, device=DEVICE) for browser in browsers]
    assert sum(entered is not None for entered in at_once(app, deeds)) == 1
    assert second_step(first_step(account), code) is None


def test_five_wrong_codes_end_the_second_step(app):
    account = member_of_staff("Jorinde Falk")
    browser = first_step(account)
    assert [second_step(browser, "000000") for _ in range(5)] == [None] * 5
    with clock.at(NOON + timedelta(minutes=6)):
        assert second_step(browser, app_code(account)) is None


def test_five_wrong_codes_in_five_minutes_whatever_the_browser(app):
    account = member_of_staff("Jorinde Falk")
    for _ in range(5):
        second_step(first_step(account), "ABCDE-FGHJK")
    browser = first_step(account)
    with pytest.raises(TooMany):
        entering.second_step(browser, "000000", device=DEVICE)


def test_a_first_step_lives_ten_minutes_and_not_longer_by_a_clock_set_back(app):
    account = member_of_staff("Jorinde Falk")
    browser = first_step(account)
    for shift in (timedelta(minutes=10), timedelta(hours=-2)):
        with clock.at(NOON + shift):
            assert second_step(browser, app_code(account)) is None


def test_without_a_factor_a_password_leads_nowhere(app):
    account = member_of_staff("Jorinde Falk")
    writing()
    db.session.get_one(Account, account).factor = None
    db.session.flush()
    with pytest.raises(Refused):
        entering.password_was_right(account, [])


def test_proving_oneself_again_gives_the_session_a_new_token(app):
    account = member_of_staff("Jorinde Falk")
    with clock.at(NOON + timedelta(minutes=1)):
        entered = second_step(first_step(account), app_code(account))
    with clock.at(NOON + timedelta(minutes=20)):
        person = queries.person_of_session(entered.token)
        assert not person.recently_proven
        writing()
        assert entering.prove_again(account, person.session, "000000", []) is None
        fresh = entering.prove_again(account, person.session, app_code(account), [])
        db.session.commit()
        assert queries.person_of_session(entered.token) is None
        assert queries.person_of_session(fresh).recently_proven


def test_recovery_codes_lie_there_as_digests(app):
    account = member_of_staff("Jorinde Falk")
    writing()
    codes = factors.new_recovery_codes(account)
    db.session.commit()
    stored = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(set(codes)) == len(stored) == 10
    assert not {code.replace("-", "") for code in codes} & set(stored)


def test_a_password_fits_in_whatever_form_a_keyboard_sends_it(app):
    composed, decomposed = "m\u00fcde M\u00e4use ruhen aus", "mu\u0308de Ma\u0308use ruhen aus"
    assert passwords.fits(decomposed, passwords.hashed(composed))


def test_who_lost_the_app_asks_after_the_password_and_another_confirms(app):
    account, colleague = member_of_staff("Jorinde Falk"), member_of_staff("Anna Amt", Role.ADMIN)
    browser = first_step(account)
    writing()
    assert entering.report_lost_factor(browser)
    assert not entering.report_lost_factor(browser)
    db.session.commit()
    (reset,) = queries.open_resets()
    assert (reset.account, reset.asked_by) == (account, account)
    writing()
    assert factors.confirm_reset(reset.id, by=colleague)
    db.session.commit()
