"""What holds at the doors, without a database."""

from datetime import timedelta

import pytest

from admission.people import rules
from admission.people.passwords import HASHER, NOBODY, common
from admission.people.roles import Role
from tests.people.cast import NOON

OWN = ("Jorinde Falk", "jorinde@musterfeld.example")


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("korrekte Pferde stapeln Batterien", []),
        ("a" * 11, ["short", "common"]),
        ("zwölf Zeiche", []),
        ("elf Zeichen", ["short"]),
        ("x7 " * 67, ["long", "common"]),
        ("😀 lauter bunte Bilder 😀", []),
        ("123456789012345", ["common"]),
        ("Passwort2026", ["common"]),
        ("Sommer20262026!", ["common"]),
        ("P@ssw0rt123456", ["common"]),
        ("abcabcabcabcabc", ["common"]),
        ("jorinde geht nach Hause", ["own"]),
        ("im musterfeld blüht Raps", ["own"]),
    ],
)
def test_a_password_is_long_and_not_what_is_tried_first(password, faults):
    assert rules.password_faults(password, OWN, common()) == faults


def test_sixty_four_characters_are_welcome():
    assert rules.password_faults("vier Wörter sind genug, aber vierundsechzig Zeichen gehen auch.!", (), common()) == []


def test_the_list_of_common_passwords_is_long_and_lower_case():
    assert len(common()) >= 3000
    assert all(password == password.casefold() for password in common())


def test_the_same_password_comes_from_every_keyboard():
    composed, decomposed = "m\u00fcde M\u00e4use", "mu\u0308de Ma\u0308use"
    assert rules.password(composed) == rules.password(decomposed)


def test_an_unknown_account_costs_the_same_work_as_a_known_one():
    assert not HASHER.check_needs_rehash(NOBODY)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Kontakt@Kupferdrache.Example ", "kontakt@kupferdrache.example"),
        ("a@müller.example", "a@müller.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed, kept):
    assert rules.address(typed) == kept


def test_a_code_goes_to_the_domain_that_was_meant_and_not_to_one_that_is_spelt_like_it():
    assert rules.on_the_wire("a@faß.example") == "a@xn--fa-hia.example"
    assert rules.on_the_wire("a@müller.example") == "a@xn--mller-kva.example"
    assert rules.on_the_wire("a@fass.example") == "a@fass.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a@b.example\r\nBcc: x@y.example",
        "a\x00@b.example",
        "a@b.example, c@d.example",
        "x" * 300 + "@b.example",
        "тест@b.example",
        "ü@b.example",
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="not a mail address"):
        rules.address(text)


def test_the_eleventh_knock_waits_until_the_first_is_five_minutes_old():
    knocks = [NOON + timedelta(seconds=10 * n) for n in range(10)]
    later = NOON + timedelta(seconds=100)

    assert rules.retry_after(knocks[:9], rules.LIMITS["password"], later) == 0
    assert rules.retry_after(knocks, rules.LIMITS["password"], later) == 200
    assert rules.retry_after(knocks, rules.LIMITS["password"], NOON + timedelta(minutes=5)) == 0


@pytest.mark.parametrize("shift", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_clock_two_hours_off_prolongs_no_session(shift):
    seen = {"seen_at": NOON, "idle_minutes": 30, "ends_at": NOON + timedelta(hours=12)}

    assert rules.session_alive(**seen, now=NOON + timedelta(minutes=29, seconds=59))
    assert not rules.session_alive(**seen, now=NOON + timedelta(minutes=30))
    assert not rules.session_alive(**seen, now=NOON + shift)


def test_nobody_with_a_password_comes_in_by_mail():
    assert rules.way_in([Role.APPLICANT], has_password=False, deactivated=False) == "code"
    assert rules.way_in([Role.COUNCIL], has_password=False, deactivated=False) == "code"
    assert rules.way_in([Role.COUNCIL, Role.SECRETARIAT], has_password=False, deactivated=False) == "office"
    assert rules.way_in([], has_password=True, deactivated=False) == "office"
    assert rules.way_in([Role.APPLICANT], has_password=False, deactivated=True) == "closed"


def test_an_external_reviewer_is_lent_and_an_admin_is_not():
    tomorrow = NOON + timedelta(days=1)
    assert rules.grant_fault(Role.EXTERNAL_REVIEWER, None, NOON) == "grant.needs_end"
    assert rules.grant_fault(Role.EXTERNAL_REVIEWER, tomorrow, NOON) is None
    assert rules.grant_fault(Role.ADMIN, tomorrow, NOON) == "grant.has_no_end"
    assert rules.grant_fault(Role.SECRETARIAT, NOON, NOON) == "grant.is_over"
    assert rules.grant_fault(Role.APPLICANT, None, NOON) == "grant.not_given"


def test_a_device_is_named_in_two_words():
    phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile"
    assert rules.device_words(phone) == "Chrome, Android"
    assert rules.device_words("curl/8") == "Browser"
