"""Which editions there are, and which one is in force."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.rulebook.edition import Rulebook
from admission.rulebook.models import Edition, EditionTexts, Publication


@dataclass(frozen=True)
class InForce:
    """The edition that holds on a day, and by which publication."""

    rulebook: Rulebook
    publication: Publication


def rulebook(digest: str) -> Rulebook:
    """The edition of this digest, from the cache or the database; raises `NotFound`."""
    return _known.get(digest) or _load(digest)


def in_force(day: date) -> InForce | None:
    """The confirmed publication that began last up to this day; None if there is none."""
    found = db.session.scalar(
        select(Publication)
        .where(Publication.confirmed_at.is_not(None), Publication.in_force_from <= day)
        .order_by(Publication.in_force_from.desc(), Publication.confirmed_at.desc())
        .limit(1)
    )
    return InForce(rulebook(found.edition), found) if found else None


def named(name: str) -> Rulebook:
    """The edition of this name; raises `NotFound`."""
    digest = db.session.scalar(select(Edition.digest).where(Edition.name == name))
    if digest is None:
        raise NotFound
    return rulebook(digest)


def publications() -> Sequence[tuple[Edition, Publication | None]]:
    """All editions with their publications, newest first."""
    rows = db.session.execute(
        select(Edition, Publication)
        .outerjoin(Publication, Publication.edition == Edition.digest)
        .order_by(Edition.loaded_at.desc(), Publication.in_force_from.desc())
    )
    return [(edition, publication) for edition, publication in rows]


def forget() -> None:
    """Read editions anew: after a translation was loaded, and between tests."""
    _known.clear()


_known: dict[str, Rulebook] = {}


def _load(digest: str) -> Rulebook:
    body = db.session.scalar(select(Edition.body).where(Edition.digest == digest))
    if body is None:
        raise NotFound
    rows = db.session.execute(
        select(EditionTexts.language, EditionTexts.body)
        .where(EditionTexts.of == digest)
        .order_by(EditionTexts.loaded_at)
    )
    _known[digest] = Rulebook(body.encode(), {language: json.loads(text) for language, text in rows})
    return _known[digest]
