"""Refused attempts of signed-in people: recorded once a person, step and hour, with what the guards saw."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from admission.casework.attempts import record_attempt
from admission.casework.move import RefusedHere
from admission.ground import clock
from admission.ground.db import db, writing
from admission.log.models import Entry
from admission.log.pseudonyms import people_of
from admission.log.verifier import verify
from tests.casework.way import Way

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def tries(way: Way, who: str = "bilal", step: str = "confirm_complete") -> bool:
    """A desk's answer to a refusal: rolled back, then recorded in a transaction of its own."""
    command = way.command()
    with pytest.raises(RefusedHere) as refusal:
        way.step(step, who, command=command)
    writing()
    recorded = record_attempt(db.session, refusal.value, command.seen)
    db.session.commit()
    return recorded


def attempts() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Entry.idx).where(Entry.type == "attempt.refused")).all())


@pytest.fixture
def way(app):
    with clock.at(NINE):
        found = Way()
        found.submits()
        found.step("acknowledge", "anna")
        yield found


def test_the_entry_says_who_wanted_what_and_all_that_spoke_against_it(way):
    assert tries(way) is True
    said = way.entries[-1]
    assert (said["type"], said["role"], said["from"], said["data"]) == (
        "attempt.refused",
        "approver",
        "completeness",
        {"step": "confirm_complete", "seen": 2},
    )
    assert [reason["code"] for reason in said["reasons"]] == ["role.missing", "every_item_is_checked"]
    assert said["reasons"][1]["values"] == {"items_unchecked": len(way.items)}
    assert said["facts"]["items_unchecked"] == len(way.items)
    assert "revision" not in said and "to" not in said
    assert (way.case.state, way.case.revision) == ("completeness", 2)
    assert verify(db.session).sound


def test_its_actor_is_known_even_if_it_is_the_first_thing_that_this_person_tried(way):
    tries(way)
    assert people_of(db.session, way.id)[way.entries[-1]["actor"]] == way.people["bilal"]


def test_once_a_person_step_and_hour(way):
    assert tries(way) is True
    assert tries(way) is False
    with clock.at(NINE + timedelta(minutes=59, seconds=59)):
        assert tries(way) is False
    with clock.at(NINE + timedelta(hours=1)):
        assert tries(way) is True
    assert tries(way, "dora") is True
    assert tries(way, "bilal", "refuse") is True
    assert attempts() == 4


def test_a_refused_attempt_does_not_count_as_having_taken_part(way):
    tries(way, "anna")  # the items are not checked yet
    way.checks("chris")
    assert way.step("confirm_complete", "anna").state == "assessment"


def test_an_act_that_is_refused_is_recorded_as_well(way):
    with pytest.raises(RefusedHere) as refusal:
        way.act("assess", "anna")
    writing()
    record_attempt(db.session, refusal.value, 2)
    db.session.commit()
    assert way.entries[-1]["data"] == {"step": "assess", "seen": 2}
