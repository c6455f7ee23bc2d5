"""A question on its way from the council and back: who acts, what stays, and what the log holds of it."""

import json
from hashlib import sha256

import pytest
from sqlalchemy import select

from admission.ground.db import db
from admission.ground.errors import Refused, Stale
from admission.inquiries import actions, queries
from admission.log.entry import disclosed
from admission.log.models import DisclosureRow, Entry
from admission.log.verifier import verify
from tests.inquiries.way import QUESTION, Way

TEXTS = ("Siebzig.", "Nach zwölf Kriterien.")


def entries(type):
    return [json.loads(body) for body in db.session.scalars(select(Entry.body).where(Entry.type == type))]


def refused(act):
    with pytest.raises(Refused) as found:
        act()
    db.session.rollback()
    return [reason.code for reason in found.value.reasons]


def test_an_answer_goes_through_two_hands_and_a_third_one_and_its_digest_recomputes(app):
    way = Way().files("0118/2025-2030").begins().writes(*TEXTS).hands_over().signs()
    made = way.releases()

    (said,) = entries("inquiry.answered")
    assert said["data"]["answer"] == sha256(made.body.encode()).hexdigest() == made.digest
    assert said["data"]["paper"] == "0118/2025-2030"
    assert db.session.get(Entry, made.place).type == "inquiry.answered"
    assert [one.act for one in queries.way(db.session(), way.id)] == ["filed", "begun", "handed", "signed", "released"]
    assert verify(db.session).faults == ()


def test_a_paper_number_that_nobody_assigned_stands_nowhere(sqlite_app):
    way = Way().files().begins().writes(*TEXTS).hands_over().signs()
    way.releases()

    for said in (*entries("inquiry.filed"), *entries("inquiry.answered")):
        assert "paper" not in said["data"]
    assert way.row.paper_number is None


def test_the_number_is_entered_once_the_councils_office_has_assigned_it_and_never_changed(sqlite_app):
    way = Way().files()
    actions.assign_number(db.session(), way.row, "0118/2025-2030", by=way.secretary)
    db.session.commit()

    assert refused(lambda: actions.assign_number(db.session(), way.row, "0119", by=way.secretary)) == [
        "inquiry.not_now"
    ]
    assert refused(lambda: Way().files("0118/2025-2030")) == ["inquiry.number_is_taken"]


def test_the_log_keeps_the_question_verbatim_and_shows_none_of_its_words(app):
    Way().files()

    (said,) = entries("inquiry.filed")
    assert "MSO gibt es" not in json.dumps(said)
    strings = db.session.scalars(select(DisclosureRow.string).where(DisclosureRow.digest.in_(said["_sd"])))
    assert [disclosed(string) for string in strings] == [("question", QUESTION)]


def test_the_office_answers_what_was_asked_and_nothing_else(sqlite_app):
    way = Way().files()

    assert refused(lambda: way.begins("Wie viele MSO gibt es?", "Warum so wenige?")) == ["inquiry.part_is_not_verbatim"]
    assert refused(lambda: actions.begin(db.session(), way.row, [], {}, by=way.clerk)) == ["inquiry.no_parts"]


def test_what_another_person_writes_is_a_version_of_its_own(sqlite_app):
    way = Way().files().begins().writes(*TEXTS).writes("Einundsiebzig.", TEXTS[1])
    assert [(one.number, one.author) for one in queries.versions(db.session(), way.id)] == [(1, way.clerk)]

    way.writes(*TEXTS, by=way.second)
    assert [one.author for one in queries.versions(db.session(), way.id)] == [way.clerk, way.second]


def test_what_comes_back_from_the_citys_sign_off_is_a_version_of_its_own(sqlite_app):
    way = Way().files().begins().writes(*TEXTS).writes("Rund siebzig.", TEXTS[1], origin="house")

    first, second = queries.versions(db.session(), way.id)
    assert (first.origin, second.origin) == ("office", "house")
    assert queries.said(db.session(), first.id)[0].text == "Siebzig."


def test_a_version_that_was_handed_over_stays_as_it_was(app):
    way = Way().files().begins().writes(*TEXTS).hands_over().returns("Bitte genauer.").writes("70.", TEXTS[1])

    first, second = queries.versions(db.session(), way.id)
    assert queries.said(db.session(), first.id)[0].text == "Siebzig."
    assert queries.said(db.session(), second.id)[0].text == "70."
    assert way.row.state == "drafting"


def test_nothing_is_returned_without_a_reason(sqlite_app):
    way = Way().files().begins().writes(*TEXTS).hands_over()

    assert refused(lambda: way.returns(" ")) == ["inquiry.reason_is_missing"]


def test_an_answer_with_an_empty_part_goes_nowhere(sqlite_app):
    way = Way().files().begins().writes("Siebzig.", "")

    assert refused(way.hands_over) == ["inquiry.part_is_empty"]


def test_a_correction_is_a_new_version_that_says_what_changed(app):
    way = Way().files().begins().writes(*TEXTS).hands_over().signs()
    first = way.releases()
    actions.reopen(db.session(), way.row, by=way.clerk)
    db.session.commit()
    way.writes("Einundsiebzig.", TEXTS[1])

    assert refused(way.hands_over) == ["inquiry.change_is_not_said"]
    way.writes("Einundsiebzig.", TEXTS[1], corrects="Eine Organisation war doppelt gezählt.").hands_over().signs()
    second = way.releases({"title": "Zahl und Aufnahme", "parts": [{"text": "Einundsiebzig."}]})

    kept = queries.frozen(db.session(), way.id, first.version)
    assert (kept.digest, second.version) == (first.digest, 2)
    assert len(entries("inquiry.answered")) == 2


def test_whoever_looked_at_an_older_state_is_told(sqlite_app):
    way = Way().files()
    with pytest.raises(Stale):
        actions.check_seen(way.row, 0)
    actions.check_seen(way.row, 1)
