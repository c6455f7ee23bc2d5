"""Dated tasks after an admission."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Task(Base):
    """One thing to do with a new member, until a day."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_case", "case_id"), Index("ix_task_open", "done_on", "due_on"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), comment="the admission")
    code: Mapped[str] = mapped_column(String(40), comment="a task of the edition, or 'obligation'")
    text: Mapped[str] = mapped_column(Text, default="", comment="of an obligation: what is to be done")
    due_on: Mapped[date] = mapped_column()
    done_on: Mapped[date | None] = mapped_column()
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
