"""A city with organisations that can be asked in different ways, and a clerk who asks them."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from admission.casework import confirming
from admission.casework.outbox import letter
from admission.confirmation.models import Asked, Round
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from admission.organisations import actions as organisations
from admission.organisations.models import Organisation
from admission.register import contacts, events
from admission.register.contacts import Way
from admission.rulebook.edition import Rulebook
from tests import factories

CLERK = "Jorinde Falk"


class Round_:
    """What tests do with a round."""

    def __init__(self, book: Rulebook | None = None, clerk: UUID | None = None) -> None:
        self.book = book or factories.publish()
        self.clerk = clerk or factories.account(None, "caseworker")

    def knows(self, name: str, *ways: Way | tuple[str, str, str | None, str | None], confirmed_on=None) -> UUID:
        """An organisation with contacts as (kind, value, person, basis), known since long."""
        writing()
        row = organisations.found(db.session(), name)
        events.note(db.session(), row, "known", date(2020, 1, 1), "list", by=None, role="system")
        db.session.commit()
        writing()
        made = [Way(row.id, kind, value, person=person, basis=basis) for kind, value, person, basis in ways]
        contacts.add(db.session(), made)
        db.session.commit()
        if confirmed_on:
            self.confirms(row.id, confirmed_on)
        return row.id

    def confirms(self, organisation: UUID, on: date, channel: str = "talk") -> None:
        """In another way than by this round."""
        writing()
        row = db.session.get_one(Organisation, organisation)
        events.note(db.session(), row, "confirmed", on, channel, by=None, role="system")
        db.session.commit()

    def tries(self, *wanted: UUID) -> Round:
        """Ask these first."""
        writing()
        row = confirming.begin_trial(db.session(), self.book, wanted, by=self.clerk)
        db.session.commit()
        return row

    def goes_on(self) -> int:
        """Ask the rest."""
        writing()
        row = db.session.scalars(select(Round)).one()
        asked = confirming.ask_the_rest(db.session(), self.book, row, by=self.clerk)
        db.session.commit()
        return asked

    def works(self) -> None:
        """What the worker does."""
        writing()
        while confirming.catch_up(db.session()) + confirming.write_due(db.session(), self.book):
            db.session.commit()
            writing()
        db.session.rollback()

    def asked(self, organisation: UUID) -> Asked:
        """Its row as it stands now."""
        db.session.rollback()
        row = db.session.scalars(select(Asked).where(Asked.organisation_id == organisation)).one()
        db.session.refresh(row)
        return row


def mails(template: str = "confirmation") -> list[Mail]:
    """Queued mails of this kind, the oldest first."""
    db.session.rollback()
    return list(db.session.scalars(select(Mail).where(Mail.template == template).order_by(Mail.queued_at)))


def text_of(mail: Mail) -> str:
    """As it is sent."""
    ready = letter(db.session(), mail)
    assert ready is not None
    return f"{ready.subject}\n{ready.body}"


def link_in(text: str) -> str:
    """The secret of the link that stands in a mail."""
    return next(word.rsplit("/", 1)[1] for word in text.split() if "/bestaetigen/" in word)


def today() -> date:
    return clock.today()
