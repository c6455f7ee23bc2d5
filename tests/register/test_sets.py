"""Which sets an organisation belongs to, from the first source to the end."""

from datetime import date

import pytest

from admission.register.sets import Happened, Span, rules_of, sets_on, spans
from admission.rulebook.edition import Rulebook
from tests.factories import edition_bytes

RULES = rules_of(Rulebook(edition_bytes()).register)


def known(day: date) -> Happened:
    return Happened(day, "known", "list")


def confirmed(day: date) -> Happened:
    return Happened(day, "confirmed", "link")


def test_an_organisation_is_known_from_the_day_of_its_source():
    assert spans([known(date(2026, 3, 5))], RULES) == [Span(date(2026, 3, 5), None, ("known",))]


def test_a_confirmation_holds_until_the_same_day_of_the_next_year():
    told = [known(date(2025, 9, 1)), confirmed(date(2025, 9, 30))]

    assert spans(told, RULES) == [
        Span(date(2025, 9, 1), date(2025, 9, 30), ("known",)),
        Span(date(2025, 9, 30), date(2026, 9, 30), ("known", "verified_active", "reachable")),
        Span(date(2026, 9, 30), None, ("known",)),
    ]


def test_a_visit_shows_activity_but_confirms_no_contact():
    told = [known(date(2026, 1, 1)), Happened(date(2026, 5, 2), "contact", "visit")]

    assert sets_on(told, RULES, date(2026, 6, 1)) == ("known", "verified_active")


def test_whoever_is_not_known_belongs_to_no_set():
    told = [known(date(2026, 1, 1)), confirmed(date(2026, 1, 1)), Happened(date(2026, 4, 1), "ended", "dissolved")]

    assert sets_on(told, RULES, date(2026, 3, 31)) == ("known", "verified_active", "reachable")
    assert sets_on(told, RULES, date(2026, 4, 1)) == ()


@pytest.mark.parametrize(
    ("standing", "sets"),
    [
        ("member", ("known", "member")),
        ("taken_over", ("known", "member", "taken_over")),
        ("guest", ("known", "guest")),
        ("network", ("known", "kept_as_network")),
        ("resigned", ("known",)),
    ],
)
def test_the_last_standing_counts(standing, sets):
    told = [
        known(date(2026, 1, 1)),
        Happened(date(2026, 2, 1), "standing", "guest"),
        Happened(date(2026, 3, 1), "standing", standing),
    ]

    assert sets_on(told, RULES, date(2026, 3, 1)) == sets


def test_a_withdrawn_consent_ends_the_published_entry_on_its_day():
    told = [
        known(date(2026, 1, 1)),
        Happened(date(2026, 2, 1), "consent_given", "name/public"),
        Happened(date(2026, 2, 1), "consent_given", "phone/public"),
        Happened(date(2026, 5, 1), "consent_withdrawn", "name/public"),
    ]

    assert sets_on(told, RULES, date(2026, 4, 30)) == ("known", "published")
    assert sets_on(told, RULES, date(2026, 5, 1)) == ("known",)
