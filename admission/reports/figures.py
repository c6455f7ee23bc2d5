"""How many organisations there are: each set of the edition for itself, on any day, by events that anyone can recount.

No figure is a part of another that could be added up; what they share stands in `overlap`. Read-only.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.procedure.deadlines import months_after
from admission.register.counting import Flow, Tally, as_known_then, flows, tallies
from admission.register.models import Event
from admission.register.sets import KNOWN, SetRule

QUARTERS = 4
"""So many ends of quarters before a day stand beside it."""


@dataclass(frozen=True)
class Figures:
    """The sets on one day in Berlin, each with who came and who left since another."""

    on: date
    since: date
    sets: tuple[str, ...]
    tally: Tally
    flow: Mapping[str, Flow]
    known_then: Tally | None
    """The same day as it was known when it ended; none: nothing was recorded later that changes it."""
    sources: Mapping[str, int]
    """Code of the source that made an organisation known first -> how many of the known ones."""
    confirmed: tuple[int, int, int]
    """Last confirmation of the known ones: within 12 months, 12 to 24 months ago, longer ago or never."""
    course: tuple[Tally, ...]
    """The ends of the quarters before, the oldest first, and the day itself."""

    def size(self, *names: str) -> int:
        """How many belong to all of these sets."""
        return self.tally.size(*names)


def figures(session: Session, rules: tuple[SetRule, ...], on: date | None = None, since: date | None = None) -> Figures:
    """The figures of a day (none: today), compared with another (none: the end of the quarter before)."""
    on = on or clock.today()
    since = since or quarter_before(on)
    course = tallies(session, rules, _quarters(on))
    counted = course[-1]
    known = counted.size(KNOWN)
    return Figures(
        on=on,
        since=since,
        sets=tuple(rule.name for rule in rules),
        tally=counted,
        flow=flows(session, rules, since, on),
        known_then=as_known_then(session, rules, on) if on < clock.today() else None,
        sources=_sources(session, on),
        confirmed=_confirmed(session, on, known),
        course=tuple(course),
    )


def quarter_before(on: date) -> date:
    """The last day of the quarter that ended before a day."""
    first = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    return date.fromordinal(first.toordinal() - 1)


def _quarters(on: date) -> list[date]:
    ends = [on]
    for _ in range(QUARTERS):
        ends.append(quarter_before(ends[-1]))
    return ends[::-1]


def _sources(session: Session, on: date) -> dict[str, int]:
    """Which kind of source made each organisation known first, of those recorded up to a day."""
    known = select(
        Event.organisation_id,
        Event.detail,
        func.row_number().over(partition_by=Event.organisation_id, order_by=(Event.on, Event.place)).label("nth"),
    ).where(Event.kind == KNOWN, Event.on <= on, Event.taken_back_at.is_(None))
    first = known.subquery()
    rows = session.execute(select(first.c.detail, func.count()).where(first.c.nth == 1).group_by(first.c.detail))
    return {source: number for source, number in rows}


def _confirmed(session: Session, on: date, known: int) -> tuple[int, int, int]:
    last = (
        select(Event.organisation_id, func.max(Event.on).label("on"))
        .where(Event.kind == "confirmed", Event.on <= on, Event.taken_back_at.is_(None))
        .group_by(Event.organisation_id)
        .subquery()
    )
    ages = Counter(
        0 if on < months_after(day, 12) else 1 if on < months_after(day, 24) else 2
        for day in session.scalars(select(last.c.on))
    )
    return ages[0], ages[1], max(0, known - ages[0] - ages[1])
