"""The criteria check: what the rule gives, what a person finds, and the entry of each finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from admission.assessment import actions as assessment
from admission.assessment.models import Finding
from admission.assessment.queries import findings
from admission.cases import queries, rules
from admission.cases.models import Case
from admission.casework.facts import Actor
from admission.casework.move import Command, Record, act
from admission.ground import clock
from admission.procedure.evaluator import Outcome, evaluate
from admission.rulebook.edition import Rulebook


@dataclass(frozen=True)
class Examined:
    """One criterion that applies: its text, what the rule gives, and what a person found so far."""

    criterion: Mapping[str, Any]
    rule: Outcome
    finding: Finding | None


def reference_day(case: Any) -> date:
    """The day on which answers are judged: that of submission, in a draft today."""
    return clock.berlin_day(case.submitted_at) if case.submitted_at else clock.today()


def rule_outcomes(book: Rulebook, answers: Mapping[str, Any], day: date) -> dict[str, Outcome]:
    """What the rules give for each criterion that applies; a criterion of judgement is unclear to a machine."""
    facts = rules.facts_of(book, answers)
    return {
        criterion["code"]: evaluate(criterion, facts, book.facts, book.lists, day)
        for criterion in book.criteria
        if criterion["code"] in rules.applicable(book, answers)
    }


def examined(session: Session, case: Case, book: Rulebook) -> list[Examined]:
    """All criteria that apply to the case, in the edition's order."""
    outcomes = rule_outcomes(book, queries.answers(session, case.id), reference_day(case))
    found = findings(session, case.id)
    return [
        Examined(criterion, outcomes[criterion["code"]], found.get(criterion["code"]))
        for criterion in book.criteria
        if criterion["code"] in outcomes
    ]


def assess(
    session: Session,
    case: Case,
    book: Rulebook,
    criterion: str,
    outcome: str,
    reason: str,
    *,
    cites: Sequence[int] = (),
    seen_version: int,
    by: Actor,
    command: Command,
) -> bool:
    """Record a finding and its entry; False if nothing changed. The caller holds the lock and commits.

    The verdict lines of the rule stand in the entry in clear, the person's reason as a disclosure.
    """
    rule = rule_outcomes(book, queries.answers(session, case.id), reference_day(case))[criterion]
    assert by.person is not None
    changed = assessment.find(
        session, case.id, criterion, outcome, rule.verdict.value, reason, by=by.person, seen=seen_version
    )
    if not changed:
        return False
    trace = [[row.way, row.fact, row.test, row.verdict.value] for row in rule.trace]
    record = Record(
        outcome=outcome,
        cites=cites,
        data={"criterion": criterion, "rule": rule.verdict.value, "trace": trace},
        private={f"reasons/{criterion}": reason} if reason else {},
    )
    return act(session, case.id, "assess", by=by, command=command, record=record)


def deviations(found: Mapping[str, Finding]) -> list[Finding]:
    """The findings on which an adverse outcome rests: open or not met, by criterion."""
    return [found[code] for code in sorted(found) if found[code].outcome in ("open", "not_met")]


def reason_codes(session: Session, case: Case, book: Rulebook) -> list[dict[str, Any]]:
    """The public reasons of a decision: which criterion, and every test that the rule found not met."""
    outcomes = rule_outcomes(book, queries.answers(session, case.id), reference_day(case))
    codes: list[dict[str, Any]] = []
    for finding in deviations(findings(session, case.id)):
        rule = outcomes.get(finding.criterion)
        tests = [row.test for row in rule.trace if row.verdict.value == "not_met"] if rule else []
        codes += [{"at": finding.criterion, "code": code} for code in dict.fromkeys(tests) or (finding.outcome,)]
    return codes
