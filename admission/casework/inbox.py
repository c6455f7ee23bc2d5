"""The office's list of open cases: the next deadline first, a page at a time, in as many statements as ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, and_, bindparam, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from admission.assessment.models import Finding
from admission.cases.models import OPEN_ADMISSION, Case, ConflictDeclaration, Pause
from admission.casework.undelivered import lately
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
"""What `Case.due_on` says while no deadline runs."""
MOST = 1000
"""Cases of one state are counted up to here: whoever has more before them needs no exact number."""


@dataclass(frozen=True)
class Row:
    """One open case. `due_on`: its next deadline, None where none runs; `conflict`: what the reader declared on it."""

    id: UUID
    number: str
    title: str
    state: str
    edition: str
    submitted_at: datetime
    assigned: str | None
    due_on: date | None
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


def counts(session: Session, mine: UUID | None = None, *, nobody: bool = False) -> dict[str, int]:
    """State -> number of open cases: of all, of one person, or of nobody. `MOST + 1` says "more"; one statement."""
    return dict(session.execute(_counting(_whose(mine, nobody), MOST), {"person": mine}).one()._mapping)


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
    values: dict[str, Any] = {"reader": reader, "person": assigned}
    if after:
        values["last_due_on"], values["last_id"] = _key(after)
    query = _listing(tuple(states), _whose(assigned, nobody), bool(after), size + 1)
    rows = session.execute(query, values).all()
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    return Page(tuple(_row(row) for row in shown), f"{last.due_on}~{last.id}" if last else None)


def health(session: Session) -> Health:
    """The worker's sign of life and the mail that does not leave, also where it is tried again; one statement."""
    now = clock.now()
    seen = select(func.max(Heartbeat.seen_at)).where(Heartbeat.name == "worker").scalar_subquery()
    failed = select(func.count()).select_from(Mail).where(lately())
    late = or_(Mail.run_at < now - STUCK_AFTER, and_(Mail.attempts > 0, Mail.queued_at < now - STUCK_AFTER))
    stuck = select(func.count()).select_from(Mail).where(Mail.state == "queued", late)
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


def to_post(
    session: Session, reader: UUID, issued_before: datetime, after: str | None = None
) -> tuple[Sequence[Posting], str | None]:
    """Letters to print and post: without consent to the desk, or issued before that instant and not opened yet.

    The letter of a hearing that is over goes nowhere any more. One page behind the key `after`, and the key of the
    next one; one statement. Raises ValueError for a key that is none.
    """
    query = (
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
        .limit(PAGE + 1)
    )  # fmt: skip
    if after:
        issued_at, notice = _instant_key(after)
        query = query.where(or_(Notice.issued_at > issued_at, and_(Notice.issued_at == issued_at, Notice.id > notice)))
    rows = [Posting(**row) for row in session.execute(query).mappings()]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{last.issued_at.isoformat()}~{last.notice}" if last else None


def to_do(session: Session, reader: UUID, after: str | None = None) -> tuple[Sequence[ToDo], str | None]:
    """The open tasks after admissions, the next one first: one page behind the key `after`, and the key of the next.

    One statement. Raises ValueError for a key that is none.
    """
    query = (
        select(
            Task.id, Task.code, Task.text, Task.due_on,
            Case.number, Case.title, Case.edition, Case.revision, ConflictDeclaration.conflict,
        )
        .join(Case, Case.id == Task.case_id)
        .outerjoin(ConflictDeclaration, _of_reader(reader))
        .where(Task.done_on.is_(None))
        .order_by(Task.due_on, Task.id)
        .limit(PAGE + 1)
    )  # fmt: skip
    if after:
        due_on, task = _key(after)
        query = query.where(or_(Task.due_on > due_on, and_(Task.due_on == due_on, Task.id > task)))
    rows = [ToDo(**row) for row in session.execute(query).mappings()]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{last.due_on}~{last.id}" if last else None


def _whose(person: UUID | None, nobody: bool) -> str:
    return "person" if person is not None else "nobody" if nobody else "all"


_WHOSE: dict[str, tuple[ColumnElement[bool], ...]] = {
    "all": (),
    "person": (Case.assigned_to == bindparam("person", type_=Uuid()),),
    "nobody": (Case.assigned_to.is_(None),),
}


@lru_cache(maxsize=64)
def _counting(whose: str, most: int) -> Select[*tuple[Any, ...]]:
    """One number a state; each stops counting behind `most`, so that it costs the same in a city of any size."""
    first = {
        state: select(Case.id).where(OPEN_ADMISSION, Case.state == state, *_WHOSE[whose]).limit(most + 1).subquery()
        for state in OPEN
    }
    return select(
        *(select(func.count()).select_from(some).scalar_subquery().label(name) for name, some in first.items())
    )


@lru_cache(maxsize=256)
def _listing(states: tuple[str, ...], whose: str, further: bool, size: int) -> Select[*tuple[Any, ...]]:
    """The rows of a page. The keys come first, the most urgent of each state straight from its index, so that neither
    the number of cases nor that of other states matters; what a row shows is looked up for these few alone.
    """
    behind = tuple_(Case.due_on, Case.id) > tuple_(
        bindparam("last_due_on", type_=Date()), bindparam("last_id", type_=Uuid())
    )
    where = (OPEN_ADMISSION, *_WHOSE[whose], *((behind,) if further else ()))
    first = [
        select(Case.id, Case.due_on).where(Case.state == state, *where).order_by(Case.due_on, Case.id).limit(size)
        for state in states
    ]
    every = union_all(*(select(some.subquery()) for some in first)).subquery()
    keys = select(every).order_by(every.c.due_on, every.c.id).limit(size).subquery()
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
            Case.id, Case.number, Case.title, Case.state, Case.edition, Case.submitted_at, Case.due_on,
            Account.name.label("assigned"),
            ConflictDeclaration.conflict,
            (Case.criteria_applicable - assessed).label("unassessed"),
            Case.criteria_applicable.label("criteria"),
            resting.label("resting"),
        )
        .join(keys, keys.c.id == Case.id)
        .outerjoin(Account, Account.id == Case.assigned_to)
        .outerjoin(ConflictDeclaration, _of_reader(bindparam("reader", type_=Uuid())))
        .order_by(keys.c.due_on, keys.c.id)
    )  # fmt: skip


def _of_reader(reader: Any) -> ColumnElement[bool]:
    return and_(ConflictDeclaration.case_id == Case.id, ConflictDeclaration.account_id == reader)


def _row(row: Any) -> Row:
    values = dict(row._mapping)
    return Row(**values | {"due_on": None if row.due_on == NEVER else row.due_on})


def _key(text: str) -> tuple[date, UUID]:
    due_on, _, case_id = text.partition("~")
    return date.fromisoformat(due_on), UUID(case_id)


def _instant_key(text: str) -> tuple[datetime, UUID]:
    at, _, notice = text.partition("~")
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant, UUID(notice)
