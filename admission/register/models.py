"""From which sources an organisation is known, its published fields, and the consents they stand on."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Source(Base):
    """Where we know an organisation from, and since which day."""

    __tablename__ = "source"
    __table_args__ = (Index("ix_source_organisation", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20), comment="application, list, event, request")
    says: Mapped[str] = mapped_column(Text, comment="the source in words")
    known_on: Mapped[date] = mapped_column()


class Field(Base):
    """One field of an organisation's entry in the register."""

    __tablename__ = "register_field"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(40), comment="a field of the edition's register")
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Consent(Base):
    """That one field may be shown for one purpose; withdrawn in one click and gone at once."""

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_organisation", "organisation_id", "withdrawn_at"),
        Index(
            "one_consent_a_field_and_purpose",
            "organisation_id",
            "field",
            "purpose",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    field: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(20), comment="public")
    given_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
