"""The worker's sign of life."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from admission.ground import clock
from admission.ground.db import Base, UTCDateTime


class Heartbeat(Base):
    """When each part of the worker was last seen; `/buero` warns when it falls silent."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


def beat(session: Session, name: str = "worker") -> None:
    """Note that the worker is alive; the caller commits."""
    row = session.get(Heartbeat, name)
    if row is None:
        session.add(Heartbeat(name=name, seen_at=clock.now()))
    else:
        row.seen_at = clock.now()
    session.flush()
