"""One application on its way, with the people around it, through the real engine and in honest steps."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from admission.assessment import actions as assessment
from admission.assessment.queries import findings
from admission.cases import actions as cases
from admission.cases import queries, rules
from admission.cases.models import Case, Deadline
from admission.casework import applications
from admission.casework.facts import Actor
from admission.casework.move import NOTHING, Command, Moved, Record, act, move
from admission.completeness import actions as completeness
from admission.completeness.queries import checks
from admission.decisions import actions as decisions
from admission.ground.db import db
from admission.hearing import actions as hearing
from admission.log.models import Entry
from admission.rulebook.edition import Rulebook
from tests import factories

ROLES = {"selin": "applicant", "anna": "caseworker", "chris": "caseworker", "bilal": "approver", "dora": "approver"}
LETTERS = {"admit": "admission", "admit_with_obligations": "admission_with_obligations", "admit_as_guest": "guest"}
LETTERS |= {"refuse": "refusal", "hearing": "hearing"}


class Way:
    """An application of Selin's; Anna and Chris work on it, Bilal and Dora sign. Each method commits."""

    def __init__(self, book: Rulebook | None = None, **answers: Any) -> None:
        self.book = book or factories.publish()
        self.people: dict[str, UUID] = {name: factories.account(None, role) for name, role in ROLES.items()}
        self.id = factories.draft(self.book, self.people["selin"], **answers)

    # --- what stands there ---

    @property
    def case(self) -> Case:
        """The case's row, read anew."""
        db.session.rollback()
        return db.session.get_one(Case, self.id, populate_existing=True)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What the log says of it, in order."""
        db.session.rollback()
        bodies = db.session.scalars(select(Entry.body).where(Entry.case_id == self.id).order_by(Entry.idx))
        return [json.loads(body) for body in bodies]

    @property
    def deadlines(self) -> dict[str, list[tuple[str, date]]]:
        """Kind -> (state, last day) of its deadlines, oldest first."""
        db.session.rollback()
        found: dict[str, list[tuple[str, date]]] = {}
        rows = db.session.scalars(select(Deadline).where(Deadline.case_id == self.id))
        for row in sorted(rows, key=lambda row: (row.begun_on, row.due_on)):
            found.setdefault(row.kind, []).append((row.state, row.due_on))
        return found

    @cached_property
    def items(self) -> list[str]:
        """The criteria that ask for evidence."""
        answers = queries.answers(db.session, self.id)
        return [group.code for group in rules.evidence(self.book, answers, set())]

    @cached_property
    def criteria(self) -> list[str]:
        """The criteria that apply."""
        return rules.applicable(self.book, queries.answers(db.session, self.id))

    # --- the two doors of the engine ---

    def locked(self) -> Case:
        """Open the write transaction and lock the case."""
        return factories.locked(self.id)

    def by(self, who: str) -> Actor:
        """A person as an actor of this case, inside the write transaction."""
        if who == "system":
            return factories.as_("system", None, self.id)
        return factories.as_(ROLES[who], self.people[who], self.id)

    def command(self) -> Command:
        """What a form rendered now would carry."""
        return factories.command(self.id)

    def step(self, name: str, who: str, record: Record = NOTHING, command: Command | None = None) -> Moved:
        """Take a step."""
        command = command or self.command()
        self.locked()
        moved = move(db.session, self.id, name, by=self.by(who), command=command, record=record)
        db.session.commit()
        return moved

    def act(self, name: str, who: str, record: Record = NOTHING, command: Command | None = None) -> bool:
        """Do an act."""
        command = command or self.command()
        self.locked()
        done = act(db.session, self.id, name, by=self.by(who), command=command, record=record)
        db.session.commit()
        return done

    # --- honest steps ---

    def submits(self, command: Command | None = None) -> Moved:
        """Selin sends the application."""
        command = command or self.command()
        case = self.locked()
        by = self.by("selin")
        moved = applications.submit(db.session, case, self.book, "Selin Aydar", by=by, command=command)
        db.session.commit()
        for who in ("anna", "chris", "bilal", "dora"):
            self.declares(who)
        return moved

    def declares(self, who: str, conflict: bool = False) -> None:
        """A person of the office says whether there is a conflict of interest."""
        self.locked()
        cases.declare(db.session, self.id, self.people[who], conflict)
        db.session.commit()

    def checks(self, who: str = "anna", **missing: str) -> None:
        """Every item is looked at; those named are missing."""
        self.locked()
        seen = checks(db.session, self.id)
        for item in self.items:
            note = missing.get(item, "")
            version = seen[item].version if item in seen else 0
            verdict = "missing" if note else "there"
            completeness.check(db.session, self.id, item, verdict, note, by=self.people[who], seen=version)
        db.session.commit()

    def in_assessment(self) -> "Way":
        """Submitted, acknowledged and complete."""
        self.submits()
        self.step("acknowledge", "anna")
        self.checks()
        self.step("confirm_complete", "anna")
        return self

    def in_supplement(self, item: str = "K04") -> "Way":
        """Something was found missing and asked for."""
        self.submits()
        self.step("acknowledge", "anna")
        self.checks(**{item: "Die Satzung fehlt."})
        case = self.locked()
        completeness.request_missing(db.session, case)
        db.session.commit()
        self.step("request_supplement", "anna")
        return self

    def assesses(self, who: str = "anna", **outcomes: str) -> None:
        """Every criterion gets its finding: met, or what is named; each leaves its entry."""
        for code in self.criteria:
            outcome = outcomes.get(code, "met")
            command = self.command()
            self.locked()
            found = findings(db.session, self.id).get(code)
            reason = "" if outcome == "met" else "Dazu fehlt der Nachweis."
            person, seen = self.people[who], found.version if found else 0
            if assessment.find(db.session, self.id, code, outcome, "unclear", reason, by=person, seen=seen):
                record = Record(outcome=outcome, data={"criterion": code})
                act(db.session, self.id, "assess", by=self.by(who), command=command, record=record)
            db.session.commit()

    def drafts(self, letter: str, remedy: bool = True) -> str:
        """A letter is written; returns its digest."""
        case = self.locked()
        data = {"salt": "s" * 22, "code": decisions.new_code(), "letter": letter}
        notice = decisions.draft_notice(db.session, case, letter, data | ({"remedy": "Klage"} if remedy else {}))
        digest = notice.digest
        db.session.commit()
        return digest

    def proposes(self, outcome: str, who: str = "anna", obligations: tuple[Mapping[str, Any], ...] = ()) -> Moved:
        """An outcome is proposed, with its letter."""
        case = self.locked()
        decisions.propose(db.session, case, outcome, "Begründung", obligations, by=self.people[who])
        db.session.commit()
        self.drafts("hearing" if outcome == "refuse" else LETTERS[outcome])
        return self.step("propose", who, Record(reason="Begründung", outcome=outcome))

    def proposed(self, outcome: str = "admit", **outcomes: str) -> "Way":
        """Assessed by Anna and proposed."""
        self.in_assessment()
        self.assesses(**outcomes)
        self.proposes(outcome)
        return self

    def in_hearing(self) -> "Way":
        """A refusal is intended and the organisation is heard."""
        self.proposed("refuse", K01="not_met")
        case = self.locked()
        hearing.open_points(db.session, case, ["K01"])
        db.session.commit()
        self.step("open_hearing", "bilal")
        return self

    def states(self, text: str = "Wir haben Räume.", *, on: date) -> None:
        """The organisation answers."""
        case = self.locked()
        hearing.receive(db.session, case, {"K01": text}, "", on=on, channel="online", by=self.people["selin"])
        db.session.commit()
        self.act("make_statement", "selin")

    def weighs(self, outcome: str = "refuse", who: str = "anna") -> Moved:
        """The statement is weighed and the outcome proposed again."""
        case = self.locked()
        hearing.weigh(db.session, case, {"K01": "Gewürdigt."}, "Gewürdigt.", by=self.people[who])
        decisions.propose(db.session, case, outcome, "Begründung", (), by=self.people[who])
        db.session.commit()
        self.drafts(LETTERS[outcome])
        return self.step("weigh", who, Record(reason="Gewürdigt.", outcome=outcome))


def another(command: Command, seen: int | None = None) -> Command:
    """The same form sent anew, as after a reload: another id."""
    return Command(uuid4(), command.seen if seen is None else seen)
