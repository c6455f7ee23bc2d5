"""The one way a case changes state: lock, read, decide, write. And the one way it is born.

Order inside the transaction: the case's row is locked, its facts are read, the rulebook decides in memory, then what
follows is written, the log last but one and the case row last, so that the log's place is held as briefly as possible
(foundation 1 and C12). The caller has opened the write transaction with `writing()` and commits right afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, update
from sqlalchemy.orm import Session

from admission.cases.models import Case, Deadline, Pause
from admission.casework import effects
from admission.casework.facts import Actor, Situation, lock, read
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.errors import Reason, Refused, Stale
from admission.ground.ids import new_id
from admission.ground.mail import Mail
from admission.log.append import write
from admission.log.entry import Draft
from admission.onboarding.models import Task
from admission.procedure.definitions import Act, Procedure, Step
from admission.procedure.machine import advance, why_not, why_not_act
from admission.register.cards import touch
from admission.register.events import follow_case
from admission.register.sets import STANDING, TAKEN_OVER
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import in_force
from admission.rulebook.queries import rulebook as rulebook_of

CHANGE_DEADLINE = (
    update(Deadline)
    .where(Deadline.id == bindparam("row", type_=Uuid()))
    .values(state=bindparam("state"), days_left=bindparam("days_left"), ended_on=bindparam("ended_on"))
)
OPEN_DEADLINE = insert(Deadline)
SEND = insert(Mail)
REST = insert(Pause)
RESUME = (
    update(Pause)
    .where(Pause.case_id == bindparam("c", type_=Uuid()), Pause.ended_on.is_(None))
    .values(ended_on=bindparam("day"))
)
ISSUE = (
    update(Notice)
    .where(
        Notice.case_id == bindparam("c", type_=Uuid()), Notice.digest == bindparam("signed"), Notice.issued_at.is_(None)
    )
    .values(issued_at=bindparam("at"))
)
BEAR = insert(Case)
SET = update(Case).where(Case.id == bindparam("c", type_=Uuid()), Case.revision == bindparam("seen"))


@dataclass(frozen=True)
class Command:
    """What a form carries: an id made when it was rendered, and the revision that the person saw."""

    id: UUID
    seen: int


@dataclass(frozen=True)
class Record:
    """What a step or act records beyond its facts; built by the action before the case moves.

    `private` maps disclosure paths to values; `sets` are columns of the case that change with the step (number,
    submitted_at …); `opens` are columns of a case that the step opens; `tasks` are rows for the onboarding.
    """

    reason: str | None = None
    outcome: str | None = None
    reasons: Sequence[Mapping[str, Any]] = ()
    answers: Mapping[str, Any] | None = None
    documents: Sequence[Mapping[str, Any]] | None = None
    letter: str | None = None
    cites: Sequence[int] = ()
    data: Mapping[str, Any] | None = None
    private: Mapping[str, Any] = field(default_factory=dict)
    sets: Mapping[str, Any] = field(default_factory=dict)
    opens: Mapping[str, Any] = field(default_factory=dict)
    tasks: Sequence[Mapping[str, Any]] = ()
    mail: Mapping[str, Any] = field(default_factory=dict)
    begins_on: date | None = None


NOTHING = Record()


@dataclass(frozen=True)
class Moved:
    """Where the case stands now; `again`: the same command had done it before."""

    state: str
    revision: int
    again: bool = False


class RefusedHere(Refused):
    """A refused step or act with what is needed to log the attempt."""

    def __init__(self, reasons: Sequence[Reason], situation: Situation, name: str, by: Actor) -> None:
        super().__init__(reasons)
        self.situation = situation
        self.name = name
        self.by = by


def move(session: Session, case_id: UUID, step: str, *, by: Actor, command: Command, record: Record = NOTHING) -> Moved:
    """Take one step, in the caller's transaction, which nothing follows but its commit.

    Raises `NotFound`, `Stale` (somebody acted since the form was made) or `RefusedHere` with all reasons.
    """
    case = lock(session, case_id)
    situation = read(session, case, by, command.id)
    if situation.done is not None:
        return _again(situation, case_id, f"step.{step}", by)
    if case.revision != command.seen:
        raise Stale(command.seen, case.revision)
    book = rulebook_of(case.edition)
    procedure = book.procedure(case.kind)
    given = bool(record.reason and record.reason.strip())
    try:
        to = advance(procedure, case.state, step, situation.facts, situation.person, reason_given=given)
    except Refused as refusal:
        raise RefusedHere(refusal.reasons, situation, step, by) from None
    rule = procedure.step(case.state, step)
    assert rule is not None  # else `advance` had refused
    _write_step(session, situation, book, procedure, rule, to, by, command, record)
    return Moved(to, case.revision + 1)


def act(session: Session, case_id: UUID, name: str, *, by: Actor, command: Command, record: Record = NOTHING) -> bool:
    """Record an act on a case without moving it; False if the same command had done it before.

    Raises `NotFound`, `Stale` or `RefusedHere`. The rows that the act changes were written before, under the same lock.
    """
    case = lock(session, case_id)
    situation = read(session, case, by, command.id)
    if situation.done is not None:
        _again(situation, case_id, f"act.{name}", by)
        return False
    if case.revision != command.seen:
        raise Stale(command.seen, case.revision)
    book = rulebook_of(case.edition)
    procedure = book.procedure(case.kind)
    if reasons := why_not_act(procedure, case.state, name, situation.facts, situation.person):
        raise RefusedHere(reasons, situation, name, by)
    _write_act(session, situation, book, procedure, procedure.acts[name], by, command, record)
    return True


def begin(
    session: Session,
    kind: str,
    state: str,
    *,
    book: Rulebook,
    by: Actor,
    case_id: UUID | None = None,
    columns: Mapping[str, Any] | None = None,
    deadlines: Sequence[str] = (),
    record: Record = NOTHING,
) -> UUID:
    """Open a case at revision 0 with its entry; returns its id. The caller commits.

    Raises `Refused` (`edition.interim`) as long as the register's part of an edition alone holds.
    """
    current = in_force(clock.today())
    if current is not None and current.is_interim:
        raise Refused((Reason("edition.interim"),))
    case_id = case_id or new_id()
    procedure = book.procedure(kind)
    if state not in procedure.begins_in:
        raise ValueError(f"{kind} does not begin in {state}")
    row = _new_case(case_id, kind, state, book, columns or {})
    changes = effects.deadlines_at_birth(book, procedure, deadlines, _Born(case_id, 0), clock.today())
    draft = _birth(row, by, record, changes.said())
    write(session, [draft.seal()])
    connection = session.connection()
    connection.execute(BEAR, [row])
    if changes.opened:
        connection.execute(OPEN_DEADLINE, changes.opened)
    _tell_register(session, row)
    return case_id


def reasons_against(situation: Situation, step: str) -> tuple[Reason, ...]:
    """Every reason against a step in this situation, as pages show it before anything was entered."""
    book = rulebook_of(situation.case.edition)
    return why_not(book.procedure(situation.case.kind), situation.case.state, step, situation.facts, situation.person)


@dataclass(frozen=True)
class _Born:
    id: UUID
    round: int


def _again(situation: Situation, case_id: UUID, type_: str, by: Actor) -> Moved:
    """The answer of the first sending; the same id for anything else is refused."""
    done = situation.done
    assert done is not None
    if (done.case, done.type, done.actor) != (case_id, type_, by.pseudonym):
        raise Refused((Reason("command.used"),))
    return Moved(done.state, done.revision or situation.case.revision, again=True)


def _write_step(
    session: Session,
    situation: Situation,
    book: Rulebook,
    procedure: Procedure,
    rule: Step,
    to: str,
    by: Actor,
    command: Command,
    record: Record,
) -> None:
    case, today = situation.case, situation.facts.today
    changes = effects.deadlines_of_step(book, procedure, rule, case, situation.deadlines, today)
    born = _opened_case(book, rule, case, record)
    draft = _entry(case, by, record, f"step.{rule.name}", changes.said())
    draft.revision, draft.from_, draft.to = case.revision + 1, case.state, to
    draft.facts = situation.facts.as_json()
    draft.opens = born["id"] if born else None
    entries = [draft.seal()]
    if born:
        entries.append(_birth(born, by, NOTHING, []).seal())
    connection = session.connection()
    _write_changes(connection, changes)
    if rule.name == "rest":
        connection.execute(REST, {"id": new_id(), "case_id": case.id, "begun_on": today})
    elif situation.facts.resting and (rule.name == "resume" or to != case.state):
        connection.execute(RESUME, {"c": case.id, "day": today})
    if record.letter:
        connection.execute(ISSUE, {"c": case.id, "signed": record.letter, "at": clock.now()})
    if record.tasks:
        connection.execute(insert(Task), [dict(task) for task in record.tasks])
    cause = f"{case.id}/{case.revision + 1}"
    outcome = situation.facts.proposed_outcome
    if letters := effects.mails(rule.name, cause, case, outcome, _mail_values(record, changes)):
        connection.execute(SEND, letters)
    write(session, entries, command.id)
    if born:
        connection.execute(BEAR, [born])
    _tell_register(
        session, born or {"kind": case.kind, "of": case.of, "organisation_id": case.organisation_id, "state": to}
    )
    _set(session, case, procedure, to, command, record, today)


def _set(
    session: Session, case: Any, procedure: Procedure, to: str, command: Command, record: Record, today: date
) -> None:
    values: dict[str, Any] = {"state": to, "revision": case.revision + 1, **record.sets}
    if to != case.state:
        values["state_since"] = today
    if to == "assessment" and case.state != "assessment":
        values["round"] = case.revision + 1
    if procedure.is_final(to):
        values["ended_at"] = clock.now()
    changed = session.connection().execute(SET, {**values, "c": case.id, "seen": command.seen})
    if changed.rowcount != 1:  # the lock makes this impossible; it stays as a belt
        raise Stale(command.seen, command.seen + 1)


def _tell_register(session: Session, case: Mapping[str, Any]) -> None:
    """A membership that begins or changes is an event of its organisation; its entry is the last of the log.

    Taken over from the former network is who became a member without an admission.
    """
    if case["kind"] != "membership" or case.get("organisation_id") is None:
        return
    standing = TAKEN_OVER if case["state"] == "member" and case.get("of") is None else case["state"]
    follow_case(session, case["organisation_id"], [(STANDING, standing)])
    touch(session, case["organisation_id"])


def _write_act(
    session: Session,
    situation: Situation,
    book: Rulebook,
    procedure: Procedure,
    rule: Act,
    by: Actor,
    command: Command,
    record: Record,
) -> None:
    case = situation.case
    begins_on = record.begins_on or situation.facts.today
    changes = effects.deadlines_of_act(book, procedure, rule, case, situation.deadlines, begins_on)
    draft = _entry(case, by, record, f"act.{rule.name}", changes.said())
    sealed = draft.seal()
    connection = session.connection()
    _write_changes(connection, changes)
    cause = f"{case.id}/{command.id}"
    if letters := effects.mails(rule.name, cause, case, None, _mail_values(record, changes)):
        connection.execute(SEND, letters)
    write(session, [sealed], command.id)
    if record.sets:
        connection.execute(update(Case).where(Case.id == case.id).values(**record.sets))


def _write_changes(connection: Any, changes: effects.Changes) -> None:
    if changes.changed:
        connection.execute(CHANGE_DEADLINE, changes.changed)
    if changes.opened:
        connection.execute(OPEN_DEADLINE, changes.opened)


def _entry(case: Any, by: Actor, record: Record, type_: str, deadlines: list[dict[str, Any]]) -> Draft:
    private = dict(record.private)
    if record.reason and record.reason.strip():
        private.setdefault("message", record.reason)
    return Draft(
        type_,
        by.pseudonym,
        by.role,
        case=case.id,
        kind=case.kind,
        number=record.sets.get("number", case.number),
        edition=record.sets.get("edition", case.edition),
        outcome=record.outcome,
        reasons=record.reasons,
        answers=record.answers,
        documents=record.documents,
        deadlines=deadlines,
        letter=record.letter,
        cites=record.cites,
        data=record.data,
        private=private,
    )


def _birth(row: Mapping[str, Any], by: Actor, record: Record, deadlines: list[dict[str, Any]]) -> Draft:
    names = {"admission": "draft.opened", "membership": "membership.opened"}
    return Draft(
        names[row["kind"]],
        by.pseudonym,
        by.role,
        case=row["id"],
        kind=row["kind"],
        edition=row["edition"],
        of=row.get("of"),
        revision=0,
        to=row["state"],
        facts={"today": clock.today()},
        deadlines=deadlines,
        data=record.data,
        private=record.private,
    )


def _opened_case(book: Rulebook, rule: Step, case: Any, record: Record) -> dict[str, Any] | None:
    if rule.opens is None:
        return None
    state = "guest" if rule.name == "admit_as_guest" else "member"
    columns = {"of": case.id, "organisation_id": case.organisation_id, "applicant_id": case.applicant_id}
    return _new_case(new_id(), rule.opens, state, book, columns | dict(record.opens))


def _new_case(case_id: UUID, kind: str, state: str, book: Rulebook, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": case_id,
        "kind": kind,
        "edition": book.digest,
        "state": state,
        "revision": 0,
        "round": 0,
        "state_since": clock.today(),
        "opened_at": clock.now(),
        "title": "",
        "language": "de",
        "portal_consent": False,
        "sections_open": 0,
        "criteria_applicable": 0,
        "evidence_applicable": 0,
        "record_version": 0,
        "logged_version": 0,
        **columns,
    }


def _mail_values(record: Record, changes: effects.Changes) -> dict[str, Any]:
    due = {row["kind"]: row["due_on"].isoformat() for row in changes.opened}
    return {"due": due, **record.mail} if due or record.mail else {}
