"""The facts of a case that this room supplies; `casework.facts` joins those of all rooms into one SELECT."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from admission.cases.models import Case, Deadline, Pause


@dataclass(frozen=True)
class Fact:
    """What a guard may read: its type and a scalar subquery correlated with `case`."""

    type: type
    query: ScalarSelect[Any] | ColumnElement[Any] | InstrumentedAttribute[Any]


# Running or passed, said by what it is not: `IN` on the state, and SQLite would look for the latest day among the
# running periods of all cases.
_COUNTS = (Deadline.state != "paused") & (Deadline.state != "ended")


def due_on(kind: str) -> Fact:
    """The last day of the running or passed period of this kind; of an older round none."""
    counted = _COUNTS if kind != "hearing" else (Deadline.state != "paused") & (Deadline.round == Case.round)
    query = select(func.max(Deadline.due_on)).where(Deadline.case_id == Case.id, Deadline.kind == kind, counted)
    return Fact(date, query.correlate(Case).scalar_subquery())


_other = aliased(Case)
FACTS: dict[str, Fact] = {
    "sections_open": Fact(int, Case.sections_open),
    "confirmed_on": Fact(date, Case.confirmed_on),
    "other_applications_open": Fact(
        int,
        select(func.count())
        .select_from(_other)
        .where(
            # no parameter: SQLite would plan the statement anew each time, to see if its partial index fits the value
            _other.kind == literal_column("'admission'"),
            _other.ended_at.is_(None),
            _other.organisation_id == Case.organisation_id,
            _other.id != Case.id,
        )
        .correlate(Case)
        .scalar_subquery(),
    ),
    "resting": Fact(
        int,
        select(func.count())
        .select_from(Pause)
        .where(Pause.case_id == Case.id, Pause.ended_on.is_(None))
        .correlate(Case)
        .scalar_subquery(),
    ),
    "draft_closes_on": due_on("draft"),
    "supplement_due_on": due_on("supplement"),
    "grace_due_on": due_on("grace"),
    "resting_due_on": due_on("resting"),
    "closure_due_on": due_on("closure"),
    "hearing_due_on": due_on("hearing"),
    "closure_announced_on": Fact(
        date,
        select(func.max(Deadline.begun_on))
        .where(Deadline.case_id == Case.id, Deadline.kind == "closure", _COUNTS)
        .correlate(Case)
        .scalar_subquery(),
    ),
}
