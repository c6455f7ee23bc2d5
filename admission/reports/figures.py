"""How many organisations there are, by the definitions of the edition's register part; read-only, one statement.

Each figure is counted for itself; none is a part of another that could be added up.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.ground import clock
from admission.register.models import Source
from admission.register.public import current


@dataclass(frozen=True)
class Figures:
    """The sets that are recorded so far, on one day in Berlin."""

    on: date
    known: int
    applied: int
    """Of the known ones: those that applied."""
    only_named: int
    """Of the known ones: those that never applied and are known from another named source."""
    member: int
    guest: int
    published: int
    published_members: int


def figures(session: Session) -> Figures:
    """The figures as they stand now."""
    row = session.execute(_QUERY).one()
    return Figures(
        on=clock.today(),
        known=row.applied + row.only_named,
        applied=row.applied,
        only_named=row.only_named,
        member=row.member,
        guest=row.guest,
        published=row.published,
        published_members=row.published_members,
    )


_APPLIED = select(Case.organisation_id).where(
    Case.kind == "admission", Case.submitted_at.is_not(None), Case.organisation_id.is_not(None)
)
_OPEN = select(Case.organisation_id).where(Case.kind == "membership", Case.ended_at.is_(None))
_SHOWN = current().subquery()
_QUERY = select(
    select(func.count(_APPLIED.subquery().c.organisation_id.distinct())).scalar_subquery().label("applied"),
    select(func.count(Source.organisation_id.distinct()))
    .where(Source.organisation_id.not_in(_APPLIED))
    .scalar_subquery()
    .label("only_named"),
    *(
        select(func.count(_OPEN.where(Case.state == state).subquery().c.organisation_id.distinct()))
        .scalar_subquery()
        .label(state)
        for state in ("member", "guest")
    ),
    select(func.count(_SHOWN.c.id.distinct())).scalar_subquery().label("published"),
    select(func.count(_SHOWN.c.id.distinct()))
    .where(_SHOWN.c.state == "member")
    .scalar_subquery()
    .label("published_members"),
)
