"""A second opinion: the same questions, answered from plain rows by plain loops.

It shares no line with `casework.facts`, `procedure.guards` and `procedure.machine`: where they disagree, one is wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, bindparam, select

from admission.assessment.models import Finding
from admission.cases.models import Case, ConflictDeclaration, Deadline, Pause
from admission.completeness.models import ItemCheck, SupplementItem
from admission.decisions.models import Notice, Proposal
from admission.ground import clock
from admission.ground.db import db
from admission.hearing.models import Statement, Weighing
from admission.log.models import Entry
from admission.procedure.definitions import Act, Step
from admission.rulebook.edition import Rulebook

MODELS = (
    Finding, ItemCheck, SupplementItem, Pause, Deadline, Proposal, Notice, Statement, Weighing, Entry,
    ConflictDeclaration,
)  # fmt: skip
ROWS = {model: select(model.__table__).where(model.case_id == bindparam("c", type_=Uuid())) for model in MODELS}
ROWS[Case] = select(Case.__table__).where(Case.id == bindparam("c", type_=Uuid()))
OFFICE = {"caseworker", "approver", "external_reviewer"}
TAKEN_PART = ("step", "act.")


@dataclass(frozen=True)
class Seen:
    """What a careful person would have read off the file."""

    case: Row[Any]
    today: date
    findings: Sequence[Row[Any]]
    checks: Sequence[Row[Any]]
    asked: Sequence[Row[Any]]
    pauses: Sequence[Row[Any]]
    deadlines: Sequence[Row[Any]]
    proposal: Row[Any] | None
    letters: Sequence[Row[Any]]
    statement: Row[Any] | None
    weighing: Row[Any] | None
    entries: Sequence[Row[Any]]
    declarations: Sequence[Row[Any]]

    def last_day(self, kind: str) -> date | None:
        """The last day of a period that runs or has run out; of a hearing also once it was ended, in this round."""
        if kind == "hearing":
            rows = [row for row in self.deadlines if row.state != "paused" and row.round == self.case.round]
        else:
            rows = [row for row in self.deadlines if row.state in ("running", "passed")]
        return max((row.due_on for row in rows if row.kind == kind), default=None)

    def over(self, kind: str) -> bool:
        """Its last day has gone by."""
        day = self.last_day(kind)
        return day is not None and day < self.today

    @property
    def rests(self) -> bool:
        """A pause is open."""
        return any(pause.ended_on is None for pause in self.pauses)

    def found(self, outcome: str) -> int:
        """How many findings say so."""
        return len([row for row in self.findings if row.outcome == outcome])


def look(case_id: UUID) -> Seen:
    """Read the file."""
    connection = db.session.connection()
    found = {model: connection.execute(rows, {"c": case_id}).all() for model, rows in ROWS.items()}
    case = found[Case][0]

    def of_round(model: Any) -> Any:
        return next((row for row in found[model] if row.round == case.round), None)

    return Seen(
        case,
        clock.today(),
        found[Finding],
        found[ItemCheck],
        found[SupplementItem],
        found[Pause],
        found[Deadline],
        of_round(Proposal),
        [row for row in found[Notice] if row.round == case.round and row.issued_at is None],
        of_round(Statement),
        of_round(Weighing),
        found[Entry],
        found[ConflictDeclaration],
    )


def _fits(seen: Seen) -> bool:
    open_, not_met = seen.found("open"), seen.found("not_met")
    outcome = seen.proposal.outcome if seen.proposal else None
    return {
        "admit": not open_ and not not_met,
        "admit_with_obligations": bool(open_) and not not_met,
        "admit_as_guest": bool(open_ or not_met),
        "refuse": bool(not_met),
        None: False,
    }[outcome]


def _proposed(outcome: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.proposal is not None and seen.proposal.outcome == outcome


def _weighed(seen: Seen) -> bool:
    if seen.weighing is None:
        return False
    return seen.statement is None or seen.statement.received_on <= seen.weighing.weighed_on


HOLDS: dict[str, Callable[[Seen], bool]] = {
    "every_section_is_answered": lambda s: s.case.sections_open == 0,
    "declarations_are_confirmed": lambda s: s.case.confirmed_on is not None,
    "no_other_application_is_open": lambda s: True,  # the database refuses a second one: see test_one_open_application
    "draft_is_abandoned": lambda s: s.over("draft"),
    "every_item_is_checked": lambda s: len(s.checks) == s.case.evidence_applicable,
    "nothing_is_missing": lambda s: all(row.verdict == "there" for row in s.checks),
    "something_is_missing": lambda s: any(row.verdict == "missing" for row in s.checks),
    "no_supplement_was_requested_from_assessment": lambda s: (
        not [row for row in s.asked if row.asked_in == "assessment" and row.answered_at]
    ),
    "every_requested_item_is_answered": lambda s: all(row.answered_at for row in s.asked),
    "supplement_period_is_over": lambda s: s.over("supplement"),
    "grace_period_is_over": lambda s: s.over("grace"),
    "proceedings_are_resting": lambda s: s.rests,
    "proceedings_are_not_resting": lambda s: not s.rests,
    "resting_period_is_over": lambda s: s.over("resting"),
    "closure_was_announced": lambda s: s.last_day("closure") is not None,
    "closure_period_is_over": lambda s: s.over("closure"),
    "every_criterion_is_assessed": lambda s: len(s.findings) == s.case.criteria_applicable,
    "every_criterion_is_met": lambda s: not s.found("open") and not s.found("not_met"),
    "every_unmet_criterion_has_reasons": lambda s: True,  # a finding without is refused: deviation_has_its_reason
    "proposal_is_recorded": lambda s: s.proposal is not None,
    "proposal_fits_the_findings": _fits,
    "admission_is_proposed": _proposed("admit"),
    "obligations_are_proposed": _proposed("admit_with_obligations"),
    "guest_status_is_proposed": _proposed("admit_as_guest"),
    "refusal_is_proposed": _proposed("refuse"),
    "obligations_are_recorded": lambda s: s.proposal is not None and len(s.proposal.obligations) > 0,
    "hearing_is_closed": lambda s: s.statement is not None or s.over("hearing"),
    "statement_is_weighed": _weighed,
    "letter_is_drafted": lambda s: bool(s.letters),
    "remedy_notice_is_present": lambda s: any(row.has_remedy for row in s.letters),
}


def against(
    book: Rulebook, seen: Seen, name: str, who: UUID | None, role: str, pseudonym: str, reason: bool
) -> list[str]:
    """Every reason against a step or an act, as codes in the order in which pages name them."""
    procedure = book.procedure(seen.case.kind)
    rule: Step | Act | None = procedure.step(seen.case.state, name)
    if name in procedure.acts:
        rule = procedure.acts[name] if seen.case.state in procedure.acts[name].in_ else None
    if rule is None:
        return ["step.not_foreseen"]
    reasons = [] if role in rule.by else ["role.missing"]
    done = {row.type.split(".")[1] for row in seen.entries if row.actor == pseudonym and row.type[:4] in TAKEN_PART}
    reasons += ["four_eyes" for act in rule.not_by if act in done]
    if role in OFFICE:
        declared = next((row.conflict for row in seen.declarations if row.account_id == who), None)
        if declared is True and name not in ("declare_conflict", "release"):
            reasons.append("conflict.declared")
        if declared is None and name not in ("declare_conflict", "claim", "release"):
            reasons.append("conflict.undeclared")
    if getattr(rule, "reason", False) and not reason:
        reasons.append("reason.missing")
    return reasons + [need for need in rule.needs if not HOLDS[need](seen)]
