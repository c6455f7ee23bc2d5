"""Invitations, whom they go to and what came back; who wants none; exports; messages through the office."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Invitation(Base):
    """One invitation to many organisations. Only `correspondence.actions` writes `state`."""

    __tablename__ = "organisation_invitation"
    __table_args__ = (
        CheckConstraint("(sent_at IS NULL) = (state IN ('draft', 'waiting'))", name="sent_at_some_time"),
        CheckConstraint("(sent_at IS NULL) = (sent_by IS NULL)", name="sent_by_somebody"),
        CheckConstraint("audience <> 'council' OR sent_at IS NULL OR approved_by <> ''", name="the_council_approves"),
        Index("ix_organisation_invitation_state", "state", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    audience: Mapped[str] = mapped_column(String(10), comment="who invites: office, council")
    state: Mapped[str] = mapped_column(String(10), comment="draft, waiting (for approval), sent, stopped")
    revision: Mapped[int] = mapped_column(default=0, comment="counts changes; a stale form is refused")
    within: Mapped[str] = mapped_column(String(40), default="", comment="a set of the edition; empty: all known")
    fields: Mapped[str] = mapped_column(Text, default="", comment="codes of fields of work, a line each; any of them")
    districts: Mapped[str] = mapped_column(Text, default="", comment="districts, a line each; any of them")
    languages: Mapped[str] = mapped_column(Text, default="", comment="languages, a line each; any of them")
    event_on: Mapped[date | None] = mapped_column(comment="day of the event; none: nothing to come to")
    place: Mapped[str] = mapped_column(String(300), default="", comment="time and place of the event")
    reply_until: Mapped[date | None] = mapped_column()
    reply_to: Mapped[str] = mapped_column(String(254), default="", comment="mailbox for questions; empty: the office's")
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    approved_by: Mapped[str] = mapped_column(
        String(200), default="", comment="who approved, in the secretariat's words"
    )
    approved_on: Mapped[date | None] = mapped_column()
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class InvitationText(Base):
    """What an invitation says in one language; the German text is there always."""

    __tablename__ = "invitation_text"

    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation_invitation.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)


class Recipient(Base):
    """One organisation of an invitation that was sent: how it is reached or why not, and what it answered."""

    __tablename__ = "invitation_recipient"
    __table_args__ = (
        UniqueConstraint("invitation_id", "organisation_id"),
        CheckConstraint("(way = 'none') = (why_not <> '')", name="reached_or_why_not"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_some_time"),
        CheckConstraint("answer IS NULL OR (answer = 'comes') = (people > 0)", name="comes_with_somebody"),
        CheckConstraint("attended IS NULL OR attended >= 0", name="attended_by_so_many"),
        Index("ix_invitation_recipient_organisation", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation_invitation.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    way: Mapped[str] = mapped_column(String(10), comment="mail, post, none")
    language: Mapped[str] = mapped_column(String(12), default="de")
    basis: Mapped[str] = mapped_column(String(20), default="", comment="why it may be written to")
    why_not: Mapped[str] = mapped_column(String(20), default="", comment="why it is not reached")
    token_digest: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 of the link's secret")
    attempt: Mapped[int] = mapped_column(default=1, comment="so many mails were queued to it")
    posted_on: Mapped[date | None] = mapped_column(comment="day on which its letter was posted")
    answer: Mapped[str | None] = mapped_column(String(10), comment="comes, declines")
    people: Mapped[int] = mapped_column(default=0, comment="so many come")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: by the link of its mail")
    attended: Mapped[int | None] = mapped_column(comment="so many were there; none: not recorded")


class OptOut(Base):
    """That an organisation wants no post of a kind, until it says otherwise."""

    __tablename__ = "opt_out"
    __table_args__ = (
        Index(
            "one_opt_out_a_kind",
            "organisation_id",
            "kind",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20), comment="invitations")
    way: Mapped[str] = mapped_column(String(10), comment="link, phone")
    since_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AddressExport(Base):
    """That somebody took addresses out of the house, when and what for; never which."""

    __tablename__ = "address_export"
    __table_args__ = (CheckConstraint("purpose <> ''", name="for_a_purpose"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation_invitation.id"))
    purpose: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(comment="so many organisations")
    exported_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    exported_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Message(Base):
    """What somebody wrote to an organisation through the office. Only `correspondence.messages` writes `state`."""

    __tablename__ = "organisation_message"
    __table_args__ = (
        CheckConstraint("(state = 'unconfirmed') = (confirmed_at IS NULL)", name="confirmed_before_read"),
        CheckConstraint("(state IN ('unconfirmed', 'waiting')) = (decided_at IS NULL)", name="decided_at_some_time"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("state <> 'declined' OR reason <> '' OR erased_at IS NOT NULL", name="declined_with_a_reason"),
        CheckConstraint("state NOT IN ('passed_on', 'answered') OR passed_way IS NOT NULL", name="passed_on_somehow"),
        CheckConstraint("(answered_on IS NULL) = (answer_way IS NULL)", name="answered_by_some_way"),
        CheckConstraint(
            "erased_at IS NULL OR (name IS NULL AND address IS NULL AND text IS NULL AND reason = '')",
            name="erased_is_empty",
        ),
        Index("ix_organisation_message_state", "state", "written_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(
        String(12), comment="unconfirmed, waiting, passed_on, declined, answered, closed"
    )
    name: Mapped[str | None] = mapped_column(String(200), comment="who writes; none once erased")
    address: Mapped[str | None] = mapped_column(String(254), comment="mailbox of the writer; none once erased")
    text: Mapped[str | None] = mapped_column(Text, comment="none once erased")
    language: Mapped[str] = mapped_column(String(12), comment="of the pages that the writer read")
    token_digest: Mapped[str] = mapped_column(String(64), unique=True, comment="SHA-256 of the confirming secret")
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    passed_way: Mapped[str | None] = mapped_column(String(10), comment="mail, phone, post, talk; none: not passed on")
    reason: Mapped[str] = mapped_column(Text, default="", comment="why it was declined, as the writer reads it")
    answered_on: Mapped[date | None] = mapped_column()
    answer_way: Mapped[str | None] = mapped_column(String(10), comment="mail, phone, post, talk")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="from here on its text is kept for a while")
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
