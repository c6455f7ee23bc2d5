"""The rows of a list beside what is known: a fate is proposed for each on which nobody has decided."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.casework.beside import known_organisations, vocabulary
from admission.ground import clock
from admission.ground.db import writing
from admission.lists import actions, queries
from admission.lists.models import ListRow
from admission.lists.rules import judge
from admission.register.contacts import trace


def judge_rows(session: Session, list_id: UUID) -> None:
    """The task of judging. Commits; says how far it is in between."""
    judge_beside(session, list_id)
    writing()
    held = actions.lock(session, list_id)
    if held.task == actions.JUDGE:
        actions.settle(held)
    session.commit()


def judge_beside(session: Session, list_id: UUID) -> None:
    """The judging itself, whatever the task is. Commits."""
    row = queries.one(session, list_id)
    in_order = select(ListRow).where(ListRow.list_id == list_id).order_by(ListRow.place)
    rows = queries.read_rows(session, row, session.scalars(in_order).all(), vocabulary(session), clock.today())
    known = known_organisations(session)
    session.rollback()

    def told(done: int) -> None:
        writing()
        actions.hold_on(session, list_id, done, len(rows))
        session.commit()

    verdicts = judge(rows, known, trace, told)
    writing()
    held = actions.lock(session, list_id)
    kept = session.scalars(in_order.execution_options(populate_existing=True)).all()
    judged = [
        (one, numbered.entry.name, verdict)
        for one, numbered, verdict in zip(kept, rows, verdicts, strict=True)
        if one.decision is None and one.taken_at is None
    ]
    actions.keep_verdicts(session, held, judged, [one.id for one in kept])
    held.done = held.total = len(rows)
    session.commit()
