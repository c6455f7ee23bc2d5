"""Organisations: made at submission or known from a source, never by a draft."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Organisation(Base):
    """An organisation of migrants, whatever its legal form."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True, comment="its address in the register")
    name: Mapped[str] = mapped_column(String(200), comment="the name it goes by now")
    search_name: Mapped[str] = mapped_column(String(200), index=True, comment="folded for search and match hints")
    register_number: Mapped[str | None] = mapped_column(String(40), index=True, comment="register of associations")
    pseudonym: Mapped[str] = mapped_column(String(22), unique=True, comment="in entries of the register, erasable")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OrganisationName(Base):
    """Another name of an organisation: one that it bore before, or one under which a source knows it."""

    __tablename__ = "organisation_name"
    __table_args__ = (
        UniqueConstraint("organisation_id", "search_name"),
        Index("ix_organisation_name_search_name", "search_name"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    search_name: Mapped[str] = mapped_column(String(200), comment="folded for search and match hints")
    kind: Mapped[str] = mapped_column(String(10), comment="former: it was called so; also: a source writes it so")
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Merge(Base):
    """Two records turned out to be one organisation: a person said so with a reason; and may say later that not."""

    __tablename__ = "organisation_merge"
    __table_args__ = (
        CheckConstraint("organisation_id <> into_id", name="two_organisations"),
        CheckConstraint("reason <> ''", name="merged_with_a_reason"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="split_by_somebody"),
        CheckConstraint("ended_at IS NULL OR ended_at >= merged_at", name="split_afterwards"),
        CheckConstraint("ended_at IS NULL OR end_reason <> ''", name="split_with_a_reason"),
        Index(
            "one_merge_at_a_time",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_organisation_merge_into", "into_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), comment="leads on to the other")
    into_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(Text)
    merged_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    moved: Mapped[list[str]] = mapped_column(JSON, comment="ids of contacts, sources and names that went along")
    end_reason: Mapped[str] = mapped_column(Text, default="")
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="it was split again")


class Representative(Base):
    """Who may act for an organisation, since when and until when."""

    __tablename__ = "representative"
    __table_args__ = (
        UniqueConstraint("organisation_id", "account_id"),
        CheckConstraint("until_at IS NULL OR until_at >= since_at", name="ends_after_it_began"),
        Index("ix_representative_account", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    since_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
