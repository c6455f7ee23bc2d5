"""Walks every page that the table of routes allows to a role, and its refusals once, at two widths; asks axe-core."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Page

from admission.ground.db import db, writing
from admission.people.roles import Role
from admission.people.sessions import open_session
from admission.web.access import Rule
from tests.journeys import axe, samples
from tests.journeys.conftest import City

WIDTHS = (320, 1280)


@dataclass(frozen=True)
class Refusal:
    """A page that says no: `sends` fills the form of the page at `address` so that it comes back with `status`."""

    address: str
    status: int
    sends: Callable[[Page], None] | None = None


def _nothing(page: Page) -> None:
    """Nothing is entered, and what stood there is taken out."""
    for field in page.locator("main form input[type=text], main form input:not([type]), main form textarea").all():
        field.fill("")


def _stale(page: Page) -> None:
    """The page was opened long ago."""
    page.evaluate("document.querySelector('main form [name=seen]').value = '0'")
    for choice in page.locator("main form input[type=radio]").all()[:1]:
        choice.check()


SENT = {
    None: [Refusal("/barrierefreiheit", 422, _nothing)],
    Role.APPLICANT: [
        Refusal("/antrag/entwurf/<uuid:draft>/<section>/<question>", 422, _nothing),
        Refusal("/antrag/<number>/zurueckziehen", 409, _stale),
    ],
    Role.CASEWORKER: [
        Refusal("/buero/vorgaenge/<number>/befangenheit", 422),
        Refusal("/buero/vorgaenge/<number>/befangenheit", 409, _stale),
    ],
    Role.APPROVER: [Refusal("/buero/vorgaenge/<number>/mitzeichnung", 422)],
    Role.ADMIN: [Refusal("/verwaltung/konten/einladen", 422, _nothing)],
}
"""What each role may send wrongly; the council and its secretariat send nothing."""


def walk(city: City, chromium: Browser, role: Role | None) -> tuple[int, list[str]]:
    """How many pages were opened, and everything that was wrong with them; a page without an example is wrong."""
    faults: list[str] = []
    visited = 0
    contexts: dict[UUID | None, BrowserContext] = {}
    with city.app.app_context():
        samples.prepare()
        allowed = [address for address, rule in _pages(city) if _may(rule, role)]
        found = [(Refusal(address, 200), samples.example(address, role)) for address in allowed]
        found += [(refusal, samples.example(refusal.address, role)) for refusal in _refusals(city, role)]
    for wanted, example in found:
        address = wanted.address
        if example is None:
            faults.append(f"{address} as {role}: no example, no visit")
            continue
        path, account = example
        if account not in contexts:
            contexts[account] = chromium.new_context(color_scheme="dark" if len(contexts) % 2 else "light")
            if account is not None:
                _signs_in(city, contexts[account], account)
        faults += _visit(contexts[account], city.address + path, f"{path} as {role}", wanted)
        visited += 1
    for context in contexts.values():
        context.close()
    return visited, faults


def _pages(city: City) -> list[tuple[str, Rule]]:
    return [(address, rule) for address, rule in samples.pages(city.app) if samples.is_page(address)]


def _may(rule: Rule, role: Role | None) -> bool:
    return rule.public if role is None else role in rule.roles


def _signs_in(city: City, context: BrowserContext, account: UUID) -> None:
    """A session as the doors open it, and the cookie that the server would have set."""
    with city.app.app_context():
        writing()
        token = open_session(account, "test")
        db.session.commit()
        serializer = city.app.session_interface.get_signing_serializer(city.app)
        value = serializer.dumps({"token": token})
    context.add_cookies([{"name": city.app.config["SESSION_COOKIE_NAME"], "value": value, "url": city.address}])


def _refusals(city: City, role: Role | None) -> Iterator[Refusal]:
    """What does not exist, what is meant for somebody else, and what was sent wrongly."""
    yield Refusal("/nirgends", 404)
    if role is not None:
        yield next(Refusal(address, 403) for address, rule in _pages(city) if not _may(rule, role) and not rule.public)
    yield from SENT.get(role, [])


def _visit(context: BrowserContext, address: str, name: str, wanted: Refusal) -> list[str]:
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    answer = page.goto(address)
    if wanted.status in (409, 422):
        if wanted.sends:
            wanted.sends(page)
        with page.expect_navigation() as sent:
            page.locator("main form button[type=submit]").first.click()
        answer = sent.value
    if answer is None or answer.status != wanted.status:
        return [f"{name}: {answer.status if answer else 'no answer'} instead of {wanted.status}"]
    if page.url.partition("?")[0] != address and wanted.status == 200:
        return [f"{name}: led on to {page.url}, no visit"]
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} at {width}: {one}" for one in axe.violations(page)]
        if axe.overflows(page):
            found.append(f"{name} at {width}: scrolls sideways")
    found += [f"{name}: {text}" for text in errors if "Failed to load resource" not in text or wanted.status == 200]
    page.close()
    return found
