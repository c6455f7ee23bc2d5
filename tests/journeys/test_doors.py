"""Through every door in a real browser: pages that only a person on her way sees are accessible, too."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from pyotp import TOTP
from waitress import create_server

from admission.city.actions import load_preset
from admission.ground import clock
from admission.ground.db import db, writing
from admission.people import actions, factors, queries
from admission.people.roles import Role
from tests import factories
from tests.journeys import axe
from tests.web.account.test_doors import code_in, last_mail

pytestmark = pytest.mark.journey
T = TypeVar("T")
PASSWORD = "vier Laternen tanzen leise"
PRESET = Path(__file__).parents[2] / "presets" / "musterfeld" / "city.toml"


@pytest.fixture
def address(sqlite_app: Flask) -> Iterator[str]:
    """An empty city with an edition in force, served on a port of its own."""
    factories.publish()
    writing()
    load_preset(PRESET)
    db.session.commit()
    server = create_server(sqlite_app, host="127.0.0.1", port=0, threads=4)
    sqlite_app.config["BASE_URL"] = f"http://localhost:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    yield sqlite_app.config["BASE_URL"]
    server.close()


@pytest.fixture(params=[(360, "light"), (1280, "dark")], ids=["phone", "desk"])
def person(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """Somebody in front of a browser of her own."""
    width, scheme = request.param
    context = chromium.new_context(base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context.new_page()
    context.close()


def looks_at(person: Page, heading: str) -> None:
    """The page has this heading, axe finds nothing, nothing scrolls sideways."""
    assert person.locator("h1").inner_text() == heading
    assert axe.violations(person) == []
    assert not axe.overflows(person)


def presses(person: Page, words: str) -> None:
    person.get_by_role("button", name=words, exact=True).click()


def in_the_house(deed: Callable[[], T]) -> T:
    """Something that another person does meanwhile."""
    writing()
    done = deed()
    db.session.commit()
    return done


def test_a_volunteer_comes_in_by_code_and_by_link(person: Page) -> None:
    person.goto("/anmelden")
    looks_at(person, "Anmelden")
    presses(person, "E-Mail schicken")
    looks_at(person, "Anmelden")  # with what is missing
    person.get_by_label("Ihre E-Mail-Adresse").fill("selin@example.org")
    presses(person, "E-Mail schicken")
    looks_at(person, "Schauen Sie in Ihr Postfach")
    text = last_mail()
    person.get_by_label("Code aus der E-Mail").fill("123 45x")
    presses(person, "Anmelden")
    looks_at(person, "Schauen Sie in Ihr Postfach")
    person.goto(text[text.index("/anmelden/link") :].split()[0])
    looks_at(person, "Noch ein Schritt")
    person.goto("/anmelden/code")
    person.get_by_label("Code aus der E-Mail").fill(code_in(text))
    presses(person, "Anmelden")
    assert person.url.endswith("/antrag")
    person.goto("/konto")
    looks_at(person, "Ihr Zugang")
    person.goto(text[text.index("/anmelden/link") :].split()[0])
    presses(person, "Anmelden")
    looks_at(person, "Dieser Link ist benutzt, oder seine zehn Minuten sind vorbei")


def test_a_clerk_joins_changes_everything_and_comes_back_after_a_loss(person: Page) -> None:
    anna = factories.account("anna@example.org", "admin")
    invited = in_the_house(lambda: actions.invite("falk@example.org", "Jorinde Falk", [Role.CASEWORKER], by=None))
    person.goto(f"/einladung?t={invited.token}")
    looks_at(person, "Ihre Einladung")
    assert person.locator("main svg path[fill='#fff']").count() == 1, "cameras read black on white, in the dark as well"
    presses(person, "Einladung annehmen")
    looks_at(person, "Ihre Einladung")
    factor = in_the_house(lambda: queries.invitation_of(invited.token)).factor
    person.get_by_label("Ein neues Passwort").fill(PASSWORD)
    person.get_by_label("Erster Code aus Ihrer App").fill(TOTP(factor).at(clock.now()))
    presses(person, "Einladung annehmen")
    looks_at(person, "Ihre Ersatzcodes")
    codes = person.locator("main .app-hash").all_inner_texts()
    person.get_by_role("link", name="Ich habe sie aufgehoben, weiter").click()
    assert person.url.endswith("/buero")

    person.goto("/konto")
    looks_at(person, "Ihr Zugang")
    person.get_by_role("link", name="Passwort ändern").click()
    presses(person, "Passwort ändern")
    looks_at(person, "Passwort ändern")
    person.goto("/konto/ersatzcodes")
    looks_at(person, "Neue Ersatzcodes")
    person.goto("/konto/app")
    person.get_by_label("Ihr bisheriges Passwort").fill(PASSWORD)
    person.get_by_label("Code aus Ihrer App").fill(codes[0])
    presses(person, "Weiter")
    looks_at(person, "Ihre neue App")
    presses(person, "Ab jetzt diese App benutzen")
    looks_at(person, "Ihre neue App")
    fresh = in_the_house(lambda: factors.factor_begun(queries.account_at("falk@example.org")))
    person.get_by_label("Erster Code aus Ihrer App").fill(TOTP(fresh).at(clock.now()))
    presses(person, "Ab jetzt diese App benutzen")
    looks_at(person, "Ihre Ersatzcodes")

    person.goto("/anmelden/buero")
    looks_at(person, "Mit Passwort anmelden")
    person.get_by_label("Ihre E-Mail-Adresse").fill("falk@example.org")
    person.get_by_label("Passwort").fill(PASSWORD)
    presses(person, "Weiter")
    looks_at(person, "Der Code aus Ihrer App")
    person.get_by_label("Code aus Ihrer App").fill(TOTP(fresh).at(clock.now() - timedelta(minutes=5)))
    presses(person, "Anmelden")
    looks_at(person, "Der Code aus Ihrer App")
    person.locator("details.app-more summary").click()
    looks_at(person, "Der Code aus Ihrer App")
    presses(person, "Verlust melden")
    looks_at(person, "Ihre Meldung liegt der Verwaltung vor")
    (reset,) = in_the_house(queries.open_resets)
    token = in_the_house(lambda: factors.confirm_reset(reset.id, by=anna))
    person.goto(f"/zugang?t={token}")
    looks_at(person, "Ihr neuer Zugang")
    person.get_by_label("Ihr bisheriges Passwort").fill(PASSWORD)
    person.get_by_label("Erster Code aus Ihrer App").fill(
        TOTP(in_the_house(lambda: queries.reset_of(token)).factor).at(clock.now())
    )
    presses(person, "Speichern")
    looks_at(person, "Ihre Ersatzcodes")
