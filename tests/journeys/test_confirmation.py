"""An organisation confirms its entry on a phone, by a mailed link and by a printed code; the clerk asks and sees it.

In a city without a demo, so that the way takes seconds; 320 px wide, in light and in dark.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from waitress import create_server

from admission.casework import confirming
from admission.city.actions import load_preset
from admission.ground import clock
from admission.ground.db import db, writing
from admission.people.models import Account
from admission.people.sessions import open_session
from admission.register.counting import belonging
from admission.register.models import Contact, Event
from admission.register.sets import rules_of
from admission.web.access import TOKEN
from tests import factories
from tests.confirmation.asking import Round_, link_in, mails, text_of
from tests.journeys.test_doors import looks_at, presses

pytestmark = pytest.mark.journey
PRESET = Path(__file__).parents[2] / "presets" / "musterfeld" / "city.toml"
PATIENCE = 5_000
"""Milliseconds: everything here is on one machine."""
PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}


@dataclass
class Town:
    """Two organisations that are known, a clerk, and the served application."""

    app: Flask
    address: str
    round: Round_
    sewing: UUID
    choir: UUID

    def events(self, organisation: UUID) -> list[tuple[str, str]]:
        """(kind, code) of what was recorded of an organisation after it became known."""
        db.session.rollback()
        rows = db.session.scalars(select(Event).where(Event.organisation_id == organisation).order_by(Event.place))
        return [(row.kind, row.detail) for row in rows if row.kind != "known"]


@pytest.fixture
def town(sqlite_app: Flask) -> Iterator[Town]:
    """Served on a port of its own."""
    book = factories.publish()
    clerk = factories.account(None, "caseworker")
    writing()
    load_preset(PRESET)
    db.session.get_one(Account, clerk).name = "Jorinde Falk"
    db.session.commit()
    round_ = Round_(book, clerk)
    sewing = round_.knows(
        "Nähstube Wolkenfaden",
        ("mail", "kontakt@wolkenfaden.example", "Rana Feldmann", "consent"),
        ("phone", "0221 4710-181", "Rana Feldmann", "consent"),
    )
    choir = round_.knows("Chor Kieselstein", ("post", "Hafenallee 9, 99004 Musterfeld", None, None))
    server = create_server(sqlite_app, host="127.0.0.1", port=0, threads=4)
    address = f"http://localhost:{server.effective_port}"
    sqlite_app.config["BASE_URL"] = address
    threading.Thread(target=server.run, daemon=True).start()
    yield Town(sqlite_app, address, round_, sewing, choir)
    server.close()


@pytest.fixture(params=["light", "dark"])
def phone(request: pytest.FixtureRequest, chromium: Browser, town: Town) -> Iterator[Page]:
    """A small phone of a volunteer."""
    context = chromium.new_context(base_url=town.address, color_scheme=request.param, **PHONE)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(chromium: Browser, town: Town) -> Iterator[Page]:
    """The clerk's browser."""
    context = chromium.new_context(base_url=town.address, viewport={"width": 1280, "height": 900})
    _signs_in(context, town)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def _signs_in(context: BrowserContext, town: Town) -> None:
    writing()
    token = open_session(town.round.clerk, "test")
    db.session.commit()
    serializer = town.app.session_interface.get_signing_serializer(town.app)  # type: ignore[attr-defined]
    value = serializer.dumps({TOKEN: token})
    context.add_cookies([{"name": town.app.config["SESSION_COOKIE_NAME"], "value": value, "url": town.address}])


def test_a_confirmation_from_a_phone(town: Town, desk: Page, phone: Page) -> None:
    desk.goto("/buero/verzeichnis/bestaetigung")
    looks_at(desk, "Jährliche Bestätigung")
    presses(desk, "Diese zuerst fragen")
    looks_at(desk, "Jährliche Bestätigung")
    town.round.works()
    link = f"/bestaetigen/{link_in(text_of(mails()[0]))}"

    phone.goto(link)
    looks_at(phone, "Stimmt das noch?")
    phone.locator('a[href$="/angaben/phone"]').click()
    phone.locator("#value").fill("keine Ziffern")
    presses(phone, "Speichern")
    assert phone.locator("#value").input_value() == "keine Ziffern"
    phone.locator("#value").fill("0221 4710-182")
    presses(phone, "Speichern")

    phone.get_by_role("link", name="Neue Ansprechperson nennen").click()
    looks_at(phone, "Neue Ansprechperson nennen")
    phone.get_by_label("Name der neuen Ansprechperson").fill("Lina Moreau")
    phone.get_by_label("E-Mail").fill("lina@wolkenfaden.example")
    phone.get_by_label("Rana Feldmann").check()
    presses(phone, "Speichern")

    looks_at(phone, "Stimmt das noch?")
    presses(phone, "Alles stimmt, bestätigen")
    assert phone.locator(".app-errors").count() == 1
    phone.get_by_label("Ja", exact=True).check()
    presses(phone, "Alles stimmt, bestätigen")
    looks_at(phone, "Danke, das ist bestätigt")

    assert town.events(town.sewing) == [
        ("changed", "phone/organisation"), ("informed", "mail"), ("confirmed", "link"),
    ]  # fmt: skip
    left = select(Contact.value).where(Contact.organisation_id == town.sewing, Contact.ended_at.is_(None))
    assert db.session.scalars(left).all() == ["lina@wolkenfaden.example"]
    reachable = belonging(db.session(), rules_of(town.round.book.register), clock.today())[town.sewing]
    assert "reachable" in reachable
    desk.reload()
    assert "bestätigt" in desk.get_by_role("row", name="Nähstube Wolkenfaden").inner_text()


def test_a_letter_is_printed_and_its_code_typed_on_a_phone(town: Town, desk: Page, phone: Page) -> None:
    town.round.tries(town.choir)
    desk.goto("/buero/verzeichnis/bestaetigung/briefe")
    looks_at(desk, "Briefe zur Bestätigung")
    assert desk.locator("article svg path").count() > 0, "a square code for the camera"
    code = confirming.letters(db.session())[0].code
    db.session.rollback()
    assert code in desk.locator("article").inner_text()
    presses(desk, "Die gedruckten Briefe sind in der Post")

    phone.goto("/bestaetigen")
    looks_at(phone, "Stimmt das noch?")
    field = phone.get_by_label("Code aus unserem Brief")
    field.fill(code[:-1] + ("4" if code[-1] != "4" else "6"))
    presses(phone, "Weiter")
    looks_at(phone, "Stimmt das noch?")
    assert "Tippfehler" in phone.locator("main").inner_text()
    field.fill(code.lower())
    presses(phone, "Weiter")
    looks_at(phone, "Stimmt das noch?")
    phone.get_by_label("Wir machen Pause").check()
    phone.get_by_label("Ihr Name").fill("Nuno Alves")
    presses(phone, "Alles stimmt, bestätigen")
    looks_at(phone, "Danke, das ist bestätigt")

    assert town.events(town.choir) == [("confirmed", "code")]
    desk.goto("/buero/verzeichnis/bestaetigung")
    assert "macht Pause" in desk.locator("main").inner_text()
