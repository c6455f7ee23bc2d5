"""Arithmetic of periods after BGB §§ 187 to 193, over the calendar that the edition carries."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any

from admission.ground.errors import Reason, Refused

DAY = timedelta(days=1)
SATURDAY = 5
UNITS = ("days", "working_days", "weeks", "months")
NO_END_NOWHERE: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """The holidays of an edition, from its first to its last day; beyond, it refuses instead of guessing."""

    first: date
    through: date
    days: Mapping[date, str] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday and no holiday (24 and 31 December are working days).

        Raises `Refused` with `calendar.ended` for a day that the calendar does not cover.
        """
        if not self.first <= day <= self.through:
            raise Refused((Reason("calendar.ended", {"through": self.through}),))
        return day.weekday() < SATURDAY and day not in self.days

    def working_days_through(self, day: date) -> int:
        """Working days from the first day of the calendar to this one; none on the day before the first.

        Raises as `is_working_day`.
        """
        if day == self.first - DAY:
            return 0
        self.is_working_day(day)
        return self._counted[(day - self.first).days]

    @cached_property
    def _counted(self) -> list[int]:
        """`working_days_through` of each day: lists ask for many."""
        every = range((self.through - self.first).days + 1)
        return list(accumulate(int(self.is_working_day(self.first + n * DAY)) for n in every))


def calendar_from(values: Mapping[str, Any]) -> Calendar:
    """The calendar of a compiled edition: `from`, `through`, and `days` as {YYYY-MM-DD: German name}."""
    days = {date.fromisoformat(day): name for day, name in values["days"].items()}
    return Calendar(date.fromisoformat(values["from"]), date.fromisoformat(values["through"]), days)


def due(
    start: date, length: int, unit: str, calendar: Calendar, no_end_between: Sequence[str] = NO_END_NOWHERE
) -> date:
    """The last day of a period that an event on `start` begins.

    The day of the event does not count (BGB § 187 (1)); weeks and months end on the day of the same name or number, or
    on the last of the month (§ 188 (2), (3)); an end on a Saturday, Sunday or holiday moves to the next working day
    (§ 193). `no_end_between`: two days MM-DD, both included, on which no period of ours ends. Raises `Refused` past the
    calendar.
    """
    match unit:
        case "working_days":
            return _ends_on(_working_days_after(start, length, calendar), calendar, no_end_between)
        case "days":
            return _ends_on(start + length * DAY, calendar, no_end_between)
        case "weeks":
            return _ends_on(start + 7 * length * DAY, calendar, no_end_between)
        case "months":
            return _ends_on(months_after(start, length), calendar, no_end_between)
    raise ValueError(f"{unit} is no unit of a period")


def extended(
    recorded_end: date, length: int, unit: str, calendar: Calendar, no_end_between: Sequence[str] = NO_END_NOWHERE
) -> date:
    """The new end of a period; it runs on from the recorded end, not from the first day (BGB § 190)."""
    return due(recorded_end, length, unit, calendar, no_end_between)


def left(today: date, due_on: date, unit: str, calendar: Calendar) -> int:
    """What a pause that begins today leaves of a period: working days for such a period, else calendar days."""
    if unit == "working_days":
        return max(working_days_left(today, due_on, calendar), 0)
    return max((due_on - today).days, 0)


def resumed(
    today: date, days: int, unit: str, calendar: Calendar, no_end_between: Sequence[str] = NO_END_NOWHERE
) -> date:
    """The end of a period that goes on today with what `left` had left of it."""
    return due(today, days, "working_days" if unit == "working_days" else "days", calendar, no_end_between)


def working_days_left(today: date, due_on: date, calendar: Calendar) -> int:
    """Working days after today up to the last day; negative: so many working days over."""
    if due_on == today:
        return 0
    return calendar.working_days_through(due_on) - calendar.working_days_through(today)


def months_after(day: date, months: int) -> date:
    """The day of the same number so many months later (or earlier), else the last of that month (BGB § 188)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _working_days_after(day: date, length: int, calendar: Calendar) -> date:
    while length > 0:
        day += DAY
        length -= calendar.is_working_day(day)
    return day


def _ends_on(day: date, calendar: Calendar, no_end_between: Sequence[str]) -> date:
    while not calendar.is_working_day(day) or _lies_between(day, no_end_between):
        day += DAY
    return day


def _lies_between(day: date, no_end_between: Sequence[str]) -> bool:
    if not no_end_between:
        return False
    first, last = no_end_between
    here = day.strftime("%m-%d")
    return first <= here <= last if first <= last else here >= first or here <= last
