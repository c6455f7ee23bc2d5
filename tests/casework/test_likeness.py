"""A hint that two applications may come from one organisation."""

from admission.casework.likeness import likeness
from admission.ground import clock
from admission.ground.db import db
from tests import factories
from tests.casework.way import Way

GROUP = {
    "form": "group", "register_number": None, "group_size": 7, "has_two_contacts": True, "group_introduced": "office",
    "self_description": "Wir treffen uns jede Woche.",
}  # fmt: skip


def alike(way):
    return [(row.title, row.name, row.register, row.person) for row in likeness(db.session(), way.case)]


def submitted(book=None, **answers):
    way = Way(book, **answers)
    way.submits()
    return way


def test_the_same_name_written_otherwise_or_the_same_register_number_is_a_hint(app):
    with clock.at(clock.now()):  # all within one second: then their numbers say which is the newest
        first = submitted(organisation_name="Verein Papierboot e. V.", register_number="VR 99001")
        named = submitted(first.book, organisation_name="PAPIERBOOT", register_number="VR 99002")
        numbered = submitted(first.book, organisation_name="Bootshaus e. V.", register_number="VR 99001")
        submitted(first.book, organisation_name="Seegras e. V.", register_number="VR 99003")

    assert alike(first) == [
        ("Bootshaus e. V.", False, True, False),
        ("PAPIERBOOT", True, False, False),
    ]
    assert [row[0] for row in alike(named)] == ["Verein Papierboot e. V."]
    assert [row[0] for row in alike(numbered)] == ["Verein Papierboot e. V."]


def test_the_same_person_under_a_new_name_is_a_hint_also_after_an_end(app):
    first = submitted(organisation_name="Papierboot e. V.", register_number="VR 99001")
    first.step("withdraw", "selin")
    again = Way(first.book)
    again.people["selin"] = first.people["selin"]
    again.id = factories.draft(first.book, first.people["selin"], organisation_name="Neues Boot e. V.")
    again.submits()

    (row,) = likeness(db.session(), again.case)
    assert (row.title, row.state, row.name, row.person) == ("Papierboot e. V.", "withdrawn", False, True)


def test_groups_without_a_register_number_are_not_alike_for_that(app):
    first = submitted(organisation_name="Lesekreis", **GROUP)
    other = submitted(first.book, organisation_name="Nähkreis", **GROUP)

    assert alike(first) == alike(other) == []


def test_a_draft_is_nobodys_business(app):
    first = submitted(organisation_name="Papierboot e. V.")
    Way(first.book, organisation_name="Papierboot e. V.")

    assert alike(first) == []
