"""Tables of the log: entries and checkpoints stand for ever, disclosures and pseudonyms can be erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime

BIG = BigInteger().with_variant(Integer(), "sqlite")


class Entry(Base):
    """One recorded event; `body` holds the bytes that are hashed, the columns repeat parts of them for the database."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("case_id", "revision"),
        UniqueConstraint("case_id", "revision", "state"),
        Index("ix_entry_case_actor", "case_id", "actor"),
        Index("ix_entry_type", "type"),
    )

    idx: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False, comment="place in the log, from 0")
    body: Mapped[str] = mapped_column(Text, comment="RFC 8785 text; its UTF-8 bytes are the leaf")
    type: Mapped[str] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(22), comment="pseudonym, one per person and matter, or 'system'")
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("case.id", deferrable=True, initially="DEFERRED", name="fk_entry_case_id_case"), comment="its case"
    )
    revision: Mapped[int | None] = mapped_column(comment="the revision that this entry made; none for acts")
    state: Mapped[str | None] = mapped_column(String(60), comment="the state that it led to")
    command: Mapped[UUID | None] = mapped_column(unique=True, comment="first entry of a command: sent twice, done once")


class Checkpoint(Base):
    """A signed statement of how long the log is and what its root is; one a size, never changed."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False, comment="number of entries, from 1")
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    range: Mapped[bytes] = mapped_column(LargeBinary, comment="compact range, 32 bytes a hash, left to right")
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="our clock; only a witness dates it")
    note: Mapped[str] = mapped_column(Text, comment="signed note (C2SP)")


class Cosignature(Base):
    """A witness's line for a checkpoint."""

    __tablename__ = "cosignature"

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    size: Mapped[int] = mapped_column(ForeignKey("checkpoint.size"), index=True)
    line: Mapped[str] = mapped_column(Text, unique=True)


class LogKey(Base):
    """Under which origin and key the log goes on, and from which size; oldest first."""

    __tablename__ = "log_key"

    vkey: Mapped[str] = mapped_column(String(300), primary_key=True, comment="public key line (C2SP)")
    origin: Mapped[str] = mapped_column(String(200))
    from_size: Mapped[int] = mapped_column(BIG)


class DisclosureRow(Base):
    """The string behind a digest of `_sd`; erased on its own, every proof stays valid."""

    __tablename__ = "disclosure"

    digest: Mapped[str] = mapped_column(String(43), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    string: Mapped[str] = mapped_column(Text)
    case_id: Mapped[UUID | None] = mapped_column(index=True, comment="what it belongs to, for erasure")


class Pseudonym(Base):
    """Who stands behind an actor of the log, in one matter; erasable."""

    __tablename__ = "pseudonym"

    person: Mapped[UUID] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(String(36), primary_key=True, comment="a case's id, or 'house'")
    value: Mapped[str] = mapped_column(String(22), unique=True)
