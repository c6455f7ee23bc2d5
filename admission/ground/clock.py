"""One clock: instants in UTC, days in Berlin.

Only `at` can set it, and only the demo and the tests call that: a city's clock is the machine's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This instant, aware, in UTC, in whole seconds."""
    return (_set_to.get() or datetime.now(UTC)).replace(microsecond=0)


def today() -> date:
    """The day it is in Berlin."""
    return berlin_day(now())


def berlin_day(instant: datetime) -> date:
    """The calendar day in Berlin of an aware instant."""
    return instant.astimezone(BERLIN).date()


def end_of(day: date) -> datetime:
    """The last second of a day in Berlin, as an instant in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=BERLIN)
    return midnight.astimezone(UTC) - timedelta(seconds=1)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Within the block the clock stands still at `instant` (aware)."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its zone")
    token = _set_to.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
