from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admission.ground.calendar import public_holidays
from admission.ground.errors import Refused
from admission.procedure.deadlines import (
    Calendar,
    calendar_from,
    due,
    extended,
    left,
    months_after,
    resumed,
    working_days_left,
)

CALENDAR = Calendar(date(2019, 1, 1), date(2042, 12, 31), public_holidays(2019, 2042))
QUIET = ("12-24", "01-01")
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
LENGTHS = st.one_of(
    st.tuples(st.integers(1, 60), st.sampled_from(["days", "working_days"])),
    st.tuples(st.integers(1, 8), st.just("weeks")),
    st.tuples(st.integers(1, 12), st.just("months")),
)


@pytest.mark.parametrize(
    ("start", "length", "unit", "end"),
    [
        ("2026-10-28", 10, "working_days", "2026-11-11"),  # the example of FORMATS 2
        ("2026-01-31", 1, "months", "2026-03-02"),  # 28 February is a Saturday (BGB §§ 188 (3), 193)
        ("2026-02-28", 1, "months", "2026-03-30"),  # 28 March is a Saturday, and not the 31st
        ("2024-01-31", 1, "months", "2024-02-29"),
        ("2026-11-24", 14, "days", "2026-12-08"),
        ("2026-11-24", 2, "weeks", "2026-12-08"),
        ("2026-04-02", 1, "working_days", "2026-04-07"),  # Maundy Thursday: Good Friday, Easter Monday lie between
        ("2026-11-24", 3, "months", "2027-02-24"),
        ("2026-05-15", 0, "days", "2026-05-15"),
        ("2026-05-16", 0, "days", "2026-05-18"),
    ],
)
def test_periods_end_as_the_civil_code_says(start, length, unit, end):
    assert due(date.fromisoformat(start), length, unit, CALENDAR) == date.fromisoformat(end)


@pytest.mark.parametrize("start", ["2026-12-10", "2026-12-17"])
def test_no_period_of_ours_ends_between_christmas_and_new_year(start):
    plain = due(date.fromisoformat(start), 14, "days", CALENDAR)

    assert plain in (date(2026, 12, 24), date(2026, 12, 31))  # both are working days
    assert due(date.fromisoformat(start), 14, "days", CALENDAR, QUIET) == date(2027, 1, 4)


@given(start=DAYS, period=LENGTHS)
def test_a_period_ends_on_a_working_day_outside_the_quiet_days_and_not_before_its_length(start, period):
    length, unit = period

    end = due(start, length, unit, CALENDAR, QUIET)

    assert CALENDAR.is_working_day(end)
    assert not (end.month, end.day) >= (12, 24) and (end.month, end.day) != (1, 1)
    nominal = {"days": start + timedelta(length), "weeks": start + timedelta(7 * length)}
    earliest = months_after(start, length) if unit == "months" else nominal.get(unit, start + timedelta(length))
    assert end >= earliest
    if unit != "working_days":
        assert end - earliest <= timedelta(14)


@given(start=DAYS, length=st.integers(1, 60))
def test_working_days_are_counted_one_by_one(start, length):
    end = due(start, length, "working_days", CALENDAR)

    assert working_days_left(start, end, CALENDAR) == length
    assert working_days_left(end, start, CALENDAR) in (-length, -length + 1)  # counted from the end: its own day is out


@given(one=DAYS, other=DAYS)
def test_working_days_left_are_the_working_days_between(one, other):
    first, last = min(one, other), max(one, other)
    between = sum(CALENDAR.is_working_day(first + timedelta(n)) for n in range(1, (last - first).days + 1))

    assert (working_days_left(first, last, CALENDAR), working_days_left(last, first, CALENDAR)) == (between, -between)


@given(start=DAYS, period=LENGTHS, later=st.integers(1, 40))
def test_who_starts_later_never_ends_earlier(start, period, later):
    length, unit = period

    assert due(start, length, unit, CALENDAR, QUIET) <= due(start + timedelta(later), length, unit, CALENDAR, QUIET)


@given(start=DAYS, period=LENGTHS)
def test_an_extension_runs_on_from_the_recorded_end(start, period):
    length, unit = period
    end = due(start, length, unit, CALENDAR, QUIET)

    assert extended(end, length, unit, CALENDAR, QUIET) == due(end, length, unit, CALENDAR, QUIET) > end


def test_extending_twice_by_a_month_is_not_two_months():
    first = due(date(2026, 1, 31), 1, "months", CALENDAR)

    assert extended(first, 1, "months", CALENDAR) == date(2026, 4, 2)
    assert due(date(2026, 1, 31), 2, "months", CALENDAR) == date(2026, 3, 31)


@given(start=DAYS, length=st.integers(5, 40), unit=st.sampled_from(["days", "working_days"]), after=st.integers(0, 4),
       pause=st.integers(0, 200))  # fmt: skip
def test_a_pause_costs_nobody_a_day(start, length, unit, after, pause):
    end = due(start, length, unit, CALENDAR)
    paused_on, resumed_on = start + timedelta(after), start + timedelta(after + pause)

    rest = left(paused_on, end, unit, CALENDAR)

    assert rest >= 0
    assert resumed(resumed_on, rest, unit, CALENDAR) >= end
    assert resumed(paused_on, rest, unit, CALENDAR) == end


def test_nothing_is_left_of_a_period_that_is_over():
    assert left(date(2026, 12, 9), date(2026, 12, 8), "days", CALENDAR) == 0
    assert left(date(2026, 12, 9), date(2026, 12, 8), "working_days", CALENDAR) == 0


def test_working_days_left_speaks_as_the_pages_do():
    assert working_days_left(date(2026, 11, 24), date(2026, 12, 7), CALENDAR) == 9
    assert working_days_left(date(2026, 12, 7), date(2026, 12, 7), CALENDAR) == 0
    assert working_days_left(date(2026, 12, 8), date(2026, 12, 7), CALENDAR) == -1


def test_working_days_are_counted_from_the_first_day_of_the_calendar():
    assert CALENDAR.working_days_through(CALENDAR.first - timedelta(1)) == 0
    for day in (CALENDAR.first - timedelta(2), CALENDAR.through + timedelta(1)):
        with pytest.raises(Refused):
            CALENDAR.working_days_through(day)


def test_beyond_the_calendar_it_refuses_instead_of_guessing():
    short = calendar_from(
        {"from": "2025-01-01", "through": "2026-12-31", "days": {"2026-12-25": "Erster Weihnachtstag"}}
    )

    with pytest.raises(Refused) as refusal:
        due(date(2026, 12, 20), 14, "days", short)

    assert [(reason.code, dict(reason.values)) for reason in refusal.value.reasons] == [
        ("calendar.ended", {"through": date(2026, 12, 31)})
    ]


def test_an_unknown_unit_is_an_error():
    with pytest.raises(ValueError, match="fortnights"):
        due(date(2026, 1, 1), 1, "fortnights", CALENDAR)
