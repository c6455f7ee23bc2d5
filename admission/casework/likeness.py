"""Earlier applications that may come from the same organisation: a hint to a human, never a verdict.

Somebody asks then whether it is a new name, a part that split off, or a new try after a refusal. A new try is allowed;
what is assessed are the new facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, select, union
from sqlalchemy.orm import Session, aliased

from admission.cases.models import Case
from admission.organisations.models import Organisation, Representative

MOST = 5


@dataclass(frozen=True)
class Like:
    """Another application, and what it has in common with this one: name, register number, a person who speaks."""

    number: str
    title: str
    state: str
    since: date
    edition: str
    name: bool
    register: bool
    person: bool


def likeness(session: Session, case: Case) -> Sequence[Like]:
    """Submitted applications of organisations like this case's, the newest first, at most five; one statement."""
    if case.organisation_id is None:
        return []
    this, other = aliased(Organisation), aliased(Organisation)
    speaks = _spoken_for_by_the_same(case.organisation_id)
    alike: CompoundSelect[UUID] = union(
        select(other.id).join(this, this.search_name == other.search_name).where(this.id == case.organisation_id),
        select(other.id)
        .join(this, this.register_number == other.register_number)
        .where(this.id == case.organisation_id),
        speaks,
    )
    rows = session.execute(
        select(
            Case.number, Case.title, Case.state, Case.state_since.label("since"), Case.edition,
            (other.search_name == this.search_name).label("name"),
            (other.register_number == this.register_number).label("register"),
            Case.organisation_id.in_(speaks).label("person"),
        )
        .join(other, other.id == Case.organisation_id)
        .join(this, this.id == case.organisation_id)
        .where(Case.kind == "admission", Case.number.is_not(None), Case.id != case.id, Case.organisation_id.in_(alike))
        .order_by(Case.submitted_at.desc(), Case.number.desc())  # several within one second
        .limit(MOST)
    )  # fmt: skip
    return [
        Like(row.number, row.title, row.state, row.since, row.edition, bool(row.name), bool(row.register), row.person)
        for row in rows
    ]


def _spoken_for_by_the_same(organisation: UUID) -> Select[UUID]:
    """Organisations for which somebody speaks, or spoke, who speaks for this one."""
    mine, theirs = aliased(Representative), aliased(Representative)
    return (
        select(theirs.organisation_id)
        .join(mine, mine.account_id == theirs.account_id)
        .where(mine.organisation_id == organisation)
    )
