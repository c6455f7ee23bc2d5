"""Reads of the rulebook: an edition by its digest, and the one in force on a day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.rulebook.edition import Rulebook
from admission.rulebook.models import Edition, EditionTexts, Publication

RESOLVED, INTERIM = "resolved", "interim"


class InForce(NamedTuple):
    """The edition that holds on a day, and the publication that put it in force."""

    rulebook: Rulebook
    publication: Publication

    @property
    def is_interim(self) -> bool:
        """Whether the register's part alone holds, set provisionally."""
        return self.publication.kind == INTERIM

    @property
    def takes_applications(self) -> bool:
        """Whether its procedure of admission was resolved."""
        return not self.is_interim and "admission" in self.rulebook.kinds


class Published(NamedTuple):
    """One line of the history of editions."""

    name: str
    digest: str
    in_force_from: date
    resolution: str
    kind: str


_cache: dict[str, tuple[datetime | None, Rulebook]] = {}


def rulebook(digest: str) -> Rulebook:
    """The edition of that digest; from memory after the first time. Raises `NotFound`."""
    found = _cache.get(digest)
    return found[1] if found else _load(digest, _newest_texts(digest))


def in_force(day: date) -> InForce | None:
    """The edition in force on a day, and its publication; None before the first one. One statement.

    One that was resolved goes before any that was set provisionally.
    Translations published by another process since then are noticed here.
    """
    texts = select(func.max(EditionTexts.loaded_at)).where(EditionTexts.of == Publication.edition).scalar_subquery()
    row = db.session.execute(
        select(Publication, texts)
        .where(Publication.confirmed_at.is_not(None), Publication.in_force_from <= day)
        .order_by(Publication.kind == INTERIM, Publication.in_force_from.desc(), Publication.confirmed_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    publication, newest = row
    known = _cache.get(publication.edition)
    fresh = known is not None and known[0] == newest
    return InForce(known[1] if known and fresh else _load(publication.edition, newest), publication)


def editions() -> Sequence[Edition]:
    """All editions that were loaded, newest first."""
    return db.session.scalars(select(Edition).order_by(Edition.loaded_at.desc(), Edition.name.desc())).all()


def publications(digest: str | None = None) -> Sequence[Publication]:
    """Proposed and confirmed publications, newest first; of one edition or of all."""
    query = select(Publication).order_by(Publication.in_force_from.desc(), Publication.proposed_at.desc())
    return db.session.scalars(query if digest is None else query.where(Publication.edition == digest)).all()


def published() -> Sequence[Published]:
    """Every edition that was or will be in force, newest first. One statement."""
    rows = db.session.execute(
        select(Edition.name, Edition.digest, Publication.in_force_from, Publication.resolution, Publication.kind)
        .join(Edition, Edition.digest == Publication.edition)
        .where(Publication.confirmed_at.is_not(None))
        .order_by(Publication.in_force_from.desc(), Publication.confirmed_at.desc())
    )
    return [Published(*row) for row in rows]


def any_is_resolved() -> bool:
    """Whether the council has resolved any edition: two people have confirmed its publication."""
    query = select(Publication.id).where(Publication.kind == RESOLVED, Publication.confirmed_at.is_not(None))
    return db.session.scalar(query.limit(1)) is not None


def named(name: str) -> Rulebook:
    """The edition of that name, such as 2026-1. Raises `NotFound`."""
    digest = db.session.scalar(select(Edition.digest).where(Edition.name == name))
    if digest is None:
        raise NotFound
    return rulebook(digest)


def forget() -> None:
    """Empty the memory of this process: after a load, and when another database is opened."""
    _cache.clear()


def _load(digest: str, texts_at: datetime | None) -> Rulebook:
    body = db.session.scalar(select(Edition.body).where(Edition.digest == digest))
    if body is None:
        raise NotFound
    texts = db.session.execute(
        select(EditionTexts.language, EditionTexts.body)
        .where(EditionTexts.of == digest)
        .order_by(EditionTexts.loaded_at, EditionTexts.digest)
    )
    made = Rulebook(body.encode(), {language: text.encode() for language, text in texts})
    _cache[digest] = (texts_at, made)
    return made


def _newest_texts(digest: str) -> datetime | None:
    return db.session.scalar(select(func.max(EditionTexts.loaded_at)).where(EditionTexts.of == digest))
