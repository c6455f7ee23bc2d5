"""Tables of accounts and their doors. What opens a door is stored as a digest only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Account(Base):
    """One person who signs in: a volunteer, somebody of the office or of the council."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    address: Mapped[str] = mapped_column(
        String(254), unique=True, comment="mail address, lower case: the name at the door"
    )
    name: Mapped[str | None] = mapped_column(String(120), comment="as the person wrote it; volunteers give it later")
    language: Mapped[str] = mapped_column(String(12), comment="of mails and pages")
    password_hash: Mapped[str | None] = mapped_column(
        String(200), comment="Argon2id; none for who comes by mailed code"
    )
    factor: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="sealed secret of the authenticator app (RFC 6238)"
    )
    next_factor: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; shown, not yet confirmed")
    factor_step: Mapped[int | None] = mapped_column(comment="last 30-second step used; each counts once")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RoleGrant(Base):
    """What an account may do, from when until when. A withdrawn grant stays, with its end."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("role <> 'external_reviewer' OR until_at IS NOT NULL", name="lent_for_a_time"),
        Index("ix_role_grant_account_role", "account_id", "role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(20))
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="first instant at which it no longer holds")
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: the operator's command")


class UserSession(Base):
    """One browser that is signed in. The browser holds 256 random bits, we hold their SHA-256."""

    __tablename__ = "user_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, comment="names it on the person's own page")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    device: Mapped[str] = mapped_column(String(60), comment="browser and system in words, for the person's own list")
    idle_minutes: Mapped[int] = mapped_column(comment="ends after so long without a page")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="written at most once a minute")
    proven_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="last full proof of who it is")
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="at the latest, whatever happens")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignIn(Base):
    """A sign-in under way: a mail was asked for, or a password was right and the second factor is due."""

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("kind IN ('mail', 'factor')", name="kind_is_known"),
        CheckConstraint("tries <= 5", name="five_tries"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(8), comment="mail or factor")
    browser_hash: Mapped[str] = mapped_column(
        String(64), unique=True, comment="of the secret in the browser that asked"
    )
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), comment="keyed: six digits could be tried out")
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: no account yet")
    address: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed; the account is made from it at redemption")
    address_hash: Mapped[str] = mapped_column(String(64), index=True, comment="keyed: finds its siblings")
    language: Mapped[str] = mapped_column(String(12))
    next_path: Mapped[str | None] = mapped_column(String(500), comment="the page that was wanted, on this site")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInAttempt(Base):
    """One knock at a door, counted in the database so that every node counts the same."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_bucket_at", "bucket", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    bucket: Mapped[str] = mapped_column(
        String(64), comment="keyed digest of door and person, device or network address"
    )
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class KnownDevice(Base):
    """A browser that this person signed in with before: strangers who knock do not lock it out."""

    __tablename__ = "known_device"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """Stands in for the app once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    code_hash: Mapped[str] = mapped_column(String(64), comment="keyed")
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Invitation(Base):
    """Somebody is asked in, for these roles. The account is made when the person accepts."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(
        String(120), comment="as the inviting person wrote it; the invited one may mend it"
    )
    roles: Mapped[list[Any]] = mapped_column(JSON, comment="role codes")
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="end of the grants, if they are lent")
    language: Mapped[str] = mapped_column(String(12))
    factor: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed secret that the page shows")
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: the operator's command")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FactorReset(Base):
    """A lost factor: one person asks, a second confirms, the person comes in by a mailed link."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="confirmed_by_a_second_person"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> account_id", name="never_for_oneself"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    password_too: Mapped[bool] = mapped_column(comment="the password is lost as well")
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: the operator's command")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True, comment="made at the confirmation")
    factor: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed secret that the page shows")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
