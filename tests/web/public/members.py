"""Many members at once: written past the engine, because a list needs rows and no histories."""

from datetime import date
from uuid import UUID

from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from admission.cases.models import Case
from admission.ground import clock
from admission.ground.db import db
from admission.ground.ids import random_text
from admission.organisations.models import Organisation
from admission.organisations.rules import folded, slug
from admission.register.models import Consent, Event, Field
from admission.rulebook.edition import Rulebook
from tests import cluster, factories
from tests.log.tampering import switch_off

SINCE = date(2026, 5, 4)


def add(app: Flask, book: Rulebook, *shown: dict[str, str], state: str = "member", hidden: str = "") -> list[str]:
    """One organisation for each of `shown` (field -> value, consented to); `hidden` names a field without consent."""
    by = factories.account()
    db.session.rollback()
    address = app.config["SQLALCHEMY_DATABASE_URI"].replace(f"//{cluster.OWNER}@", "//postgres@")
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        switch_off(connection)
        with Session(connection) as session:
            slugs = [_member(session, book, fields, state, hidden, by) for fields in shown]
            session.commit()
        connection.commit()
    return slugs


def numbered(count: int, first: int = 1) -> list[dict[str, str]]:
    """The fields of so many organisations, whose names follow each other."""
    return [{"name": f"Verein Nummer {number:03}", "districts": "Altstadt"} for number in range(first, first + count)]


def _member(session: Session, book: Rulebook, fields: dict[str, str], state: str, hidden: str, by: UUID) -> str:
    name, now = fields.get("name", "Verein Ohne Namen"), clock.now()
    row = Organisation(slug=slug(name), name=name, search_name=folded(name), pseudonym=random_text(), created_at=now)
    session.add(row)
    session.flush()
    session.add(
        Case(
            kind="membership", edition=book.digest, state=state, revision=1, state_since=SINCE,
            organisation_id=row.id, opened_at=now,
        )
    )  # fmt: skip
    place = (session.scalar(select(func.max(Event.place))) or 1_000_000) + 1
    told = [("known", "list"), ("standing", state), *(("consent_given", f"{name}/public") for name in fields)]
    for at, (kind, code) in enumerate(told):
        if code != f"{hidden}/public":
            session.add(
                Event(organisation_id=row.id, kind=kind, on=SINCE, detail=code, place=place + at, recorded_at=now)
            )
    for field, value in fields.items():
        session.add(Field(organisation_id=row.id, name=field, value=value, changed_at=now))
        if field != hidden:
            session.add(Consent(organisation_id=row.id, field=field, purpose="public", given_by=by, given_at=now))
    session.flush()
    return row.slug
