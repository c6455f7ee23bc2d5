"""From which sources an organisation is known, its contacts, its published fields, the consents they stand on, and its
events.

An event is a row beside its log entry, written in the same transaction: the number of any day is counted from the
events, and a recount from the entries alone comes to the same (tests/register). Spans and changes are kept sums of the
events; they may be thrown away and made anew.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
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
    purpose: Mapped[str] = mapped_column(String(20), comment="public, network, council")
    given_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EntryCheck(Base):
    """A change that the office looks at before it holds, as the edition says for its field; and what was said to it."""

    __tablename__ = "register_check"
    __table_args__ = (
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided_at_some_time"),
        CheckConstraint("verdict IS NULL OR verdict <> 'declined' OR reason <> ''", name="declined_with_a_reason"),
        CheckConstraint("verdict IS NULL OR value IS NULL", name="value_until_decided"),
        Index("ix_register_check_open", "decided_at", "asked_at"),
        Index(
            "one_check_a_field",
            "organisation_id",
            "field",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(Text, comment="what it shall be; none once it is decided")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    verdict: Mapped[str | None] = mapped_column(String(10), comment="accepted, declined, replaced")
    reason: Mapped[str] = mapped_column(Text, default="", comment="what the organisation reads")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Picture(Base):
    """A logo, encoded anew and small; its id is the value of the field, and it goes with it."""

    __tablename__ = "register_picture"
    __table_args__ = (Index("ix_register_picture_organisation", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    data: Mapped[bytes] = mapped_column(LargeBinary, comment="PNG without metadata, at most 400 pixels a side")


class Contact(Base):
    """One way to reach an organisation as the office knows it, from where, and on what basis it may be used.

    Never shown to the public by itself: what everybody reads is a field with a consent. Blanked, it keeps its trace,
    so that a later list finds the organisation again without anybody being written to.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("value IS NOT NULL OR kind = 'person' OR blanked_at IS NOT NULL", name="value_until_blanked"),
        CheckConstraint("blanked_at IS NULL OR (value IS NULL AND person IS NULL)", name="blanked_is_empty"),
        Index("ix_contact_organisation", "organisation_id", "ended_at"),
        Index("ix_contact_trace", "trace"),
        Index("ix_contact_information", "information_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("source.id"), comment="where the city has it from")
    information_id: Mapped[UUID | None] = mapped_column(ForeignKey("information.id"), comment="how its person was told")
    kind: Mapped[str] = mapped_column(String(10), comment="person (a name alone), mail, phone, post")
    value: Mapped[str | None] = mapped_column(Text, comment="address, number, or lines of a postal address")
    person: Mapped[str | None] = mapped_column(String(200), comment="who answers; none: a mailbox of the organisation")
    role: Mapped[str | None] = mapped_column(String(60), comment="what the person is there, in the office's words")
    language: Mapped[str] = mapped_column(String(12), default="de")
    basis: Mapped[str | None] = mapped_column(
        String(20), comment="why they may be written to: application, consent, public, request; none: they may not"
    )
    trace: Mapped[str] = mapped_column(String(64), comment="keyed digest of kind and value, for hints; outlives both")
    person_trace: Mapped[str | None] = mapped_column(String(64), comment="the same of the person's name")
    known_on: Mapped[date] = mapped_column()
    confirmed_on: Mapped[date | None] = mapped_column(comment="by the organisation itself, last")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    objected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="no longer theirs, or taken back")
    blanked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Information(Base):
    """That one person was told what the city holds of them and from where (after Art. 14 GDPR), and what they said."""

    __tablename__ = "information"
    __table_args__ = (
        CheckConstraint("(told_on IS NULL) = (way IS NULL)", name="told_by_some_way"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
        Index("ix_information_source", "source"),
        Index("ix_information_open", "closed_at", "told_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    source: Mapped[UUID] = mapped_column(comment="the list from which the person is known")
    token_digest: Mapped[str | None] = mapped_column(
        String(64), unique=True, comment="SHA-256 of the link's secret; none before somebody is told"
    )
    due_on: Mapped[date] = mapped_column(comment="last day to tell them, a month after the list was taken over")
    told_on: Mapped[date | None] = mapped_column()
    way: Mapped[str | None] = mapped_column(String(10), comment="mail, letter, phone")
    told_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: the mail went by itself")
    answer: Mapped[str | None] = mapped_column(String(10), comment="agreed, objected")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, comment="answered, confirmed in the meantime, or blanked after a month"
    )


class Event(Base):
    """Something recorded of an organisation, with the day that it speaks for; its place is that of its log entry."""

    __tablename__ = "register_event"
    __table_args__ = (
        UniqueConstraint("place", "kind"),
        Index("ix_register_event_organisation", "organisation_id", "place"),
        Index(
            "ix_register_event_unfolded",
            "organisation_id",
            sqlite_where=text("NOT folded"),
            postgresql_where=text("NOT folded"),
        ),
        CheckConstraint("taken_back_at IS NULL OR taken_back_at >= recorded_at", name="taken_back_afterwards"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    told_of: Mapped[UUID | None] = mapped_column(
        comment="the organisation of which it was told, if that one was merged into this one since"
    )
    kind: Mapped[str] = mapped_column(
        String(20), comment="known, confirmed, contact, activity, standing, consent_given …"
    )
    on: Mapped[date] = mapped_column(comment="the day for which it speaks, in Berlin")
    detail: Mapped[str] = mapped_column(String(60), comment="its code: source, channel, standing, field/purpose")
    place: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), comment="of its log entry")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="since then the day's number knows it")
    taken_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="an entry cites it and says why")
    folded: Mapped[bool] = mapped_column(default=False, comment="the kept sums hold it")


class Standing(Base):
    """To which sets an organisation belonged from a day on: kept, and made anew from its events."""

    __tablename__ = "register_span"
    __table_args__ = (
        Index("ix_register_span_organisation", "organisation_id"),
        Index("ix_register_span_days", "from_on", "until_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    from_on: Mapped[date] = mapped_column()
    until_on: Mapped[date | None] = mapped_column(comment="first day after it; none: still now")
    sets: Mapped[str] = mapped_column(String(200), comment="names of the sets, in the edition's order, with commas")


class Change(Base):
    """So many organisations more (or fewer) belong to exactly these sets from a day on: the sum is the number."""

    __tablename__ = "register_change"
    __table_args__ = (Index("ix_register_change_on", "on", "sets", "by_how_many"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    on: Mapped[date] = mapped_column()
    sets: Mapped[str] = mapped_column(String(200))
    by_how_many: Mapped[int] = mapped_column()


class Basis(Base):
    """By which rules the kept sums were made; other rules in force: they are made anew."""

    __tablename__ = "register_basis"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    rules: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the edition's sets")


class Release(Base):
    """The figures of a day, released by two people; from the first one on everybody reads them."""

    __tablename__ = "figures_release"
    __table_args__ = (
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_somebody"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people_release"),
        Index("ix_figures_release_confirmed", "confirmed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    on: Mapped[date] = mapped_column(comment="reference day, in Berlin")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="another account")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class TakeOver(Base):
    """Organisations of the former network become members: proposed with a resolution, confirmed by a second person."""

    __tablename__ = "take_over"
    __table_args__ = (
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_somebody"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people_take_over"),
        CheckConstraint("resolution <> ''", name="resolved_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    resolution: Mapped[str] = mapped_column(String(120), comment="number of the council's resolution")
    resolved_on: Mapped[date] = mapped_column(comment="day of the resolution")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="another account")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class TakenOver(Base):
    """One organisation of a take-over."""

    __tablename__ = "take_over_row"

    take_over_id: Mapped[UUID] = mapped_column(ForeignKey("take_over.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
