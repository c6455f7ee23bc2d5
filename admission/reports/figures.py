"""How many organisations there are, by the definitions of the edition's register part; read-only, one statement."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.ground import clock
from admission.organisations.models import Organisation
from admission.register.models import Consent, Source


@dataclass(frozen=True)
class Figures:
    """The sets that are recorded so far, each counted alone, on one day in Berlin."""

    on: date
    known: int
    from_applications: int
    from_sources: int
    member: int
    guest: int
    published: int


_open = (Case.kind == "membership", Case.ended_at.is_(None))
_applied = select(Case.organisation_id).where(Case.kind == "admission", Case.organisation_id.is_not(None))
_shown = select(Consent.organisation_id).where(Consent.withdrawn_at.is_(None))
_QUERY = select(
    select(func.count()).select_from(Organisation).scalar_subquery().label("known"),
    select(func.count())
    .select_from(Organisation)
    .where(Organisation.id.in_(_applied))
    .scalar_subquery()
    .label("applied"),
    select(func.count(Source.organisation_id.distinct())).scalar_subquery().label("sourced"),
    select(func.count()).select_from(Case).where(*_open, Case.state == "member").scalar_subquery().label("member"),
    select(func.count()).select_from(Case).where(*_open, Case.state == "guest").scalar_subquery().label("guest"),
    select(func.count(Case.organisation_id.distinct()))
    .where(*_open, Case.organisation_id.in_(_shown))
    .scalar_subquery()
    .label("published"),
)


def figures(session: Session) -> Figures:
    """The figures as they stand now."""
    row = session.execute(_QUERY).one()
    return Figures(clock.today(), row.known, row.applied, row.sourced, row.member, row.guest, row.published)
