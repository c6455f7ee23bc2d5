"""Writes of the register; the caller holds the organisation's row and commits. Each consent leaves its entry."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.organisations.models import Organisation
from admission.register.events import Noted, note_all
from admission.register.models import Consent, Field
from admission.register.queries import consents, consents_held, flags
from admission.register.rules import FIELDS, PUBLIC, PURPOSES
from admission.register.sets import FLAGGED, GIVEN, PROTECTED, UNFLAGGED, WITHDRAWN


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


def give_consent(
    session: Session, organisation: Organisation, name: str, *, by: UUID, role: str, purpose: str = PUBLIC
) -> bool:
    """From now on the field may be shown for this purpose; False if it might already, or if it is protected."""
    if name in consents(session, organisation.id, purpose) or PROTECTED in flags(session, organisation.id):
        return False
    row = Consent(organisation_id=organisation.id, field=name, purpose=purpose, given_by=by, given_at=clock.now())
    session.add(row)
    _record(session, GIVEN, organisation, [(name, purpose)], by, role)
    return True


def withdraw_consents(
    session: Session,
    organisation: Organisation,
    names: Iterable[str],
    *,
    by: UUID | None,
    role: str,
    purposes: Collection[str] = PURPOSES,
) -> list[str]:
    """From now on these fields are shown to nobody for these purposes; returns those that were, each once."""
    held = consents_held(session, organisation.id)
    wanted = set(names)
    gone = [key for key in held if key[0] in wanted and key[1] in purposes]
    for key in gone:
        held[key].withdrawn_at = clock.now()
    _record(session, WITHDRAWN, organisation, sorted(gone), by, role)
    return sorted({name for name, _ in gone})


def mark(session: Session, organisation: Organisation, flag: str, on: bool, *, by: UUID, role: str) -> None:
    """Set or take off a mark of the office; what becomes protected is shown to nobody from this moment on."""
    if on == (flag in flags(session, organisation.id)):
        return
    if on and flag == PROTECTED:
        withdraw_consents(session, organisation, FIELDS, by=by, role=role)
    kind = FLAGGED if on else UNFLAGGED
    note_all(session, [Noted(organisation.id, organisation.pseudonym, kind, clock.today(), flag)], by=by, role=role)


def _record(
    session: Session, kind: str, organisation: Organisation, told: Iterable[tuple[str, str]], by: UUID | None, role: str
) -> None:
    """The register knows an organisation by a pseudonym of its own, which no entry of a case names."""
    today = clock.today()
    noted = [Noted(organisation.id, organisation.pseudonym, kind, today, f"{name}/{purpose}") for name, purpose in told]
    note_all(session, noted, by=by, role=role)
