"""Editions as they were resolved; what is published never changes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Edition(Base):
    """A compiled edition, byte for byte as it is served and hashed."""

    __tablename__ = "edition"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the body")
    name: Mapped[str] = mapped_column(String(40), unique=True, comment="2026-1")
    body: Mapped[str] = mapped_column(Text, comment="RFC 8785 text (FORMATS 1)")
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class EditionTexts(Base):
    """A translation of one edition; mending it needs no resolution, only a log entry."""

    __tablename__ = "edition_texts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the body")
    of: Mapped[str] = mapped_column(ForeignKey("edition.digest"), index=True)
    language: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text, comment="RFC 8785 text: key -> sentence")
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Publication(Base):
    """From which day an edition is in force, by which resolution; proposed by one person, confirmed by another."""

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("edition", "in_force_from"),
        CheckConstraint("kind IN ('resolved', 'interim')", name="known_kind"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="by_two_people"),
        CheckConstraint("kind = 'interim' OR resolution <> ''", name="resolved_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    edition: Mapped[str] = mapped_column(ForeignKey("edition.digest"))
    kind: Mapped[str] = mapped_column(String(12), default="resolved")
    in_force_from: Mapped[date] = mapped_column()
    resolution: Mapped[str] = mapped_column(String(60), comment="number of the council's resolution")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
