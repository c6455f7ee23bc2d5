"""The organisation's statement, point by point, and how it was weighed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Statement(Base):
    """That a statement came, on which day and which way; one a round."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column(comment="the case's round: older statements count no more")
    received_on: Mapped[date] = mapped_column()
    channel: Mapped[str] = mapped_column(String(12), comment="online, phone, post or office")
    text: Mapped[str] = mapped_column(Text, comment="what does not belong to one point")
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))


class Point(Base):
    """One criterion of the intended refusal: what the organisation says to it, and the office's answer."""

    __tablename__ = "hearing_point"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "criterion"),
        Index("ix_hearing_point_case", "case_id", "round"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column()
    criterion: Mapped[str] = mapped_column(String(12))
    says: Mapped[str] = mapped_column(Text, default="", comment="the organisation's words")
    weighing: Mapped[str] = mapped_column(Text, default="", comment="the office's answer to them")


class Attachment(Base):
    """A document that the organisation hands in with its statement, to one point or to none."""

    __tablename__ = "statement_document"
    __table_args__ = (Index("ix_statement_document_case", "case_id", "round"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column()
    criterion: Mapped[str] = mapped_column(String(12), comment="the point it belongs to; empty: to none")


class Weighing(Base):
    """That the statement, or its absence, was weighed; one a round."""

    __tablename__ = "weighing"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    weighed_on: Mapped[date] = mapped_column()
    weighed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    weighed_at: Mapped[datetime] = mapped_column(UTCDateTime)
