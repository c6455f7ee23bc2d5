"""A question of the council, its parts, the versions of the answer, what happened on its way, and the frozen answer."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Inquiry(Base):
    """One question to the city, as its body put it. Only `inquiries.actions` writes `state`."""

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint("(filed_at IS NULL) = (state = 'prepared')", name="filed_unless_prepared"),
        CheckConstraint("(filed_at IS NULL) = (filed_by IS NULL)", name="filed_by_somebody"),
        Index("ix_inquiry_state", "state", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(200), comment="its subject, as the body calls it")
    body: Mapped[str] = mapped_column(String(200), comment="the body that asks, by its name at that time")
    question: Mapped[str] = mapped_column(Text, comment="verbatim")
    paper_number: Mapped[str | None] = mapped_column(
        String(30), unique=True, comment="assigned by the council's office, never by us; none: not assigned yet"
    )
    session_on: Mapped[date] = mapped_column(comment="the sitting for which it is to be answered")
    due_on: Mapped[date] = mapped_column(comment="last day to hand the answer over")
    state: Mapped[str] = mapped_column(
        String(20), comment="prepared, filed, drafting, signing, returned, signed, answered"
    )
    revision: Mapped[int] = mapped_column(default=0, comment="counts changes; a stale form is refused")
    prepared_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    prepared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    filed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    filed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Part(Base):
    """One part of a question, word for word."""

    __tablename__ = "inquiry_part"
    __table_args__ = (UniqueConstraint("inquiry_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    position: Mapped[int] = mapped_column(comment="from 1")
    question: Mapped[str] = mapped_column(Text, comment="an excerpt of the question")


class Version(Base):
    """The answer as one person left it; what somebody else changes is the next one."""

    __tablename__ = "inquiry_version"
    __table_args__ = (UniqueConstraint("inquiry_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    number: Mapped[int] = mapped_column(comment="from 1")
    author: Mapped[UUID] = mapped_column(ForeignKey("account.id"), comment="who drafted it or took it in")
    origin: Mapped[str] = mapped_column(
        String(20), comment="office: written here; house: came back from the sign-off of the city"
    )
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    handed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="to the second signature; fixed since then")
    corrects: Mapped[str] = mapped_column(Text, default="", comment="what it changes in a frozen answer, and why")


class PartAnswer(Base):
    """What one version says to one part."""

    __tablename__ = "inquiry_part_answer"
    __table_args__ = (UniqueConstraint("version_id", "part_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry_version.id"))
    part_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry_part.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    limits: Mapped[str] = mapped_column(Text, default="", comment="what the answer cannot say")
    figures: Mapped[str] = mapped_column(String(300), default="", comment="keys of figures, in order, with commas")


class Happened(Base):
    """One act on the way of an answer: who did what with which version, and the reason of a return."""

    __tablename__ = "inquiry_act"
    __table_args__ = (
        CheckConstraint("act <> 'returned' OR reason <> ''", name="returned_with_a_reason"),
        Index("ix_inquiry_act_inquiry", "inquiry_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    nth: Mapped[int] = mapped_column(comment="the inquiry's revision that it made")
    act: Mapped[str] = mapped_column(
        String(20), comment="filed, numbered, begun, handed, signed, returned, released, reopened"
    )
    version: Mapped[int | None] = mapped_column(comment="number of the version it was about")
    by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")


class Released(Base):
    """A frozen answer: the bytes that were released, never changed; a correction is the next one."""

    __tablename__ = "inquiry_released"
    __table_args__ = (UniqueConstraint("inquiry_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inquiry_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry.id"))
    version: Mapped[int] = mapped_column()
    body: Mapped[str] = mapped_column(Text, comment="RFC 8785 text; its UTF-8 bytes are hashed")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of these bytes")
    place: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), comment="of its log entry")
    released_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AnswerFile(Base):
    """A frozen answer as a file, made once by the worker: whoever fetches it again gets the same bytes."""

    __tablename__ = "inquiry_file"

    released_id: Mapped[UUID] = mapped_column(ForeignKey("inquiry_released.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True, comment="pdf, docx")
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, comment="public, as the answer is")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the bytes")
    size: Mapped[int] = mapped_column(comment="bytes")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
