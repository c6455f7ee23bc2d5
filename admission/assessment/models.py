"""A finding a criterion."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Finding(Base):
    """What a person found on one criterion, with reasons; changed in place, each change is an entry."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("case_id", "criterion"),
        CheckConstraint(
            "outcome IN ('met', 'met_by_exception', 'open', 'not_met', 'not_applicable')", name="known_outcome"
        ),
        # A no without its reason is no finding (after VwVfG NRW § 39).
        CheckConstraint("outcome IN ('met', 'not_applicable') OR reason <> ''", name="deviation_has_its_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    criterion: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(20), comment="what the rule gave: met, not_met, unclear, not_applicable")
    reason: Mapped[str] = mapped_column(Text, default="", comment="in words the organisation reads")
    version: Mapped[int] = mapped_column(default=1, comment="a stale form is refused")
    assessed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    assessed_at: Mapped[datetime] = mapped_column(UTCDateTime)
