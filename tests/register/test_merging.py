"""Two records become one and two again: what is counted, shown and found, on both databases."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from admission.casework.beside import known_organisations
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Refused
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.organisations import actions as organisations
from admission.organisations import merges
from admission.organisations.models import Merge, Organisation
from admission.register import contacts, known, merging
from admission.register.actions import give_consent, save_field
from admission.register.contacts import Way
from admission.register.counting import as_known_then, tally
from admission.register.events import fold, note
from admission.register.models import Source
from admission.register.queries import consents_held
from tests.factories import DAY, account
from tests.register.test_counting import RULES

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 4)


@pytest.fixture
def two(app):
    """One choir under two names, known from two lists; the second one was confirmed."""
    with clock.at(DAY):
        writing()
        app.clerk = account(None, "caseworker")
        found = [organisations.found(db.session(), name) for name in ("Chor Kieselstein", "Kieselsteinchor")]
        for row, on in zip(found, (MAY, JUNE), strict=True):
            db.session.add(Source(organisation_id=row.id, kind="list", says="Liste", known_on=on))
            note(db.session(), row, "known", on, "list", by=app.clerk, role="caseworker")
        contacts.add(db.session(), [Way(found[1].id, "mail", "chor@kiesel.example")])
        note(db.session(), found[1], "confirmed", JUNE, "phone", by=app.clerk, role="caseworker")
        fold(db.session(), RULES)
        keys = [row.id for row in found]
        db.session.commit()
        yield keys


def merges_them(app, gone, stays):
    writing()
    one, other = (db.session.get_one(Organisation, key) for key in (gone, stays))
    merge = merging.merge(db.session(), one, other, "dieselbe Satzung", by=app.clerk, role="caseworker").id
    db.session.commit()
    return merge


def takes_apart(app, merge) -> None:
    writing()
    merging.split(db.session(), db.session.get_one(Merge, merge), "doch zwei", by=app.clerk, role="caseworker")
    db.session.commit()


def size(name: str, on: date) -> int:
    db.session.rollback()
    return tally(db.session(), RULES, on).size(name)


def test_both_count_as_one_on_past_days(app, two):
    first, second = two
    assert (size("known", JUNE), size("reachable", JUNE)) == (2, 1)

    merges_them(app, second, first)

    assert (size("known", MAY), size("known", JUNE), size("reachable", JUNE)) == (1, 1, 1)
    writing()
    fold(db.session(), RULES)
    db.session.commit()
    assert (size("known", MAY), size("known", JUNE), size("reachable", JUNE)) == (1, 1, 1)
    assert [row.id for row in known.listing(db.session(), RULES, clock.today()).rows] == [first]
    ways = contacts.contacts_of(db.session(), [first])[first]
    assert [way.value for way in ways] == ["chor@kiesel.example"] and len(known.sources(db.session(), first)) == 2
    (found,) = known_organisations(db.session())
    assert (found.id, found.also) == (first, ("Kieselsteinchor",))
    assert verify(db.session).faults == ()


def test_a_past_day_says_how_it_was_known_before(app, two):
    with clock.at(DAY + timedelta(days=2)):
        merges_them(app, two[1], two[0])
        day = clock.today() - timedelta(days=1)

        assert size("known", day) == 1
        assert as_known_then(db.session(), RULES, day).size("known") == 2


def test_taken_apart_each_counts_for_itself_again(app, two):
    first, second = two
    merge = merges_them(app, second, first)
    writing()
    one = db.session.get_one(Organisation, second)
    note(db.session(), one, "contact", clock.today(), "visit", by=app.clerk, role="caseworker")
    db.session.commit()
    assert size("known", clock.today()) == 1

    takes_apart(app, merge)

    assert (size("known", JUNE), size("reachable", JUNE), size("known", MAY)) == (2, 1, 1)
    assert list(contacts.contacts_of(db.session(), two)) == [second]
    assert [event.detail for event in known.history(db.session(), second) if event.kind == "contact"] == ["visit"]
    assert merges.heads(db.session()) == {}
    assert [found.also for found in known_organisations(db.session())] == [(), ()]
    with pytest.raises(Refused):
        takes_apart(app, merge)
    db.session.rollback()


def test_what_was_merged_into_one_that_is_merged_itself_comes_back_from_there(app, two):
    writing()
    row = organisations.found(db.session(), "Chor am Kiesel")
    third = row.id
    note(db.session(), row, "known", MAY, "event", by=app.clerk, role="caseworker")
    db.session.commit()
    merge = merges_them(app, two[1], two[0])
    merges_them(app, two[0], third)
    assert size("known", JUNE) == 1 and merges.head_of(db.session(), two[1]).id == third

    takes_apart(app, merge)

    assert (size("known", JUNE), size("reachable", JUNE), size("known", MAY)) == (2, 1, 1)
    assert merges.parts_of(db.session(), third) == {third, two[0]}


def test_the_one_that_goes_is_shown_to_nobody_and_its_entry_names_no_reason(app, two):
    writing()
    gone = db.session.get_one(Organisation, two[1])
    save_field(db.session(), gone, "name", gone.name)
    give_consent(db.session(), gone, "name", by=app.clerk, role="applicant", purpose="network")
    db.session.commit()

    merges_them(app, two[1], two[0])

    assert consents_held(db.session(), two[1]) == {}
    body = json.loads(db.session.scalars(select(Entry.body).where(Entry.type == "organisation.merged")).one())
    pseudonyms = {row.id: row.pseudonym for row in db.session.scalars(select(Organisation))}
    assert (body["organisation"], body["data"]) == (pseudonyms[two[1]], {"other": pseudonyms[two[0]]})
    assert "Satzung" not in json.dumps(body) and "case" not in body


def test_two_that_are_one_already_are_not_merged_again(app, two):
    merges_them(app, two[1], two[0])
    for gone, stays in ((two[0], two[0]), (two[1], two[0]), (two[0], two[1])):
        with pytest.raises(Refused):
            merges_them(app, gone, stays)
        db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 1


def test_a_new_name_is_shown_and_the_former_one_goes_on_finding(app, two):
    writing()
    row = db.session.get_one(Organisation, two[0])
    save_field(db.session(), row, "name", row.name)

    merging.rename(db.session(), row, "Chor Feuerstein", by=app.clerk, role="caseworker")
    db.session.commit()

    one = next(found for found in known_organisations(db.session()) if found.id == two[0])
    assert (one.name, one.also, one.fields["name"]) == ("Chor Feuerstein", ("Chor Kieselstein",), "Chor Feuerstein")
