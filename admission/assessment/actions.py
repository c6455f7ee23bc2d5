"""Writes of findings; the caller holds the case's lock."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.assessment.models import Finding
from admission.ground import clock
from admission.ground.errors import Reason, Refused, StaleRow

NEEDS_REASON = frozenset({"met_by_exception", "open", "not_met"})


def find(
    session: Session, case_id: UUID, criterion: str, outcome: str, rule: str, reason: str, *, by: UUID, seen: int
) -> bool:
    """Record what a person found on one criterion; False if nothing changed.

    `rule` is what the rule gave, `seen` the version that the person saw, 0 for none. Raises `StaleRow`, and `Refused`
    (`finding.reason_missing`) for a deviation without its reason (after VwVfG NRW § 39).
    """
    if outcome in NEEDS_REASON and not reason.strip():
        raise Refused((Reason("finding.reason_missing", {"criterion": criterion}),))
    row = session.scalar(select(Finding).where(Finding.case_id == case_id, Finding.criterion == criterion))
    version = row.version if row else 0
    if version != seen:
        raise StaleRow(seen, version)
    if row is None:
        row = Finding(case_id=case_id, criterion=criterion, version=0)
        session.add(row)
    elif (row.outcome, row.reason, row.rule) == (outcome, reason, rule):
        return False
    row.outcome, row.rule, row.reason, row.version = outcome, rule, reason, version + 1
    row.assessed_by, row.assessed_at = by, clock.now()
    session.flush()
    return True
