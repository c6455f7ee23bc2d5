"""The office invites all women's organisations of two districts; a member of the council invites everyone reachable.

In a small city without a demo; the office works at a desk, everybody else on a phone, the invited without an account.
"""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_mail import Mail as Postman
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from waitress import create_server

from admission import worker
from admission.casework.outbox import letter
from admission.city.actions import load_preset
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.mail import Mail
from admission.people.models import Account
from admission.people.sessions import open_session
from admission.web.access import TOKEN
from tests import factories
from tests.correspondence.town import Town, of_two_districts
from tests.journeys import axe

pytestmark = pytest.mark.journey
PRESET = Path(__file__).parents[2] / "presets" / "musterfeld" / "city.toml"
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
WEHR = "Nachbarinnen am Wehr"
ADDRESSES = ("wehr.example", "granatapfel.example", "jugend.example", "chor.example", "Lindenweg")
Opens = Callable[..., Page]


@pytest.fixture
def town(sqlite_app: Flask) -> Town:
    """Seven organisations that the register knows; two show their names."""
    made = of_two_districts()
    made.shows(WEHR, purpose="council")
    made.shows("Verein Federwolke e. V.", purpose="public")
    writing()
    load_preset(PRESET)
    db.session.commit()
    return made


@pytest.fixture
def opens(sqlite_app: Flask, chromium: Browser, town: Town) -> Iterator[Opens]:
    """Opens a browser for somebody in a role, or for nobody in particular."""
    server = create_server(sqlite_app, host="127.0.0.1", port=0, threads=4)
    address = f"http://localhost:{server.effective_port}"
    sqlite_app.config["BASE_URL"] = address
    threading.Thread(target=server.run, daemon=True).start()
    contexts: list[BrowserContext] = []

    def browser(*roles: str, **looks: object) -> Page:
        context = chromium.new_context(base_url=address, **(looks or DESK))  # type: ignore[arg-type]
        contexts.append(context)
        if roles:
            account = factories.account(None, *roles)
            writing()
            db.session.get_one(Account, account).name = "Jorinde Falk"
            token = open_session(account, "test")
            db.session.commit()
            serializer = sqlite_app.session_interface.get_signing_serializer(sqlite_app)  # type: ignore[attr-defined]
            cookie = {"name": sqlite_app.config["SESSION_COOKIE_NAME"], "value": serializer.dumps({TOKEN: token})}
            context.add_cookies([{**cookie, "url": address}])  # type: ignore[typeddict-item]
        page = context.new_page()
        page.set_default_timeout(8_000)
        return page

    yield browser
    for context in contexts:
        context.close()
    server.close()


def reads(page: Page) -> str:
    """The words of the page; it must be accessible and not scroll sideways."""
    page.wait_for_load_state()
    assert axe.violations(page) == [], page.url
    assert not axe.overflows(page), page.url
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def presses(page: Page, words: str) -> None:
    """Press a button and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def fills(page: Page, **entries: str) -> None:
    for name, text in entries.items():
        page.locator(f'main [name="{name}"]').fill(text)


def link_to(address: str) -> str:
    """The path of the link that this mailbox got."""
    db.session.rollback()
    ready = [letter(db.session(), mail) for mail in db.session.scalars(select(Mail).where(Mail.state == "queued"))]
    (body,) = [one.body for one in ready if one is not None and one.address == address]
    found = re.search(r"/einladung/\S+", body)
    assert found is not None
    return found[0]


def delivered(app: Flask) -> list[str]:
    """The addresses to which the worker hands the mails once their ten minutes are over."""
    app.config.update(MAIL_DEFAULT_SENDER="mso@musterfeld.example", MAIL_SUPPRESS_SEND=True)
    Postman(app)
    with time_machine.travel(clock.now() + timedelta(minutes=11)), app.extensions["mail"].record_messages() as sent:
        worker.send_mails()
    return sorted(str(message.recipients[0]) for message in sent)


def test_the_office_invites_the_womens_organisations_of_two_districts(sqlite_app: Flask, opens: Opens) -> None:
    clerk = opens("caseworker")
    clerk.goto("/buero/einladungen")
    clerk.get_by_role("link", name="Einladung schreiben").click()
    for words in ("Frauen und Familie", "Altstadt", "Brückenau"):
        clerk.get_by_label(words, exact=True).check()
    presses(clerk, "Auswahl anzeigen")
    assert "5 Organisationen: 2 per E-Mail, 1 per Post, 2 nicht erreichbar" in reads(clerk)
    fills(
        clerk, subject_de="Netzwerktag Frauen", text_de="Wir laden Sie ein.", event_on="21.1.2027",
        place="17 Uhr, Rathaus", reply_until="11.1.2027",
    )  # fmt: skip
    clerk.get_by_text("Auch auf Englisch").click()
    fills(clerk, subject_en="Network day", text_en="You are invited.")
    presses(clerk, "Speichern und Vorschau ansehen")
    assert "Englisch: Frauentreff Granatapfelhof" in reads(clerk)
    presses(clerk, "An alle mit Haken senden")
    assert "3 noch unterwegs" in reads(clerk).replace("3noch", "3 noch")

    guest = opens(**PHONE)
    guest.goto(link_to("info@wehr.example"))
    guest.get_by_label("Ja, wir kommen").check()
    fills(guest, people="3")
    presses(guest, "Antwort senden")
    assert "Sie kommen mit 3 Personen." in reads(guest)
    guest.get_by_role("link", name="Keine Einladungen mehr?").click()
    assert "Ein Klick" in reads(guest)

    assert delivered(sqlite_app) == ["hof@granatapfel.example", "info@wehr.example"]
    clerk.reload()
    assert f"{WEHR} gesendet 24. November 2026 kommen: 3 Personen" in reads(clerk)


def test_a_member_of_the_council_invites_everyone_who_can_be_reached(sqlite_app: Flask, opens: Opens) -> None:
    member, secretary = opens("council"), opens("secretariat", **PHONE)
    member.goto("/rat/einladungen")
    assert "ausgewählt 7 per E-Mail erreichbar 4 per Post erreichbar 1 nicht erreicht 2" in reads(member)
    fills(member, subject_de="Fest der Vielfalt", text_de="Feiern Sie mit uns.", event_on="26.2.2027", place="Rathaus")
    presses(member, "An die Geschäftsstelle zur Freigabe")
    assert "wartet auf Freigabe" in reads(member)
    path = member.url

    secretary.goto(path)
    fills(secretary, approved_by="Vorsitz", approved_on="20.11.2026")
    presses(secretary, "Freigabe eintragen und senden")
    guest = opens(**PHONE)
    guest.goto(link_to("info@wehr.example"))
    guest.get_by_label("Nein, wir können nicht kommen").check()
    presses(guest, "Antwort senden")
    assert len(delivered(sqlite_app)) == 4

    member.goto(path)
    shown = reads(member)
    assert f"{WEHR} gesendet 24. November 2026 kommt nicht" in shown
    assert "Verein Federwolke e. V. nicht erreicht Wir kennen keine Adresse." in shown
    assert "und 5 weitere Organisationen" in shown
    assert [word for word in ADDRESSES if word in member.content() + secretary.content()] == []
