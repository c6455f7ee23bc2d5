"""What steps and acts do to deadlines: they begin, end, pause and go on, and every day stands in the entry."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from admission.cases.actions import extend
from admission.cases.models import Pause
from admission.casework.applications import answer_supplement
from admission.casework.move import Record, RefusedHere
from admission.casework.overdue import overdue, pass_deadline
from admission.completeness import actions as completeness
from admission.ground import clock
from admission.ground.db import db
from tests.casework.way import Way


def on(year: int, month: int, day: int):
    return clock.at(datetime(year, month, day, 9, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def tuesday():
    """24 November 2026."""
    with on(2026, 11, 24):
        yield


def answers(way: Way) -> None:
    command = way.command()
    case = way.locked()
    texts = {"K04": "Die Satzung liegt bei."}
    answer_supplement(db.session, case, way.book, texts, by=way.by("selin"), command=command)
    db.session.commit()


def system_acts(way: Way) -> list[str]:
    """What the worker's round does for this case today."""
    db.session.rollback()
    return [pass_deadline(db.session, deadline, case) for deadline, case in overdue(db.session) if case == way.id]


def test_a_submission_ends_the_draft_and_begins_two_periods_of_the_office(app):
    way = Way()
    way.submits()
    found = way.deadlines
    assert found["draft"] == [("ended", date(2027, 11, 24))]
    assert found["acknowledgement"] == [("running", date(2026, 11, 27))]  # 3 working days
    assert found["completeness"] == [("running", date(2026, 12, 8))]  # 10 working days
    assert way.entries[-1]["deadlines"] == [
        {"kind": "acknowledgement", "due": "2026-11-27"},
        {"kind": "completeness", "due": "2026-12-08"},
    ]


def test_the_offices_time_stands_still_while_the_organisation_has_the_ball(app):
    with on(2026, 11, 24):
        way = Way()
        way.submits()
    with on(2026, 11, 27):
        way.step("acknowledge", "anna")
        way.checks(K04="Die Satzung fehlt.")
        completeness.request_missing(db.session, way.locked())
        db.session.commit()
        way.step("request_supplement", "anna")
        assert way.deadlines["completeness"] == [("paused", date(2026, 12, 8))]  # 7 working days are left
        assert way.deadlines["acknowledgement"] == [("ended", date(2026, 11, 27))]
        ((state, due_on),) = way.deadlines["supplement"]
        assert (state, due_on) == (
            "running",
            date(2027, 1, 4),
        )  # 28 days end on Christmas Day; none ends before 2 January
    with on(2026, 12, 4):
        answers(way)
        assert way.case.state == "completeness"
        assert [state for state, _due in way.deadlines["supplement"]] == ["ended"]
        assert way.deadlines["completeness"] == [("ended", date(2026, 12, 8)), ("running", date(2026, 12, 15))]
        assert way.entries[-1]["deadlines"] == [{"kind": "completeness", "due": "2026-12-15"}]


def test_a_supplement_out_of_the_assessment_pauses_the_decision_too(app):
    way = Way().in_assessment()
    assert way.deadlines["decision"] == [("running", date(2027, 2, 24))]
    assert way.deadlines["assessment"] == [("running", date(2026, 12, 22))]
    with on(2026, 12, 1):
        way.checks(K04="Die Satzung ist unvollständig.")
        completeness.request_missing(db.session, way.locked())
        db.session.commit()
        way.step("request_supplement", "anna")
        assert [state for state, _due in way.deadlines["decision"]] == ["paused"]
        assert [state for state, _due in way.deadlines["assessment"]] == ["paused"]
    with on(2026, 12, 8):
        answers(way)
        assert way.deadlines["decision"][-1] == ("running", date(2027, 3, 3))  # 85 days were left
        assert way.deadlines["assessment"][-1] == ("running", date(2027, 1, 4))  # not between the years
        way.checks()
        way.step("confirm_complete", "anna")
        assert [state for state, _due in way.deadlines["decision"]] == ["ended", "running"]  # goes on, not anew
    way.checks(K04="Noch immer unvollständig.")
    with pytest.raises(RefusedHere, match="no_supplement_was_requested_from_assessment"):
        way.step("request_supplement", "anna")


def test_reminder_rest_announcement_and_closure_without_a_decision(app):
    way = Way().in_supplement()
    assert system_acts(way) == []
    with pytest.raises(RefusedHere, match="supplement_period_is_over"):
        way.step("remind", "system")
    with on(2027, 1, 12):
        assert system_acts(way) == ["fired"]
        assert [entry["type"] for entry in way.entries][-1] == "step.remind"
        assert way.deadlines["grace"] == [("running", date(2027, 1, 26))]
        assert system_acts(way) == []
    with on(2027, 1, 27):
        assert system_acts(way) == ["fired"]
        assert way.entries[-1]["type"] == "step.rest"
        assert way.case.state == "supplement"
        assert way.deadlines["resting"] == [("running", date(2027, 7, 27))]
        assert db.session.scalars(select(Pause.ended_on)).all() == [None]
        with pytest.raises(RefusedHere, match="resting_period_is_over"):
            way.act("announce_closure", "anna")
    with on(2027, 7, 28):
        assert system_acts(way) == ["escalated"]
        assert [state for state, _due in way.deadlines["resting"]] == ["passed"]
        way.act("announce_closure", "anna")
        assert way.deadlines["closure"] == [("running", date(2027, 8, 25))]
        with pytest.raises(RefusedHere) as refusal:
            way.step("close", "anna", Record(reason="Keine Antwort"))
        assert [reason.code for reason in refusal.value.reasons] == ["four_eyes", "closure_period_is_over"]
    with on(2027, 8, 26):
        way.step("close", "chris", Record(reason="Keine Antwort"))
        assert (way.case.state, way.case.ended_at is not None) == ("closed", True)
        assert {state for rows in way.deadlines.values() for state, _due in rows} == {"ended"}
        assert db.session.scalars(select(Pause.ended_on)).all() == [date(2027, 8, 26)]


def test_who_answers_while_the_proceedings_rest_ends_the_rest(app):
    way = Way().in_supplement()
    with on(2027, 1, 12):
        system_acts(way)
    with on(2027, 1, 27):
        system_acts(way)
    with on(2027, 2, 1):
        answers(way)
        assert way.case.state == "completeness"
        assert db.session.scalars(select(Pause.ended_on)).all() == [date(2027, 2, 1)]
        assert way.entries[-1]["facts"]["resting"] == 1
        assert [state for state, _due in way.deadlines["resting"]] == ["ended"]


def test_resumed_proceedings_give_the_organisation_its_period_anew(app):
    way = Way().in_supplement()
    with on(2027, 1, 12):
        system_acts(way)
    with on(2027, 1, 27):
        system_acts(way)
    with on(2027, 2, 1):
        way.step("resume", "anna")
        assert way.deadlines["supplement"][-1] == ("running", date(2027, 3, 1))
        assert db.session.scalars(select(Pause.ended_on)).all() == [date(2027, 2, 1)]
        with pytest.raises(RefusedHere, match="proceedings_are_resting"):
            way.step("resume", "anna")


def test_a_rest_in_the_assessment_stops_checks_and_proposals_until_it_is_over(app):
    way = Way().in_assessment()
    way.assesses()
    way.step("rest", "anna", Record(reason="Auf Wunsch der Organisation"))
    for step in ("rest", "propose"):
        with pytest.raises(RefusedHere, match="proceedings_are_not_resting"):
            way.step(step, "anna", Record(reason="x"))
    with pytest.raises(RefusedHere, match="proceedings_are_not_resting"):
        way.act("check", "anna")
    way.step("resume", "chris")
    way.proposes("admit")
    assert way.case.state == "proposed"


def test_an_extension_is_given_once_and_runs_on_from_the_recorded_end(app):
    way = Way().in_supplement()
    before = way.deadlines["supplement"][0][1]
    case = way.locked()
    assert extend(db.session, way.book, case, "supplement")[0] == before
    db.session.commit()
    assert (way.deadlines["supplement"][0][1] - before).days >= 28
    with pytest.raises(Exception, match=r"deadline\.extended_before"):
        extend(db.session, way.book, way.locked(), "supplement")


def test_a_hearing_counts_from_the_day_its_letter_was_given(app):
    way = Way().in_hearing()
    assert "hearing" not in way.deadlines
    with pytest.raises(RefusedHere, match="hearing_is_closed"):
        way.step("weigh", "anna", Record(reason="x"))  # a period that never began is not over
    way.act("deliver_hearing", "system", Record(begins_on=date(2026, 11, 28)))
    assert way.deadlines["hearing"] == [("running", date(2026, 12, 14))]  # 12 December is a Saturday
    with on(2026, 12, 14), pytest.raises(RefusedHere, match="hearing_is_closed"):
        way.step("weigh", "anna", Record(reason="x"))
    with on(2026, 12, 15):
        way.weighs()
        assert way.deadlines["hearing"] == [("ended", date(2026, 12, 14))]
        assert [state for state, _due in way.deadlines["decision"]][-1] == "running"
        way.step("refuse", "bilal", Record(outcome="refuse"))
        assert (way.case.state, way.entries[-1]["facts"]["hearing_due_on"]) == ("refused", "2026-12-14")


def test_a_second_round_is_not_closed_by_the_hearing_of_the_first(app):
    way = Way().in_hearing()
    way.act("deliver_hearing", "system")
    way.states(on=date(2026, 11, 24))
    way.weighs()
    way.step("return", "bilal", Record(reason="Bitte noch einmal prüfen."))
    with on(2027, 1, 11):
        way.proposes("refuse", who="chris")
        way.step("open_hearing", "bilal")
        facts = way.entries[-1]["facts"]
        assert (facts["statement_received_on"], facts["weighed_on"], facts["hearing_due_on"]) == (None, None, None)
        with pytest.raises(RefusedHere, match="hearing_is_closed, statement_is_weighed"):
            way.step("weigh", "anna", Record(reason="x"))
