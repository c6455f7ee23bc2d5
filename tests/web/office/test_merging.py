"""Merging, taking apart and renaming at the office's desk; where the other address leads."""

import pytest
from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations import actions as organisations
from admission.organisations.models import Merge, Organisation
from admission.register.actions import give_consent, save_field
from admission.register.events import note
from tests.factories import DAY
from tests.office import Office
from tests.web.applicant.test_organisation import admit
from tests.web.browser import Browser, page

MERGE = "/buero/verzeichnis/zusammenfuehren"


@pytest.fixture
def office(browser: Browser):
    with clock.at(DAY):
        yield Office()


@pytest.fixture
def two(browser, office):
    """A member that shows its name, and a record of it from an old list: (member, other)."""
    member = admit(office).id
    writing()
    row = db.session.get_one(Organisation, member)
    save_field(db.session(), row, "name", row.name)
    give_consent(db.session(), row, "name", by=office.applicant, role="applicant")
    other = organisations.found(db.session(), "KV 7 Laternen")
    note(db.session(), other, "known", clock.today(), "list", by=office.clerk, role="caseworker")
    key = other.id
    db.session.commit()
    browser.signs_in(office.clerk)
    return member, key


def test_a_person_compares_and_merges_and_the_other_address_leads_on(browser, two):
    member, other = two
    record = f"/buero/verzeichnis/{member}"
    assert "KV 7 Laternen" in page(browser.get(f"{MERGE}?eins={member}&q=laternen"))
    shown = page(browser.get(f"{MERGE}?eins={member}&zwei={other}"))
    assert "Sieben Laternen" in shown and "KV 7 Laternen" in shown
    sent = {"first": str(member), "second": str(other), "stays": "first", "reason": "eine Satzung"}
    assert browser.sends(MERGE, sent | {"stays": "second"}).status_code == 409  # the member would go
    empty = browser.sends(MERGE, sent | {"reason": ""})
    assert empty.status_code == 422 and "KV 7 Laternen" in page(empty)

    assert browser.sends(MERGE, sent).location == record

    assert browser.get(f"/buero/verzeichnis/{other}").location == record
    assert "eine Satzung" in page(browser.get(record))
    db.session.rollback()
    slugs = {row.id: row.slug for row in db.session.scalars(select(Organisation))}
    assert browser.get(f"/verzeichnis/{slugs[other]}").location == f"/verzeichnis/{slugs[member]}"
    path = f"/buero/verzeichnis/trennen/{db.session.scalars(select(Merge.id)).one()}"
    assert browser.sends(path, {"reason": " "}).status_code == 422
    assert browser.sends(path, {"reason": "doch zwei"}).status_code == 303
    assert browser.sends(path, {"reason": "doch zwei"}).status_code == 409
    assert browser.get(f"/verzeichnis/{slugs[other]}").status_code == 404
    assert browser.get(f"/buero/verzeichnis/{other}").status_code == 200


def test_who_speaks_for_one_that_was_merged_reads_where_it_went(browser, office, two):
    member, other = two
    writing()
    organisations.represent(db.session(), other, office.applicant)
    db.session.commit()
    browser.sends(MERGE, {"first": str(member), "second": str(other), "stays": "first", "reason": "eine Satzung"})
    browser.signs_in(office.applicant)

    assert "KV 7 Laternen" in page(browser.get("/organisation"))
    assert browser.get(f"/organisation/{other}").status_code == 404
    assert browser.get(f"/organisation/{member}").status_code == 200


def test_nothing_is_merged_with_what_is_not_there(browser, two):
    member, _other = two
    for address in ("", "?eins=x", f"?eins={member}&zwei={member}"):  # a record is looked for, nothing is compared
        assert "Suchen" in page(browser.get(f"{MERGE}{address}"))
    assert browser.sends(MERGE, {"first": str(member)}).status_code == 404


def test_the_office_renames(browser, two):
    member, _other = two
    path = f"/buero/verzeichnis/{member}/umbenennen"
    assert browser.sends(path, {"name": ""}).status_code == 422

    assert browser.sends(path, {"name": "Kulturverein Acht Laternen e. V."}).status_code == 303

    text = page(browser.get(f"/buero/verzeichnis/{member}"))
    assert "Kulturverein Acht Laternen e. V." in text
    assert "Auch genannt: Kulturverein Sieben Laternen e. V." in text
    assert "Geändert: Name, durch das Integrationszentrum" in text
