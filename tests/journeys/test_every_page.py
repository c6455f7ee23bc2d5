"""Every page that the table of routes allows, for every role, at two widths: axe-core finds nothing."""

import pytest
from playwright.sync_api import Browser, BrowserContext

from admission.ground.db import db, writing
from admission.people.roles import Role
from admission.people.sessions import open_session
from tests.journeys import samples
from tests.journeys.conftest import City
from tests.journeys.visitor import AXE, RULES

WIDTHS = (320, 1280)
pytestmark = pytest.mark.journey


def test_every_page_of_every_role_is_accessible(city: City, chromium: Browser) -> None:
    faults, visited, skipped = [], 0, []
    for role in (None, *sorted({role for _, rule in _pages(city) for role in rule.roles})):
        with city.app.app_context():
            addresses = [
                (address, samples.example(address, role)) for address, rule in _pages(city) if _may(rule, role)
            ]
        for address, found in addresses:
            if found is None:
                skipped.append(f"{address} as {role}")
                continue
            path, account = found
            context = chromium.new_context(color_scheme="dark" if visited % 2 else "light")
            if account is not None:
                _signs_in(city, context, account)
            faults += _visit(context, city.address + path, f"{path} as {role}")
            visited += 1
            context.close()

    assert skipped == [], "a page without an example is a page without a visit"
    assert faults == []
    assert visited > 20


def _pages(city: City):
    return [(address, rule) for address, rule in samples.pages(city.app) if samples.is_page(address)]


def _may(rule, role: Role | None) -> bool:
    return rule.public if role is None else role in rule.roles


def _signs_in(city: City, context: BrowserContext, account) -> None:
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
