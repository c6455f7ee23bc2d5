"""Writes of proposals and notices; the caller holds the case's lock."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from admission.decisions.models import Notice, Proposal
from admission.decisions.queries import proposal
from admission.ground import clock, crypto
from admission.ground.errors import Reason, Refused
from admission.ground.ids import new_id
from admission.log.entry import canonical

OUTCOMES = ("admit", "admit_with_obligations", "admit_as_guest", "refuse")
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def propose(
    session: Session, case: Any, outcome: str, reasons: str, obligations: Sequence[Mapping[str, Any]], *, by: UUID
) -> Proposal:
    """Record what is proposed in this round; after a hearing it replaces what was proposed before."""
    if outcome not in OUTCOMES:
        raise Refused((Reason("proposal.unknown"),))
    row = proposal(session, case) or Proposal(case_id=case.id, round=case.round)
    row.outcome, row.reasons = outcome, reasons
    row.obligations = [dict(item) for item in obligations] if outcome == "admit_with_obligations" else []
    row.proposed_by, row.proposed_at = by, clock.now()
    session.add(row)
    session.flush()
    return row


def new_code() -> str:
    """80 random bits in 16 letters that nobody mistakes for another: it finds the entry of a letter."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(16))


def draft_notice(session: Session, case: Any, letter: str, data: Mapping[str, Any]) -> Notice:
    """Keep the data of a letter until somebody signs it; an unsigned one before it goes.

    `data` carries `code`, `salt` and, if it has one, `remedy`; its canonical bytes are what is signed.
    """
    session.execute(delete(Notice).where(Notice.case_id == case.id, Notice.issued_at.is_(None)))
    body = canonical(data)
    notice_id = new_id()
    row = Notice(
        id=notice_id,
        case_id=case.id,
        round=case.round,
        letter=letter,
        data=crypto.seal_text(body.decode(), f"notice/{notice_id}"),
        digest=sha256(body).hexdigest(),
        code=data["code"],
        has_remedy=bool(data.get("remedy")),
        drafted_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def notice_body(notice: Notice) -> str:
    """The canonical JSON of a letter; empty after it was erased."""
    return crypto.unseal_text(notice.data, f"notice/{notice.id}") if notice.data else ""


def open_at_desk(session: Session, notice: Notice) -> date:
    """The organisation opened it: it counts as given the day after (after § 41 (2a) VwVfG); returns that day."""
    notice.opened_at = notice.opened_at or clock.now()
    if notice.given_on is None:
        notice.way, notice.given_on = "portal", clock.today() + timedelta(days=1)
    session.flush()
    return notice.given_on


def hand_over(session: Session, notice: Notice, way: str, on: date, post_days: int) -> date:
    """The office posted it or handed it over on that day; returns the day on which it counts as given.

    By post it counts as given `post_days` calendar days later (§ 41 (2) VwVfG NRW), handed over at once.
    """
    if notice.given_on is not None:
        raise Refused((Reason("notice.given_before", {"given_on": notice.given_on}),))
    notice.way, notice.posted_on = way, on
    notice.given_on = on + timedelta(days=post_days) if way == "post" else on
    session.flush()
    return notice.given_on
