"""Settings of the city with validity; what has legal effect stands in the edition, secrets in the environment."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Setting(Base):
    """One setting as it holds from a day on; of two for one day the later entry counts. Older rows stay."""

    __tablename__ = "city_setting"
    __table_args__ = (
        Index("ix_city_setting_name", "name", "valid_from"),
        CheckConstraint("valid_through IS NULL OR valid_through >= valid_from", name="holds_some_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60), comment="office.phone, body.council, imprint.text …")
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date] = mapped_column()
    valid_through: Mapped[date | None] = mapped_column(comment="last day on which it holds; none: until further notice")
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: the operator's command")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entry: Mapped[int] = mapped_column(
        ForeignKey("entry.idx"), comment="place of its entry: the order of changes, whatever the clock said"
    )
