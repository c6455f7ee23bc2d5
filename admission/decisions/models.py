"""The proposal, and the notice that it leads to."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Proposal(Base):
    """What one person proposes and another signs or returns; one a round, changed when the hearing was weighed."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint(
            "outcome IN ('admit', 'admit_with_obligations', 'admit_as_guest', 'refuse')", name="known_outcome"
        ),
        CheckConstraint("reasons <> ''", name="has_its_reasons"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(30))
    reasons: Mapped[str] = mapped_column(Text, comment="why this is proposed, for the second signatory")
    obligations: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, comment="[{criterion, text, due_on}] for an admission with obligations"
    )
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Notice(Base):
    """A letter of the office: its data are what was signed; the page and the PDF are only its pictures."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_case", "case_id", "letter"),
        Index("ix_notice_to_post", "given_on", "issued_at"),
        CheckConstraint("way IS NULL OR way IN ('portal', 'post', 'office')", name="known_way"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int] = mapped_column()
    letter: Mapped[str] = mapped_column(String(40), comment="a letter of the edition")
    data: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed: canonical JSON with a salt of its own")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the data; stands in the step's entry")
    code: Mapped[str] = mapped_column(String(16), unique=True, comment="80 random bits; finds the entry")
    has_remedy: Mapped[bool] = mapped_column(comment="carries the notice on legal remedies (§ 37 Abs. 6 VwVfG NRW)")
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="signed by the second person")
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="opened at the desk by a button")
    way: Mapped[str | None] = mapped_column(String(12), comment="portal, post or office")
    posted_on: Mapped[date | None] = mapped_column(comment="day it was posted or handed over")
    given_on: Mapped[date | None] = mapped_column(comment="day on which it counts as given (after § 41 VwVfG NRW)")
