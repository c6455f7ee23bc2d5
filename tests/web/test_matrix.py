"""The table of routes and roles, walked whole: a route that is new is covered, or the suite fails."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from flask import Flask

from admission.ground import clock
from admission.ground.db import db
from admission.people.models import RoleGrant
from admission.people.roles import ALWAYS_ENDS, Role
from admission.web.access import ACCOUNTS, Rule, table
from tests.factories import account
from tests.web.browser import Browser

DUMMIES = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "path": "x"}


def filled(address: str) -> str:
    """The address with something harmless for each argument."""

    def dummy(found: re.Match[str]) -> str:
        if found[1] == "any":  # one of few words: the first
            return found[2].split(",")[0].strip()
        return DUMMIES.get(found[1] or "", "MSO-2026-9999")

    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?\w+>", dummy, address)


def closed(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    for address, method, rule in table(app):
        if not rule.public:
            yield filled(address), method, rule


def holder(role: Role) -> UUID:
    """Somebody with this role alone; some roles are only lent."""
    if role not in ALWAYS_ENDS:
        return account(None, role)
    made, now = account(), clock.now()
    db.session.add(RoleGrant(account_id=made, role=role, from_at=now, until_at=now + timedelta(days=30)))
    db.session.commit()
    return made


def sent(browser: Browser, path: str, method: str) -> int:
    return (browser.get(path) if method == "GET" else browser.sends(path)).status_code


def test_nobody_comes_in_without_signing_in(browser):
    for path, method, _ in closed(browser.application):
        expected = 303 if method == "GET" else 401
        assert sent(browser, path, method) == expected, f"{method} {path}"


def test_each_role_is_turned_away_from_what_is_not_its_own(browser):
    for role in sorted(ACCOUNTS):
        browser.signs_in(holder(role))
        for path, method, rule in closed(browser.application):
            if role not in rule.roles:
                assert sent(browser, path, method) == 403, f"{role} {method} {path}"


def test_for_an_object_that_does_not_exist_there_is_nothing(browser):
    for path, method, rule in closed(browser.application):
        if rule.objects and method == "GET":
            browser.signs_in(holder(min(rule.roles)))
            assert sent(browser, path, method) == 404, f"{method} {path}"


def test_a_person_without_any_role_opens_no_desk(browser):
    browser.signs_in(account())
    for path, method, _ in closed(browser.application):
        assert sent(browser, path, method) == 403, f"{method} {path}"


def test_the_system_is_never_a_person():
    assert Role.SYSTEM not in ACCOUNTS
