"""The daily reading of the whole log, and what it found; pages show this row and read nothing by themselves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from admission.ground import clock
from admission.ground.db import Base, UTCDateTime, db, writing
from admission.ground.ids import new_id
from admission.log.models import BIG
from admission.log.verifier import Fault, Verification, verify

MOST_PLACES = 20


class LogCheck(Base):
    """One reading of the log from its first to its last entry. A later reading adds a row and changes none."""

    __tablename__ = "log_check"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    checked_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True, comment="when the reading was over")
    size: Mapped[int] = mapped_column(BIG, comment="entries that were read")
    root: Mapped[bytes] = mapped_column(LargeBinary(32), comment="root over them")
    checkpoints: Mapped[int] = mapped_column(comment="signed checkpoints that were compared")
    faults: Mapped[int] = mapped_column(comment="things that did not fit")
    places: Mapped[list[Any]] = mapped_column(JSON, comment="where, the first twenty: entry 17, checkpoint 518")

    @property
    def sound(self) -> bool:
        """Nothing was found."""
        return not self.faults


def may_be_rewritten(session: Session) -> bool:
    """Whether the role that the application runs under may change or delete an entry; SQLite knows no roles."""
    if session.connection().dialect.name == "sqlite":
        return False
    rights = text("SELECT has_table_privilege('entry', 'UPDATE, DELETE, TRUNCATE')")
    return bool(session.scalar(rights))


def check_is_due(session: Session) -> bool:
    """Whether the log was not read yet today."""
    last = latest_check(session)
    return last is None or clock.berlin_day(last.checked_at) < clock.today()


def check(session: Session, also: Callable[[Session], Sequence[Fault]] = lambda _session: ()) -> LogCheck:
    """Read the whole log and keep what was found; commits. The worker calls it once a day.

    It reads in one snapshot: a case that moves meanwhile would otherwise seem to differ from its entries. `also`: what
    higher floors find in the same snapshot.
    """
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    found = verify(session)
    found = replace(found, faults=(*found.faults, *also(session)))
    writing()
    return keep(session, found)


def keep(session: Session, found: Verification) -> LogCheck:
    """Keep one reading; commits."""
    row = LogCheck(
        checked_at=clock.now(),
        size=found.size,
        root=found.root,
        checkpoints=found.checkpoints,
        faults=len(found.faults),
        places=[fault.where for fault in found.faults[:MOST_PLACES]],
    )
    session.add(row)
    session.commit()
    return row


def latest_check(session: Session) -> LogCheck | None:
    """The newest reading; None before the first one."""
    return session.scalar(select(LogCheck).order_by(LogCheck.checked_at.desc()).limit(1))
