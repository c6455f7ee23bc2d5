"""How an organisation can be asked, when it is asked again, and codes that survive being typed on a phone."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.confirmation import rules
from admission.confirmation.rules import ALPHABET, Reach, Speaker, Way

CONFIRMATION = {
    "every_months": 12, "reference_day": "09-30", "remind_after_weeks": [0, 4, 8], "call_after_weeks": 12,
}  # fmt: skip


def way(kind="mail", **other):
    given = {
        "id": uuid4(), "kind": kind, "may_be_written_to": True, "is_personal": True, "objected": False,
        "blanked": False, "confirmed_on": None,
    }  # fmt: skip
    return Way(**given | other)


def test_mail_comes_first_then_a_letter_then_the_phone():
    mail, post, phone = way("mail"), way("post", is_personal=False), way("phone")

    assert rules.reach([phone, post, mail], ()) == Reach("mail", contact=mail.id)
    assert rules.reach([phone, post], ()) == Reach("letter", contact=post.id)
    assert rules.reach([phone], ()) == Reach("phone", contact=phone.id)


def test_the_contact_that_was_confirmed_last_is_asked():
    old, new, never = way(confirmed_on=date(2024, 10, 1)), way(confirmed_on=date(2025, 10, 1)), way()

    assert rules.reach([never, old, new], ()).contact == new.id


def test_whoever_has_an_account_is_asked_there_where_no_other_address_may_be_used():
    speaker = Speaker(uuid4(), "en")

    assert rules.reach([way(may_be_written_to=False)], [speaker]) == Reach(
        "mail", account=speaker.account, language="en"
    )


def test_nobody_is_written_to_without_a_basis_but_a_letter_to_the_organisation_itself():
    person = way("post", may_be_written_to=False)
    house = way("post", may_be_written_to=False, is_personal=False)

    assert rules.reach([person], ()).way == "none"
    assert rules.reach([house], ()) == Reach("letter", contact=house.id)


@pytest.mark.parametrize(
    ("ways", "why"),
    [
        ([], "no_contact"),
        ([way("person")], "no_contact"),
        ([way(may_be_written_to=False)], "no_basis"),
        ([way(blanked=True, may_be_written_to=False)], "blanked"),
        ([way(blanked=True, objected=True, may_be_written_to=False)], "objected"),
    ],
)
def test_who_cannot_be_asked_has_a_reason(ways, why):
    assert rules.reach(ways, ()) == Reach("none", why_not=why)


def test_a_round_is_that_of_the_last_reference_day_or_of_one_that_comes_within_four_weeks():
    days = [date(2026, 11, 24), date(2026, 9, 30), date(2026, 9, 2), date(2026, 9, 1), date(2027, 4, 1)]

    assert [rules.reference_day(CONFIRMATION, day).year for day in days] == [2026, 2026, 2026, 2025, 2026]


def test_it_is_asked_at_once_after_four_and_after_eight_weeks_and_called_after_twelve():
    begun = date(2026, 9, 30)

    assert [rules.next_on(CONFIRMATION, begun, times) for times in range(4)] == [
        begun, date(2026, 10, 28), date(2026, 11, 25), None,
    ]  # fmt: skip
    called = [
        rules.is_called(CONFIRMATION, "mail", begun, day, failed=False)
        for day in (date(2026, 12, 22), date(2026, 12, 23))
    ]
    assert called == [False, True]


def test_whom_no_mail_reaches_is_called_at_once():
    begun = date(2026, 9, 30)

    assert rules.is_called(CONFIRMATION, "phone", begun, begun, failed=False)
    assert rules.is_called(CONFIRMATION, "mail", begun, begun, failed=True)


def test_a_trial_is_back_when_all_have_answered_or_one_has_within_a_week():
    begun, week = date(2026, 11, 24), date(2026, 12, 1)

    assert rules.trial_is_back([True, True, True], begun, begun)
    assert not rules.trial_is_back([True, True, False], begun, date(2026, 11, 30))
    assert rules.trial_is_back([True, False, False], begun, week)
    assert not rules.trial_is_back([False, False, False], begun, date(2027, 1, 1))


def test_unconfirmed_is_counted_from_the_day_on_which_the_year_was_over():
    known = date(2020, 5, 1)

    assert rules.unconfirmed_since(CONFIRMATION, date(2025, 11, 24), known, date(2026, 11, 23)) is None
    assert rules.unconfirmed_since(CONFIRMATION, date(2025, 11, 24), known, date(2026, 11, 24)) == date(2026, 11, 24)
    assert rules.unconfirmed_since(CONFIRMATION, None, known, date(2026, 11, 24)) == known


numbers = st.integers(min_value=0, max_value=23**11 - 1)


@given(numbers)
def test_a_code_is_read_again_however_it_is_typed(number):
    code = rules.code_of(number)

    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert rules.code_from(code) == code
    assert rules.code_from(f"  {rules.grouped(code).lower()} ") == code


@given(numbers, st.integers(0, 11), st.integers(1, 22))
def test_one_wrong_character_is_always_noticed(number, place, by):
    code = rules.code_of(number)
    other = ALPHABET[(ALPHABET.index(code[place]) + by) % 23]

    assert rules.code_from(code[:place] + other + code[place + 1 :]) is None


@given(numbers, st.integers(0, 10))
def test_two_characters_that_changed_places_are_always_noticed(number, place):
    code = rules.code_of(number)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert rules.code_from(swapped) == (code if swapped == code else None)


@pytest.mark.parametrize("typed", ["", "K4WT", "0" * 12, "🙂" * 12, "K4WT-9HPX-CEAM-K4WT"])
def test_what_cannot_be_a_code_is_none(typed):
    assert rules.code_from(typed) is None
