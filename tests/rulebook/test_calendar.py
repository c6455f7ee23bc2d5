import tomllib
from datetime import date

from admission.ground.calendar import calendar_toml, public_holidays
from admission.procedure.deadlines import calendar_from
from tests.rulebook.edition import FOLDER, rulebook


def test_the_eleven_public_holidays_of_the_state_by_their_german_names():
    days = public_holidays(2026, 2026)

    assert len(days) == 11
    assert days[date(2026, 6, 4)] == "Fronleichnam"
    assert list(days) == sorted(days)
    assert date(2026, 12, 24) not in days and date(2026, 12, 31) not in days and date(2026, 4, 5) not in days


def test_the_command_writes_the_calendar_that_the_edition_carries():
    assert calendar_toml(2026) == (FOLDER / "calendar.toml").read_text(encoding="utf-8")


def test_it_covers_the_year_before_to_ten_years_after():
    calendar = calendar_from(tomllib.loads(calendar_toml(2030)))

    assert (calendar.first, calendar.through) == (date(2029, 1, 1), date(2040, 12, 31))
    assert rulebook().calendar.days[date(2026, 10, 3)] == "Tag der Deutschen Einheit"
    assert not rulebook().calendar.is_working_day(date(2026, 10, 3))
    assert rulebook().calendar.is_working_day(date(2026, 12, 31))
