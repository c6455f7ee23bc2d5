"""Writes of the tasks after an admission; the caller holds the case's lock."""

from uuid import UUID

from sqlalchemy.orm import Session

from admission.ground import clock
from admission.onboarding.models import Task


def complete(session: Session, task: Task, *, by: UUID) -> bool:
    """Tick a task as done today; False if it was done before."""
    if task.done_on is not None:
        return False
    task.done_on, task.done_by = clock.today(), by
    session.flush()
    return True
