"""What changed in the public register lately, as everybody may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from admission.register.card_models import Card, CardChange
from admission.register.models import Consent, Field
from admission.register.public import holding

MOST = 50


@dataclass(frozen=True)
class News:
    """One change: an entry `appeared`, some `fields` of it `changed`, or one `left`.

    `name` and `slug` are those of now; None of an entry that left, or that shows its name no more.
    """

    id: UUID
    at: datetime
    what: str
    fields: Sequence[str]
    name: str | None
    slug: str | None


def news(session: Session, most: int = MOST) -> list[News]:
    """The newest changes first. One statement; what was withdrawn a moment ago is named no more."""
    here = and_(Card.organisation_id == CardChange.organisation_id, CardChange.what != "left")
    named = and_(Field.organisation_id == Card.organisation_id, Field.name == "name")
    shown = and_(Consent.organisation_id == Field.organisation_id, Consent.field == Field.name, *holding())
    rows = session.execute(
        select(CardChange, Card.slug, Field.value, Consent.id)
        .outerjoin(Card, here)
        .outerjoin(Field, named)
        .outerjoin(Consent, shown)
        .order_by(CardChange.at.desc(), CardChange.id.desc())
        .limit(most)
    )
    return [
        News(
            change.id,
            change.at,
            change.what,
            [field for field in change.fields.split(",") if field],
            name if consent else None,
            slug if consent else None,
        )
        for change, slug, name, consent in rows
        if consent or change.what == "left"
    ]
