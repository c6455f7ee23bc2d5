"""Counting knocks in the database, so that two nodes together allow no more than one."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, func, select

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import TooMany
from admission.ground.ids import new_id
from admission.people import digests, rules
from admission.people.models import SignInAttempt


def count(doors: Mapping[str, object]) -> list[UUID]:
    """Count one knock at each door (name in `rules.LIMITS` -> who knocks); raises `TooMany`, then nothing is counted.

    Call it in a write transaction and commit it, whatever the knock leads to.
    """
    now = clock.now()
    buckets = {digests.keyed("limit", door, who): rules.LIMITS[door] for door, who in doors.items()}
    wait = 0
    for bucket in sorted(buckets):  # one order for all, else two knocks could wait for each other
        _lock(bucket)
        span = max(limit.within for limit in buckets[bucket])
        knocks = db.session.scalars(
            select(SignInAttempt.at).where(SignInAttempt.bucket == bucket, SignInAttempt.at > now - span)
        ).all()
        wait = max(wait, rules.retry_after(knocks, buckets[bucket], now))
    if wait:
        raise TooMany(wait)
    knock = [SignInAttempt(id=new_id(), bucket=bucket, at=now) for bucket in buckets]
    db.session.add_all(knock)
    db.session.flush()
    return [row.id for row in knock]


def forgive(knock: list[UUID]) -> None:
    """A knock that proved right does not count: an office behind one network address signs in together."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(knock)))


def _lock(bucket: str) -> None:
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
        number = int(bucket[:16], 16) - 2**63
        db.session.execute(select(func.pg_advisory_xact_lock(number)))
