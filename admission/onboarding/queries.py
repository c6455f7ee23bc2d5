"""Reads of the dated tasks after admissions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground.errors import NotFound
from admission.onboarding.models import Task


def of_case(session: Session, case_id: UUID) -> Sequence[Task]:
    """The tasks of one admission, the next one first."""
    return session.scalars(select(Task).where(Task.case_id == case_id).order_by(Task.due_on, Task.code)).all()


def task(session: Session, case_id: UUID, task_id: UUID) -> Task:
    """One task of this admission; raises `NotFound`."""
    found = session.scalar(select(Task).where(Task.id == task_id, Task.case_id == case_id))
    if found is None:
        raise NotFound
    return found
