"""Outgoing mail as rows, written with their cause in one transaction and sent afterwards by the worker.

At least once: a crash between the server's answer and our commit sends again, with the same Message-ID. The row knows
whom to reach by account, not by address; values are sealed and erased once the server took the mail.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Index, LargeBinary, String, Text, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from admission.ground import clock, crypto
from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id


class Mail(Base):
    """One mail on its way to one person, or to one audience before it is spread to its people."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_waiting", "state", "run_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(200), unique=True, comment="its cause; the same cause sends no second mail")
    message_id: Mapped[str] = mapped_column(String(200), comment="local part of the Message-ID, made with the row")
    template: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(12))
    recipient: Mapped[UUID | None] = mapped_column(comment="account; its address is looked up when the mail leaves")
    audience: Mapped[str | None] = mapped_column(String(60), comment="a role or a case's people, spread by the worker")
    address: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; only for people without an account")
    case_id: Mapped[UUID | None] = mapped_column(index=True, comment="the case it speaks of")
    values: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed JSON; erased once sent")
    state: Mapped[str] = mapped_column(String(12), default="queued", comment="queued, spread, sent, failed, expired")
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime] = mapped_column(UTCDateTime, comment="not before this instant")
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="a worker holds it until then")
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="worthless afterwards: never sent later")
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(Text, comment="what the relay said, in its own words")


def mail_row(
    template: str,
    *,
    key: str,
    to: UUID | None = None,
    audience: str | None = None,
    address: str | None = None,
    case_id: UUID | None = None,
    language: str = "de",
    values: Mapping[str, Any] | None = None,
    expires_at: datetime | None = None,
) -> dict[str, Any]:
    """One row for the table `mail`; exactly one of `to`, `audience` and `address` says whom."""
    if sum(target is not None for target in (to, audience, address)) != 1:
        raise ValueError("a mail goes to one account, one audience or one address")
    now = clock.now()
    return {
        "id": new_id(),
        "key": key,
        "message_id": str(uuid5(NAMESPACE_URL, "mail:" + key)),
        "template": template,
        "language": language,
        "recipient": to,
        "audience": audience,
        "address": crypto.seal_text(address, "mail/address") if address else None,
        "case_id": case_id,
        "values": crypto.seal_text(json.dumps(dict(values)), "mail/values") if values else None,
        "state": "queued",
        "attempts": 0,
        "run_at": now,
        "queued_at": now,
        "expires_at": expires_at,
    }


def queue(
    session: Session,
    template: str,
    *,
    key: str,
    to: UUID | None = None,
    audience: str | None = None,
    address: str | None = None,
    case_id: UUID | None = None,
    language: str = "de",
    values: Mapping[str, Any] | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Write one mail in the caller's transaction; values are plain JSON and never hold more than the mail needs."""
    row = mail_row(
        template,
        key=key,
        to=to,
        audience=audience,
        address=address,
        case_id=case_id,
        language=language,
        values=values,
        expires_at=expires_at,
    )
    session.execute(insert(Mail), [row])


def values_of(mail: Mail) -> dict[str, Any]:
    """What the template is filled with."""
    return dict(json.loads(crypto.unseal_text(mail.values, "mail/values"))) if mail.values else {}
