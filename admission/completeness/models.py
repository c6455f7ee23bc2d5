"""What the office found there and missing, and what it asked for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class ItemCheck(Base):
    """Is the evidence for one criterion there? One row an item, changed in place, with a version of its own."""

    __tablename__ = "item_check"
    __table_args__ = (
        UniqueConstraint("case_id", "item"),
        CheckConstraint("verdict IN ('there', 'missing')", name="known_verdict"),
        CheckConstraint("verdict = 'there' OR note <> ''", name="missing_says_what"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    item: Mapped[str] = mapped_column(String(12), comment="the criterion whose evidence it is")
    verdict: Mapped[str] = mapped_column(String(12), comment="there or missing")
    note: Mapped[str] = mapped_column(Text, default="", comment="what is missing, in words the organisation reads")
    version: Mapped[int] = mapped_column(default=1)
    checked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SupplementItem(Base):
    """One item of one bundled supplement request, and the organisation's answer to it."""

    __tablename__ = "supplement_item"
    __table_args__ = (
        UniqueConstraint("case_id", "request", "item"),
        Index("ix_supplement_item_case", "case_id", "request"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    request: Mapped[int] = mapped_column(comment="number of the request on this case, from 1")
    asked_in: Mapped[str] = mapped_column(String(20), comment="the state it was asked in")
    item: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, comment="what is asked for")
    answer: Mapped[str] = mapped_column(Text, default="", comment="what the organisation wrote to it")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
