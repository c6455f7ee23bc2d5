"""Coming in by a mailed code or link (reliability R8, R9)."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import TooMany
from admission.ground.mail import Mail, values_of
from admission.people import actions, entering, queries, sessions
from admission.people.models import Account, SignIn, SignInAttempt, UserSession
from admission.people.roles import Role
from tests.people.cast import DEVICE, NOON, applicant, asks, entries, link_token, mail_of, member_of_staff


def enters(browser, code):
    writing()
    entered = entering.redeem_code(browser, code, device=DEVICE)
    db.session.commit()
    return entered


def follows(token):
    writing()
    entered = entering.redeem_link(token, device=DEVICE)
    db.session.commit()
    return entered


def test_a_stranger_gets_an_account_only_by_entering_the_code(app):
    browser = asks("neu@wolkenfaden.example", next_path="/antrag")
    assert queries.account_at("neu@wolkenfaden.example") is None

    entered = enters(browser, mail_of(browser)["code"])

    person = queries.person_of_session(entered.token)
    assert (entered.first, entered.next_path) == (True, "/antrag")
    assert (person.id, person.roles, person.name) == (entered.account, {Role.APPLICANT}, None)
    assert entries() == []  # an applicant's account gives no power over others


def test_a_code_may_be_pasted_with_spaces(app):
    browser = asks()
    code = mail_of(browser)["code"]
    assert enters(browser, f" {code[:3]} {code[3:]} ") is not None


def test_the_link_works_in_another_browser_and_once(app):
    token = link_token(mail_of(asks()))

    assert follows(token) is not None
    assert follows(token) is None


def test_code_and_link_are_one_key_not_two(app):
    browser = asks()
    mail = mail_of(browser)
    assert enters(browser, mail["code"]) is not None
    assert follows(link_token(mail)) is None
    assert enters(browser, mail["code"]) is None


def test_coming_in_ends_all_other_mails_of_this_address(app):
    first, second = asks(), asks()
    assert enters(second, mail_of(second)["code"]) is not None
    assert enters(first, mail_of(first)["code"]) is None


def test_a_code_of_another_browser_does_not_fit(app):
    mine, other = asks(), asks("zweite@wolkenfaden.example")
    code = mail_of(mine)["code"]
    if code != mail_of(other)["code"]:
        assert enters(other, code) is None
    assert enters("made up", code) is None


def test_after_five_wrong_codes_the_right_one_is_worthless_but_the_link_too(app):
    browser = asks()
    mail = mail_of(browser)
    wrong = f"{(int(mail['code']) + 1) % 10**6:06}"

    assert [enters(browser, wrong) for _ in range(5)] == [None] * 5
    assert enters(browser, mail["code"]) is None
    assert follows(link_token(mail)) is None


@pytest.mark.parametrize(("later", "good"), [(timedelta(minutes=9, seconds=59), True), (timedelta(minutes=10), False)])
def test_a_code_lives_ten_minutes(app, later, good):
    browser = asks()
    with clock.at(NOON + later):
        assert (enters(browser, mail_of(browser)["code"]) is not None) is good


@pytest.mark.parametrize("shift", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_clock_two_hours_off_prolongs_no_code(app, shift):
    browser = asks()
    with clock.at(NOON + shift):
        assert enters(browser, mail_of(browser)["code"]) is None


def test_the_mail_with_the_code_is_never_sent_after_ten_minutes(app):
    asks()
    assert db.session.scalar(select(Mail.expires_at)) == NOON + timedelta(minutes=10)


def test_every_address_gets_a_mail_and_only_its_text_differs(app):
    applicant("kontakt@kupferdrache.example")
    clerk = member_of_staff("Jorinde Falk")
    gone = applicant("gone@wolkenfaden.example")
    writing()
    actions.deactivate(gone, by=clerk)
    db.session.commit()

    people = ("kontakt@kupferdrache.example", "neu@wolkenfaden.example", "jorinde@musterfeld.example")
    kinds = [mail_of(asks(address))["kind"] for address in (*people, "gone@wolkenfaden.example")]

    assert kinds == ["code", "first", "office", "closed"]
    mails = db.session.scalars(select(Mail).where(Mail.template == "sign_in")).all()
    assert len(mails) == 4
    assert [set(values_of(mail)) - {"kind"} for mail in mails if values_of(mail)["kind"] in ("office", "closed")] == [
        set(),
        set(),
    ]


def test_whoever_has_a_password_never_comes_in_by_code(app):
    """Also if the password came while the mail was on its way."""
    browser = asks("jorinde@musterfeld.example")
    code = mail_of(browser)["code"]
    member_of_staff("Jorinde Falk")

    assert enters(browser, code) is None
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1  # the one opened by joining


def test_the_council_comes_in_by_code(app):
    clerk = member_of_staff("Jorinde Falk", Role.ADMIN)
    writing()
    invited = actions.invite("rat@musterfeld.example", "Aylin Rat", [Role.COUNCIL], by=clerk)
    joined = actions.accept_invitation(invited.token, "Aylin Rat", device=DEVICE)
    db.session.commit()
    assert joined.recovery_codes == ()

    browser = asks("rat@musterfeld.example")
    entered = enters(browser, mail_of(browser)["code"])

    assert queries.person_of_session(entered.token).roles == {Role.COUNCIL}


def test_three_mails_a_quarter_of_an_hour_and_ten_a_day(app):
    for minute in range(3):
        with clock.at(NOON + timedelta(minutes=minute)):
            asks(network=f"198.51.100.{minute}")
    with pytest.raises(TooMany) as refused:
        asks(network="198.51.100.9")
    assert refused.value.retry_after == 15 * 60

    sent = 3
    for quarter in range(1, 10):
        with clock.at(NOON + timedelta(minutes=20 * quarter)):
            for n in range(3):
                try:
                    asks(network=f"203.0.113.{quarter}")
                    sent += 1
                except TooMany:
                    assert n + 3 * quarter >= 10 - 3 + 3
    assert sent == 10
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 10


def test_the_limit_is_the_same_for_known_and_unknown(app):
    applicant()
    waits = []
    for address in ("kontakt@kupferdrache.example", "neu@wolkenfaden.example"):
        for _ in range(3):
            asks(address)
        with pytest.raises(TooMany) as refused:
            asks(address)
        waits.append(refused.value.retry_after)
    assert waits[0] == waits[1]


def test_a_known_device_is_not_locked_out_by_strangers(app):
    account = applicant()
    writing()
    device = sessions.know_device(account)
    db.session.commit()
    for n in range(3):
        asks(network=f"198.51.100.{n}")

    assert mail_of(asks(device=device))["kind"] == "code"
    with pytest.raises(TooMany):
        asks(device="somebody else's")


def test_one_network_may_ask_for_twenty_mails_an_hour(app):
    for n in range(20):
        asks(f"n{n}@wolkenfaden.example")
    with pytest.raises(TooMany):
        asks("n20@wolkenfaden.example")
    writing()
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 40


def at_once(app, deeds):
    """Run these at the same time, each with a connection of its own."""

    def alone(deed):
        with app.app_context():
            writing()
            done = deed()
            db.session.commit()
            return done

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(copy_context().run, alone, deed) for deed in deeds]]


def test_of_two_uses_of_one_code_at_once_one_wins(app):
    browser = asks()
    mail = mail_of(browser)
    db.session.rollback()

    deeds = [lambda: entering.redeem_code(browser, mail["code"], device=DEVICE)] * 2
    deeds += [lambda: entering.redeem_link(link_token(mail), device=DEVICE)] * 2
    done = at_once(app, deeds)

    assert sum(entered is not None for entered in done) == 1
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_two_first_mails_used_at_once_make_one_account(app):
    first, second = asks("neu@wolkenfaden.example"), asks("neu@wolkenfaden.example")
    codes = [mail_of(first)["code"], mail_of(second)["code"]]
    db.session.rollback()

    at_once(
        app,
        [
            lambda: entering.redeem_code(first, codes[0], device=DEVICE),
            lambda: entering.redeem_code(second, codes[1], device=DEVICE),
        ],
    )

    assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_two_nodes_together_hear_no_more_knocks_than_one(app):
    def knocks():
        try:
            entering.ask_for_sign_in("kontakt@kupferdrache.example", network="192.0.2.1", language="de")
            return True
        except TooMany:
            db.session.rollback()
            return False

    assert sum(at_once(app, [knocks] * 8)) == 3


def test_nothing_that_opens_a_door_lies_in_the_database(app):
    browser = asks("neu@wolkenfaden.example")
    mail = mail_of(browser)
    entered = enters(browser, mail["code"])
    rows = [*db.session.execute(select(SignIn.__table__)), *db.session.execute(select(UserSession.__table__))]
    rows += db.session.execute(select(Mail.__table__))
    stored = repr(rows)

    for secret in (browser, mail["code"], link_token(mail), entered.token, "neu@wolkenfaden.example"):
        assert secret not in stored.replace(mail["code"] + "T", "")


def test_old_sign_ins_and_knocks_are_forgotten_after_a_day(app):
    asks()
    with clock.at(NOON + timedelta(days=1, minutes=11)):
        writing()
        entering.forget_expired()
        db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 0
