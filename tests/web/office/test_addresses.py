"""Who may be written to: addresses of nobody in person, once somebody has looked whether they are published."""

import pytest
from sqlalchemy import select

from admission.ground.db import db, writing
from admission.organisations.actions import found
from admission.register.contacts import Way, add, may_be_written_to
from admission.register.models import Contact, Event
from tests import factories
from tests.web.browser import Browser, page

AT = "/buero/verzeichnis/adressen"


@pytest.fixture
def clerk(app):
    app.test_client_class = Browser
    factories.publish()
    return app.test_client().signs_in(factories.account(None, "caseworker"))


def knows(name, *ways):
    writing()
    organisation = found(db.session(), name)
    ids = add(db.session(), [Way(organisation.id, *way) for way in ways])
    db.session.commit()
    return organisation.id, ids


def test_only_addresses_of_nobody_in_person_wait_and_a_published_one_may_be_written_to(clerk):
    choir, (office, person, _phone, house) = knows(
        "Chor Kieselstein",
        ("mail", "info@kieselstein.example"),
        ("mail", "nuno.alves@kieselstein.example"),
        ("phone", "0221 4710-163"),
        ("post", "Hafenallee 9, 99004 Musterfeld"),
    )
    shown = page(clerk.get(AT))
    assert "Chor Kieselstein: info@kieselstein.example" in shown
    assert "nuno.alves" not in shown and "4710-163" not in shown

    assert clerk.sends(AT, {"public": [str(office), str(house)]}).status_code == 303

    db.session.rollback()
    assert may_be_written_to(db.session.get_one(Contact, office))
    assert not may_be_written_to(db.session.get_one(Contact, person))
    assert may_be_written_to(db.session.get_one(Contact, house))
    told = db.session.scalars(select(Event).where(Event.organisation_id == choir)).all()
    assert [(event.kind, event.detail) for event in told] == [("allowed", "public")] * 2
    assert "Keine Adresse wartet auf diese Entscheidung." in page(clerk.get(AT))


@pytest.mark.parametrize("chosen", [[], ["00000000-0000-4000-8000-000000000000"], ["x"]])
def test_nothing_or_something_strange_is_asked_for_again(clerk, chosen):
    _, (office,) = knows("Chor Kieselstein", ("mail", "info@kieselstein.example"))
    answer = clerk.sends(AT, {"public": chosen})

    assert answer.status_code == 422
    db.session.rollback()
    assert db.session.get_one(Contact, office).basis is None


def test_an_address_of_a_person_cannot_be_smuggled_in(clerk):
    _, (_office, person) = knows(
        "Chor Kieselstein", ("mail", "info@kieselstein.example"), ("mail", "nuno.alves@kieselstein.example")
    )

    assert clerk.sends(AT, {"public": str(person)}).status_code == 422
    db.session.rollback()
    assert db.session.get_one(Contact, person).basis is None
