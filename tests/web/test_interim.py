"""Before the resolution: every page says who set it provisionally and when; lists and figures work under it."""

import json
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from admission.cases.models import Case
from admission.city.actions import load_preset
from admission.city.queries import settings
from admission.ground import clock
from admission.ground.db import db, writing
from admission.people.roles import Role
from admission.register.models import Event, Release
from admission.rulebook import publish
from admission.rulebook.models import Edition
from admission.rulebook.queries import forget, in_force, publications
from admission.web.access import table
from tests.factories import DAY, account, edition_bytes
from tests.web.browser import page
from tests.web.office.desk import CITY

BANNER = "Vorläufig festgelegt am 24. November 2026 (Kommunales Integrationszentrum). Der Beschluss steht noch aus"
FILES = (".json", ".csv", "/healthz", "/readyz", "/sprache/", "/log/")


@pytest.fixture(params=["whole", "without procedures"])
def proposal(request):
    """The bytes of a proposal: with its procedures, or written without any."""
    if request.param == "whole":
        return edition_bytes()
    compiled = json.loads(edition_bytes())
    compiled["procedures"], compiled["guards"] = {}, {}
    return json.dumps(compiled, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.fixture
def city(browser, proposal):
    """A city that has put nothing in force yet but the register's part, from the desk of the administration."""
    forget()
    with clock.at(DAY):
        writing()
        load_preset(CITY)
        digest = sha256(proposal).hexdigest()
        db.session.add(Edition(digest=digest, name="2026-1", body=proposal.decode(), loaded_at=clock.now()))
        db.session.commit()
        browser.signs_in(account(None, "admin"))
        assert "Verzeichnisteil vorläufig festlegen" in page(browser.get("/verwaltung/regelwerk"))
        assert browser.sends("/verwaltung/regelwerk/2026-1/vorlaeufig").status_code == 303
        yield browser
    forget()


def opens(city, role):
    """Every page of this role that needs nothing to exist, and its words."""
    for address, method, rule in table(city.application):
        open_to = rule.public if role is None else role in rule.roles
        if method == "GET" and open_to and "<" not in address and not any(part in address for part in FILES):
            answer = city.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield address, page(answer)
            assert answer.status_code in (200, 302, 303, 304, 404), address


def test_every_public_page_says_who_set_it_provisionally_and_when(city):
    assert f"{BANNER} ({settings(clock.today()).council})." in page(city.get("/"))
    shown = list(opens(city, None))

    assert len(shown) > 12
    assert [address for address, words in shown if BANNER not in words] == []


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.APPROVER, Role.COUNCIL, Role.SECRETARIAT, Role.ADMIN])
def test_no_desk_breaks_without_procedures_in_force(city, role):
    city.signs_in(account(None, role.value))
    shown = list(opens(city, role))

    assert len(shown) >= 2
    assert [address for address, words in shown if BANNER not in words] == []


def test_the_criteria_stand_there_as_a_proposal_and_say_what_holds(city):
    words = page(city.get("/kriterien"))

    assert "Kriterien für die Aufnahme: der Entwurf" in words
    assert "vorläufig seit 24. November 2026" in words
    assert "niemand wird aufgenommen und niemand abgelehnt" in words
    assert "Wo Sie arbeiten" in words


def test_nobody_can_apply_and_the_page_says_when_and_what_is_possible_today(city):
    city.signs_in(account(None, "applicant"))
    words = page(city.get("/antrag"))

    assert "Anträge nehmen wir nach dem Beschluss an." in words
    assert "Ins Verzeichnis kann eine Organisation schon heute: Rufen Sie an" in words
    assert city.get("/antrag/datenschutz").location.endswith("/antrag")
    assert city.sends("/antrag/datenschutz").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    assert "Anträge nehmen wir nach dem Beschluss an." in page(city.get("/"))


def test_the_register_is_kept_and_its_figures_are_released_under_it(city):
    first, second = account(None, "caseworker"), account(None, "approver")
    city.signs_in(first)
    known = {"name": "Chor der Hafenlichter", "source": "list", "says": "Liste", "on": "1.11.2026"}
    assert city.sends("/buero/verzeichnis/neu", known).status_code == 303
    assert db.session.scalars(select(Event.kind)).all() == ["known"]
    assert city.sends("/buero/zahlen/vorschlagen").status_code == 303
    city.signs_in(second)
    release = db.session.scalars(select(Release.id)).one()
    assert city.sends(f"/buero/zahlen/{release}/freigeben").status_code == 303

    words = page(city.get("/zahlen"))
    assert BANNER in words and "1" in words


def test_it_ends_with_the_resolved_edition_of_two_people(city):
    holding = in_force(clock.today()).rulebook.digest
    city.signs_in(account(None, "admin"))
    assert "vorläufig seit 24. November 2026" in page(city.get("/verwaltung/regelwerk"))
    city.sends("/verwaltung/regelwerk/2026-1/vorschlagen", {"in_force_from": "24.11.2026", "resolution": "0087/2026"})
    words = page(city.get("/verwaltung/regelwerk"))
    assert "wartet auf eine zweite Person" in words and "vorläufig festgelegt" in words
    proposed = next(row for row in publications() if row.kind == "resolved")
    writing()
    publish.confirm(proposed.id, by=account(None, "admin"), role="admin")
    db.session.commit()

    assert in_force(clock.today()).rulebook.digest == holding
    assert BANNER not in page(city.get("/"))
    again = city.sends("/verwaltung/regelwerk/2026-1/vorlaeufig")
    assert (again.status_code, "Eine Fassung ist schon beschlossen." in page(again)) == (409, True)
