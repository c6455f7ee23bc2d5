"""Consent field by field, given and withdrawn in one click; leaving the network."""

import json

import pytest
from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.organisations.models import Organisation
from admission.register.finding import Asked, find
from admission.register.queries import memberships
from tests import factories
from tests.office import Office
from tests.web.applicant.desk import Applicant
from tests.web.browser import Browser, page, title


@pytest.fixture(autouse=True)
def a_day():
    with clock.at(factories.DAY):
        yield


@pytest.fixture
def office(browser) -> Office:
    return Office()


@pytest.fixture
def selin(browser: Browser, office) -> Applicant:
    return Applicant(browser, office.applicant)


def admit(office: Office) -> Organisation:
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    office.delivers(case_id)
    db.session.rollback()
    return db.session.scalars(select(Organisation)).one()


def consents() -> list[tuple[str, dict]]:
    db.session.rollback()
    rows = db.session.scalars(select(Entry).where(Entry.type.like("consent.%")).order_by(Entry.idx))
    return [(row.type, json.loads(row.body)) for row in rows]


def test_before_an_application_there_is_nothing_to_show(selin):
    assert title(selin.opens("/organisation")) == "Ihre Organisationen"


def test_a_consent_is_given_and_withdrawn_in_one_click(selin, office):
    organisation = admit(office)
    home, slug, pseudonym = f"/organisation/{organisation.id}", organisation.slug, organisation.pseudonym
    assert find(db.session(), Asked()).entries == []
    assert selin.fills("/organisation", {"name-public": "zustimmen"}, to=home + "/freigaben").status_code == 303
    assert selin.fills("/organisation", {"field-public": "zustimmen"}, to=home + "/freigaben").status_code == 303
    assert selin.fills("/organisation", {"field-public": "zustimmen"}, to=home + "/freigaben").status_code == 303
    db.session.rollback()
    (entry,) = find(db.session(), Asked()).entries
    assert (entry.slug, entry.state) == (slug, "member")
    assert dict(entry.fields) == {"name": "Kulturverein Sieben Laternen e. V.", "field": "culture"}
    selin.fills("/organisation", {"name-public": "zurueckziehen"}, to=home + "/freigaben")
    db.session.rollback()
    assert find(db.session(), Asked()).entries == []  # without a name there is no entry
    kinds = [(kind, body["data"]["field"], body["organisation"]) for kind, body in consents()]
    assert kinds == [
        ("consent.given", "name", pseudonym),
        ("consent.given", "field", pseudonym),
        ("consent.withdrawn", "name", pseudonym),
    ]
    assert all("case" not in body and "Laternen" not in json.dumps(body) for _kind, body in consents())
    assert verify(db.session).faults == ()


def test_a_field_is_changed_and_emptied(selin, office):
    organisation = admit(office)
    home = f"/organisation/{organisation.id}"
    path = home + "/angaben/website"
    answer = selin.fills(path, {"value": "javascript:alert(1)"})
    assert answer.status_code == 422 and "ganze Adresse" in page(answer)
    assert selin.fills(path, {"value": "https://laternen.example"}).status_code == 303
    selin.fills(home, {"name-public": "zustimmen"}, to=home + "/freigaben")
    selin.fills(home, {"website-public": "zustimmen"}, to=home + "/freigaben")
    db.session.rollback()
    assert find(db.session(), Asked()).entries[0].fields["website"] == "https://laternen.example"
    selin.fills(path, {"value": ""})
    db.session.rollback()
    assert "website" not in find(db.session(), Asked()).entries[0].fields
    assert consents()[-1][0] == "consent.withdrawn"
    assert selin.opens(home + "/angaben/password").status_code == 404


def test_a_membership_is_not_told_before_its_notice_was_opened(selin, office):
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    assert "Mitglied im Netzwerk" not in page(selin.opens("/organisation"))
    office.delivers(case_id)
    assert "Mitglied im Netzwerk" in page(selin.opens("/organisation"))


def test_an_organisation_of_others_does_not_exist(browser, office):
    organisation = admit(office)
    home = f"/organisation/{organisation.id}"
    stranger = Applicant(browser, factories.account(None, "applicant"))
    for rest in ("", "/angaben/name", "/austreten"):
        assert stranger.opens(home + rest).status_code == 404
    assert stranger.sends(home + "/freigaben", {"name-public": "zustimmen"}).status_code == 404
    assert consents() == []


def test_leaving_takes_everything_out_of_the_register(selin, office):
    organisation = admit(office)
    key = organisation.id
    home = f"/organisation/{key}"
    selin.fills(home, {"name-public": "zustimmen"}, to=home + "/freigaben")
    assert selin.fills(home + "/austreten").location == home
    db.session.rollback()
    assert [row.state for row in memberships(db.session(), key)] == ["resigned"]
    assert find(db.session(), Asked()).entries == []
    assert consents()[-1][0] == "consent.withdrawn"
    assert "ausgetreten" in page(selin.opens(home))
    assert selin.opens(home + "/austreten").location == home
    assert verify(db.session).faults == ()
