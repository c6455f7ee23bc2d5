"""The former network becomes members: by two people and a resolution, counted apart."""

import json

import pytest
from sqlalchemy import select

from admission.cases.models import Case
from admission.ground import clock
from admission.ground.db import db, writing
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.organisations import actions as organisations
from admission.register.counting import tally
from admission.register.events import note
from admission.register.models import TakeOver
from admission.register.sets import rules_of
from tests import factories
from tests.factories import DAY
from tests.register.recount import recount
from tests.web.browser import Browser, page

PATH = "/buero/verzeichnis/uebernahme"


@pytest.fixture
def city(app):
    """A caseworker, an approver, and three organisations that a list keeps as the network."""
    app.test_client_class = Browser
    with clock.at(DAY):
        app.book = factories.publish()
        app.clerk = app.test_client().signs_in(factories.account(None, "caseworker"))
        app.head = app.test_client().signs_in(factories.account(None, "approver"))
        app.kept = []
        for name in ("Chor Kieselstein", "Nähstube Wolkenfaden", "Verein Federwolke"):
            writing()
            row = organisations.found(db.session(), name)
            for kind, code in (("known", "list"), ("standing", "network")):
                note(db.session(), row, kind, clock.today(), code, by=None, role="system")
            db.session.commit()
            app.kept.append(row.id)
        yield app


def sizes(app) -> dict[str, int]:
    db.session.rollback()
    counted = tally(db.session(), rules_of(app.book.register), clock.today())
    assert {tuple(sorted(sets)): number for sets, number in counted.groups.items()} == recount(clock.today())
    return {name: counted.size(name) for name in ("known", "member", "taken_over", "kept_as_network")}


def proposes(app, *, of: int = 2):
    data = {
        "organisations": [str(one) for one in app.kept[:of]],
        "resolution": "0041/2025-2030",
        "resolved_on": "11.11.2026",
    }
    return app.clerk.sends(PATH, data)


def proposal(app):
    db.session.rollback()
    return db.session.scalars(select(TakeOver).where(TakeOver.confirmed_at.is_(None))).one()


def test_one_proposes_another_confirms_and_they_count_apart(city):
    assert "Chor Kieselstein" in page(city.clerk.get(PATH))
    assert proposes(city).status_code == 303
    assert sizes(city) == {"known": 3, "member": 0, "taken_over": 0, "kept_as_network": 3}

    assert city.head.sends(f"{PATH}/{proposal(city).id}/bestaetigen").status_code == 303

    assert sizes(city) == {"known": 3, "member": 2, "taken_over": 2, "kept_as_network": 1}
    assert verify(db.session()).faults == ()


def test_the_entry_names_the_resolution_and_no_organisation(city):
    proposes(city, of=1)
    city.head.sends(f"{PATH}/{proposal(city).id}/bestaetigen")

    body = json.loads(db.session.scalar(select(Entry.body).where(Entry.type == "membership.opened")))
    assert body["data"]["resolution"] == "0041/2025-2030" and "of" not in body and "organisation" not in body
    assert body["role"] == "approver" and body["actor"] != body["data"]["proposed_by"]


def test_nobody_confirms_what_they_proposed(city):
    proposes(city)
    answer = city.clerk.sends(f"{PATH}/{proposal(city).id}/bestaetigen")

    assert answer.status_code == 409 and "Bestätigen muss es jemand anderes." in page(answer)
    assert sizes(city)["member"] == 0


def test_confirming_twice_opens_nothing_twice(city):
    proposes(city)
    path = f"{PATH}/{proposal(city).id}/bestaetigen"
    city.head.sends(path)
    answer = city.head.sends(path)

    assert answer.status_code == 409 and "schon jemand bestätigt" in page(answer)
    assert len(db.session.scalars(select(Case.id).where(Case.kind == "membership")).all()) == 2


def test_a_resolution_and_somebody_to_take_over_are_needed(city):
    answer = city.clerk.sends(PATH, {"resolution": "", "resolved_on": "1.1.2099"})

    assert answer.status_code == 422
    for sentence in ("mindestens eine Organisation", "Bitte geben Sie die Nummer an.", "liegt in der Zukunft"):
        assert sentence in page(answer)


def test_an_organisation_that_is_no_longer_of_the_network_is_not_offered(city):
    proposes(city, of=3)
    city.head.sends(f"{PATH}/{proposal(city).id}/bestaetigen")

    assert proposes(city).status_code == 422
    assert "Keine Liste führt eine Organisation als Netzwerk" in page(city.clerk.get(PATH))
