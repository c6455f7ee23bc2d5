"""Writes of the register; the caller holds the organisation's row and commits. Each consent leaves its entry."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.organisations.models import Organisation
from admission.register.events import Noted, note_all
from admission.register.models import Consent, Field
from admission.register.queries import consents
from admission.register.rules import PUBLIC
from admission.register.sets import GIVEN, WITHDRAWN


def lock(session: Session, organisation: UUID) -> None:
    """Lock the organisation's row: two clicks on one consent come one after the other."""
    session.execute(select(Organisation.id).where(Organisation.id == organisation).with_for_update(key_share=True))


def save_field(session: Session, organisation: Organisation, name: str, value: str) -> bool:
    """Store a value; an empty one removes the field and its consent must be gone before. False if nothing changed."""
    row = session.scalar(select(Field).where(Field.organisation_id == organisation.id, Field.name == name))
    if not value:
        if row is not None:
            session.delete(row)
            session.flush()
        return row is not None
    if row is None:
        row = Field(organisation_id=organisation.id, name=name)
        session.add(row)
    elif row.value == value:
        return False
    row.value, row.changed_at = value, clock.now()
    session.flush()
    return True


def give_consent(session: Session, organisation: Organisation, name: str, *, by: UUID, role: str) -> bool:
    """From now on the field may be shown to everybody; False if it might already."""
    if name in consents(session, organisation.id):
        return False
    session.add(Consent(organisation_id=organisation.id, field=name, purpose=PUBLIC, given_by=by, given_at=clock.now()))
    _record(session, GIVEN, organisation, [name], by, role)
    return True


def withdraw_consents(session: Session, organisation: Organisation, names: Any, *, by: UUID, role: str) -> list[str]:
    """From now on these fields are shown to nobody; returns those that were."""
    held = consents(session, organisation.id)
    gone = [name for name in names if name in held]
    for name in gone:
        held[name].withdrawn_at = clock.now()
    _record(session, WITHDRAWN, organisation, gone, by, role)
    return gone


def _record(session: Session, kind: str, organisation: Organisation, names: list[str], by: UUID, role: str) -> None:
    """The register knows an organisation by a pseudonym of its own, which no entry of a case names."""
    today = clock.today()
    told = [Noted(organisation.id, organisation.pseudonym, kind, today, f"{name}/{PUBLIC}") for name in names]
    note_all(session, told, by=by, role=role)
