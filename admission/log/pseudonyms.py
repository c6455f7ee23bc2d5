"""One name a person and matter, so that "took no part before" can be checked and nobody's whole work be counted."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from admission.ground.ids import random_text
from admission.log.models import Pseudonym

HOUSE = "house"
SYSTEM = "system"


def pseudonym(session: Session, person: UUID, matter: UUID | str = HOUSE) -> str:
    """The person's pseudonym in this matter; made when asked for the first time.

    Of two who make it at once the second waits for the first, and both get the same.
    """
    known = select(Pseudonym.value).where(Pseudonym.person == person, Pseudonym.matter == str(matter))
    if (found := session.scalar(known)) is not None:
        return found
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = insert(Pseudonym).values(person=person, matter=str(matter), value=random_text())
    made = session.scalar(fresh.on_conflict_do_nothing().returning(Pseudonym.value))
    return made if made is not None else session.scalars(known).one()


def people_of(session: Session, matter: UUID | str) -> dict[str, UUID]:
    """Pseudonym -> person of one matter, for desks that may show names."""
    rows = session.execute(select(Pseudonym.value, Pseudonym.person).where(Pseudonym.matter == str(matter)))
    return {value: person for value, person in rows}
