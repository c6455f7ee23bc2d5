"""Hostile entries in every form and address, on both databases: an answer that fits, nothing of ours breaks, and no
text of a person becomes markup on any page of anybody (reliability R5)."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from admission.ground import clock
from admission.ground.db import db
from admission.people.roles import Role
from admission.web.access import table
from tests import installation
from tests.factories import DAY
from tests.web.browser import Browser
from tests.web.city_of_two import City, city_of_two
from tests.web.test_access_matrix import PART, path_of

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
CONTROL = re.compile(r"<(?:input|textarea|select|button)\b([^>]*)>")
ELEMENT = b"<kennung"
TEMPLATE, WORKED_OUT = "{{ 71 * 191 }}", b"13561"
TEXTS = (
    "\"'><kennung onload=x>" + TEMPLATE,
    "a\x00b",
    "31.12.9999",
    "9" * 400,
    "x\r\nBcc: fremd@example.org\r\n\r\nZweiter Brief",
    "\u202e" + "\U0001f480" * 300 + "\u2028",
    "' OR 1=1; --",
    "00000000-0000-4000-8000-000000000000",
)
OF_THE_DATABASE = ("a\x00b", "31.12.9999", "9" * 400, "\u202e" + "\U0001f480" * 300 + "\u2028")
"""Those of them that one database may take otherwise than the other: all of them are asked on SQLite."""
UNSEEN = ("x", "-1", "1e3", "\u00b2", "9" * 30, "\x00", "[]")
"""For the hidden fields, one by one: what no page of ours ever put there."""
QUERIES = ("%00", "9" * 40, "9999-12-31~x", "%ED%A0%80", "%ff", "'", "a%0d%0ab")
ASKED = ("nach", "vor", "stand", "quartal", "q", "weiter", "von", "unterlage", "zustaendig", "t", "verlauf")
PATHS = ("%00", "a%00b", "%ED%A0%80", "%ff", "..%2f..%2fx", "x" * 2500, "%3Ckennung%3E")
STATES = ("completeness", "assessment", "proposed", "hearing")


@pytest.fixture
def app(address: str, tmp_path) -> Iterator[Flask]:
    made = installation.application(address, tmp_path, PROPAGATE_EXCEPTIONS=False)
    made.test_client_class = Browser
    with made.app_context(), clock.at(DAY):
        yield made
    installation.close(made)


@pytest.fixture
def city(app) -> City:
    """Two organisations that were admitted, and one in each state in which somebody fills in a form."""
    city = city_of_two()
    office = city.office
    for at, state in enumerate(STATES):
        office.applicant = city.one.applicant
        case_id = office.receives(organisation_name=f"Verein {state}", register_number=f"VR {at}")
        if state != "completeness":
            office.finds_complete(case_id)
        if state in ("proposed", "hearing"):
            office.assesses(case_id, **({"K01": "not_met"} if state == "hearing" else {}))
            office.proposes(case_id, "refuse" if state == "hearing" else "admit")
        if state == "hearing":
            office.opens_hearing(case_id)
            office.delivers(case_id)
    return city


def people(city: City) -> dict[Role | None, object]:
    return {None: None, **city.people, Role.APPLICANT: city.one.applicant}


def pages(browser: Browser, city: City, role: Role | None) -> Iterator[str]:
    """Every address that this role opens; those of a case once in each state."""
    for address, method, rule in table(browser.application):
        if method != "GET" or not (rule.public if role is None else role in rule.roles):
            continue
        path = path_of(address, rule, city.one, city)
        yield path
        if any(kind == "case" for kind, _ in rule.objects):
            yield from (path.replace(str(city.one.own["case"]), f"MSO-2026-{number:04}") for number in range(3, 7))


def visits(browser: Browser, city: City, role: Role | None) -> Browser:
    person = people(city)[role]
    return browser.signs_in(person) if person else browser.application.test_client()


def answered(answer, what: object) -> bytes:
    """The bytes of an answer that is none of our errors, and in which nothing that was sent came to life."""
    assert answer.status_code < 500, f"{answer.status_code}: {what}"
    assert ELEMENT not in answer.data.lower() and WORKED_OUT not in answer.data, what
    return answer.data


def forms(browser: Browser, city: City) -> dict[str, tuple[Role | None, dict[str, str]]]:
    """Where each form of any page goes -> who sends it, and what it carries."""
    found: dict[str, tuple[Role | None, dict[str, str]]] = {}
    for role in people(city):
        visitor = visits(browser, city, role)
        for path in pages(browser, city, role):
            shown = answered(visitor.get(path), path).decode(errors="replace")
            for form in FORM.finditer(shown):
                action = said(form[1], "action").partition("#")[0] or path
                if said(form[1], "method") == "post" and action not in ("/abmelden", "/konto/sitzungen/beenden"):
                    controls = [control[1] for control in CONTROL.finditer(form[2])]
                    carries = {said(one, "name"): said(one, "value") for one in controls if said(one, "name")}
                    found.setdefault(action, (role, carries))
    return found


def said(attributes: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', attributes)
    return unescape(found[1]) if found else ""


def test_no_entry_breaks_a_form_or_comes_to_life_on_a_page(app, city):
    browser = app.test_client()
    known = forms(browser, city)
    assert len(known) > 70
    texts = TEXTS if db.engine.dialect.name == "sqlite" else OF_THE_DATABASE
    for action, (role, carries) in known.items():
        visitor = visits(browser, city, role)
        entries = [name for name in carries if name not in ("csrf_token", "command", "seen")]
        for text in texts:
            answered(visitor.sends(action, carries | dict.fromkeys(entries, text)), (action, text[:20]))
        for name in [name for name in carries if name in ("command", "seen") or name.endswith("version")]:
            for text in UNSEEN:
                answered(visitor.sends(action, carries | {name: text}), (action, name, text))
    for role in people(city):
        visitor = visits(browser, city, role)
        for path in pages(browser, city, role):
            answered(visitor.get(path), (role, path))


def test_no_address_breaks_anything(app, city):
    browser = app.test_client()
    for role in people(city):
        visitor = visits(browser, city, role)
        for address, method, rule in table(app):
            if not (rule.public if role is None else role in rule.roles):
                continue
            for part in PATHS:
                path = PART.sub(lambda found, part=part: "9" * 30 if found[1] == "int" else part, address)
                if path != address:
                    answered(visitor.get(path) if method == "GET" else visitor.sends(path), (method, path))
            if method == "GET":
                path = path_of(address, rule, city.one, city)
                for text in QUERIES:
                    asked = "&".join(f"{name}={text}" for name in ASKED)
                    answered(visitor.get(f"{path}?{asked}"), (path, text))
