"""Organisations of a small town, as the register knows them: who can be written to, and who cannot."""

from uuid import UUID

from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations import actions as organisations
from admission.organisations.models import Organisation
from admission.register import contacts, events
from admission.register.contacts import MAIL, POST, Way
from admission.register.models import Consent, Field
from admission.rulebook.edition import Rulebook
from tests import factories


class Town:
    """Each organisation by its name; nobody shows anything before it says so."""

    def __init__(self, book: Rulebook | None = None) -> None:
        """`book`: the edition in force, if there is one already."""
        self.book = book or factories.publish()
        self.clerk = factories.account(None, "caseworker")
        self.of: dict[str, UUID] = {}

    def has(self, name: str, field: str = "women", districts: str = "Altstadt", **more: str) -> UUID:
        """One that is known; `more`: `mail`, `post`, `basis`, `language`."""
        writing()
        row = organisations.found(db.session(), name)
        for title, value in (("field", field), ("districts", districts)):
            db.session.add(Field(organisation_id=row.id, name=title, value=value, changed_at=clock.now()))
        basis, language = more.get("basis", "consent"), more.get("language", "de")
        ways = [
            Way(row.id, kind, more[key], language=language, basis=basis or None)
            for key, kind in (("mail", MAIL), ("post", POST))
            if key in more
        ]
        contacts.add(db.session(), ways)
        events.note(db.session(), row, "known", clock.today(), "list", by=None, role="system")
        self.of[name] = row.id
        db.session.commit()
        return self.of[name]

    def shows(self, name: str, field: str = "name", purpose: str = "council", value: str = "") -> None:
        """It agrees that a field is shown for a purpose."""
        writing()
        row = db.session.get_one(Organisation, self.of[name])
        held = db.session.scalar(select(Field).where(Field.organisation_id == row.id, Field.name == field))
        if held is None:
            db.session.add(Field(organisation_id=row.id, name=field, value=value or row.name, changed_at=clock.now()))
        db.session.add(
            Consent(organisation_id=row.id, field=field, purpose=purpose, given_by=self.clerk, given_at=clock.now())
        )
        db.session.commit()


def of_two_districts(book: Rulebook | None = None) -> Town:
    """Two women's groups by mail, one by post, one that did not agree, one without an address, one of another field."""
    town = Town(book)
    town.has("Frauentreff Granatapfelhof", mail="hof@granatapfel.example", language="en")
    town.has("Nachbarinnen am Wehr", districts="Brückenau\nNordhafen", mail="info@wehr.example")
    town.has("Frauencafé Morgenlicht", districts="Brückenau", post="Lindenweg 3, 99003 Musterfeld")
    town.has("Mütterkreis Kranichtal", mail="mira@kranich.example", basis="")
    town.has("Verein Federwolke e. V.")
    town.has("Jugendklub Nord", field="youth", mail="info@jugend.example")
    town.has("Frauenchor Lerchenfeld", districts="Lerchenfeld", mail="info@chor.example")
    return town
