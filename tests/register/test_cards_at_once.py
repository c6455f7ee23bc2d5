"""Several organisations change at one moment: nobody waits for good, and the index is what it would be made anew."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, select

from admission.ground.db import db, writing
from admission.organisations.models import Organisation
from admission.register import actions, cards
from admission.register.card_models import Card, CardChoice, CardWord, WordPart
from tests import factories
from tests.web.public import members

TOGETHER, ROUNDS = 4, 8
WORDS = ("Faden", "Laterne", "Mond", "Brücke", "Garten")
INDEX = {
    Card: (Card.organisation_id, Card.slug),
    CardWord: (CardWord.organisation_id, CardWord.field, CardWord.word),
    CardChoice: (CardChoice.organisation_id, CardChoice.kind, CardChoice.value),
    WordPart: (WordPart.part, WordPart.word),
}


def test_the_index_stays_whole_however_many_write_at_once(app):
    fields = [{"name": f"Verein {word}", "offers": "Nähen", "districts": "Altstadt"} for word in WORDS[:TOGETHER]]
    members.add(app, factories.publish(), *fields)
    people = [factories.account() for _ in fields]
    ids = db.session.scalars(select(Organisation.id)).all()
    db.session.remove()

    with ThreadPoolExecutor(TOGETHER) as pool:
        pairs = enumerate(zip(ids, people, strict=True))
        for done in [pool.submit(busy, app, one, by, seed) for seed, (one, by) in pairs]:
            done.result(60)

    found = index()
    writing()
    for table in INDEX:
        db.session.execute(delete(table))
    db.session.commit()
    writing()
    cards.rebuild(db.session())
    assert found == index()


def busy(app: Flask, organisation: UUID, by: UUID, seed: int) -> None:
    """One organisation withdraws, gives and changes in any order, each in a transaction of its own."""
    chance = Random(seed)
    with app.app_context():
        for _ in range(ROUNDS):
            writing()
            session = db.session()
            actions.lock(session, organisation)
            row = session.get_one(Organisation, organisation)
            name = chance.choice(("name", "offers", "districts"))
            match chance.choice(("gives", "withdraws", "saves")):
                case "gives":
                    actions.give_consent(session, row, name, by=by, role="applicant")
                case "withdraws":
                    actions.withdraw_consents(session, row, [name], by=by, role="applicant")
                case _:
                    actions.save_field(session, row, name, f"{chance.choice(WORDS)} {chance.choice(WORDS)}")
            db.session.commit()
        db.session.remove()


def index() -> list[set[tuple[object, ...]]]:
    found = [{tuple(row) for row in db.session.execute(select(*columns))} for columns in INDEX.values()]
    db.session.rollback()
    return found
