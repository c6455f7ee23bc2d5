"""Walks every page that the table of routes allows to a role, at two widths, and asks axe-core."""

from uuid import UUID

from playwright.sync_api import Browser, BrowserContext

from admission.ground.db import db, writing
from admission.people.roles import Role
from admission.people.sessions import open_session
from admission.web.access import Rule
from tests.journeys import samples
from tests.journeys.conftest import City
from tests.journeys.visitor import AXE, RULES

WIDTHS = (320, 1280)


def walk(city: City, chromium: Browser, role: Role | None) -> tuple[int, list[str]]:
    """How many pages were opened, and everything that was wrong with them; a page without an example is wrong."""
    faults: list[str] = []
    visited = 0
    contexts: dict[UUID | None, BrowserContext] = {}
    with city.app.app_context():
        allowed = [address for address, rule in _pages(city) if _may(rule, role)]
        found = [(address, samples.example(address, role)) for address in allowed]
    for address, example in found:
        if example is None:
            faults.append(f"{address} as {role}: no example, no visit")
            continue
        path, account = example
        if account not in contexts:
            contexts[account] = chromium.new_context(color_scheme="dark" if len(contexts) % 2 else "light")
            if account is not None:
                _signs_in(city, contexts[account], account)
        faults += _visit(contexts[account], city.address + path, f"{path} as {role}")
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


def _visit(context: BrowserContext, address: str, name: str) -> list[str]:
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            return [f"{name}: {answer.status if answer else 'no answer'}"]
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("rules => axe.run(document, rules)", RULES)
        found += [
            f"{name} at {width}: {one['id']} {[node['target'] for node in one['nodes']][:3]}"
            for one in result["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name} at {width}: scrolls sideways")
    found += [f"{name}: {text}" for text in errors]
    page.close()
    return found
