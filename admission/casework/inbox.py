"""The office's list of open cases: the next deadline first, a page at a time, in as many statements as ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from admission.assessment.models import Finding
from admission.cases.models import Case, ConflictDeclaration, Deadline, Pause
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.jobs import Heartbeat
from admission.ground.mail import Mail
from admission.onboarding.models import Task
from admission.people.models import Account

PAGE = 50
SILENT_AFTER = timedelta(minutes=5)
STUCK_AFTER = timedelta(minutes=15)
OURS = ("received", "completeness", "assessment", "proposed", "weighed")
THEIRS = ("supplement", "hearing")
OPEN = ("received", "completeness", "supplement", "assessment", "proposed", "hearing", "weighed")
"""States of an open, submitted admission, in the order of the procedure."""
NEVER = date.max
"""Where no deadline runs, for the key of the next page."""


@dataclass(frozen=True)
class Row:
    """One open case. `due_on`: its next deadline, None where none runs; `conflict`: what the reader declared on it."""

    id: UUID
    number: str
    title: str
    state: str
    edition: str
    submitted_at: datetime
    assigned_to: UUID | None
    assigned: str | None
    due_on: date | None
    kind: str | None
    conflict: bool | None
    unassessed: int
    criteria: int
    resting: bool

    @property
    def ours(self) -> bool:
        """Whether the office is to act."""
        return self.state in OURS


@dataclass(frozen=True)
class Page:
    """One page of the list, and the key of the next one."""

    rows: tuple[Row, ...]
    after: str | None


@dataclass(frozen=True)
class Health:
    """Whether the worker lives and mail leaves; `to_post`: letters that have not reached anybody yet."""

    seen_at: datetime | None
    failed: int
    stuck: int
    to_post: int

    @property
    def silent(self) -> bool:
        """The worker has given no sign of life for five minutes."""
        return self.seen_at is None or clock.now() - self.seen_at > SILENT_AFTER


def counts(session: Session, mine: UUID | None = None) -> dict[str, int]:
    """State -> number of open cases, of all or of one person; one statement."""
    query = select(Case.state, func.count()).where(*_open(OPEN)).group_by(Case.state)
    rows = session.execute(query.where(Case.assigned_to == mine) if mine else query)
    found: dict[str, int] = {state: number for state, number in rows}
    return {state: found.get(state, 0) for state in OPEN}


def page(
    session: Session,
    reader: UUID,
    *,
    states: Sequence[str] = OPEN,
    assigned: UUID | None = None,
    nobody: bool = False,
    after: str | None = None,
    size: int = PAGE,
) -> Page:
    """The next `size` cases behind the key `after`, the most urgent first; one statement.

    Raises ValueError for a key that is none.
    """
    query = _rows(reader).where(*_open(states))
    if assigned is not None:
        query = query.where(Case.assigned_to == assigned)
    if nobody:
        query = query.where(Case.assigned_to.is_(None))
    if after:
        due_on, case_id = _key(after)
        behind = or_(_urgency > due_on, and_(_urgency == due_on, Case.id > case_id))
        query = query.where(behind)
    rows = [Row(**row) for row in session.execute(query.limit(size + 1)).mappings()]
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    return Page(tuple(shown), f"{last.due_on or NEVER}~{last.id}" if last else None)


def health(session: Session) -> Health:
    """The worker's sign of life and the mail that does not leave; one statement."""
    now = clock.now()
    seen = select(func.max(Heartbeat.seen_at)).where(Heartbeat.name == "worker").scalar_subquery()
    failed = select(func.count()).select_from(Mail).where(Mail.state == "failed")
    stuck = select(func.count()).select_from(Mail).where(Mail.state == "queued", Mail.run_at < now - STUCK_AFTER)
    under_way = (Notice.issued_at.is_not(None), Notice.given_on.is_(None))
    waiting = select(func.count()).select_from(Notice).where(*under_way)
    row = session.execute(
        select(seen, failed.scalar_subquery(), stuck.scalar_subquery(), waiting.scalar_subquery())
    ).one()
    return Health(*row)


@dataclass(frozen=True)
class Posting:
    """A letter that goes by post today; `conflict`: what the reader declared on its case."""

    notice: UUID
    letter: str
    issued_at: datetime
    number: str
    title: str
    edition: str
    consented: bool
    conflict: bool | None


@dataclass(frozen=True)
class ToDo:
    """A dated task after an admission."""

    id: UUID
    code: str
    text: str
    due_on: date
    number: str
    title: str
    edition: str
    revision: int
    conflict: bool | None


def to_post(session: Session, reader: UUID, issued_before: datetime) -> Sequence[Posting]:
    """Letters to print and post: without consent to the desk, or issued before that instant and not opened yet.

    The letter of a hearing that is over goes nowhere any more. One statement.
    """
    rows = session.execute(
        select(
            Notice.id.label("notice"), Notice.letter, Notice.issued_at, Case.number, Case.title, Case.edition,
            Case.portal_consent.label("consented"), ConflictDeclaration.conflict,
        )
        .join(Case, Case.id == Notice.case_id)
        .outerjoin(ConflictDeclaration, _of_reader(reader))
        .where(
            Notice.issued_at.is_not(None),
            Notice.given_on.is_(None),
            or_(Notice.letter != "hearing", Case.state == "hearing"),
            or_(Case.portal_consent.is_(False), Notice.issued_at < issued_before),
        )
        .order_by(Notice.issued_at, Notice.id)
        .limit(PAGE)
    )  # fmt: skip
    return [Posting(**row) for row in rows.mappings()]


def to_do(session: Session, reader: UUID) -> Sequence[ToDo]:
    """The open tasks after admissions, the next one first; one statement."""
    rows = session.execute(
        select(
            Task.id, Task.code, Task.text, Task.due_on,
            Case.number, Case.title, Case.edition, Case.revision, ConflictDeclaration.conflict,
        )
        .join(Case, Case.id == Task.case_id)
        .outerjoin(ConflictDeclaration, _of_reader(reader))
        .where(Task.done_on.is_(None))
        .order_by(Task.due_on, Task.id)
        .limit(PAGE)
    )  # fmt: skip
    return [ToDo(**row) for row in rows.mappings()]


_COUNTED = ("running", "passed")
_next = (
    select(Deadline.case_id, func.min(Deadline.due_on).label("due_on"))
    .where(Deadline.state.in_(_COUNTED))
    .group_by(Deadline.case_id)
    .subquery()
)
_urgency = func.coalesce(_next.c.due_on, NEVER)


def _open(states: Sequence[str]) -> tuple[Any, ...]:
    return (Case.kind == "admission", Case.ended_at.is_(None), Case.state.in_(states))


def _of_reader(reader: UUID) -> ColumnElement[bool]:
    return (ConflictDeclaration.case_id == Case.id) & (ConflictDeclaration.account_id == reader)


def _rows(reader: UUID) -> Select[Any]:
    kind = (
        select(func.min(Deadline.kind))
        .where(Deadline.case_id == Case.id, Deadline.state.in_(_COUNTED), Deadline.due_on == _next.c.due_on)
        .correlate(Case, _next)
        .scalar_subquery()
    )
    assessed = (
        select(func.count())
        .select_from(Finding)
        .where(Finding.case_id == Case.id, Finding.outcome != "not_applicable")
        .correlate(Case)
        .scalar_subquery()
    )
    resting = select(Pause.id).where(Pause.case_id == Case.id, Pause.ended_on.is_(None)).correlate(Case).exists()
    return (
        select(
            Case.id, Case.number, Case.title, Case.state, Case.edition, Case.submitted_at, Case.assigned_to,
            Account.name.label("assigned"),
            _next.c.due_on,
            kind.label("kind"),
            ConflictDeclaration.conflict,
            (Case.criteria_applicable - assessed).label("unassessed"),
            Case.criteria_applicable.label("criteria"),
            resting.label("resting"),
        )
        .outerjoin(_next, _next.c.case_id == Case.id)
        .outerjoin(Account, Account.id == Case.assigned_to)
        .outerjoin(ConflictDeclaration, _of_reader(reader))
        .order_by(_urgency, Case.id)
    )  # fmt: skip


def _key(text: str) -> tuple[date, UUID]:
    due_on, _, case_id = text.partition("~")
    return date.fromisoformat(due_on), UUID(case_id)
