"""The city's settings, the editions, the table of access, and the page that begins the desk."""

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from admission.city.actions import load_preset
from admission.city.queries import settings
from admission.ground import clock
from admission.ground.db import db
from admission.log.models import Entry
from admission.people.roles import Role
from admission.rulebook.models import Edition, Publication
from admission.rulebook.queries import forget, in_force
from admission.web.access import table
from tests.factories import account, edition_bytes
from tests.people.cast import NOON, member_of_staff
from tests.web.browser import page

PRESET = Path(__file__).parents[3] / "presets" / "musterfeld" / "city.toml"
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def desk(browser):
    forget()
    load_preset(PRESET)
    db.session.commit()
    return browser.signs_in(account(None, "admin"))


@pytest.fixture
def edition(desk):
    body = edition_bytes()
    row = Edition(digest=sha256(body).hexdigest(), name="2026-1", body=body.decode(), loaded_at=clock.now())
    db.session.add(row)
    db.session.commit()
    return row.digest


def changes(desk, name, value, valid_from="24.11.2026"):
    return desk.sends(f"/verwaltung/stadt/{name}", {"value": value, "valid_from": valid_from})


def test_a_setting_holds_from_the_day_that_was_named(desk):
    assert changes(desk, "phone", "0221 1", "1.12.2026").status_code == 303

    assert settings(TODAY).phone == "0221 4710-145"
    assert settings(date(2026, 12, 1)).phone == "0221 1"
    assert "0221 1 1. Dezember 2026" in page(desk.get("/verwaltung/stadt/phone"))


def test_the_entry_names_the_setting_and_never_its_value(desk):
    changes(desk, "phone", "0221 999")

    newest = db.session.scalars(select(Entry.body).order_by(Entry.idx.desc())).first()
    assert '"setting":"phone"' in newest and "0221 999" not in newest


def test_postcodes_are_one_a_line_without_repetition(desk):
    changes(desk, "postcodes", "33602\r\n\r\n 33604 \n33602")

    assert settings(TODAY).postcodes == ["33602", "33604"]


@pytest.mark.parametrize(
    ("value", "valid_from", "sentence"),
    [
        ("", "24.11.2026", "Bitte geben Sie den neuen Wert ein."),
        ("x", "23.11.2026", "Was vorher galt, bleibt"),
        ("x", "", "Bitte nennen Sie den ersten Tag."),
        ("x\u202ey", "24.11.2026", "Leserichtung"),
        ("x" * 10_001, "24.11.2026", "10000"),
    ],
    ids=["empty", "past", "no day", "turned", "long"],
)
def test_what_cannot_be_a_setting_changes_nothing(desk, value, valid_from, sentence):
    answer = changes(desk, "phone", value, valid_from)

    assert (answer.status_code, settings(TODAY).phone) == (422, "0221 4710-145")
    assert sentence in page(answer)


@pytest.mark.parametrize("name", ["origin", "base_url", "sample", "nothing"])
def test_what_the_operator_sets_is_not_changed_here(desk, name):
    assert changes(desk, name, "x").status_code == 404


def test_an_edition_comes_into_force_by_two_people(desk, edition, browser):
    path = "/verwaltung/regelwerk/2026-1/vorschlagen"
    entries = {"in_force_from": "24.11.2026", "resolution": "0087/2025-2030"}

    assert desk.sends(path, entries).status_code == 303
    proposal = db.session.scalars(select(Publication)).one().id
    own = desk.sends(f"/verwaltung/vorschlaege/{proposal}/bestaetigen")
    assert own.status_code == 409
    assert "Sie haben daran schon selbst mitgewirkt." in page(own)
    assert "Ab hier braucht es eine zweite Person" in page(own)
    assert in_force(TODAY) is None

    browser.signs_in(account(None, "admin"))
    assert "Bestätigen und in Kraft setzen" in page(browser.get("/verwaltung/regelwerk"))
    assert browser.sends(f"/verwaltung/vorschlaege/{proposal}/bestaetigen").status_code == 303
    assert in_force(TODAY).rulebook.name == "2026-1"
    assert "gilt seit 24. November 2026" in page(browser.get("/verwaltung/regelwerk"))
    assert browser.sends(f"/verwaltung/vorschlaege/{proposal}/verwerfen").status_code == 409


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ({"in_force_from": "23.11.2026", "resolution": "1"}, 409),
        ({"in_force_from": "", "resolution": "1"}, 422),
        ({"in_force_from": "24.11.2026", "resolution": " "}, 422),
        ({"in_force_from": "24.11.2026", "resolution": "1" * 121}, 422),
    ],
)
def test_a_proposal_without_day_or_resolution_comes_back(desk, edition, entries, status):
    assert desk.sends("/verwaltung/regelwerk/2026-1/vorschlagen", entries).status_code == status
    assert db.session.scalars(select(Publication)).all() == []


def test_a_proposal_is_made_once_and_can_be_taken_back(desk, edition):
    path, entries = "/verwaltung/regelwerk/2026-1/vorschlagen", {"in_force_from": "1.3.2027", "resolution": "1"}
    desk.sends(path, entries)

    again = desk.sends(path, entries)
    assert again.status_code == 409
    proposal = db.session.scalars(select(Publication)).one().id
    assert desk.sends(f"/verwaltung/vorschlaege/{proposal}/verwerfen").status_code == 303
    assert desk.sends(path, entries).status_code == 303


def test_without_an_edition_the_page_says_what_comes(desk):
    assert "Noch ist keine Fassung geladen." in page(desk.get("/verwaltung/regelwerk"))
    assert desk.get("/verwaltung/regelwerk/2099-1/vorschlagen").status_code == 404


def test_the_table_of_access_is_the_one_that_is_obeyed(desk):
    text = page(desk.get("/verwaltung/zugriffe"))

    assert [address for address, _method, _rule in table(desk.application) if address not in text] == []
    assert "/verwaltung/zugriffe GET Verwaltung" in text
    assert "/verwaltung/konten/einladen GET, POST Verwaltung" in text


def test_the_first_page_says_what_is_missing_and_what_waits(desk, edition):
    text = page(desk.get("/verwaltung"))

    assert "Es fehlt eine zweite Person" in text
    assert "keine Fassung gilt" in text
    member_of_staff("Anna Klar", Role.CASEWORKER, Role.ADMIN)
    member_of_staff("Bilal Nord", Role.APPROVER)
    with clock.at(NOON + timedelta(minutes=1)):
        assert "Es fehlt eine zweite Person" not in page(desk.get("/verwaltung"))
