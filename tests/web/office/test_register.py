"""The register at the office's desk: what is recorded, by whom, and how a mistake is taken back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from admission.cases.models import Case
from admission.ground import clock
from admission.ground.db import db
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.organisations.models import Organisation
from admission.register.counting import tally
from admission.register.models import Event, Source
from admission.register.sets import rules_of
from tests import factories
from tests.factories import DAY
from tests.office import Office
from tests.web.browser import Browser, page
from tests.web.public import members


@pytest.fixture
def clerk(app):
    """A caseworker at the desk, on each of both databases."""
    app.test_client_class = Browser
    with clock.at(DAY):
        app.book = factories.publish()
        yield app.test_client().signs_in(factories.account(None, "caseworker"))


def size(app, name: str, days_ago: int = 0) -> int:
    db.session.rollback()
    return tally(db.session(), rules_of(app.book.register), clock.today() - timedelta(days=days_ago)).size(name)


GONE = {"cause": "dissolved", "on": "24.11.2026", "conflict": "none"}


def notes(clerk, **more: str) -> str:
    data = {"name": "Chor Kieselstein", "source": "event", "says": "Stand auf dem Stadtteilfest", "on": "3.5.2026"}
    answer = clerk.sends("/buero/verzeichnis/neu", data | more)
    assert answer.status_code == 303, page(answer)
    return str(answer.location)


def test_an_organisation_is_known_from_the_day_of_its_source(app, clerk):
    record = notes(clerk)

    assert (size(app, "known"), size(app, "known", 204), size(app, "known", 206)) == (1, 1, 0)
    assert db.session.scalars(select(Source.says)).all() == ["Stand auf dem Stadtteilfest"]
    assert "Zählt heute als: bekannt." in page(clerk.get(record))


def test_what_the_clerk_writes_stands_in_no_entry(app, clerk):
    notes(clerk)

    body = db.session.scalar(select(Entry.body).where(Entry.type == "organisation.known"))
    assert "Kieselstein" not in body and "Stadtteilfest" not in body


def test_a_name_that_is_known_already_is_a_hint_and_the_entries_stay(app, clerk):
    notes(clerk)
    again = {"name": "chor kieselstein", "source": "list", "says": "Liste 2021", "on": "1.6.2026"}
    answer = clerk.sends("/buero/verzeichnis/neu", again)

    assert answer.status_code == 422
    assert "Eine dieses Namens gibt es schon: Chor Kieselstein." in page(answer)
    assert "Liste 2021" in answer.get_data(as_text=True)
    assert clerk.sends("/buero/verzeichnis/neu", again | {"another": "ja"}).status_code == 303
    assert size(app, "known") == 2


def test_a_visit_makes_active_and_a_confirmation_makes_reachable(app, clerk):
    record = notes(clerk)
    clerk.sends(f"{record}/kontakt", {"way": "visit", "on": "20.11.2026"})
    assert (size(app, "verified_active"), size(app, "reachable")) == (1, 0)

    clerk.sends(f"{record}/bestaetigung", {"channel": "phone", "on": "24.11.2026"})
    assert (size(app, "verified_active"), size(app, "reachable"), size(app, "reachable", 1)) == (1, 1, 0)


def test_a_day_to_come_is_refused_with_what_was_entered(app, clerk):
    record = notes(clerk)
    answer = clerk.sends(f"{record}/kontakt", {"way": "visit", "on": "24.12.2026"})

    assert answer.status_code == 422
    assert "Dieser Tag liegt in der Zukunft." in page(answer) and 'value="24.12.2026"' in answer.get_data(as_text=True)
    assert clerk.sends(f"{record}/kontakt", {"way": "visit", "on": "24.11.0026"}).status_code == 422
    assert size(app, "verified_active") == 0


def test_a_mistake_is_taken_back_on_past_days_too_and_the_line_stays(app, clerk):
    record = notes(clerk)
    clerk.sends(f"{record}/bestaetigung", {"channel": "phone", "on": "1.9.2026"})
    mistaken = db.session.scalars(select(Event.id).where(Event.kind == "confirmed")).one()
    assert size(app, "reachable", 30) == 1

    assert clerk.sends(f"{record}/zurueck/{mistaken}").status_code == 303

    assert (size(app, "reachable"), size(app, "reachable", 30)) == (0, 0)
    assert "(zurückgenommen)" in page(clerk.get(record))
    assert db.session.scalar(select(Entry.type).order_by(Entry.idx.desc()).limit(1)) == "organisation.corrected"
    answer = clerk.sends(f"{record}/zurueck/{mistaken}")
    assert answer.status_code == 409 and "schon zurückgenommen" in page(answer)


def test_what_the_organisation_itself_told_is_not_taken_back_here(app, clerk):
    members.add(app, app.book, *members.numbered(1))
    told = db.session.scalars(select(Event).where(Event.kind == "consent_given")).first()

    assert clerk.sends(f"/buero/verzeichnis/{told.organisation_id}/zurueck/{told.id}").status_code == 404


def test_the_list_behind_a_figure_is_as_long_as_the_figure(app, clerk):
    members.add(app, app.book, *members.numbered(60))
    members.add(app, app.book, {"name": "Gast Eins"}, state="guest")
    shown, path = [], "/buero/verzeichnis?menge=member"
    while path:
        html = clerk.get(path).get_data(as_text=True)
        assert "60 Organisationen" in html
        shown += re.findall(r'<th scope="row"><a [^>]*><bdi>(.*?)</bdi>', html)
        following = re.search(r'href="(/buero/verzeichnis\?[^"]*)" rel="next"', html)
        path = following[1].replace("&amp;", "&") if following else ""

    assert len(shown) == size(app, "member") == 60
    assert "Gast Eins" in page(clerk.get("/buero/verzeichnis?menge=guest"))
    assert "Gast Eins" not in page(clerk.get("/buero/verzeichnis?menge=guest&stichtag=2026-05-03"))


def test_the_list_takes_as_many_statements_with_5_rows_as_with_50(app, clerk):
    def statements() -> int:
        said: list[str] = []
        event.listen(db.engine, "before_cursor_execute", count := lambda *given: said.append(given[2]))
        clerk.get("/buero/verzeichnis")
        event.remove(db.engine, "before_cursor_execute", count)
        return len(said)

    members.add(app, app.book, *members.numbered(5))
    few = statements()
    members.add(app, app.book, *members.numbered(45, first=6))

    assert statements() == few <= 11


def test_one_person_proposes_the_figures_and_another_one_releases_them(app, clerk):
    notes(clerk)
    assert clerk.sends("/buero/zahlen/vorschlagen").status_code == 303
    own = re.search(r'action="(/buero/zahlen/[^"]+/freigeben)"', clerk.get("/buero/zahlen").get_data(as_text=True))
    assert own is None and "Sie warten auf eine zweite Person." in page(clerk.get("/buero/zahlen"))

    head = app.test_client().signs_in(factories.account(None, "approver"))
    html = head.get("/buero/zahlen").get_data(as_text=True)
    path = re.search(r'action="(/buero/zahlen/[^"]+/freigeben)"', html)[1]
    assert clerk.sends(path).status_code == 409
    assert head.sends(path).status_code == 303

    assert db.session.scalar(select(func.count()).where(Entry.type == "figures.released")) == 1
    assert head.sends(path).status_code == 409
    assert '<p class="v">1</p>' in app.test_client().get("/zahlen").get_data(as_text=True)


def test_an_organisation_that_has_ended_counts_no_longer_and_nothing_is_deleted(app, clerk):
    record = notes(clerk)
    clerk.sends(f"{record}/ende", {"cause": "dissolved", "on": "10.11.2026", "conflict": "none"})

    assert (size(app, "known"), size(app, "known", 20)) == (0, 1)
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_a_member_that_dissolved_is_no_member_any_more_by_its_own_step(app):
    app.test_client_class = Browser
    with clock.at(DAY):
        office = Office()
        app.book = office.book
        clerk = app.test_client().signs_in(office.clerk)
        case_id = office.receives()
        office.finds_complete(case_id)
        office.assesses(case_id)
        office.proposes(case_id, "admit")
        office.signs(case_id)
        organisation = db.session.get_one(Case, case_id).organisation_id
        assert size(app, "member") == 1

        answer = clerk.sends(
            f"/buero/verzeichnis/{organisation}/ende", {"cause": "dissolved", "on": "24.11.2026", "conflict": "none"}
        )

        assert answer.status_code == 303, page(answer)[:1500]
        membership = db.session.scalars(select(Case).where(Case.of == case_id)).one()
        assert membership.state == "dissolved" and membership.ended_at is not None
        assert (size(app, "member"), size(app, "known"), size(app, "known", 1)) == (0, 0, 0)
        types = db.session.scalars(select(Entry.type).order_by(Entry.idx.desc()).limit(3)).all()
        assert types == ["organisation.ended", "step.dissolve", "act.declare_conflict"]
        assert verify(db.session()).faults == ()


def test_a_mark_is_set_and_taken_off_with_one_click_and_leaves_its_entries(app, clerk):
    record = notes(clerk)
    for wish, held in (("setzen", 1), ("setzen", 1), ("loeschen", 0)):
        assert clerk.sends(record + "/kennzeichen", {"hosted": wish}).status_code == 303
        assert size(app, "hosted") == held
    assert clerk.sends(record + "/kennzeichen", {"colour": "setzen"}).status_code == 404
    kinds = db.session.scalars(select(Entry.type).where(Entry.type.like("organisation.%flagged")).order_by(Entry.idx))
    assert list(kinds) == ["organisation.flagged", "organisation.unflagged"]
    assert "unter dem Dach einer anderen nicht gekennzeichnet" in page(clerk.get(record))
