"""What the people of the fictional city do, in the words of the procedure; each deed is a transaction of the engine."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.assessment.queries import findings as found_on
from admission.cases import actions as cases
from admission.cases import queries, rules
from admission.cases.models import Case
from admission.casework import applications, deciding, findings, notices
from admission.casework.facts import Actor, lock
from admission.casework.move import Command, Record, act, move
from admission.casework.notices import Sender
from admission.casework.people import actor
from admission.completeness import actions as completeness
from admission.completeness.queries import checks
from admission.decisions.models import Notice
from admission.ground import files
from admission.ground.db import db, writing
from admission.ground.ids import new_id
from admission.organisations.models import Organisation
from admission.register import actions as register
from admission.rulebook.edition import Rulebook


class Matter:
    """One application and the people around it."""

    def __init__(
        self, book: Rulebook, applicant: UUID, clerk: UUID, head: UUID, sender: Sender, clerk_name: str
    ) -> None:
        self.book, self.applicant, self.clerk, self.head = book, applicant, clerk, head
        self.sender, self.clerk_name = sender, clerk_name
        self.case_id: UUID | None = None
        self.story: Any = None  # set by the player; deeds read the answers and the person from it

    def begins(self, answers: Mapping[str, Any]) -> None:
        """A draft, with some or all answers."""
        writing()
        case = applications.open_draft(self._session, self.book, self.applicant)
        cases.save_answers(self._session, case, self.book, answers)
        db.session.commit()
        self.case_id = case.id

    def uploads(self, kind: str, name: str, data: bytes) -> None:
        """A document joins the application."""
        case = self._locked()
        sealed = cases.seal(self._session, case.id, files.take(name, data))
        cases.add_document(self._session, case, self.book, kind, sealed, self.applicant)
        db.session.commit()

    def submits(self, name: str) -> None:
        """The applicant submits."""
        self._does(
            "applicant",
            self.applicant,
            lambda case, by, command: applications.submit(self._session, case, self.book, name, by=by, command=command),
        )

    def is_taken_on(self) -> None:
        """The clerk declares no conflict, claims the case and answers as a person."""
        self.declares(self.clerk, "caseworker")
        self._does("caseworker", self.clerk, self._claim)
        self._step("acknowledge")

    def declares(self, person: UUID, role: str, conflict: bool = False) -> None:
        """Somebody declares before the first opening whether there is a conflict of interest."""

        def declare(case: Case, by: Actor, command: Command) -> None:
            cases.declare(self._session, case.id, person, conflict)
            record = Record(data={"conflict": conflict})
            act(self._session, case.id, "declare_conflict", by=by, command=command, record=record)

        self._does(role, person, declare)

    def is_complete(self) -> None:
        """Everything is there."""
        self._checks({})
        self._step("confirm_complete")

    def lacks(self, missing: Mapping[str, str]) -> None:
        """Something is missing and asked for in one letter."""
        self._checks(missing)

        def request(case: Case, by: Actor, command: Command) -> None:
            items = completeness.request_missing(self._session, case)
            record = Record(data={"items": [row.item for row in items]})
            move(self._session, case.id, "request_supplement", by=by, command=command, record=record)

        self._does("caseworker", self.clerk, request)

    def asks_for_more_time(self, kind: str) -> None:
        """The organisation asks for more time and gets it, by the same rule as everybody."""

        def extend(case: Case, by: Actor, command: Command) -> None:
            before, after = cases.extend(self._session, self.book, case, kind)
            record = Record(data={"deadline": kind, "before": before, "due": after})
            act(self._session, case.id, "extend", by=by, command=command, record=record)

        self._does("applicant", self.applicant, extend)

    def supplements(self, texts: Mapping[str, str]) -> None:
        """The organisation answers item by item."""
        self._does(
            "applicant",
            self.applicant,
            lambda case, by, command: applications.answer_supplement(
                self._session, case, self.book, texts, by=by, command=command
            ),
        )

    def is_assessed(self, deviations: Mapping[str, tuple[str, str]] | None = None, only: Sequence[str] = ()) -> None:
        """The clerk finds each criterion met, except where `deviations` says otherwise: code -> (outcome, reason)."""
        wanted = deviations or {}
        for code in rules.applicable(self.book, queries.answers(self._session, self._id)):
            if only and code not in only:
                continue
            outcome, reason = wanted.get(code, ("met", ""))
            self._does("caseworker", self.clerk, self._finding(code, outcome, reason))

    def is_proposed(self, outcome: str, reasons: str, obligations: Sequence[Mapping[str, Any]] = ()) -> None:
        """The clerk proposes, with reasons and the letter ready."""
        self._does(
            "caseworker",
            self.clerk,
            lambda case, by, command: deciding.propose(
                self._session, case, self.book, outcome, reasons, obligations, self.sender,
                name=self.clerk_name, by=by, command=command,
            ),
        )  # fmt: skip

    def is_heard(self) -> None:
        """The letter of the hearing goes out."""
        self._does(
            "caseworker",
            self.clerk,
            lambda case, by, command: deciding.open_hearing(self._session, case, by=by, command=command),
        )

    def opens_notice(self) -> None:
        """The organisation opens the newest notice at its desk."""

        def open_(case: Case, by: Actor, command: Command) -> None:
            waiting = self._session.scalars(
                select(Notice)
                .where(Notice.case_id == case.id, Notice.issued_at.is_not(None), Notice.given_on.is_(None))
                .order_by(Notice.issued_at)
            ).first()
            if waiting is not None:
                notices.deliver_at_desk(self._session, case, waiting, by=by, command=command)

        self._does("applicant", self.applicant, open_)

    def shows(self, fields: Mapping[str, str]) -> None:
        """The organisation agrees that these fields may be shown to everybody."""
        case = self._session.get_one(Case, self._id, populate_existing=True)
        assert case.organisation_id is not None
        writing()
        owner = self._session.get_one(Organisation, case.organisation_id, populate_existing=True)
        for name, value in fields.items():
            register.save_field(self._session, owner, name, value)
            register.give_consent(self._session, owner, name, by=self.applicant, role="applicant")
        db.session.commit()

    def states(self, says: Mapping[str, str], on: date) -> None:
        """The organisation says something to each point."""
        self._does(
            "applicant",
            self.applicant,
            lambda case, by, command: deciding.receive_statement(
                self._session, case, says, "", on=on, channel="online", by=by, command=command
            ),
        )

    def is_weighed(self, answers: Mapping[str, str], text: str, outcome: str) -> None:
        """The clerk answers each point and proposes again."""
        self._does(
            "caseworker",
            self.clerk,
            lambda case, by, command: deciding.weigh(
                self._session, case, self.book, answers, text, outcome, (), self.sender,
                name=self.clerk_name, by=by, command=command,
            ),
        )  # fmt: skip

    def is_signed(self) -> None:
        """The head declares no conflict, reads and signs."""
        if queries.declaration(self._session, self._id, self.head) is None:
            self.declares(self.head, "approver")
        self._does(
            "approver",
            self.head,
            lambda case, by, command: deciding.sign(self._session, case, self.book, by=by, command=command),
        )

    def comes_back(self, reason: str) -> None:
        """The head returns the proposal."""
        if queries.declaration(self._session, self._id, self.head) is None:
            self.declares(self.head, "approver")
        self._does(
            "approver",
            self.head,
            lambda case, by, command: deciding.send_back(self._session, case, reason, by=by, command=command),
        )

    def is_withdrawn(self) -> None:
        """The organisation withdraws."""
        self._does(
            "applicant",
            self.applicant,
            lambda case, by, command: applications.withdraw(self._session, case, "", by=by, command=command),
        )

    def closure_is_announced(self) -> None:
        """The clerk announces that the case will be closed without a decision."""
        self._does(
            "caseworker",
            self.clerk,
            lambda case, by, command: act(self._session, case.id, "announce_closure", by=by, command=command),
        )

    def is_closed(self, reason: str) -> None:
        """Somebody else closes it."""
        if queries.declaration(self._session, self._id, self.head) is None:
            self.declares(self.head, "approver")
        self._does(
            "approver",
            self.head,
            lambda case, by, command: move(
                self._session, case.id, "close", by=by, command=command, record=Record(reason=reason)
            ),
        )

    @property
    def _id(self) -> UUID:
        assert self.case_id is not None
        return self.case_id

    @property
    def _session(self) -> Session:
        return db.session()

    def _locked(self) -> Case:
        writing()
        lock(self._session, self._id)
        return self._session.get_one(Case, self._id, populate_existing=True)

    def _does(self, role: str, person: UUID, deed: Callable[[Case, Actor, Command], Any]) -> None:
        case = self._locked()
        deed(case, actor(self._session, person, role, case), Command(new_id(), case.revision))
        db.session.commit()

    def _step(self, step: str) -> None:
        self._does(
            "caseworker",
            self.clerk,
            lambda case, by, command: move(self._session, case.id, step, by=by, command=command),
        )

    def _claim(self, case: Case, by: Actor, command: Command) -> None:
        cases.assign(self._session, case.id, self.clerk)
        act(self._session, case.id, "claim", by=by, command=command, record=Record(data={"assigned_to": by.pseudonym}))

    def _checks(self, missing: Mapping[str, str]) -> None:
        uploaded = [row.kind for row in queries.documents(self._session, self._id)]
        found = rules.evidence(self.book, queries.answers(self._session, self._id), uploaded)
        for item in [evidence.code for evidence in found]:
            self._does("caseworker", self.clerk, self._check(item, missing.get(item, "")))

    def _check(self, item: str, note: str) -> Callable[[Case, Actor, Command], None]:
        def check(case: Case, by: Actor, command: Command) -> None:
            before = checks(self._session, case.id).get(item)
            verdict, seen = "missing" if note else "there", before.version if before else 0
            if completeness.check(self._session, case.id, item, verdict, note, by=self.clerk, seen=seen):
                record = Record(data={"item": item, "verdict": verdict}, private={"message": note} if note else {})
                act(self._session, case.id, "check", by=by, command=command, record=record)

        return check

    def _finding(self, code: str, outcome: str, reason: str) -> Callable[[Case, Actor, Command], None]:
        def assess(case: Case, by: Actor, command: Command) -> None:
            before = found_on(self._session, case.id).get(code)
            findings.assess(
                self._session, case, self.book, code, outcome, reason,
                seen_version=before.version if before else 0, by=by, command=command,
            )  # fmt: skip

        return assess


def days_before(day: date, *offsets: int) -> list[str]:
    """Days so many days before `day`, as answers hold them."""
    return [(day - timedelta(days=offset)).isoformat() for offset in offsets]
