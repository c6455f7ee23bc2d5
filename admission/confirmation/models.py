"""Rounds of the yearly confirmation, whom each asks and how, the keys that open a page, and the answers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Round(Base):
    """All organisations are asked once for a reference day: a few as a trial, then the rest."""

    __tablename__ = "confirmation_round"
    __table_args__ = (CheckConstraint("(rest_at IS NULL) = (rest_by IS NULL)", name="rest_by_somebody"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference_on: Mapped[date] = mapped_column(unique=True, comment="the edition's reference day, of one year")
    started_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"), comment="under this name the mails go out")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    rest_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    rest_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="the trial came back, the rest was asked")


class Asked(Base):
    """One organisation of a round: how it is asked, how often it was, and what came of it."""

    __tablename__ = "confirmation_asked"
    __table_args__ = (
        UniqueConstraint("round_id", "organisation_id"),
        CheckConstraint("(way = 'none') = (why_not <> '')", name="asked_or_why_not"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
        CheckConstraint("(answer IS NULL) = (channel IS NULL)", name="answered_by_some_channel"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        Index("ix_confirmation_asked_organisation", "organisation_id"),
        Index(
            "ix_confirmation_asked_open",
            "next_on",
            sqlite_where=text("answer IS NULL"),
            postgresql_where=text("answer IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("confirmation_round.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    trial: Mapped[bool] = mapped_column()
    way: Mapped[str] = mapped_column(String(10), comment="mail, letter, phone, none")
    why_not: Mapped[str] = mapped_column(String(20), default="", comment="why it cannot be asked at all: a code")
    contact_id: Mapped[UUID | None] = mapped_column(
        comment="the contact that it is asked at; no key, for a list that is taken back takes its contacts along"
    )
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id"), comment="or the account of whoever speaks for it"
    )
    language: Mapped[str] = mapped_column(String(12), default="de")
    begun_on: Mapped[date] = mapped_column(comment="from this day the weeks are counted")
    next_on: Mapped[date | None] = mapped_column(
        comment="day of the next mail or letter; none: there is no further one"
    )
    times: Mapped[int] = mapped_column(default=0, comment="so many mails or letters went out")
    last_on: Mapped[date | None] = mapped_column(comment="day of the last one")
    calls: Mapped[int] = mapped_column(default=0, comment="so many calls reached nobody")
    called_on: Mapped[date | None] = mapped_column(comment="day of the last of them")
    answer: Mapped[str | None] = mapped_column(String(10), comment="confirmed, gone, objected")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    channel: Mapped[str | None] = mapped_column(String(20), comment="link, code, phone, or a channel of the register")
    person: Mapped[str | None] = mapped_column(String(200), comment="who answered; never shown to the public")
    resting: Mapped[bool] = mapped_column(default=False, comment="it said that it makes a pause")
    note: Mapped[str] = mapped_column(Text, default="", comment="what it told the office beside")
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="the office has seen to what was said")
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Key(Base):
    """What opens the page of one organisation; only a digest of it is kept."""

    __tablename__ = "confirmation_key"
    __table_args__ = (Index("ix_confirmation_key_asked", "asked_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("confirmation_asked.id"))
    kind: Mapped[str] = mapped_column(String(10), comment="link: mailed; code: printed; typed: a link by a typed code")
    digest: Mapped[str] = mapped_column(
        String(64), unique=True, comment="link, typed: SHA-256 of the secret; code: keyed, for it is short"
    )
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
