"""Applications as the council reads them: by number and quarter, without names, without what anybody wrote."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.ground import clock
from admission.log.models import Entry
from admission.rulebook.models import Edition


class Quarter(NamedTuple):
    """A quarter of a year: 2026, 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


@dataclass(frozen=True)
class History:
    """One line of the list."""

    number: str
    quarter: Quarter
    state: str
    edition: str
    digest: str


@dataclass(frozen=True)
class Happened:
    """A step of some application: its entry, its day, its name, and the outcome if it has one."""

    entry: int
    number: str
    at: datetime
    step: str
    digest: str
    outcome: str


def histories(
    session: Session, *, state: str = "", quarter: Quarter | None = None, before: str = "", limit: int
) -> list[History]:
    """Submitted applications, the newest number first; `before`: only those that follow this number in the list."""
    query = (
        select(Case.number, Case.submitted_at, Case.state, Case.edition, Edition.name)
        .join(Edition, Edition.digest == Case.edition)
        .where(Case.kind == "admission", Case.number.is_not(None))
        .order_by(Case.number.desc())
        .limit(limit)
    )
    if state:
        query = query.where(Case.state == state)
    if quarter is not None:
        query = query.where(_within(quarter))
    if before:
        query = query.where(Case.number < before)
    return [
        History(row.number, quarter_of(clock.berlin_day(row.submitted_at)), row.state, row.name, row.edition)
        for row in session.execute(query)
    ]


def numbers_by_state(session: Session) -> dict[str, int]:
    """State -> how many submitted applications stand there."""
    rows = session.execute(
        select(Case.state, func.count())
        .where(Case.kind == "admission", Case.number.is_not(None))
        .group_by(Case.state)
        .order_by(Case.state)
    )
    return {state: count for state, count in rows}


def quarters(session: Session) -> list[Quarter]:
    """From the quarter of the first submission to the present one, the newest first."""
    first = session.scalar(select(func.min(Case.submitted_at)).where(Case.kind == "admission"))
    if first is None:
        return []
    start, end = quarter_of(clock.berlin_day(first)), quarter_of(clock.today())
    span = range(start.year * 4 + start.number - 1, end.year * 4 + end.number)
    return [Quarter(at // 4, at % 4 + 1) for at in reversed(span)]


def happened_lately(session: Session, limit: int) -> list[Happened]:
    """The latest steps of submitted applications, newest first."""
    rows: Sequence[Any] = session.execute(
        select(Entry.idx, Entry.body, Case.number)
        .join(Case, Case.id == Entry.case_id)
        .where(Case.kind == "admission", Case.number.is_not(None), Entry.revision > 0)
        .order_by(Entry.idx.desc())
        .limit(limit)
    ).all()
    return [_happened(idx, json.loads(body), number) for idx, body, number in rows]


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def _happened(idx: int, body: dict[str, Any], number: str) -> Happened:
    at = datetime.strptime(body["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Happened(idx, number, at, body["type"].removeprefix("step."), body["edition"], body.get("outcome", ""))


def _within(quarter: Quarter) -> ColumnElement[bool]:
    """Whether the day of submission, in Berlin, lies in the quarter."""
    first = date(quarter.year, quarter.number * 3 - 2, 1)
    after = date(quarter.year + 1, 1, 1) if quarter.number == 4 else date(quarter.year, quarter.number * 3 + 1, 1)
    return (Case.submitted_at >= _midnight(first)) & (Case.submitted_at < _midnight(after))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.BERLIN)
