"""The 70 organisations of the demo: their distributions are those of the brief, and the register holds what it may."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from admission.cases.models import Case
from admission.cases.queries import answers
from admission.confirmation.models import Asked
from admission.demo import roster
from admission.ground import clock
from admission.ground.db import db
from admission.organisations.models import Organisation
from admission.procedure.deadlines import months_after
from admission.register.counting import belonging
from admission.register.models import Event, Field
from admission.register.sets import rules_of
from admission.rulebook.queries import in_force

FIELDS = {
    "culture": 18, "education": 8, "counselling": 8, "women": 7, "youth": 6, "arrival": 6, "sport": 4, "work": 3,
    "seniors": 3, "participation": 3, "languages": 2, "umbrella": 2,
}  # fmt: skip
"""Kinds of the brief by the rulebook's fields of work: parents are education, religious with social work counselling,
refugees arrival, professional and academic work, anti-racist participation, mother-tongue languages."""
FORMS = {
    "e. V., gemeinnützig": 46, "e. V.": 8, "nicht eingetragener Verein": 7, "Initiative": 7, "gGmbH": 1,
    "Untergliederung": 1,
}  # fmt: skip
MEMBERS = {"under 20": 12, "20 to 49": 20, "50 to 99": 17, "100 to 249": 13, "250 and more": 8}
DISTRICTS = {
    "Altstadt": 24, "Nordhafen": 9, "Lerchenfeld": 8, "Weberviertel": 7, "Brückenau": 6, "Mühlenbruch": 5,
    "Ziegelhof": 3, "Sonnenberg": 3, "Quellental": 2, "Heideblick": 2, "": 1,
}  # fmt: skip
"""The ten districts of the brief under the names of the fictional city, in the same order, and one seat outside."""
FOUNDED = {"up to 2004": 35, "2005 to 2012": 17, "since 2013": 18}
STAFF = {"Ehrenamt": 29, "Angestellte": 26, "Honorar": 15}
STATES = {
    "known": 12, "draft": 2, "received": 3, "supplement": 3, "assessment": 2, "hearing": 1, "proposed": 1,
    "member": 38, "guest": 4, "suspended": 2, "refused": 1, "withdrawn": 1,
}  # fmt: skip
CONFIRMED, PUBLISHED, VISITED = 52, 23, 31
LANGUAGES = {
    "Türkisch", "Arabisch", "Kurmandschi", "Russisch", "Ukrainisch", "Polnisch", "Griechisch", "Persisch",
    "Französisch", "Spanisch", "Tamil", "Bosnisch", "Tigrinya", "Rumänisch", "Albanisch",
}  # fmt: skip
DOMAIN = {
    "Kulturverein Sieben Laternen e. V.": ("Altstadt", 140, "Türkisch, Deutsch", "member"),
    "Frauentreff Granatapfelhof": ("Nordhafen", 14, "Arabisch, Kurmandschi", "guest"),
    "Elternnetz Kranichschule e. V.": ("Lerchenfeld", 62, "Russisch, Ukrainisch, Deutsch", "member"),
    "Jugendwerk Nordlichtkanal e. V.": ("Mühlenbruch", 45, "Deutsch, Französisch", "supplement"),
    "Gemeinde und Sozialdienst Olivenweg e. V.": ("Weberviertel", 310, "Türkisch, Arabisch", "assessment"),
    "Ankommen Wolkenfurt": ("Brückenau", 28, "Persisch, Paschtu", "supplement"),
    "SV Morgenstern-Kegel e. V.": ("Ziegelhof", 210, "Kurmandschi, Deutsch", "member"),
    "Fachkreis Zugvogel-Ingenieure e. V.": ("Sonnenberg", 37, "Englisch, Spanisch", "member"),
    "Teestube Silberdistel e. V.": ("Quellental", 55, "Griechisch, Polnisch", "suspended"),
    "Postmigrantische Werkstatt Querfunk": ("Altstadt", 19, "Deutsch, Englisch", "member"),
    "Sonntagsschule Lindenbuchstabe e. V.": ("Heideblick", 33, "Tamil, Deutsch", "received"),
}
"""Those that the brief describes one by one; the school withdrew once and has returned."""
STANDS_AS = {
    "admitted": "member", "admitted_with_obligations": "member", "admitted_as_guest": "guest",
    "completeness": "received",
}  # fmt: skip
ALL = roster.organisations()


def size(one):
    """Members by the classes of the brief."""
    bounds = ((20, "under 20"), (50, "20 to 49"), (100, "50 to 99"), (250, "100 to 249"))
    return next((name for bound, name in bounds if one.members < bound), "250 and more")


def age(one):
    return "up to 2004" if one.founded <= 2004 else "2005 to 2012" if one.founded <= 2012 else "since 2013"


@pytest.mark.parametrize(
    ("of", "wanted"),
    [
        (lambda one: one.field, FIELDS),
        (lambda one: one.form, FORMS),
        (size, MEMBERS),
        (lambda one: one.district, DISTRICTS),
        (age, FOUNDED),
        (lambda one: one.staff, STAFF),
        (lambda one: one.state, STATES),
    ],
    ids=["kind", "legal form", "members", "district", "founded", "staff", "state"],
)
def test_each_distribution_is_that_of_the_brief(of, wanted):
    assert sum(wanted.values()) == len(ALL) == 70
    assert Counter(of(one) for one in ALL.values()) == wanted


def test_all_fifteen_languages_are_spoken_and_the_three_counts_are_those_of_the_brief():
    spoken = {language for one in ALL.values() for language in one.languages.split(", ")}
    counts = [sum(getattr(one, of) for one in ALL.values()) for of in ("confirmed", "published", "visited")]

    assert spoken >= LANGUAGES
    assert counts == [CONFIRMED, PUBLISHED, VISITED]


def test_those_that_the_brief_describes_are_as_it_describes_them():
    for name, (district, members, languages, state) in DOMAIN.items():
        one = ALL[name]
        assert (one.district, one.members, one.languages, one.state) == (district, members, languages, state), name


def test_the_city_knows_these_70_and_nobody_else(city):
    assert set(db.session.scalars(select(Organisation.name))) == set(ALL)


def test_each_stands_in_the_city_where_the_roster_says(city):
    sets = _sets()
    found = {name: _state(row, sets[row.id]) for name, row in _rows().items()}

    assert found == {name: one.state for name, one in ALL.items()}


def test_the_sets_of_the_register_count_them_so(city):
    counted = Counter(name for sets in _sets().values() for name in sets)

    assert (counted["known"], counted["member"], counted["guest"]) == (70, STATES["member"], STATES["guest"])
    assert (counted["reachable"], counted["published"]) == (CONFIRMED, PUBLISHED)
    assert (counted["taken_over"], counted["kept_as_network"]) == (29, STATES["suspended"])
    assert counted["known"] >= counted["verified_active"] >= counted["member"] >= counted["published"]


def test_who_confirmed_who_is_shown_and_who_was_visited_are_those_of_the_roster(city):
    rows, sets = _rows(), _sets()
    since = months_after(clock.today(), -24)
    visits = select(Event.organisation_id).where(Event.kind == "contact", Event.detail == "visit", Event.on > since)
    visited = set(db.session.scalars(visits))

    for name, one in ALL.items():
        held = sets[rows[name].id]
        found = "reachable" in held, "published" in held, rows[name].id in visited
        assert found == (one.confirmed, one.published, one.visited), name


def test_the_register_or_the_application_says_field_district_founding_and_form(city):
    rows, held = _rows(), _fields()
    for name, one in ALL.items():
        said = _said(name, held[rows[name].id])
        assert (said["field"], said["districts"], said["founded"]) == (one.field, one.district, str(one.founded)), name
        assert said["form"] in (one.form, "group" if one.form in FORMS_OF_GROUPS else "registered"), name
        if "languages" in held[rows[name].id]:
            assert said["languages"] == one.languages


def test_the_yearly_confirmation_of_the_sports_club_is_overdue_and_asked_for(city):
    waiting = db.session.scalars(select(Asked).where(Asked.answer.is_(None))).all()
    answered = db.session.scalars(select(Asked.channel).where(Asked.answer == "confirmed")).all()

    assert [row.organisation_id for row in waiting] == [_rows()["SV Morgenstern-Kegel e. V."].id]
    assert (waiting[0].way, waiting[0].times) == ("mail", 1)
    assert answered == ["link", "link"]


FORMS_OF_GROUPS = {"nicht eingetragener Verein", "Initiative"}


def _rows():
    return {row.name: row for row in db.session.scalars(select(Organisation))}


def _sets():
    rules = rules_of(in_force(clock.today()).rulebook.register)
    return belonging(db.session(), rules, clock.today())


def _state(row, sets):
    """A membership, else what the newest application says, else a draft of that name, else known."""
    if "member" in sets or "guest" in sets:
        return "member" if "member" in sets else "guest"
    if "kept_as_network" in sets:
        return "suspended"  # they rest: the office kept them as network, nobody answered, they were not taken over
    own = (Case.organisation_id == row.id) | (Case.title == row.name)
    newest = db.session.scalars(select(Case).where(Case.kind == "admission", own).order_by(Case.opened_at.desc()))
    case = newest.first()
    return STANDS_AS.get(case.state, case.state) if case else "known"


def _fields():
    found = {row.id: {} for row in db.session.scalars(select(Organisation))}
    for field in db.session.scalars(select(Field)):
        found[field.organisation_id][field.name] = field.value
    return found


def _said(name, held):
    """What is held: by the register first, else by the newest application."""
    if "legal_form" in held:
        return held | {"form": held["legal_form"]}
    case = db.session.scalars(
        select(Case).where(Case.title == name, Case.number.is_not(None)).order_by(Case.opened_at.desc())
    ).first()
    given = answers(db.session(), case.id)
    founded = str(date.fromisoformat(given["founded_on"]).year)
    told = {"field": given["field"], "districts": given.get("district", ""), "form": given["form"], "founded": founded}
    return told | held
