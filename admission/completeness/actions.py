"""Writes of checks and supplement requests; the caller holds the case's lock."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from admission.completeness.models import ItemCheck, SupplementItem
from admission.completeness.queries import checks, last_request
from admission.ground import clock
from admission.ground.errors import StaleRow

MISSING = "missing"


def check(session: Session, case_id: UUID, item: str, verdict: str, note: str, *, by: UUID, seen: int) -> bool:
    """Record whether the evidence of one item is there; False if nothing changed.

    `seen` is the version that the person saw, 0 for none. Raises `StaleRow` if somebody checked it meanwhile.
    """
    row = checks(session, case_id).get(item)
    version = row.version if row else 0
    if version != seen:
        raise StaleRow(seen, version)
    if row is None:
        row = ItemCheck(case_id=case_id, item=item, version=0)
        session.add(row)
    elif (row.verdict, row.note) == (verdict, note):
        return False
    row.verdict, row.note, row.version = verdict, note, version + 1
    row.checked_by, row.checked_at = by, clock.now()
    session.flush()
    return True


def request_missing(session: Session, case: Any) -> list[SupplementItem]:
    """One bundled request of everything that was found missing."""
    before = last_request(session, case.id)
    number = before[0].request + 1 if before else 1
    items = [
        SupplementItem(case_id=case.id, request=number, asked_in=case.state, item=row.item, note=row.note)
        for row in sorted(checks(session, case.id).values(), key=lambda row: row.item)
        if row.verdict == MISSING
    ]
    session.add_all(items)
    session.flush()
    return items


def answer(session: Session, case_id: UUID, texts: Mapping[str, str]) -> list[str]:
    """Store the organisation's answers to the requested items; returns the items answered.

    What was asked for is checked anew afterwards, so its checks go.
    """
    answered = []
    for row in last_request(session, case_id):
        if row.item in texts:
            row.answer, row.answered_at = texts[row.item], clock.now()
            answered.append(row.item)
    session.execute(delete(ItemCheck).where(ItemCheck.case_id == case_id, ItemCheck.item.in_(answered)))
    session.flush()
    return answered


def note(session: Session, case_id: UUID, texts: Mapping[str, str]) -> None:
    """Keep what the organisation has written so far; nothing counts as answered before it is handed in."""
    for row in last_request(session, case_id):
        if row.item in texts and row.answered_at is None:
            row.answer = texts[row.item]
    session.flush()
