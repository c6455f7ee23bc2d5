"""Opening, renewing and ending sessions."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from admission.ground import clock
from admission.ground.db import db
from admission.ground.ids import secret
from admission.people import digests, rules
from admission.people.models import KnownDevice, UserSession
from admission.people.queries import roles_of

SEEN_EVERY = timedelta(minutes=1)


def open_session(account: UUID, device: str) -> str:
    """Open a session and give its token, which only the browser keeps: a fresh one, whatever the browser brought."""
    token, now = secret(), clock.now()
    db.session.add(
        UserSession(
            token_hash=digests.of_secret(token),
            account_id=account,
            device=device[:60],
            idle_minutes=rules.idle_minutes(roles_of(account)),
            made_at=now,
            seen_at=now,
            proven_at=now,
            ends_at=now + rules.SESSION_LIFE,
        )
    )
    db.session.flush()
    return token


def renew(session: UUID) -> str:
    """After a full proof: the same session under a new token, its absolute end unchanged."""
    token = secret()
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == session, UserSession.ended_at.is_(None))
        .values(token_hash=digests.of_secret(token), proven_at=clock.now())
    )
    return token


def note_seen(session: UUID) -> bool:
    """The person opened a page: the idle time starts anew. False if that was noted less than a minute ago."""
    now = clock.now()
    noted = db.session.execute(
        update(UserSession)
        .where(UserSession.id == session, UserSession.seen_at <= now - SEEN_EVERY, UserSession.ended_at.is_(None))
        .values(seen_at=now)
        .returning(UserSession.id)
    ).one_or_none()
    return noted is not None


def end_session(session: UUID, account: UUID) -> bool:
    """End one session of this account; False if there is no such open one, of whomever."""
    ended = db.session.execute(
        update(UserSession)
        .where(UserSession.id == session, UserSession.account_id == account, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(UserSession.id)
    ).one_or_none()
    return ended is not None


def end_sessions(account: UUID, *, but: UUID | None = None) -> None:
    """End all sessions of this account, or all but one."""
    where = [UserSession.account_id == account, UserSession.ended_at.is_(None)]
    if but is not None:
        where.append(UserSession.id != but)
    db.session.execute(update(UserSession).where(*where).values(ended_at=clock.now()))


def know_device(account: UUID) -> str:
    """Remember this browser for half a year; the token goes into a cookie of its own and opens nothing."""
    token = secret()
    until = clock.now() + rules.DEVICE_LIFE
    db.session.add(KnownDevice(token_hash=digests.of_secret(token), account_id=account, expires_at=until))
    db.session.flush()
    return token
