"""A small office in which anybody tries anything; every try is compared with the second opinion."""

from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from admission.cases import actions as cases
from admission.cases.models import Case
from admission.casework import applications
from admission.casework import move as engine
from admission.casework.facts import Actor
from admission.completeness import actions as completeness
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Stale
from admission.log.models import Entry
from admission.log.pseudonyms import pseudonym
from admission.procedure.definitions import Act, Step
from admission.rulebook.edition import Rulebook
from tests import factories
from tests.properties import naive

# Several people hold two roles, else four eyes would follow from the roles alone.
CAST = (
    ("selin", "applicant"),
    ("anna", "caseworker"),
    ("chris", "caseworker"),
    ("bilal", "approver"),
    ("dora", "approver"),
    ("anna", "approver"),
    ("bilal", "caseworker"),
    ("system", "system"),
    ("emil", "council"),
)
FIRST_DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
LAST_DAY = date(2034, 1, 1)  # the calendar of the edition must still cover what begins then
DAYS = (1, 4, 8, 15, 29, 60, 190)


class Disagreement(AssertionError):
    """The engine did other than the second opinion says."""


@dataclass
class Tally:
    """What happened over a whole run."""

    tried: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    stale: int = 0
    again: int = 0


class World:
    """One case of one applicant; the people of the office are the same in all worlds of a database."""

    def __init__(self, book: Rulebook, people: dict[str, UUID], tally: Tally, membership: str = ""):
        """An application that was begun; or, if its first state is given, a membership."""
        self.book, self.tally = book, tally
        self.day = FIRST_DAY
        self.people = people | {"selin": factories.account(None, "applicant")}
        with self.clock():
            writing()
            self.id = self._membership(membership) if membership else self._application()
            self.actors = {(name, role): self._actor(name, role) for name, role in CAST}
            db.session.commit()
        self.procedure = book.procedure("membership" if membership else "admission")
        self.last: tuple[str, engine.Command, tuple[str, str]] | None = None
        self._file: naive.Seen | None = None

    def _application(self) -> UUID:
        case = applications.open_draft(db.session, self.book, self.people["selin"])
        answers = factories.ANSWERS | {"organisation_name": f"Verein {case.id}"}
        del answers["founded_on"]
        cases.save_answers(db.session, case, self.book, answers)
        return case.id

    def _membership(self, state: str) -> UUID:
        case_id, selin = uuid4(), self.people["selin"]
        by = Actor(selin, "applicant", pseudonym(db.session, selin, case_id))
        columns = {"applicant_id": selin, "title": "Verein"}
        return engine.begin(db.session, "membership", state, book=self.book, by=by, case_id=case_id, columns=columns)

    @contextmanager
    def clock(self) -> Any:
        with clock.at(self.day):
            yield

    def _actor(self, name: str, role: str) -> Actor:
        return factories.as_(role, None if name == "system" else self.people[name], self.id)

    # --- a try, and its comparison ---

    def tries(self, name: str, who: tuple[str, str], *, reason: bool = True, off: int = 0) -> bool:
        """Try a step or an act; `off` is how far the form is behind. True if it was accepted."""
        with self.clock():
            is_act = name in self.procedure.acts
            by = self.actors[who]
            self._file = None  # whatever a refusal left behind would be seen here
            seen = self.seen()
            expected = naive.against(self.book, seen, name, by.person, by.role, by.pseudonym, reason)
            before = (seen.case.state, seen.case.revision, len(seen.entries))
            command = engine.Command(uuid4(), before[1] - off)
            outcome = self._do(name, is_act, by, command, reason)
            self._compare(name, is_act, expected, outcome, before, off)
            db.session.rollback()
            self.tally.tried[name] += 1
            self.tally.reasons.update(expected)
            if len(expected) == 1:
                self.tally.alone[expected[0]] += 1
            if outcome is True:
                self._file = None
                self.tally.accepted[name] += 1
                self.last = (name, command, who)
            return outcome is True

    def sends_again(self) -> None:
        """The last accepted form is sent once more, by whoever sent it: nothing may happen."""
        if self.last is None:
            return
        name, command, who = self.last
        with self.clock():
            self._file = None
            before = self._stands()
            outcome = self._do(name, name in self.procedure.acts, self.actors[who], command, True, again=True)
            db.session.rollback()
            if outcome != "again" or self._stands() != before:
                raise Disagreement(f"{name} sent again: {outcome}, {before} -> {self._stands()}")
            self.tally.again += 1

    def _do(self, name: str, is_act: bool, by: Actor, command: Any, reason: bool, again: bool = False) -> Any:
        case = factories.locked(self.id)
        try:
            record = self._record(name, reason)
            if name == "request_supplement" and case.state in ("completeness", "assessment") and not again:
                completeness.request_missing(db.session, case)
            if is_act:
                done = engine.act(db.session, self.id, name, by=by, command=command, record=record)
                outcome: Any = True if done else "again"
            else:
                moved = engine.move(db.session, self.id, name, by=by, command=command, record=record)
                outcome = "again" if moved.again else True
            db.session.commit()
            return outcome
        except engine.RefusedHere as refusal:
            db.session.rollback()
            return [found.code for found in refusal.reasons]
        except Stale as stale:
            db.session.rollback()
            return (stale.seen, stale.current)

    def _compare(self, name: str, is_act: bool, expected: list[str], outcome: Any, before: Any, off: int) -> None:
        state, revision, entries = before
        after = self._stands()
        if off:
            self.tally.stale += 1
            if outcome != (revision - off, revision) or after != before:
                raise Disagreement(f"{name}, {off} behind: {outcome}, {before} -> {after}")
            return
        if expected:
            if outcome != expected or after != before:
                raise Disagreement(f"{name} in {state}: {outcome}, {before} -> {after}; expected {expected}")
            return
        rule = None if is_act else self.procedure.step(state, name)
        to = rule.to if rule else state
        wanted = (to, revision + (0 if is_act else 1), entries + 1)
        if outcome is not True or after != wanted:
            raise Disagreement(f"{name} in {state}: {outcome}, {before} -> {after}; expected {wanted}")

    def _stands(self) -> tuple[str, int, int]:
        entries = select(func.count()).where(Entry.case_id == self.id).scalar_subquery()
        found = db.session.execute(select(Case.state, Case.revision, entries).where(Case.id == self.id)).one()
        return found[0], found[1], found[2]

    def _record(self, name: str, reason: bool) -> engine.Record:
        case = db.session.get_one(Case, self.id)
        if name == "submit":
            record = applications.submission_record(db.session, case, self.book, "Selin")
            return replace(record, reason="x" if reason else None)
        return engine.Record(reason="x" if reason else "  ", opens={"title": case.title} if "admit" in name else {})

    def changes(self, work: Callable[[Any], Any]) -> None:
        """Change what lies in the file, under the case's lock."""
        self._file = None
        with self.clock():
            work(factories.locked(self.id))
            db.session.commit()

    def passes(self, days: int) -> None:
        """Days go by."""
        if (self.day + timedelta(days=days)).date() < LAST_DAY:
            self._file = None
            self.day += timedelta(days=days)

    def seen(self) -> naive.Seen:
        """The file as it lies there, read again only after something was written or a day went by."""
        db.session.rollback()
        if self._file is None:
            with self.clock():
                self._file = naive.look(self.id)
        return self._file

    @property
    def state(self) -> str:
        """Where the case stands."""
        return str(self.seen().case.state)

    def rule(self, name: str) -> Step | Act | None:
        """The step or act of that name here."""
        return self.procedure.acts.get(name) or self.procedure.step(self.state, name)
