"""The people of a small office and one organisation, who speak in the words of the procedure."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from admission.assessment.queries import findings as found_on
from admission.cases import actions as cases
from admission.cases import queries, rules
from admission.cases.models import Case
from admission.casework import applications, deciding, findings, notices
from admission.casework.facts import Actor
from admission.casework.move import Moved, Record, act, move
from admission.casework.notices import Sender
from admission.completeness import actions as completeness
from admission.completeness.queries import checks
from admission.decisions.models import Notice
from admission.ground.db import db
from admission.ground.ids import new_id
from tests import factories

SENDER = Sender(
    "Stadt Musterfeld",
    "Kommunales Integrationszentrum",
    "Weberstraße 12, 99001 Musterfeld",
    "Stadt Musterfeld · KI · Weberstraße 12 · 99001 Musterfeld",
    "Jorinde Falk",
    "0221 4710-145",
    "mso@musterfeld.example",
)


class Office:
    """A clerk, a head who signs, and an applicant, under the edition 2026-1."""

    def __init__(self) -> None:
        self.book = factories.publish()
        self.applicant = factories.account(None, "applicant")
        self.clerk = factories.account(None, "caseworker", "approver")
        self.head = factories.account(None, "approver")

    def receives(self, **answers: Any) -> UUID:
        """An application is submitted, acknowledged, and declared free of conflicts by clerk and head."""
        case_id = factories.draft(self.book, self.applicant, **answers)
        self.submits(case_id)
        for person, role in ((self.clerk, "caseworker"), (self.head, "approver")):
            self.declares(case_id, person, role)
        self.steps(case_id, "acknowledge")
        return case_id

    def draft_and_submit(self, **answers: Any) -> UUID:
        """An application of an organisation of its own is submitted, nobody has looked at it yet."""
        name = f"Kulturverein {new_id().hex[:12]}"
        case_id = factories.draft(self.book, factories.account(None, "applicant"), organisation_name=name, **answers)
        self.applicant = db.session.get_one(Case, case_id).applicant_id
        self.submits(case_id)
        return case_id

    def case(self, case_id: UUID) -> Case:
        """The case as it stands now."""
        return db.session.get_one(Case, case_id, populate_existing=True)

    def submits(self, case_id: UUID) -> Moved:
        """The applicant submits."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        by = factories.as_("applicant", self.applicant, case_id)
        moved = applications.submit(db.session, case, self.book, "Selin Aydar", by=by, command=command)
        db.session.commit()
        return moved

    def declares(self, case_id: UUID, person: UUID, role: str, conflict: bool = False) -> None:
        """Somebody declares whether there is a conflict of interest."""
        command = factories.command(case_id)
        factories.locked(case_id)
        cases.declare(db.session, case_id, person, conflict)
        by = factories.as_(role, person, case_id)
        act(db.session, case_id, "declare_conflict", by=by, command=command, record=Record(data={"conflict": conflict}))
        db.session.commit()

    def steps(self, case_id: UUID, step: str, reason: str | None = None, by: Actor | None = None) -> Moved:
        """The clerk takes a step that records nothing more."""
        command = factories.command(case_id)
        factories.locked(case_id)
        actor = by or factories.as_("caseworker", self.clerk, case_id)
        moved = move(db.session, case_id, step, by=actor, command=command, record=Record(reason=reason))
        db.session.commit()
        return moved

    def checks(self, case_id: UUID, missing: dict[str, str]) -> None:
        """The clerk looks at every item."""
        for item in self.items(case_id):
            command = factories.command(case_id)
            factories.locked(case_id)
            before = checks(db.session, case_id).get(item)
            verdict = "missing" if item in missing else "there"
            seen = before.version if before else 0
            note = missing.get(item, "")
            changed = completeness.check(db.session, case_id, item, verdict, note, by=self.clerk, seen=seen)
            if changed:
                by = factories.as_("caseworker", self.clerk, case_id)
                record = Record(data={"item": item, "verdict": verdict}, private={"message": note} if note else {})
                act(db.session, case_id, "check", by=by, command=command, record=record)
            db.session.commit()

    def items(self, case_id: UUID) -> list[str]:
        """The items of the completeness check."""
        uploaded = [row.kind for row in queries.documents(db.session, case_id)]
        answers = queries.answers(db.session, case_id)
        found = [item.code for item in rules.evidence(self.book, answers, uploaded)]
        db.session.rollback()
        return found

    def finds_complete(self, case_id: UUID) -> None:
        """Everything is there."""
        self.checks(case_id, {})
        self.steps(case_id, "confirm_complete")

    def finds_missing(self, case_id: UUID, **missing: str) -> None:
        """Something is missing and asked for in one letter."""
        self.checks(case_id, missing)
        command = factories.command(case_id)
        case = factories.locked(case_id)
        items = completeness.request_missing(db.session, case)
        by = factories.as_("caseworker", self.clerk, case_id)
        record = Record(data={"items": [row.item for row in items]})
        move(db.session, case_id, "request_supplement", by=by, command=command, record=record)
        db.session.commit()

    def applicant_answers(self, case_id: UUID, **texts: str) -> None:
        """The organisation answers each item."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        by = factories.as_("applicant", self.applicant, case_id)
        applications.answer_supplement(db.session, case, self.book, texts, by=by, command=command)
        db.session.commit()

    def applicant_withdraws(self, case_id: UUID) -> None:
        """The organisation withdraws."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        by = factories.as_("applicant", self.applicant, case_id)
        applications.withdraw(db.session, case, "", by=by, command=command)
        db.session.commit()

    def assesses(self, case_id: UUID, **outcomes: str) -> None:
        """The clerk finds every criterion met, except where it says otherwise."""
        answers = queries.answers(db.session, case_id)
        for code in rules.applicable(self.book, answers):
            outcome = outcomes.get(code, "met")
            reason = "" if outcome == "met" else "Es fehlt der Nachweis."
            command = factories.command(case_id)
            case = factories.locked(case_id)
            before = found_on(db.session, case_id).get(code)
            by = factories.as_("caseworker", self.clerk, case_id)
            findings.assess(
                db.session, case, self.book, code, outcome, reason,
                seen_version=before.version if before else 0, by=by, command=command,
            )  # fmt: skip
            db.session.commit()

    def proposes(self, case_id: UUID, outcome: str, obligations: list[dict[str, Any]] | None = None) -> Moved:
        """The clerk proposes."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        by = factories.as_("caseworker", self.clerk, case_id)
        moved = deciding.propose(
            db.session, case, self.book, outcome, "Aus diesen Gründen.", obligations or [], SENDER,
            name="Jorinde Falk", by=by, command=command,
        )  # fmt: skip
        db.session.commit()
        return moved

    def signs(self, case_id: UUID, by: UUID | None = None) -> Moved:
        """The head signs what was proposed."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        actor = factories.as_("approver", by or self.head, case_id)
        try:
            moved = deciding.sign(db.session, case, self.book, by=actor, command=command)
        except Exception:
            db.session.rollback()
            raise
        db.session.commit()
        return moved

    def returns(self, case_id: UUID, reason: str) -> Moved:
        """The head returns the proposal."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        actor = factories.as_("approver", self.head, case_id)
        moved = deciding.send_back(db.session, case, reason, by=actor, command=command)
        db.session.commit()
        return moved

    def opens_hearing(self, case_id: UUID) -> Moved:
        """The clerk sends the letter of the hearing."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        by = factories.as_("caseworker", self.clerk, case_id)
        moved = deciding.open_hearing(db.session, case, by=by, command=command)
        db.session.commit()
        return moved

    def delivers(self, case_id: UUID) -> None:
        """The organisation opens the newest notice at its desk."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        notice = db.session.scalars(
            select(Notice).where(Notice.case_id == case_id, Notice.given_on.is_(None), Notice.issued_at.is_not(None))
        ).one()
        by = factories.as_("applicant", self.applicant, case_id)
        notices.deliver_at_desk(db.session, case, notice, by=by, command=command)
        db.session.commit()

    def weighs(self, case_id: UUID, outcome: str) -> Moved:
        """The clerk weighs what the organisation said, or that it said nothing."""
        command = factories.command(case_id)
        case = factories.locked(case_id)
        by = factories.as_("caseworker", self.clerk, case_id)
        try:
            moved = deciding.weigh(
                db.session, case, self.book, {}, "Keine Stellungnahme.", outcome, [], SENDER,
                name="Jorinde Falk", by=by, command=command,
            )  # fmt: skip
        except Exception:
            db.session.rollback()
            raise
        db.session.commit()
        return moved
