"""All facts of one case in one SELECT, read after its row was locked, as a statement of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, String, Uuid, bindparam, cast, func, literal_column, select
from sqlalchemy.orm import Session

from admission.assessment.facts import FACTS as ASSESSMENT
from admission.cases.facts import FACTS as CASES
from admission.cases.facts import Fact
from admission.cases.models import Case, ConflictDeclaration, Deadline
from admission.completeness.facts import FACTS as COMPLETENESS
from admission.decisions.facts import FACTS as DECISIONS
from admission.ground import clock
from admission.ground.errors import NotFound
from admission.hearing.facts import FACTS as HEARING
from admission.log.models import Entry
from admission.log.pseudonyms import SYSTEM
from admission.procedure.facts import Facts
from admission.procedure.machine import Person

ROOMS: Mapping[str, Mapping[str, Fact]] = {
    "cases": CASES,
    "completeness": COMPLETENESS,
    "assessment": ASSESSMENT,
    "hearing": HEARING,
    "decisions": DECISIONS,
}
FACTS: dict[str, Fact] = {name: fact for room in ROOMS.values() for name, fact in room.items()}

LOCK = (
    select(
        Case.id, Case.kind, Case.number, Case.edition, Case.state, Case.revision, Case.round, Case.of,
        Case.organisation_id, Case.applicant_id, Case.assigned_to,
    )
    .where(Case.id == bindparam("c", type_=Uuid()))
    .with_for_update(key_share=True)
)  # fmt: skip
_BAR: ColumnElement[str] = literal_column("'|'")
_running = (
    select(
        func.aggregate_strings(
            cast(Deadline.id, String)
            + _BAR + Deadline.kind
            + _BAR + Deadline.whose
            + _BAR + Deadline.state
            + _BAR + cast(Deadline.due_on, String)
            + _BAR + func.coalesce(cast(Deadline.days_left, String), ""),
            ",",
        )
    )
    .where(Deadline.case_id == Case.id, Deadline.state != "ended")
    .correlate(Case)
    .scalar_subquery()
    .label("deadlines_")
)  # fmt: skip
_acts = (
    select(func.aggregate_strings(Entry.type, ","))
    .where(Entry.case_id == Case.id, Entry.actor == bindparam("by"))
    .correlate(Case)
    .scalar_subquery()
    .label("acts_")
)
_conflict = (
    select(ConflictDeclaration.conflict)
    .where(ConflictDeclaration.case_id == Case.id, ConflictDeclaration.account_id == bindparam("person", type_=Uuid()))
    .correlate(Case)
    .scalar_subquery()
    .label("conflict_")
)
_done = (
    select(
        cast(Entry.case_id, String) + _BAR + Entry.type + _BAR + Entry.actor
        + _BAR + func.coalesce(cast(Entry.revision, String), "") + _BAR + func.coalesce(Entry.state, "")
    )
    .where(Entry.command == bindparam("command", type_=Uuid()))
    .scalar_subquery()
    .label("done_")
)  # fmt: skip
READ = select(*(fact.query.label(name) for name, fact in FACTS.items()), _running, _acts, _conflict, _done).where(
    Case.id == bindparam("c", type_=Uuid())
)
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, under which pseudonym of this matter; `person` None is the system."""

    person: UUID | None
    role: str
    pseudonym: str


SYSTEM_ACTOR = Actor(None, "system", SYSTEM)


@dataclass(frozen=True)
class Running:
    """A deadline that has not ended: running, paused or passed."""

    id: UUID
    kind: str
    whose: str
    state: str
    due_on: date
    days_left: int | None


@dataclass(frozen=True)
class Done:
    """What an earlier sending of the same command did."""

    case: UUID
    type: str
    actor: str
    revision: int | None
    state: str


@dataclass(frozen=True)
class Situation:
    """One case as it stands under its lock: what the guards may read, and who asks."""

    case: Row[Any]
    facts: Facts
    person: Person
    deadlines: tuple[Running, ...]
    done: Done | None


def lock(session: Session, case_id: UUID) -> Any:
    """Lock the case's row and read where it stands; whoever writes anything of a case calls this first.

    FOR NO KEY UPDATE on PostgreSQL, the writer's lock on SQLite (`writing()` opened it). Raises `NotFound`.
    """
    row = session.connection().execute(LOCK, {"c": case_id}).one_or_none()
    if row is None:
        raise NotFound
    return row


def read(session: Session, case: Row[Any], by: Actor, command: UUID | None = None) -> Situation:
    """The facts of a locked case, and what this actor has done and declared on it."""
    values = {"c": case.id, "by": by.pseudonym, "person": by.person or NOBODY, "command": command or NOBODY}
    row = session.connection().execute(READ, values).one()
    facts = Facts({"today": clock.today(), **dict(zip(FACTS, row, strict=False))})  # they stand first in the row
    acts = frozenset(kind.partition(".")[2] for kind in (row.acts_ or "").split(",") if kind)
    conflict = {None: "undeclared", False: "none", True: "declared"}[row.conflict_]
    person = Person(by.pseudonym, frozenset({by.role}), acts, conflict)
    return Situation(case, facts, person, _deadlines(row.deadlines_), _earlier(row.done_))


def _deadlines(text: str | None) -> tuple[Running, ...]:
    rows = (row.split("|") for row in (text or "").split(",") if row)
    return tuple(
        Running(UUID(id_), kind, whose, state, date.fromisoformat(due_on), int(left) if left else None)
        for id_, kind, whose, state, due_on, left in rows
    )


def _earlier(text: str | None) -> Done | None:
    if not text:
        return None
    case, kind, actor, revision, state = text.split("|")
    return Done(UUID(case), kind, actor, int(revision) if revision else None, state)
