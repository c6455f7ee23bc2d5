"""One name a person and matter, so that "took no part before" can be checked and nobody's whole work be counted."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground.ids import random_text
from admission.log.models import Pseudonym

HOUSE = "house"
SYSTEM = "system"


def pseudonym(session: Session, person: UUID, matter: UUID | str = HOUSE) -> str:
    """The person's pseudonym in this matter; made when asked for the first time.

    Ask before the case is locked if it may be new: a second writer of the same pair would meet the primary key.
    """
    found = session.scalar(select(Pseudonym.value).where(Pseudonym.person == person, Pseudonym.matter == str(matter)))
    if found is not None:
        return found
    fresh = Pseudonym(person=person, matter=str(matter), value=random_text())
    session.add(fresh)
    session.flush()
    return fresh.value


def people_of(session: Session, matter: UUID | str) -> dict[str, UUID]:
    """Pseudonym -> person of one matter, for desks that may show names."""
    rows = session.execute(select(Pseudonym.value, Pseudonym.person).where(Pseudonym.matter == str(matter)))
    return {value: person for value, person in rows}
