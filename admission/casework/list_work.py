"""What the worker and the command do for a list: one task after the other until a person has to decide."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from admission.casework.judging import judge_rows
from admission.casework.reading_in import read_in
from admission.casework.taking_back import take_back
from admission.casework.taking_in import take
from admission.lists import actions, queries

TASKS: Mapping[str, Callable[[Session, UUID], None]] = {
    actions.READ: read_in,
    actions.JUDGE: judge_rows,
    actions.TAKE: take,
    actions.TAKE_BACK: take_back,
}


def work_on_lists(session: Session, only: UUID | None = None) -> None:
    """Do every task that waits, one list after the other. Commits."""
    while (found := actions.claim(session, only)) is not None:
        task = queries.one(session, found).task
        session.rollback()
        if task is not None:
            TASKS[task](session, found)
