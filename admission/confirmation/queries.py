"""Reads of the yearly confirmation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from admission.confirmation import keys
from admission.confirmation.models import Asked, Key, Round
from admission.confirmation.rules import GONE, KEY_LIFE, MAIL, OBJECTED
from admission.ground import clock
from admission.ground.errors import NotFound
from admission.ground.mail import Mail


@dataclass(frozen=True)
class Opened:
    """What a key opens, and by which kind of key."""

    asked: Asked
    kind: str


def last_round(session: Session) -> Round | None:
    """The round of the newest reference day."""
    return session.scalars(select(Round).order_by(Round.reference_on.desc()).limit(1)).first()


def round_of(session: Session, reference_on: date) -> Round | None:
    """The round of this reference day."""
    return session.scalar(select(Round).where(Round.reference_on == reference_on))


def everybody(session: Session, round_id: UUID) -> Sequence[Asked]:
    """All organisations of a round."""
    return session.scalars(select(Asked).where(Asked.round_id == round_id).order_by(Asked.id)).all()


def asked_in(session: Session, round_id: UUID, asked_id: UUID) -> Asked:
    """One organisation of a round; raises `NotFound`."""
    found = session.get(Asked, asked_id)
    if found is None or found.round_id != round_id:
        raise NotFound
    return found


def opened(session: Session, kind: str, digest: str) -> Opened | None:
    """What the key with this digest opens, as long as it lives; `kind`: code, or link for both kinds of link."""
    kinds = (keys.CODE,) if kind == keys.CODE else (keys.LINK, keys.TYPED)
    row = session.execute(
        select(Asked, Key.kind)
        .join(Key, Key.asked_id == Asked.id)
        .where(Key.digest == digest, Key.kind.in_(kinds), Key.made_at > clock.now() - KEY_LIFE)
    ).one_or_none()
    return Opened(row[0], row[1]) if row else None


def open_of(session: Session, organisation: UUID) -> Sequence[Asked]:
    """Where this organisation was asked and has not answered."""
    return session.scalars(
        select(Asked).where(Asked.organisation_id == organisation, Asked.answer.is_(None)).order_by(Asked.begun_on)
    ).all()


def due(session: Session, way: str, today: date, most: int) -> Sequence[Asked]:
    """Organisations to which the next mail or letter goes by today; with mails, each row is locked for this worker."""
    query = (
        select(Asked)
        .where(Asked.answer.is_(None), Asked.way == way, Asked.next_on <= today)
        .order_by(Asked.next_on, Asked.id)
        .limit(most)
    )
    return session.scalars(query.with_for_update(skip_locked=True) if way == MAIL else query).all()


def is_anything_open(session: Session) -> bool:
    """Whether somebody is asked and has not answered."""
    return session.scalar(select(Asked.id).where(Asked.answer.is_(None)).limit(1)) is not None


def to_settle(session: Session, round_id: UUID) -> Sequence[Asked]:
    """What the office has to see to, the oldest first: it is gone, objects, rests, or left a note."""
    said = or_(Asked.answer.in_((GONE, OBJECTED)), Asked.resting, Asked.note != "")
    query = select(Asked).where(Asked.round_id == round_id, Asked.settled_at.is_(None), said)
    return session.scalars(query.order_by(Asked.answered_at, Asked.id)).all()


def failed(session: Session, asked: Sequence[Asked]) -> dict[UUID, str]:
    """Those whose last mail was refused for good -> what the relay said."""
    last = {mail_key(row.id, row.times): row.id for row in asked if row.way == MAIL and row.times}
    rows = session.execute(select(Mail.key, Mail.error).where(Mail.key.in_(last), Mail.state == "failed"))
    return {last[key]: error or "" for key, error in rows}


def mail_key(asked_id: UUID, times: int) -> str:
    """The cause of one mail: the first, second, third to this organisation in its round."""
    return f"confirmation/{asked_id}/{times}"
