"""Tables of the rulebook: the editions this program holds, their translations, and when each came into force."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Edition(Base):
    """One compiled rulebook; its name and its bytes never change once it is here."""

    __tablename__ = "edition"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the body's UTF-8 bytes")
    name: Mapped[str] = mapped_column(String(40), unique=True, comment="2026-1")
    body: Mapped[str] = mapped_column(Text, comment="RFC 8785 text, served byte for byte")
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class EditionTexts(Base):
    """A translation of an edition; outside its digest, the newest of a language counts."""

    __tablename__ = "edition_texts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the body's UTF-8 bytes")
    of: Mapped[str] = mapped_column(ForeignKey("edition.digest"), index=True, comment="the edition that it translates")
    language: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text, comment="RFC 8785 text")
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Publication(Base):
    """An edition put in force from a day on: one account proposes date and resolution, another confirms.

    Before there is a resolution one account may set the register's part of an edition provisionally: sets, confirmation
    and advice hold from then on, the procedures do not.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("kind IN ('resolved', 'interim')", name="kind_is_known"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_somebody"),
        CheckConstraint(
            "kind = 'interim' OR confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people_publish"
        ),
        CheckConstraint("kind = 'interim' OR resolution <> ''", name="resolved_by_somebody"),
        UniqueConstraint("edition", "in_force_from", "kind"),
        Index("ix_publication_in_force", "in_force_from", "confirmed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    edition: Mapped[str] = mapped_column(ForeignKey("edition.digest"), index=True)
    in_force_from: Mapped[date] = mapped_column(comment="first day, in Berlin")
    resolution: Mapped[str] = mapped_column(String(120), comment="number of the council's resolution")
    kind: Mapped[str] = mapped_column(String(10), default="resolved", comment="resolved by the council, or interim")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="another account")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
