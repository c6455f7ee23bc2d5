"""Mail that the relay refused for good: whom it was for, what about, and the relay's own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.ground import clock
from admission.ground.mail import Mail
from admission.people.models import Account

KEPT_IN_SIGHT = timedelta(days=14)
"""How long a refused mail is shown: time to call, and no list that only grows."""
MOST = 50


@dataclass(frozen=True)
class Undelivered:
    """One refused mail. `number`, `title` and `edition` are empty where it speaks of no case."""

    template: str
    queued_at: datetime
    error: str
    name: str | None
    number: str | None
    title: str | None
    edition: str | None


def lately() -> ColumnElement[bool]:
    """Which mails are meant."""
    return (Mail.state == "failed") & (Mail.queued_at > clock.now() - KEPT_IN_SIGHT)


def undelivered(session: Session) -> Sequence[Undelivered]:
    """The refused mails of the last fourteen days, the newest first; one statement."""
    rows = session.execute(
        select(
            Mail.template, Mail.queued_at, Mail.error, Account.name, Case.number, Case.title, Case.edition,
        )
        .outerjoin(Case, Case.id == Mail.case_id)
        .outerjoin(Account, Account.id == Mail.recipient)
        .where(lately())
        .order_by(Mail.queued_at.desc(), Mail.id)
        .limit(MOST)
    )  # fmt: skip
    return [Undelivered(row.template, row.queued_at, row.error or "", *row[3:]) for row in rows]
