"""Tables of a case. Only `casework` writes `state` and `revision`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id

OPEN_ADMISSION = text("kind = 'admission' AND ended_at IS NULL")
"""What partial indexes hold; a query that says it in the same words can use them."""


class Case(Base):
    """One matter on its way: an admission or a membership."""

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint(
            "kind <> 'admission' OR submitted_at IS NOT NULL OR state IN ('draft', 'withdrawn', 'closed')",
            name="undecided_until_submitted",
        ),
        CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name="numbered_when_submitted"),
        ForeignKeyConstraint(
            ["id", "revision", "state"],
            ["entry.case_id", "entry.revision", "entry.state"],
            name="state_has_its_entry",
            use_alter=True,
        ),
        # One open application an organisation, whoever sends it.
        Index(
            "one_open_application",
            "organisation_id",
            unique=True,
            sqlite_where=OPEN_ADMISSION,
            postgresql_where=OPEN_ADMISSION,
        ),
        # The inbox: each state of everybody, and of one person or of nobody, in the order of urgency.
        Index(
            "ix_case_open_by_urgency",
            "state",
            "due_on",
            "id",
            sqlite_where=OPEN_ADMISSION,
            postgresql_where=OPEN_ADMISSION,
        ),
        Index(
            "ix_case_open_by_person",
            "assigned_to",
            "state",
            "due_on",
            "id",
            sqlite_where=OPEN_ADMISSION,
            postgresql_where=OPEN_ADMISSION,
        ),
        Index("ix_case_applicant", "applicant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20), comment="admission or membership: a procedure of the edition")
    number: Mapped[str | None] = mapped_column(
        String(20), unique=True, comment="given at submission, gapless, never reused; none for a membership"
    )
    edition: Mapped[str] = mapped_column(
        ForeignKey("edition.digest"), comment="SHA-256 of the rulebook it is judged by"
    )
    state: Mapped[str] = mapped_column(String(60), comment="a state of that procedure")
    revision: Mapped[int] = mapped_column(comment="counts steps; a stale form is refused")
    round: Mapped[int] = mapped_column(
        default=0, comment="the revision at which it last entered assessment: older hearings count no more"
    )
    state_since: Mapped[date] = mapped_column(comment="day in Berlin on which it came to this state")
    of: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), comment="the admission a membership comes from")
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    applicant_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="who opened the draft")
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="who claimed it")
    due_on: Mapped[date] = mapped_column(
        server_default="9999-12-31", comment="its next deadline, kept by the database; 9999-12-31 while none runs"
    )
    title: Mapped[str] = mapped_column(String(200), default="", comment="the organisation's name as entered")
    language: Mapped[str] = mapped_column(String(12), default="de", comment="in which we write to the organisation")
    portal_consent: Mapped[bool] = mapped_column(default=False, comment="notices may be opened at the desk")
    confirmed_on: Mapped[date | None] = mapped_column(comment="declarations confirmed by name")
    confirmed_by: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed: the name typed at submission")
    sections_open: Mapped[int] = mapped_column(default=0, comment="sections of the form not yet answered")
    criteria_applicable: Mapped[int] = mapped_column(default=0, comment="criteria that apply to these answers")
    evidence_applicable: Mapped[int] = mapped_column(default=0, comment="of them, those that ask for evidence")
    record_version: Mapped[int] = mapped_column(default=0, comment="counts changes of answers and documents")
    logged_version: Mapped[int] = mapped_column(default=0, comment="up to which of them entries have carried")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="starts the processing period")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when it reached a final state")


class Answer(Base):
    """One answer to one question of the edition."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("case_id", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    code: Mapped[str] = mapped_column(String(60), comment="code of the question")
    value: Mapped[Any] = mapped_column(JSON, comment="canonical value of the fact's type")
    version: Mapped[int] = mapped_column(comment="the case's record_version when it was saved")
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CaseKey(Base):
    """The data key of a case, wrapped by the master key; deleting it makes every sealed file unreadable."""

    __tablename__ = "case_key"

    case_id: Mapped[UUID] = mapped_column(primary_key=True, comment="no foreign key: it is erased on its own")
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(40))


class Document(Base):
    """An uploaded document, sealed in the file store under its id."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_case", "case_id", "removed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(40), comment="a document of the edition")
    name: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: the file's name as sent")
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(comment="bytes before sealing")
    sealed_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the sealed bytes")
    digest: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: SHA-256 of the file itself")
    pages: Mapped[int | None] = mapped_column(comment="pictures made by the worker; none until it looked")
    pages_error: Mapped[str | None] = mapped_column(String(40), comment="why no pictures could be made")
    version: Mapped[int] = mapped_column(comment="the case's record_version when it was added")
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Deadline(Base):
    """A running, paused or ended period of a case."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_running", "state", "due_on"),
        Index("ix_deadline_case", "case_id", "state"),
        CheckConstraint("state IN ('running', 'paused', 'ended', 'passed')", name="known_state"),
        CheckConstraint("(state = 'paused') = (days_left IS NOT NULL)", name="paused_knows_what_is_left"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(40), comment="a deadline of the edition")
    whose: Mapped[str] = mapped_column(String(12), comment="applicant or office")
    begun_on: Mapped[date] = mapped_column(comment="day of the event; the period begins the day after (BGB § 187)")
    due_on: Mapped[date] = mapped_column(comment="last day of the period")
    round: Mapped[int] = mapped_column(default=0, comment="the case's round when it began")
    state: Mapped[str] = mapped_column(String(12), default="running")
    days_left: Mapped[int | None] = mapped_column(comment="calendar days left while paused")
    extensions: Mapped[int] = mapped_column(default=0)
    warned_on: Mapped[date | None] = mapped_column()
    ended_on: Mapped[date | None] = mapped_column()


class Pause(Base):
    """Resting proceedings: while it is open, steps that need it over are refused."""

    __tablename__ = "pause"
    __table_args__ = (Index("ix_pause_case", "case_id", "ended_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    begun_on: Mapped[date] = mapped_column()
    ended_on: Mapped[date | None] = mapped_column()


class ConflictDeclaration(Base):
    """What a person declared before opening a case: a conflict of interest or none (after VwVfG NRW §§ 20, 21)."""

    __tablename__ = "conflict_declaration"
    __table_args__ = (UniqueConstraint("case_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    conflict: Mapped[bool] = mapped_column()
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Counter(Base):
    """The last number given in a year; locked after the case and before the log."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(20), primary_key=True, comment="MSO-2026")
    last: Mapped[int] = mapped_column()


class Refusal(Base):
    """Which refused attempt was last logged, so that one person, step and hour leave one entry."""

    __tablename__ = "refusal"
    __table_args__ = (UniqueConstraint("case_id", "actor", "step", "hour"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column()
    actor: Mapped[str] = mapped_column(String(22))
    step: Mapped[str] = mapped_column(String(60))
    hour: Mapped[str] = mapped_column(String(13), comment="2026-11-24T15, UTC")
