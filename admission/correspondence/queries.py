"""Reads of invitations: the list, one with its texts and recipients, whom a link belongs to, who wants none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.correspondence import rules
from admission.correspondence.models import AddressExport, Invitation, InvitationText, OptOut, Recipient
from admission.ground.errors import NotFound
from admission.ground.mail import Mail
from admission.organisations.models import Organisation


@dataclass(frozen=True)
class Line:
    """One recipient as the desk reads it: what became of its post, and what the relay said."""

    recipient: Recipient
    name: str
    delivery: str
    sent_at: datetime | None
    error: str


@dataclass(frozen=True)
class Counted:
    """An invitation with its numbers."""

    invitation: Invitation
    subject: str
    chosen: int
    reached: int
    answered: int
    coming: int
    attended: int


def digest(secret: str) -> str:
    """What is kept of a link's secret."""
    return sha256(secret.encode()).hexdigest()


def mail_key(recipient: UUID, attempt: int) -> str:
    """The key of the mail that a recipient is sent, a new one for each attempt."""
    return f"invitation/{recipient}/{attempt}"


def invitation(session: Session, invitation_id: UUID) -> Invitation:
    """The invitation of this id; raises `NotFound`."""
    found = session.get(Invitation, invitation_id)
    if found is None:
        raise NotFound
    return found


def texts(session: Session, invitation_id: UUID) -> dict[str, InvitationText]:
    """Language -> text, in the order in which languages are offered."""
    query = select(InvitationText).where(InvitationText.invitation_id == invitation_id)
    found = {row.language: row for row in session.scalars(query)}
    return {language: found[language] for language in rules.LANGUAGES if language in found}


def listed(session: Session, audience: str | None = None) -> list[Counted]:
    """Invitations with their numbers, the newest first; of one audience, or (None) of both."""
    query = (
        select(Invitation, InvitationText.subject)
        .join(InvitationText, InvitationText.invitation_id == Invitation.id)
        .where(InvitationText.language == rules.GERMAN)
        .order_by(Invitation.made_at.desc())
    )
    rows = session.execute(query.where(Invitation.audience == audience) if audience else query).all()
    numbers = _numbers(session, [row.id for row, _ in rows])
    return [Counted(row, subject, *numbers.get(row.id, (0, 0, 0, 0, 0))) for row, subject in rows]


def recipients(session: Session, invitation_id: UUID) -> Sequence[Recipient]:
    """Whom an invitation went to, or could not."""
    return session.scalars(select(Recipient).where(Recipient.invitation_id == invitation_id)).all()


def lines(session: Session, invitation_id: UUID) -> list[Line]:
    """The recipients with the state of their post: not reached first, then by name."""
    rows = session.execute(
        select(Recipient, Organisation.name)
        .join(Organisation, Organisation.id == Recipient.organisation_id)
        .where(Recipient.invitation_id == invitation_id)
        .order_by(Organisation.search_name, Recipient.id)
    ).all()
    keys = [mail_key(one.id, one.attempt) for one, _ in rows if one.way == rules.MAIL]
    mails = {row.key: row for row in session.scalars(select(Mail).where(Mail.key.in_(keys)))}
    found = []
    for one, name in rows:
        mail = mails.get(mail_key(one.id, one.attempt))
        state = rules.delivery(
            one.way, one.posted_on is not None, mail.state if mail else None, mail.attempts if mail else 0
        )
        told = mail.error if mail and mail.error and state in ("failed", "retried") else ""
        found.append(Line(one, name, state, mail.sent_at if mail else None, told or ""))
    return found


def of_link(session: Session, secret: str) -> Recipient | None:
    """The recipient whose mail holds this link."""
    return session.scalar(select(Recipient).where(Recipient.token_digest == digest(secret)))


def opted_out(session: Session, organisations: Iterable[UUID]) -> dict[UUID, datetime]:
    """Organisations that want no invitations -> since when."""
    query = select(OptOut.organisation_id, OptOut.since_at).where(
        OptOut.organisation_id.in_(list(organisations)),
        OptOut.kind == rules.INVITATIONS,
        OptOut.withdrawn_at.is_(None),
    )
    return {organisation: since for organisation, since in session.execute(query)}


def exports(session: Session, invitation_id: UUID) -> Sequence[AddressExport]:
    """Who took the addresses of an invitation out of the house, the newest first."""
    query = select(AddressExport).where(AddressExport.invitation_id == invitation_id)
    return session.scalars(query.order_by(AddressExport.exported_at.desc())).all()


def _numbers(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int, int, int, int]]:
    query = (
        select(
            Recipient.invitation_id,
            func.count().label("chosen"),
            func.count().filter(Recipient.way != rules.NONE).label("reached"),
            func.count(Recipient.answer).label("answered"),
            func.coalesce(func.sum(Recipient.people), 0).label("coming"),
            func.coalesce(func.sum(Recipient.attended), 0).label("attended"),
        )
        .where(Recipient.invitation_id.in_(ids))
        .group_by(Recipient.invitation_id)
    )
    return {
        id_: (chosen, reached, answered, coming or 0, attended or 0)
        for id_, chosen, reached, answered, coming, attended in session.execute(query)
    }
