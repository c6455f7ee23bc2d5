"""Reads of inquiries: lists, one with its parts and versions, and where its answer stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground.errors import NotFound
from admission.inquiries.models import AnswerFile, Happened, Inquiry, Part, PartAnswer, Released, Version
from admission.inquiries.rules import ANSWERED, PREPARED, Stand


@dataclass(frozen=True)
class Said:
    """What a version says to one part; `figures`: keys in the order chosen."""

    part: UUID
    position: int
    question: str
    text: str
    limits: str
    figures: tuple[str, ...]


def inquiry(session: Session, inquiry_id: UUID) -> Inquiry:
    """The inquiry of this id; raises `NotFound`."""
    found = session.get(Inquiry, inquiry_id)
    if found is None:
        raise NotFound
    return found


def filed(session: Session) -> Sequence[Inquiry]:
    """Everything that was filed: open ones by their last day, then the answered ones, the newest first."""
    rows = session.scalars(select(Inquiry).where(Inquiry.state != PREPARED)).all()
    still_open = sorted((row for row in rows if row.state != ANSWERED), key=lambda row: row.due_on)
    done = sorted((row for row in rows if row.state == ANSWERED), key=lambda row: row.session_on, reverse=True)
    return [*still_open, *done]


def prepared(session: Session, by: UUID | None = None) -> Sequence[Inquiry]:
    """What waits to be filed: of one person, or (None) of everybody."""
    query = select(Inquiry).where(Inquiry.state == PREPARED).order_by(Inquiry.prepared_at)
    return session.scalars(query.where(Inquiry.prepared_by == by) if by else query).all()


def parts(session: Session, inquiry_id: UUID) -> Sequence[Part]:
    """The parts of a question in their order."""
    return session.scalars(select(Part).where(Part.inquiry_id == inquiry_id).order_by(Part.position)).all()


def versions(session: Session, inquiry_id: UUID) -> Sequence[Version]:
    """All versions, the oldest first."""
    return session.scalars(select(Version).where(Version.inquiry_id == inquiry_id).order_by(Version.number)).all()


def said(session: Session, version_id: UUID) -> list[Said]:
    """What a version says, part by part."""
    rows = session.execute(
        select(PartAnswer, Part)
        .join(Part, Part.id == PartAnswer.part_id)
        .where(PartAnswer.version_id == version_id)
        .order_by(Part.position)
    )
    return [
        Said(part.id, part.position, part.question, row.text, row.limits, tuple(filter(None, row.figures.split(","))))
        for row, part in rows
    ]


def way(session: Session, inquiry_id: UUID) -> Sequence[Happened]:
    """What happened, the oldest first."""
    return session.scalars(select(Happened).where(Happened.inquiry_id == inquiry_id).order_by(Happened.nth)).all()


def released(session: Session, inquiry_id: UUID) -> Sequence[Released]:
    """The frozen answers of an inquiry, the newest first."""
    query = select(Released).where(Released.inquiry_id == inquiry_id)
    return session.scalars(query.order_by(Released.version.desc())).all()


def frozen(session: Session, inquiry_id: UUID, version: int | None = None) -> Released:
    """The answer of a version (None: the newest); raises `NotFound`."""
    for row in released(session, inquiry_id):
        if version in (None, row.version):
            return row
    raise NotFound


def earlier(session: Session, inquiry_id: UUID) -> list[tuple[Inquiry, Released]]:
    """The newest frozen answer of every other inquiry, the newest first."""
    rows = session.execute(
        select(Inquiry, Released)
        .join(Released, Released.inquiry_id == Inquiry.id)
        .where(Inquiry.id != inquiry_id)
        .order_by(Released.released_at.desc(), Released.version.desc())
    )
    found: dict[UUID, tuple[Inquiry, Released]] = {}
    for asked, answer in rows:
        found.setdefault(asked.id, (asked, answer))
    return list(found.values())


def without_files(session: Session) -> Sequence[UUID]:
    """Frozen answers of which no file has been made yet."""
    made = select(AnswerFile.released_id).where(AnswerFile.released_id == Released.id)
    return session.scalars(select(Released.id).where(~made.exists()).order_by(Released.released_at)).all()


def files(session: Session, released_id: UUID) -> dict[str, bytes]:
    """Kind -> bytes of the files of a frozen answer; empty as long as the worker has made none."""
    query = select(AnswerFile.kind, AnswerFile.data).where(AnswerFile.released_id == released_id)
    return {row.kind: row.data for row in session.execute(query)}


def has_files(session: Session, released_id: UUID) -> bool:
    """Whether they have been made."""
    query = select(AnswerFile.kind).where(AnswerFile.released_id == released_id).limit(1)
    return session.scalar(query) is not None


def document(row: Released) -> dict[str, Any]:
    """The frozen answer as values; its bytes are `row.body`."""
    found: dict[str, Any] = json.loads(row.body)
    return found


def stand(session: Session, row: Inquiry, names: Sequence[str] = ()) -> Stand:
    """Where the answer stands, for `rules.why_not`; `names`: organisations named without their consent."""
    all_versions = versions(session, row.id)
    last = max((found.version for found in released(session, row.id)), default=0)
    since = [version for version in all_versions if version.number > last]
    current = all_versions[-1] if all_versions else None
    texts = said(session, current.id) if current else []
    return Stand(
        state=row.state,
        authors=frozenset(version.author for version in since),
        empty_parts=tuple(one.position for one in texts if not one.text.strip()),
        says_what_changed=not last or current is None or bool(current.corrects.strip()),
        names=tuple(names),
    )
